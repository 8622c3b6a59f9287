"""Many codes at once: random words that nobody guesses or misreads."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from events.models import Event
from openevent.exceptions import InvalidInput, Several

from .models import AccessCode, DiscountCode, Ticket
from .services import check_discounted, check_opened

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what looks alike
LENGTH = 8
MOST = 5000


@transaction.atomic
def create_codes(
    *,
    event: Event,
    tickets: Sequence[Ticket],
    count: int,
    prefix: str = "",
    uses: int | None = 1,
    valid_from: datetime | None = None,
    valid_till: datetime | None = None,
    discount: tuple[str, Decimal] | None = None,
) -> list[DiscountCode] | list[AccessCode]:
    """``count`` new codes for ``tickets``: discount codes with ``discount`` (type and value), else access codes.

    Each is good for ``uses`` tickets (None: without limit). All of them or none: InvalidInput, or what the rules of
    such codes say, with pointers.
    """
    if not 1 <= count <= MOST:
        raise InvalidInput(f"Between 1 and {MOST} codes can be made at once.", "count", "/count")
    if not tickets:
        raise InvalidInput("Choose the tickets that the codes are for.", "required", "/tickets")
    model: Any = DiscountCode if discount else AccessCode
    (check_discounted if discount else check_opened)(tickets=tickets, pointer="/tickets")
    shared: dict[str, Any] = {
        "event": event,
        "tickets_number": uses,
        "valid_from": valid_from,
        "valid_till": valid_till,
    }
    if discount:
        shared |= {"type": discount[0], "value": discount[1]}
    words = _new_words(model, event, prefix, count)
    _judge(model(code=words[0], **shared))
    made = model.objects.bulk_create([model(code=word, **shared) for word in words], batch_size=1000)
    through = model.tickets.through
    column = f"{model._meta.model_name}_id"
    links = [through(**{column: code.pk, "ticket_id": ticket.pk}) for code in made for ticket in tickets]
    through.objects.bulk_create(links, batch_size=2000)
    return list(made)


def _judge(code: DiscountCode | AccessCode) -> None:
    """The rules of one are the rules of all."""
    try:
        code.full_clean()
    except ValidationError as error:
        raise Several(
            [InvalidInput(text, "invalid", f"/{name}") for name, texts in error.message_dict.items() for text in texts]
        ) from error


def _new_words(model: Any, event: Event, prefix: str, count: int) -> list[str]:
    taken = set(model.with_trashed.filter(event=event, code__startswith=prefix).values_list("code", flat=True))
    words: set[str] = set()
    while len(words) < count:
        word = prefix + "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        if word not in taken:
            words.add(word)
    return sorted(words)
