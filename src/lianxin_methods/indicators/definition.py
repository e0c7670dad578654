"""An indicator as data: what is counted, over what, and what is left out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from lianxin_methods.rules.params import ParamValue

Unit = Literal["percent", "count"]
Aggregation = Literal["sum", "distinct", "curve"]
About = Literal["organisations", "persons"]
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


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of an indicator (指标定义).

    scope : rule; rows for which it is true are in the denominator, rows for which it is unknown are *missing*.
    numerator : rule over rows in scope; "" counts all of them.
    counts_in_numerator, counts_in_denominator : "rows", or a column that is summed ("headcount", "members").
    value : "percent" divides, "count" gives the numerator.
    aggregation : only "sum" is rolled up the tree by adding; what does not add is refused.
    about : whose numbers these are: of persons, small numerators and rests are protected as well.
    """

    code: str
    number: int
    zh: str
    en: str
    unit: Unit
    scope: str
    numerator: str = ""
    counts_in_numerator: str = "rows"
    counts_in_denominator: str = "rows"
    aggregation: Aggregation = "sum"
    about: About = "organisations"
    line: str = ""
    params: tuple[ScopeParam, ...] = ()
    texts: Mapping[str, Mapping[str, Any]] | None = None
    """Language -> meaning, numerator, denominator, missing, left_out (list), sureness, one and many of the unit."""
    lower_is_better: bool = False
    source: str = ""
    owner: str = ""

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
        found = {code: ParamValue(code, value, OLDEST) for code, value in self.chosen(given).items()}
        return {**found, "day": ParamValue("day", day, OLDEST)}

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def from_dict(data: Mapping[str, Any]) -> Definition:
    """A definition from JSON. Raises TypeError for fields that do not exist, ValueError for what cannot be."""
    params = tuple(ScopeParam(**{**p, "options": tuple(p["options"])}) for p in data.get("params", ()))
    made = Definition(**{**data, "params": params})
    if made.unit not in ("percent", "count") or made.aggregation not in ("sum", "distinct", "curve"):
        raise ValueError(f"{made.code}: unit or aggregation")
    if any(p.default not in p.options for p in made.params):
        raise ValueError(f"{made.code}: a default that is not offered")
    return made
