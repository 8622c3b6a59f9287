"""What the invented buyers buy: five tickets, a code that lowers a price and one that opens a ticket."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest

from events.models import Event
from ticketing.models import AccessCode, DiscountCode, Ticket

DISCOUNT_CODE = "DEMO20"
ACCESS_CODE = "DEMODOOR"
SPARE = 100  # seats that stay free


@dataclass(frozen=True)
class Goods:
    """The tickets and codes of one event that the seed sells."""

    regular: Ticket
    student: Ticket
    community: Ticket
    supporter: Ticket
    backstage: Ticket
    discount: DiscountCode
    access: AccessCode

    @property
    def tickets(self) -> dict[int, Ticket]:
        """All of them by id."""
        tickets = (self.regular, self.student, self.community, self.supporter, self.backstage)
        return {ticket.pk: ticket for ticket in tickets}


def provide_goods(event: Event, window: dict[str, Any]) -> Goods:
    """The event's demo tickets and codes, made where they are missing."""
    kinds = Ticket.Type
    regular = _ticket(event, window, 11, "Demo regular", type=kinds.PAID, price=Decimal(49))
    student = _ticket(event, window, 12, "Demo student", type=kinds.PAID, price=Decimal("19.50"))
    community = _ticket(event, window, 13, "Demo community", type=kinds.FREE)
    limits = {"min_price": Decimal(5), "max_price": Decimal(500)}
    supporter = _ticket(event, window, 14, "Demo supporter", type=kinds.DONATION, **limits)
    backstage = _ticket(event, window, 15, "Demo backstage", type=kinds.FREE, is_hidden=True)
    valid = {"valid_from": window["sales_starts_at"], "valid_till": window["sales_ends_at"]}
    discount, _ = DiscountCode.objects.get_or_create(
        event=event,
        code=DISCOUNT_CODE,
        defaults={"type": DiscountCode.Type.PERCENT, "value": Decimal(20), **_limits(), **valid},
    )
    discount.tickets.add(regular, student)
    access, _ = AccessCode.objects.get_or_create(event=event, code=ACCESS_CODE, defaults={**_limits(), **valid})
    access.tickets.add(backstage)
    return Goods(regular, student, community, supporter, backstage, discount, access)


def count_sold(goods: Goods, sold: dict[int, int], reserved: dict[int, int], uses: dict[str, int]) -> None:
    """Add to the counters of tickets and codes; their limits grow where they would stand in the way."""
    for pk in goods.tickets:
        taken = F("sold") + F("reserved") + sold.get(pk, 0) + reserved.get(pk, 0)
        Ticket.objects.filter(pk=pk).update(
            sold=F("sold") + sold.get(pk, 0),
            reserved=F("reserved") + reserved.get(pk, 0),
            quantity=Greatest(F("quantity"), taken + SPARE),
        )
    for code, name in ((goods.discount, "discount"), (goods.access, "access")):
        used = F("used") + uses.get(name, 0)
        type(code).objects.filter(pk=code.pk).update(
            used=used, tickets_number=Greatest(F("tickets_number"), used + SPARE)
        )


def _limits() -> dict[str, int]:
    return {"tickets_number": SPARE, "min_quantity": 1, "max_quantity": 10}


def _ticket(event: Event, window: dict[str, Any], position: int, name: str, **columns: Any) -> Ticket:
    ticket, _ = Ticket.objects.get_or_create(
        event=event,
        name=name,
        defaults={"position": position, "quantity": SPARE, "max_order": 10, **window, **columns},
    )
    return ticket
