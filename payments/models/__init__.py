"""How money moves, and what is remembered of it."""

from .accounts import StripeAuthorization
from .invoices import EventInvoice, Invoice, InvoiceCounter, InvoicePayment
from .ledger import LedgerEntry
from .payments import Attempt, Payment, Refund
from .sales import InvoiceSales
from .webhooks import WebhookEvent

__all__ = [
    "Attempt",
    "EventInvoice",
    "Invoice",
    "InvoiceCounter",
    "InvoicePayment",
    "InvoiceSales",
    "LedgerEntry",
    "Payment",
    "Refund",
    "StripeAuthorization",
    "WebhookEvent",
]
