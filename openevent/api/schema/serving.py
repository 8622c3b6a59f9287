"""/api/schema, the document, and /api/docs, a page to read and try it, with nothing from elsewhere."""

import re
from functools import lru_cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.views import SpectacularSwaggerSplitView

JSON = "application/vnd.oai.openapi+json"
YAML = "application/vnd.oai.openapi"
MEDIA_TYPES = {"json": JSON, "yaml": YAML}


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI document; it depends on code alone, so each process makes it once."""
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-any-return]


@lru_cache(maxsize=2)
def rendered(format_: str) -> bytes:
    """The document as JSON or YAML."""
    if format_ == "json":
        return orjson.dumps(document(), default=str, option=orjson.OPT_NON_STR_KEYS)
    return OpenApiYamlRenderer().render(document(), renderer_context={})  # type: ignore[no-any-return]


def schema(request: HttpRequest) -> HttpResponse:
    """The document: JSON, or YAML with ``?format=yaml`` or an Accept header that says so."""
    wanted = request.GET.get("format", "")
    if wanted not in MEDIA_TYPES:
        accept = request.headers.get("Accept", "")
        wanted = "yaml" if "yaml" in accept or re.search(r"openapi(?![+\w])", accept) else "json"
    response = HttpResponse(rendered(wanted), content_type=f"{MEDIA_TYPES[wanted]}; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="openevent.{wanted}"'
    response["Vary"] = "Accept"
    return response


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own static files; its script is a file, so that a strict CSP can hold."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    url_name = "api-schema"
    title = "openevent API"


ONE_PARAMETER = re.compile(r"^([^{]*)\{\w+\}([^{]*)$")
Endpoint = tuple[str, str, str, Any]


def spell_paths(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Paths as clients write them: no optional slash at the end, one path for each alternative of a pattern.

    Where a resource and a plain route share a path (ids for the one, identifiers for the other), the resource's
    is described: OpenAPI cannot tell them apart. A preprocessing hook of drf-spectacular.
    """
    spelt = [(path, regex, *rest) for first, regex, *rest in endpoints for path in spellings(first, regex)]
    return sorted(spelt, key=lambda endpoint: not hasattr(endpoint[3].cls, "resource"))  # the first of a path counts


def spellings(path: str, regex: str) -> list[str]:
    """The paths that a route matches: ``path`` itself, or what its regular expression allows."""
    plain = regex.strip("^$").removesuffix("/?")
    choice = re.search(r"\(\?:([\w|-]+)\)", plain)
    if choice:
        return [f"/{plain.replace(choice[0], word)}" for word in choice[1].split("|")]
    return [ONE_PARAMETER.sub(r"\1{pk}\2", path.rstrip("/"))]
