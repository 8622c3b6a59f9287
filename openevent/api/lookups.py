"""Database look-ups that the filter language has and Django has not."""

from typing import Any

from django.db.models import Field, Lookup


class _Pattern(Lookup):
    """``column OPERATOR pattern`` on the column's text, whatever its type."""

    prepare_rhs = False
    operator = "LIKE"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, left_params = self.process_lhs(compiler, connection)
        return f"({left})::text {self.operator} %s", [*left_params, str(self.rhs)]


@Field.register_lookup
class Like(_Pattern):
    """SQL LIKE with the client's own wildcards."""

    lookup_name = "sql_like"


@Field.register_lookup
class ILike(_Pattern):
    """SQL ILIKE with the client's own wildcards."""

    lookup_name = "sql_ilike"
    operator = "ILIKE"


@Field.register_lookup
class TextMatch(_Pattern):
    """All words of the pattern stand in the text."""

    lookup_name = "text_match"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, left_params = self.process_lhs(compiler, connection)
        return (
            f"to_tsvector('simple', ({left})::text) @@ plainto_tsquery('simple', %s)",
            [*left_params, str(self.rhs)],
        )
