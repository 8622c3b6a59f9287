"""Everything that moves money. Each function may be called twice; nothing here happens twice."""

from .accounts import connect_stripe, reconnect_stripe
from .charging import charge_order, create_paypal_payment, verify_mobile_payment, verify_order
from .invoice_paying import charge_invoice, create_invoice_payment, settle_invoice_payment, sweep_invoice_payments
from .invoicing import (
    issue_credit_note,
    issue_event_invoices,
    issue_invoice,
    issue_owed_invoices,
    remind_of_bills,
)
from .refunding import (
    carry_out_refund,
    refund_a_part,
    refund_attendee,
    refund_order,
    refund_part,
    retry_refund,
    settle_manual_refund,
)
from .settling import record_manual_payment, settle_payment
from .sweeping import sweep_payments, sweep_refunds, sweep_webhooks
from .webhooks import process_webhook, replay_webhook, store_webhook

__all__ = [
    "carry_out_refund",
    "charge_invoice",
    "charge_order",
    "connect_stripe",
    "create_invoice_payment",
    "create_paypal_payment",
    "issue_credit_note",
    "issue_event_invoices",
    "issue_invoice",
    "issue_owed_invoices",
    "process_webhook",
    "reconnect_stripe",
    "record_manual_payment",
    "refund_a_part",
    "refund_attendee",
    "refund_order",
    "refund_part",
    "remind_of_bills",
    "replay_webhook",
    "retry_refund",
    "settle_invoice_payment",
    "settle_manual_refund",
    "settle_payment",
    "store_webhook",
    "sweep_invoice_payments",
    "sweep_payments",
    "sweep_refunds",
    "sweep_webhooks",
    "verify_mobile_payment",
    "verify_order",
]
