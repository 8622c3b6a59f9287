"""PayPal on one's own machine: ``python -m openevent.local.paypal_server PORT_FILE [WEBHOOK_URL]``.

The few calls of PayPal's REST interface that we make, in the documented shapes: payments are created, approved (by
opening the approval address), executed, looked up and refunded; messages are signed and verified. A request id
answers once. It holds what it knows in memory.

``POST /_config/next`` with ``{"status": 500}``, ``{"delay": 2}`` or ``{"lose": true}`` (do it, but do not answer)
decides what happens to the next call; ``POST /_config/payments/<id>`` puts members into a payment, for instance
``{"declines": true}``, which refuses its execution.
"""

import contextlib
import hashlib
import hmac
import json
import secrets
import signal
import sys
import threading
import time
import urllib.request
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .mailbox import remembered_port

SIGNING_KEY = b"openevent-paypal"
Answer = tuple[int, dict[str, Any]]


class Bank:
    """What the server knows."""

    def __init__(self, webhook_url: str = "") -> None:
        self.webhook_url = webhook_url
        self.payments: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, Answer] = {}
        self.next: list[dict[str, Any]] = []
        self.lock = threading.RLock()
        self.address = ""

    def answer(self, method: str, path: str, body: dict[str, Any], request_id: str) -> Answer:
        """The answer to a call; the same one to the same request id."""
        with self.lock:
            key = f"{path} {request_id}"
            if request_id and key in self.answers:
                return self.answers[key]
            found = self.work(method, path.strip("/").split("/"), body)
            if request_id and found[0] < 400:
                self.answers[key] = found
            return found

    def work(self, method: str, parts: list[str], body: dict[str, Any]) -> Answer:
        match (method, *parts[1:]):
            case "POST", "oauth2", "token":
                return 200, {"access_token": secrets.token_hex(20), "token_type": "Bearer", "expires_in": 32400}
            case "POST", "payments", "payment":
                return self.create(body)
            case "GET", "payments", "payment", id_:
                return (200, self.payments[id_]) if id_ in self.payments else unknown()
            case "POST", "payments", "payment", id_, "execute":
                return self.execute(id_, str(body.get("payer_id")))
            case "POST", "payments", "sale", id_, "refund":
                return self.refund(id_, body)
            case "GET", "payments", "refund", id_:
                return (200, self.refunds[id_]) if id_ in self.refunds else unknown()
            case "POST", "notifications", "verify-webhook-signature":
                is_right = body.get("transmission_sig") == signature(str(body.get("transmission_id")))
                return 200, {"verification_status": "SUCCESS" if is_right else "FAILURE"}
        return 404, {"name": "NOT_FOUND", "message": "No such call."}

    def create(self, body: dict[str, Any]) -> Answer:
        id_ = f"PAYID-{secrets.token_hex(12).upper()}"
        links = [
            {"rel": "approval_url", "href": f"{self.address}/checkout?paymentId={id_}", "method": "REDIRECT"},
            {"rel": "execute", "href": f"{self.address}/v1/payments/payment/{id_}/execute", "method": "POST"},
        ]
        self.payments[id_] = {**body, "id": id_, "state": "created", "create_time": now(), "links": links}
        return 201, self.payments[id_]

    def approve(self, id_: str) -> str:
        """What the buyer does at PayPal: where he is sent then."""
        payment = self.payments[id_]
        payer = payment.setdefault("payer", {})
        payer["payer_info"] = {"payer_id": payer.get("payer_info", {}).get("payer_id") or secrets.token_hex(6).upper()}
        back = payment["redirect_urls"]["return_url"]
        joint = "&" if "?" in back else "?"
        return f"{back}{joint}paymentId={id_}&PayerID={payer['payer_info']['payer_id']}"

    def execute(self, id_: str, payer_id: str) -> Answer:
        payment = self.payments.get(id_)
        if payment is None:
            return unknown()
        transaction = payment["transactions"][0]
        if transaction.get("related_resources"):
            return 400, {"name": "PAYMENT_ALREADY_DONE", "message": "Payment has been done already for this cart."}
        if payment.get("payer", {}).get("payer_info", {}).get("payer_id") != payer_id:
            return 400, {"name": "PAYMENT_NOT_APPROVED_FOR_EXECUTION", "message": "Payer has not approved payment"}
        if payment.pop("declines", False):
            return 400, {"name": "INSTRUMENT_DECLINED", "message": "The instrument was declined by the bank."}
        sale = {
            "id": secrets.token_hex(9).upper(),
            "state": "completed",
            "amount": transaction["amount"],
            "parent_payment": id_,
            "create_time": now(),
            "transaction_fee": {"value": "0.00", "currency": transaction["amount"]["currency"]},
            "custom": transaction.get("custom"),
        }
        transaction["related_resources"] = [{"sale": sale}]
        payment["state"] = "approved"
        self.send("PAYMENT.SALE.COMPLETED", "sale", sale)
        return 200, payment

    def refund(self, sale_id: str, body: dict[str, Any]) -> Answer:
        for payment in self.payments.values():
            for related in payment["transactions"][0].get("related_resources", []):
                sale = related["sale"]
                if sale["id"] != sale_id:
                    continue
                done = sum(Decimal(r["amount"]["total"]) for r in self.refunds.values() if r["sale_id"] == sale_id)
                wanted = Decimal(body["amount"]["total"])
                if done + wanted > Decimal(sale["amount"]["total"]):
                    return 400, {"name": "TRANSACTION_REFUSED", "message": "Refund exceeds what is left."}
                id_ = secrets.token_hex(9).upper()
                full = done + wanted == Decimal(sale["amount"]["total"])
                sale["state"] = "refunded" if full else "partially_refunded"
                entry = {"id": id_, "state": "completed", "sale_id": sale_id, "amount": body["amount"]}
                self.refunds[id_] = {**entry, "parent_payment": payment["id"], "create_time": now()}
                return 201, self.refunds[id_]
        return unknown()

    def send(self, kind: str, type_: str, resource: dict[str, Any]) -> None:
        """Tell the webhook, from a thread of its own."""
        if self.webhook_url:
            body, headers = message(kind, type_, resource)
            request = urllib.request.Request(self.webhook_url, body, headers, method="POST")  # noqa: S310  (ours)
            threading.Thread(target=deliver, args=[request], daemon=True).start()


def message(kind: str, type_: str, resource: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a signed message."""
    transmission = secrets.token_hex(16)
    event = {
        "id": f"WH-{secrets.token_hex(8)}",
        "event_type": kind,
        "resource_type": type_,
        "resource": resource,
        "create_time": now(),
    }
    headers = {
        "Content-Type": "application/json",
        "Paypal-Transmission-Id": transmission,
        "Paypal-Transmission-Time": now(),
        "Paypal-Transmission-Sig": signature(transmission),
        "Paypal-Auth-Algo": "SHA256withRSA",
        "Paypal-Cert-Url": "https://api.paypal.com/cert",
    }
    return json.dumps(event).encode(), headers


def deliver(request: urllib.request.Request) -> None:
    time.sleep(0.2)
    with contextlib.suppress(OSError):
        urllib.request.urlopen(request, timeout=5).close()  # noqa: S310  (the address is ours)


def signature(transmission: str) -> str:
    """What this server signs a message with."""
    return hmac.new(SIGNING_KEY, transmission.encode(), hashlib.sha256).hexdigest()


def unknown() -> Answer:
    return 404, {"name": "INVALID_RESOURCE_ID", "message": "The requested resource ID was not found"}


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Handler(BaseHTTPRequestHandler):
    """HTTP around the bank."""

    bank: Bank
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/checkout":
            id_ = parse_qs(url.query)["paymentId"][0]
            self.reply(302, {}, {"Location": self.bank.approve(id_)})
        else:
            self.serve("GET", url.path, {})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw or b"{}")
        except ValueError:  # the form of the token call
            body = {}
        path = urlsplit(self.path).path
        if path == "/_config/next":
            self.bank.next.append(body)
            self.reply(200, {})
        elif path.startswith("/_config/payments/"):
            self.bank.payments[path.rpartition("/")[2]].update(body)
            self.reply(200, {})
        else:
            self.serve("POST", path, body)

    def serve(self, method: str, path: str, body: dict[str, Any]) -> None:
        is_token = path.endswith("/token")
        order = self.bank.next.pop(0) if self.bank.next and not is_token else {}
        time.sleep(order.get("delay", 0))
        if "status" in order:
            self.reply(order["status"], {"name": "INTERNAL_SERVICE_ERROR", "message": "as ordered"})
            return
        status, answer = self.bank.answer(method, path, body, self.headers.get("PayPal-Request-Id") or "")
        if order.get("lose"):
            self.close_connection = True
            return
        self.reply(status, answer)

    def reply(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Says nothing: what happens shows in our own log."""


def make_server(port: int = 0, webhook_url: str = "") -> ThreadingHTTPServer:
    """A server on 127.0.0.1 with a bank of its own, at ``server.bank``."""
    bank = Bank(webhook_url)
    handler = type("BankHandler", (Handler,), {"bank": bank})
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:  # somebody else took it meanwhile
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    bank.address = f"http://127.0.0.1:{server.server_port}"
    server.bank = bank  # type: ignore[attr-defined]
    return server


def main(port_file: Path, webhook_url: str = "") -> None:
    """Answer until SIGTERM; the port is written to ``port_file`` once it is open."""
    server = make_server(remembered_port(port_file), webhook_url)
    half = port_file.with_suffix(".part")
    half.write_text(str(server.server_port))
    half.rename(port_file)
    signal.signal(signal.SIGTERM, lambda *args: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
