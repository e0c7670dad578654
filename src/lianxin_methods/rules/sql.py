"""A rule as SQL, through sqlglot, for SQLite, PostgreSQL, DuckDB and Spark.

The expression is true, false or NULL exactly where the evaluator of one record says yes, no or ask. Literals and
identifiers are quoted by sqlglot; names come from the vocabulary alone. What the engines differ in is settled here:

- SQLite keeps dates as ISO text, so days are compared as text there.
- Decimal literals: DuckDB and PostgreSQL cast them from text; SQLite does not read 16 digits exactly, so the double is
  written as a fraction of whole numbers with a power of two below.
- NaN is a missing number (SQLite cannot store it); an empty text is missing where the vocabulary says so.
- Texts are compared for equality only: no engine's collation or case folding is asked.
"""

from collections.abc import Callable
from datetime import date

from sqlglot import exp

from .derive import day_literal
from .nodes import AllOf, AnyOf, Compare, Const, Holds, Leaf, Missing, Node, Not, OneOf, Param, Value
from .vocabulary import Dialect, Name, Scalar, Vocabulary

Columns = Callable[[Name], exp.Expr]
_OPS: dict[str, type[exp.Binary]] = {
    "eq": exp.EQ,
    "ne": exp.NEQ,
    "lt": exp.LT,
    "le": exp.LTE,
    "gt": exp.GT,
    "ge": exp.GTE,
}


def columns_of(table: str = "") -> Columns:
    """Columns by the vocabulary's own names, of a table where one is given."""

    def column(name: Name) -> exp.Expr:
        return exp.column(name.stored_in, table=table or None, quoted=True)

    return column


def predicate(
    node: Node, vocabulary: Vocabulary, *, day: date, dialect: Dialect, columns: Columns | None = None
) -> exp.Expr:
    """The rule as a three-valued SQL expression. Parameters must be looked up before: raises ValueError."""
    return _Compiler(vocabulary, day, dialect, columns or columns_of()).node(node)


def to_sql(node: Node, vocabulary: Vocabulary, *, day: date, dialect: Dialect, table: str = "") -> str:
    """The rule as SQL text for one engine."""
    tree = predicate(node, vocabulary, day=day, dialect=dialect, columns=columns_of(table))
    return tree.sql(dialect=dialect)


class _Compiler:
    def __init__(self, vocabulary: Vocabulary, day: date, dialect: Dialect, columns: Columns) -> None:
        self.vocabulary, self.day, self.dialect, self.columns = vocabulary, day, dialect, columns

    def node(self, node: Node) -> exp.Expr:
        if isinstance(node, Not):
            return exp.Not(this=exp.Paren(this=self.node(node.part)))
        if isinstance(node, AllOf | AnyOf):
            joined = [self.node(part) for part in node.parts]
            tree = joined[0]
            for part in joined[1:]:
                tree = (
                    exp.And(this=tree, expression=part)
                    if isinstance(node, AllOf)
                    else exp.Or(this=tree, expression=part)
                )
            return exp.Paren(this=tree)
        return self.leaf(node)

    def leaf(self, leaf: Leaf) -> exp.Expr:
        name = self.vocabulary[leaf.name]
        if isinstance(leaf, Compare) and (short := self.cut(name, leaf)):
            return short
        column = self.value_of(name)
        if isinstance(leaf, Missing):
            return exp.Is(this=column, expression=exp.Null())
        if isinstance(leaf, Holds):
            return column
        if isinstance(leaf, OneOf):
            return exp.In(this=column, expressions=[self.literal(v) for v in leaf.values])
        return _OPS[leaf.op](this=column, expression=self.literal(leaf.value))

    def cut(self, name: Name, leaf: Compare) -> exp.Expr | None:
        """A comparison of time elapsed as one of the stored date; None where that cannot be said."""
        if not (name.derived and name.derived.latest and isinstance(leaf.value, Const)):
            return None
        count = leaf.value.value
        if type(count) is not int or abs(count) > 100_000_000:
            return None
        try:
            at_least = self.literal(Const(name.derived.latest(count, self.day)))
            more = self.literal(Const(name.derived.latest(count + 1, self.day)))
        except (ValueError, OverflowError):
            return None
        start = self.value_of(self.vocabulary[name.derived.of[0]])
        bound = at_least if leaf.op in ("ge", "lt") else more
        if leaf.op in ("ge", "gt"):
            return exp.LTE(this=start, expression=bound)
        if leaf.op in ("lt", "le"):
            return exp.GT(this=start, expression=bound)
        low, high = exp.GT(this=start, expression=more), exp.LTE(this=start.copy(), expression=at_least)
        same = exp.Paren(this=exp.And(this=low, expression=high))
        return same if leaf.op == "eq" else exp.Not(this=same)

    def value_of(self, name: Name) -> exp.Expr:
        """The name's value with what counts as missing turned into NULL."""
        if name.derived:
            sources = {code: self.value_of(self.vocabulary[code]) for code in name.derived.of}
            return name.derived.sql(sources, self.day, self.dialect)
        column = self.columns(name)
        if name.empty_is_missing:
            return exp.Nullif(this=column, expression=exp.Literal.string(""))
        if name.type == "float" and self.dialect != "sqlite":
            return exp.Nullif(this=column, expression=exp.cast(exp.Literal.string("NaN"), "double"))
        return column

    def literal(self, value: Value) -> exp.Expr:
        if isinstance(value, Param):
            raise ValueError(f"parameter {value.code} was not looked up")
        return sql_literal(value.value, self.dialect)


def sql_literal(value: Scalar, dialect: Dialect) -> exp.Expr:
    """A value as a literal that the engine reads as exactly that value."""
    if isinstance(value, date):
        return day_literal(value, dialect)
    if isinstance(value, float):
        return _sqlite_float(value) if dialect == "sqlite" else exp.cast(exp.Literal.string(repr(value)), "double")
    return exp.convert(value)


def _sqlite_float(value: float) -> exp.Expr:
    above, below = value.as_integer_ratio()
    tree: exp.Expr = exp.cast(exp.convert(above), "real")
    while below > 1:
        step = min(below, 2**40)
        tree = exp.Div(this=tree, expression=exp.cast(exp.convert(step), "real"), typed=True)
        below //= step
    return exp.Paren(this=tree)
