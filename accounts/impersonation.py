"""Working as somebody else: who may, and the log that tells."""

from typing import Any

from django.dispatch import receiver
from hijack.signals import hijack_ended, hijack_started

from .services import log_activity


def may_log_in_as(hijacker: Any, hijacked: Any) -> bool:
    """The policy's word, for django-hijack. Nobody works as a third one from there."""
    is_playing = getattr(hijacker, "is_hijacked", False)
    return not is_playing and hijacker.has_perm("accounts.log_in_as_user", hijacked)


@receiver(hijack_started, dispatch_uid="accounts.note_impersonation")
def note_start(hijacker: Any, hijacked: Any, **kwargs: Any) -> None:
    """Write down who begins to work as whom."""
    log_activity(actor=hijacker, action=f"Logged in as {hijacked.email} ({hijacked.pk})")


@receiver(hijack_ended, dispatch_uid="accounts.note_end_of_impersonation")
def note_end(hijacker: Any, hijacked: Any, **kwargs: Any) -> None:
    """And who stops."""
    log_activity(actor=hijacker, action=f"No longer logged in as {hijacked.email} ({hijacked.pk})")
