"""The part of the walkthrough in which money moves: one order by card, one by PayPal, each from the cart to the PDF."""

import http.client
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .walkthrough import Client, Refused, Walkthrough

PRICE = 19.99


def sell_for_money(way: Walkthrough, olga: Client, ada: Client, event: Any) -> None:
    """Olga takes cards and PayPal; Ada pays by both."""
    ticket = take_money(way, olga, event)
    for mode, pay in (("stripe", pay_by_card), ("paypal", pay_by_paypal)):
        way.say(f"Ada buys a ticket for {PRICE} and pays by {mode}")
        attendee, order = order_one(way, ada, event, ticket, mode)
        path = f"/v1/orders/{order['attributes']['identifier']}"
        pay(ada, path, order)
        paid = ada.call("GET", path)["data"]["attributes"]
        if (paid["status"], paid["paid-via"]) != ("completed", mode):
            raise Refused(f"the order is {paid['status']}, paid by {paid['paid-via']}")
        way.await_pdf(ada, attendee["id"])


def take_money(way: Walkthrough, olga: Client, event: Any) -> Any:
    """The event gets an account at Stripe, an address at PayPal, and a ticket that costs something."""
    way.say("Olga connects a Stripe account, names her PayPal address and sells a ticket")
    accepts = {"can-pay-by-stripe": True, "can-pay-by-paypal": True, "paypal-email": way.address("till")}
    money = {"payment-country": "DE", "payment-currency": "EUR"}
    olga.change(f"/v1/events/{event['id']}", "event", event["id"], {**accepts, **money})
    here = ("event", event["id"])
    olga.make("/v1/stripe-authorizations", "stripe-authorization", {"stripe-auth-code": "walkthrough"}, event=here)
    now = datetime.now(UTC)
    offer = {"name": "Regular", "type": "paid", "price": PRICE, "quantity": 20, "min-order": 1, "max-order": 5}
    sale = {
        "sales-starts-at": (now - timedelta(hours=1)).isoformat(),
        "sales-ends-at": (now + timedelta(days=20)).isoformat(),
    }
    return olga.make("/v1/tickets", "ticket", {**offer, **sale}, event=here)


def order_one(way: Walkthrough, ada: Client, event: Any, ticket: Any, mode: str) -> tuple[Any, Any]:
    """An attendee in the cart, and an order of it that waits for its money."""
    here = ("event", event["id"])
    name = {"firstname": "Ada", "lastname": "Attendee", "email": way.address("ada")}
    attendee = ada.make("/v1/attendees", "attendee", name, event=here, ticket=("ticket", ticket["id"]))
    members = {"event": here, "attendees": ("attendee", [attendee["id"]])}
    return attendee, ada.make("/v1/orders", "order", {"payment-mode": mode}, **members)


def pay_by_card(ada: Client, path: str, order: Any) -> None:
    """A test card."""
    charge(ada, path, {"stripe": "pm_card_visa"})


def pay_by_paypal(ada: Client, path: str, order: Any) -> None:
    """Where the order's payment-url leads to, Ada says yes; PayPal sends her back with the ids for the charge."""
    approval = location(order["attributes"]["payment-url"])
    back = parse_qs(urlsplit(location(approval)).query)
    ada.tell(f"    approved at {approval}")
    charge(ada, path, {"paypal-payment-id": back["paymentId"][0], "paypal-payer-id": back["PayerID"][0]})


def charge(ada: Client, path: str, tokens: dict[str, str]) -> None:
    """Let the server take the money."""
    answer = ada.call("POST", f"{path}/charge", {"data": {"type": "charge", "attributes": tokens}})
    if answer["data"]["attributes"]["status"] is not True:
        raise Refused(f"not paid: {answer['data']['attributes']['message']}")


def location(url: str) -> str:
    """Where a page sends a browser."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        answer.read()
    except OSError as error:
        raise Refused(f"{url} does not answer ({error})") from error
    finally:
        connection.close()
    found = answer.getheader("Location")
    if answer.status != 302 or not found:
        raise Refused(f"{url} answers {answer.status} and leads nowhere")
    return found
