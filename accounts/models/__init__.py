"""People and the site: accounts, mails, notifications, settings and modules."""

from .addresses import UserEmail
from .idempotency import IdempotencyKey
from .jobs import Job
from .messages import Mail, Notification
from .pages import EventImageSize, Page, SpeakerImageSize
from .permissions import CustomSystemRole, PanelPermission, UserPermission
from .records import Activity, ImportJob
from .site import Module, Setting
from .switches import MessageSetting, NotificationSetting
from .users import OneTimeToken, User

__all__ = [
    "Activity",
    "CustomSystemRole",
    "EventImageSize",
    "IdempotencyKey",
    "ImportJob",
    "Job",
    "Mail",
    "MessageSetting",
    "Module",
    "Notification",
    "NotificationSetting",
    "OneTimeToken",
    "Page",
    "PanelPermission",
    "Setting",
    "SpeakerImageSize",
    "User",
    "UserEmail",
    "UserPermission",
]
