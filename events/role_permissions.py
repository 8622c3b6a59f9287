"""What the roles of events may do with the parts of events, as administrators have set it.

Asked on every change of a part, so the table (a few dozen rows) is kept in the cache; each change of a row
drops it. While there are no rows at all, the standard ones count.
"""

from collections import defaultdict

from django.core.cache import cache
from django.db import transaction

from .standard_rows import COLUMNS, PERMISSIONS

KEY = "event-role-permissions"
SECONDS = 300


def roles_that_may(verb: str, part: str) -> list[str]:
    """The names of the roles that may ``create``, ``update`` or ``delete`` a ``track`` or another part."""
    table: dict[str, list[str]] | None = cache.get(KEY)
    if table is None:
        table = _read()
        cache.set(KEY, table, SECONDS)
    return table.get(f"{verb} {part}", [])


def forget_permissions() -> None:
    """Read the rows again when next asked, and once more when the transaction has been committed."""
    cache.delete(KEY)
    transaction.on_commit(lambda: cache.delete(KEY))


def _read() -> dict[str, list[str]]:
    from .models import EventRolePermission

    rows = list(EventRolePermission.objects.values_list("role__name", "service__name", *COLUMNS))
    if not rows:
        rows = [(role, part, *may) for role, parts in PERMISSIONS.items() for part, may in parts.items()]
    table = defaultdict(list)
    for role, part, *may in rows:
        for column, is_allowed in zip(COLUMNS, may, strict=True):
            if is_allowed:
                table[f"{column.removeprefix('can_')} {part}"].append(role)
    return dict(table)
