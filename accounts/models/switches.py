"""Which mails and notifications the site sends at all: one row for each kind."""

from django.db import models

from openevent.fields import flag

from ..message_kinds import MESSAGES
from ..querysets import PublicQuerySet


class MessageSettingQuerySet(PublicQuerySet):
    def stops(self, action: str) -> bool:
        """Whether an administrator has switched off the mails that stand under ``action``."""
        return self.filter(action=action, enabled=False).exists()


class MessageSetting(models.Model):
    """Whether mails of one kind go out. The rows come with the installation."""

    action = models.CharField(max_length=64, unique=True, choices=[(m.action, m.action) for m in MESSAGES], null=True)
    enabled = flag(default=True)

    objects = MessageSettingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"mails of {self.action}"


class NotificationSetting(models.Model):
    """Whether notifications of one kind are made. The rows come with the installation."""

    type = models.CharField(max_length=64, unique=True)
    enabled = flag(default=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"notifications of {self.type}"
