"""An event's copy takes nothing of orders along: they happened."""

from events.services.copying import declare

from .models import Attendee, CheckIn, Order, OrderLine, OrderTransition

declare(left=[Attendee, CheckIn, Order, OrderLine, OrderTransition])
