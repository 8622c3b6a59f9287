"""Stripe, by its official SDK: PaymentIntents on the account of the event. A client object for each account; the
SDK's global key is never set."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import stripe
from django.conf import settings

from openevent.exceptions import Conflict, InvalidInput

from ..currencies import decimals_of, from_minor_units, minor_units
from ..models import Payment, Refund, StripeAuthorization
from .base import Outcome, Provider, ProviderAway, RefundOutcome, Standing
from .keys import stripe_key

# Stripe counts these otherwise than ISO 4217 does.
DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}
NOT_KNOWN = 404
STANDINGS = {"succeeded": Standing.PAID, "canceled": Standing.FAILED, "requires_payment_method": Standing.FAILED}
REFUND_STANDINGS = {"succeeded": Standing.PAID, "failed": Standing.FAILED, "canceled": Standing.FAILED}
EXPANDED = ["latest_charge", "latest_charge.balance_transaction"]


@dataclass(frozen=True)
class Account:
    """What a connected account is opened with."""

    account_id: str
    publishable_key: str
    secret_key: str
    refresh_token: str


class Stripe(Provider):
    """Cards, and what else Stripe takes."""

    name = "stripe"

    def start(self, payment: Payment, **options: Any) -> Outcome:
        """Charge the card that ``payment.source`` is the token or payment method of."""
        params: Any = {
            "amount": minor_units(payment.amount, payment.currency, _decimals(payment.currency)),
            "currency": payment.currency.lower(),
            "payment_method_types": ["card"],
            "confirm": True,
            "metadata": {"order": str(payment.order.identifier), "payment": payment.key},
            "expand": EXPANDED,
        }
        source = payment.source or ""
        if source.startswith(("tok_", "btok_")):
            params["payment_method_data"] = {"type": "card", "card": {"token": source}}
        else:
            params["payment_method"] = source
        with answers():
            client = client_of(payment.order.event_id)
            try:
                intent = client.v1.payment_intents.create(params, options={"idempotency_key": payment.key})
            except stripe.CardError as error:
                return _refused(error)
            except stripe.InvalidRequestError as error:
                return Outcome(Standing.FAILED, message=error.user_message or "The card was not accepted.")
        return outcome_of(intent.to_dict())

    def confirm(self, payment: Payment, **options: Any) -> Outcome:
        """Whatever the buyer did with his bank meanwhile."""
        return self.lookup(payment)

    def lookup(self, payment: Payment) -> Outcome:
        """What became of it. A payment whose answer was lost is asked for anew, by its key."""
        if not payment.provider_id:
            return self.start(payment) if payment.source else Outcome(Standing.FAILED, message="never asked for")
        with answers():
            client = client_of(payment.order.event_id)
            try:
                intent = client.v1.payment_intents.retrieve(payment.provider_id, {"expand": EXPANDED})
            except stripe.InvalidRequestError as error:
                if error.http_status != NOT_KNOWN:
                    raise
                return Outcome(Standing.FAILED, message="unknown at Stripe")
        return outcome_of(intent.to_dict())

    def refund(self, refund: Refund) -> RefundOutcome:
        """Give back so much of the payment."""
        payment = refund.payment
        params: Any = {
            "payment_intent": payment.provider_id,
            "amount": minor_units(refund.amount, refund.currency, _decimals(refund.currency)),
            "metadata": {"order": str(payment.order.identifier), "refund": str(refund.key)},
        }
        with answers():
            client = client_of(payment.order.event_id)
            try:
                if refund.provider_id:  # made before: the same key would only repeat what was said then
                    return _refund_outcome(client.v1.refunds.retrieve(refund.provider_id))
                made = client.v1.refunds.create(params, options={"idempotency_key": f"refund-{refund.key}"})
            except stripe.InvalidRequestError as error:
                return RefundOutcome(Standing.FAILED, message=error.user_message or "refused")
        return _refund_outcome(made)

    def call_off(self, payment: Payment) -> Outcome:
        """Cancel the intent, unless it is through."""
        if not payment.provider_id:
            return self.lookup(payment)
        with answers():
            client = client_of(payment.order.event_id)
            # one that is through, or canceled, is refused: looked up below
            with contextlib.suppress(stripe.InvalidRequestError):
                client.v1.payment_intents.cancel(payment.provider_id)
        return self.lookup(payment)


def exchange_code(code: str) -> Account:
    """The account whose owner came back from Stripe with ``code``. InvalidInput for a wrong or used one."""
    pointer = "/data/attributes/stripe-auth-code"
    key = stripe_key()
    if not key:
        raise Conflict("This site has no Stripe account that others could be connected to.", "no_stripe", pointer)
    with answers():
        try:
            answer = _client(key).oauth.token({"grant_type": "authorization_code", "code": code})
        except (stripe.oauth_error.OAuthError, stripe.InvalidRequestError) as error:
            raise InvalidInput(error.user_message or "Stripe refused the code.", "stripe_refused", pointer) from error
    token: dict[str, Any] = answer.to_dict()
    return Account(
        account_id=token.get("stripe_user_id") or "",
        publishable_key=token.get("stripe_publishable_key") or "",
        secret_key=token.get("access_token") or "",
        refresh_token=token.get("refresh_token") or "",
    )


def verified(payload: bytes, signature: str) -> bool:
    """Whether Stripe signed this message, not long ago."""
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(payload.decode(), signature, secret, tolerance=300)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        return True
    return False


def client_of(event_id: int) -> stripe.StripeClient:
    """A client that acts for the account of the event. Conflict where it has none."""
    account = StripeAuthorization.objects.filter(event_id=event_id).first()
    if account is None or not account.secret_key:
        raise Conflict("The event does not accept payments by Stripe.", "payment_mode_not_accepted", "/data")
    return _client(str(account.secret_key))


def _client(key: str) -> stripe.StripeClient:
    addresses: Any = {"api": settings.STRIPE_URL, "connect": settings.STRIPE_URL} if settings.STRIPE_URL else None
    http = stripe.RequestsClient(timeout=settings.PROVIDER_TIMEOUT)
    return stripe.StripeClient(key, base_addresses=addresses, http_client=http, max_network_retries=0)


@contextlib.contextmanager
def answers() -> Iterator[None]:
    """Everything that says nothing about the payment is ProviderAway."""
    try:
        yield
    except (
        stripe.APIConnectionError,
        stripe.RateLimitError,
        stripe.APIError,
        stripe.IdempotencyError,
        stripe.AuthenticationError,
        stripe.PermissionError,
        stripe.InvalidRequestError,
    ) as error:
        raise ProviderAway(f"Stripe cannot be asked ({type(error).__name__}). Try again later.") from error


def outcome_of(intent: dict[str, Any]) -> Outcome:
    """What a PaymentIntent says."""
    currency, status = intent["currency"].upper(), intent["status"]
    charge: Any = intent.get("latest_charge")
    charge = charge if charge is not None and not isinstance(charge, str) else {}
    standing = STANDINGS.get(status, Standing.OPEN)
    received = intent.get("amount_received", intent["amount"]) if standing is Standing.PAID else 0
    failure = intent.get("last_payment_error") or {}
    return Outcome(
        standing,
        provider_id=intent["id"],
        capture_id=charge.get("id"),
        received=from_minor_units(received, currency, _decimals(currency)),
        currency=currency,
        fee=_fee_of(charge, currency),
        message=failure.get("message") or "",
        client_secret=intent["client_secret"] if status == "requires_action" else None,
        card=_card_of(charge),
        payment_key=(intent.get("metadata") or {}).get("payment"),
    )


def _refund_outcome(made: stripe.Refund) -> RefundOutcome:
    return RefundOutcome(REFUND_STANDINGS.get(made.status or "", Standing.OPEN), provider_id=made.id)


def _fee_of(charge: Any, currency: str) -> Decimal | None:
    transaction = charge.get("balance_transaction")
    if transaction is None or isinstance(transaction, str) or transaction.get("fee") is None:
        return None
    if str(transaction.get("currency", currency)).upper() != currency:
        return None  # settled in another currency: not comparable with the payment
    return from_minor_units(transaction["fee"], currency, _decimals(currency))


def _card_of(charge: Any) -> dict[str, str]:
    card = (charge.get("payment_method_details") or {}).get("card") or {}
    return {name: str(card[name]) for name in ("brand", "last4", "exp_month", "exp_year") if card.get(name)}


def _refused(error: stripe.CardError) -> Outcome:
    intent: Any = getattr(error.error, "payment_intent", None)
    return Outcome(
        Standing.FAILED,
        provider_id=getattr(intent, "id", None),
        message=error.user_message or "Your card was declined.",
    )


def _decimals(currency: str) -> int:
    return DECIMALS.get(currency.upper(), decimals_of(currency))
