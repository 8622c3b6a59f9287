"""Tokens for phones and scanners at the door: for one event, for scanning alone, shown once, stored as a digest."""

import hashlib
import secrets
from typing import Any

from django.utils import timezone

from events.models import Event
from openevent.exceptions import InvalidInput
from openevent.prepared import PreparedSelect

from ..models import DoorDevice, Station

_BY_DIGEST = PreparedSelect(lambda digest: DoorDevice.objects.filter(digest=digest, revoked_at=None), str)


def issue_device(*, event: Event, name: str, by: Any, station: Station | None = None) -> tuple[DoorDevice, str]:
    """A new device and its token, which nobody can read again. InvalidInput for a bad name or a station of another
    event; a name that a device of the event has already is refused by the database (409)."""
    if station is not None and station.event_id != event.pk:
        raise InvalidInput("The event has no such station.", "unknown_station", "/station")
    token = secrets.token_urlsafe(24)
    device = DoorDevice(event=event, name=name.strip(), station=station, digest=digest_of(token), created_by=by)
    device.full_clean(validate_unique=False, validate_constraints=False)
    device.save(force_insert=True)
    return device, token


def revoke_device(*, device: DoorDevice) -> None:
    """Its token opens nothing any more; what it scanned stays. May be called twice."""
    DoorDevice.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=timezone.now())


def device_of(token: str) -> DoorDevice | None:
    """The device with this token, unless it was revoked."""
    return _BY_DIGEST.first(digest_of(token)) if token else None


def digest_of(token: str) -> str:
    """What is stored of a token; it has 192 bits of chance, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
