"""Builders of derived names: whole years, months and days from a stored date to the day asked about.

The Python and the SQL form count the same way: a month is over on the same day of the month, a year on the same day
of the year; somebody born on 29 February turns a year older on 1 March of other years.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from sqlglot import exp

from .vocabulary import Derived, Dialect, Scalar

_CUTS = {"YEAR": (1, 4), "MONTH": (6, 2), "DAY": (9, 2)}


def part_of(part: str, column: exp.Expr, dialect: Dialect) -> exp.Expr:
    """YEAR, MONTH or DAY of a date column as a whole number; SQLite keeps dates as ISO text."""
    if dialect == "sqlite":
        start, length = _CUTS[part]
        cut = exp.Anonymous(this="SUBSTR", expressions=[column.copy(), exp.convert(start), exp.convert(length)])
        return exp.cast(cut, "int")
    return exp.cast(exp.Extract(this=exp.var(part), expression=column.copy()), "int")


def day_literal(day: date, dialect: Dialect) -> exp.Expr:
    text = exp.Literal.string(day.isoformat())
    return text if dialect == "sqlite" else exp.cast(text, "date")


def _minus(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Sub(this=left, expression=exp.Paren(this=right))


def _times(left: exp.Expr, by: int) -> exp.Expr:
    return exp.Mul(this=exp.Paren(this=left), expression=exp.convert(by))


def _one_if(condition: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition, true=exp.convert(1))], default=exp.convert(0))


def _clipped(year: int, month: int, dom: int) -> date:
    """The day of a month, or the month's last where it is shorter. Raises ValueError outside the calendar."""
    if not 1 <= year <= 9999:
        raise ValueError(year)
    return date(year, month, min(dom, monthrange(year, month)[1]))


def years_since(of: str) -> Derived:
    """Completed years, such as an age."""

    def python(values: Mapping[str, Scalar | None], day: date) -> Scalar | None:
        start = values[of]
        if not isinstance(start, date):
            return None
        return day.year - start.year - ((start.month, start.day) > (day.month, day.day))

    def sql(columns: Mapping[str, exp.Expr], day: date, dialect: Dialect) -> exp.Expr:
        year, month, dom = (part_of(p, columns[of], dialect) for p in _CUTS)
        in_year = exp.Add(this=_times(month, 100), expression=dom)
        late = exp.GT(this=in_year, expression=exp.convert(day.month * 100 + day.day))
        return exp.Paren(this=_minus(_minus(exp.convert(day.year), year), _one_if(late)))

    def latest(count: int, day: date) -> date:
        return _clipped(day.year - count, day.month, day.day)

    return Derived((of,), python, sql, latest, "years_since")


def months_since(of: str) -> Derived:
    """Completed months, such as the time since opening."""

    def python(values: Mapping[str, Scalar | None], day: date) -> Scalar | None:
        start = values[of]
        if not isinstance(start, date):
            return None
        return (day.year - start.year) * 12 + day.month - start.month - (start.day > day.day)

    def sql(columns: Mapping[str, exp.Expr], day: date, dialect: Dialect) -> exp.Expr:
        year, month, dom = (part_of(p, columns[of], dialect) for p in _CUTS)
        start = exp.Add(this=_times(year, 12), expression=month)
        late = exp.GT(this=dom, expression=exp.convert(day.day))
        return exp.Paren(this=_minus(_minus(exp.convert(day.year * 12 + day.month), start), _one_if(late)))

    def latest(count: int, day: date) -> date:
        year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
        return _clipped(year, month + 1, day.day)

    return Derived((of,), python, sql, latest, "months_since")


def days_since(of: str) -> Derived:
    """Days from the stored date to the day; negative for a date still to come."""

    def python(values: Mapping[str, Scalar | None], day: date) -> Scalar | None:
        start = values[of]
        return (day - start).days if isinstance(start, date) else None

    def sql(columns: Mapping[str, exp.Expr], day: date, dialect: Dialect) -> exp.Expr:
        column, today = columns[of].copy(), day_literal(day, dialect)
        if dialect == "spark":
            return exp.Anonymous(this="DATEDIFF", expressions=[today, column])
        if dialect == "sqlite":
            today, column = (exp.Anonymous(this="JULIANDAY", expressions=[e]) for e in (today, column))
            return exp.cast(exp.Sub(this=today, expression=column), "int")
        return exp.Paren(this=exp.Sub(this=today, expression=column))

    def latest(count: int, day: date) -> date:
        return date.fromordinal(day.toordinal() - count)

    return Derived((of,), python, sql, latest, "days_since")


def months_between(start: str, end: str) -> Derived:
    """Completed months from one stored date to another, such as the length of a term."""

    def python(values: Mapping[str, Scalar | None], day: date) -> Scalar | None:
        first, last = values[start], values[end]
        if not (isinstance(first, date) and isinstance(last, date)):
            return None
        return (last.year - first.year) * 12 + last.month - first.month - (first.day > last.day)

    def sql(columns: Mapping[str, exp.Expr], day: date, dialect: Dialect) -> exp.Expr:
        first, last = ([part_of(p, columns[name], dialect) for p in _CUTS] for name in (start, end))
        months = [exp.Add(this=_times(year, 12), expression=month) for year, month, _dom in (first, last)]
        late = exp.GT(this=first[2], expression=last[2])
        return exp.Paren(this=_minus(_minus(months[1], months[0]), _one_if(late)))

    return Derived((start, end), python, sql)


def has_come(of: str) -> Derived:
    """Whether a stored day is over or today; a day that nobody named has not come."""

    def python(values: Mapping[str, Scalar | None], day: date) -> Scalar | None:
        named = values[of]
        return isinstance(named, date) and named <= day

    def sql(columns: Mapping[str, exp.Expr], day: date, dialect: Dialect) -> exp.Expr:
        known = exp.Not(this=exp.Paren(this=exp.Is(this=columns[of].copy(), expression=exp.Null())))
        past = exp.LTE(this=columns[of].copy(), expression=day_literal(day, dialect))
        return exp.Paren(this=exp.And(this=known, expression=past))

    return Derived((of,), python, sql, kind="has_come")


BUILDERS = {"years_since": years_since, "months_since": months_since, "days_since": days_since, "has_come": has_come}
