"""Messages inside the site."""

from collections.abc import Iterable
from typing import Any

from ..models import Notification, NotificationSetting, User


def notify(*, users: Iterable[User], kind: str, title: str, about: Any = None) -> list[Notification]:
    """Tell ``users`` something, once each. ``kind`` is one of message_kinds.NOTIFICATIONS; where an
    administrator has switched it off, nobody is told. ``about`` is the row that it is about."""
    if NotificationSetting.objects.filter(type=kind, enabled=False).exists():
        return []
    content = {"type": kind, "title": title}
    if about is not None:
        content |= {"target-type": about._meta.model_name, "target-id": about.pk}
    return Notification.objects.bulk_create(
        Notification(user=user, title=title[:255], content=content) for user in dict.fromkeys(users)
    )
