"""Plays the operations of the document, each as one role after the other."""

import argparse
import json
import random
import time
import urllib.request
import zlib
from typing import Any

import requests
import schemathesis

from accounts.auth.jwt import AccessToken

from .cases import cases_of, planned
from .checks import Judge, configure
from .grounding import Grounding
from .leniency import Reader
from .report import Report
from .world import Ground

PATIENCE = 120  # seconds for an answer; the machine may have more to do
SLOW = 5.0  # seconds
SAFE = ("GET", "HEAD", "OPTIONS")


class Player:
    """Some roles against one server."""

    def __init__(self, stand: Any, ground: Ground, report: Report, options: argparse.Namespace) -> None:
        self.stand, self.ground, self.report, self.options = stand, ground, report, options
        self.base = base = f"http://127.0.0.1:{stand.port}"
        with urllib.request.urlopen(f"{base}/api/schema") as answer:
            document = json.load(answer)
        self.schema = schemathesis.openapi.from_dict(document)
        configure(self.schema.config)
        reader = Reader(document)
        self.grounding = Grounding(ground, reader)
        self.judges = {role: Judge(base, reader) for role in options.roles}
        self.session = requests.Session()
        self.role = ""
        self.headers: dict[str, str] = {}
        self.is_changed = True
        self.worked = 0.0  # seconds of processor that the servers had used when the operation began

    def play(self) -> None:
        """This process' share of the operations; what one is asked does not depend on the others, but for how much."""
        operations = [result.ok() for result in self.schema.get_all_operations()]
        operations = sorted((o for o in operations if self.options.only in o.label), key=lambda o: o.label)
        if not operations:
            raise SystemExit(f"no operation has {self.options.only} in its name")
        plan = planned(operations, self.options.requests)
        own = operations[self.options.shard :: self.options.shards]
        random.Random(self.options.seed).shuffle(own)  # what is wrong with one kind of operation shows early
        self.report.begin(len(own), sum(plan[o.label] for o in own) * len(self.options.roles))
        for operation in own:
            self.play_operation(operation, plan[operation.label])
            self.report.progress()

    def play_operation(self, operation: Any, number: int) -> None:
        """``number`` requests as each role: all are asked the same."""
        rng = random.Random(self.options.seed * 2**32 + zlib.crc32(operation.label.encode()))
        cases = []
        for kind, case in cases_of(operation, number, rng):
            self.grounding.ground(kind, case, rng)
            cases.append((kind, case))
        self.worked = sum(self.stand.cpu_seconds())
        for role in self.options.roles:
            self.role = role
            self._begin_anew()
            for kind, case in cases:
                self.play_case(kind, case)

    def _begin_anew(self) -> None:
        """The world as it was, and a token of it."""
        if self.is_changed:
            self.ground.restore()
            self.is_changed = False
        self.headers = {"Authorization": f"JWT {AccessToken.for_user(getattr(self.ground.cast, self.role))}"}

    def play_case(self, kind: str, case: Any) -> None:
        """Send a case, and see what comes of it."""
        response = self.ask(kind, case)
        if response is None:
            return
        if response.status_code == 201:
            self.follow(case, response)
        # what is gone is missed by the requests that come after, and who is gone cannot make them
        if response.status_code == 401 or (case.method.upper() == "DELETE" and response.status_code < 300):
            self._begin_anew()

    def ask(self, kind: str, case: Any) -> Any:
        """Send a case and judge the answer; None where there was none."""
        self.is_changed |= case.method.upper() not in SAFE
        begun = time.monotonic()
        try:
            response = self._send(case)
        except requests.RequestException as error:
            self.report.silence(self.role, kind, case, error, self._curl(case))
            return None
        seconds = time.monotonic() - begun
        self.report.answered(self.role, kind, case, response, seconds)
        if seconds > SLOW:
            self._judge_slowness(case, seconds)
        for failure in self.judges[self.role].failures(kind, case, response, self.headers):
            self.report.wrong(self.role, case, response, failure, self._curl(case))
        return response

    def _send(self, case: Any) -> Any:
        """The answer; asked once more where nobody answered and nobody worked: whole machines stop and go on."""
        given = {"base_url": self.base, "session": self.session, "headers": self.headers, "timeout": PATIENCE}
        try:
            return case.call(**given)
        except (requests.Timeout, requests.ConnectionError):
            if sum(self.stand.cpu_seconds()) - self.worked > SLOW:
                raise
            self.report.say("the servers were silent and idle: asked once more")
            return case.call(**given)

    def _judge_slowness(self, case: Any, seconds: float) -> None:
        """An answer that took long is wrong when the servers worked at it, and did not wait for their turn."""
        worked = sum(self.stand.cpu_seconds()) - self.worked
        if worked > SLOW:
            about = f"{seconds:.0f} s, {worked:.0f} s of work since the operation began"
            self.report.note(f"{case.method.upper()} {case.path} is slow", f"{about}\n  {self._curl(case)}")
            self.worked += worked

    def _curl(self, case: Any) -> str:
        return str(case.as_curl_command(headers={"Authorization": "JWT $TOKEN"}, base_url=self.base))

    def follow(self, case: Any, response: Any) -> None:
        """What was made is there, takes back what it says of itself, and is gone when it is deleted."""
        location = response.headers.get("location", [""])[0]
        made = response.json().get("data")
        collection, _, key = location.rpartition("/")
        path = f"{collection}/{{id}}"
        if path not in self.schema.raw_schema["paths"] or not isinstance(made, dict):
            return
        steps = {method.upper() for method in self.schema[path]}
        sent_back = {"data": {"type": made["type"], "id": made["id"], "attributes": made.get("attributes", {})}}
        statuses: dict[str, int] = {}
        for method, body in (("GET", None), ("PATCH", sent_back), ("DELETE", None), ("GET", None)):
            if method not in steps:
                continue
            given = {} if body is None else {"body": body, "media_type": "application/vnd.api+json"}
            answer = self.ask("follow", self.schema[path][method].Case(path_parameters={"id": key}, **given))
            status = 0 if answer is None else answer.status_code
            if method == "GET" and statuses.get("DELETE") == 200 and status != 404:
                self.report.note(f"{self.role}: GET {path} {status} after it was deleted", self._curl(case))
            statuses[method] = status
