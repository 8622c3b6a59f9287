"""News of this app.

``user_saved``, sent by ``User``, with ``instance``, ``created`` and ``raw``: an account was made or changed.
It is Django's own post_save. Whoever wants to do something for a new account connects a receiver
in its own ``receivers.py`` and calls its own service from there; nothing in accounts knows about it.
"""

from django.db.models.signals import post_save as user_saved
from django.dispatch import Signal

__all__ = ["job_finished", "user_saved"]

# sender: Job; job. An export or import has come to its end, good or bad, inside the transaction that says so.
job_finished = Signal()
