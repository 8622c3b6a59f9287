"""Money in the templates of the back office."""

from decimal import Decimal

from django import template

from openevent.admin.columns import amount as spell

register = template.Library()


@register.simple_tag
def amount(value: Decimal | None, currency: str | None = None) -> str:
    """An amount as people write it, with its currency."""
    return spell(value, currency)


@register.simple_tag
def plain(value: Decimal) -> str:
    """An amount as the server compares it."""
    return f"{value:f}"
