"""The main job from end to end, as clients do it: `make demo` and the end-to-end test play it."""

import email
import email.policy
import http.client
import json
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

JSONAPI = "application/vnd.api+json"
PATIENCE = 60  # seconds to wait for the worker
SHOWN = 400  # characters of a body


class Refused(Exception):
    """The server did not answer as it should have."""


class Client:
    """One person with a program that speaks the API."""

    def __init__(self, base_url: str, name: str, tell: Callable[[str], Any]) -> None:
        self.base, self.name, self.tell = urlsplit(base_url), name, tell
        self.token = ""

    def call(self, method: str, path: str, body: Any = None, expect: int = 200, kind: str = JSONAPI) -> Any:
        """The decoded answer (bytes of a PDF as they are); Refused when the status is another one."""
        kind_of = http.client.HTTPSConnection if self.base.scheme == "https" else http.client.HTTPConnection
        connection = kind_of(self.base.hostname or "", self.base.port, timeout=30)
        headers = {"Accept": f"{JSONAPI}, application/json, application/pdf"}
        if body is not None:
            headers["Content-Type"] = kind
        if self.token:
            headers["Authorization"] = f"JWT {self.token}"
        sent = json.dumps(body) if body is not None else None
        self.tell(f"  {self.name}: {method} {path}" + (f"\n    > {_short(_masked(body))}" if body is not None else ""))
        try:
            connection.request(method, path, body=sent, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
        except OSError as error:
            raise Refused(f"{self.base.geturl()} does not answer ({error}): is `make run` running?") from error
        finally:
            connection.close()
        is_json = "json" in (answer.getheader("Content-Type") or "")
        shown = content.decode() if is_json else f"{len(content)} bytes of {answer.getheader('Content-Type')}"
        self.tell(f"    < {answer.status} {_short(_without_secrets(shown))}")
        if answer.status != expect:
            raise Refused(f"{method} {path} answered {answer.status} instead of {expect}: {shown}")
        return json.loads(content) if is_json else content

    def make(self, path: str, type_: str, attributes: dict[str, Any], **relations: tuple[str, Any]) -> Any:
        """POST a resource object; the answered one."""
        body = {"data": {"type": type_, "attributes": attributes, "relationships": _linkage(relations)}}
        return self.call("POST", path, body, 201)["data"]

    def change(self, path: str, type_: str, id_: str, attributes: dict[str, Any]) -> Any:
        """PATCH a resource object; the answered one."""
        return self.call("PATCH", path, {"data": {"type": type_, "id": id_, "attributes": attributes}})["data"]


class Walkthrough:
    """Olga makes an event, Ada gets a ticket for it, Rita lets her in; then Ada buys two for money."""

    def __init__(self, base_url: str, mails: Path, tell: Callable[[str], Any] = print) -> None:
        self.base_url, self.mails, self.tell = base_url.rstrip("/"), mails, tell
        self.run = secrets.token_hex(3)
        self.code = ""  # what the QR code says
        self.pdf_path: Path | None = None

    def play(self) -> None:
        """All steps; Refused at the first that fails."""
        from .walkthrough_payments import sell_for_money

        olga = self.join("Olga", "Owner")
        event, ticket = self.publish_event(olga)
        ada = self.join("Ada", "Attendee")
        attendee, order = self.buy(ada, event, ticket)
        pdf_url = self.await_pdf(ada, attendee["id"])
        rita = self.join("Rita", "Registrar")
        self.invite(olga, rita, event)
        self.check_in(rita, event, attendee["id"], order["attributes"]["identifier"])
        sell_for_money(self, olga, ada, event)
        self.report(ada, attendee["id"], pdf_url)

    def address(self, name: str) -> str:
        """The mail address of one of the cast, new in each run."""
        return f"{name.lower()}-{self.run}@example.org"

    def join(self, first: str, last: str) -> Client:
        """Register, read the mails, prove the address, log in."""
        self.say(f"{first} registers, gets a welcome and a verification mail, and logs in")
        client = Client(self.base_url, first, self.tell)
        password = secrets.token_urlsafe(12)
        to = self.address(first)
        client.make("/v1/users", "user", {"email": to, "password": password, "first-name": first, "last-name": last})
        self.await_mail(to, "Welcome|welcome")
        link = self.await_mail(to, r"token=([\w.~-]+)")
        client.call("POST", "/v1/auth/verify-email", {"data": {"token": link.group(1)}}, kind="application/json")
        login = {"email": to, "password": password}
        client.token = client.call("POST", "/auth/session", login, kind="application/json")["access_token"]
        return client

    def publish_event(self, olga: Client) -> tuple[Any, Any]:
        """A draft, a free ticket, and the event is on."""
        self.say("Olga makes an event with a free ticket and publishes it")
        start = (datetime.now(UTC) + timedelta(days=30)).replace(hour=8, minute=0, second=0, microsecond=0)
        event = olga.make(
            "/v1/events",
            "event",
            {
                "name": f"Walkthrough Day {self.run}",
                "starts-at": start.isoformat(),
                "ends-at": (start + timedelta(hours=9)).isoformat(),
                "timezone": "Europe/Berlin",
                "location-name": "Alte Halle, Berlin",
                "owner-name": "Olga Owner",
                "state": "draft",
            },
        )
        ticket = olga.make(
            "/v1/tickets",
            "ticket",
            {
                "name": "Free entry",
                "type": "free",
                "price": 0,
                "quantity": 50,
                "min-order": 1,
                "max-order": 5,
                "sales-starts-at": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
                "sales-ends-at": start.isoformat(),
            },
            event=("event", event["id"]),
        )
        olga.change(f"/v1/events/{event['id']}", "event", event["id"], {"state": "published"})
        return event, ticket

    def buy(self, ada: Client, event: Any, ticket: Any) -> tuple[Any, Any]:
        """An attendee in the cart, an order of it, and, as it is free, completed."""
        self.say("Ada lays a ticket into her cart, orders it and completes the order")
        attendee = ada.make(
            "/v1/attendees",
            "attendee",
            {"firstname": "Ada", "lastname": "Attendee", "email": self.address("ada")},
            event=("event", event["id"]),
            ticket=("ticket", ticket["id"]),
        )
        order = ada.make(
            "/v1/orders",
            "order",
            {"payment-mode": "free"},
            event=("event", event["id"]),
            attendees=("attendee", [attendee["id"]]),
        )
        if order["attributes"]["status"] != "completed":
            path = f"/v1/orders/{order['attributes']['identifier']}"
            order = ada.change(path, "order", order["id"], {"status": "completed"})
        if order["attributes"]["status"] != "completed":
            raise Refused(f"the order is {order['attributes']['status']}, not completed")
        return attendee, order

    def await_pdf(self, ada: Client, attendee_id: str) -> str:
        """The address of the ticket's PDF, once the worker has made it."""
        self.say("A worker renders the ticket; its address appears on the attendee")
        quiet = Client(self.base_url, ada.name, lambda line: None)
        quiet.token = ada.token
        path = f"/v1/attendees/{attendee_id}"
        url = self.wait(lambda: quiet.call("GET", path)["data"]["attributes"]["pdf-url"], "PDF")
        self.tell(f"    pdf-url: {url}")
        self.await_mail(self.address("ada"), f"Walkthrough Day {self.run}")
        return str(url)

    def invite(self, olga: Client, rita: Client, event: Any) -> None:
        """Rita becomes registrar of the event by an invitation that she gets by mail."""
        self.say("Olga invites Rita to the door; Rita accepts")
        roles = olga.call("GET", '/v1/roles?filter=[{"name":"name","op":"eq","val":"registrar"}]'.replace('"', "%22"))
        attributes = {"email": self.address("rita"), "role-name": "registrar"}
        olga.make(
            "/v1/role-invites",
            "role-invite",
            attributes,
            event=("event", event["id"]),
            role=("role", roles["data"][0]["id"]),
        )
        token = self.await_mail(self.address("rita"), r"invite[^\s\"]*token=([\w.~-]+)").group(1)
        rita.call("POST", "/v1/role-invites/accept-invite", {"data": {"token": token}}, kind="application/json")

    def check_in(self, rita: Client, event: Any, attendee_id: str, order_identifier: str) -> None:
        """Rita's app reads the code, finds the attendee in its list, and checks in by PATCH."""
        self.say("Rita scans the code and checks Ada in")
        include = "?include=order,ticket,event&fields[event]=id&fields[ticket]=id&page[size]=0"
        listed = rita.call("GET", f"/v1/events/{event['id']}/attendees{include}")
        identifiers = {o["id"]: o["attributes"]["identifier"] for o in listed["included"] if o["type"] == "order"}
        codes = {
            f"{identifiers[a['relationships']['order']['data']['id']]}-{a['id']}": a["id"] for a in listed["data"]
        }
        self.code = f"{order_identifier}-{attendee_id}"
        if codes.get(self.code) != attendee_id:
            raise Refused(f"the code {self.code} is not among the event's attendees")
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        changes = {"is-checked-in": True, "checkin-times": now, "device-name-checkin": "Gate A"}
        row = rita.change(f"/v1/attendees/{attendee_id}", "attendee", attendee_id, changes)
        if row["attributes"]["is-checked-in"] is not True:
            raise Refused("the attendee is not checked in")

    def report(self, ada: Client, attendee_id: str, pdf_url: str) -> None:
        """Fetch the PDF as Ada would, and say where everything lies."""
        content = ada.call("GET", f"/v1/orders/attendees/{attendee_id}.pdf")
        if not content.startswith(b"%PDF"):
            raise Refused("the ticket is no PDF")
        self.pdf_path = self.mails / f"ticket-{attendee_id}-{self.run}.pdf"
        self.pdf_path.write_bytes(content)
        self.say("Done")
        self.tell(f"  QR code:  {self.code}\n  PDF:      {self.pdf_path}\n  pdf-url:  {pdf_url}\n  Mails:")
        for path in sorted(self.mails.glob("*.eml"), key=lambda p: p.stat().st_mtime):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if self.run in str(message["To"]):
                self.tell(f"    {path}  {message['To']}: {message['Subject']}")

    # -- waiting ------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """A headline."""
        self.tell(f"\n— {text}")

    def wait(self, look: Callable[[], Any], what: str) -> Any:
        """What ``look`` finds, as soon as it finds it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = look()
            if found:
                return found
            time.sleep(0.2)
        raise Refused(f"no {what} after {PATIENCE} s: is the worker running?")

    def await_mail(self, to: str, pattern: str) -> re.Match[str]:
        """The match of ``pattern`` in a mail to ``to``."""
        found: re.Match[str] = self.wait(lambda: self._find_mail(to, pattern), f"mail to {to}")
        return found

    def _find_mail(self, to: str, pattern: str) -> re.Match[str] | None:
        for path in sorted(self.mails.glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if to not in str(message["To"]):
                continue
            body = message.get_body(("plain", "html"))
            match = re.search(pattern, f"{message['Subject']}\n{body.get_content() if body else ''}")
            if match:
                self.tell(f"    mail to {to}: {message['Subject']}")
                return match
        return None


def _linkage(relations: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    return {
        name: {
            "data": [{"type": type_, "id": i} for i in ids] if isinstance(ids, list) else {"type": type_, "id": ids}
        }
        for name, (type_, ids) in relations.items()
    }


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _masked(body: Any) -> str:
    return _without_secrets(json.dumps(body, ensure_ascii=False))


def _without_secrets(text: str) -> str:
    """The body as it may be shown: without passwords and tokens."""
    return re.sub(r'("(?:password|token|access_token)": ?")[^"]+', r"\1…", text)
