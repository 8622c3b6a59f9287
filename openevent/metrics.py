"""Numbers for Prometheus at ``/metrics``, when METRICS=1.

Requests are counted by route and not by path, so that a million events are one series. All
processes write to one folder (prometheus_client's multi-process mode), any of them can answer.
Other modules add a number with ``gauge(name, help, read)``.
"""

import hmac
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

logger = logging.getLogger(__name__)

if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    Path(folder).mkdir(parents=True, exist_ok=True)  # prometheus_client expects it to be there

REQUESTS = Counter("openevent_requests", "Requests answered", ["method", "route", "status"])
LATENCY = Histogram(
    "openevent_request_seconds",
    "Time to answer a request",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_gauges: dict[str, tuple[str, Callable[[], float]]] = {}


def gauge(name: str, description: str, read: Callable[[], float]) -> None:
    """Show ``read()`` as ``name`` at each scrape, e.g. the number of mails that wait."""
    _gauges[name] = (description, read)


class Gauges:
    """The registered numbers, read when somebody asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (description, read) in _gauges.items():
            try:
                yield GaugeMetricFamily(name, description, value=read())
            except Exception:  # one number that cannot be read must not hide all others
                logger.exception("metric %s cannot be read", name)


class MetricsMiddleware:
    """Count and time every request but the probes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.METRICS:
            return self.get_response(request)
        started = time.perf_counter()
        response = self.get_response(request)
        match = getattr(request, "resolver_match", None)
        route = match.route if match else "-"
        method = request.method if request.method in METHODS else "OTHER"
        REQUESTS.labels(method, route, response.status_code).inc()
        LATENCY.labels(method, route).observe(time.perf_counter() - started)
        return response


def expose(request: HttpRequest) -> HttpResponse:
    """Everything that is counted, in Prometheus' text format; 404 while metrics are off."""
    if not settings.METRICS:
        return HttpResponseNotFound()
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and not hmac.compare_digest(sent.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)
    else:
        registry.register(REQUESTS)
        registry.register(LATENCY)
    registry.register(Gauges())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
