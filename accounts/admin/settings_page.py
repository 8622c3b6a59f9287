"""The settings of the site as one form: by subject, in people's words, with what each does."""

from django.utils.translation import gettext_lazy as _

GROUPS = [
    (_("The site"), ["app_name", "tagline", "frontend_url", "web_app_url", "android_app_url", "support_url"]),
    (_("Orders"), ["order_expiry_time", "max_complex_custom_fields"]),
    (_("Mails"), ["email_from", "email_from_name"]),
    (_("Uploads"), ["image_size", "logo_size", "slide_size"]),
    (
        _("Invoices over the site's fees"),
        [
            *["invoice_sending_day", "invoice_sending_timezone", "admin_company", "admin_billing_contact_name"],
            *["admin_billing_email", "admin_billing_phone", "admin_billing_address", "admin_billing_zip"],
            *["admin_billing_city", "admin_billing_state", "admin_billing_country", "admin_billing_tax_info"],
            *["admin_billing_paypal_email", "admin_billing_logo", "admin_billing_additional_info"],
        ],
    ),
    (
        _("Payments by Stripe"),
        [
            *["stripe_mode", "stripe_client_id", "stripe_publishable_key", "stripe_secret_key"],
            *["stripe_test_client_id", "stripe_test_publishable_key", "stripe_test_secret_key"],
        ],
    ),
    (
        _("Payments by PayPal"),
        ["paypal_mode", "paypal_client", "paypal_secret", "paypal_sandbox_client", "paypal_sandbox_secret"],
    ),
    (
        _("Other ways to pay, told to the web app"),
        [
            *["omise_mode", "omise_live_public", "omise_live_secret", "omise_test_public", "omise_test_secret"],
            *["alipay_publishable_key", "alipay_secret_key", "is_paytm_activated", "paytm_mode"],
            *["paytm_live_merchant", "paytm_live_secret", "paytm_sandbox_merchant", "paytm_sandbox_secret"],
        ],
    ),
    (
        _("Log-in by other sites"),
        [
            *["google_client_id", "google_client_secret", "fb_client_id", "fb_client_secret"],
            *["tw_consumer_key", "tw_consumer_secret", "in_client_id", "in_client_secret"],
            *["is_google_recaptcha_enabled", "google_recaptcha_site", "google_recaptcha_secret"],
        ],
    ),
    (
        _("Where else you are"),
        [
            *["facebook_url", "twitter_url", "instagram_url", "youtube_url", "telegram_url", "github_url"],
            *["gitter_url", "google_url", "patreon_url", "weblate_url"],
        ],
    ),
    (_("Cookies and statistics"), ["cookie_policy", "cookie_policy_link", "analytics_key"]),
    (_("Rocket.Chat"), ["rocket_chat_url", "rocket_chat_registration_secret"]),
]
HELP = {
    "app_name": _("What mails and pages call this site."),
    "tagline": _("A line below the name."),
    "frontend_url": _(
        "Where the web app lives. Only origins that the operator trusts count: links in mails lead there."
    ),
    "order_expiry_time": _("Minutes for which an unpaid order holds its seats."),
    "invoice_sending_day": _("Day of the month on which organizers get the invoice over the site's fees."),
    "invoice_sending_timezone": _("The time zone in which that day begins."),
    "email_from": _("The sender of mails. The mail server itself is set by the operator."),
    "image_size": _("Largest picture that may be uploaded, in kilobytes."),
    "logo_size": _("Largest logo that may be uploaded, in kilobytes."),
    "slide_size": _("Largest file of slides that may be uploaded, in kilobytes."),
    "max_complex_custom_fields": _("How many questions of its own a form may have."),
    "stripe_client_id": _("Lets organizers connect their own Stripe accounts."),
    "paypal_mode": _("“sandbox” or “live”."),
    "stripe_mode": _("“test” or “live”."),
    "admin_billing_contact_name": _("Stands on the invoices over the site's fees."),
}
LABELS = {
    "app_name": _("Name of the site"),
    "tagline": _("Tagline"),
    "frontend_url": _("Address of the web app"),
    "web_app_url": _("Address of the web app for phones"),
    "android_app_url": _("Address of the Android app"),
    "support_url": _("Address for questions"),
    "order_expiry_time": _("Unpaid orders hold their seats for"),
    "max_complex_custom_fields": _("Questions in a form"),
    "email_from": _("Sender's address"),
    "email_from_name": _("Sender's name"),
    "image_size": _("Pictures"),
    "logo_size": _("Logos"),
    "slide_size": _("Slides"),
    "invoice_sending_day": _("Day of the month"),
    "invoice_sending_timezone": _("Time zone"),
    "admin_company": _("Company"),
    "admin_billing_contact_name": _("Contact"),
    "admin_billing_email": _("E-mail"),
    "admin_billing_phone": _("Phone"),
    "admin_billing_address": _("Address"),
    "admin_billing_zip": _("Postcode"),
    "admin_billing_city": _("City"),
    "admin_billing_state": _("State or region"),
    "admin_billing_country": _("Country"),
    "admin_billing_tax_info": _("Tax number"),
    "admin_billing_paypal_email": _("PayPal account that is paid"),
    "admin_billing_logo": _("Address of the logo"),
    "admin_billing_additional_info": _("Further text"),
    "stripe_mode": _("Mode"),
    "stripe_client_id": _("Client id, live"),
    "stripe_publishable_key": _("Publishable key, live"),
    "stripe_secret_key": _("Secret key, live"),
    "stripe_test_client_id": _("Client id, test"),
    "stripe_test_publishable_key": _("Publishable key, test"),
    "stripe_test_secret_key": _("Secret key, test"),
    "paypal_mode": _("Mode"),
    "paypal_client": _("Client id, live"),
    "paypal_secret": _("Secret, live"),
    "paypal_sandbox_client": _("Client id, sandbox"),
    "paypal_sandbox_secret": _("Secret, sandbox"),
    "google_client_id": _("Google: client id"),
    "google_client_secret": _("Google: secret"),
    "fb_client_id": _("Facebook: client id"),
    "fb_client_secret": _("Facebook: secret"),
    "tw_consumer_key": _("Twitter: key"),
    "tw_consumer_secret": _("Twitter: secret"),
    "in_client_id": _("LinkedIn: client id"),
    "in_client_secret": _("LinkedIn: secret"),
    "is_google_recaptcha_enabled": _("reCAPTCHA is asked for"),
    "google_recaptcha_site": _("reCAPTCHA: site key"),
    "google_recaptcha_secret": _("reCAPTCHA: secret"),
    "is_paytm_activated": _("Paytm is offered"),
    "cookie_policy": _("Text on cookies"),
    "cookie_policy_link": _("Address of the page on cookies"),
    "analytics_key": _("Key of the statistics service"),
    "rocket_chat_url": _("Address of the server"),
    "rocket_chat_registration_secret": _("Secret for registering people"),
}
LABELS |= {
    f"{site.lower()}_url": site
    for site in ["Facebook", "Twitter", "Instagram", "YouTube", "Telegram", "GitHub", "Gitter", "Google", "Patreon"]
}
