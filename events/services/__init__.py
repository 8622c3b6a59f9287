"""What happens to events: made, changed, and who joins their teams."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.mail import frontend_url, send_mail
from accounts.models import Module, User, UserPermission
from accounts.placeholders import TOKEN_PLACEHOLDER, new_nonce, token_of
from accounts.services import log_activity, notify
from openevent.exceptions import Conflict, InvalidInput, NotAllowed, NotFound

from ..models import EmailNotification, Event, EventMember, Role, RoleInvite
from ..rules import is_owner
from ..signals import event_created
from .audience import people_of
from .forms import create_first_fields

PAYMENT_METHODS = (
    "can_pay_by_alipay",
    "can_pay_by_bank",
    "can_pay_by_cheque",
    "can_pay_by_invoice",
    "can_pay_by_omise",
    "can_pay_by_paypal",
    "can_pay_by_paytm",
    "can_pay_by_stripe",
    "can_pay_onsite",
)


def check_modules(*, wanted: dict[str, Any], before: Event | None = None) -> None:
    """403 where ``wanted`` switches something on whose module the site has switched off.

    What was on before is no attempt to switch it on: clients send whole resources back.
    """

    def turned_on(name: str) -> bool:
        return bool(wanted.get(name)) and not getattr(before, name, False)

    asks_ticketing = turned_on("is_ticketing_enabled")
    asks_payment = [name for name in PAYMENT_METHODS if turned_on(name)]
    asks_donation = turned_on("is_donation_enabled")
    if not (asks_ticketing or asks_payment or asks_donation):
        return
    modules = Module.load()
    if asks_ticketing and not modules.ticket_include:
        raise _module_off("ticket-include", "Ticketing", "is_ticketing_enabled")
    if asks_payment and not modules.payment_include:
        raise _module_off("payment-include", "Payment", asks_payment[0])
    if asks_donation and not modules.donation_include:
        raise _module_off("donation-include", "Donation", "is_donation_enabled")


def _module_off(module: str, what: str, name: str) -> NotAllowed:
    return NotAllowed(
        f"{what} is switched off on this site (module {module}).",
        "module_off",
        f"/data/attributes/{name.replace('_', '-')}",
    )


def may_create(by: Any) -> bool:
    """Whether somebody may make events: with a verified address, whatever his roles in the events of others."""
    return bool(by.is_verified or by.is_any_admin or UserPermission.objects.allow_unverified("create_event"))


def check_may_create(by: Any) -> None:
    """NotAllowed for accounts whose address is not verified."""
    if not may_create(by):
        raise NotAllowed("Verify your e-mail address before you create an event.", "unverified")


@transaction.atomic
def create_event(*, by: Any, attributes: dict[str, Any]) -> Event:
    """A new event that ``by`` owns. Raises NotAllowed for accounts whose address is not verified."""
    check_may_create(by)
    check_modules(wanted=attributes)
    event = Event(**attributes)
    event.save(force_insert=True)
    add_member(event, user=by, role_name="owner")
    create_first_fields(event=event)
    log_activity(actor=by, action=f"Event {event.name} ({event.pk}) created")
    event_created.send(sender=Event, event=event, by=by)
    return event


def add_member(event: Event, *, user: Any, role_name: str) -> EventMember:
    """Give ``user`` a role in ``event``; once is enough."""
    role = Role.objects.get(name=role_name)
    member, _ = EventMember.objects.get_or_create(event=event, user=user, role=role)
    EmailNotification.objects.get_or_create(event=event, user=user)  # the person may choose which mails to get
    if hasattr(user, "_roles_by_event"):
        del user._roles_by_event  # read again when next asked (rules.roles_of)
    return member


@transaction.atomic
def remove_member(member: EventMember) -> None:
    """Take a role away; the last owner stays, somebody must be able to run the event."""
    if member.role.name == "owner":
        owners = EventMember.objects.select_for_update().filter(event=member.event_id, role=member.role_id)
        if not [o for o in owners if o.pk != member.pk]:
            raise Conflict("The last owner of an event cannot leave it.", "last_owner")
    member.delete()


def accept_role_invite(*, token: str) -> RoleInvite:
    """Give the account of the invited address the role. The token, which was mailed there, is the proof, whoever is
    signed in; NotFound for an unknown one."""
    with transaction.atomic():
        invite = RoleInvite.objects.select_for_update().filter(hash=token).first()
        if invite is None or invite.event.deleted_at is not None:
            raise NotFound("There is no such invitation.")
        if invite.status == RoleInvite.Status.DECLINED:
            raise Conflict("The invitation was declined.", "declined")
        if invite.has_expired:
            raise Conflict("The invitation has expired. Ask for it to be sent again.", "expired")
        user = User.objects.by_email(invite.email).first()
        if user is None:
            raise NotFound("Register with the invited address first.", "user_not_registered")
        if invite.status == RoleInvite.Status.PENDING:
            team = people_of(invite.event)
            add_member(invite.event, user=user, role_name=invite.role.name)
            title = f"{user.full_name} is now {invite.role} of {invite.event}"
            notify(users=[*team, user], kind="event_role", title=title, about=invite.event)
            invite.status = RoleInvite.Status.ACCEPTED
            invite.save(update_fields=["status"])
    return invite


def decline_role_invite(*, invite: RoleInvite) -> None:
    """Say no to an invitation that is still open."""
    updated = RoleInvite.objects.filter(pk=invite.pk, status=RoleInvite.Status.PENDING).update(
        status=RoleInvite.Status.DECLINED
    )
    if not updated:
        raise Conflict("The invitation is not open any more.", "not_pending")


@transaction.atomic
def invite_to_role(*, event: Event, role: Role, email: str, by: Any, role_name: str | None = None) -> RoleInvite:
    """Mail somebody an invitation to a role. Only an owner invites another owner."""
    if role_name not in (None, role.name):
        raise InvalidInput("role-name is not the name of the role.", pointer="/data/attributes/role-name")
    if role.name == "owner" and not is_owner(by, event):
        raise NotAllowed("Only an owner of the event may invite another one.")
    if EventMember.objects.filter(user__email__iexact=email, event=event, role=role).exists():
        raise Conflict("This person has the role already.", "duplicate", "/data/attributes/email")
    for former in RoleInvite.objects.filter(event=event, role=role, email__iexact=email, status="pending"):
        if former.has_expired:
            former.delete()  # it would stand in the way of the new one
    nonce = new_nonce()
    invite = RoleInvite.objects.create(
        event=event, role=role, role_name=role.name, email=email, invited_by=by, hash=token_of(nonce)
    )
    mail_role_invite(invite, nonce=nonce)
    return invite


def mail_role_invite(invite: RoleInvite, *, nonce: str) -> None:
    """Send the invitation; its token is made from ``nonce`` when it goes out (accounts/placeholders.py)."""
    context = {
        "event": invite.event,
        "role": invite.role,
        "inviter": invite.invited_by.full_name if invite.invited_by else "",
        "link": f"{frontend_url()}/role-invites?token={TOKEN_PLACEHOLDER}",
    }
    send_mail(action="role_invite", to=invite.email, context=context, nonce=nonce, event=invite.event)


@transaction.atomic
def resend_role_invite(invite: RoleInvite) -> None:
    """Send the invitation once more, with a new token that voids the last one."""
    if invite.status != RoleInvite.Status.PENDING:
        raise Conflict("The invitation is not open any more.", "not_pending")
    nonce = new_nonce()
    invite.hash, invite.sent_at = token_of(nonce), timezone.now()
    invite.save(update_fields=["hash", "sent_at"])
    mail_role_invite(invite, nonce=nonce)
