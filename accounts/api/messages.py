"""Mails and notifications."""

from typing import Any

from rest_framework import serializers

from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import Mail, Notification, User


class MailSerializer(ResourceSerializer):
    """The outbox, for admins. One-time tokens in mails are shown to super admins alone."""

    message = serializers.SerializerMethodField()

    class Meta:
        model = Mail
        type = "mail"
        fields = ["recipient", "time", "action", "subject", "message"]
        read_only_fields = fields

    @staticmethod
    def prepare(rows: list[Mail], user: Any, names: set[str]) -> None:
        """Note for whom the messages are written."""
        for row in rows:
            row.viewer = user  # type: ignore[attr-defined]

    def get_message(self, row: Any) -> str:
        return row.message_for(row.viewer)  # type: ignore[no-any-return]


@api.resource
class MailViewSet(ResourceViewSet):
    serializer_class = MailSerializer
    actions = ("list", "retrieve")
    list_needs = {None: "accounts.list_mail"}
    needs_login = True


class NotificationSerializer(ResourceSerializer):
    class Meta:
        model = Notification
        type = "notification"
        fields = ["content", "is_read", "created_at"]
        read_only_fields = ["content", "created_at"]
        relations = ["user"]
        read_only_relations = ["user"]


@api.resource
class NotificationViewSet(ResourceViewSet):
    serializer_class = NotificationSerializer
    actions = ("list", "retrieve", "update", "destroy")
    list_needs = {None: "accounts.list_notification", User: "accounts.list_notification_own"}
    needs_login = True


api.nest(User, Notification, "notifications", lookup="user")
