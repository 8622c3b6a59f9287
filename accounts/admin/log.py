"""Who did what: the activity log of the site, and the changes that were made in the back office."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from openevent.admin import ReadOnlyAdmin, moment

from ..models import Activity


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    """What happened on the site."""

    group, icon = _("Site"), "history"
    list_display = [moment("time"), "actor", "action"]
    search_fields = ["actor", "action"]
    ordering = ["-pk"]


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """Who changed what in the back office; each row's own page has its part as its history."""

    group, icon = _("Site"), "manage_search"
    list_display = [moment("action_time"), "user", "content_type", "thing", "what"]
    list_filter = ["action_flag"]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "change_message", "user__email"]
    ordering = ["-pk"]

    @admin.display(description=_("object"))
    def thing(self, entry: LogEntry) -> Any:
        """What was changed, as a link."""
        try:
            url = entry.get_admin_url()
        except NoReverseMatch:
            url = None
        return format_html('<a href="{}">{}</a>', url, entry.object_repr) if url else entry.object_repr

    @admin.display(description=_("change"))
    def what(self, entry: LogEntry) -> str:
        """What was done, from what to what."""
        return str(entry.get_change_message())

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the people."""
        return super().get_queryset(request).select_related("user", "content_type")
