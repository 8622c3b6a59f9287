"""What stands around the programme: the call for it, forms, questions that are often asked, sponsors, booths, links."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from openevent.admin import EventFilter, PolicyAdmin, moment

from ..models import CustomForm, CustomFormOption, Exhibitor, Faq, FaqType, SocialLink, SpeakersCall, Sponsor
from .parts import OfEventAdmin


@admin.register(SpeakersCall)
class SpeakersCallAdmin(OfEventAdmin):
    group, icon, rank = _("Programme"), "campaign", 56
    list_display = ["event", moment("starts_at"), moment("ends_at"), "privacy"]
    list_filter = [EventFilter, "privacy"]
    search_fields = ["event__name"]


class OptionInline(PolicyAdmin, TabularInline):
    """The values that one chooses from."""

    model = CustomFormOption
    fields = ["value"]
    extra = 0


@admin.register(CustomForm)
class CustomFormAdmin(OfEventAdmin):
    """A field of a form each; the name is what people read."""

    group, icon, rank = _("Programme"), "dynamic_form", 57
    list_display = ["field_identifier", "event", "form", "name", "type", "is_included", "is_required"]
    list_filter = [EventFilter, "form", "is_included"]
    search_fields = ["field_identifier", "name", "event__name"]
    ordering = ["event", "form", "position", "pk"]
    fieldsets = [
        (None, {"fields": ["event", "form", "name", "description", "type", "field_identifier"]}),
        (_("Answers"), {"fields": ["is_included", "is_required", "is_public", "is_allow_edit", "min", "max"]}),
        (_("Place"), {"fields": ["position", "form_id", "main_language", "is_fixed"]}),
    ]
    inlines = [OptionInline]


@admin.register(FaqType)
class FaqTypeAdmin(OfEventAdmin):
    group, icon, rank = _("Programme"), "toc", 58
    list_display = ["name", "event"]
    search_fields = ["name", "event__name"]


@admin.register(Faq)
class FaqAdmin(OfEventAdmin):
    group, icon, rank = _("Programme"), "quiz", 59
    list_display = ["question", "event", "faq_type"]
    list_select_related = ["event", "faq_type"]
    search_fields = ["question", "answer", "event__name"]
    autocomplete_fields = ["event", "faq_type"]


@admin.register(Exhibitor)
class ExhibitorAdmin(OfEventAdmin):
    group, icon, rank = _("Programme"), "storefront", 60
    list_display = ["name", "event", "status", "position"]
    list_filter = [EventFilter, "status"]
    search_fields = ["name", "event__name"]
    autocomplete_fields = ["event", "sessions"]


@admin.register(Sponsor)
class SponsorAdmin(OfEventAdmin):
    group, icon, rank = _("Programme"), "handshake", 61
    list_display = ["name", "event", "type", "level"]
    search_fields = ["name", "type", "event__name"]


@admin.register(SocialLink)
class SocialLinkAdmin(OfEventAdmin):
    group, icon, rank = _("Programme"), "link", 62
    list_display = ["name", "event", "link"]
    search_fields = ["name", "link", "event__name"]
