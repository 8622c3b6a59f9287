"""News of the API kit."""

from django.dispatch import Signal

# sender: the model; row, verb ("created", "changed" or "deleted"), by. Somebody wrote a row by the API, inside the
# transaction that writes it.
row_written = Signal()
