"""What of orders an event's copy takes along: where people are scanned. Nothing that happened."""

from typing import Any

from events.services.copying import Copier, declare

from . import models
from .models import BadgeFieldForm, BadgeForm, Station

declare(
    copied=[BadgeFieldForm, BadgeForm, Station],
    left=[
        models.Attendee,
        models.BadgePrint,
        models.CheckIn,
        models.DoorDevice,
        models.Order,
        models.OrderLine,
        models.OrderTransition,
        models.PaxCorrection,
        models.StationStorePax,
    ],
)


def copy_door(*, copier: Copier) -> None:
    """The stations, and which tickets may pass them; what badges look like."""
    of_event: dict[str, Any] = {"event": copier.source}
    copier.copy(Station.objects.filter(**of_event))
    copier.link(Station, "tickets")
    copier.copy(BadgeForm.objects.filter(**of_event))
    copier.copy(BadgeFieldForm.objects.filter(badge_form__event=copier.source))
