"""An event's copy takes nothing of payments along: neither what happened nor the way into an account."""

from events.services.copying import declare

from .models import EventInvoice, Invoice, InvoicePayment, LedgerEntry, Payment, Refund, StripeAuthorization

declare(left=[EventInvoice, Invoice, InvoicePayment, LedgerEntry, Payment, Refund, StripeAuthorization])
