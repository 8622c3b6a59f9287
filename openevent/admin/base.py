"""The base of all pages of the back office."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteMixin
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from openevent import desks
from openevent.exceptions import DomainError

from .actions import ActionsMixin
from .audit import spell_changes
from .columns import is_money, plain_amount
from .forms import BackOfficeForm, complaints
from .links import Link, links_of
from .paging import EstimatingPaginator, PagedList
from .permissions import PolicyAdmin, has_desk_at_event
from .searching import find
from .words import label_of
from .zones import event_asked_for, zone_of


class BackOfficeAdmin(ActionsMixin, PolicyAdmin, ModelAdmin):
    """A page of rows. ``icon``, ``group`` and ``rank`` (low is early) say where the menu has it; without a group it has
    it nowhere."""

    form = BackOfficeForm
    formfield_overrides: ClassVar[Any] = {models.URLField: {"assume_scheme": "https"}}
    paginator = EstimatingPaginator
    show_full_result_count = False
    list_per_page = 50
    list_filter_submit = True
    save_on_top = False
    warn_unsaved_form = True
    group: Any = ""
    icon = "list"
    rank = 50
    change_form_outer_before_template = "admin/object_links.html"
    list_before_template = "admin/list_links.html"

    # -- pages of our own -----------------------------------------------------------------------

    def extra_urls(self) -> list[tuple[str, Callable[..., HttpResponse], str]]:
        """Further pages: pattern, view and name (``<app>_<model>_<name>``). Each asks the policy itself."""
        return []

    def get_urls(self) -> list[URLPattern]:
        """Django's, after ours."""
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [*self.extra_urls(), ("<int:pk>/do/<slug:name>/", self.do_view, "do")]
        ours = [path(pattern, self.admin_site.admin_view(view), name=f"{prefix}_{name}") for pattern, view, name in own]
        return [*ours, *super().get_urls()]

    def page(self, request: HttpRequest, template: str, title: Any, **context: Any) -> TemplateResponse:
        """A page of our own in the frame of the back office."""
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        frame = {**self.admin_site.each_context(request), "title": title, "media": self.media}
        return TemplateResponse(request, template, {**frame, **context})

    def row_or_404(self, request: HttpRequest, pk: Any, verb: str = "view") -> Any:
        """The row, if it is the user's work and the policy lets him do that; otherwise there is no such page."""
        row = self.get_object(request, str(pk))
        if row is None or not self.may(request, verb, row):
            raise Http404
        return row

    def url(self, page: str, *args: Any) -> str:
        """The address of one of this model's pages."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=args)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        raise Http404

    # -- forms --------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Django's, with what saving it was refused for."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusals = getattr(request, "refusals", [])
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Django's, in the zone of the event; where the domain or the database says no, the form with the reason."""
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        request.event_id = _event_id(request, obj)  # type: ignore[attr-defined]
        context = {"object_links": self._links(request, obj), **(extra_context or {})}
        with zone_of(request, self.model, obj):
            try:
                with transaction.atomic():
                    return self._rendered(super().changeform_view(request, object_id, form_url, context))
            except (DomainError, IntegrityError) as error:
                request.refusals = complaints(error)  # type: ignore[attr-defined]
            return self._rendered(super().changeform_view(request, object_id, form_url, context))

    def _links(self, request: HttpRequest, obj: Any) -> list[Link]:
        if obj is None or not self.has_view_permission(request, obj):
            return []
        return [*links_of(request, obj), *self.row_links(request, obj)]

    @staticmethod
    def _rendered(response: HttpResponse) -> HttpResponse:
        """Templates are rendered here, while the zone is the event's."""
        return response.render() if isinstance(response, TemplateResponse) else response

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Django's; choices that belong to an event are looked for among those of the row's event."""
        label = label_of(db_field)
        field = super().formfield_for_dbfield(db_field, request, **({"label": label} if label else {}), **kwargs)
        zone = timezone.get_current_timezone_name()
        if isinstance(db_field, models.DateTimeField) and field is not None and zone != "UTC":
            field.help_text = field.help_text or _("Time in %(zone)s") % {"zone": zone}
        if is_money(db_field) and field is not None:
            field.prepare_value = plain_amount
        widget = getattr(getattr(field, "widget", None), "widget", None)
        event_id = getattr(request, "event_id", None)
        if event_id and isinstance(widget, AutocompleteMixin) and has_desk_at_event(db_field.related_model):
            address = f"{widget.get_url()}?event={event_id}"
            widget.get_url = lambda: address
        return field

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Django's, in the reader's language."""
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        field.choices = [(value, capfirst(_(str(title))) if value else title) for value, title in field.choices]
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Django's; who adds a row to the list of an event adds it to that event."""
        event = event_asked_for(request)
        return {**super().get_changeform_initial_data(request), **({"event": event} if event else {})}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make the row, or store what was changed and nothing else: counters beside it are not ours to write."""
        (self.update if change else self.create)(request, obj, form)

    def create(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """Store a new row. Override to call a service."""
        obj.save(force_insert=True)

    def update(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """Store the changed columns. Override to call a service."""
        columns = [f.name for f in obj._meta.concrete_fields if f.name in form.changed_data]
        touched = [f.name for f in obj._meta.concrete_fields if getattr(f, "auto_now", False)]
        if columns:
            obj.save(update_fields=[*columns, *touched])

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Rows below the row: of those that were there only what was changed is stored, what is deleted goes to the
        trash, where there is one."""
        formset.save(commit=False)
        for row in formset.new_objects:
            row.save()
        for row, names in formset.changed_objects:
            touched = [f.name for f in row._meta.concrete_fields if f.name in names or getattr(f, "auto_now", False)]
            row.save(update_fields=touched)
        for row in formset.deleted_objects:
            row.trash() if hasattr(row, "trash") else row.delete()
        formset.save_m2m()

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Rows below a row, once it is there."""
        return super().get_inline_instances(request, obj) if obj is not None else []

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """What the history of the row says: the names, and from what to what."""
        return spell_changes(super().construct_change_message(request, form, formsets, add), form)

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

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PagedList]:
        """Lists that stay quick however long they are."""
        return PagedList

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        """Rows that have all the words."""
        return find(queryset, search_term, self.get_search_fields(request)), False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Django's; where nothing is filtered there is no "show all"."""
        rows = super().get_changelist_instance(request)
        rows.is_whole_event = set(request.GET) == {"event"}  # nothing else narrows it
        if not rows.query and not rows.has_active_filters:
            rows.full_result_count = rows.result_count
        return rows

    def list_links(self, request: HttpRequest) -> list[Any]:
        """Links above the list."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Django's; an action that is refused changes nothing and says why."""
        context = {"list_links": self.list_links(request), **(extra_context or {})}
        try:
            with transaction.atomic():
                return super().changelist_view(request, context)
        except (DomainError, IntegrityError) as error:
            self.tell(request, error)
        return HttpResponseRedirect(request.get_full_path())


def _event_id(request: HttpRequest, obj: Any) -> int | None:
    """The event whose parts the form is about."""
    if obj is not None:
        return desks.event_id_of(obj)
    given = event_asked_for(request)
    return int(given) if given else None
