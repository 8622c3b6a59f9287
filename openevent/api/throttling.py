"""How often somebody may do something: counters in Valkey that all processes share.

Each limit is a line in ``settings.THROTTLES``: scope -> rates such as ``"10/m"``, ``"5/15m"`` or two of them
with a blank between. A window is fixed; taking from it is one atomic increment, so parallel requests cannot
pass together. While the cache is away nothing is counted and nobody is refused (openevent/cache.py logs it).
"""

import hashlib
import ipaddress
import math
import re
import time
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
RATE = re.compile(r"(\d+)/(\d*)([smhd])")
# An IPv6 customer has a network of this size, and may use every address in it.
IPV6_PREFIX = 64


class Rate(NamedTuple):
    """So many in so many seconds."""

    count: int
    seconds: int


@lru_cache(maxsize=256)
def parse_rates(text: str) -> tuple[Rate, ...]:
    """The rates that ``"10/m 100/h"`` means; ValueError where it means nothing."""
    rates = []
    for word in text.split():
        match = RATE.fullmatch(word)
        if match is None:
            raise ValueError(f"{word!r} is no rate: write 10/m or 5/15m.")
        count, periods, unit = match.groups()
        rates.append(Rate(int(count), int(periods or 1) * SECONDS[unit]))
    return tuple(rates)


def rates_of(scope: str) -> tuple[Rate, ...]:
    """The rates of a scope; none for a scope that settings do not limit."""
    return parse_rates(settings.THROTTLES.get(scope, ""))


def _key(scope: str, who: str, rate: Rate, now: float) -> str:
    mark = hashlib.sha256(who.encode()).hexdigest()[:32]  # whatever it contains, a short key without surprises
    return f"throttle:{scope}:{rate.seconds}:{int(now // rate.seconds)}:{mark}"


def take(scope: str, who: str) -> None:
    """Count one more for ``who``; raises Throttled (429 with Retry-After) when it is one too many."""
    now = time.time()
    for rate in rates_of(scope):
        key = _key(scope, who, rate, now)
        cache.add(key, 0, timeout=rate.seconds + 5)
        try:
            taken = cache.incr(key)
        except ValueError:
            continue  # the cache lost the key in between
        if taken > rate.count:
            raise Throttled(wait=math.ceil(rate.seconds - now % rate.seconds))


def give_back(scope: str, who: str) -> None:
    """Undo one ``take``: what turned out to be right does not count."""
    now = time.time()
    for rate in rates_of(scope):
        try:
            cache.decr(_key(scope, who, rate, now))
        except ValueError:
            continue  # its window is over


def client_ip(request: Any) -> str:
    """Who is calling, as one name per customer: the IPv4 address, or the /64 network of an IPv6 address.

    ``NUM_PROXIES`` says how many proxies of our own stand in front; each appends the address it was called
    from to X-Forwarded-For. What stands left of those was written by the client and means nothing.
    """
    address = request.META.get("REMOTE_ADDR", "")
    proxies = settings.NUM_PROXIES
    if proxies:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= proxies:
            address = hops[-proxies]
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"  # a unix socket, or nonsense from a proxy: they share one counter
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, IPV6_PREFIX), strict=False))
    return str(ip)


class ScopedThrottle(BaseThrottle):
    """Limits a view by address: one count of ``view.throttle_scope`` for each request."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """True, or Throttled."""
        scope = getattr(view, "throttle_scope", None)
        if scope:
            take(scope, client_ip(request))
        return True
