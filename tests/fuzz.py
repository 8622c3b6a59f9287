"""`make fuzz`: requests that schemathesis makes up from the served OpenAPI document, as each of three roles.

An answer is wrong when it is a 5xx, has a status or a media type that the document does not name, or a body that
contradicts its schema. Keys in paths are those of rows that exist in most of the requests. The server is a real one,
with a database of its own; it is thrown away afterwards.

    make fuzz ARGS="--requests 2000 --roles eve --seed 7"
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.__main__ import prepare

ROLES = ("eve", "olga", "adam")
# They end the session that the requests are made with, or wait for a provider across the internet.
LEFT_OUT = ("/v1/auth/logout", "/v1/auth/blacklist", "/v1/auth/change-password")
MOST_SHOWN = 40
PATIENCE = 60  # seconds for an answer
REAL_KEYS = 0.8  # of the requests


def arguments() -> argparse.Namespace:
    """What to play."""
    parser = argparse.ArgumentParser(prog="fuzz")
    parser.add_argument("--requests", type=int, default=20_000, help="as each role")
    parser.add_argument("--roles", nargs="*", default=list(ROLES), choices=ROLES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="operations whose path has this in it")
    parser.add_argument("--port", type=int, default=8595)
    return parser.parse_args()


def open_gates() -> None:
    """No throttle refuses what is played here."""
    from django.conf import settings

    for scope in settings.THROTTLES:
        os.environ[f"THROTTLE_{scope.upper()}"] = "10000000/m"


def populate() -> Any:
    """The small world of the tests, kept this time."""
    from tests.factories import make_cast, make_event, switch_modules
    from tests.world import World

    random.seed(20240301)
    switch_modules()
    event = make_event(is_sessions_speakers_enabled=True, location_name="Berlin")
    return World(event, make_cast(event))


class Keys:
    """Keys of rows by the collection in a path."""

    def __init__(self, world: Any) -> None:
        from tests.world import RESOURCES

        self.by_path: dict[str, list[str]] = {}
        for resource in RESOURCES:
            row = world.row_of(resource)
            if row is None:
                raise SystemExit(f"the world has no {resource.type}")
            names = [str(row.pk)]
            if resource.identifier_field:
                names.append(str(getattr(row, resource.identifier_field)))
            for path in (resource.path, *resource.viewset.aliases):
                self.by_path[path] = names

    def put_into(self, case: Any, rng: random.Random) -> None:
        """Real keys in place of made-up ones."""
        collection = case.path.removeprefix("/v1/").split("/{")[0]
        keys = self.by_path.get(collection)
        for name in case.path_parameters or {}:
            if keys and name in ("id", "pk", "key", "event"):
                case.path_parameters[name] = rng.choice(keys)


class Player:
    """Plays operations as one role and notes what was answered wrongly."""

    def __init__(self, schema: Any, base: str, keys: Keys, own: Any, seed: int) -> None:
        from accounts.auth.jwt import AccessToken

        self.base, self.keys, self.rng = base, keys, random.Random(seed)
        self.headers = {"Authorization": f"JWT {AccessToken.for_user(own)}"}
        self.own = str(own.pk)
        self.operations = [result.ok() for result in schema.get_all_operations()]
        self.statuses: Counter[int] = Counter()
        self.wrong: dict[str, str] = {}
        self.count = 0

    def play(self, wanted: int, only: str) -> None:
        """So many requests, spread over the operations."""
        operations = [o for o in self.operations if only in o.path and not o.path.startswith(LEFT_OUT)]
        self.rng.shuffle(operations)
        each = -(-wanted // len(operations))
        for operation in operations:
            if self.count < wanted:
                self._play(operation, min(each, wanted - self.count))

    def _play(self, operation: Any, times: int) -> None:
        from hypothesis import HealthCheck, Phase, given, seed, settings

        @seed(self.rng.randrange(2**32))
        @settings(
            max_examples=times,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def run(case: Any) -> None:
            if self.rng.random() < REAL_KEYS:
                self.keys.put_into(case, self.rng)
            if operation.method.upper() == "DELETE" and self.own in case.path_parameters.values():
                return  # who deletes himself plays on as a stranger
            self._ask(case)

        run()

    def _ask(self, case: Any) -> None:
        from schemathesis.checks import not_a_server_error
        from schemathesis.core.failures import FailureGroup
        from schemathesis.specs.openapi.checks import (
            content_type_conformance,
            response_schema_conformance,
            status_code_conformance,
        )

        checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
        response = case.call(base_url=self.base, headers=self.headers, timeout=PATIENCE)
        self.count += 1
        self.statuses[response.status_code] += 1
        if response.status_code == 503:
            checks.remove(not_a_server_error)  # said in the document, with a reason: nothing is configured here
        try:
            case.validate_response(response, checks=checks, headers=self.headers)
        except FailureGroup as group:
            for failure in group.exceptions:
                name = f"{case.method} {case.path} {response.status_code} {type(failure).__name__}"
                body = json.dumps(case.body, default=str)[:300] if isinstance(case.body, (dict, list)) else ""
                answer = f"{failure.message}\n  {case.query} {body}\n  {response.text[:400]}"
                self.wrong.setdefault(name, answer)


def served_document(base: str) -> dict[str, Any]:
    """The OpenAPI document as the server gives it."""
    with urllib.request.urlopen(f"{base}/api/schema") as answer:
        document: dict[str, Any] = json.load(answer)
    return document


def fuzz(stand: Any, options: argparse.Namespace) -> int:
    """How many kinds of wrong answers there were."""
    import schemathesis

    world = populate()
    keys, base = Keys(world), f"http://127.0.0.1:{stand.port}"
    wrong = 0
    with stand.serve("gunicorn"):
        schema = schemathesis.openapi.from_dict(served_document(base))
        for role in options.roles:
            own, begun = getattr(world.cast, role), time.monotonic()
            player = Player(schema, base, keys, own, options.seed)
            player.play(options.requests, options.only)
            seconds = time.monotonic() - begun
            print(f"{role}: {player.count} requests in {seconds:.0f} s, {dict(sorted(player.statuses.items()))}")
            for name, answer in sorted(player.wrong.items())[:MOST_SHOWN]:
                print(f"- {name}: {answer}\n")
            print(f"{role}: {len(player.wrong)} kinds of wrong answers", flush=True)
            wrong += len(player.wrong)
    return wrong


def main() -> None:
    """Set up, play, clean up."""
    options = arguments()
    os.environ.setdefault("OPENEVENT_BENCH_VAR", str(Path(tempfile.gettempdir(), "openevent-fuzz")))
    prepare(options.port)
    open_gates()
    from benchmarks.stand import Stand

    stand = Stand()
    stand.start_services()
    try:
        wrong = fuzz(stand, options)
    finally:
        stand.stop()
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
