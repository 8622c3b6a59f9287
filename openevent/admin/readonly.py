"""Pages and inlines that show and change nothing, and tables of one row."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.admin import TabularInline

from .base import BackOfficeAdmin
from .permissions import PolicyAdmin


class ReadOnlyMixin:
    """Pages that show, and change nothing."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are made elsewhere."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor are they changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """And they stay."""
        return False


class ReadOnlyAdmin(ReadOnlyMixin, BackOfficeAdmin):
    """A log, or what only services may write."""


class ReadOnlyInline(ReadOnlyMixin, PolicyAdmin, TabularInline):
    """Rows below the one they belong to."""

    extra = 0
    can_delete = False
    show_change_link = False
    tab = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of them."""
        return self.fields


class OneRecordAdmin(BackOfficeAdmin):
    """A table of one row: the list is its form."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is one already."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """And it stays."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Straight to the form."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        return HttpResponseRedirect(self.url("change", self.model.load().pk))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Stay there."""
        return HttpResponseRedirect(self.url("change", obj.pk))
