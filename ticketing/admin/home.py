"""What the home page tells of tickets that cannot be bought though they should be."""

from collections import defaultdict
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Event
from events.services import PAYMENT_METHODS
from openevent.admin.home import Attention, shown_events

from ..models import Ticket


@admin.site.panels
def tickets(request: HttpRequest) -> dict[str, Any]:
    """Published events of which nothing is on sale, and paid tickets that nobody can pay."""
    now = timezone.now()
    shown = shown_events(request.user, Event, now)
    events = [
        e for e in shown if e.ends_at >= now and e.is_published and request.user.has_perm("events.change_event", e)
    ]
    by_event: dict[int, list[Ticket]] = defaultdict(list)
    for ticket in Ticket.objects.filter(event__in=events):
        by_event[ticket.event_id].append(ticket)
    found = []
    for event in events:
        mine = by_event[event.pk]
        page = f"{reverse('admin:ticketing_ticket_changelist')}?event={event.pk}"
        if not mine:
            found.append(Attention(_("%(event)s is published and has no tickets.") % {"event": event}, page))
        elif not any(t.sales_starts_at <= now <= t.sales_ends_at for t in mine):
            found.append(Attention(_("%(event)s: no ticket is on sale now.") % {"event": event}, page))
        if any(t.is_paid for t in mine) and not any(getattr(event, name) for name in PAYMENT_METHODS):
            here = reverse("admin:events_event_change", args=[event.pk])
            text = _("%(event)s: tickets cost money, but no way to pay is switched on.") % {"event": event}
            found.append(Attention(text, here))
    return {"attention": found}
