"""Who has lately named which code: shops look a code up by its word, and then follow the links of its id.

A note in the cache, for an hour, by account or, for strangers, by address. Losing it means entering the
code once more.
"""

from typing import Any

from django.core.cache import cache
from django.utils import timezone

from openevent.api.throttling import client_ip

from .models import AccessCode, DiscountCode, Ticket

SECONDS = 3600
MOST = 20  # codes of one kind that are remembered for one caller


def _key(request: Any, model: type[AccessCode] | type[DiscountCode]) -> str:
    who = request.user.pk if request.user.is_authenticated else client_ip(request)
    return f"known-codes:{model._meta.model_name}:{who}"


def remember_code(request: Any, code: AccessCode | DiscountCode) -> None:
    """Note that the caller knows ``code``."""
    known = [pk for pk in known_codes(request, type(code)) if pk != code.pk]
    cache.set(_key(request, type(code)), [code.pk, *known][:MOST], SECONDS)


def known_codes(request: Any, model: type[AccessCode] | type[DiscountCode]) -> list[int]:
    """The ids of the codes of that kind which the caller has named."""
    return cache.get(_key(request, model)) or []


def open_tickets(request: Any) -> None:
    """For this request, let the caller see the hidden tickets that the access codes he knows open."""
    known = known_codes(request, AccessCode)
    if not known:
        return
    codes = AccessCode.objects.valid_at(timezone.now()).filter(pk__in=known)
    request.user.opened_tickets = list(Ticket.objects.filter(access_codes__in=codes).values_list("pk", flat=True))
