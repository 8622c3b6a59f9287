"""News from events."""

from django.dispatch import Signal

# sender: Event; event, by. An event has been made, inside the transaction that makes it.
event_created = Signal()

# sender: Event; copier: services.copying.Copier, by. An event has been copied, inside the transaction that copies
# it: each app above copies its own tables with ``copier.copy`` and ``copier.link``.
event_copied = Signal()
