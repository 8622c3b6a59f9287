"""Records written as rows: one statement per table, whatever the size of the event."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.text import slugify

from events.models import (
    CustomForm,
    CustomFormOption,
    CustomFormTranslate,
    Event,
    EventCopyright,
    EventSubTopic,
    EventTopic,
    EventType,
    Microlocation,
    Session,
    SessionType,
    SocialLink,
    Speaker,
    SpeakersCall,
    Sponsor,
    Track,
)
from events.services import add_member
from events.services.forms import create_first_fields

from .parser import Progress
from .records import ParsedEvent, Record

BATCH = 1000  # rows per statement
M = TypeVar("M", bound=Model)


def write_event(
    parsed: ParsedEvent, *, identifier: str, owner: Any, state: str, new_topics: bool, progress: Progress
) -> Event:
    """A new event with everything of ``parsed``, owned by ``owner``."""
    event = Event(**parsed.event, identifier=identifier, state=state)
    _set_taxonomy(event, parsed, new_topics)
    event.save(force_insert=True)
    add_member(event, user=owner, role_name="owner")
    tracks = _write(Track, event, parsed.tracks)
    rooms = _write(Microlocation, event, parsed.microlocations)
    kinds = _write(SessionType, event, parsed.session_types)
    speakers = _write(Speaker, event, parsed.speakers)
    progress(1, 2, "written")
    _write(Sponsor, event, parsed.sponsors)
    _write(SocialLink, event, parsed.social_links)
    sessions = [
        Session(
            event=event,
            track=None if s.track is None else tracks[s.track],
            microlocation=None if s.microlocation is None else rooms[s.microlocation],
            session_type=None if s.session_type is None else kinds[s.session_type],
            **s.columns,
        )
        for s in parsed.sessions
    ]
    Session.objects.bulk_create(sessions, batch_size=BATCH)
    through = Session.speakers.through
    through.objects.bulk_create(
        [
            through(session_id=session.pk, speaker_id=speakers[position].pk)
            for session, record in zip(sessions, parsed.sessions, strict=True)
            for position in record.speakers
        ],
        batch_size=BATCH,
    )
    _count_made(parsed)
    _write_beside(event, parsed)
    progress(2, 2, "written")
    return event


def _write_beside(event: Event, parsed: ParsedEvent) -> None:
    """Licence, call and forms; without a form of its own the event gets that of every new event."""
    if parsed.copyright is not None:
        EventCopyright.objects.create(event=event, **parsed.copyright.columns)
    if parsed.speakers_call is not None:
        SpeakersCall.objects.create(event=event, **parsed.speakers_call.columns)
    if not any(record.columns["form"] == CustomForm.Form.ATTENDEE for record in parsed.forms):
        create_first_fields(event=event)
    forms = _write(CustomForm, event, parsed.forms)
    pairs = list(zip(forms, parsed.forms, strict=True))
    CustomFormOption.objects.bulk_create(
        [CustomFormOption(custom_form=form, value=value) for form, record in pairs for value in record.options],
        batch_size=BATCH,
    )
    CustomFormTranslate.objects.bulk_create(
        [
            CustomFormTranslate(custom_form=form, language_code=language, name=name, form_id=form.form_id or "")
            for form, record in pairs
            for language, name in record.translations.items()
        ],
        batch_size=BATCH,
    )


def _write(model: type[M], event: Event, records: Sequence[Record]) -> list[M]:
    rows = [model(event=event, **record.columns) for record in records]
    return model._default_manager.bulk_create(rows, batch_size=BATCH)


def _count_made(parsed: ParsedEvent) -> None:
    for name, count in parsed.counts.items():
        if name == "session_speakers":
            count.made = sum(len(s.speakers) for s in parsed.sessions)
        else:
            count.made = len(getattr(parsed, name))


def _set_taxonomy(event: Event, parsed: ParsedEvent, new_topics: bool) -> None:
    """The site's words for the event's type and topics; new words only where that is allowed."""
    event.event_type = _word(EventType, parsed.type, "type", parsed, new_topics)
    event.event_topic = _word(EventTopic, parsed.topic, "topic", parsed, new_topics)
    event.event_sub_topic = _word(
        EventSubTopic, parsed.sub_topic, "sub-topic", parsed, new_topics, event_topic=event.event_topic
    )


def _word(model: type[M], name: str, what: str, parsed: ParsedEvent, may_create: bool, **columns: Any) -> M | None:
    if not name:
        return None
    found = model._default_manager.filter(name__iexact=name, **columns).first()
    if found is None and may_create:
        found = model._default_manager.create(name=name, slug=slugify(name) or "-", **columns)
        parsed.notes.add("event", f"the {what} {name!r} is new on this site and was made")
    elif found is None:
        parsed.notes.add("event", f"the {what} {name!r} left out: this site does not have it")
    return found
