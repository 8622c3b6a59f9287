"""Addresses of payments that are no resources."""

from django.urls import path

from .api.charges import (
    ChargeView,
    CreatePaypalPaymentView,
    PaymentRedirectView,
    VerifyMobilePaymentView,
    VerifyView,
)
from .api.downloads import CreditNoteView, EventInvoiceView, LedgerView, OrderInvoiceView
from .api.elsewhere import urlpatterns as elsewhere
from .api.invoice_charges import ChargeInvoiceView, CreateInvoicePaymentView
from .api.webhooks import PaypalWebhookView, StripeWebhookView

urlpatterns = [
    *elsewhere,
    path("v1/orders/<str:key>/charge", ChargeView.as_view(), name="order-charge"),
    path("v1/orders/<str:key>/create-paypal-payment", CreatePaypalPaymentView.as_view(), name="order-create-paypal"),
    path(
        "v1/orders/<str:key>/verify-mobile-paypal-payment",
        VerifyMobilePaymentView.as_view(),
        name="order-verify-mobile-paypal",
    ),
    path("v1/orders/<str:key>/verify", VerifyView.as_view(), name="order-verify"),
    path("v1/orders/<str:key>/pay", PaymentRedirectView.as_view(), name="order-pay"),
    path("v1/orders/invoices/<str:key>", OrderInvoiceView.as_view(), name="order-invoice"),
    path("v1/refunds/<str:key>/credit-note", CreditNoteView.as_view(), name="refund-credit-note"),
    path("v1/events/invoices/<str:key>", EventInvoiceView.as_view(), name="event-invoice-pdf"),
    path(
        "v1/event-invoices/<str:key>/create-paypal-payment",
        CreateInvoicePaymentView.as_view(),
        name="event-invoice-create-paypal",
    ),
    path("v1/event-invoices/<str:key>/charge", ChargeInvoiceView.as_view(), name="event-invoice-charge"),
    path("v1/events/<str:key>/ledger.csv", LedgerView.as_view(), name="event-ledger"),
    path("v1/webhooks/stripe", StripeWebhookView.as_view(), name="webhook-stripe"),
    path("v1/webhooks/paypal", PaypalWebhookView.as_view(), name="webhook-paypal"),
]
