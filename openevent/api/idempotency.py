"""``Idempotency-Key``: a POST that is sent again makes nothing twice and gets the answer that it got first.

The key is stored in the transaction that makes the row, together with the answer: after a crash there are
both or neither. Two requests with one key at the same time: the second waits for the first. Refusals are not
kept, since nothing was made: the same request may succeed later. What is kept is kept for a day.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import orjson
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from openevent.exceptions import Conflict, InvalidInput

from .wire import dumps

HEADER = "Idempotency-Key"
LENGTH = 255
KEPT_FOR = timedelta(days=1)

Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """Decorate a POST handler of a view for signed-in people; without the header, nothing is different."""

    @wraps(handler)
    def handle(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if not key or not request.user.is_authenticated:
            return handler(view, request, *args, **kwargs)
        if len(key) > LENGTH or not key.isprintable():
            raise InvalidInput(f"{HEADER} has at most {LENGTH} printable characters.", "invalid_key")
        with transaction.atomic():
            return _first_or_again(handler, view, request, key, *args, **kwargs)

    return handle


def kept_answers() -> type[models.Model]:
    """The model that keeps keys and answers (accounts.IdempotencyKey)."""
    return apps.get_model(settings.IDEMPOTENCY_MODEL)


def _first_or_again(handler: Handler, view: Any, request: Request, key: str, *args: Any, **kwargs: Any) -> Response:
    rows = kept_answers()._default_manager
    entry = {"user_id": request.user.pk, "key": key}
    digest = digest_of(request)
    # DO NOTHING waits for the other transaction that holds the same key; no row comes back when it was there
    rows.bulk_create([rows.model(**entry, digest=digest)], ignore_conflicts=True)
    kept = rows.get(**entry)
    if kept.status:  # type: ignore[attr-defined]
        return _again(kept, digest)
    response = handler(view, request, *args, **kwargs)
    answer = {"status": response.status_code, "location": response.get("Location", ""), "body": dumps(response.data)}
    rows.filter(pk=kept.pk).update(**answer)
    return response


def _again(kept: Any, digest: str) -> Response:
    if kept.digest != digest:
        raise Conflict(f"This {HEADER} was used for another request.", "idempotency_key_reused")
    headers = {"Idempotency-Replayed": "true"}
    if kept.location:
        headers["Location"] = kept.location
    return Response(orjson.loads(kept.body), status=kept.status, headers=headers)


def digest_of(request: Request) -> str:
    """What the request asks for: address and body, however its JSON is spaced and ordered."""
    asked = [request.get_full_path(), request.data]
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()
