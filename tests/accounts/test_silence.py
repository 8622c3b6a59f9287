"""No answer, status or time tells whether an address has an account."""

import re
import statistics
import time
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts import services
from accounts.models import Mail
from tests.accounts.conftest import person

KNOWN, UNVERIFIED, BLOCKED, UNKNOWN = (
    "ada@example.com",
    "uma@example.com",
    "bob@example.com",
    "who@example.com",
)
LOGIN, RESET = "/auth/session", "/v1/auth/reset-password"
RESEND = "/v1/auth/resend-verification-email"


@pytest.fixture
def people(sue: Any) -> None:
    person("ada")
    person("uma", is_verified=False)
    services.block_user(user=person("bob"), by=sue)


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed, which is what costs time."""

    algorithm = "counting"
    count = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.count += 1
        return super().encode(password, salt)


class TenthHasher(PBKDF2PasswordHasher):
    """The real one with a tenth of its rounds: dearer by far than the rest of a log-in, and quick enough to repeat."""

    iterations = PBKDF2PasswordHasher.iterations // 10


def ask(url: str, address: str) -> Any:
    body = {"email": address, "password": "wrong"} if url == LOGIN else {"data": {"email": address}}
    return APIClient().post(url, body, format="json")


def shape(sql: str) -> tuple[str, ...]:
    """What a statement does and to which tables, without its values."""
    return (sql.split(maxsplit=1)[0], *re.findall(r'"(accounts_\w+)"', sql))


@pytest.mark.parametrize("url", [LOGIN, RESET, RESEND])
def test_answer_and_work_are_the_same_for_every_address(people, settings, url):
    settings.PASSWORD_HASHERS = ["tests.accounts.test_silence.CountingHasher"]
    person("pia")  # her password is stored in the form that counts
    seen = set()
    for address in ["pia@example.com", UNKNOWN, *([] if url == LOGIN else [KNOWN, UNVERIFIED, BLOCKED])]:
        CountingHasher.count = 0
        with CaptureQueriesContext(connection) as queries:
            answer = ask(url, address)
        statements = tuple(shape(query["sql"]) for query in queries.captured_queries)
        body = answer.content.replace(address.encode(), b"")
        seen.add((answer.status_code, body, tuple(sorted(answer.headers)), CountingHasher.count, statements))

    assert len(seen) == 1, seen


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("url", [RESET, RESEND])
def test_each_address_queues_one_task(people, work_off_queue, url):
    work_off_queue()
    for address in (KNOWN, UNVERIFIED, BLOCKED, UNKNOWN):
        ask(url, address)
        assert work_off_queue() == ["accounts.tasks.deliver_mail_task"]
    sent = Mail.objects.filter(action__in=["reset_password", "verify_email"], state="sent")
    assert set(sent.values_list("recipient", flat=True)) == ({KNOWN, UNVERIFIED} if url == RESET else {UNVERIFIED})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("url", [LOGIN, RESET])
def test_time_is_the_same_for_every_address(people, settings, url):
    settings.PASSWORD_HASHERS = ["tests.accounts.test_silence.TenthHasher"]
    settings.THROTTLES = {}
    person("pia")

    def median(address: str, times: list[float]) -> None:
        start = time.perf_counter()
        ask(url, address)
        times.append(time.perf_counter() - start)

    known: list[float] = []
    unknown: list[float] = []
    ask(url, UNKNOWN)
    for _ in range(7):  # in turn, so that a busy machine slows down both
        median("pia@example.com", known)
        median(UNKNOWN, unknown)

    ratio = statistics.median(known) / statistics.median(unknown)
    assert 0.6 < ratio < 1.7, (known, unknown)
