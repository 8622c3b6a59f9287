"""What the three switches of the site do, and whom they concern. Apps above say what of theirs hangs on each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Switch:
    """One module as people read it."""

    name: str  # the column of Module
    title: Any
    icon: str
    when_on: Any
    when_off: Any


SWITCHES = [
    Switch(
        "ticket_include",
        _("Ticketing"),
        "confirmation_number",
        _("Organizers turn ticketing on for their events, make tickets and sell them."),
        _("Without it no event turns ticketing on, no ticket is created and nothing is sold."),
    ),
    Switch(
        "payment_include",
        _("Payment"),
        "payments",
        _("Tickets may cost money, and events choose how they are paid."),
        _("Without it there are no paid tickets and no payment methods; free tickets go on."),
    ),
    Switch(
        "donation_include",
        _("Donations"),
        "volunteer_activism",
        _("Tickets whose price the buyer chooses may be made and sold."),
        _("Without it there are no donation tickets."),
    ),
]

Concerned = Callable[[], Iterable[tuple[Any, int]]]
# column of Module → functions that say who is concerned: words and a number
CONCERNED: dict[str, list[Concerned]] = {switch.name: [] for switch in SWITCHES}
