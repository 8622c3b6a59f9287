"""The back office: Django's admin, under the policy table, with errors of the domain shown at the form.

Apps register subclasses of ``BackOfficeAdmin`` in their own ``admin`` modules. Which rows somebody sees (lists,
choices, autocomplete) is said by ``visible_to``; what he may do with one by openevent/policy.py.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.admin.utils import unquote
from django.contrib.auth.views import PasswordChangeView
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openevent.api.errors import from_integrity
from openevent.exceptions import DomainError, Several

APP_ORDER = ("events", "ticketing", "orders", "payments", "accounts")


class BackOffice(admin.AdminSite):
    """One site for everybody who works here; for now administrators (``User.is_staff``)."""

    site_header = _("openevent back office")
    site_title = _("openevent")
    index_title = _("Back office")
    site_url = settings.FRONTEND_URL
    password_change_form: type[forms.Form] = AdminPasswordChangeForm  # as login_form: a project may set its own

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One's own password, by ``password_change_form``."""
        view = PasswordChangeView.as_view(
            form_class=self.password_change_form,
            success_url=reverse(f"{self.name}:password_change_done"),
            template_name="registration/password_change_form.html",
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        request.current_app = self.name  # type: ignore[attr-defined]
        return view(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Apps in the order of the day's work; within each, models as they were registered."""
        found = self._build_app_dict(request, app_label).values()
        registered = {model: place for place, model in enumerate(self._registry)}
        for app in found:
            app["models"].sort(key=lambda entry: registered[entry["model"]])
        place = {label: number for number, label in enumerate(APP_ORDER)}
        return sorted(found, key=lambda app: place.get(app["app_label"], len(place)))


def visible(model: type[models.Model], user: Any) -> models.QuerySet:
    """The rows of any model that ``user`` may see; all of a model that says nothing about it."""
    manager = model._default_manager
    return manager.visible_to(user) if hasattr(manager, "visible_to") else manager.all()


def complaints(error: DomainError | IntegrityError) -> list[tuple[str, str]]:
    """What went wrong, as field and message."""
    errors: Iterable[DomainError] = [from_integrity(error)] if isinstance(error, IntegrityError) else [error]
    if isinstance(error, Several):
        errors = error.errors
    return [(e.pointer.rpartition("/")[2].replace("-", "_"), e.message) for e in errors]


class BackOfficeForm(forms.ModelForm):
    """A form that also says what the domain or the database refused when it was saved."""

    refusals: ClassVar[list[tuple[str, str]]] = []

    def clean(self) -> dict[str, Any]:
        """Django's; parts that are linked belong to the same event."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        event = cleaned.get("event") or (getattr(self.instance, "event", None) if self.instance.pk else None)
        linked = {name: rows for name, rows in cleaned.items() if event and isinstance(rows, models.QuerySet)}
        for name, rows in linked.items():
            if any(getattr(row, "event_id", event.pk) != event.pk for row in rows):
                self.add_error(name, _("It belongs to another event."))
        for name, message in self.refusals:
            self.add_error(name if name in self.fields else None, message)
        return cleaned


class PolicyMixin:
    """Asks the policy table with the row, as Django's admin asks without."""

    model: Any

    def _may(self, request: HttpRequest, verb: str, obj: Any = None) -> bool:
        meta = self.model._meta
        return bool(request.user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}", obj))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows that the list shows may be looked at."""
        return self._may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """``obj`` is the parent of an inline."""
        return self._may(request, "add", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the form can be saved."""
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether there is a delete button."""
        return self._may(request, "delete", obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """The visible rows, also for autocomplete."""
        queryset = visible(self.model, request.user)
        ordering = self.get_ordering(request)  # type: ignore[attr-defined]
        return queryset.order_by(*ordering) if ordering else queryset

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> models.QuerySet:
        """The choices of a relation: what the user may see."""
        return visible(db_field.remote_field.model, request.user)


class BackOfficeAdmin(PolicyMixin, admin.ModelAdmin):
    """The base of all pages."""

    form = BackOfficeForm
    formfield_overrides: ClassVar[Any] = {models.URLField: {"assume_scheme": "https"}}
    show_full_result_count = False
    list_per_page = 50
    save_on_top = False

    # -- forms --------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Django's, with what saving it was refused for."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusals = getattr(request, "refusals", [])
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Django's; when the domain or the database says no, the form again with the reason."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (DomainError, IntegrityError) as error:
            request.refusals = complaints(error)  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make the row, or store what was changed and nothing else: counters beside it are not ours to write."""
        if not change:
            self.create(request, obj, form)
            return
        self.update(request, obj, form)

    def create(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """Store a new row. Override to call a service."""
        obj.save(force_insert=True)

    def update(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """Store the changed columns. Override to call a service."""
        columns = [f.name for f in obj._meta.concrete_fields if f.name in form.changed_data]
        touched = [f.name for f in obj._meta.concrete_fields if getattr(f, "auto_now", False)]
        if columns:
            obj.save(update_fields=[*columns, *touched])

    # -- deleting -----------------------------------------------------------------------------

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Into the trash, where there is one. Override to call a service."""
        obj.trash() if hasattr(obj, "trash") else obj.delete()

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """One by one, as each has its rules."""
        for row in queryset:
            if self.has_delete_permission(request, row):
                self.delete_model(request, row)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What would go: what is only trashed takes nothing with it."""
        if not hasattr(self.model, "trash"):
            return super().get_deleted_objects(objs, request)
        refused = {str(self.opts.verbose_name) for row in objs if not self.has_delete_permission(request, row)}
        return [str(row) for row in objs], {self.opts.verbose_name_plural: len(objs)}, refused, []

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django's; a refusal leads back to the row, with the reason."""
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except (DomainError, IntegrityError) as error:
            self.tell(request, error)
        return HttpResponseRedirect(self.url("change", unquote(object_id)))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Django's; an action that is refused changes nothing and says why."""
        try:
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except (DomainError, IntegrityError) as error:
            self.tell(request, error)
        return HttpResponseRedirect(request.get_full_path())

    # -- actions ------------------------------------------------------------------------------

    def for_each(self, request: HttpRequest, rows: Iterable[Any], verb: str, do: Callable[[Any], object]) -> None:
        """Do something with each row that the policy lets the user do it with, and report how many there were."""
        done = 0
        for row in rows:
            if not self._may(request, verb, row):
                continue
            try:
                with transaction.atomic():
                    do(row)
            except DomainError as error:
                self.tell(request, error, row)
            else:
                done += 1
        self.message_user(request, ngettext("Done for %(n)d row.", "Done for %(n)d rows.", done) % {"n": done})

    def tell(self, request: HttpRequest, error: DomainError | IntegrityError, row: Any = None) -> None:
        """Show why something was refused."""
        for _field, message in complaints(error):
            self.message_user(request, f"{row}: {message}" if row else message, messages.ERROR)

    def url(self, page: str, *args: Any) -> str:
        """The address of one of this model's pages."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=args)


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


class ReadOnlyInline(ReadOnlyMixin, PolicyMixin, admin.TabularInline):
    """Rows below the one they belong to; seen by whoever sees that."""

    extra = 0
    can_delete = False
    show_change_link = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of them."""
        return self.fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The page around it has asked."""
        return True


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
        return HttpResponseRedirect(self.url("change", self.model.load().pk))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Stay there."""
        return HttpResponseRedirect(self.url("change", obj.pk))
