"""Messages inside the site."""

from collections.abc import Iterable
from typing import Any

from ..models import Notification, NotificationSetting, User


def notify(
    *, users: Iterable[User], kind: str, title: str, about: Any = None, key: str | None = None
) -> list[Notification]:
    """Tell ``users`` something, once each. ``kind`` is one of message_kinds.NOTIFICATIONS; where an
    administrator has switched it off, nobody is told. ``about`` is the row that it is about. With a ``key``
    nobody is told a second time."""
    if NotificationSetting.objects.filter(type=kind, enabled=False).exists():
        return []
    content = {"type": kind, "title": title}
    if about is not None:
        content |= {"target-type": about._meta.model_name, "target-id": about.pk}
    rows = [
        Notification(user=user, title=title[:255], content=content, key=key and f"{key}:{user.pk}")
        for user in dict.fromkeys(users)
    ]
    return Notification.objects.bulk_create(rows, ignore_conflicts=key is not None)
