"""Taking a scan back: by another row of the log, never by removing one."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from ..models import Attendee, CheckIn
from .standing import settle_one


@transaction.atomic
def void_scan(*, scan: CheckIn, by: Any) -> None:
    """The scan counts no more, and the attendee is where he was without it. May be called twice."""
    attendees = Attendee.with_trashed.select_for_update(of=("self",), no_key=True).select_related("event")
    attendee = attendees.filter(pk=scan.attendee_id or 0).first()
    if CheckIn.objects.filter(voids=scan).exists():
        return
    now = timezone.now()
    CheckIn.objects.create(
        event_id=scan.event_id,
        attendee_id=scan.attendee_id,
        scan_id=f"void-{scan.pk}",
        kind=CheckIn.Kind.VOID,
        result=scan.result,
        reason=scan.reason,
        at=now,
        recorded_at=now,
        happened_at=now,
        voids=scan,
        by=by,
    )
    if attendee is not None:
        settle_one(attendee)
