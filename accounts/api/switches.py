"""Which mails and notifications the site sends at all."""

from rest_framework import serializers

from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..message_kinds import BY_ACTION, Message
from ..models import MessageSetting, NotificationSetting


class MessageSettingSerializer(ResourceSerializer):
    """``recipient``, ``email-subject`` and ``email-message`` tell admins what they switch."""

    recipient = serializers.SerializerMethodField()
    email_subject = serializers.SerializerMethodField()
    email_message = serializers.SerializerMethodField()

    class Meta:
        model = MessageSetting
        type = "message-setting"
        fields = ["action", "enabled", "recipient", "email_subject", "email_message"]
        read_only_fields = ["action"]

    @staticmethod
    def _kind(row: MessageSetting) -> Message:
        return BY_ACTION.get(row.action or "", Message(row.action or "", "", "", ""))

    def get_recipient(self, row: MessageSetting) -> str:
        return self._kind(row).recipient

    def get_email_subject(self, row: MessageSetting) -> str:
        return self._kind(row).subject

    def get_email_message(self, row: MessageSetting) -> str:
        return self._kind(row).gist


@api.resource
class MessageSettingViewSet(ResourceViewSet):
    serializer_class = MessageSettingSerializer
    actions = ("list", "retrieve", "update")
    list_needs = {None: "accounts.list_messagesetting"}


class NotificationSettingSerializer(ResourceSerializer):
    class Meta:
        model = NotificationSetting
        type = "notification-setting"
        fields = ["type", "enabled"]
        read_only_fields = ["type"]


@api.resource
class NotificationSettingViewSet(ResourceViewSet):
    serializer_class = NotificationSettingSerializer
    actions = ("list", "retrieve", "update")
    list_needs = {None: "accounts.list_notificationsetting"}
