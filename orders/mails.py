"""What orders write to people. The words are in templates/mail/."""

from accounts.mail import send_mail

from .models import Order


def tell_cancelled(order: Order) -> None:
    """The buyer learns that the order was cancelled, with the note and whether money comes back."""
    if order.user is None:
        return
    send_mail(action="order_cancelled", to=order.user.email, context={"order": order, "event": order.event})
