"""The one back-office site: who enters, the menu, the home page."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.i18n import set_language
from unfold.sites import UnfoldAdminSite

from openevent import desks

from .base import BackOfficeAdmin
from .home import merged
from .permissions import PolicyAutocomplete
from .two_factor import is_given, two_factor_view
from .words import speak

APP_ORDER = ("events", "ticketing", "orders", "payments", "accounts")
# of the menu, in its order
GROUPS = [_("Events"), _("Programme"), _("Sales"), _("Door"), _("Money"), _("People"), _("Site")]
Panels = Callable[[HttpRequest], dict[str, Any]]
View = Callable[..., HttpResponseBase]


class BackOffice(UnfoldAdminSite):
    """One site for everybody who works here: administrators, and whoever has a role in an event."""

    site_header = _("openevent back office")
    site_title = _("openevent")
    index_title = _("Home")
    site_url = settings.FRONTEND_URL
    index_template = "admin/home.html"
    password_change_form: type[forms.Form] = AdminPasswordChangeForm  # as login_form: a project may set its own

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._panels: list[Panels] = []
        self._addresses: list[tuple[str, View, str]] = []

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Django's; the names of what is registered are translated."""
        for model in [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable:
            speak(model)
        super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody is let in at all, with all that he was asked for."""
        return desks.may_enter(request.user) and is_given(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The password; who has given it goes on to the second factor, if there is one."""
        if desks.may_enter(request.user) and not is_given(request):
            query = request.GET.urlencode()
            return HttpResponseRedirect(reverse(f"{self.name}:two_factor") + (f"?{query}" if query else ""))
        return super().login(request, extra_context)

    def extra_urls(self) -> list[URLPattern]:
        """The second factor has a page of its own: who is there is not quite in yet."""
        own = [path(route, self.admin_view(view), name=name) for route, view, name in self._addresses]
        view = csrf_protect(never_cache(partial(two_factor_view, self)))
        return [path("two-factor/", view, name="two_factor"), path("language/", set_language, name="language"), *own]

    def address(self, route: str, name: str) -> Callable[[View], View]:
        """Decorates the view of an address that belongs to no list; whoever works here gets there, so the view
        asks itself what it may show."""

        def note(view: View) -> View:
            self._addresses.append((route, view, name))
            return view

        return note

    def panels(self, source: Panels) -> Panels:
        """Decorates a function that adds to what the home page shows; each app adds what it knows."""
        self._panels.append(source)
        return source

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """The home page, with what the apps have to say."""
        context = merged(source(request) for source in self._panels)
        return super().index(request, {**context, **(extra_context or {})})

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Choices under the policy."""
        return PolicyAutocomplete.as_view(admin_site=self)(request)

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
        """Apps in the order of the day's work; within each, models as they were registered. Made once in a request."""
        if app_label is None and hasattr(request, "_app_list"):
            return list(request._app_list)
        apps = self._sorted_apps(request, app_label)
        if app_label is None:
            request._app_list = apps  # type: ignore[attr-defined]
        return list(apps)

    def _sorted_apps(self, request: HttpRequest, app_label: str | None) -> list[dict[str, Any]]:
        found = self._build_app_dict(request, app_label).values()
        registered = {model: place for place, model in enumerate(self._registry)}
        for app in found:
            app["models"].sort(key=lambda entry: registered[entry["model"]])
        place = {label: number for number, label in enumerate(APP_ORDER)}
        return sorted(found, key=lambda app: place.get(app["app_label"], len(place)))


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The side bar: the lists that the user may open, by the groups that the pages name."""
    from django.contrib.admin import site

    groups: dict[str, list[dict[str, Any]]] = {}
    pages = [(site._registry[entry["model"]], entry) for app in site.get_app_list(request) for entry in app["models"]]
    for page, entry in sorted(pages, key=lambda pair: getattr(pair[0], "rank", BackOfficeAdmin.rank)):
        group = getattr(page, "group", "")
        if group and entry["admin_url"]:
            item = {"title": entry["name"], "icon": getattr(page, "icon", "list"), "link": entry["admin_url"]}
            groups.setdefault(str(group), []).append(item)
    order = [str(name) for name in GROUPS]
    groups = dict(sorted(groups.items(), key=lambda group: order.index(group[0]) if group[0] in order else len(order)))
    home = {"title": _("Home"), "icon": "home", "link": reverse("admin:index")}
    return [
        {"items": [home]},
        *({"title": title, "separator": True, "items": items} for title, items in groups.items()),
    ]
