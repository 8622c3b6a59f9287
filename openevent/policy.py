"""Who may do what: the one table, for the API and the admin alike.

A permission is named as Django names it, ``app.verb_model``, and bound to a predicate of the apps' ``rules``
modules. What is not in the table is denied to everybody. Which rows somebody sees at all is said by
``visible_to`` in the apps' querysets; ``tests/test_policy.py`` walks every route as every role.

One file however long it grows: a permission is looked up here, and nowhere else.
"""

from typing import Any

import rules

from accounts import rules as people
from events import rules as team
from events.models import Event
from events.querysets import DOOR_ROLES, PROGRAMME_ROLES, TEAM_ROLES
from openevent import desks
from openevent.desks import Desk
from orders import rules as buyers


@rules.predicate
def is_team_of_order(user: Any, obj: Any) -> bool:
    """The team of the event of the row's order."""
    return team.is_team(user, getattr(obj, "order", obj))


anybody = rules.always_true
nobody = rules.always_false

# model → verb → who. ``add`` is asked of the parent (the event) of the row to be made, the others of the row.
TABLE: dict[str, dict[str, rules.predicates.Predicate]] = {
    # -- accounts
    "accounts.user": {
        "add": anybody,
        "list": people.is_admin,
        "change": people.outranks | people.is_self,
        "delete": people.outranks | people.is_self,
        "log_in_as": people.may_be_played_by,
    },
    "admin.logentry": {"list": people.is_admin},  # Django's record of what was changed in the back office
    "accounts.setting": {"change": people.is_admin},
    "accounts.module": {"change": people.is_admin},
    "accounts.mail": {"list": people.is_admin, "resend": team.is_team},
    "accounts.notification": {
        "list": people.is_admin,
        "list_own": people.is_admin | people.is_self,
        "change": people.is_admin | people.is_self,
        "delete": people.is_admin | people.is_self,
    },
    "accounts.useremail": {
        "list": people.is_admin,
        "list_own": people.is_admin | people.is_self,
        **dict.fromkeys(["add", "change", "delete"], people.is_admin | people.is_self),
    },
    "accounts.messagesetting": dict.fromkeys(["list", "change"], people.is_admin),
    "accounts.notificationsetting": dict.fromkeys(["list", "change"], people.is_admin),
    "accounts.page": dict.fromkeys(["add", "change", "delete"], people.is_admin),
    "accounts.eventimagesize": {"change": people.is_admin},
    "accounts.speakerimagesize": {"change": people.is_admin},
    "accounts.userpermission": dict.fromkeys(["add", "change", "delete"], people.is_admin),
    "accounts.customsystemrole": dict.fromkeys(["add", "change", "delete"], people.is_admin),
    "accounts.panelpermission": dict.fromkeys(["list", "add", "change", "delete"], people.is_admin),
    "accounts.activity": {"list": people.is_admin},
    "accounts.importjob": {
        "add": people.is_authenticated,
        **dict.fromkeys(["change", "delete"], people.is_admin | people.is_self),
    },
    "accounts.job": {},  # one's own, by visible_to; made by asking for an export or import
    # -- events
    "events.event": {
        "add": people.is_authenticated,  # a verified address is asked for by create_event
        "change": team.is_team,
        "delete": team.is_owner,
        "list_of_user": people.is_admin | people.is_self,
    },
    "events.eventtype": dict.fromkeys(["add", "change", "delete"], people.is_admin),
    "events.eventtopic": dict.fromkeys(["add", "change", "delete"], people.is_admin),
    "events.eventsubtopic": dict.fromkeys(["add", "change", "delete"], people.is_admin),
    "events.eventlocation": dict.fromkeys(["add", "change", "delete"], people.is_admin),
    "events.role": dict.fromkeys(["add", "change", "delete"], people.is_admin),
    "events.eventmember": {
        "change": team.is_organizer,
        "delete": team.is_organizer | team.is_listed_member,
    },
    "events.roleinvite": {
        "add": team.is_organizer,
        "delete": team.is_organizer,
        "decline": team.is_invited,
    },
    # what administrators grant to roles by event-role-permissions
    **{
        f"events.{part}": {
            "add": team.may("create", part),
            "change": team.may("update", part),
            "delete": team.may("delete", part),
        }
        for part in ["track", "microlocation", "sponsor"]
    },
    "events.sessiontype": dict.fromkeys(["add", "change", "delete"], team.is_team),
    "events.session": {
        "add": team.may("create", "session") | team.takes_proposals,
        "change": team.may("update", "session") | team.is_session_creator,
        "delete": team.may("delete", "session") | team.is_session_creator,
        "organize": team.runs_programme,
    },
    "events.speaker": {
        "add": team.may("create", "speaker") | team.takes_proposals,
        "change": team.may("update", "speaker") | team.is_speaker_self,
        "delete": team.may("delete", "speaker") | team.is_speaker_self,
        "view_private": team.runs_programme | team.is_speaker_self,
    },
    "events.sociallink": dict.fromkeys(["add", "change", "delete"], team.is_team),
    **{
        f"events.{model}": dict.fromkeys(["add", "change", "delete"], team.is_team)
        for model in [
            "eventcopyright",
            "speakerscall",
            "faq",
            "faqtype",
            "exhibitor",
            "tag",
            "customform",
            "customformoption",
            "customformtranslate",
            "videostream",
            "videorecording",
            "videostreammoderator",
            "translationchannel",
        ]
    },
    "events.customplaceholder": dict.fromkeys(["add", "change", "delete"], people.is_admin),
    "events.videochannel": dict.fromkeys(["add", "change", "delete"], people.is_admin),
    "events.feedback": {"add": people.is_authenticated, "change": team.is_own, "delete": team.is_own},
    "events.favouriteevent": {"add": people.is_authenticated, "change": team.is_own, "delete": team.is_own},
    "events.favouritesession": {"add": people.is_authenticated, "delete": team.is_own},
    "events.speakerinvite": {
        "add": team.runs_programme | team.is_session_creator,
        "delete": team.runs_programme | team.is_session_creator_of,
        "answer": team.is_invited,
    },
    "events.eventstatistics": {},  # read only, by the team (events.view_statistics)
    "events.group": {
        "add": people.is_authenticated,
        "change": team.is_group_manager,
        "delete": team.is_group_manager,
        "contact": people.is_authenticated,
    },
    "events.groupmember": {
        "add": team.is_group_manager,
        "delete": team.is_group_manager | team.is_listed_member,
    },
    "events.groupfollower": {"add": people.is_authenticated, "delete": team.is_own},
    "events.service": dict.fromkeys(["list", "change"], people.is_admin),
    "events.eventrolepermission": dict.fromkeys(["list", "change"], people.is_admin),
    "events.emailnotification": {
        "list": people.is_admin,
        "list_own": people.is_admin | people.is_self,
        **dict.fromkeys(["add", "change", "delete"], people.is_admin | people.is_self),
    },
    # -- ticketing
    "ticketing.ticket": dict.fromkeys(["add", "change", "delete"], team.is_team),
    "ticketing.tickettag": dict.fromkeys(["add", "change", "delete"], team.is_team),
    "ticketing.discountcode": {
        "list": people.is_authenticated,  # the visible ones; a code for events is of no event: admins alone
        **dict.fromkeys(["add", "change", "delete"], team.is_team),
    },
    "ticketing.accesscode": {
        "list": people.is_authenticated,
        **dict.fromkeys(["add", "change", "delete"], team.is_team),
    },
    "ticketing.tax": dict.fromkeys(["add", "change", "delete", "view_private"], team.is_team),
    "ticketing.ticketfee": dict.fromkeys(["list", "add", "change", "delete"], people.is_admin),
    # -- orders
    "orders.order": {
        "add": people.is_authenticated,
        "list_of_event": team.is_team,
        "list_of_user": people.is_admin | people.is_self,
        "change": team.is_team | buyers.is_buyer,
        "delete": people.is_admin,
        "read": team.is_team | people.is_self,  # more than a ticket's code says: not for who only attends
        "resend": team.is_team,
        "export": team.is_team,
    },
    "orders.orderline": {},
    "orders.ordertransition": {"list": team.is_team},  # asked of the order; nobody writes history
    "orders.attendee": {
        "add": people.is_authenticated,
        "list_of_event": team.is_door_staff,
        "list_of_user": people.is_admin | people.is_self,
        "change": team.is_door_staff | buyers.is_buyer | buyers.is_holder | buyers.is_cart_owner,
        "delete": team.is_team | buyers.is_cart_owner,
        "change_many": team.is_team,  # the same of several at once, in the back office
        "check_in": team.is_door_staff,
        "export": team.is_team,
    },
    "orders.checkin": {"add": team.is_door_staff, "delete": team.is_team},  # rows are added alone: orders/checkins/
    **{
        f"orders.{model}": dict.fromkeys(["add", "change", "delete"], team.is_team)
        for model in ["badgeform", "badgefieldform"]
    },
    "orders.station": dict.fromkeys(["add", "change", "delete"], team.is_team),
    "orders.doordevice": {},  # given out and revoked by orders/checkins/devices.py
    "orders.stationstorepax": {**dict.fromkeys(["add", "change"], team.is_door_staff), "delete": team.is_team},
    # -- payments
    "payments.stripeauthorization": dict.fromkeys(["add", "change", "delete"], team.is_team),
    "payments.eventinvoice": {
        "change": people.is_admin,
        "list_of_event": team.is_team,
        "list_of_user": people.is_admin | people.is_self,
    },
    "payments.payment": {},
    "payments.invoicepayment": {},
    "payments.refund": {  # add is asked of the order
        "add": team.is_team,
        "retry": people.is_admin,
        "settle": is_team_of_order,
    },
    "payments.webhookevent": {"replay": people.is_admin},
    "payments.ledgerentry": {},
    "payments.invoice": {},
}

# permissions that are of no single model
OTHERS: dict[str, rules.predicates.Predicate] = {
    "openevent.view_environment": people.is_admin,
    "accounts.send_test_mail": people.is_admin,
    "accounts.view_translations": people.is_admin,
    "accounts.upload_files": people.is_authenticated,
    "events.view_team": team.is_team,
    "events.view_statistics": team.is_team,
    "events.view_forms": people.is_authenticated,
    "events.copy_event": team.is_team,
    "events.contact_event": people.is_authenticated,
    "orders.view_statistics": team.is_team,
    "orders.view_sales": people.is_admin | people.opens_sales,  # of the whole site
    "orders.count_site": people.is_admin,
    "events.export_event": team.is_team,
    "events.import_event": people.is_authenticated,  # a verified address is asked for, as by create_event
    "orders.export_sales": people.is_admin,
    "orders.scan_event": team.is_door_staff | buyers.is_door_device,
    "orders.view_door": team.is_door_staff,
    "orders.print_badge": team.is_door_staff,
    "orders.manage_devices": team.is_team,
    "orders.sell_on_site": team.is_team,
    "payments.pay_order": team.is_team | buyers.is_buyer,
    "payments.pay_eventinvoice": team.is_team | people.is_self,
    "payments.view_ledger": team.is_team,
    "payments.refund_order": team.is_team,
    "events.see_invite_token": people.is_super_admin,
    **{f"{app}.see_all_trash": people.is_admin for app in ["accounts", "events", "ticketing", "orders", "payments"]},
}


# model → whose work its rows are in the back office. A model that is not here is for administrators.
DESKS: dict[str, Desk] = {
    "events.event": Desk(None, ""),
    **dict.fromkeys(
        [
            "events.session",
            "events.speaker",
            "events.track",
            "events.microlocation",
            "events.sessiontype",
            "events.sponsor",
            "events.sociallink",
            "events.speakerscall",
            "events.customform",
            "events.faq",
            "events.faqtype",
            "events.exhibitor",
        ],
        Desk(PROGRAMME_ROLES),
    ),
    "events.customformoption": Desk(PROGRAMME_ROLES, "custom_form__event"),
    **dict.fromkeys(["events.eventmember", "events.roleinvite"], Desk(TEAM_ROLES)),
    "accounts.mail": Desk(TEAM_ROLES, "event_id"),
    "ticketing.ticket": Desk(DOOR_ROLES),
    **dict.fromkeys(
        ["ticketing.tickettag", "ticketing.discountcode", "ticketing.accesscode", "ticketing.tax"], Desk(TEAM_ROLES)
    ),
    "orders.order": Desk(TEAM_ROLES),
    **dict.fromkeys(["orders.orderline", "orders.ordertransition"], Desk(TEAM_ROLES, "order__event")),
    "orders.attendee": Desk(DOOR_ROLES),
    "orders.checkin": Desk(DOOR_ROLES),
    "orders.station": Desk(DOOR_ROLES),
    "orders.doordevice": Desk(TEAM_ROLES),
    **dict.fromkeys(["payments.payment", "payments.refund", "payments.invoice"], Desk(TEAM_ROLES, "order__event")),
    **dict.fromkeys(
        ["payments.ledgerentry", "payments.eventinvoice", "payments.stripeauthorization"], Desk(TEAM_ROLES)
    ),
}


def permissions() -> dict[str, rules.predicates.Predicate]:
    """The whole table by permission name: ``verb`` and model joined as Django does it."""
    named = {}
    for label, verbs in TABLE.items():
        app, model = label.split(".")
        for verb, predicate in verbs.items():
            named[permission_name(app, verb, model)] = predicate
        named.setdefault(f"{app}.view_{model}", anybody)  # which rows: visible_to
    return {**named, **OTHERS}


def permission_name(app: str, verb: str, model: str) -> str:
    """``add`` of ``events.track`` is ``events.add_track``; ``list_of_event`` is ``orders.list_order_of_event``."""
    if verb.startswith("list_"):
        return f"{app}.list_{model}_{verb.removeprefix('list_')}"
    if verb == "view_private":
        return f"{app}.view_private_{model}"
    return f"{app}.{verb}_{model}"


def install() -> None:
    """Bind the table, once, when the apps are loaded."""
    for name, predicate in permissions().items():
        rules.set_perm(name, predicate)
    desks.install(DESKS, team.roles_of, lambda: Event.objects.order_by("-starts_at", "pk"))
