"""Tickets and their tags."""

from typing import Any

from events.models import Event
from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from .. import services
from ..models import Ticket, TicketTag


class TicketSerializer(ResourceSerializer):
    class Meta:
        model = Ticket
        type = "ticket"
        fields = [
            "name",
            "description",
            "type",
            "price",
            "min_price",
            "max_price",
            "quantity",
            "min_order",
            "max_order",
            "sales_starts_at",
            "sales_ends_at",
            "position",
            "is_hidden",
            "is_description_visible",
            "is_fee_absorbed",
            "is_checkin_restricted",
            "auto_checkin_enabled",
            "form_id",
            "badge_id",
            "deleted_at",
        ]
        relations = ["event", "ticket_tags", "discount_codes", "access_codes"]


@api.resource
class TicketViewSet(ResourceViewSet):
    serializer_class = TicketSerializer

    def perform_create(self, attrs: dict[str, Any]) -> Ticket:
        """A ticket of a kind that the site has switched on."""
        linked = {name: attrs.pop(name) for name in self.many_names & attrs.keys()}
        ticket = services.create_ticket(attributes=attrs)
        for name, rows in linked.items():
            getattr(ticket, name).set(rows)
        return ticket

    def perform_update(self, row: Ticket, attrs: dict[str, Any]) -> Ticket:
        """Change a ticket; its kind only to one that is switched on."""
        wanted = Ticket(type=attrs.get("type", row.type), price=attrs.get("price", row.price))
        services.check_modules(ticket=wanted, before=row)
        updated: Ticket = super().perform_update(row, attrs)
        return updated

    @classmethod
    def check_linked(cls, row: Ticket, name: str, targets: list[Any], where: str) -> None:
        """Codes that lower a price belong to tickets with one, codes that open to hidden tickets."""
        if targets and name == "discount_codes":
            services.check_discounted(tickets=[row], pointer=where)
        elif targets and name == "access_codes":
            services.check_opened(tickets=[row], pointer=where)

    def perform_trash(self, row: Ticket) -> None:
        """Tickets that people hold or are buying stay."""
        services.trash_ticket(row)


class TicketTagSerializer(ResourceSerializer):
    class Meta:
        model = TicketTag
        type = "ticket-tag"
        fields = ["name", "deleted_at"]
        relations = ["event", "tickets"]


@api.resource
class TicketTagViewSet(ResourceViewSet):
    serializer_class = TicketTagSerializer


api.nest(Event, Ticket, "tickets", lookup="event")
api.nest(Event, TicketTag, "ticket_tags", lookup="event")
