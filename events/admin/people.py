"""Who works on which event: members and invitations."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from openevent.admin import EventFilter, Link, ReadOnlyInline, action, add_links, label, moment

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


class RoleInline(ReadOnlyInline):
    """On somebody's page: what he is in which event."""

    model = EventMember
    fields = ["event", "role"]
    show_change_link = True
    verbose_name_plural = _("roles in events")

    def get_queryset(self, request: HttpRequest) -> QuerySet[EventMember]:
        """With the events."""
        return super().get_queryset(request).select_related("event", "role")


_users = admin.site._registry[User]
_users.inlines = [*_users.inlines, RoleInline]


@add_links(User)
def user_links(request: HttpRequest, user: User) -> Iterable[Link]:
    """From somebody to the invitations that went to him, and to one more."""
    page = admin.site._registry[RoleInvite]
    if page.has_view_permission(request):
        yield Link(_("Invitations"), f"{page.url('changelist')}?{urlencode({'q': user.email})}", "forward_to_inbox")
    if page.has_add_permission(request):
        yield Link(_("Invite to an event"), f"{page.url('add')}?{urlencode({'email': user.email})}", "person_add")
