"""The activity log."""

from typing import Any

from ..models import Activity


def log_activity(*, actor: Any, action: str) -> Activity:
    """Write a line into the activity log: ``actor`` is a user, or None for the site itself."""
    name = "Site" if actor is None or not actor.is_authenticated else f"{actor.email} ({actor.pk})"
    return Activity.objects.create(actor=name, action=action)
