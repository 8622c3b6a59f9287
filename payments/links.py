"""The link that leads a buyer from his order to PayPal."""

from django.conf import settings
from django.core import signing

from orders.models import Order

SALT = "payments.pay"


def payment_link(order: Order) -> str:
    """Where an order is paid by PayPal. PayPal is not asked before somebody goes there."""
    return f"{settings.SITE_URL}/v1/orders/{order.identifier}/pay?key={payment_key(order)}"


def payment_key(order: Order) -> str:
    """What makes the link work without a login."""
    return signing.Signer(salt=SALT).signature(str(order.identifier))
