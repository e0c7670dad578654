"""An indicator as data: what is counted, over what, and what is left out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, get_args

from lianxin_methods.rules.params import ParamValue

Unit = Literal["percent", "count", "days", "hours", "minutes", "yuan", "ratio"]
Aggregation = Literal["sum", "distinct", "curve"]
About = Literal["organisations", "matters", "persons", "public"]
OLDEST = date(1900, 1, 1)


class BadParameter(ValueError):
    """A scope parameter that the indicator does not have, or a value that it does not offer."""


@dataclass(frozen=True, slots=True)
class ScopeParam:
    """A threshold of the denominator that a reader may change, to one of the offered values."""

    code: str
    zh: str
    en: str
    default: int
    options: tuple[int, ...]
    unit_zh: str = ""
    unit_en: str = ""
    sets: str = ""
    """Code of a stored parameter whose place it takes: the stored value is then the default, and always offered."""


@dataclass(frozen=True, slots=True)
class RuleUsed:
    """The stored rule that a definition takes its scope from, as it holds on a day."""

    code: str
    number: int
    day: date
    digest: str
    """Of its text and of the parameters it names: equal digest, equal scope."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of an indicator (指标定义).

    over : what a row is: one of `units.UNITS`, such as organisation, place, body, term, member.
    scope : rule; rows for which it is true are in the denominator, rows for which it is unknown are *missing*.
    scope_rule : code of a stored rule that takes the place of `scope` where it is in force; `scope_also` narrows it.
    numerator : rule over rows in scope; "" counts all of them.
    counts_in_numerator, counts_in_denominator : "rows", or a column that is summed ("headcount", "members").
    protected_by : measure whose small sums are hidden, in place of the number of rows in scope.
    value : "percent", "minutes" and "ratio" divide, "count" and "yuan" give the numerator, "days" and
        "hours" are a median or another quantile of a curve.
    aggregation : only "sum" is rolled up the tree by adding; a "curve" is drawn anew for each area.
    about : whose numbers these are: of persons, small numerators and rests are protected too; public ones are not;
        organisations and matters by how many are in scope.
    spread : columns whose sums over the rows in scope say how the figure is distributed; `texts` names them.
    """

    code: str
    number: int
    zh: str
    en: str
    unit: Unit
    scope: str
    over: str = "organisation"
    scope_rule: str = ""
    scope_also: str = ""
    numerator: str = ""
    counts_in_numerator: str = "rows"
    counts_in_denominator: str = "rows"
    aggregation: Aggregation = "sum"
    protected_by: str = ""
    about: About = "organisations"
    line: str = ""
    params: tuple[ScopeParam, ...] = ()
    texts: Mapping[str, Mapping[str, Any]] | None = None
    """Language -> meaning, numerator, denominator, missing, left_out (list), sureness, one and many of the unit."""
    lower_is_better: bool = False
    spread: tuple[str, ...] = ()
    source: str = ""
    owner: str = ""
    used: RuleUsed | None = None
    """The stored rule behind `scope`, once it is looked up for a day."""
    stored: Mapping[str, ParamValue] | None = None
    """Stored parameters that the rule names, once looked up."""

    @property
    def is_divided(self) -> bool:
        """Whether the value is numerator by denominator."""
        return self.unit in ("percent", "minutes", "ratio")

    @property
    def measures(self) -> list[str]:
        """Columns that are summed."""
        named = {self.counts_in_numerator, self.counts_in_denominator, self.protected_by or "rows"}
        return sorted(named - {"rows"})

    def chosen(self, given: Mapping[str, int]) -> dict[str, int]:
        """All scope parameters in their order, the given ones in place of the defaults. Raises BadParameter."""
        unknown = set(given) - {p.code for p in self.params}
        if unknown:
            raise BadParameter(f"{self.code} has no parameter {', '.join(sorted(unknown))}")
        for param in self.params:
            if given.get(param.code, param.default) not in param.options:
                raise BadParameter(f"{param.code} is one of {', '.join(map(str, param.options))}")
        return {p.code: given.get(p.code, p.default) for p in self.params}

    def values(self, given: Mapping[str, int], day: date) -> dict[str, ParamValue]:
        """What `param("...")` in its rules stands for: the scope parameters, and the day itself."""
        chosen = self.chosen(given)
        found = {code: ParamValue(code, value, OLDEST) for code, value in chosen.items()}
        taken = {p.sets: ParamValue(p.sets, chosen[p.code], OLDEST) for p in self.params if p.sets}
        return {**(self.stored or {}), **found, **taken, "day": ParamValue("day", day, OLDEST)}

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def from_dict(data: Mapping[str, Any]) -> Definition:
    """A definition from JSON. Raises TypeError for fields that do not exist, ValueError for what cannot be."""
    params = tuple(ScopeParam(**{**p, "options": tuple(p["options"])}) for p in data.get("params", ()))
    made = Definition(**{**data, "params": params, "spread": tuple(data.get("spread", ()))})
    if made.unit not in get_args(Unit) or made.aggregation not in ("sum", "distinct", "curve"):
        raise ValueError(f"{made.code}: unit or aggregation")
    named = [len(said.get("spread", ())) for said in (made.texts or {}).values()]
    if made.spread and set(named) != {len(made.spread)}:
        raise ValueError(f"{made.code}: a spread without names")
    if any(p.default not in p.options for p in made.params):
        raise ValueError(f"{made.code}: a default that is not offered")
    return made
