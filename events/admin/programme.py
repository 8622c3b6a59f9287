"""The programme: sessions, speakers, tracks, rooms, kinds."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from openevent.admin import EventFilter, label, moment

from ..models import Microlocation, Session, SessionType, Speaker, Track
from .parts import OfEventAdmin

SESSION_COLOURS = {
    "accepted": "success",
    "confirmed": "success",
    "pending": "warning",
    "rejected": "danger",
    "canceled": "danger",
    "withdrawn": "danger",
}


@admin.register(Session)
class SessionAdmin(OfEventAdmin):
    group, icon = _("Programme"), "slideshow"
    list_display = ["title", "event", label("state", SESSION_COLOURS), "track", "microlocation", moment("starts_at")]
    list_filter = [EventFilter, "state", "level"]
    list_select_related = ["event", "track", "microlocation"]
    search_fields = ["title", "event__name", "speakers__name"]
    autocomplete_fields = ["event", "track", "microlocation", "session_type", "speakers"]
    readonly_fields = ["creator", "submitted_at", "created_at", "last_modified_at"]
    fieldsets = [
        (None, {"fields": ["event", "title", "subtitle", "state", "speakers"]}),
        (_("When and where"), {"fields": ["starts_at", "ends_at", "track", "microlocation", "session_type"]}),
        (_("What"), {"fields": ["level", "language", "short_abstract", "long_abstract", "comments"]}),
        (_("Links"), {"fields": ["slides_url", "video_url", "audio_url", "signup_url", "website"]}),
        (_("Handling"), {"fields": ["is_locked", "is_mail_sent", *readonly_fields]}),
    ]


@admin.register(Speaker)
class SpeakerAdmin(OfEventAdmin):
    group, icon = _("Programme"), "record_voice_over"
    list_display = ["name", "event", "organisation", "country", "is_featured"]
    list_filter = [EventFilter, "is_featured"]
    search_fields = ["name", "email", "organisation", "event__name"]
    autocomplete_fields = ["event", "user"]
    exclude = ["thumbnail_image_url", "small_image_url", "icon_image_url"]


@admin.register(Track)
class TrackAdmin(OfEventAdmin):
    group, icon = _("Programme"), "route"
    list_display = ["name", "event", "color", "position"]
    search_fields = ["name", "event__name"]


@admin.register(Microlocation)
class MicrolocationAdmin(OfEventAdmin):
    group, icon = _("Programme"), "meeting_room"
    list_display = ["name", "event", "room", "floor", "position", "hidden_in_scheduler"]
    search_fields = ["name", "room", "event__name"]


@admin.register(SessionType)
class SessionTypeAdmin(OfEventAdmin):
    group, icon = _("Programme"), "category"
    list_display = ["name", "event", "length", "position"]
    search_fields = ["name", "event__name"]
