"""Database look-ups that filters and searches have and Django has not."""

from typing import Any

from django.db.models import CharField, Field, Lookup


class _Pattern(Lookup):
    """``column OPERATOR pattern`` on the column's text, whatever its type."""

    prepare_rhs = False
    operator = "LIKE"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        return f"({left})::text {self.operator} %s", (*left_params, str(self.rhs))


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

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        return (
            f"to_tsvector('simple', ({left})::text) @@ plainto_tsquery('simple', %s)",
            (*left_params, str(self.rhs)),
        )


@Field.register_lookup
class AnyOf(Lookup):
    """One of a list, as one parameter: the SQL is the same for lists of any length."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        field = self.lhs.output_field
        # a cast to varchar(8) would cut what is compared
        kind = "text" if isinstance(field, CharField) else field.cast_db_type(connection)
        return f"{left} = ANY(%s::{kind}[])", (*left_params, list(self.rhs))
