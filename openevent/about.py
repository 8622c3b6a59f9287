"""What this server says of itself, and the addresses of older servers that it answers with a reason."""

import platform
import tomllib
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.permissions import demand
from openevent.api.schema.plain import documents, members
from openevent.exceptions import Unavailable

LIBRARIES = ("celery", "djangorestframework", "djangorestframework-jsonapi", "psycopg2-binary")


@lru_cache(maxsize=1)
def own_version() -> str:
    """The version that pyproject.toml names."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


class InfoView(APIView):
    """``GET /info`` and ``/v1/info``."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    @documents(answer=members({"build": members({"name": str, "version": str})}), errors=[])
    def get(self, request: Request) -> Response:
        """Which server this is."""
        return Response({"build": {"name": "openevent", "version": own_version()}})


class EnvironmentView(APIView):
    """``GET /environment``, for administrators."""

    permission_classes: list[Any] = []
    schema = None

    def get(self, request: Request) -> Response:
        """What the server runs on; no settings, no secrets."""
        demand(request, "openevent.view_environment")
        libraries = {name: found for name in LIBRARIES if (found := _version_of(name))}
        system = f"{platform.system()} {platform.release()}"
        return Response(
            {"python": platform.python_version(), "django": django.get_version(), "system": system, **libraries}
        )


def _version_of(name: str) -> str | None:
    try:
        return version(name)
    except ModuleNotFoundError:
        return None


class NotOfferedView(APIView):
    """GraphQL and web sockets, which older servers had: 503, with the way that there is."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    schema = None
    reason = ""

    def get(self, request: Request) -> Response:
        """Why not."""
        raise Unavailable(self.reason, "not_offered")

    def post(self, request: Request) -> Response:
        """Why not."""
        raise Unavailable(self.reason, "not_offered")


def home(request: HttpRequest) -> HttpResponse:
    """Who comes to the bare address is a person: to the documentation."""
    return HttpResponseRedirect("/api/docs")


def health(request: HttpRequest) -> HttpResponse:
    """The older name of ``/health/live``."""
    return JsonResponse({"status": "success"})


urlpatterns = [
    path("", home, name="home"),
    path("info", InfoView.as_view(schema=None), name="info"),
    path("v1/info", InfoView.as_view(), name="info-v1"),
    path("health-check", health, name="health-check"),
    path("environment", EnvironmentView.as_view(), name="environment"),
    path("graphql", NotOfferedView.as_view(reason="This server has no GraphQL: ask /v1."), name="graphql"),
    path("ws", NotOfferedView.as_view(reason="This server has no web sockets: ask /v1 again."), name="ws"),
]
