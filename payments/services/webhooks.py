"""What providers tell us: stored first, worked on later. A message is a hint to look; what counts is the provider's
answer when it is asked, so that late, repeated and reordered messages change nothing."""

import logging
import traceback
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ..models import InvoicePayment, Payment, Refund, WebhookEvent
from ..providers import ProviderAway, provider_of
from ..tasks import process_webhook_task
from .invoice_paying import settle_invoice_payment
from .locking import claim, release
from .refunding import carry_out_refund
from .settling import settle_payment

logger = logging.getLogger(__name__)
State = WebhookEvent.State
MOST_ATTEMPTS = 20


@transaction.atomic
def store_webhook(*, provider: str, event_id: str, kind: str, payload: dict[str, Any]) -> WebhookEvent:
    """Keep a message whose signature was right. The same one again is the one that is there."""
    event, is_new = WebhookEvent.objects.get_or_create(
        provider=provider, event_id=event_id[:255], defaults={"kind": kind[:255], "payload": payload}
    )
    if is_new:
        process_webhook_task.publish_on_commit(event.pk)
    return event


def process_webhook(*, event: WebhookEvent, now: datetime | None = None) -> WebhookEvent:
    """Look what the message is about, and ask the provider how it stands. An error leaves its traceback in the row;
    a provider that does not answer leaves the row as it is, for the sweeper."""
    if event.state in (State.DONE, State.IGNORED):
        return event
    now = now or timezone.now()
    found = ""
    try:
        state = _work(event, now)
    except ProviderAway as error:
        found, state = error.message, State.NEW if event.attempts < MOST_ATTEMPTS else State.FAILED
    except Exception:
        found, state = traceback.format_exc(), State.FAILED
        logger.exception("webhook %s failed", event.pk)
    WebhookEvent.objects.filter(pk=event.pk).update(
        state=state, traceback=found, attempts=F("attempts") + 1, processed_at=now
    )
    event.refresh_from_db()
    return event


@transaction.atomic
def replay_webhook(*, event: WebhookEvent) -> None:
    """Work on a message once more."""
    WebhookEvent.objects.filter(pk=event.pk).update(state=State.NEW, attempts=0)
    process_webhook_task.publish_on_commit(event.pk)


def _work(event: WebhookEvent, now: datetime) -> str:
    ids, keys = _mentioned(event)
    refund = Refund.objects.filter(payment__provider=event.provider, provider_id__in=ids).first()
    if refund is not None:
        carry_out_refund(refund=refund, now=now)
        return State.DONE
    payments = Payment.objects.filter(provider=event.provider)
    payment = payments.filter(provider_id__in=ids).first() or payments.filter(key__in=keys).first()
    if payment is None:
        return _work_on_bill(event, ids, keys, now)
    if not claim(payment, now):
        return State.NEW  # somebody is asking at this moment: the sweeper comes back to it
    try:
        settle_payment(payment=payment, outcome=provider_of(payment).lookup(payment), now=now)
    finally:
        release(payment)
    return State.DONE


def _work_on_bill(event: WebhookEvent, ids: set[str], keys: set[str], now: datetime) -> str:
    payments = InvoicePayment.objects.filter(provider=event.provider)
    payment = payments.filter(provider_id__in=ids).first() or payments.filter(key__in=keys).first()
    if payment is None:
        return State.IGNORED
    if not claim(payment, now):
        return State.NEW
    try:
        settle_invoice_payment(payment=payment, outcome=provider_of(payment).lookup(payment), now=now)
    finally:
        release(payment)
    return State.DONE


def _mentioned(event: WebhookEvent) -> tuple[set[str], set[str]]:
    """Ids of payments and refunds at the provider, and our own keys, that the message names."""
    payload = event.payload
    thing = payload.get("resource") or (payload.get("data") or {}).get("object") or {}
    names = ("id", "payment_intent", "parent_payment")
    ids = {str(thing[name]) for name in names if isinstance(thing.get(name), str)}
    keys = {(thing.get("metadata") or {}).get("payment"), thing.get("custom")}
    keys |= {transaction.get("custom") for transaction in thing.get("transactions") or []}
    return ids, {str(key) for key in keys if key}
