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
    "is_hidden": _("Hidden"),
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
    "email": _("E-mail"),
    "firstname": _("First name"),
    "lastname": _("Last name"),
    "is_checked_in": _("Checked in"),
    "payment_mode": _("Payment"),
    "paid_via": _("Paid via"),
    "transaction_id": _("Number of the transaction"),
    "brand": _("Card"),
    "last4": _("Last digits of the card"),
    "is_refund_due": _("Money is to go back"),
    "zipcode": _("Postcode"),
    "tax_business_info": _("Tax number"),
    "order_notes": _("Note of the buyer"),
    "cancel_note": _("Note to the buyer"),
    "created_at": _("Made"),
    "expires_at": _("Held until"),
    "completed_at": _("Completed"),
    "tickets_sent_at": _("Tickets mailed"),
    "hidden_in_scheduler": _("Hidden in the programme"),
    "is_verified": _("Address proved"),
    "is_blocked": _("Blocked"),
    "is_admin": _("Administrator"),
    "is_super_admin": _("Super administrator"),
    "is_sales_admin": _("Sales administrator"),
    "is_marketer": _("Marketer"),
    "last_accessed_at": _("Last seen"),
    "is_mail_sent": _("Speakers were told"),
    "is_locked": _("Locked for speakers"),
    "event_sub_topic": _("Sub-topic"),
    "event_topic": _("Topic"),
    "event_type": _("Kind of event"),
    "online": _("Online"),
    "min_price": _("Lowest price"),
    "max_price": _("Highest price"),
    "last_modified_at": _("Last changed"),
    "submitted_at": _("Submitted"),
    "is_read": _("Read"),
    "logo_url": _("Logo"),
    "original_image_url": _("Picture"),
    "external_event_url": _("Website of the event"),
    "ticket_url": _("Tickets are sold at"),
    "slides_url": _("Slides"),
    "video_url": _("Video"),
    "audio_url": _("Recording"),
    "signup_url": _("Sign-up"),
}
# what a column is called in one model alone
FIELDS_OF = {
    "orders.order.user": _("Buyer"),
    "orders.order.identifier": _("Order"),
    "events.event.identifier": _("Short name in addresses"),
    "events.session.session_type": _("Kind"),
    "events.speakerscall.soft_ends_at": _("Advised end"),
    "events.speakerscall.hash": _("End of the private link"),
    "events.customform.form": _("Asked of"),
    "events.customform.field_identifier": _("The answer is called"),
    "events.customform.name": _("Question"),
    "events.customform.description": _("Explanation"),
    "events.customform.form_id": _("Only with tickets of the form"),
    "events.customform.main_language": _("Language of the question"),
    "events.customform.min": _("At least"),
    "events.customform.max": _("At most"),
    "events.customform.is_required": _("Must be answered"),
    "events.customform.is_included": _("Is asked"),
    "events.customform.is_fixed": _("Belongs to every form"),
    "events.customform.is_public": _("The answer is public"),
    "events.customform.is_allow_edit": _("The answer may be changed later"),
}
# singular and plural
MODELS = {
    "events.eventmember": (_("team member"), _("team members")),
    "events.roleinvite": (_("invitation"), _("invitations")),
    "events.microlocation": (_("room"), _("rooms")),
    "events.customform": (_("form field"), _("form fields")),
    "events.customformoption": (_("choice"), _("choices")),
    "events.faq": (_("frequent question"), _("frequent questions")),
    "events.faqtype": (_("heading of questions"), _("headings of questions")),
    "events.speakerscall": (_("call for speakers"), _("calls for speakers")),
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
        field.verbose_name = label_of(field) or _lazy(field.verbose_name)


def label_of(field: Any) -> Any:
    """What forms and lists call a column; None: its own name."""
    return FIELDS_OF.get(f"{field.model._meta.label_lower}.{field.name}") or FIELDS.get(field.name)


def _lazy(name: Any) -> Any:
    """The name as a word to be translated; the plural that Django makes of the singular is one as well."""
    return gettext_lazy(str(name))
