"""A stored rule with all its versions and parameters, read once, to be asked for any day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from lianxin_methods.rules.params import ParamValue

from .lookup import around, to_scalar
from .models import ParameterValue, RuleVersion


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule says on a day, and the stored parameters it names."""

    code: str
    number: int
    text: str
    params: Mapping[str, ParamValue]


@dataclass(frozen=True)
class RuleHistory:
    """versions : those in force on some day.  values : of the parameters that any of them names."""

    code: str
    versions: tuple[RuleVersion, ...]
    values: tuple[ParamValue, ...]

    def on(self, day: date) -> RuleText | None:
        """The rule on a day; None where none is in force. The nearest jurisdiction's value wins."""
        held = [v for v in self.versions if v.valid_from <= day and (v.valid_until is None or day < v.valid_until)]
        if not held:
            return None
        text = held[-1].text
        named = [v for v in self.values if f'"{v.code}"' in text or f"'{v.code}'" in text]
        named = [v for v in named if v.valid_from <= day and (v.valid_until is None or day < v.valid_until)]
        params = {v.code: v for v in sorted(named, key=lambda v: len(v.jurisdiction))}
        return RuleText(self.code, held[-1].number, text, params)


def history_of(code: str) -> RuleHistory:
    """Two queries; no versions where there is no such rule."""
    versions = tuple(RuleVersion.objects.filter(rule__code=code, status="in_force").order_by("valid_from", "number"))
    if not versions:
        return RuleHistory(code, (), ())
    rows = ParameterValue.objects.filter(jurisdiction__in=around(settings.JURISDICTION)).select_related("parameter")
    values = tuple(
        ParamValue(
            code=row.parameter.code,
            value=to_scalar(row.parameter.kind, row.value),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            jurisdiction=row.jurisdiction,
        )
        for row in rows
        if any(row.parameter.code in version.text for version in versions)
    )
    return RuleHistory(code, versions, values)
