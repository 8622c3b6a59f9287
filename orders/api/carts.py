"""The short way to an order: what does it cost, and make it so. Plain JSON in, a JSON:API order out."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.permissions import demand
from openevent.api.registry import registry
from openevent.api.wire import JSONAPIRenderer, PlainRenderer
from openevent.exceptions import MalformedInput

from .. import services
from ..models import Order


def cart_of(request: Request) -> dict[str, Any]:
    """Items and codes of a body; the codes by id or by word, under the names that clients use."""
    body = request.data
    if not isinstance(body, dict):
        raise MalformedInput("The body is a JSON object.")
    body = {str(key).replace("-", "_"): value for key, value in body.items()}
    return {
        "items": services.parse_items(body.get("tickets") or [], services.BY_CART),
        "discount_code": _code(body, "discount_code"),
        "access_code": _code(body, "access_code"),
    }


def _code(body: dict[str, Any], name: str) -> Any:
    given = body.get(name)
    if given in (None, "", []):
        return None
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        raise MalformedInput(f"{name} is an id or a word.", pointer=name)
    return int(given) if isinstance(given, str) and given.isascii() and given.isdigit() else given


class CalculateAmountView(APIView):
    """``POST /v1/orders/calculate-amount``: a quote, for anybody."""

    permission_classes: list[Any] = []

    def post(self, request: Request) -> Response:
        """The priced cart."""
        quote = services.quote_order(by=request.user, **cart_of(request))
        return Response(services.quote_as_wire(quote))


class CreateOrderView(APIView):
    """``POST /v1/orders/create-order``: an order with one nameless attendee per ticket."""

    permission_classes: list[Any] = []
    renderer_classes = [JSONAPIRenderer, PlainRenderer]

    def post(self, request: Request) -> Response:
        """The order's document."""
        if not request.user.is_authenticated:
            demand(request, "nobody.may")
        demand(request, "orders.add_order")
        order = services.place_order(by=request.user, **cart_of(request))
        view = registry.of(Order).viewset(request=request, kwargs={}, format_kwarg=None)
        return Response(view.document(order))
