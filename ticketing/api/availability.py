"""What is left of an event's tickets, for shops."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.api.finding import visible_event
from openevent.api.schema.plain import documents, members, or_null

from ..models import Ticket


class AvailabilityView(APIView):
    """``GET /v1/events/<id|identifier>/tickets/availability``: a bare list, for anybody who sees the event."""

    permission_classes: list[Any] = []

    @documents(
        answer=[members({"id": int, "name": str, "quantity": or_null(int), "available": or_null(int)})],
        errors=[401, 404],
    )
    def get(self, request: Request, key: str) -> Response:
        """``[{id, name, quantity, available}]`` of the visible tickets."""
        event = visible_event(request, key)
        tickets = Ticket.objects.visible_to(request.user).filter(event=event)
        return Response(
            [{"id": t.pk, "name": t.name, "quantity": t.quantity, "available": t.left} for t in tickets]
        )
