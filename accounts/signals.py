"""News of this app.

``user_saved``, sent by ``User``, with ``instance``, ``created`` and ``raw``: an account was made or changed.
It is Django's own post_save. Whoever wants to do something for a new account connects a receiver
in its own ``receivers.py`` and calls its own service from there; nothing in accounts knows about it.
"""

from django.db.models.signals import post_save as user_saved

__all__ = ["user_saved"]
