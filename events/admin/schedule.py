"""The programme of an event as a grid: rooms across, time down, clashes marked."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ..models import Event, Session
from ..services.clashes import clashes_among


@dataclass
class Slot:
    """A session in the grid."""

    session: Session
    starts: datetime
    ends: datetime
    clashes: list[str] = field(default_factory=list)


@dataclass
class Day:
    """One day of the grid: a row for each time at which something begins, a cell for each room."""

    date: date
    rooms: list[str]
    rows: list[tuple[datetime, list[list[Slot]]]]


def schedule_view(page: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The grid; sessions without time or room stand below it."""
    event: Event = page.row_or_404(request, pk)
    if not works_with_programme(request, event):
        raise Http404
    rows = Session.objects.filter(event=event).exclude(state__in=["rejected", "canceled", "withdrawn"])
    sessions = list(
        rows.select_related("microlocation", "track").prefetch_related("speakers").order_by("starts_at", "pk")
    )
    slots = [_slot(s, event) for s in sessions if s.starts_at]
    mark_clashes(slots)
    context = {
        "event": event,
        "days": days_of(slots),
        "waiting": [s for s in sessions if not s.starts_at],
        "clashes": sum(bool(slot.clashes) for slot in slots),
    }
    return page.page(request, "admin/events/programme.html", _("Programme"), **context)


def works_with_programme(request: HttpRequest, event: Event) -> bool:
    """Whether the sessions of the event are the user's work: also those that are not accepted yet."""
    return bool(admin.site._registry[Session].has_view_permission(request, event))


def _slot(session: Session, event: Event) -> Slot:
    starts = session.starts_at.astimezone(event.zone)
    return Slot(session, starts, (session.ends_at or session.starts_at).astimezone(event.zone))


def mark_clashes(slots: list[Slot]) -> None:
    """Note at each slot which others need the same room or the same speaker at the same time."""
    by_key = {slot.session.pk: slot for slot in slots}
    for clash in clashes_among(slot.session for slot in slots):
        by_key[clash.one.pk].clashes.append(f"{clash.other.title}: {clash.needed}")
        by_key[clash.other.pk].clashes.append(f"{clash.one.title}: {clash.needed}")


def days_of(slots: list[Slot]) -> list[Day]:
    """The grid, day by day in the zone of the event."""
    by_day: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_day[slot.starts.date()].append(slot)
    return [_day(day, by_day[day]) for day in sorted(by_day)]


def _day(day: date, slots: list[Slot]) -> Day:
    def place(slot: Slot) -> tuple[int, str]:
        room = slot.session.microlocation
        return ((room.position or 0), room.name) if room else (2**31, str(_("no room yet")))

    rooms = sorted({place(slot) for slot in slots})
    times = sorted({slot.starts for slot in slots})
    rows = [(at, [[s for s in slots if s.starts == at and place(s) == room] for room in rooms]) for at in times]
    return Day(day, [name for _place, name in rooms], rows)
