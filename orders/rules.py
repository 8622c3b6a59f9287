"""Who somebody is to an order or an attendee: words for openevent/policy.py."""

from typing import Any

import rules

from events.rules import event_id_of

from .models import Attendee, Order


@rules.predicate
def is_buyer(user: Any, obj: Any) -> bool:
    """Whose order it is, or whose order the attendee belongs to."""
    order = obj.order if isinstance(obj, Attendee) else obj
    return bool(user.is_authenticated and isinstance(order, Order) and order.user_id == user.pk)


@rules.predicate
def is_holder(user: Any, obj: Any) -> bool:
    """The person whom the ticket is for, by account."""
    return bool(user.is_authenticated and isinstance(obj, Attendee) and obj.user_id == user.pk)


@rules.predicate
def is_cart_owner(user: Any, obj: Any) -> bool:
    """In whose cart the attendee lies, while it has no order."""
    return bool(
        user.is_authenticated and isinstance(obj, Attendee) and obj.order_id is None and obj.created_by_id == user.pk
    )


@rules.predicate
def is_door_device(user: Any, obj: Any) -> bool:
    """A phone or scanner with a token for the door of this event; it is nobody else in the whole table."""
    device = getattr(user, "door_device", None)
    return device is not None and device.event_id == event_id_of(obj)
