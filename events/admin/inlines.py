"""The programme on the event's own page: rooms and tracks to change and to put in order, sessions to open."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from openevent.admin import PolicyAdmin, ReadOnlyInline, moment

from ..models import Microlocation, Session, SessionType, Track


class PartInline(PolicyAdmin, TabularInline):
    """Parts that are dragged into their order."""

    extra = 0
    tab = True
    ordering = ["position", "pk"]
    ordering_field = "position"
    hide_ordering_field = True


class RoomInline(PartInline):
    model = Microlocation
    fields = ["name", "room", "floor", "position"]
    verbose_name_plural = _("Rooms")


class TrackInline(PartInline):
    model = Track
    fields = ["name", "color", "position"]
    verbose_name_plural = _("Tracks")


class KindInline(PartInline):
    model = SessionType
    fields = ["name", "length", "position"]
    verbose_name_plural = _("Kinds of sessions")


class SessionInline(ReadOnlyInline):
    """By day and hour; each opens on its own page."""

    model = Session
    fields = ["title", "state", moment("starts_at"), "microlocation", "track"]
    ordering = ["starts_at", "pk"]
    show_change_link = True
    per_page = 20
    verbose_name_plural = _("Sessions")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With their places."""
        return super().get_queryset(request).select_related("event", "microlocation", "track")
