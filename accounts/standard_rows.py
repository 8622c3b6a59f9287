"""Rows that every installation has: made after each migration, where they are missing."""

from typing import Any

from .message_kinds import MESSAGES, NOTIFICATIONS

# who may do what without a proved address, unless an administrator says otherwise
USER_PERMISSIONS = [("create_event", "Create events")]


def make_standard_rows(apps: Any) -> None:
    """The switches for mails and notifications, and the named permissions. ``apps`` as migrated so far."""
    try:
        messages = apps.get_model("accounts", "MessageSetting")
        notifications = apps.get_model("accounts", "NotificationSetting")
        permissions = apps.get_model("accounts", "UserPermission")
    except LookupError:
        return  # migrated back to a time before them
    messages.objects.bulk_create([messages(action=m.action) for m in MESSAGES], ignore_conflicts=True)
    notifications.objects.bulk_create([notifications(type=name) for name in NOTIFICATIONS], ignore_conflicts=True)
    rows = permissions.objects
    known = set(rows.values_list("name", flat=True))
    rows.bulk_create([permissions(name=n, description=d) for n, d in USER_PERMISSIONS if n not in known])
