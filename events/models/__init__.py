"""Events: what they are called and where, who works on them, and their programme."""

from .content import SocialLink, Sponsor
from .event import Event
from .programme import Microlocation, Session, SessionType, Speaker, Track
from .roles import EventMember, Role, RoleInvite
from .taxonomy import EventLocation, EventSubTopic, EventTopic, EventType

__all__ = [
    "Event",
    "EventLocation",
    "EventMember",
    "EventSubTopic",
    "EventTopic",
    "EventType",
    "Microlocation",
    "Role",
    "RoleInvite",
    "Session",
    "SessionType",
    "SocialLink",
    "Speaker",
    "Sponsor",
    "Track",
]
