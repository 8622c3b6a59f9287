"""Discount codes and access codes: the team's, and those that buyers name."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from events.api.finding import visible_event
from events.models import Event
from openevent import api
from openevent.api.inputs import MISSING, ResourceInput, pointer, resolve
from openevent.api.keys import key_condition
from openevent.api.params import flag
from openevent.api.permissions import demand
from openevent.api.schema.plain import documents, members
from openevent.api.serializers import ResourceSerializer
from openevent.api.throttling import ScopedThrottle
from openevent.api.viewsets import ResourceViewSet
from openevent.exceptions import InvalidInput, NotFound

from .. import services
from ..known_codes import known_codes, open_tickets, remember_code
from ..models import AccessCode, DiscountCode, Ticket

EVENT = DiscountCode.UsedFor.EVENT


class CodeViewSet(ResourceViewSet):
    """What both kinds have in common: who names a code sees it for a while, as its team does."""

    throttle_classes = [ScopedThrottle]

    @property
    def throttle_scope(self) -> str | None:
        """Guesses at codes are counted by address."""
        return "code" if getattr(self, "action", "") == "look_up" else None

    @classmethod
    def rows_as_parent(cls, request: Request) -> QuerySet:
        """The visible codes, and those that the caller has named."""
        model = cls.serializer_class.Meta.model
        known = known_codes(request, model)
        visible = super().rows_as_parent(request)
        return model.objects.filter(Q(pk__in=visible.values("pk")) | Q(pk__in=known)) if known else visible

    def get_object(self) -> Any:
        """The row of the URL, by id or by its word in an event; who has named a code may read it."""
        if "code" in self.kwargs:
            return self.get_by_word()
        if self.relationship is None and self.request.method == "GET":
            wanted = key_condition(self.resource, self.kwargs["pk"])
            row = self.rows_as_parent(self.request).filter(wanted).first()
            if row is not None:
                return row
        return super().get_object()

    def get_by_word(self) -> Any:
        """The code that an event has under the word of the URL, among the caller's own."""
        event = visible_event(self.request, self.kwargs["pk"])
        row = self.rows_for(self.request.user).filter(event=event, code=self.kwargs["code"]).first()
        if row is None:
            raise NotFound("Object not found.")
        return row

    def look_up(self, request: Request, pk: str, code: str) -> Response:
        """The code of that word in an event, for buyers."""
        row = self.rows_to_name().filter(event=visible_event(request, pk), code=code).first()
        if row is None:
            raise NotFound("Object not found.")
        self.check_usable(row)
        remember_code(request, row)
        open_tickets(request)
        return Response(self.document(row))

    @classmethod
    def rows_to_name(cls) -> QuerySet:
        """The codes that buyers may look up by their word."""
        return cls.serializer_class.Meta.model.objects.all()

    def check_usable(self, row: Any) -> None:
        """Refuse a code that is switched off or out of time."""
        raise NotImplementedError


class DiscountCodeSerializer(ResourceSerializer):
    class Meta:
        model = DiscountCode
        type = "discount-code"
        integer_id = True
        fields = [
            "code",
            "discount_url",
            "value",
            "type",
            "is_active",
            "tickets_number",
            "min_quantity",
            "max_quantity",
            "valid_from",
            "valid_till",
            "used_for",
            "created_at",
            "deleted_at",
        ]
        read_only_fields = ["created_at", "deleted_at"]
        create_only = ["used_for"]
        relations = ["event", "events", "tickets", "marketer"]


@api.resource
class DiscountCodeViewSet(CodeViewSet):
    """Two kinds: for tickets, by the team of the event; for the site's fee of events, by its administrators."""

    serializer_class = DiscountCodeSerializer
    list_needs = dict.fromkeys([None, Event, User, Ticket], "ticketing.list_discountcode")

    def get_queryset(self) -> QuerySet:
        """The rows of the route; the list of an event has both kinds."""
        rows = super().get_queryset()
        if not self.is_list_of_event:
            return rows
        event, with_trashed = self.get_parent(), flag(self.request.query_params, "get_trashed")
        for_event = DiscountCode.events.through.objects.filter(event=event).values("discountcode_id")
        return self.rows_for(self.request.user, with_trashed).filter(Q(event=event) | Q(pk__in=for_event))

    @property
    def is_list_of_event(self) -> bool:
        """Whether this is ``/v1/events/<id>/discount-codes``."""
        return self.relationship is not None and self.relationship.source is Event and self.relationship.many

    @classmethod
    def rows_to_name(cls) -> QuerySet:
        """Codes for tickets are the ones that buyers enter."""
        return DiscountCode.objects.for_tickets()

    def check_usable(self, row: DiscountCode) -> None:
        """405, as clients know it."""
        if not row.is_valid_at(timezone.now()):
            raise MethodNotAllowed("GET", detail="Discount Code is inactive or out of time.")

    # -- writing

    def scope_for_creation(self, given: ResourceInput) -> Event | None:
        """The event of a code for tickets; a code for events has none, and only administrators make it."""
        if given.attributes.get("used_for") == EVENT:
            return None
        event: Event | None = super().scope_for_creation(given)
        if event is None:
            raise InvalidInput("The relationship event is required.", "required", pointer("event"))
        return event

    def relations(self, given: ResourceInput, row: DiscountCode | None, scope: Any) -> dict[str, Any]:
        """Each kind has its own: tickets of one event, or events."""
        found = super().relations(given, row, scope)
        is_for_events = (given.attributes.get("used_for") if row is None else row.used_for) == EVENT
        found.pop("tickets" if is_for_events else "events", None)
        if is_for_events and row is None and not found.get("events"):
            linkage = given.linkage("event")
            if linkage in (MISSING, None):
                raise InvalidInput("The relationship events is required.", "required", pointer("events"))
            found["events"] = [resolve(self.resource.relationships["event"], linkage, self.request.user)]
        return found

    @classmethod
    def check_linked(cls, row: DiscountCode, name: str, targets: list[Any], where: str) -> None:
        """Tickets that cost something; events that no other code of the kind belongs to."""
        if not targets:
            return
        if (name == "events") != (row.used_for == EVENT):
            raise InvalidInput(f"A code for {row.used_for}s has no {name}.", "wrong_kind", where)
        if name == "events":
            services.check_fee_code(code=row, events=targets, pointer=where)
        else:
            services.check_discounted(tickets=targets, pointer=where)


class AccessCodeSerializer(ResourceSerializer):
    class Meta:
        model = AccessCode
        type = "access-code"
        integer_id = True
        fields = [
            "code",
            "access_url",
            "is_active",
            "tickets_number",
            "min_quantity",
            "max_quantity",
            "valid_from",
            "valid_till",
            "deleted_at",
        ]
        read_only_fields = ["deleted_at"]
        relations = ["event", "tickets", "marketer"]
        extra_kwargs = {"valid_from": {"required": True, "allow_null": False}}


@api.resource
class AccessCodeViewSet(CodeViewSet):
    """Words that open hidden tickets."""

    serializer_class = AccessCodeSerializer
    actions = ("create", "retrieve", "update", "destroy")
    list_needs = dict.fromkeys([Event, User, Ticket], "ticketing.list_accesscode")

    @classmethod
    def rows_as_parent(cls, request: Request) -> QuerySet:
        """What a code opens is seen by who has named it."""
        open_tickets(request)
        return super().rows_as_parent(request)

    def check_usable(self, row: AccessCode) -> None:
        """A code that opens nothing is none."""
        if not row.is_valid_at(timezone.now()):
            raise NotFound("Object not found.")

    @classmethod
    def check_linked(cls, row: AccessCode, name: str, targets: list[Any], where: str) -> None:
        """Hidden tickets alone need opening."""
        services.check_opened(tickets=targets, pointer=where)


class UnusedCodesView(APIView):
    """``DELETE /v1/events/<id|identifier>/discount-codes/delete-unused``."""

    permission_classes: list[Any] = []

    @documents(answer=members({"message": str, "count": int}), errors=[401, 403, 404])
    def delete(self, request: Request, pk: str) -> Response:
        """Trash the codes that nobody has bought with, and say how many there were."""
        event = visible_event(request, pk)
        demand(request, "ticketing.delete_discountcode", event)
        count = services.trash_unused_discount_codes(event=event)
        return Response({"message": "Unused discount codes deleted", "count": count})


api.nest(Event, DiscountCode, "discount_codes", lookup="event")
api.nest(
    Event, DiscountCode, "discount_code", lookup="events", many=False, where=Q(used_for=EVENT, deleted_at=None)
)
api.nest(Event, AccessCode, "access_codes", lookup="event")
api.nest(User, DiscountCode, "discount_codes", lookup="marketer")
api.nest(User, AccessCode, "access_codes", lookup="marketer")
