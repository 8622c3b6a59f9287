"""Import an event: one zip in, one event and a summary out, or one DomainError and nothing changed."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from accounts.models import Module
from accounts.pictures import ask_for_sizes
from events.models import Event
from events.models.event import new_identifier
from events.services import PAYMENT_METHODS

from .archive import Archive, open_archive, refuse
from .media import Files
from .parser import Progress, parse_archive
from .records import ParsedEvent
from .summary import ImportSummary
from .writer import write_event


def import_event(
    *,
    file: BinaryIO | str | Path,
    owner: Any,
    publish: bool = False,
    new_topics: bool = False,
    identifier: str | None = None,
    progress: Progress | None = None,
) -> ImportSummary:
    """Make a new event, owned by ``owner``, of an Open Event zip (a path or an open binary file).

    The event is a draft unless ``publish``. ``new_topics`` allows words for type and topics that the
    site does not have yet. Without ``identifier`` a new one is drawn. ``progress(done, total, what)``
    hears how far it is. MalformedInput says in one sentence why a zip is refused; then nothing is
    changed, neither rows nor stored files.
    """
    progress = progress or (lambda done, total, what: None)
    state = Event.State.PUBLISHED if publish else Event.State.DRAFT
    with _opened(file) as stream:
        archive = open_archive(stream)
        parsed = parse_archive(archive, progress)
        _respect_modules(parsed)
        if parsed.was_published and not publish:
            parsed.notes.add("event", "is published where it comes from; imported as a draft")
        identifier = identifier or new_identifier()
        own = {"identifier": identifier, "owner": owner, "state": state, "new_topics": new_topics}
        with _files_of(archive, identifier) as files:
            files.place(parsed)
            with transaction.atomic():
                event = write_event(parsed, **own, progress=progress)
                ask_for_sizes(event, *event.speakers.all())
    return ImportSummary(event.pk, identifier, event.name, state, parsed.counts, parsed.notes)


@contextmanager
def _files_of(archive: Archive, identifier: str) -> Iterator[Files]:
    """Where files are stored; they do not stay without their event, whatever it was that failed, also Ctrl-C."""
    files = Files(archive, f"events/{identifier}")
    try:
        yield files
    except BaseException:
        files.forget()
        raise


def _respect_modules(parsed: ParsedEvent) -> None:
    """What the site has switched off is off in the event, too."""
    asked = [name for name in PAYMENT_METHODS if parsed.event.get(name)]
    donates = parsed.event.get("is_donation_enabled")
    if not (asked or donates):
        return
    modules = Module.load()
    switched_off = [] if modules.payment_include else asked
    if donates and not modules.donation_include:
        switched_off = [*switched_off, "is_donation_enabled"]
    for name in switched_off:
        parsed.event[name] = False
        parsed.notes.add("event", f"'{name}' switched off, as it is on this site")


def _opened(file: BinaryIO | str | Path) -> Any:
    if not isinstance(file, str | Path):
        return nullcontext(file)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise refuse("bad_zip", f"The file cannot be read: {error.strerror}.") from None
