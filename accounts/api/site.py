"""The site: settings and modules, one record each."""

from typing import Any

from rest_framework import serializers

from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import Module, Setting

# what every visitor's client needs to know
PUBLIC = [
    "admin_company",
    "alipay_publishable_key",
    "analytics_key",
    "android_app_url",
    "app_environment",
    "app_name",
    "cookie_policy",
    "cookie_policy_link",
    "facebook_url",
    "fb_client_id",
    "frontend_url",
    "github_url",
    "gitter_url",
    "google_client_id",
    "google_recaptcha_site",
    "google_url",
    "image_size",
    "in_client_id",
    "instagram_url",
    "invoice_sending_day",
    "invoice_sending_timezone",
    "is_google_recaptcha_enabled",
    "is_paytm_activated",
    "logo_size",
    "max_complex_custom_fields",
    "omise_live_public",
    "omise_mode",
    "omise_test_public",
    "order_expiry_time",
    "patreon_url",
    "paypal_client",
    "paypal_mode",
    "paypal_sandbox_client",
    "paytm_mode",
    "rocket_chat_url",
    "slide_size",
    "start_pg_enabled",
    "start_pg_event_id",
    "static_domain",
    "stripe_client_id",
    "stripe_mode",
    "stripe_publishable_key",
    "stripe_test_client_id",
    "stripe_test_publishable_key",
    "support_url",
    "tagline",
    "telegram_url",
    "tw_consumer_key",
    "twitter_url",
    "web_app_url",
    "weblate_url",
    "youtube_url",
]
# what administrators alone read
PRIVATE = [
    "admin_billing_additional_info",
    "admin_billing_address",
    "admin_billing_city",
    "admin_billing_contact_name",
    "admin_billing_country",
    "admin_billing_email",
    "admin_billing_logo",
    "admin_billing_paypal_email",
    "admin_billing_phone",
    "admin_billing_state",
    "admin_billing_tax_info",
    "admin_billing_zip",
    "alipay_secret_key",
    "aws_bucket_name",
    "aws_key",
    "aws_region",
    "aws_secret",
    "email_from",
    "email_from_name",
    "email_service",
    "fb_client_secret",
    "google_client_secret",
    "google_recaptcha_secret",
    "gs_bucket_name",
    "gs_key",
    "gs_secret",
    "in_client_secret",
    "omise_live_secret",
    "omise_test_secret",
    "paypal_sandbox_secret",
    "paypal_secret",
    "paytm_live_merchant",
    "paytm_live_secret",
    "paytm_sandbox_merchant",
    "paytm_sandbox_secret",
    "rocket_chat_registration_secret",
    "sendgrid_key",
    "smtp_encryption",
    "smtp_host",
    "smtp_password",
    "smtp_port",
    "smtp_username",
    "storage_place",
    "stripe_secret_key",
    "stripe_test_secret_key",
    "tw_consumer_secret",
]
ACTIVATED = [
    "is_alipay_activated",
    "is_billing_paypal_activated",
    "is_omise_activated",
    "is_paypal_activated",
    "is_stripe_activated",
]


class SettingSerializer(ResourceSerializer):
    """What visitors need for everybody, the rest for admins (null for others)."""

    is_stripe_activated = serializers.SerializerMethodField()
    is_paypal_activated = serializers.SerializerMethodField()
    is_billing_paypal_activated = serializers.SerializerMethodField()
    is_omise_activated = serializers.SerializerMethodField()
    is_alipay_activated = serializers.SerializerMethodField()

    class Meta:
        model = Setting
        type = "setting"
        fields = [*PUBLIC, *PRIVATE, *ACTIVATED]
        restricted = dict.fromkeys(PRIVATE, "accounts.change_setting")

    def get_is_stripe_activated(self, row: Setting) -> bool:
        return bool(row.stripe_client_id and row.stripe_secret_key)

    def get_is_paypal_activated(self, row: Setting) -> bool:
        return bool(row.paypal_client and row.paypal_secret)

    def get_is_billing_paypal_activated(self, row: Setting) -> bool:
        return bool(row.admin_billing_paypal_email)

    def get_is_omise_activated(self, row: Setting) -> bool:
        return bool(row.omise_live_public and row.omise_live_secret)

    def get_is_alipay_activated(self, row: Setting) -> bool:
        return bool(row.alipay_publishable_key and row.alipay_secret_key)


class OneRecordViewSet(ResourceViewSet):
    """A resource that has one record: ``/v1/settings`` and any id below it mean the same."""

    actions = ("retrieve", "update")
    collection_methods = {"get": "retrieve", "patch": "partial_update"}

    @classmethod
    def rows_for(cls, user: Any, with_trashed: bool = False) -> Any:
        """The one record, for everybody."""
        return cls.serializer_class.Meta.model.objects.all()

    def get_object(self) -> Any:
        """The record, whatever the URL says."""
        return self.serializer_class.Meta.model.load()

    def check_id(self, given: Any, row: Any) -> None:
        """Any id means the record."""


@api.resource
class SettingViewSet(OneRecordViewSet):
    serializer_class = SettingSerializer


class ModuleSerializer(ResourceSerializer):
    class Meta:
        model = Module
        type = "module"
        fields = ["ticket_include", "payment_include", "donation_include"]


@api.resource
class ModuleViewSet(OneRecordViewSet):
    serializer_class = ModuleSerializer
