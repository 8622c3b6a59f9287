"""How many orders and attendees an event has, known without counting them."""

from django.db import models


class Tally(models.Model):
    """A change in the number of an event's living rows. The sum of the changes is the number.

    Triggers of the tables write them (migration 0003), whatever program adds, trashes or removes rows: a row for
    each statement, so that buyers never wait for each other here. ``orders.tallies`` adds them up from time to time.
    """

    class Kind(models.TextChoices):
        """Which rows."""

        ORDERS = "orders"
        ATTENDEES = "attendees"

    # no foreign key: rows of an event that is being removed go before it and are tallied after it
    event_id = models.BigIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    number = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["event_id", "kind"], include=["number"], name="tally_of_event")]

    def __str__(self) -> str:
        return f"{self.number:+} {self.kind} of event {self.event_id}"
