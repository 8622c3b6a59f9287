"""What the house asks of a provider of payments. Adding one is one file and one line in __init__."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from openevent.exceptions import Unavailable

from ..models import Attempt


class Standing(Enum):
    """Where a payment or a refund stands at the provider."""

    OPEN = "open"
    PAID = "paid"  # of a refund: the money went back
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """What a provider says of a payment."""

    standing: Standing
    provider_id: str | None = None
    capture_id: str | None = None
    received: Decimal = Decimal(0)
    currency: str = ""
    fee: Decimal | None = None
    message: str = ""
    approval_url: str | None = None
    client_secret: str | None = None  # for the buyer's browser, where the bank wants to see him; never stored
    card: dict[str, str] = field(default_factory=dict)  # brand, last4, exp_month, exp_year
    payment_key: str | None = None  # our key, as the provider keeps it


@dataclass(frozen=True)
class RefundOutcome:
    """What a provider says of a refund."""

    standing: Standing
    provider_id: str | None = None
    message: str = ""


class Return(Protocol):
    """Money that is to go back: a Refund, or what looks like one."""

    @property
    def payment(self) -> Any:
        """The Attempt that brought it."""

    @property
    def amount(self) -> Decimal:
        """How much."""

    @property
    def currency(self) -> str:
        """Of what."""

    @property
    def key(self) -> Any:
        """What makes it the same wish when it is asked again."""

    @property
    def provider_id(self) -> str | None:
        """The provider's name for it, once there is one."""


class ProviderAway(Unavailable):
    """The provider does not answer, or not now: what happened is not known, and is asked again."""

    code = "provider_unavailable"


class Provider:
    """Each method may be called any number of times for the same row: its key makes the provider do it once.

    All raise ProviderAway when nothing is known afterwards.
    """

    name: str

    def start(self, payment: Attempt, **options: Any) -> Outcome:
        """Ask for the money: charge the card, or get the address where the buyer says yes."""
        raise NotImplementedError

    def confirm(self, payment: Attempt, **options: Any) -> Outcome:
        """Take the money that the buyer has said yes to."""
        raise NotImplementedError

    def lookup(self, payment: Attempt) -> Outcome:
        """What became of it; where the provider does not know the payment, FAILED."""
        raise NotImplementedError

    def refund(self, refund: Return) -> RefundOutcome:
        """Give the refund's amount back."""
        raise NotImplementedError

    def call_off(self, payment: Attempt) -> Outcome:
        """The order's time is over: see to it that no money comes any more, if the provider can. What it says last
        counts: a payment that is through cannot be called off."""
        return self.lookup(payment)
