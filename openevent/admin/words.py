"""Words of forms and menus: the names of columns and models, as people read them.

Most come from the names in the code (``payment_mode`` is "payment mode") and are only translated; the ones here read
better. What the translation files shall have of the rest stands in ``names.py``.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

FIELDS = {
    "is_sessions_speakers_enabled": _("Sessions and speakers"),
    "is_sponsors_enabled": _("Sponsors"),
    "is_donation_enabled": _("Donations"),
    "is_tax_enabled": _("Taxes"),
    "is_ticket_form_enabled": _("Questions to attendees"),
    "is_badges_enabled": _("Badges"),
    "is_billing_info_mandatory": _("Buyers must give their billing address"),
    "show_remaining_tickets": _("Show how many tickets are left"),
    "is_featured": _("Featured"),
    "is_promoted": _("Promoted"),
    "is_demoted": _("Demoted"),
    "is_map_shown": _("Show a map"),
    "has_owner_info": _("Show who runs it"),
    "owner_name": _("Organizer"),
    "owner_description": _("About the organizer"),
    "can_pay_by_stripe": _("By card (Stripe)"),
    "can_pay_by_paypal": _("By PayPal"),
    "can_pay_by_bank": _("By bank transfer"),
    "can_pay_by_cheque": _("By cheque"),
    "can_pay_onsite": _("At the door"),
    "can_pay_by_invoice": _("By invoice"),
    "payment_currency": _("Currency"),
    "payment_country": _("Country of the payment account"),
    "is_hidden": _("Hidden: opened by an access code"),
    "is_description_visible": _("Show the description"),
    "is_fee_absorbed": _("The organizer pays the fee"),
    "is_checkin_restricted": _("Check-in by the team alone"),
    "auto_checkin_enabled": _("Checked in when bought"),
    "min_order": _("At least, in one order"),
    "max_order": _("At most, in one order"),
    "sales_starts_at": _("Sale begins"),
    "sales_ends_at": _("Sale ends"),
    "starts_at": _("Begins"),
    "ends_at": _("Ends"),
    "microlocation": _("Room"),
    "timezone": _("Time zone"),
    "tickets_number": _("Good for so many tickets"),
    "is_active": _("Switched on"),
}
# singular and plural
MODELS = {
    "events.eventmember": (_("team member"), _("team members")),
    "events.roleinvite": (_("invitation"), _("invitations")),
    "events.microlocation": (_("room"), _("rooms")),
    "orders.checkin": (_("scan"), _("scans")),
    "payments.ledgerentry": (_("ledger entry"), _("ledger entries")),
    "payments.webhookevent": (_("webhook"), _("webhooks")),
    "payments.stripeauthorization": (_("Stripe account"), _("Stripe accounts")),
    "accounts.mail": (_("mail"), _("mails")),
    "accounts.setting": (_("settings"), _("settings")),
    "accounts.activity": (_("activity"), _("activities")),
    "admin.logentry": (_("change"), _("changes")),
}


def speak(model: type[models.Model]) -> None:
    """Let the names of a model and its columns follow the language of who looks. Migrations do not see it: they
    read what the model was declared with."""
    meta: Any = model._meta
    meta.verbose_name, meta.verbose_name_plural = MODELS.get(
        meta.label_lower, (_lazy(meta.verbose_name), _lazy(meta.verbose_name_plural))
    )
    for field in [*meta.concrete_fields, *meta.many_to_many]:
        field.verbose_name = _lazy(field.verbose_name)


def label_of(field: Any) -> Any:
    """What a form calls a column; None: its own name."""
    return FIELDS.get(field.name)


def _lazy(name: Any) -> Any:
    """The name as a word to be translated; the plural that Django makes of the singular is one as well."""
    return gettext_lazy(str(name))
