"""What was asked and answered, and what of it was wrong."""

import json
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from types import TracebackType
from typing import IO, Any

EVERY = 50  # operations between two lines of progress
MOST_SHOWN = 60
SLOWEST = 5
MOST_RECEIVED = 400  # bytes of an answer that are printed


class Report:
    """Counts by role, and each kind of wrong answer with the first request that got it."""

    def __init__(self, name: str, trace: str | None = None) -> None:
        self.name, self._trace_path = name, trace
        self.statuses: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))  # role, kind
        self.asked: dict[str, set[str]] = defaultdict(set)
        self.succeeded: dict[str, set[str]] = defaultdict(set)
        self.slowest: list[tuple[float, str]] = []
        self.found: dict[str, str] = {}
        self._operations = self._wanted = self._done = 0
        self._begun = time.monotonic()
        self._trace: IO[str] | None = None
        self._open = ExitStack()

    def __enter__(self) -> "Report":
        if self._trace_path:
            self._trace = self._open.enter_context(open(self._trace_path, "w"))  # noqa: PTH123  (as it was typed)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    @property
    def count(self) -> int:
        """Requests so far."""
        return sum(statuses.total() for kinds in self.statuses.values() for statuses in kinds.values())

    # -- while it goes on ---------------------------------------------------------------------

    def begin(self, operations: int, wanted: int) -> None:
        """What is to be done."""
        self._operations, self._begun = operations, time.monotonic()
        print(f"{self.name}: {operations} operations, {wanted} requests", flush=True)

    def progress(self) -> None:
        """An operation is done."""
        self._done += 1
        if self._done % EVERY == 0:
            rate = self.count / (time.monotonic() - self._begun)
            print(
                f"{self.name}: {self._done} of {self._operations} operations, {self.count} requests, {rate:.0f}/s, "
                f"{len(self.found)} kinds of wrong answers",
                flush=True,
            )

    def say(self, words: str) -> None:
        """Something that who watches wants to know."""
        print(f"{self.name}: {words}", flush=True)

    def answered(self, role: str, kind: str, case: Any, response: Any, seconds: float) -> None:
        """An answer, right or wrong."""
        status, label = response.status_code, f"{case.method.upper()} {case.path}"
        self.statuses[role][kind][str(status)] += 1
        self.asked[role].add(label)
        if status < 300:
            self.succeeded[role].add(label)
        self._remember(seconds, f"{label} {status}")
        if self._trace is not None:
            self._write(role=role, kind=kind, label=label, status=status, sent=_sent(case), got=_received(response))

    def silence(self, role: str, kind: str, case: Any, error: Exception, curl: str) -> None:
        """No answer."""
        self.statuses[role][kind]["none"] += 1
        self.note(f"{case.method.upper()} {case.path} {type(error).__name__}", f"as {role}: {error}\n  {curl}")

    def wrong(self, role: str, case: Any, response: Any, failure: Any, curl: str) -> None:
        """A check that an answer did not pass."""
        name = f"{case.method.upper()} {case.path} {response.status_code} {type(failure).__name__}"
        message = failure.message.strip().replace("\n", "\n  ")[:1500]
        self.note(name, f"as {role}: {message}\n  {_received(response)}\n  {curl[:2000]}")

    def note(self, name: str, about: str) -> None:
        """Something wrong; the first of its kind is kept."""
        if name not in self.found:
            self._write(wrong=name, about=about)
        self.found.setdefault(name, about)

    def _remember(self, seconds: float, what: str) -> None:
        self.slowest = sorted([*self.slowest, (round(seconds, 2), what)], reverse=True)[:SLOWEST]

    def _write(self, **line: Any) -> None:
        if self._trace is not None:
            self._trace.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
            self._trace.flush()

    # -- in the end ---------------------------------------------------------------------------

    def saved(self) -> dict[str, Any]:
        """What another process adds to its own."""
        sets = {name: {role: sorted(s) for role, s in getattr(self, name).items()} for name in ("asked", "succeeded")}
        return {"statuses": self.statuses, "slowest": self.slowest, "found": self.found, **sets}

    def add(self, other: dict[str, Any]) -> None:
        """Add what another process has ``saved``."""
        for role, kinds in other["statuses"].items():
            for kind, statuses in kinds.items():
                self.statuses[role][kind].update(statuses)
            self.asked[role] |= set(other["asked"].get(role, ()))
            self.succeeded[role] |= set(other["succeeded"].get(role, ()))
        for seconds, what in other["slowest"]:
            self._remember(seconds, what)
        for name, about in other["found"].items():
            self.found.setdefault(name, about)

    def conclude(self) -> int:
        """Print the sum; how many kinds of wrong answers there were."""
        for name, about in sorted(self.found.items())[:MOST_SHOWN]:
            print(f"- {name}\n  {about}\n")
        for role, kinds in self.statuses.items():
            every = sum(kinds.values(), Counter())
            print(f"{role}: {every.total()} requests: {_shares(every)}")
            for kind, statuses in sorted(kinds.items()):
                print(f"  {kind:9}{statuses.total():6}  {_shares(statuses)}")
            print(f"  {len(self.succeeded[role])} of {len(self.asked[role])} operations did it at least once")
        print(f"slowest: {', '.join(f'{what} {seconds} s' for seconds, what in self.slowest)}")
        print(
            f"{self.count} requests in {time.monotonic() - self._begun:.0f} s; {len(self.found)} kinds of wrong answers"
        )
        return len(self.found)


def _sent(case: Any) -> str:
    body = json.dumps(case.body, default=str)[:400] if isinstance(case.body, (dict, list)) else ""
    return f"{case.path_parameters} {case.query} {body}"


def _received(response: Any) -> str:
    return str(response.content[:MOST_RECEIVED].decode(errors="replace"))


def _shares(statuses: Counter[str]) -> str:
    whole = statuses.total() or 1
    return ", ".join(f"{status}: {n} ({100 * n / whole:.0f} %)" for status, n in sorted(statuses.items()))
