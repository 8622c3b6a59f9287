"""People and the site: accounts, mails, notifications, settings and modules."""

from .messages import Mail, Notification
from .site import Module, Setting
from .users import OneTimeToken, User

__all__ = ["Mail", "Module", "Notification", "OneTimeToken", "Setting", "User"]
