"""PayPal, by its REST interface: the payment is created, the buyer approves it at PayPal, then it is executed."""

from decimal import Decimal
from typing import Any

import requests
from django.conf import settings
from django.core.cache import cache

from openevent.exceptions import Conflict

from ..currencies import plain_amount
from ..models import Attempt
from .base import Outcome, Provider, ProviderAway, RefundOutcome, Return, Standing
from .keys import paypal_keys

NOT_KNOWN = 404
REFUSALS = range(400, 500)
LATER = {401, 408, 409, 429}
SALES = {
    "completed": Standing.PAID,
    "partially_refunded": Standing.PAID,
    "refunded": Standing.PAID,
    "denied": Standing.FAILED,
}


class PayPal(Provider):
    """Payments to the address that the event names (``paypal-email``), by the site's own account."""

    name = "paypal"

    def start(self, payment: Attempt, **options: Any) -> Outcome:
        """Create the payment. ``return_url`` and ``cancel_url`` are where PayPal sends the buyer afterwards."""
        transaction: dict[str, Any] = {
            "amount": {"total": plain_amount(payment.amount, payment.currency), "currency": payment.currency},
            "description": payment.subject,
            "custom": payment.key,
            "invoice_number": payment.key,
        }
        if payment.payee:
            transaction["payee"] = {"email": payment.payee}
        paid_page, unpaid_page = payment.pages
        body = {
            "intent": "sale",
            "payer": {"payment_method": "paypal"},
            "transactions": [transaction],
            "redirect_urls": {
                "return_url": options.get("return_url") or paid_page,
                "cancel_url": options.get("cancel_url") or unpaid_page,
            },
        }
        status, answer = call("POST", "/v1/payments/payment", body, payment.key)
        return outcome_of(answer) if status not in REFUSALS else _refused(answer)

    def confirm(self, payment: Attempt, **options: Any) -> Outcome:
        """Execute what ``payer_id`` has approved."""
        path = f"/v1/payments/payment/{payment.provider_id}"
        status, answer = call(
            "POST", f"{path}/execute", {"payer_id": options.get("payer_id", "")}, f"{payment.key}-execute"
        )
        if status not in REFUSALS:
            return outcome_of(answer)
        # a second execution is refused: what counts is where the payment stands
        now = self.lookup(payment)
        return now if now.standing is Standing.PAID else _refused(answer)

    def lookup(self, payment: Attempt) -> Outcome:
        """What became of it. One whose answer was lost is asked for anew, by its key."""
        if not payment.provider_id:
            return self.start(payment)
        status, answer = call("GET", f"/v1/payments/payment/{payment.provider_id}")
        return outcome_of(answer) if status not in REFUSALS else Outcome(Standing.FAILED, message="unknown at PayPal")

    def refund(self, refund: Return) -> RefundOutcome:
        """Give back so much of the sale."""
        body = {
            "amount": {"total": plain_amount(refund.amount, refund.currency), "currency": refund.currency},
            "invoice_number": f"refund-{refund.key}",
        }
        sale = refund.payment.capture_id
        if refund.provider_id:  # made before: the same key would only repeat what was said then
            status, answer = call("GET", f"/v1/payments/refund/{refund.provider_id}")
        else:
            status, answer = call("POST", f"/v1/payments/sale/{sale}/refund", body, f"refund-{refund.key}")
        if status in REFUSALS:
            return RefundOutcome(Standing.FAILED, message=_message(answer))
        state = {"completed": Standing.PAID, "failed": Standing.FAILED, "cancelled": Standing.FAILED}
        return RefundOutcome(state.get(answer.get("state", ""), Standing.OPEN), provider_id=answer.get("id"))

    def call_off(self, payment: Attempt) -> Outcome:
        """Nothing to do: money moves only when we execute."""
        return self.lookup(payment) if payment.provider_id else Outcome(Standing.FAILED, message="never asked for")


def find_payment(payment_id: str) -> tuple[Outcome, str]:
    """A payment that a mobile app made itself, and the address that it went to."""
    status, answer = call("GET", f"/v1/payments/payment/{payment_id}")
    if status in REFUSALS:
        return Outcome(Standing.FAILED, message="PayPal does not know this payment."), ""
    payee = (_transaction(answer).get("payee") or {}).get("email") or ""
    return outcome_of(answer), payee


def is_set_up() -> bool:
    """Whether this site can talk to PayPal."""
    return bool(settings.PAYPAL_URL and all(paypal_keys()))


def verified(event: dict[str, Any], headers: dict[str, str]) -> bool:
    """Whether PayPal says that it sent this message."""
    names = ("auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time")
    body = {name: headers.get(f"paypal-{name.replace('_', '-')}", "") for name in names}
    if not all(body.values()) or not is_set_up():
        return False
    body |= {"webhook_id": settings.PAYPAL_WEBHOOK_ID, "webhook_event": event}  # type: ignore[dict-item]
    status, answer = call("POST", "/v1/notifications/verify-webhook-signature", body)
    return status not in REFUSALS and answer.get("verification_status") == "SUCCESS"


def outcome_of(body: dict[str, Any]) -> Outcome:
    """What PayPal's description of a payment says."""
    transaction = _transaction(body)
    sales = [related["sale"] for related in transaction.get("related_resources") or [] if "sale" in related]
    sale = sales[0] if sales else {}
    standing = SALES.get(sale.get("state", ""), Standing.OPEN)
    if body.get("state") == "failed" or (body.get("state") == "expired" and not sale):
        standing = Standing.FAILED
    amount = sale.get("amount") or {}
    links = {link["rel"]: link["href"] for link in body.get("links") or []}
    fee = (sale.get("transaction_fee") or {}).get("value")
    return Outcome(
        standing,
        provider_id=body.get("id"),
        capture_id=sale.get("id"),
        received=Decimal(amount["total"]) if standing is Standing.PAID else Decimal(0),
        currency=amount.get("currency") or (transaction.get("amount") or {}).get("currency", ""),
        fee=Decimal(fee) if fee else None,
        message=body.get("failure_reason") or "",
        approval_url=links.get("approval_url"),
        payment_key=transaction.get("custom"),
    )


def call(method: str, path: str, body: Any = None, request_id: str = "") -> tuple[int, dict[str, Any]]:
    """Status and body of PayPal's answer. ProviderAway for no answer, 5xx and what is to be tried again."""
    headers = {"Authorization": f"Bearer {_token()}", "Accept": "application/json"}
    if request_id:
        headers["PayPal-Request-Id"] = request_id
    try:
        answer = requests.request(
            method, settings.PAYPAL_URL + path, json=body, headers=headers, timeout=settings.PROVIDER_TIMEOUT
        )
        data = answer.json() if answer.content else {}
    except (requests.RequestException, ValueError) as error:
        raise ProviderAway(f"PayPal cannot be asked ({type(error).__name__}). Try again later.") from error
    if answer.status_code == 401:
        cache.delete(_token_key())
    if answer.status_code >= 500 or answer.status_code in LATER:
        raise ProviderAway(f"PayPal cannot be asked (it answers {answer.status_code}). Try again later.")
    return answer.status_code, data if isinstance(data, dict) else {}


def _token() -> str:
    """An access token; kept in the cache of this site, encrypted, for as long as it is good for."""
    from openevent.secrets import decrypt, encrypt

    if not is_set_up():
        raise Conflict("This site takes no payments by PayPal.", "payment_mode_not_accepted", "/data")
    kept = cache.get(_token_key())
    if kept:
        return decrypt(kept)
    try:
        answer = requests.post(
            f"{settings.PAYPAL_URL}/v1/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=paypal_keys(),
            timeout=settings.PROVIDER_TIMEOUT,
        )
        answer.raise_for_status()
        data = answer.json()
        token, seconds = data["access_token"], int(data["expires_in"])
    except (requests.RequestException, ValueError, KeyError) as error:
        raise ProviderAway(f"PayPal cannot be asked ({type(error).__name__}). Try again later.") from error
    cache.set(_token_key(), encrypt(token), timeout=max(seconds - 60, 1))
    return str(token)


def _token_key() -> str:
    return f"paypal-token:{paypal_keys()[0]}:{settings.PAYPAL_URL}"


def _transaction(body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (body.get("transactions") or [{}])[0]
    return found


def _message(answer: dict[str, Any]) -> str:
    return str(answer.get("message") or answer.get("name") or "PayPal refused it.")


def _refused(answer: dict[str, Any]) -> Outcome:
    return Outcome(Standing.FAILED, message=_message(answer))
