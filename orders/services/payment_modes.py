"""How an order may be paid: what the event accepts, and what is paid later by other means."""

from decimal import Decimal

from events.models import Event
from openevent.exceptions import InvalidInput

from ..models import Order

Mode = Order.PaymentMode
POINTER = "/data/attributes/payment-mode"
MAX_AMOUNT = 10**9
AMOUNT_POINTER = "/data/attributes/amount"
# The order is placed, and the team completes it when the money is there.
OFFLINE = frozenset({Mode.BANK, Mode.CHEQUE, Mode.ONSITE, Mode.INVOICE})
ACCEPTED_BY = {
    Mode.STRIPE: "can_pay_by_stripe",
    Mode.PAYPAL: "can_pay_by_paypal",
    Mode.BANK: "can_pay_by_bank",
    Mode.CHEQUE: "can_pay_by_cheque",
    Mode.ONSITE: "can_pay_onsite",
    Mode.OMISE: "can_pay_by_omise",
    Mode.ALIPAY: "can_pay_by_alipay",
    Mode.PAYTM: "can_pay_by_paytm",
    Mode.INVOICE: "can_pay_by_invoice",
}


def payment_mode_for(
    event: Event, amount: Decimal, wanted: str | None, is_by_team: bool = False
) -> str | None:
    """The mode to store: free where nothing is to be paid; None while the buyer has not chosen. 422 for
    ``free`` with an amount and for a mode that the event does not accept (the team may take cash)."""
    if amount == 0:
        return Mode.FREE
    if not wanted:
        return None
    if wanted not in Mode.values:
        raise InvalidInput(f"{wanted} is no payment mode.", "unknown_payment_mode", POINTER)
    if wanted == Mode.FREE:
        raise InvalidInput("Payment mode cannot be free for an order with an amount.", "not_free", POINTER)
    if is_by_team and wanted in OFFLINE:
        return wanted
    if not getattr(event, ACCEPTED_BY[Mode(wanted)]):
        raise InvalidInput(f"The event does not accept {wanted}.", "payment_mode_not_accepted", POINTER)
    return wanted


def demand_amount(amount: Decimal) -> Decimal:
    """The amount, or 422 where no order can cost that."""
    if not amount.is_finite() or not 0 <= amount <= MAX_AMOUNT:
        raise InvalidInput(f"amount should be a number from 0 to {MAX_AMOUNT}", "amount", AMOUNT_POINTER)
    return amount
