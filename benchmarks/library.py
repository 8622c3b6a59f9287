"""What there is to read on the stand: events to list, a programme of 214 sessions, an event that sold 20,000 seats."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts.auth.jwt import AccessToken
from accounts.models import User
from events.models import Event, EventMember, EventTopic, EventType, Microlocation, Role, Session, Speaker, Track

from . import goods

EVENTS, SESSIONS, SPEAKERS, TRACKS = 60, 214, 180, 8
TEXT = "<p>" + "What people read before they choose a session. " * 12 + "</p>"
NAMED = """
UPDATE orders_attendee SET firstname = 'Firstname ' || id, lastname = 'Lastname', email = id || '@bench.example',
    company = 'ACME', job_title = 'Engineer', city = 'Berlin', country = 'DE' WHERE event_id = %s
"""


@dataclass(frozen=True)
class Library:
    """The events that are read, and the token of who runs them."""

    listed: Event
    programme: Event
    crowded: Event
    team: User
    token: str


def fill(seats: int) -> Library:
    """Rows of everything, and statistics of them for the planner."""
    listed = _events()
    programme = _programme()
    stall = goods.lay_out("Crowded")
    goods.sell_before(stall, seats)
    crowded = Event.objects.get(pk=stall.ticket.event_id)
    team = User.objects.create(email="team@bench.example", is_verified=True, last_accessed_at=timezone.now())
    User.objects.filter(pk=team.pk).update(last_accessed_at=timezone.now() + timedelta(days=1))
    role = Role.objects.get(name="organizer")
    EventMember.objects.bulk_create(EventMember(event=e, user=team, role=role) for e in (programme, crowded))
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [crowded.pk])
        cursor.execute("VACUUM ANALYZE")
    return Library(listed, programme, crowded, team, str(AccessToken.for_user(team)))


def _events() -> Event:
    now = timezone.now()
    kind, topic = EventType.objects.create(name="Conference"), EventTopic.objects.create(name="Science")
    made = [
        Event.objects.create(
            name=f"Event {n}",
            state=Event.State.PUBLISHED,
            timezone="Europe/Berlin",
            starts_at=now + timedelta(days=n),
            ends_at=now + timedelta(days=n + 1),
            description=TEXT,
            location_name="Berlin",
            owner_name="ACME",
            owner_description=TEXT,
            event_type=kind,
            event_topic=topic,
            logo_url="https://example.org/logo.png",
        )
        for n in range(EVENTS)
    ]
    return made[0]


def _programme() -> Event:
    now = timezone.now()
    event = Event.objects.create(
        name="Programme", state=Event.State.PUBLISHED, timezone="UTC", starts_at=now, ends_at=now + timedelta(days=4)
    )
    tracks = [Track.objects.create(event=event, name=f"Track {n}", color="#a04b4b") for n in range(TRACKS)]
    rooms = [Microlocation.objects.create(event=event, name=f"Room {n}") for n in range(TRACKS)]
    speakers = Speaker.objects.bulk_create(
        Speaker(event=event, name=f"Speaker {n}", email=f"s{n}@bench.example", short_biography=TEXT)
        for n in range(SPEAKERS)
    )
    sessions = Session.objects.bulk_create(
        Session(
            event=event,
            title=f"Session {n}",
            state="accepted",
            short_abstract=TEXT,
            track=tracks[n % TRACKS],
            microlocation=rooms[n % TRACKS],
            starts_at=now + timedelta(minutes=30 * (n // TRACKS)),
            ends_at=now + timedelta(minutes=30 * (n // TRACKS) + 30),
        )
        for n in range(SESSIONS)
    )
    Session.speakers.through.objects.bulk_create(
        Session.speakers.through(session_id=session.pk, speaker_id=speakers[n % SPEAKERS].pk)
        for n, session in enumerate(sessions)
    )
    return event
