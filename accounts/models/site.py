"""The site itself: its settings and the modules that are switched on. One row each."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from openevent.fields import flag, line, link, number, text
from openevent.models import Singleton
from openevent.secrets import SecretField


def secret() -> SecretField:
    """A key to somebody's account, encrypted in the database; or null."""
    return SecretField(null=True, blank=True)


class Module(Singleton):
    """What the site offers at all. False on a new site; enforced in services, for API and admin alike."""

    ticket_include = flag()
    payment_include = flag()
    donation_include = flag()

    def __str__(self) -> str:
        return "modules"


class Setting(Singleton):
    """What an administrator can say about the site. Keys are encrypted, and shown to nobody again."""

    admin_billing_additional_info = line()
    admin_billing_address = line()
    admin_billing_city = line()
    admin_billing_contact_name = line()
    admin_billing_country = line()
    admin_billing_email = models.EmailField(null=True, blank=True)
    admin_billing_logo = link()
    admin_billing_paypal_email = models.EmailField(null=True, blank=True)
    admin_billing_phone = line()
    admin_billing_state = line()
    admin_billing_tax_info = line()
    admin_billing_zip = line()
    admin_company = line()
    alipay_publishable_key = line()
    alipay_secret_key = secret()
    analytics_key = line()
    android_app_url = line()
    app_environment = models.CharField(max_length=255, default="production")
    app_name = line()
    aws_bucket_name = line()
    aws_key = secret()
    aws_region = line()
    aws_secret = secret()
    cookie_policy = text()
    cookie_policy_link = line()
    email_from = line()
    email_from_name = line()
    email_service = line()
    facebook_url = line()
    fb_client_id = line()
    fb_client_secret = secret()
    frontend_url = link()
    github_url = line()
    gitter_url = line()
    google_client_id = line()
    google_client_secret = secret()
    google_recaptcha_secret = secret()
    google_recaptcha_site = line()
    google_url = line()
    gs_bucket_name = line()
    gs_key = secret()
    gs_secret = secret()
    image_size = models.PositiveIntegerField(default=10000)
    in_client_id = line()
    in_client_secret = secret()
    instagram_url = line()
    invoice_sending_day = models.PositiveIntegerField(default=1)
    invoice_sending_timezone = models.CharField(max_length=255, default="UTC")
    is_google_recaptcha_enabled = flag()
    is_paytm_activated = flag()
    logo_size = models.PositiveIntegerField(default=1000)
    max_complex_custom_fields = models.PositiveIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    omise_live_public = line()
    omise_live_secret = secret()
    omise_mode = line()
    omise_test_public = line()
    omise_test_secret = secret()
    order_expiry_time = models.PositiveIntegerField(
        default=15, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    patreon_url = line()
    paypal_client = line()
    paypal_mode = line()
    paypal_sandbox_client = line()
    paypal_sandbox_secret = secret()
    paypal_secret = secret()
    paytm_live_merchant = line()
    paytm_live_secret = secret()
    paytm_mode = line()
    paytm_sandbox_merchant = line()
    paytm_sandbox_secret = secret()
    rocket_chat_registration_secret = secret()
    rocket_chat_url = link()
    sendgrid_key = secret()
    slide_size = models.PositiveIntegerField(default=20000)
    smtp_encryption = line()
    smtp_host = line()
    smtp_password = secret()
    smtp_port = number()
    smtp_username = line()
    start_pg_enabled = line(default="default")
    start_pg_event_id = line()
    static_domain = line()
    storage_place = line()
    stripe_client_id = line()
    stripe_mode = line()
    stripe_publishable_key = line()
    stripe_secret_key = secret()
    stripe_test_client_id = line()
    stripe_test_publishable_key = line()
    stripe_test_secret_key = secret()
    support_url = line()
    tagline = line()
    telegram_url = line()
    tw_consumer_key = line()
    tw_consumer_secret = secret()
    twitter_url = line()
    web_app_url = line()
    weblate_url = line()
    youtube_url = line()

    def __str__(self) -> str:
        return self.app_name or "openevent"
