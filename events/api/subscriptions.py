"""Which mails about an event somebody wants."""

from accounts.api.addresses import OwnRowsViewSet
from accounts.models import User
from openevent import api
from openevent.api.serializers import ResourceSerializer

from ..models import EmailNotification


class EmailNotificationSerializer(ResourceSerializer):
    class Meta:
        model = EmailNotification
        type = "email-notification"
        integer_id = True
        fields = [
            "next_event",
            "new_paper",
            "session_accept_reject",
            "session_schedule",
            "after_ticket_purchase",
            "event_id",
            "deleted_at",
        ]
        read_only_fields = ["deleted_at"]
        relations = ["user", "event"]
        scope = "user"


@api.resource
class EmailNotificationViewSet(OwnRowsViewSet):
    """All of them for admins, one's own for everybody."""

    serializer_class = EmailNotificationSerializer
    list_needs = {None: "events.list_emailnotification", User: "events.list_emailnotification_own"}


api.nest(User, EmailNotification, "email_notifications", lookup="user")
