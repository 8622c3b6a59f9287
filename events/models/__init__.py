"""Events: what they are called and where, who works on them, their programme and what belongs to it."""

from .calls import SpeakerInvite, SpeakersCall
from .content import EventCopyright, Exhibitor, Faq, FaqType, SocialLink, Sponsor, Tag
from .event import Event
from .forms import CustomForm, CustomFormOption, CustomFormTranslate
from .groups import Group, GroupFollower, GroupMember, OwnGroupFollower
from .opinions import FavouriteEvent, FavouriteSession, Feedback, OwnFavouriteSession
from .permissions import EventRolePermission, Service
from .programme import Microlocation, Session, SessionType, Speaker, Track
from .roles import EventMember, Role, RoleInvite
from .statistics import EventStatistics
from .subscriptions import EmailNotification
from .taxonomy import CustomPlaceholder, EventLocation, EventSubTopic, EventTopic, EventType
from .video import TranslationChannel, VideoChannel, VideoRecording, VideoStream, VideoStreamModerator

__all__ = [
    "CustomForm",
    "CustomFormOption",
    "CustomFormTranslate",
    "CustomPlaceholder",
    "EmailNotification",
    "Event",
    "EventCopyright",
    "EventLocation",
    "EventMember",
    "EventRolePermission",
    "EventStatistics",
    "EventSubTopic",
    "EventTopic",
    "EventType",
    "Exhibitor",
    "Faq",
    "FaqType",
    "FavouriteEvent",
    "FavouriteSession",
    "Feedback",
    "Group",
    "GroupFollower",
    "GroupMember",
    "Microlocation",
    "OwnFavouriteSession",
    "OwnGroupFollower",
    "Role",
    "RoleInvite",
    "Service",
    "Session",
    "SessionType",
    "SocialLink",
    "Speaker",
    "SpeakerInvite",
    "SpeakersCall",
    "Sponsor",
    "Tag",
    "Track",
    "TranslationChannel",
    "VideoChannel",
    "VideoRecording",
    "VideoStream",
    "VideoStreamModerator",
]
