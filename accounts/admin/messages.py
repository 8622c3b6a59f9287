"""What the site tells people: the outbox and notifications."""

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from openevent import desks
from openevent.admin import EventFilter, ReadOnlyAdmin, action, label, moment

from ..mail import send_mail_again
from ..models import Mail, Notification

MAIL_COLOURS = {"sent": "success", "failed": "danger", "queued": "warning", "sending": "info"}


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """The outbox: of everything for administrators, of their events for those who run them. One-time tokens stay
    placeholders, for everybody."""

    group, icon = _("People"), "outbox"
    list_display = [
        *["subject", "recipient", "event_name", label("state", MAIL_COLOURS)],
        *[moment("time", _("written")), moment("sent_at")],
    ]
    list_filter = [EventFilter, "state", "action"]
    search_fields = ["recipient", "subject"]
    actions = row_actions = ["send_again"]
    fields = [
        "subject",
        "recipient",
        "event_name",
        "action",
        "state",
        "attempts",
        "error",
        "time",
        "due_at",
        "sent_at",
        "content",
        "text",
    ]
    readonly_fields = ["content", "event_name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mail]:
        """With the names of the events."""
        event = desks.all_events().filter(pk=OuterRef("event_id")).order_by().values("name")
        return super().get_queryset(request).annotate(event_name=Subquery(event))

    @admin.display(description=_("event"))
    def event_name(self, mail: Mail) -> str:
        """What it is about."""
        return mail.event_name or "–"  # type: ignore[attr-defined]

    @admin.display(description=_("content"))
    def content(self, mail: Mail) -> str:
        """The mail as its reader sees it, where no script runs and nothing is loaded."""
        size = "width: 44em; max-width: 75vw; height: 32em; background: white"
        frame = '<iframe sandbox="" srcdoc="{}" title="{}" style="{}"></iframe>'
        return format_html(frame, mail.message, mail.subject, size)

    @action(_("Send again"), verb="resend", icon="send", when=lambda mail: mail.state in ("sent", "failed"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        self.for_each(request, queryset, "resend", lambda mail: send_mail_again(mail=mail))


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    group, icon = _("Site"), "notifications"
    list_display = ["__str__", "user", "title", "is_read", moment("created_at")]
    list_filter = ["is_read"]
    list_select_related = ["user"]
    search_fields = ["user__email", "title"]
