"""Who moves money for us. Each is one file with the methods of base.Provider."""

from ..models import Attempt, Refund
from .base import Outcome, Provider, ProviderAway, RefundOutcome, Return, Standing
from .manual import Manual
from .paypal import PayPal
from .stripe import Stripe

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in (Stripe(), PayPal(), Manual())}

__all__ = ["PROVIDERS", "Outcome", "Provider", "ProviderAway", "RefundOutcome", "Return", "Standing", "provider_of"]


def provider_of(row: Attempt | Refund) -> Provider:
    """The provider of a payment, or of a refund's payment."""
    payment = row.payment if isinstance(row, Refund) else row
    return PROVIDERS[payment.provider]
