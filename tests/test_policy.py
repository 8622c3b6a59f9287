"""Who may do what: every route of the URLconf, every method, every person, against policy table and ``visible_to``.

A route that the registry derives is judged by what the table says of its model. Any other route must stand in
PLAIN, with who gets through; one that stands nowhere fails.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts.models import Job
from openevent import policy
from openevent.api.permissions import may, permission
from openevent.api.registry import Relationship, Resource, registry
from openevent.api.relationships import RelationshipView
from openevent.api.viewsets import ResourceViewSet
from orders.models import Attendee, Order
from tests.world import RESOURCES, World
from ticketing.models import AccessCode, DiscountCode

pytestmark = pytest.mark.walk

PEOPLE = ("anonymous", "eve", "ada", "rita", "otto", "olga", "adam")
METHODS = ("GET", "POST", "PATCH", "DELETE", "PUT")
VERBS = {"create": "add", "partial_update": "change", "destroy": "delete"}
STANDARD = {"list", "retrieve", *VERBS}
ALLOWED = "allowed"
EVERYBODY = frozenset(PEOPLE)
SIGNED_IN = EVERYBODY - {"anonymous"}
TEAM = frozenset({"otto", "olga", "adam"})
DOOR = TEAM | {"rita"}

ADMINS = frozenset({"adam"})
PAYERS_STEPS = ("alipay-source", "omise-checkout", "paytm-initiate", "paytm-options", "paytm-send-otp", "paytm-process")
OPEN_STEPS = ("alipay-return", "paytm-validate-otp", "paytm-status")

# Routes that are no resources: method → who is let in (and may still be told that the input is wrong).
PLAIN: dict[str, dict[str, frozenset[str]]] = {
    # login and passwords say {"error"} with 401 for what is wrong: tests/accounts has them
    "session": {"POST": EVERYBODY},
    "login": {"POST": EVERYBODY},
    "fresh-login": {"POST": SIGNED_IN},
    "token-refresh": {"POST": frozenset()},
    "logout": {"POST": EVERYBODY},
    "blacklist": {"POST": SIGNED_IN},
    "verify-password": {"POST": SIGNED_IN},
    "change-password": {"POST": SIGNED_IN},
    "reset-password": {"POST": EVERYBODY, "PATCH": EVERYBODY},
    "verify-email": {"POST": EVERYBODY},
    "resend-verification-email": {"POST": EVERYBODY},
    "check-email": {"POST": EVERYBODY},
    "get-user-id": {"GET": SIGNED_IN},
    # invitations: the token, or the invited address, is the key
    "role-invite-accept": {"POST": EVERYBODY},
    "role-invites-accept": {"POST": EVERYBODY},
    "role-invites-user": {"POST": EVERYBODY},
    "role-invite-decline": {"POST": frozenset()},
    # what somebody asked for, and what he sent
    "task": {"GET": frozenset({"ada"})},  # for who asked
    "download": {"GET": frozenset()},  # the token is the key
    "media": {"GET": frozenset()},  # there is no such file
    "event-import": {"POST": SIGNED_IN},
    "upload-image": {"POST": SIGNED_IN},
    "upload-files": {"POST": SIGNED_IN},
    "event-exported-file": {"GET": frozenset()},  # for who asked
    "group-export-followers": dict.fromkeys(("GET", "POST"), frozenset({"ada", "adam"})),
    **{
        f"event-export-{what}": dict.fromkeys(("GET", "POST"), TEAM)
        for what in (
            *("json", "ical", "xcal", "pentabarf"),
            *(f"{rows}-{form}" for rows in ("sessions", "speakers", "orders", "attendees") for form in ("csv", "pdf")),
        )
    },
    "export-sales": dict.fromkeys(("GET", "POST"), frozenset({"adam"})),
    # tickets and orders
    "ticket-availability": {"GET": EVERYBODY},
    "order-create-order": {"POST": SIGNED_IN},
    "order-calculate-amount": {"POST": EVERYBODY},
    "order-resend-email": {"POST": TEAM},
    "role-invite-resend": {"POST": TEAM},
    "order-tickets-pdf": {"GET": TEAM | {"ada"}},
    "tickets-pdf-by-order": {"GET": TEAM | {"ada"}},
    "order-verify": {"POST": TEAM | {"ada"}},
    "event-invoice-pdf": {"GET": TEAM | {"ada"}},  # Ada's bill, of the team's event
    "event-ledger": {"GET": TEAM},
    "event-invoice-create-paypal": dict.fromkeys(["GET", "POST"], TEAM | {"ada"}),
    "event-invoice-charge": dict.fromkeys(["GET", "POST"], TEAM | {"ada"}),
    "webhook-stripe": {"POST": EVERYBODY},  # the signature is the key
    "webhook-paypal": {"POST": EVERYBODY},
    "order-charge": {"POST": TEAM | {"ada"}},
    "order-create-paypal": {"POST": TEAM | {"ada"}},
    "order-verify-mobile-paypal": {"POST": TEAM | {"ada"}},
    "order-invoice": {"GET": TEAM | {"ada"}},
    "refund-credit-note": {"GET": TEAM | {"ada"}},
    "order-pay": {"GET": frozenset()},  # the link is the key
    "attendee-pdf": {"GET": DOOR | {"ada"}},
    "attendee-send-receipt": {"POST": TEAM | {"ada"}},
    "attendee-search": {"GET": DOOR},
    "attendee-state": {"GET": DOOR | {"ada"}},
    **{name: {"POST": DOOR} for name in ["event-scans", "event-scan-batches", "event-virtual-check-in"]},
    "export-scans": {"POST": SIGNED_IN},  # whose event it is, the body says
    **{name: {"GET": DOOR} for name in ["event-door-pack", "event-door-report", "event-occupancy"]},
    "event-door-devices": {"GET": TEAM, "POST": TEAM},
    "event-door-device": {"DELETE": frozenset()},  # nobody has one: 404
    "user-check-in-stats": {"GET": DOOR},
    "badge-preview": {"POST": SIGNED_IN},
    "badge-print": {"GET": frozenset()},  # the world's ticket has no badge form: 404
    "badge-print-state": {"GET": frozenset()},
    "badge-print-pdf": {"GET": frozenset()},
    "ticket-badge-forms": {"GET": SIGNED_IN},
    "event-discount-code-by-word": {"GET": EVERYBODY, "PATCH": TEAM, "DELETE": TEAM},
    "event-access-code-by-word": {"GET": EVERYBODY, "PATCH": TEAM, "DELETE": TEAM},
    "delete-unused-codes": {"DELETE": TEAM},
    # events and groups
    "event-upcoming": {"GET": EVERYBODY, "POST": SIGNED_IN},
    "event-calendar": {"GET": EVERYBODY},
    "event-copy": {"POST": TEAM},
    "event-has-streams": {"GET": EVERYBODY},
    "event-reorder-exhibitors": {"POST": TEAM},
    "event-reorder-speakers": {"POST": TEAM},
    "event-session-clashes": {"GET": TEAM},
    "event-session-dates": {"GET": EVERYBODY},
    "event-session-languages": {"GET": EVERYBODY},
    "event-search": {"GET": EVERYBODY},
    "speaker-invite-accept": {"GET": frozenset(), "POST": frozenset()},
    "speaker-invite-reject": {"GET": frozenset(), "POST": frozenset()},
    "group-invite-resend": {"POST": frozenset()},  # Ada has accepted hers
    "group-invite-accept": {"POST": EVERYBODY},
    "group-announce": {"GET": frozenset({"ada", "adam"}), "POST": frozenset({"ada", "adam"})},
    "group-contact": {"POST": SIGNED_IN},
    "video-stream-join": {"GET": DOOR | {"ada"}},
    "video-stream-chat-token": {"GET": DOOR | {"ada"}},
    "event-virtual-room-chat-token": {"GET": DOOR | {"ada"}},
    "event-contact": {"POST": SIGNED_IN},
    "event-chat-token": {"GET": SIGNED_IN},
    "event-room-chat-token": {"GET": SIGNED_IN},
    "session-states": {"GET": EVERYBODY},
    "session-mails": {"GET": EVERYBODY},
    "session-notify": {"POST": TEAM},
    # the site
    "test-mail": {"POST": ADMINS},
    "translations": {"GET": ADMINS},
    "environment": {"GET": ADMINS},
    "event-topic-statistics": {"GET": SIGNED_IN},
    "event-type-statistics": {"GET": SIGNED_IN},
    "home": dict.fromkeys(METHODS, EVERYBODY),
    "info": {"GET": EVERYBODY},
    "info-v1": {"GET": EVERYBODY},
    "health-check": dict.fromkeys(METHODS, EVERYBODY),
    "graphql": {"GET": EVERYBODY, "POST": EVERYBODY},
    "ws": {"GET": EVERYBODY, "POST": EVERYBODY},
    # log-in by an account elsewhere: without keys 503, after which a bad state is a 401
    "oauth-start": {"GET": EVERYBODY},
    "oauth-token": {"GET": EVERYBODY},
    "oauth-login": {"POST": EVERYBODY},
    # providers that nobody has a contract with
    **{name: dict.fromkeys(("GET", "POST"), TEAM | {"ada"}) for name in PAYERS_STEPS},
    **{name: dict.fromkeys(("GET", "POST"), EVERYBODY) for name in OPEN_STEPS},
    # what describes the API
    "api-schema": dict.fromkeys(METHODS, EVERYBODY),
    "api-docs": {"GET": EVERYBODY},
}

# DELETE takes the id of the event there, and means the caller's own mark on it.
NAMED_BY_EVENT = {"v1/user-favourite-events/<str:pk>", "v1/favourite-events/<str:pk>"}
# Where a resource is stricter than the table, because of what is changed: (method, route) → whom it refuses.
STRICTER = {
    # the place of a session is the team's to say, also for those who may change the rest of it
    ("PATCH", "v1/sessions/<str:pk>/relationships/microlocation"): {"ada"},
    # an event joins a group by who runs the group, as well
    ("POST", "v1/groups/<str:pk>/events"): SIGNED_IN - {"ada", "adam"},
    # and leaves it by its own team
    ("PATCH", "v1/groups/<str:pk>/relationships/events"): {"ada"},
    # who brought an order in is the site's to say: it is paid by that
    ("PATCH", "v1/orders/<str:pk>/relationships/marketer"): {"ada", "otto", "olga"},
    # numbers of the whole site
    **{
        ("GET", f"v1/admin/statistics/{kind}{key}"): SIGNED_IN - {"adam"}
        for kind in ("users", "events", "sessions", "mails", "groups")
        for key in ("", "/<str:pk>")
    },
    # clients name the event there, and mean their own mark on it
    ("DELETE", "v1/user-favourite-events/<str:pk>"): {"adam"},
    ("DELETE", "v1/favourite-events/<str:pk>"): {"adam"},
}


@dataclass(frozen=True)
class Route:
    """One pattern of the URLconf."""

    pattern: str
    name: str
    callback: Any

    @property
    def view(self) -> Any:
        """The class that answers."""
        return getattr(self.callback, "cls", None) or getattr(self.callback, "view_class", None)

    @property
    def options(self) -> dict[str, Any]:
        """What the class was told by the URLconf."""
        return getattr(self.callback, "initkwargs", {})

    @property
    def relationship(self) -> Relationship | None:
        """The relationship that the route follows."""
        return self.options.get("relationship")

    @property
    def actions(self) -> dict[str, str]:
        """Method → what a view set does then."""
        return {method.upper(): action for method, action in getattr(self.callback, "actions", {}).items()}

    @property
    def resource(self) -> Resource | None:
        """The resource that a view set of the kit serves."""
        is_ours = isinstance(self.view, type) and issubclass(self.view, ResourceViewSet)
        return self.view.resource if is_ours else None


@lru_cache
def routes() -> tuple[Route, ...]:
    return tuple(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], prefix: str) -> Iterator[Route]:
    for entry in patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.namespace not in ("admin", "hijack"):  # they ask the same table: tests/backoffice
                yield from _walk(entry.url_patterns, here)
        elif isinstance(entry, URLPattern):
            yield Route(here, entry.name or here, entry.callback)


@lru_cache
def derived() -> tuple[Route, ...]:
    """The routes that the registry makes, and those where a view set does what it always does."""
    return tuple(
        route
        for route in routes()
        if route.name not in PLAIN
        and (route.view is RelationshipView or (route.resource and STANDARD.issuperset(route.actions.values())))
    )


def test_every_other_route_is_declared() -> None:
    unknown = [f"{r.name} ({r.pattern})" for r in routes() if r not in derived() and r.name not in PLAIN]
    assert not unknown, "say in PLAIN who may use these routes"


def test_nothing_is_declared_that_does_not_exist() -> None:
    assert PLAIN.keys() <= {route.name for route in routes()}


def test_every_permission_answers_for_any_row_and_for_none(world: World) -> None:
    """A predicate that stumbles over a strange row would be a 500."""
    rows = [None, *(world.row_of(resource) for resource in RESOURCES)]
    for name in policy.permissions():
        for person in (AnonymousUser(), world.cast.eve, world.cast.olga):
            for row in rows:
                assert rules.has_perm(name, person, row) in (True, False)


def test_without_a_row_nobody_changes_anything(world: World) -> None:
    for name in policy.permissions():
        if name.split(".")[1].startswith(("change_", "delete_")):
            assert not rules.has_perm(name, world.cast.eve, None), name


# -- what the table says -------------------------------------------------------------------------


def said_of(world: World, route: Route, method: str, name: str) -> set[Any]:
    """What the answer may be: ALLOWED, or the status of the refusal."""
    if name in STRICTER.get((method, route.pattern), ()):
        return {403, 404}
    said = said_of_linkage if route.view is RelationshipView else said_of_rows
    # a view set may ask for a login where the table would show a stranger the row, or nothing
    asks_itself = route.resource is not None and route.view.initial is not ResourceViewSet.initial
    return said(world, route, method, name) | ({401} if asks_itself and name == "anonymous" else set())


def said_of_rows(world: World, route: Route, method: str, name: str) -> set[Any]:
    resource, action = route.resource, route.actions.get(method)
    assert resource is not None
    is_stranger, view = name == "anonymous", route.view(**route.options)
    if action is None:
        return {401, 403, 405}  # private resources say no before they say what they have not
    if is_stranger and view.needs_login and method != "POST":
        return {401, 404}
    if is_stranger and action in VERBS and VERBS[action] not in view.anonymous_verbs:
        return {401, 404}
    if route.relationship is not None and not world.sees(name, registry.of(route.relationship.source)):
        return {404}
    if action in ("list", "create"):
        return said_of_collection(world, route, action, name)
    row = row_at(world, route)
    if row is None or not world.shows(name, resource, row):
        return {403, 404} if route.relationship else {404}  # that it exists is no secret where its parent is seen
    return asked(world, name, None if action == "retrieve" else permission(resource.model, VERBS[action]), row)


def said_of_collection(world: World, route: Route, action: str, name: str) -> set[Any]:
    resource, relationship = route.resource, route.relationship
    assert resource is not None
    if action == "create":
        scope = scope_row(world, resource)
        if scope is not None and not world.shows(name, registry.of(type(scope)), scope):
            return {401, 404}
        return asked(world, name, permission(resource.model, "add"), scope)
    if relationship is None:
        return asked(world, name, resource.viewset.list_needs.get(None), None)
    parent = world.row_of(registry.of(relationship.source))
    return asked(world, name, resource.viewset.list_needs.get(type(parent)), parent)


def scope_row(world: World, resource: Resource) -> Any:
    """The row that a new one is to be made in."""
    if resource.scope_name is None:
        return None
    return world.rows[resource.model._meta.get_field(resource.scope_name).related_model]


def asked(world: World, name: str, perm: str | None, row: Any) -> set[Any]:
    """What the table says of one permission."""
    if perm is None or may(world.people[name], perm, row):
        return {ALLOWED}
    return {401} if name == "anonymous" else {403}


def said_of_linkage(world: World, route: Route, method: str, name: str) -> set[Any]:
    relationship = route.relationship
    assert relationship is not None
    source, target = registry.of(relationship.source), registry.of(relationship.target)
    is_parent = (
        relationship.name == source.scope_name if relationship.attr else relationship.lookup == target.scope_name
    )
    writers = {"PATCH", "POST", "DELETE"} if relationship.many else {"PATCH"}
    is_offered = method == "GET" or (method in writers and relationship.is_writable and not is_parent)
    if name == "anonymous" and source.viewset.needs_login:
        return {401} if is_offered else {401, 405}
    if not is_offered:
        return {405}
    if method != "GET" and name == "anonymous":
        return {401}
    if not world.sees(name, source):
        return {404}
    return asked(world, name, None if method == "GET" else permission(source.model, "change"), world.row_of(source))


def row_at(world: World, route: Route) -> Any:
    """The row that a detail route leads to."""
    resource, relationship = route.resource, route.relationship
    assert resource is not None
    if relationship is None:
        return world.row_of(resource)
    return relationship.rows(resource.model.objects.all(), world.row_of(registry.of(relationship.source))).first()


# -- what is answered --------------------------------------------------------------------------------


def body_for(world: World, route: Route, method: str) -> dict[str, Any] | None:
    """A body that says as little as it can: whether it is enough is not asked here."""
    if method not in ("POST", "PATCH", "DELETE"):
        return None
    if route.view is RelationshipView:
        return {"data": [] if route.relationship and route.relationship.many else None}
    resource = route.resource
    if resource is None or method == "DELETE":
        return {}
    data: dict[str, Any] = {"type": resource.type}
    if method == "PATCH":
        data["id"] = "0"
    elif resource.scope_name:
        scope = scope_row(world, resource)
        linkage = {"type": registry.of(type(scope)).type, "id": str(scope.pk)}
        data["relationships"] = {resource.scope_name: {"data": linkage}}
    return {"data": data}


def answer(world: World, route: Route, method: str, name: str) -> int:
    """The status of the request that says least."""
    source = registry.of(route.relationship.source) if route.relationship else route.resource
    row = world.row_of(source) if source else None
    body = body_for(world, route, method)
    if method == "PATCH" and route.resource and body:
        body["data"]["id"] = str(world.row_of(route.resource).pk)
    request = APIRequestFactory().generic(
        method, "/" + route.pattern, "" if body is None else json.dumps(body), "application/vnd.api+json"
    )
    if route.pattern in NAMED_BY_EVENT and method == "DELETE":
        row = world.event
    return call(world, route, request, name, {"pk": str(row.pk)} if row is not None and "<" in route.pattern else {})


def call(world: World, route: Route, request: Any, name: str, arguments: dict[str, Any]) -> int:
    """The status of a request by somebody, of which nothing remains."""
    person = world.people[name]
    force_authenticate(request, user=None if name == "anonymous" else person)
    if request.method == "GET":
        return route.callback(request, **arguments).status_code
    with transaction.atomic():
        response = route.callback(request, **arguments)
        transaction.set_rollback(True)
    person.__dict__.pop("_roles_by_event", None)  # it may have read them while they were others
    return response.status_code


def judged(status: int) -> Any:
    """401, 403, 404 and 405 are refusals; that the input is too little to be stored is none."""
    return status if status in (401, 403, 404, 405) else ALLOWED


def source_of(route: Route) -> Resource:
    return registry.of(route.relationship.source) if route.relationship else route.resource  # type: ignore[return-value]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.type)
def test_routes_of_a_resource_let_in_whom_the_table_names(world: World, resource: Resource) -> None:
    mine = [route for route in derived() if source_of(route) is resource]
    assert mine
    wrong = []
    for route in mine:
        for method in METHODS:
            for name in PEOPLE:
                said, got = said_of(world, route, method, name), judged(answer(world, route, method, name))
                if got not in said:
                    wrong.append(f"{method} {route.pattern} as {name}: {got}, the table says {said}")
                if 405 in said:
                    break  # it exists for nobody
    assert not wrong, "\n".join(wrong)


# -- routes that are no resources ------------------------------------------------------------------


# What the key of a route means, where it is not a row of the collection that the route begins with.
KEYS = {
    "stats/event/<": "event",
    "prints/<uuid": "order",  # by a UUID, of which there is no badge
    "attendees/<": "attendee",
    "group/<": "group",
    "events/invoices/<": "event-invoice",
    "orders/invoices/<": "order",
    "tickets/<uuid": "order",
    "virtual-room/<": "video-stream",
    "alipay/": "order",
}


def row_named(world: World, route: Route) -> Any:
    """The row that the URL of a plain route names."""
    for fragment, type_ in KEYS.items():
        if fragment in route.pattern:
            return world.row_of(registry.by_type[type_])
    return next((world.row_of(r) for r in RESOURCES if route.pattern.startswith(f"v1/{r.path}/<")), None)


def sample(world: World, route: Route) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """Arguments of the URL, its query, and a body with which the route knows what is meant."""
    order, attendee, row = world.rows[Order], world.rows[Attendee], row_named(world, route)
    key = getattr(row, "pk", None) if "<int:" in route.pattern else getattr(row, "identifier", getattr(row, "pk", None))
    named = {
        "event": str(world.event.pk),
        "code": world.rows[DiscountCode if "discount" in route.pattern else AccessCode].code,
        "pk": row.pk if row is not None else None,
        "provider": "google",
        "key": str(key),
        "task": str(world.rows[Job].pk),
        "token": "unknown",
        "name": "unknown",
        "file": "unknown/unknown",
        "source": "json",
    }
    arguments = {name: named[name] for name in named if f":{name}>" in route.pattern}
    query = f"?event_id={world.event.pk}&attendee_id={attendee.pk}"
    identifier = str(order.identifier)
    return arguments, query, {"data": {"order": identifier}, "order-identifier": identifier}


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_plain_routes_let_in_whom_they_are_declared_for(world: World, name: str) -> None:
    found = [route for route in routes() if route.name == name]
    wrong = []
    for route in found:
        arguments, query, body = sample(world, route)
        for method in METHODS:
            for who in PEOPLE:
                cache.clear()  # the throttles' counts
                request = APIRequestFactory().generic(
                    method, f"/{route.pattern}{query}", json.dumps(body), "application/json"
                )
                got = judged(call(world, route, request, who, arguments))
                if method not in PLAIN[name]:
                    is_right = got in (405, 401)
                else:
                    is_right = (got == ALLOWED) == (who in PLAIN[name][method])
                if not is_right:
                    wrong.append(f"{method} {route.pattern} as {who}: {got}")
    assert found
    assert not wrong, "\n".join(wrong)
