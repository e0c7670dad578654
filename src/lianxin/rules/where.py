"""A rule as an expression of Django's ORM, in three-valued logic.

Never `Q`: `~Q(x__gte=3)` keeps rows whose `x` is missing, the rule `not x >= 3` does not know them. The rule is
compiled to SQL by sqlglot, which quotes its literals; the columns come from the queryset's own expressions, joins and
subqueries included, and are put where the compiler left a mark that no literal can hold.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F
from sqlglot import exp

from lianxin_methods.rules.nodes import Node, names_in
from lianxin_methods.rules.sql import predicate
from lianxin_methods.rules.vocabulary import Dialect, Name, Vocabulary

DIALECTS: dict[str, Dialect] = {"sqlite": "sqlite", "postgresql": "postgres"}
MARK = re.compile('"\x00([0-9]+)\x00"')
"""Rule texts never hold NUL, so what this finds are exactly the columns."""


class RuleWhere(Expression):
    """True, False or None for each row (规则条件).

    In `filter` only what is certainly true passes; `annotate(truth=RuleWhere(...))` shows all three.
    node : parameters looked up.  columns : expression or field path for each stored name; a name left out is a field.
    """

    output_field = BooleanField(null=True)

    def __init__(self, node: Node, vocabulary: Vocabulary, day: date, columns: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.node, self.vocabulary, self.day = node, vocabulary, day
        self.names = vocabulary.stored(names_in(node))
        given = columns or {}
        paths = [given.get(code, vocabulary[code].stored_in) for code in self.names]
        self.sources = [F(path) if isinstance(path, str) else path for path in paths]

    def get_source_expressions(self) -> list[Any]:
        return self.sources

    def set_source_expressions(self, exprs: Any) -> None:
        self.sources = list(exprs)

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        dialect = DIALECTS[connection.vendor]
        columns = [compiler.compile(source) for source in self.sources]

        def marked(name: Name) -> exp.Expr:
            return exp.column(exp.to_identifier(f"\x00{self.names.index(name.code)}\x00", quoted=True))

        tree = predicate(self.node, self.vocabulary, day=self.day, dialect=dialect, columns=marked)
        pieces = MARK.split(exp.Paren(this=tree).sql(dialect=dialect))
        sql, params = "", list[Any]()
        for index, piece in enumerate(pieces):
            if index % 2 == 0:
                sql += piece.replace("%", "%%")
                continue
            column_sql, column_params = columns[int(piece)]
            sql += column_sql
            params += column_params
        return sql, params
