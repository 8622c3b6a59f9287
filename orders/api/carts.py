"""The short way to an order: what does it cost, and make it so. Plain JSON in, a JSON:API order out."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.idempotency import idempotent
from openevent.api.inputs import plain_body
from openevent.api.permissions import demand, demand_login
from openevent.api.registry import registry
from openevent.api.schema.plain import document_of, documents, members, or_null
from openevent.api.wire import JSONAPIRenderer, PlainRenderer
from openevent.exceptions import MalformedInput

from .. import services
from ..models import Order

WORD_OR_ID = {"oneOf": [{"type": "string"}, {"type": "integer"}]}
NO_CODE = {"type": "array", "maxItems": 0, "items": {}}  # as some clients spell it
CODE = {"oneOf": [or_null(str), {"type": "integer"}, NO_CODE]}
CART = members(
    {"tickets": or_null([members({"id": WORD_OR_ID, "quantity": int}, {"price": or_null(float)})])},
    {"discount_code": CODE, "access_code": CODE},
)
PRICED_LINE = members(
    {
        "id": int,
        "name": str,
        "quantity": int,
        "discount": or_null(
            members({"code": str, "percent": float, "amount": float, "total": float, "type": str}),
        ),
        **dict.fromkeys(["price", "ticket_fee", "sub_total", "ticket_tax", "discounted_tax"], float),
    }
)
QUOTE = members(
    {
        "tax": or_null(members({"percent": float, "name": str, "amount": float, "included": bool})),
        **dict.fromkeys(["sub_total", "total", "discount"], float),
        "tickets": [PRICED_LINE],
    }
)


def cart_of(request: Request) -> dict[str, Any]:
    """Items and codes of a body; the codes by id or by word, under the names that clients use."""
    body = {str(key).replace("-", "_"): value for key, value in plain_body(request).items()}
    tickets = body.get("tickets")
    return {
        "items": services.parse_items([] if tickets is None else tickets, services.BY_CART),
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

    @documents(body=CART, answer=QUOTE, errors=[400, 401, 403, 404, 409, 422])
    def post(self, request: Request) -> Response:
        """The priced cart."""
        quote = services.quote_order(by=request.user, **cart_of(request))
        return Response(services.quote_as_wire(quote))


class CreateOrderView(APIView):
    """``POST /v1/orders/create-order``: an order with one nameless attendee per ticket."""

    permission_classes: list[Any] = []
    renderer_classes = [JSONAPIRenderer, PlainRenderer]

    @documents(body=CART, answer=document_of("Order"), errors=[400, 401, 403, 404, 409, 422])
    @idempotent
    def post(self, request: Request) -> Response:
        """The order's document."""
        demand_login(request)
        demand(request, "orders.add_order")
        view = registry.of(Order).viewset(request=request, kwargs={}, format_kwarg=None)
        _ = view.wanted  # nothing is ordered by a query that cannot be read
        order = services.place_order(by=request.user, **cart_of(request))
        return Response(view.document(order))
