"""A cache that may fail without failing the request.

What lies in the cache can be computed again, so a Valkey that restarts, hangs or is full must cost
a little time and nothing else: reads miss, writes are dropped, and one line is logged. After a
failure the server is left alone for a second, otherwise each of a request's cache calls would
wait for its own timeout.

The price, known and accepted: what counts in the cache (throttles) does not count during that time.
"""

import functools
import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0


def fail_open(name: str, when_down: Callable[..., Any]) -> Callable[..., Any]:
    """RedisCache's operation ``name``; ``when_down(*args, **kwargs)`` answers while the server is away."""
    operation = getattr(RedisCache, name)

    @functools.wraps(operation)
    def guarded(self: "FailOpenRedisCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < self.resume_at.get(self.server, 0.0):
            return when_down(*args, **kwargs)
        try:
            return operation(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            self.resume_at[self.server] = time.monotonic() + PAUSE_SECONDS
            logger.warning("cache is away, working without it: %s", error)
            return when_down(*args, **kwargs)

    return guarded


class LastingClient(RedisCacheClient):
    """Django's, which makes a client object for every operation: dearer than asking the server."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clients: dict[Any, Any] = {}  # pool of connections → client

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The client of the server; thread-safe as its pool of connections is."""
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]  # the stubs leave it out
        if pool not in self._clients:
            self._clients[pool] = super().get_client(key, write=write)
        return self._clients[pool]


class FailOpenRedisCache(RedisCache):
    """Django's Redis cache, with every operation guarded."""

    # Server -> monotonic seconds. Shared by all threads, each of which has a cache object of its own.
    resume_at: ClassVar[dict[str, float]] = {}

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.server = server
        self._class = LastingClient

    get = fail_open("get", lambda key, default=None, version=None: default)
    get_many = fail_open("get_many", lambda keys, version=None: {})
    has_key = fail_open("has_key", lambda key, version=None: False)
    set = fail_open("set", lambda *args, **kwargs: None)
    # "added" is the answer that lets the caller go on: nobody else's entry is known to be there.
    add = fail_open("add", lambda *args, **kwargs: True)
    set_many = fail_open("set_many", lambda data, *args, **kwargs: list(data))
    touch = fail_open("touch", lambda *args, **kwargs: False)
    incr = fail_open("incr", lambda key, delta=1, version=None: delta)
    delete = fail_open("delete", lambda *args, **kwargs: False)
    delete_many = fail_open("delete_many", lambda *args, **kwargs: None)
    clear = fail_open("clear", lambda: False)
