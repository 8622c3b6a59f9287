"""The demo event has a bill of the site to look at."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from events.models import Event

from .models import EventInvoice
from .services.invoicing import owner_of, take_number


@transaction.atomic
def load_demo_invoice(*, event: Event, now: datetime | None = None) -> EventInvoice | None:
    """The site's bill for the month before; None where the event has one already."""
    if EventInvoice.with_trashed.filter(event=event).exists():
        return None
    now = now or timezone.now()
    month = (now.replace(day=1) - timedelta(days=1)).date().replace(day=1)
    return EventInvoice.objects.create(
        event=event,
        user=owner_of(event),
        month=month,
        amount=Decimal("22.50"),
        currency=event.payment_currency or "USD",
        created_at=now,
        issued_at=now,
        number=take_number(None),
    )
