"""The site itself: its switches and settings."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from openevent.admin import OneRecordAdmin

from .. import services
from ..models import Module, Setting
from ..module_effects import CONCERNED, SWITCHES
from .settings_page import GROUPS, HELP, LABELS


@admin.register(Module)
class ModuleAdmin(OneRecordAdmin):
    """The three switches of the site: what each does, whom it concerns, and a button."""

    group, icon = _("Site"), "toggle_on"

    def extra_urls(self) -> list[Any]:
        """The buttons."""
        return [("switch/<slug:name>/", self.switch_view, "switch")]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """All three with what hangs on them."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        record = Module.load()
        switches = [
            {
                "switch": switch,
                "is_on": getattr(record, switch.name),
                "concerned": [pair for ask in CONCERNED[switch.name] for pair in ask()],
            }
            for switch in SWITCHES
        ]
        may_change = self.has_change_permission(request, record)
        context = {"switches": switches, "may_change": may_change, **(extra_context or {})}
        return self.page(request, "admin/accounts/modules.html", _("Modules"), **context)

    def switch_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Turn one on or off; from the next request on everything goes by it."""
        record = Module.load()
        switch = next((switch for switch in SWITCHES if switch.name == name), None)
        if switch is None or request.method != "POST" or not self.has_change_permission(request, record):
            raise Http404
        is_on = request.POST.get("on") == "1"
        setattr(record, name, is_on)
        record.save(update_fields=[name])
        text = (_("%(module)s was switched on.") if is_on else _("%(module)s was switched off.")) % {
            "module": switch.title
        }
        self.log_change(request, record, str(text))
        services.log_activity(actor=request.user, action=str(text))
        self.message_user(request, text)
        return HttpResponseRedirect(self.url("changelist"))

    def get_form(self, request: HttpRequest, obj: Module | None = None, change: bool = False, **kwargs: Any) -> Any:
        """With what each switch does."""
        texts = {
            "ticket_include": _("Without it no event turns ticketing on and no ticket is created."),
            "payment_include": _("Without it there are no paid tickets and no payment methods."),
            "donation_include": _("Without it there are no donation tickets."),
        }
        labels = {"ticket_include": _("Ticketing"), "payment_include": _("Payment"), "donation_include": _("Donations")}
        return super().get_form(request, obj, change=change, help_texts=texts, labels=labels, **kwargs)


@admin.register(Setting)
class SettingAdmin(OneRecordAdmin):
    """What administrators can say about the site."""

    group, icon = _("Site"), "settings"

    def get_form(self, request: HttpRequest, obj: Setting | None = None, change: bool = False, **kwargs: Any) -> Any:
        """With what the settings are called, and what they do."""
        return super().get_form(request, obj, change=change, help_texts=HELP, labels=LABELS, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Setting | None = None) -> Any:
        """By subject: what is set first stands open. What no group names is in the last one."""
        left = list(self.get_fields(request, obj))
        parts = []
        for title, names in GROUPS:
            parts.append((title, {"fields": names, "classes": ["collapse"] if parts else []}))
            left = [name for name in left if name not in names]
        return [*parts, (_("Further"), {"fields": left, "classes": ["collapse"]})] if left else parts
