"""News from events."""

from django.dispatch import Signal

# sender: Event; event, by. An event has been made, inside the transaction that makes it.
event_created = Signal()
