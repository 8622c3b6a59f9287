"""Sessions, speakers and followers as tables."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts.jobs import Document, Run, job_kind
from openevent.exceptions import NotFound
from openevent.reports import Column, Stored, read_stored, write_report
from openevent.richtext import plain_text

from ..models import Event, Group, GroupFollower, GroupMember, Session, Speaker

CHUNK = 500  # rows in memory at once, with what belongs to them
CHUNK_OF_VALUES = 2000
ALL, WITHOUT_SESSION = "all", "without_session"
SESSION_STATES = (ALL, *Session.State.values)
SPEAKER_STATES = (*SESSION_STATES, WITHOUT_SESSION)


def event_of_run(run: Run) -> Event:
    """The event that an export is of; NotFound if it was deleted since."""
    event = Event.objects.filter(pk=run.params["event"]).first()
    if event is None:
        raise NotFound("The event does not exist any more.")
    return event


def local(time: datetime | None, event: Event) -> datetime | None:
    """The time by the clocks at the place, as tables show it."""
    return None if time is None else time.astimezone(event.zone)


def clock(event: Event) -> Callable[[datetime], datetime]:
    """Times by the clocks at the place, for columns."""
    zone = event.zone
    return lambda time: time.astimezone(zone)


def session_columns(event: Event) -> list[Column]:
    """What a table of sessions says."""
    return [
        Column("Session Title", lambda s: s.title, 4),
        Column("Session Starts At", lambda s: local(s.starts_at, event), 2.5),
        Column("Session Ends At", lambda s: local(s.ends_at, event)),
        Column("Session Speakers", lambda s: "; ".join(p.name for p in s.speakers.all()), 3),
        Column("Speaker Emails", lambda s: "; ".join(p.email for p in s.speakers.all() if p.email)),
        Column("Session Track", lambda s: s.track and s.track.name, 2),
        Column("Session Room", lambda s: s.microlocation and s.microlocation.name, 2),
        Column("Session Abstract Short", lambda s: plain(s.short_abstract), 6),
        Column("Session Abstract Long", lambda s: plain(s.long_abstract)),
        Column("Comment", lambda s: plain(s.comments)),
        Column("Created At", lambda s: local(s.created_at, event)),
        Column("Email Sent", lambda s: s.is_mail_sent),
        Column("Level", lambda s: s.level),
        Column("Status", lambda s: s.state, 1.5),
        Column("Session Type", lambda s: s.session_type and s.session_type.name, 1.5),
        Column("Talk Length", lambda s: s.session_type and s.session_type.length),
        Column("Language", lambda s: s.language),
        Column("Slides", lambda s: s.slides_url),
        Column("Audio", lambda s: s.audio_url),
        Column("Video", lambda s: s.video_url),
        Column("Average Rating", lambda s: None if s.rating is None else round(s.rating, 2)),
        Column("Number of Ratings", lambda s: s.ratings),
    ]


SPEAKER_COLUMNS = [
    Column("Speaker Name", lambda s: s.name, 3),
    Column("Speaker Email", lambda s: s.email, 3),
    Column("Speaker Session(s)", lambda s: "; ".join(f"{t.title} ({t.state})" for t in s.sessions.all()), 5),
    Column("Speaker Mobile", lambda s: s.mobile, 2),
    Column("Speaker Bio", lambda s: plain(s.short_biography)),
    Column("Speaker Organisation", lambda s: s.organisation, 2),
    Column("Speaker Position", lambda s: s.position, 2),
    Column("Speaker Experience", lambda s: plain(s.speaking_experience)),
    Column("Speaker Sponsorship Required", lambda s: s.sponsorship_required),
    Column("Speaker City", lambda s: s.city),
    Column("Speaker Country", lambda s: s.country, 1.5),
    Column("Speaker Website", lambda s: s.website),
    Column("Speaker Twitter", lambda s: s.twitter),
    Column("Speaker Facebook", lambda s: s.facebook),
    Column("Speaker Github", lambda s: s.github),
    Column("Speaker LinkedIn", lambda s: s.linkedin),
]


def plain(markup: str | None) -> str:
    """The text of rich text."""
    return plain_text(markup) if markup else ""


@job_kind("sessions")
def write_sessions(run: Run) -> Document:
    """The sessions of an event, in the order of the programme."""
    event, state = event_of_run(run), run.params["status"]
    rows = Session.objects.filter(event=event)
    if state != ALL:
        rows = rows.filter(state=state)
    given = Q(feedbacks__deleted_at=None)
    listed = (
        rows.select_related("track", "microlocation", "session_type")
        .prefetch_related(Prefetch("speakers", Speaker.objects.order_by("pk")))
        .annotate(rating=Avg("feedbacks__rating", filter=given), ratings=Count("feedbacks", filter=given))
        .order_by(F("starts_at").asc(nulls_last=True), "pk")
    )
    return write(run, event.name, f"sessions-{event.identifier}", session_columns(event), rows, listed)


@job_kind("speakers")
def write_speakers(run: Run) -> Document:
    """The speakers of an event by name: all, those with a session in some state, or those without any."""
    event, state = event_of_run(run), run.params["status"]
    rows = Speaker.objects.filter(event=event)
    theirs = Session.objects.filter(speakers=OuterRef("pk"))
    if state == WITHOUT_SESSION:
        rows = rows.filter(~Exists(theirs))
    elif state != ALL:
        rows = rows.filter(Exists(theirs.filter(state=state)))
    listed = rows.prefetch_related(Prefetch("sessions", Session.objects.order_by("pk"))).order_by("name", "pk")
    return write(run, event.name, f"speakers-{event.identifier}", SPEAKER_COLUMNS, rows, listed)


@job_kind("group_followers")
def write_followers(run: Run) -> Document:
    """Who follows a group, and what role he has in it."""
    group = Group.objects.filter(pk=run.params["group"]).first()
    if group is None:
        raise NotFound("The group does not exist any more.")
    members = GroupMember.objects.filter(group=group, accepted=True).order_by("-pk")
    roles = {
        group.user_id: "Owner",
        **{m.user_id: m.role.title_name or m.role.name for m in members.select_related("role")},
    }
    columns = [
        Column("Public Profile Name", lambda f: f.user.public_name or f.user.full_name, 3),
        Column("Email", lambda f: f.user.email, 3),
        Column("Group Join Date", lambda f: f.created_at, 2),
        Column("Role (Owner, Organizer, Follower)", lambda f: roles.get(f.user_id, "Follower"), 2),
    ]
    rows = GroupFollower.objects.filter(group=group, user__deleted_at=None)
    return write(run, group.name, f"followers-{group.pk}", columns, rows, rows.select_related("user"))


def write(
    run: Run, title: str, name: str, columns: list[Column], rows: QuerySet[Any], listed: QuerySet[Any]
) -> Document:
    """The report that ``run`` asks for: ``rows`` are counted, ``listed``, the same with all they need, are written."""
    return _write(run, title, name, columns, listed.iterator(chunk_size=CHUNK), rows.count())


def write_stored(run: Run, title: str, name: str, stored: list[Stored], rows: QuerySet[Any]) -> Document:
    """The report that ``run`` asks for, of columns that the database knows: for lists that may be very long."""
    columns, listed = read_stored(rows, stored, run.params["format"])
    return _write(run, title, name, columns, listed.iterator(chunk_size=CHUNK_OF_VALUES), rows.count())


def _write(run: Run, title: str, name: str, columns: list[Column], read: Iterator[Any], total: int) -> Document:
    form = run.params["format"]
    return Document(f"{name}.{form}", write_report(run.file, form, title, columns, read, run.progress, total))
