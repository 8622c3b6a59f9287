"""Servers that play Stripe and PayPal, one of each for a test process, and orders that are to be paid."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from accounts.models import User
from events.models import Event
from openevent.local.paypal_server import Bank, make_server
from orders.models import Order
from orders.services import submit_order
from payments.models import StripeAuthorization
from tests.factories import make_cast, make_event, make_paid_ticket, order_of, switch_modules
from ticketing.models import Ticket

VISA = "pm_card_visa"
DECLINED = "pm_card_chargeCustomerFail"


@pytest.fixture(scope="session")
def stripe_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where localstripe listens."""
    folder: Path = tmp_path_factory.mktemp("stripe")
    command = [sys.executable, "-m", "openevent.local.stripe_server", folder, folder / "port"]
    server = subprocess.Popen([str(part) for part in command])
    end = time.monotonic() + 60
    while not (folder / "port").exists():
        assert server.poll() is None, "localstripe does not start"
        assert time.monotonic() < end, "localstripe does not come up"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{(folder / 'port').read_text()}"
    server.terminate()
    server.wait(10)


@pytest.fixture(scope="session")
def paypal_server() -> Iterator[Bank]:
    """The stand-in for PayPal."""
    server = make_server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.bank  # type: ignore[attr-defined]
    server.shutdown()


@pytest.fixture
def providers(settings: Any, stripe_url: str, paypal_server: Bank) -> None:
    """The site talks to both servers, which know of nothing yet."""
    settings.STRIPE_URL = stripe_url
    settings.STRIPE_SECRET_KEY = "sk_test_platform_of_the_tests"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_of_the_tests"]
    settings.PAYPAL_URL = paypal_server.address
    settings.PAYPAL_CLIENT_ID, settings.PAYPAL_SECRET = "client", "paypal-secret-of-the-tests"
    settings.PROVIDER_TIMEOUT = 5
    paypal_server.next.clear()
    requests.delete(f"{stripe_url}/_config/data", timeout=5).raise_for_status()


@pytest.fixture
def event(db: None, providers: None) -> Event:
    """An event that takes Stripe and PayPal."""
    switch_modules()
    event = make_event(can_pay_by_paypal=True, paypal_email="till@example.org")
    StripeAuthorization.objects.create(
        event=event, secret_key="sk_test_of_the_event", stripe_publishable_key="pk_test_of_the_event"
    )
    return event


@pytest.fixture
def cast(event: Event) -> SimpleNamespace:
    return make_cast(event)


@pytest.fixture
def ticket(event: Event) -> Ticket:
    return make_paid_ticket(event, "19.99", quantity=5)


@pytest.fixture
def ordered(ticket: Ticket, cast: SimpleNamespace) -> Callable[..., Order]:
    """Call it for an order of Ada that waits for its money."""

    def order(mode: str = "stripe", by: User | None = None, quantity: int = 1, **options: Any) -> Order:
        row = order_of(ticket, by or cast.ada, quantity, payment_mode=mode, **options)
        return submit_order(row)

    return order


def intents(url: str, order: Order) -> list[dict[str, Any]]:
    """The PaymentIntents that Stripe has of an order."""
    answer = requests.get(f"{url}/v1/payment_intents?limit=100", auth=("sk_test_of_the_tests", ""), timeout=5)
    return [i for i in answer.json()["data"] if i["metadata"].get("order") == str(order.identifier)]
