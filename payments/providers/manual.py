"""Bank transfer, cheque, cash: no program to ask, the team says that the money is there."""

from typing import Any

from ..models import Attempt
from .base import Outcome, Provider, RefundOutcome, Return, Standing


class Manual(Provider):
    """What the team enters is what counts."""

    name = "manual"

    def start(self, payment: Attempt, **options: Any) -> Outcome:
        """The team has the money."""
        return Outcome(Standing.PAID, received=payment.amount, currency=payment.currency)

    confirm = start

    def lookup(self, payment: Attempt) -> Outcome:
        """As it was entered."""
        return Outcome(Standing.PAID, received=payment.received, currency=payment.currency)

    def refund(self, refund: Return) -> RefundOutcome:
        """Somebody has to transfer it, and then says so in the admin."""
        return RefundOutcome(Standing.OPEN, message="to be paid back by hand")
