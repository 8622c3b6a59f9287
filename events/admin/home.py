"""What the home page tells of events that nobody can be reached for, and of mails that reached nobody."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Mail
from openevent.admin.home import Attention, is_site_view, shown_events

from ..models import Event, EventMember


@admin.site.panels
def owners(request: HttpRequest) -> dict[str, Any]:
    """Events whose owners have no proved address: mails of their buyers would lead nowhere."""
    shown = [
        e for e in shown_events(request.user, Event, timezone.now()) if request.user.has_perm("events.change_event", e)
    ]
    owners = EventMember.objects.filter(event__in=shown, role__name="owner", user__is_verified=True)
    reachable = set(owners.values_list("event_id", flat=True))
    page = reverse("admin:events_eventmember_changelist")
    return {
        "attention": [
            Attention(_("%(event)s: no owner has a verified e-mail address.") % {"event": e}, f"{page}?event={e.pk}")
            for e in shown
            if e.pk not in reachable
        ]
    }


@admin.site.panels
def mails(request: HttpRequest) -> dict[str, Any]:
    """Mails about one's events that were given up; administrators are told of all together (accounts/admin/home.py)."""
    if is_site_view(request.user):
        return {}
    events = shown_events(request.user, Event, timezone.now())
    mine = {event.pk: event for event in events if request.user.has_perm("accounts.resend_mail", event)}
    failed = Mail.objects.filter(state=Mail.State.FAILED, event_id__in=mine).order_by()
    page = reverse("admin:accounts_mail_changelist")
    found = []
    for event_id, count in failed.values_list("event_id").annotate(Count("pk")):
        text = ngettext(
            "%(event)s: %(n)d mail could not be sent.", "%(event)s: %(n)d mails could not be sent.", count
        )
        address = f"{page}?event={event_id}&state__exact=failed"
        found.append(Attention(text % {"event": mine[event_id], "n": count}, address))
    return {"attention": found}
