"""What opens the site's own accounts: the environment says it or, where that is silent, an administrator in the site's
settings, where the keys are encrypted."""

from django.conf import settings

from accounts.models import Setting


def stripe_key() -> str:
    """The platform's Stripe key; "" where there is none."""
    if settings.STRIPE_SECRET_KEY:
        return str(settings.STRIPE_SECRET_KEY)
    site = Setting.load()
    return str((site.stripe_test_secret_key if site.stripe_mode == "test" else site.stripe_secret_key) or "")


def paypal_keys() -> tuple[str, str]:
    """Client id and secret of the site's PayPal app; "" where there is none."""
    if settings.PAYPAL_CLIENT_ID:
        return str(settings.PAYPAL_CLIENT_ID), str(settings.PAYPAL_SECRET)
    site = Setting.load()
    if site.paypal_mode == "sandbox":
        return str(site.paypal_sandbox_client or ""), str(site.paypal_sandbox_secret or "")
    return str(site.paypal_client or ""), str(site.paypal_secret or "")
