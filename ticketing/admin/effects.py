"""Who is concerned by the site's switches, as far as tickets go."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.module_effects import CONCERNED
from events.models import Event
from events.services import PAYMENT_METHODS

from ..models import Ticket


def on_sale() -> Any:
    """Tickets that are sold at the moment."""
    return Ticket.objects.on_sale(timezone.now()).filter(event__deleted_at=None, event__state="published")


def ticketing() -> Iterable[tuple[Any, int]]:
    """All tickets."""
    return [(_("tickets on sale now"), on_sale().count()), (_("events with tickets"), _events(on_sale()))]


def payment() -> Iterable[tuple[Any, int]]:
    """Tickets that cost something, and events that take money."""
    paid = on_sale().filter(price__gt=0).exclude(type__in=(*Ticket.FREE_TYPES, *Ticket.DONATION_TYPES))
    methods = Q()
    for name in PAYMENT_METHODS:
        methods |= Q(**{name: True})
    takers = Event.objects.filter(methods, ends_at__gte=timezone.now())
    return [(_("paid tickets on sale now"), paid.count()), (_("coming events that take money"), takers.count())]


def donations() -> Iterable[tuple[Any, int]]:
    """Tickets whose price the buyer names."""
    rows = on_sale().filter(type__in=Ticket.DONATION_TYPES)
    return [(_("donation tickets on sale now"), rows.count()), (_("events with them"), _events(rows))]


def _events(rows: Any) -> int:
    return int(rows.order_by().values("event_id").distinct().count())


CONCERNED["ticket_include"].append(ticketing)
CONCERNED["payment_include"].append(payment)
CONCERNED["donation_include"].append(donations)
