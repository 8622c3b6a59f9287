"""What the home page tells of sales and the door."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events.models import Event
from openevent.admin import Link
from openevent.admin.charts import bars
from openevent.admin.columns import amount, local_time, whole
from openevent.admin.home import Attention, is_site_view, shown_events
from openevent.admin.links import links_of
from ticketing.models import Ticket

from ..checkins.counting import inside_events
from ..models import Order
from . import onsite

DAYS = 30
WAITING = [Order.Status.PLACED, Order.Status.PENDING]


@dataclass
class Card:
    """One event on the home page."""

    event: Event
    links: list[Link]
    sold: int = 0
    left: int | None = 0
    revenue: Decimal = Decimal(0)
    people: int = 0
    inside: int = 0
    chart: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def when(self) -> str:
        """When it begins, at the place."""
        return local_time(self.event.starts_at, self.event)

    @property
    def money(self) -> str:
        """The revenue as people write it."""
        return amount(self.revenue, self.event.payment_currency)

    @property
    def counts(self) -> dict[str, str]:
        """How many were sold, are left, came in and are expected, as people write numbers."""
        left = _("no limit") if self.left is None else whole(self.left)
        return {"sold": whole(self.sold), "left": str(left), "inside": whole(self.inside), "people": whole(self.people)}

    @property
    def share_inside(self) -> int:
        """Percent of the attendees who are checked in."""
        return round(100 * self.inside / self.people) if self.people else 0


@admin.site.panels
def sales(request: HttpRequest) -> dict[str, Any]:
    """A card for each event, and what needs attention in them."""
    now = timezone.now()
    events = shown_events(request.user, Event, now)
    team = [event for event in events if request.user.has_perm("orders.sell_on_site", event)]
    cards = [Card(event, _links(request, event)) for event in events]
    _count_tickets(cards)
    _count_money([card for card in cards if card.event in team])
    _count_inside(cards)
    _draw([card for card in cards if card.event in team], now)
    return {
        "cards": cards,
        "team_events": {event.pk for event in team},
        "attention": _attention(team, now),
        "quick_links": _quick_links(request),
        "is_site_view": is_site_view(request.user),
    }


def _quick_links(request: HttpRequest) -> list[Link]:
    found = []
    if onsite.sellable_events(request.user):
        found.append(Link(_("Sell on site"), reverse("admin:orders_order_choose"), "point_of_sale", is_main=True))
    if admin.site._registry[Event].has_add_permission(request):
        found.append(Link(_("New event"), reverse("admin:events_event_add"), "add"))
    return found


def _links(request: HttpRequest, event: Event) -> list[Link]:
    return [link for link in links_of(request, event) if not link.is_post]


def _count_tickets(cards: list[Card]) -> None:
    by_event: dict[int, list[Ticket]] = defaultdict(list)
    for ticket in Ticket.objects.filter(event__in=[card.event for card in cards]):
        by_event[ticket.event_id].append(ticket)
    for card in cards:
        tickets = by_event[card.event.pk]
        card.sold = card.people = sum(ticket.sold for ticket in tickets)  # an attendee for each
        card.left = None if any(t.quantity is None for t in tickets) else sum(t.left or 0 for t in tickets)
        card.facts["tickets"] = tickets


def _count_money(cards: list[Card]) -> None:
    orders = Order.objects.filter(event__in=[card.event for card in cards], status=Order.Status.COMPLETED)
    revenue = dict(orders.order_by().values_list("event_id").annotate(Sum("amount")))
    for card in cards:
        card.revenue = revenue.get(card.event.pk, Decimal(0))


def _count_inside(cards: list[Card]) -> None:
    inside = inside_events([card.event.pk for card in cards])
    for card in cards:
        card.inside = inside.get(card.event.pk, 0)


def _draw(cards: list[Card], now: datetime) -> None:
    """Orders of the last thirty days, a bar for each."""
    first = (now - timedelta(days=DAYS - 1)).date()
    orders = Order.objects.filter(event__in=[card.event for card in cards], created_at__gte=now - timedelta(days=DAYS))
    sold = orders.filter(status=Order.Status.COMPLETED).order_by()
    counts = sold.annotate(day=TruncDate("created_at")).values_list("event_id", "day").annotate(Count("pk"))
    by_day: dict[int, dict[Any, int]] = defaultdict(dict)
    for event_id, day, count in counts:
        by_day[event_id][day] = count
    for card in cards:
        days = [first + timedelta(days=number) for number in range(DAYS)]
        values = [(formats.date_format(day, "j M"), float(by_day[card.event.pk].get(day, 0))) for day in days]
        card.chart = bars(values, _("Orders per day")) if any(value for _day, value in values) else ""


def _attention(events: list[Event], now: datetime) -> list[Attention]:
    orders = Order.objects.filter(event__in=events)
    found = []
    waiting = dict(orders.filter(status__in=WAITING).order_by().values_list("event_id").annotate(Count("pk")))
    for event in events:
        page = f"{reverse('admin:orders_order_changelist')}?event={event.pk}"
        count = waiting.get(event.pk, 0)
        if count:
            text = ngettext(
                "%(event)s: %(n)d order waits for its payment.",
                "%(event)s: %(n)d orders wait for their payment.",
                count,
            )
            found.append(Attention(text % {"event": event, "n": count}, f"{page}&status__exact=placed"))
    due = (
        orders.filter(is_refund_due=True, status=Order.Status.CANCELLED)
        .order_by()
        .values_list("event_id", "event__name")
    )
    for event_id, name in due.distinct():
        page = f"{reverse('admin:orders_order_changelist')}?event={event_id}&is_refund_due__exact=1"
        found.append(Attention(_("%(event)s: money is to go back.") % {"event": name}, page))
    return found
