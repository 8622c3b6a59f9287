"""The activity log."""

from typing import Any

from django.db import models

from ..models import Activity

LONGEST_NAME = 200
# What people do to these is worth a line; orders, attendees and scans have records of their own.
LOGGED = frozenset(
    f"{app}.{model}"
    for app, names in {
        "accounts": "user setting module page messagesetting userpermission customsystemrole panelpermission",
        "events": "event session speaker track microlocation sessiontype sponsor exhibitor speakerscall speakerinvite "
        "roleinvite eventmember eventrolepermission group groupmember eventtype eventtopic eventsubtopic",
        "ticketing": "ticket discountcode accesscode tax ticketfee",
        "payments": "stripeauthorization eventinvoice",
    }.items()
    for model in names.split()
)
# Their own services write these lines, also where it is not done by the API.
LOGGED_APART = frozenset({("events.event", "created"), ("accounts.user", "created")})


def log_activity(*, actor: Any, action: str) -> Activity:
    """Write a line into the activity log: ``actor`` is a user, or None for the site itself."""
    name = "Site" if actor is None or not actor.is_authenticated else f"{actor.email} ({actor.pk})"
    return Activity.objects.create(actor=name, action=action)


def log_written_row(*, row: models.Model, verb: str, by: Any) -> None:
    """Note that ``by`` has created, changed or deleted (``verb``) a row, where that is worth a line."""
    label = row._meta.label_lower
    if label in LOGGED and (label, verb) not in LOGGED_APART:
        kind = str(row._meta.verbose_name).capitalize()
        log_activity(actor=by, action=f"{kind} {str(row)[:LONGEST_NAME]} ({row.pk}) {verb}")
