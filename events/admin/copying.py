"""The page that copies an event: what comes along, what does not, the new name and dates."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from openevent.admin import PageForm
from openevent.exceptions import DomainError

from ..models import Event
from ..services.copy_preview import preview_copy
from ..services.copying import copy_event


class CopyForm(PageForm):
    """What is new about the copy."""

    name = forms.CharField(label=_("Name of the copy"), max_length=255)
    starts_at = forms.SplitDateTimeField(label=_("It begins"), widget=UnfoldAdminSplitDateTimeWidget)


def copy_view(page: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a copy takes along; on POST make it, and open the draft."""
    event: Event = page.row_or_404(request, pk)
    if not request.user.has_perm("events.copy_event", event):
        raise PermissionDenied
    with timezone.override(event.zone):
        initial = {"name": _("Copy of %(name)s") % {"name": event.name}, "starts_at": event.starts_at}
        form = CopyForm(request.POST or None, initial=initial)
        if form.is_valid():
            try:
                copy = copy_event(source=event, by=request.user, **form.cleaned_data)
            except (DomainError, IntegrityError) as error:
                form.refuse(error)
            else:
                page.log_addition(request, copy, str(_("Copied from %(event)s") % {"event": event}))
                page.message_user(request, _("This is the copy. It is a draft until you publish it."))
                return HttpResponseRedirect(page.url("change", copy.pk))
        context = {"form": form, "event": event, "preview": preview_copy(source=event)}
        return page.page(request, "admin/events/copy.html", _("Copy an event"), **context).render()
