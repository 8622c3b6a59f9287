"""Read settings from the environment, with types.

``NAME_FILE`` may hold the path of a file with the value instead of ``NAME`` itself: that is how
container platforms hand over secrets. An empty variable counts as not set.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """The value of ``name``, else the content of the file ``name``_FILE points to, else ``default``."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    path = os.environ.get(f"{name}_FILE", "").strip()
    if not path:
        return default
    try:
        return Path(path).read_text(encoding="utf-8").strip() or default
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: {path} cannot be read ({error.strerror}).") from error


def boolean(name: str, default: bool = False) -> bool:
    """``1 true yes on`` and ``0 false no off``, in any case."""
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE or value in FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name}={value} is neither true nor false: write 1 or 0.")


def integer(name: str, default: int) -> int:
    """A whole number."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value} is not a whole number.") from error


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A list, separated by commas or blanks."""
    return text(name).replace(",", " ").split() or list(default)


def prefixed(prefix: str) -> dict[str, str]:
    """All variables that start with ``prefix``, without it, ``_FILE`` variants resolved."""
    names = {name.removesuffix("_FILE") for name in os.environ if name.startswith(prefix)}
    values = {name.removeprefix(prefix): text(name) for name in sorted(names)}
    return {name: value for name, value in values.items() if name and value}


def database(url: str) -> dict[str, Any]:
    """Django's description of the PostgreSQL server at ``url``.

    ``postgresql://user:password@host:5432/name?sslmode=require``; the query goes to libpq as it
    is. A socket folder can be named as ``postgresql:///name?host=/run/postgresql``.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(
            f"DATABASE_URL starts with {parts.scheme or 'no scheme'}: only postgresql:// is supported."
        )
    options: dict[str, object] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL names no database: it ends in /NAME.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(_port(parts, "DATABASE_URL") or options.pop("port", "")),
        "OPTIONS": {"connect_timeout": 5, **options},
    }


def limited(database: dict[str, Any], seconds: int) -> dict[str, Any]:
    """The same database, on which no statement takes longer than ``seconds``; 0 for no limit of ours."""
    if not seconds:
        return database
    given = database["OPTIONS"]
    text = f"{given.get('options', '')} -c statement_timeout={seconds}s".strip()
    return {**database, "OPTIONS": {**given, "options": text}}


def redis(url: str, *, db: int) -> tuple[str, str]:
    """The URL of database ``db`` on the server at ``url``, as redis-py and as kombu spell it.

    ``redis://``, ``rediss://`` and ``unix:///path/to/socket`` are understood; a database number
    in ``url`` is added to ``db``, so that installations can share a server.
    """
    parts = urlsplit(url)
    if parts.scheme in ("redis", "rediss"):
        base = parts.path.strip("/") or "0"
        if not base.isdigit():
            raise ImproperlyConfigured(f"REDIS_URL ends in /{base}: a database number belongs there.")
        changed = parts._replace(path=f"/{int(base) + db}").geturl()
        return changed, changed
    if parts.scheme == "unix":
        query = dict(parse_qsl(parts.query))
        number = int(query.pop("db", "0")) + db
        auth = f"{parts.netloc}@" if parts.netloc and not parts.netloc.endswith("@") else parts.netloc
        return (
            f"unix://{auth}{parts.path}?db={number}",
            f"redis+socket://{auth}{parts.path}?virtual_host={number}",
        )
    raise ImproperlyConfigured(
        f"REDIS_URL starts with {parts.scheme or 'no scheme'}: redis://, rediss:// or unix:// is expected."
    )


def email(url: str) -> dict[str, object]:
    """Django's EMAIL_… settings for ``smtp://user:password@host:587?tls=1`` or ``smtps://…:465``."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps"):
        raise ImproperlyConfigured(f"EMAIL_URL starts with {parts.scheme or 'no scheme'}: write smtp:// or smtps://.")
    query = dict(parse_qsl(parts.query))
    is_tls = query.get("tls", "").lower() in TRUE
    return {
        "EMAIL_HOST": unquote(parts.hostname or "localhost"),
        "EMAIL_PORT": _port(parts, "EMAIL_URL") or (465 if parts.scheme == "smtps" else 587 if is_tls else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": is_tls and parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def _port(parts: "object", name: str) -> int | None:
    try:
        return parts.port  # type: ignore[attr-defined]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: the port is not a number.") from error
