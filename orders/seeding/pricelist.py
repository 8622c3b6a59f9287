"""Prices of the seed's carts, by the one pricing function; each kind of cart is priced once."""

from decimal import Decimal
from functools import cache

from django.utils import timezone

from events.models import Event

from .. import pricing
from ..services.quoting import DEFAULT_CURRENCY, _fee_of, _tax_of
from .goods import Goods

Wanted = tuple[tuple[int, int, Decimal], ...]  # ticket id, quantity, price of one


class PriceList:
    """Quotes for carts of one event, with its tax and the site's fee."""

    def __init__(self, event: Event, goods: Goods) -> None:
        self.goods = goods
        self.currency = event.payment_currency or DEFAULT_CURRENCY
        self.tax = _tax_of(event)
        self.fee = _fee_of(event, self.currency, timezone.now())
        self.discounted = frozenset({goods.regular.pk, goods.student.pk})
        self.quote = cache(self._quote)

    def can_discount(self, wanted: Wanted) -> bool:
        """Whether the code is good for everything in the cart."""
        return all(ticket_id in self.discounted for ticket_id, *_ in wanted)

    def _quote(self, wanted: Wanted, has_discount: bool) -> pricing.Quote:
        tickets = self.goods.tickets
        items = []
        for ticket_id, quantity, price in wanted:
            ticket = tickets[ticket_id]
            kind = pricing.Kind.PAID
            if ticket.is_free or ticket.is_donation:
                kind = pricing.Kind.FREE if ticket.is_free else pricing.Kind.DONATION
            items.append(pricing.Item(ticket_id, ticket.name, kind, price, quantity, ticket.is_fee_absorbed))
        code = self.goods.discount
        discount = pricing.Discount(code.code, code.type == "percent", code.value, self.discounted)
        is_free = all(item.price == 0 for item in items)
        return pricing.quote(
            items,
            currency=self.currency,
            discount=discount if has_discount else None,
            tax=None if is_free else self.tax,
            fee=None if is_free else self.fee,
        )
