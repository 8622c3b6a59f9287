"""Requests with JSON:API documents, for tests."""

import json
from typing import Any

from rest_framework.test import APIClient

MEDIA_TYPE = "application/vnd.api+json"


def body(type_: str, key: Any = None, relationships: dict[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    """A document with one resource object; names of attributes are dashed."""
    data: dict[str, Any] = {"type": type_, "attributes": {k.replace("_", "-"): v for k, v in attributes.items()}}
    if key is not None:
        data["id"] = str(key)
    if relationships:
        data["relationships"] = {name: {"data": linkage} for name, linkage in relationships.items()}
    return {"data": data}


def ref(type_: str, row: Any) -> dict[str, str]:
    """A resource identifier."""
    return {"type": type_, "id": str(row if isinstance(row, (int, str)) else row.pk)}


def send(client: APIClient, method: str, url: str, document: Any = None) -> Any:
    """The answer to a request, with ``document`` as its body."""
    text = "" if document is None else json.dumps(document)
    return client.generic(method.upper(), url, text, content_type=MEDIA_TYPE)


def pointers(answer: Any) -> list[str]:
    """What an error answer blames."""
    return [error["source"]["pointer"] for error in answer.json()["errors"]]
