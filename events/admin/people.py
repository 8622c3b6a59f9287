"""Who works on which event: members and invitations."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openevent.admin import EventFilter, action, label, moment

from .. import services
from ..models import EventMember, RoleInvite
from .parts import OfEventAdmin

INVITE_COLOURS = {"pending": "warning", "accepted": "success", "declined": "danger"}


@admin.register(EventMember)
class EventMemberAdmin(OfEventAdmin):
    """Who works on which event; people join by invitation."""

    group, icon = _("People"), "badge"
    list_display = ["user", "role", "event"]
    list_filter = [EventFilter, "role"]
    list_select_related = ["user", "role", "event"]
    search_fields = ["user__email", "user__first_name", "user__last_name", "event__name"]
    readonly_fields = ["user", "role"]

    def delete_model(self, request: HttpRequest, obj: EventMember) -> None:
        """Take the role away; the last owner stays."""
        services.remove_member(obj)


@admin.register(RoleInvite)
class RoleInviteAdmin(OfEventAdmin):
    """Invitations to teams. Their tokens are in the mails alone."""

    group, icon = _("People"), "forward_to_inbox"
    list_display = ["email", "role", "event", label("status", INVITE_COLOURS), moment("created_at")]
    list_filter = [EventFilter, "status", "role"]
    list_select_related = ["role", "event"]
    search_fields = ["email", "event__name"]
    fields = ["event", "role", "email", "status", "invited_by", "created_at"]
    readonly_fields = ["status", "invited_by", "created_at"]
    actions = row_actions = ["send_again"]

    def create(self, request: HttpRequest, obj: RoleInvite, form: Any) -> None:
        """Store the invitation and mail it."""
        obj.__dict__.update(services.invite_to_role(**form.cleaned_data, by=request.user).__dict__)

    @action(_("Mail again"), verb="delete", icon="forward_to_inbox", when=lambda invite: invite.status == "pending")
    def send_again(self, request: HttpRequest, queryset: QuerySet[RoleInvite]) -> None:
        self.for_each(request, queryset, "delete", services.resend_role_invite)
