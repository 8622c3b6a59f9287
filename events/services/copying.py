"""The copy of an event: what describes it comes along, what happened stays behind.

Every model that hangs on an event is declared here or in the app above that owns it (``declare``); a test
finds those that are not. Apps above copy their own tables when ``event_copied`` is sent, with the same ``Copier``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils import timezone

from openevent.exceptions import NotAllowed

from .. import models as events
from ..models import Event
from ..models.event import new_identifier
from ..signals import event_copied
from . import check_modules

COPIED: set[type[models.Model]] = set()
LEFT: set[type[models.Model]] = set()


def declare(*, copied: Iterable[type[models.Model]] = (), left: Iterable[type[models.Model]] = ()) -> None:
    """Say what happens to rows of these models when their event is copied."""
    COPIED.update(copied)
    LEFT.update(left)


declare(
    copied=[
        events.CustomForm,
        events.CustomFormOption,
        events.CustomFormTranslate,
        events.EventCopyright,
        events.EventMember,
        events.Exhibitor,
        events.Faq,
        events.FaqType,
        events.Microlocation,
        events.Session,
        events.SessionType,
        events.SocialLink,
        events.Speaker,
        events.SpeakersCall,
        events.Sponsor,
        events.Tag,
        events.Track,
        events.TranslationChannel,
        events.VideoStream,
        events.VideoStreamModerator,
    ],
    left=[
        events.EmailNotification,
        events.FavouriteEvent,
        events.FavouriteSession,
        events.Feedback,
        events.RoleInvite,
        events.SpeakerInvite,
        events.VideoRecording,
    ],
)

# Of the event itself: what the site decides, what was made for the old one, and what has happened to it.
FRESH: dict[str, Any] = {
    "state": Event.State.DRAFT,
    "is_featured": False,
    "is_promoted": False,
    "is_announced": False,
    "schedule_published_on": None,
    "chat_room_name": None,
    "ical_url": None,
    "pentabarf_url": None,
    "xcal_url": None,
}


# Of all copied rows: dates of what is planned, which move with the event. Dates of what happened do not.
PLANNED = frozenset(
    {"starts_at", "ends_at", "soft_ends_at", "sales_starts_at", "sales_ends_at", "valid_from", "valid_till"}
)


@dataclass(frozen=True)
class Shift:
    """Moves dates by so much on the clock at the place: nine o'clock stays nine o'clock, in winter as in summer."""

    zone: ZoneInfo
    by: timedelta

    @classmethod
    def to(cls, starts_at: datetime, event: Event) -> "Shift":
        """The shift that makes ``event`` begin at ``starts_at``."""
        return cls(event.zone, _on_the_clock(starts_at, event.zone) - _on_the_clock(event.starts_at, event.zone))

    def __call__(self, at: datetime) -> datetime:
        """The date, moved, in UTC."""
        return (_on_the_clock(at, self.zone) + self.by).replace(tzinfo=self.zone).astimezone(UTC)


def _on_the_clock(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


class Copier:
    """Copies rows of one event, model by model, and points their references at the copies."""

    def __init__(self, source: Event, target: Event, shift: Shift | None = None) -> None:
        self.source = source
        self.target = target
        self.shift = shift
        self._copies: dict[type[models.Model], dict[Any, Any]] = {Event: {source.pk: target.pk}}

    def copy(self, rows: models.QuerySet, **fresh: Any) -> None:
        """Copy ``rows``, whose parents must have been copied before; ``fresh`` columns begin anew.

        A callable among ``fresh`` is called for each row. Rows whose parent was not copied are left out;
        a reference that may be null becomes null instead.
        """
        model = rows.model
        originals, clones = [], []
        for row in rows.order_by("pk"):
            clone = self._clone(row, fresh)
            if clone is not None:
                originals.append(row.pk)
                clones.append(clone)
        made = model._base_manager.bulk_create(clones)
        self._copies.setdefault(model, {}).update(zip(originals, [row.pk for row in made], strict=True))

    def _clone(self, row: models.Model, fresh: dict[str, Any]) -> models.Model | None:
        values: dict[str, Any] = {}
        for field in row._meta.concrete_fields:
            if field.primary_key:
                continue
            value, target = getattr(row, field.attname), field.related_model
            if field.name in fresh:
                value = fresh[field.name]() if callable(fresh[field.name]) else fresh[field.name]
            elif target is not None and value is not None and self._is_copied(target):
                value = self._copies.get(target, {}).get(value)
                if value is None and not field.null:
                    return None
            elif self.shift and value is not None and field.name in PLANNED:
                value = self.shift(value)
            values[field.attname] = value
        return type(row)(**values)

    @staticmethod
    def _is_copied(model: type[models.Model]) -> bool:
        return model is Event or model in COPIED

    def link(self, model: type[models.Model], name: str) -> None:
        """Copy the many-to-many links ``model.name`` between rows that were copied."""
        field: Any = model._meta.get_field(name)
        through = field.remote_field.through
        near, far = field.m2m_column_name(), field.m2m_reverse_name()
        mine, theirs = self._copies.get(model, {}), self._copies.get(field.related_model, {})
        links = through._base_manager.filter(**{f"{near}__in": mine}).order_by("pk").values_list(near, far)
        through._base_manager.bulk_create(
            through(**{near: mine[one], far: theirs[other]}) for one, other in links if other in theirs
        )


@transaction.atomic
def copy_event(*, source: Event, by: Any, name: str | None = None, starts_at: datetime | None = None) -> Event:
    """A draft with a new identifier and everything that describes ``source``. All of it, or nothing.

    With ``starts_at`` the event begins then, and all that is planned moves along: sessions, the call for speakers,
    sales, codes. Each keeps its time on the clock at the place, also where summer time begins in between.
    NotAllowed for accounts whose address is not verified, and for what the site has switched off.
    """
    if not (by.is_verified or by.is_any_admin):
        raise NotAllowed("Verify your e-mail address before you create an event.", "unverified")
    columns = {f.attname: getattr(source, f.attname) for f in Event._meta.concrete_fields if not f.primary_key}
    check_modules(wanted=columns)
    columns |= {**FRESH, "identifier": new_identifier(), "created_at": timezone.now(), "deleted_at": None}
    shift = Shift.to(starts_at, source) if starts_at is not None else None
    columns["name"] = name or source.name
    if shift is not None:
        columns |= {name: shift(getattr(source, name)) for name in ("starts_at", "ends_at")}
    target = Event(**columns)
    target.full_clean(exclude=[f.name for f in Event._meta.fields if f.name not in ("name", "starts_at", "ends_at")])
    target.save(force_insert=True)
    copier = Copier(source, target, shift)
    _copy_tables(copier)
    event_copied.send(sender=Event, copier=copier, by=by)
    if hasattr(by, "_roles_by_event"):
        del by._roles_by_event  # read again when next asked (rules.roles_of)
    return target


def _copy_tables(copier: Copier) -> None:
    """The tables of this app, parents first."""
    source = copier.source
    copier.copy(source.roles.all())
    for name in ["event_copyrights", "faq_types", "faqs", "social_links", "sponsors", "tags", "tracks"]:
        copier.copy(_living(getattr(source, name).all()))
    copier.copy(_living(source.speakers_calls.all()), hash=None)
    _copy_forms(copier)
    copier.copy(source.video_streams.all(), chat_room_name=None)
    streams = {"video_stream__event": source}
    copier.copy(events.VideoStreamModerator.objects.filter(**streams))
    copier.copy(events.TranslationChannel.objects.filter(**streams))
    copier.copy(_living(source.microlocations.all()), chat_room_name=None)
    copier.copy(_living(source.session_types.all()))
    copier.copy(_living(source.speakers.all()))
    copier.copy(_living(source.sessions.all()), is_mail_sent=False, created_at=timezone.now)
    copier.link(events.Session, "speakers")
    copier.copy(source.exhibitors.all())
    copier.link(events.Exhibitor, "sessions")


def _copy_forms(copier: Copier) -> None:
    copier.copy(copier.source.custom_forms.all())
    fields = {"custom_form__event": copier.source}
    copier.copy(events.CustomFormOption.objects.filter(**fields))
    copier.copy(events.CustomFormTranslate.objects.filter(**fields))


def _living(rows: models.QuerySet) -> models.QuerySet:
    return rows.filter(deleted_at=None) if hasattr(rows.model, "deleted_at") else rows
