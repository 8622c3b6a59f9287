"""Logging in by address and password, and how often one may try.

Only failures count. Three limits hold at once: per address and caller, per caller (one machine, many
accounts), and per address from everywhere (many machines, one account). The last one does not
apply to a place from which the account was entered before, or its password chosen: somebody who keeps
guessing cannot lock the owner out.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import authenticate
from django.core.cache import cache
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from openevent.api.throttling import client_ip, give_back, take

from ..models import User

KNOWN_PLACE_SECONDS = 30 * 24 * 3600


def log_in(request: Request, *, email: str, password: str) -> User:
    """The account; AuthenticationFailed for anything else, Throttled after too many failures."""
    with counted_attempt(request, email):
        user = authenticate(request, email=email, password=password)
        if not isinstance(user, User):
            raise AuthenticationFailed("Invalid Credentials", code="invalid_credentials")
    return user


@contextmanager
def counted_attempt(request: Any, email: str) -> Iterator[None]:
    """Around one try to enter the account: Throttled when it is one too many; leaves no count unless it fails."""
    limits = login_limits(request, email)
    for scope, who in limits:
        take(scope, who)
    yield
    for scope, who in limits:
        give_back(scope, who)
    remember_place(request, email)


def login_limits(request: Any, email: str) -> list[tuple[str, str]]:
    """What this attempt counts against: scope and whom."""
    ip, account = client_ip(request), email.strip().lower()
    limits = [("login", f"{account} {ip}"), ("login_ip", ip)]
    if not cache.get(_place_key(request, email)):
        limits.append(("login_account", account))
    return limits


def remember_place(request: Any, email: str) -> None:
    """The owner of the account has been here."""
    cache.set(_place_key(request, email), 1, timeout=KNOWN_PLACE_SECONDS)


def _place_key(request: Any, email: str) -> str:
    mark = hashlib.sha256(f"{email.strip().lower()} {client_ip(request)}".encode()).hexdigest()[:32]
    return f"known-place:{mark}"
