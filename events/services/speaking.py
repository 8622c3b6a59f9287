"""What happens to speaker invites: sent, accepted, rejected."""

from typing import Any

from django.db import transaction

from accounts.mail import frontend_url, send_mail
from openevent.exceptions import Conflict

from ..models import Session, Speaker, SpeakerInvite


@transaction.atomic
def invite_speaker(*, session: Session, email: str, by: Any) -> SpeakerInvite:
    """Ask somebody to speak in the session, by mail. Raises Conflict for who speaks in it already."""
    if (
        session.speakers.filter(email__iexact=email).exists()
        or session.speakers.filter(user__email__iexact=email).exists()
    ):
        raise Conflict("This person speaks in the session already.", "duplicate", "/data/attributes/email")
    invite = SpeakerInvite.objects.create(session=session, event_id=session.event_id, email=email)
    context = {
        "event": session.event,
        "session": session,
        "inviter": by.full_name,
        "link": f"{frontend_url()}/my-sessions/{session.pk}",
    }
    key = f"speaker_invite:{invite.pk}"
    send_mail(action="speaker_invite", to=email, context=context, key=key, event=session.event)
    return invite


@transaction.atomic
def accept_speaker_invite(*, invite: SpeakerInvite, by: Any) -> Speaker:
    """``by`` speaks in the session from now on, with the profile of the event or a new one."""
    _close(invite, SpeakerInvite.Status.ACCEPTED)
    speaker = Speaker.objects.filter(event=invite.event_id, user=by).first()
    if speaker is None:
        speaker = Speaker.objects.filter(event=invite.event_id, email__iexact=by.email, user=None).first()
    if speaker is None:
        speaker = Speaker(event_id=invite.event_id, name=by.full_name or by.email, email=by.email)
    speaker.user = by
    speaker.save()
    invite.session.speakers.add(speaker)
    return speaker


@transaction.atomic
def reject_speaker_invite(*, invite: SpeakerInvite) -> None:
    """Say no to an invitation that is still open."""
    _close(invite, SpeakerInvite.Status.REJECTED)


def _close(invite: SpeakerInvite, status: str) -> None:
    open_ones = SpeakerInvite.objects.filter(pk=invite.pk, status=SpeakerInvite.Status.PENDING)
    if not open_ones.update(status=status):
        raise Conflict("The invitation is not open any more.", "not_pending")
    invite.status = status
