"""PostgreSQL's COPY for models: the quickest way to write very many rows."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models

NULL = r"\N"


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """``count`` primary keys from the model's sequence, which nobody else will get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [row[0] for row in cursor.fetchall()]


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows whose values stand in the order of ``names`` (attribute names such as ``ticket_id``).

    Columns that are not named hold what a new row of the model would. Nothing is validated but what the
    database itself checks; signals are not sent.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    others = [field for name, field in fields.items() if name not in names and not field.primary_key]
    new = model()
    held = {field.column: field.get_prep_value(getattr(new, field.attname)) for field in others}
    constants = {column: as_text(value) for column, value in held.items() if value is not None}
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(c)) for c in [*(fields[name].column for name in names), *constants])
    tail = "".join(f"\t{value}" for value in constants.values()) + "\n"
    text = io.StringIO()
    for row in rows:
        text.write("\t".join([as_text(value) for value in row]))
        text.write(tail)
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN", text)


def as_text(value: Any) -> str:
    """One value as COPY's text format wants it."""
    if isinstance(value, str):
        if "\\" in value or "\t" in value or "\n" in value or "\r" in value:
            value = value.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")
        return value
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, int | Decimal):
        return str(value)
    return as_text(str(value))
