"""The live door page of an event in the back office: what happens at the gates; scanning by hand, scanner or camera.

The page asks for the numbers every few seconds and sends scans the way of the API's: the same service, the same log.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Event
from events.querysets import DOOR_ROLES, events_with_role, is_admin
from openevent.exceptions import DomainError, MalformedInput
from openevent.searching import holds

from .api.door.reading import read_scan
from .api.door.scans import as_wire
from .api.door.searching import SEARCHED
from .checkins import Spot, demand_fitting, find_spot, judging, log, record_scan
from .checkins.counting import occupancy_of, scans_per_minute
from .checkins.reporting import devices_of, double_admissions, gates_of, reasons_of, refusals_of
from .models import NO_DEVICE, Attendee, CheckIn, Station

MOST_FOUND = 30
MOST_REFUSALS = 12
MOST_EVENTS = 100
MOST_LETTERS = 100
MINUTES = 60


def door_urls(site: admin.AdminSite) -> list[URLPattern]:
    """The page, and what it asks for; for whom the back office lets in, and the policy lets work at the door."""
    pages = {
        "door/": (choose, "orders_door_choose"),
        "door/<int:event_id>/": (page, "orders_door"),
        "door/<int:event_id>/live/": (live, "orders_door_live"),
        "door/<int:event_id>/search/": (search, "orders_door_search"),
        "door/<int:event_id>/scan/": (scan, "orders_door_scan"),
    }
    return [path(route, site.admin_view(view), {"site": site}, name=name) for route, (view, name) in pages.items()]


def choose(request: HttpRequest, site: admin.AdminSite) -> HttpResponse:
    """The events at whose doors the user works; the nearest first."""
    events = Event.objects.all() if is_admin(request.user) else _own_events(request.user)
    now = timezone.now()
    coming = events.filter(ends_at__gte=now).order_by("starts_at")[:MOST_EVENTS]
    past = events.filter(ends_at__lt=now).order_by("-starts_at")[: MOST_EVENTS // 5]
    context = {**site.each_context(request), "title": _("Doors"), "events": [*coming, *past]}
    return TemplateResponse(request, "admin/orders/doors.html", context)


def page(request: HttpRequest, event_id: int, site: admin.AdminSite) -> HttpResponse:
    """The frame; the numbers come by ``live``."""
    event = _event(request, event_id)
    context = {
        **site.each_context(request),
        "title": _("Door of %(event)s") % {"event": event},
        "event": event,
        "stations": Station.objects.filter(event=event).order_by("station_name"),
    }
    return TemplateResponse(request, "admin/orders/door.html", context)


def live(request: HttpRequest, event_id: int, site: admin.AdminSite) -> JsonResponse:
    """All numbers of the page, with times as people at the venue say them."""
    event = _event(request, event_id)
    zone, now = ZoneInfo(event.timezone), timezone.now()

    def seen(entry: dict[str, Any]) -> dict[str, Any]:
        return {**entry, "last": _clock(entry["last_scan_at"], zone, now), "last_scan_at": None}

    doubles = double_admissions(event)[-MOST_REFUSALS:]
    names = _names([double.second.attendee_id for double in doubles])
    devices = [
        {
            **seen({k: v for k, v in device.items() if k != "door_device"}),
            "device": _("by hand") if device["device"] == NO_DEVICE else device["device"],
            "revoked": bool(device["door_device"] and device["door_device"].revoked_at),
        }
        for device in devices_of(event)
    ]
    return JsonResponse(
        {
            "now": f"{now.astimezone(zone):%H:%M:%S} {now.astimezone(zone).tzname()}",
            "occupancy": occupancy_of(event),
            "minutes": scans_per_minute(event, minutes=MINUTES, now=now),
            "gates": [seen(gate) for gate in gates_of(event)],
            "devices": devices,
            "refused": [_refusal(row, zone, now) for row in refusals_of(event, MOST_REFUSALS)],
            "reasons": [{"label": judging.LABELS[reason], "count": count} for reason, count in reasons_of(event)],
            "doubles": [
                {
                    "name": names.get(double.second.attendee_id, ""),
                    "first": f"{_clock(double.first.happened_at, zone, now)} {double.first.gate or _('by hand')}",
                    "second": f"{_clock(double.second.happened_at, zone, now)} {double.second.gate or _('by hand')}",
                }
                for double in doubles
            ],
        }
    )


def search(request: HttpRequest, event_id: int, site: admin.AdminSite) -> JsonResponse:
    """Attendees in whose name, address or company each word stands, and what can be done with each."""
    event = _event(request, event_id)
    words = request.GET.get("q", "").replace("\x00", "")[:MOST_LETTERS].split()
    rows = Attendee.objects.filter(event=event).exclude(order=None).select_related("order", "ticket")
    for word in words:
        rows = rows.filter(holds(word, *SEARCHED))
    zone, now = ZoneInfo(event.timezone), timezone.now()
    found = rows.order_by("lastname", "firstname", "pk")[:MOST_FOUND] if words else []
    return JsonResponse({"attendees": [_found(attendee, zone, now) for attendee in found]})


def scan(request: HttpRequest, event_id: int, site: admin.AdminSite) -> JsonResponse:
    """A scan: of a code, by a device name; or of an attendee, by hand."""
    if request.method != "POST":
        return JsonResponse({"error": _("Send a scan by POST.")}, status=405)
    event = _event(request, event_id)
    try:
        given = read_scan(request.POST.dict())
        places = {"station_id": given.station_id, "session_id": given.session_id}
        spot = _spot(event, **places)
        demand_fitting(spot, **places, kind=given.scan.kind)
        decision = record_scan(spot=spot, scan=given.scan, by=request.user)
    except DomainError as error:
        return JsonResponse({"error": error.message}, status=400 if isinstance(error, MalformedInput) else 422)
    return JsonResponse(as_wire(decision))


def _own_events(user: Any) -> Any:
    return Event.objects.filter(pk__in=events_with_role(user, DOOR_ROLES))


def _event(request: HttpRequest, event_id: int) -> Event:
    """The event, for who works at its door; it does not exist for others who do not see it."""
    event = Event.objects.visible_to(request.user).filter(pk=event_id).first()
    if event is None:
        raise Http404
    if not request.user.has_perm("orders.view_door", event):
        raise PermissionDenied
    return event


def _spot(event: Event, **places: Any) -> Spot:
    spot = find_spot(str(event.pk), **places)
    if spot is None:
        raise Http404
    return spot


def _clock(moment: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    return log.clock(moment, zone, now) if moment else ""


def _names(ids: list[Any]) -> dict[Any, str]:
    return {pk: str(attendee) for pk, attendee in Attendee.objects.in_bulk(ids).items()} if ids else {}


def _refusal(row: CheckIn, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    return {
        "at": _clock(row.recorded_at, zone, now),
        "name": row.attendee.full_name if row.attendee else row.code[:24],
        "message": row.message,
        "gate": row.gate or _("by hand"),
    }


def _found(attendee: Attendee, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    objection = judging.objection_to_order(attendee.order.status if attendee.order else None, is_deleted=False)
    since = _clock(attendee.inside_since, zone, now) if attendee.is_checked_in else ""
    return {
        "id": attendee.pk,
        "name": attendee.full_name or _("Nameless"),
        "email": attendee.email or "",
        "ticket": attendee.ticket.name,
        "inside": attendee.is_checked_in,
        "state": objection.message if objection else _("inside since %s") % since if since else _("outside"),
        "valid": objection is None,
    }
