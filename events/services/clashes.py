"""What cannot be at once: sessions that need the same room, or the same speaker, at the same time.

Clashes are found and told, not refused: a programme is moved about piece by piece.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from ..models import Event, Microlocation, Session, Speaker


@dataclass(frozen=True)
class Clash:
    """Two sessions that overlap, ``one`` beginning first, and what they both need."""

    one: Session
    other: Session
    room: Microlocation | None
    speakers: tuple[Speaker, ...]

    @property
    def needed(self) -> str:
        """The room and the speakers, for people."""
        rooms = [self.room.name] if self.room is not None else []
        return ", ".join([*rooms, *sorted(speaker.name for speaker in self.speakers)])


def clashes_among(sessions: Iterable[Session]) -> list[Clash]:
    """The clashes of ``sessions`` that have a beginning; one without an end is over as it begins. Asks for the speakers
    of each session: prefetch them."""
    ordered = sorted((s for s in sessions if s.starts_at), key=lambda s: (s.starts_at, s.pk))
    found = []
    for index, one in enumerate(ordered):
        ends = one.ends_at or one.starts_at
        for other in ordered[index + 1 :]:
            if other.starts_at >= ends:
                break
            clash = _clash_of(one, other)
            if clash is not None:
                found.append(clash)
    return found


def _clash_of(one: Session, other: Session) -> Clash | None:
    is_one_room = one.microlocation_id is not None and one.microlocation_id == other.microlocation_id
    speakers = set(one.speakers.all()) & set(other.speakers.all())
    if not (is_one_room or speakers):
        return None
    ordered = tuple(sorted(speakers, key=lambda speaker: speaker.pk))
    return Clash(one, other, one.microlocation if is_one_room else None, ordered)


def clashes_of_event(event: Event) -> list[Clash]:
    """The clashes in the programme of ``event``, that is among what was accepted or confirmed."""
    return clashes_among(_programme(event.pk))


def clashes_of_session(session: Session) -> list[Clash]:
    """The clashes that ``session`` has a part in; none as long as it is not in the programme."""
    if session.state not in Session.PUBLIC_STATES or not (session.starts_at and session.ends_at):
        return []
    rows = _programme(session.event_id).filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at)
    return [clash for clash in clashes_among(rows) if session.pk in (clash.one.pk, clash.other.pk)]


def _programme(event_id: int) -> QuerySet[Session]:
    rows = Session.objects.filter(event=event_id, state__in=Session.PUBLIC_STATES, ends_at__isnull=False)
    return rows.select_related("microlocation").prefetch_related("speakers")
