"""The examples of docs/api.md, played as they stand there: each curl, with what jq takes out of its answer."""

import json
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from events.models import Session
from tests.factories import give_role, make_event, make_ticket, make_user, switch_modules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
VARIABLE = re.compile(r"\$(\w+)")
CAPTURE = re.compile(r"^(\w+)=\$\((.*) \| jq -r (.*)\)$", re.DOTALL)


def commands() -> list[str]:
    """The indented lines that are shell, whole commands each."""
    found, open_one = [], ""
    for line in PAGE.read_text().splitlines():
        begins = line.startswith("    ") and re.match(r"(curl|[A-Z]+=)", line.strip())
        if not open_one and not begins:
            continue
        open_one += line.removeprefix("    ").removesuffix("\\") + "\n"
        if not line.endswith("\\") and is_whole(open_one):
            found.append(open_one.strip())
            open_one = ""
    assert not open_one, open_one
    return found


def is_whole(text: str) -> bool:
    try:
        shlex.split(text, comments=True)
    except ValueError:
        return False
    return text.count("$(") <= text.count(")")


class Shell:
    """Variables, and curl by the test client."""

    def __init__(self) -> None:
        self.variables: dict[str, str] = {}
        self.asked = 0

    def run(self, command: str) -> None:
        captured = CAPTURE.match(command)
        if captured:
            name, inner, path = captured.groups()
            self.variables[name] = taken_out(self.curl(inner), path.strip("'"))
        elif command.startswith("curl"):
            self.curl(command)
        else:
            name, _, value = command.partition("=")
            self.variables[name] = value

    def curl(self, command: str) -> Any:
        words = shlex.split(command, comments=True)[1:]
        words = [VARIABLE.sub(lambda found: self.variables[found[1]], word) for word in words]
        method, headers, data, query, url = "GET", {}, None, [], ""
        options = iter(words)
        for word in options:
            if word == "-H":
                name, _, value = next(options).partition(": ")
                headers[name] = value
            elif word == "-d":
                data, method = next(options), "POST" if method == "GET" else method
            elif word == "-X":
                method = next(options)
            elif word == "--data-urlencode":
                query.append(tuple(next(options).split("=", 1)))
            elif word == "-o":
                next(options)
            elif not word.startswith("-"):
                url = word
        assert url.startswith(self.variables["API"]), command
        url = url.removeprefix(self.variables["API"]) + (f"?{urlencode(query)}" if query else "")
        media_type = headers.pop("Content-Type", "application/octet-stream")
        answer = APIClient().generic(method, url, data or "", content_type=media_type, headers=headers)
        assert answer.status_code in (200, 201), f"{command}\n{answer.status_code} {answer.content[:500]!r}"
        self.asked += 1
        return answer


def taken_out(answer: Any, path: str) -> str:
    """What ``jq -r`` prints."""
    found = json.loads(answer.content)
    for name, index in re.findall(r"(\w+)|\[(\d+)\]", path):
        found = found[name] if name else found[int(index)]
    return str(found)


@pytest.mark.django_db
def test_examples_of_the_page_work() -> None:
    switch_modules()
    event = make_event()
    make_ticket(event)
    Session.objects.create(event=event, title="Talk", state="accepted")
    team = give_role(make_user("You"), event, "owner")
    team.email = "you@example.com"
    team.save(update_fields=["email"])
    shell = Shell()

    for command in commands():
        shell.run(command)

    assert shell.asked > 15
    assert event.orders.get().status == "completed"
