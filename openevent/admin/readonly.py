"""Pages and inlines that show and change nothing, and tables of one row."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import display

from .base import BackOfficeAdmin
from .columns import is_money, money, spelled_choice, word
from .permissions import PolicyAdmin
from .words import label_of


class ReadOnlyMixin:
    """Pages that show, and change nothing; amounts of money and words of closed sets as people write them."""

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
        field = self.model._meta.get_field(name)
        if not (is_money(field) or field.choices):
            return name
        spelled: dict[str, Any] = self.__dict__.setdefault("_columns", {})
        return spelled.setdefault(name, (word if field.choices else money)(name, label_of(field)))

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
    hide_title = True  # the columns say it

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of them."""
        return [self._spelled(name) for name in self.fields]

    def _spelled(self, name: Any) -> Any:
        """The first one leads to the page of the row, where ``show_change_link`` says so."""
        if not self.show_change_link or name != self.fields[0]:
            return super()._spelled(name)
        columns: dict[str, Any] = self.__dict__.setdefault("_columns", {})
        return columns.setdefault(name, _link_column(name, self.model))


def _link_column(name: str, model: Any) -> Any:
    field = next((field for field in model._meta.fields if field.name == name), None)

    def show(row: Any) -> Any:
        meta = row._meta
        address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
        text = spelled_choice(row, name) if field is not None and field.choices else getattr(row, name)
        return format_html('<a class="oe-link" href="{}">{}</a>', address, text or row)

    title = (label_of(field) or field.verbose_name) if field is not None else gettext_lazy(name.replace("_", " "))
    return display(description=title)(show)


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
