"""How money moves, and what is remembered of it."""

from .accounts import StripeAuthorization
from .invoices import EventInvoice, Invoice, InvoiceCounter
from .ledger import LedgerEntry
from .payments import Payment, Refund
from .sales import InvoiceSales
from .webhooks import WebhookEvent

__all__ = [
    "EventInvoice",
    "Invoice",
    "InvoiceCounter",
    "InvoiceSales",
    "LedgerEntry",
    "Payment",
    "Refund",
    "StripeAuthorization",
    "WebhookEvent",
]
