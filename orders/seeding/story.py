"""One invented purchase after the other: who buys what, when, and what becomes of it. No database."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from ..models import Order
from ..pricing import Quote
from .people import PLACES, Person, invent_person
from .pricelist import PriceList

Status = Order.Status
GROUP_SIZES, GROUP_WEIGHTS = (1, 2, 3, 4, 5, 8), (52, 27, 9, 7, 3, 2)
PAID_FATES = {
    Status.COMPLETED: 84,
    Status.PLACED: 4,
    Status.PENDING: 2,
    Status.INITIALIZING: 1,
    Status.EXPIRED: 5,
    Status.CANCELLED: 4,
}
FREE_FATES = {Status.COMPLETED: 93, Status.INITIALIZING: 1, Status.EXPIRED: 3, Status.CANCELLED: 3}
PATHS = {
    Status.INITIALIZING: (Status.INITIALIZING,),
    Status.PENDING: (Status.INITIALIZING, Status.PENDING),
    Status.PLACED: (Status.INITIALIZING, Status.PENDING, Status.PLACED),
    Status.COMPLETED: (Status.INITIALIZING, Status.PENDING, Status.COMPLETED),
    Status.EXPIRED: (Status.INITIALIZING, Status.PENDING, Status.EXPIRED),
    Status.CANCELLED: (Status.INITIALIZING, Status.PENDING, Status.CANCELLED),
}
REASONS = {Status.EXPIRED: "not paid in time", Status.CANCELLED: "cannot come"}
SALE_DAYS = 60
TIME_TO_PAY = timedelta(days=3)
DISCOUNTED, CHECKED_IN, CAME_TWICE, LEFT = 0.18, 0.45, 0.06, 0.04
DEVICES = ("-", "door-north", "door-south", "desk-1")


@dataclass(frozen=True)
class Scan:
    """Once through the door."""

    kind: str
    at: datetime
    device: str


@dataclass(frozen=True)
class Seat:
    """One attendee of an order: the position of the order's line, the person, the scans."""

    line: int
    person: Person
    scans: tuple[Scan, ...]


@dataclass(frozen=True)
class Purchase:
    """An order with everything that hangs on it."""

    identifier: uuid.UUID
    status: str
    quote: Quote
    payment_mode: str | None
    created_at: datetime
    moves: tuple[tuple[str, str, datetime], ...]  # from, to, when
    expires_at: datetime | None
    seats: tuple[Seat, ...]
    has_discount: bool
    access_uses: int

    @property
    def completed_at(self) -> datetime | None:
        """When it became completed, if it did."""
        return self.moves[-1][2] if self.status == Status.COMPLETED else None


@dataclass(frozen=True)
class Stage:
    """The times between which everything happens."""

    sales_from: datetime
    sales_to: datetime
    doors_from: datetime
    doors_to: datetime


class Story:
    """Purchases until a number of attendees is reached; the same for the same random numbers."""

    def __init__(self, random: Random, prices: PriceList, stage: Stage, first_number: int) -> None:
        self.random = random
        self.prices = prices
        self.stage = stage
        self.number = first_number  # of the next person

    def purchases(self, attendees: int) -> Iterator[Purchase]:
        """Purchases with exactly so many attendees in all."""
        while attendees > 0:
            size = min(self.random.choices(GROUP_SIZES, GROUP_WEIGHTS)[0], attendees)
            yield self._purchase(size)
            attendees -= size

    def _purchase(self, size: int) -> Purchase:
        random = self.random
        wanted, access_uses = self._wanted(size)
        has_discount = self.prices.can_discount(wanted) and random.random() < DISCOUNTED
        quote = self.prices.quote(wanted, has_discount)
        fates = PAID_FATES if quote.total else FREE_FATES
        status = random.choices(list(fates), list(fates.values()))[0]
        created_at = self._created_at(status)
        moves = self._moves(status, created_at, is_free=not quote.total)
        place = random.choice(PLACES)
        came_from = moves[-1][2] if status == Status.COMPLETED else None
        seats = tuple(
            Seat(line, self._person(place), self._scans(came_from))
            for line, priced in enumerate(quote.lines)
            for _ in range(priced.quantity)
        )
        return Purchase(
            identifier=uuid.UUID(int=random.getrandbits(128), version=4),
            status=status,
            quote=quote,
            payment_mode=self._payment_mode(status, quote.total),
            created_at=created_at,
            moves=moves,
            expires_at=self.stage.sales_to + TIME_TO_PAY if status in (Status.PENDING, Status.INITIALIZING) else None,
            seats=seats,
            has_discount=has_discount,
            access_uses=access_uses,
        )

    def _wanted(self, size: int) -> tuple[tuple[tuple[int, int, Decimal], ...], int]:
        """(ticket id, quantity, price) of each kind, and how many uses of the access code that takes."""
        random, goods = self.random, self.prices.goods
        kinds = (goods.regular, goods.student, goods.community, goods.supporter, goods.backstage)
        kind = random.choices(kinds, (42, 20, 27, 9, 2))[0]
        price = kind.price or Decimal(0)
        if kind is goods.supporter:
            price = Decimal(random.choice((5, 10, 20, 25, 50, 100)))
        wanted = [(kind.pk, size, price)]
        if kind is goods.regular and size >= 3 and random.random() < 0.3:  # the family comes along
            wanted = [(kind.pk, size - 1, price), (goods.student.pk, 1, goods.student.price)]
        return tuple(wanted), size if kind is goods.backstage else 0

    def _created_at(self, status: str) -> datetime:
        """More are sold towards the end; what still waits for money is young."""
        seconds = int((self.stage.sales_to - self.stage.sales_from).total_seconds())
        share = 0.97 + 0.03 * self.random.random() if status in (Status.PENDING, Status.INITIALIZING) else 0
        share = share or 1 - self.random.random() ** 1.6
        return self.stage.sales_from + timedelta(seconds=int(seconds * 0.98 * share))

    def _moves(self, status: str, created_at: datetime, is_free: bool) -> tuple[tuple[str, str, datetime], ...]:
        path = PATHS[Status(status)]
        if is_free:
            path = tuple(step for step in path if step != Status.PENDING)
        at, before, moves = created_at, "", []
        for step in path:
            moves.append((before, step.value, at))
            before, at = step.value, at + timedelta(seconds=self.random.randint(20, 900))
        return tuple(moves)

    def _payment_mode(self, status: str, total: Decimal) -> str | None:
        if not total:
            return Order.PaymentMode.FREE.value
        if status in (Status.INITIALIZING, Status.PENDING, Status.EXPIRED):
            return None
        return (Order.PaymentMode.BANK if self.random.random() < 0.6 else Order.PaymentMode.ONSITE).value

    def _person(self, place: tuple[str, str]) -> Person:
        self.number += 1
        return invent_person(self.random, self.number, place)

    def _scans(self, completed_at: datetime | None) -> tuple[Scan, ...]:
        """How the person went through the door; nobody does before having bought a ticket."""
        random = self.random
        if completed_at is None or random.random() >= CHECKED_IN:
            return ()
        opened = max(self.stage.doors_from, completed_at)
        seconds = max(1, int((self.stage.doors_to - opened).total_seconds()))
        at = opened + timedelta(seconds=random.randrange(seconds))
        scans = [Scan("in", at, random.choice(DEVICES))]
        if random.random() < LEFT:
            scans.append(Scan("out", at + timedelta(minutes=random.randint(30, 240)), "-"))
        elif random.random() < CAME_TWICE:
            scans.append(Scan("in", at + timedelta(minutes=random.randint(60, 600)), random.choice(DEVICES)))
        return tuple(scans)
