"""How sessions go from draft to programme: which state follows which, who decides, and who is told."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.mail import frontend_url, send_mail, written
from accounts.models import User
from accounts.services import notify
from openevent.exceptions import Conflict, NotAllowed

from ..models import Session
from ..querysets import PROGRAMME_ROLES
from .audience import addresses_that_declined, people_of, without_who_declined

State = Session.State
POINTER = "/data/attributes/state"

# state → what the team, and what the speakers, may make of it
DECISIONS: dict[str, tuple[str, ...]] = {
    State.DRAFT: (State.PENDING, State.ACCEPTED, State.CONFIRMED, State.REJECTED),
    State.PENDING: (State.ACCEPTED, State.CONFIRMED, State.REJECTED, State.CANCELED, State.WITHDRAWN),
    State.ACCEPTED: (State.PENDING, State.CONFIRMED, State.REJECTED, State.CANCELED, State.WITHDRAWN),
    State.CONFIRMED: (State.ACCEPTED, State.REJECTED, State.CANCELED, State.WITHDRAWN),
    State.REJECTED: (State.PENDING, State.ACCEPTED, State.CONFIRMED),
    State.CANCELED: (State.PENDING, State.ACCEPTED, State.CONFIRMED),
    State.WITHDRAWN: (State.PENDING,),
}
PROPOSALS: dict[str, tuple[str, ...]] = {
    State.DRAFT: (State.PENDING, State.WITHDRAWN),
    State.PENDING: (State.DRAFT, State.WITHDRAWN),
    State.ACCEPTED: (State.CONFIRMED, State.WITHDRAWN),
    State.CONFIRMED: (State.WITHDRAWN,),
    State.REJECTED: (State.WITHDRAWN,),
    State.CANCELED: (),
    State.WITHDRAWN: (),
}
# What speakers are told of by mail, unless the team says not to, with the subject and gist.
MAILED: dict[str, tuple[str, str]] = {
    State.ACCEPTED: ("Your session was accepted", "Your session has been accepted. Please confirm that you will come."),
    State.CONFIRMED: ("Your session is confirmed", "Your session is confirmed and stands in the programme."),
    State.REJECTED: ("Your session was not accepted", "Your session was not chosen for the programme this time."),
    State.CANCELED: ("Your session was cancelled", "Your session has been taken out of the programme."),
    State.WITHDRAWN: ("Your session was withdrawn", "Your session has been withdrawn and will not be held."),
    State.PENDING: ("Your session is being looked at", "Your session was handed in; the team will decide on it."),
}


def check_change(*, session: Session, wanted: str, is_team: bool) -> None:
    """Whether ``wanted`` may follow the session's state. NotAllowed for speakers who decide on their own session,
    Conflict for a state that does not follow."""
    if wanted == session.state:
        return
    if wanted in (DECISIONS if is_team else PROPOSALS)[session.state]:
        return
    if not is_team and wanted in DECISIONS[session.state]:
        raise NotAllowed("Only the team may decide on a session.", pointer=POINTER)
    raise Conflict(f"A session that is {session.state} cannot become {wanted}.", "wrong_state", POINTER)


def transitions() -> dict[str, dict[str, dict[str, bool]]]:
    """Role → state → the states that may follow, and whether speakers get a mail of it when nothing else is said."""
    tables = {"organizer": DECISIONS, "speaker": PROPOSALS}
    return {
        role: {
            str(state): {str(wanted): role == "organizer" and wanted in MAILED for wanted in following}
            for state, following in table.items()
        }
        for role, table in tables.items()
    }


def note_submission(session: Session) -> None:
    """Note when a session was first handed in, and tell those who run the programme."""
    if session.submitted_at is not None or session.state == State.DRAFT:
        return
    session.submitted_at = timezone.now()
    session.save(update_fields=["submitted_at"])
    team = _programme_team(session)
    notify(users=team, kind="new_session", title=f"New session: {session.title}", about=session)
    link = f"{frontend_url()}/events/{session.event.identifier}/sessions"
    for person in without_who_declined(team, session.event_id, "new_paper"):
        send_mail(
            action="new_session",
            to=person.email,
            context={"event": session.event, "session": session, "link": link},
            key=f"new_session:{session.pk}:{person.pk}",
            event=session.event,
        )


@transaction.atomic
def announce_change(*, session: Session, before: str, by: Any, is_mail_wanted: bool) -> None:
    """After the state changed from ``before``: the inbox of everybody concerned, and a mail to the speakers when the
    team decided and ``is_mail_wanted``."""
    title = f"{session.title} is {session.state} now"
    people = [*User.objects.filter(speakers__sessions=session), *_programme_team(session)]
    if session.creator is not None:
        people.append(session.creator)
    notify(
        users=[person for person in people if person.pk != by.pk],
        kind="session_state_change",
        title=title,
        about=session,
    )
    is_told = is_mail_wanted and session.state in MAILED and before != session.state
    session.is_mail_sent = is_told and bool(mail_speakers(session=session))
    session.save(update_fields=["is_mail_sent"])


def mail_speakers(*, session: Session, subject: str = "", message: str = "") -> int:
    """Tell the speakers how their session stands, in the team's words or our own; how many mails were written."""
    own_subject, own_message = MAILED.get(session.state, ("Your session", f"Your session is {session.state} now."))
    addresses = {a.lower(): a for a in session.speakers.values_list("email", flat=True) if a}
    if not addresses and session.creator is not None:
        addresses = {session.creator.email.lower(): session.creator.email}
    declined = addresses_that_declined(session.event_id, "session_accept_reject")
    context = {
        "event": session.event,
        "session": session,
        "title": subject or f"{own_subject}: {session.title}",
        "text": message or own_message,
        "link": f"{frontend_url()}/my-sessions/{session.pk}",
    }
    wanted = [to for small, to in addresses.items() if small not in declined]
    mails = [send_mail(action="session_state_change", to=to, context=context, event=session.event) for to in wanted]
    return written(mails)


def _programme_team(session: Session) -> list[User]:
    return people_of(session.event_id, PROGRAMME_ROLES)
