"""A real browser in front of a real server. ``make test-browser`` runs these; ``make test`` leaves them out."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

if not os.environ.get("OPENEVENT_BROWSER"):
    collect_ignore_glob = ["test_*.py"]
else:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread of the test

PATIENCE = 20_000  # ms; machines that build are busy
BINARIES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, the system's."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    path = next((found for name in BINARIES if (found := shutil.which(name))), None)
    assert path, "Chromium is missing: install Debian's package chromium."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def people(transactional_db: None) -> SimpleNamespace:
    """The cast around an event that is still to come."""
    from tests.factories import make_cast, make_event, switch_modules

    switch_modules()
    event = make_event(name="Fair", can_pay_onsite=True)
    return SimpleNamespace(event=event, **vars(make_cast(event)))


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Call it for a Celery worker, a process of its own as on a server, on the test's database and broker; further
    settings as environment."""
    started: list[subprocess.Popen[bytes]] = []

    def start(**environment: str) -> "subprocess.Popen[bytes]":
        where = connection.settings_dict
        query = urlencode({"host": where["HOST"], "port": where["PORT"]})
        database = f"postgresql://{quote(where['USER'])}:{quote(where['PASSWORD'])}@/{where['NAME']}?{query}"
        command = ["celery", "--quiet", "-A", "openevent.celery", "worker", "--concurrency", "1"]
        worker = subprocess.Popen(
            [sys.executable, "-m", *command, "--without-gossip", "--without-mingle", "--without-heartbeat"],
            env={**os.environ, **environment, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "openevent.settings"},
            cwd=settings.BASE_DIR,
        )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.terminate()
        worker.wait(timeout=20)


@pytest.fixture
def open_as(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Call it with a person (None: nobody) for a page at the home of the back office. At the end of the test no
    page may have met an error of script, or something that the content security policy forbids."""
    contexts, complaints = [], []

    def open_page(user: Any = None, **options: Any) -> Any:
        context = browser.new_context(base_url=live_server.url, accept_downloads=True, locale="en-GB", **options)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
        if user is not None:
            page.goto("/admin/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
