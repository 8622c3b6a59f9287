"""What the home page tells of events that nobody can be reached for."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openevent.admin.home import Attention, shown_events

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
