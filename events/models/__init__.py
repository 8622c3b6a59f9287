"""Events: what they are called and where, who works on them, and their programme."""

from .content import SocialLink, Sponsor
from .event import Event
from .permissions import EventRolePermission, Service
from .programme import Microlocation, Session, SessionType, Speaker, Track
from .roles import EventMember, Role, RoleInvite
from .subscriptions import EmailNotification
from .taxonomy import EventLocation, EventSubTopic, EventTopic, EventType

__all__ = [
    "EmailNotification",
    "Event",
    "EventLocation",
    "EventMember",
    "EventRolePermission",
    "EventSubTopic",
    "EventTopic",
    "EventType",
    "Microlocation",
    "Role",
    "RoleInvite",
    "Service",
    "Session",
    "SessionType",
    "SocialLink",
    "Speaker",
    "Sponsor",
    "Track",
]
