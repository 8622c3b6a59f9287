"""What the home page tells administrators of the site's money, and of messages and refunds that failed."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from events.models import Event, EventMember
from openevent.admin.columns import amount, whole
from openevent.admin.home import Attention, Table, is_site_view
from orders.models import Order, OrderLine

from ..models import Refund, WebhookEvent

TOP = 10


@admin.site.panels
def money(request: HttpRequest) -> dict[str, Any]:
    """Sales by event, organizer and month, the site's fees; failures."""
    if not is_site_view(request.user):
        return {}
    done = Order.objects.filter(status=Order.Status.COMPLETED, amount__gt=0).order_by()
    return {"attention": _failures(), "tables": [*_by_event_and_organizer(done), _by_month(done), _fees()]}


def _failures() -> list[Attention]:
    found = []
    refunds = Refund.objects.filter(state=Refund.State.FAILED).count()
    if refunds:
        text = ngettext("%(n)d refund failed.", "%(n)d refunds failed.", refunds) % {"n": refunds}
        found.append(Attention(text, reverse("admin:payments_refund_changelist") + "?state__exact=failed"))
    webhooks = WebhookEvent.objects.filter(state=WebhookEvent.State.FAILED).count()
    if webhooks:
        text = ngettext("%(n)d webhook failed.", "%(n)d webhooks failed.", webhooks) % {"n": webhooks}
        found.append(Attention(text, reverse("admin:payments_webhookevent_changelist") + "?state__exact=failed"))
    owed = Order.objects.owing_tickets().filter(completed_at__lt=timezone.now() - timedelta(minutes=10)).count()
    if owed:
        text = ngettext("%(n)d order has no tickets yet.", "%(n)d orders have no tickets yet.", owed) % {"n": owed}
        found.append(Attention(text, reverse("admin:orders_order_changelist") + "?status__exact=completed"))
    return found


def _by_event_and_organizer(done: Any) -> list[Table]:
    """The sales of each event once; their sums by owner are made here."""
    sales = list(done.values_list("event_id", "currency").annotate(Count("pk"), Sum("amount")))
    ids = {event_id for event_id, *_rest in sales}
    owners: dict[int, list[str]] = defaultdict(list)
    members = EventMember.objects.filter(event__in=ids, role__name="owner").order_by()
    for event_id, address in members.values_list("event_id", "user__email"):
        owners[event_id].append(address)
    by_owner: dict[tuple[str, str], tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    for event_id, currency, count, total in sales:
        for address in owners[event_id]:
            known, sum_ = by_owner[address, currency]
            by_owner[address, currency] = (known + count, sum_ + total)
    top = sorted(sales, key=_total, reverse=True)[:TOP]
    names = dict(Event.with_trashed.filter(pk__in=[event_id for event_id, *_rest in top]).values_list("pk", "name"))
    organizers = sorted(((*key, *sums) for key, sums in by_owner.items()), key=_total, reverse=True)[:TOP]
    return [
        _table(_("Sales by event"), _("Event"), [(names[event_id], *rest) for event_id, *rest in top]),
        _table(_("Sales by organizer"), _("Organizer"), organizers),
    ]


def _total(row: Any) -> Any:
    return row[-1]


def _by_month(done: Any) -> Table:
    months = done.annotate(month=TruncMonth("created_at")).values_list("month", "currency")
    rows = months.annotate(Count("pk"), total=Sum("amount")).order_by("-month")[:12]
    spelled = [(formats.date_format(month, "F Y"), *rest) for month, *rest in rows]
    return _table(_("Sales by month"), _("Month"), spelled)


def _fees() -> Table:
    lines = OrderLine.objects.filter(order__status=Order.Status.COMPLETED, fee__gt=0).order_by()
    rows = (
        lines.values_list("order__currency")
        .annotate(Count("order", distinct=True), total=Sum("fee"))
        .order_by("-total")
    )
    return Table(
        _("Fees of the site"),
        [_("Currency"), _("Orders"), _("Fees")],
        [[currency, whole(count), amount(total, currency)] for currency, count, total in rows],
    )


def _table(title: Any, what: Any, rows: Any) -> Table:
    spelled = [[name, whole(count), amount(total, currency)] for name, currency, count, total in rows]
    return Table(title, [what, _("Orders"), _("Sales")], spelled)
