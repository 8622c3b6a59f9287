"""Pages and inlines that show and change nothing, and tables of one row."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.admin import TabularInline

from .base import BackOfficeAdmin
from .columns import is_money, money
from .permissions import PolicyAdmin


class ReadOnlyMixin:
    """Pages that show, and change nothing; amounts of money as people write them."""

    model: Any

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Django's."""
        parts = self._declared(request, obj)
        return [
            (title, {**options, "fields": [self._spelled(n) for n in options["fields"]]}) for title, options in parts
        ]

    def _declared(self, request: HttpRequest, obj: Any) -> Any:
        return super().get_fieldsets(request, obj)  # type: ignore[misc]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Django's."""
        return [self._spelled(name) for name in super().get_readonly_fields(request, obj)]  # type: ignore[misc]

    def _spelled(self, name: Any) -> Any:
        if not isinstance(name, str) or name not in {f.name for f in self.model._meta.fields}:
            return name
        if not is_money(self.model._meta.get_field(name)):
            return name
        spelled: dict[str, Any] = self.__dict__.setdefault("_money", {})
        return spelled.setdefault(name, money(name))

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
    """A log, or what only services may write. What a row does not say takes no place on its page."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Those fields, and parts of the page, that have something to show."""
        found = []
        for title, options in self._declared(request, obj):
            names = [name for name in options["fields"] if obj is None or getattr(obj, name, name) not in (None, "")]
            if names:
                found.append((title, {**options, "fields": [self._spelled(name) for name in names]}))
        return found


class ReadOnlyInline(ReadOnlyMixin, PolicyAdmin, TabularInline):
    """Rows below the one they belong to."""

    extra = 0
    can_delete = False
    show_change_link = False
    tab = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of them."""
        return [self._spelled(name) for name in self.fields]


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
