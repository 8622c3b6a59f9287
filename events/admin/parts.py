"""What the pages of an event's parts have in common."""

from typing import Any

from django.http import HttpRequest

from openevent.admin import BackOfficeAdmin, EventFilter


class OfEventAdmin(BackOfficeAdmin):
    """A part of an event; it does not move to another one."""

    list_select_related = ["event"]
    list_filter = [EventFilter]
    autocomplete_fields = ["event"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The event of a row that is there stays."""
        return [*self.readonly_fields, "event"] if obj else self.readonly_fields
