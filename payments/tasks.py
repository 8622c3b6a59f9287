"""What the workers do for payments; each task fetches and delegates. (Services publish these tasks, hence the imports
inside.)"""

import logging
from typing import Any

from celery import shared_task

from openevent.tasks import Task

logger = logging.getLogger(__name__)


def _row(model: Any, pk: int) -> Any:
    row = model._base_manager.filter(pk=pk).first()
    if row is None:
        logger.info("%s %s is gone", model.__name__, pk)
    return row


@shared_task(base=Task)
def carry_out_refund_task(refund_id: int) -> None:
    """Give the money of one refund back."""
    from . import services
    from .models import Refund

    refund = _row(Refund, refund_id)
    if refund is not None:
        services.carry_out_refund(refund=refund)


@shared_task(base=Task)
def refund_order_task(order_id: int) -> None:
    """Begin the refund of an order that was cancelled."""
    from orders.models import Order

    from . import services

    order = _row(Order, order_id)
    if order is not None and order.status == Order.Status.CANCELLED:
        services.refund_order(order=order)


@shared_task(base=Task)
def record_manual_payment_task(order_id: int) -> None:
    """Write down the payment of an order that the team completed."""
    from orders.models import Order

    from . import services

    order = _row(Order, order_id)
    if order is not None:
        services.record_manual_payment(order=order)


@shared_task(base=Task)
def process_webhook_task(event_id: int) -> None:
    """Work on a stored message."""
    from . import services
    from .models import WebhookEvent

    event = _row(WebhookEvent, event_id)
    if event is not None:
        services.process_webhook(event=event)


@shared_task(base=Task)
def issue_invoice_task(order_id: int) -> None:
    """Write the bill of a paid order."""
    from orders.models import Order

    from . import services

    order = _row(Order, order_id)
    if order is not None:
        services.issue_invoice(order=order)


@shared_task(base=Task)
def issue_credit_note_task(refund_id: int) -> None:
    """Write what takes the bill back."""
    from . import services
    from .models import Refund

    refund = _row(Refund, refund_id)
    if refund is not None:
        services.issue_credit_note(refund=refund)


@shared_task(base=Task)
def draw_invoice_task(invoice_id: int) -> None:
    """Make the PDF of a bill."""
    from .invoices_pdf import store_invoice
    from .models import Invoice

    invoice = _row(Invoice, invoice_id)
    if invoice is not None and not invoice.pdf:
        store_invoice(invoice)


@shared_task(base=Task)
def sweep_payments_task() -> None:
    """Ask about payments that wait."""
    from . import services

    services.sweep_payments()
    services.sweep_invoice_payments()


@shared_task(base=Task)
def sweep_refunds_task() -> None:
    """Try refunds that are due."""
    from . import services

    services.sweep_refunds()


@shared_task(base=Task)
def sweep_webhooks_task() -> None:
    """Work on messages whose task was lost."""
    from . import services

    services.sweep_webhooks()


@shared_task(base=Task)
def issue_event_invoices_task() -> None:
    """Write the site's bills of last month and remind of them, and write bills of orders whose task was lost."""
    from . import services

    services.issue_event_invoices()
    services.remind_of_bills()
    services.issue_owed_invoices()
