"""Who scans: people with a token of theirs, or a device with a token of its own (``Authorization: Device …``)."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.auth.authentication import JWTAuthentication
from events.models import Event
from openevent.api.permissions import demand, demand_login, may
from openevent.exceptions import NotFound

from ...checkins import Spot, find_spot
from ...checkins.devices import device_of
from ...models import DoorDevice

SCHEME = "Device"


class DeviceUser:
    """A device in the place of a user: signed in, with no role anywhere (rules.is_door_device knows it)."""

    is_authenticated = is_active = True
    is_anonymous = is_any_admin = is_staff = is_superuser = False
    pk = None

    def __init__(self, device: DoorDevice) -> None:
        self.door_device = device
        self._roles_by_event: dict[int, set[str]] = {}


class DeviceAuthentication(BaseAuthentication):
    """Only views for scanning have it, so that the token is worth nothing elsewhere."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The device; None for headers of another scheme; 401 for a token that is unknown or revoked."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != SCHEME:
            return None
        device = device_of(token.strip())
        if device is None:
            raise AuthenticationFailed("The device's token is unknown or revoked.", code="device_unknown")
        return DeviceUser(device), device

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return SCHEME


SCANNERS = [JWTAuthentication, DeviceAuthentication]


def spot_at(request: Request, key: str, station_id: int | None = None, session_id: int | None = None) -> Spot:
    """The spot, for who may scan in its event; 401, 403, or 404 (also for drafts, which strangers know nothing of)."""
    demand_login(request)
    spot = find_spot(key, station_id=station_id, session_id=session_id)
    is_hidden = spot is not None and spot.event_state != Event.State.PUBLISHED
    if spot is None or (is_hidden and not may(request.user, "orders.scan_event", spot)):
        raise NotFound("Object not found.")
    demand(request, "orders.scan_event", spot, "Only the people at the door scan tickets.")
    return spot


def person_of(request: Request) -> Any:
    """The user, where a person scans."""
    return None if device_in(request) else request.user


def device_in(request: Request) -> DoorDevice | None:
    """The device, where it scans by a token of its own."""
    return getattr(request.user, "door_device", None)
