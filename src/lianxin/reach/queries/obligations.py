"""The obligations there are: what each says, where it comes from, whether it is on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lianxin.rules.catalogue import target_of
from lianxin.rules.lookup import RuleOn, language, params_on, rules_on
from lianxin.rules.models import StoredRule
from lianxin.rules.sources import source_words
from lianxin_methods.rules.params import ParamValue
from lianxin_methods.rules.text import sentence

from ..models import Obligation, ObligationVersion


@dataclass(frozen=True, slots=True)
class Half:
    """One of the two rules of an obligation: for whom, or what meets it."""

    code: str
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ObligationLine:
    """An obligation as it holds on a day (一项义务).

    severity : must is an obligation, may a hint.  limit : such as "6 个月", "" where none is set.
    """

    id: int
    code: str
    item: str
    title: str
    line: str
    target: str
    target_word: str
    severity: str
    is_on: bool
    source: str
    article: str
    where: str
    """Source and article as the reader reads them."""
    is_verified: bool
    doubt: str
    due: Half
    met: Half
    starts: str
    limit: str
    limit_source: str
    reason: str
    saved_by: str
    since: date

    @property
    def is_hint(self) -> bool:
        return self.severity == "may"


@dataclass(frozen=True, slots=True)
class PastVersion:
    """An earlier or later version of an obligation."""

    number: int
    valid_from: date
    valid_until: date | None
    is_on: bool
    reason: str
    saved_by: str


def obligation_lines(day: date, codes: Iterable[str] = ()) -> list[ObligationLine]:
    """Obligations with a version on the day, on or off, by line and number: a constant number of queries."""
    versions = ObligationVersion.objects.on(day).select_related("obligation")
    versions = versions.filter(obligation__code__in=list(codes)) if codes else versions
    found = list(versions.order_by("obligation__line", "obligation__item", "obligation__code"))
    wanted = {code for v in found for code in (v.due, v.met)}
    rules, params = rules_on(wanted, day), params_on(day)
    names = {code: (zh, en) for code, zh, en in _titles(wanted)}
    return [_line(v, rules, names, params.get(v.limit)) for v in found if v.due in rules and v.met in rules]


def _titles(codes: set[str]) -> Iterable[tuple[str, str, str]]:
    return StoredRule.objects.filter(code__in=codes).values_list("code", "title", "title_en")


def _line(
    v: ObligationVersion, rules: dict[str, RuleOn], names: dict[str, tuple[str, str]], limit: ParamValue | None
) -> ObligationLine:
    obligation, due, speech = v.obligation, rules[v.due], language()
    target = target_of(obligation.target)
    vocabulary = due.vocabulary

    def half(code: str) -> Half:
        zh, en = names[code]
        return Half(code, en if speech == "en" else zh, sentence(rules[code].node, vocabulary, speech))

    return ObligationLine(
        id=obligation.pk,
        code=obligation.code,
        item=obligation.item,
        title=title_of(obligation),
        line=obligation.line,
        target=obligation.target,
        target_word=str(target.label),
        severity=due.severity,
        is_on=v.is_on,
        source=due.source,
        article=due.article,
        where=source_words(due.source, due.article),
        is_verified=due.is_verified,
        doubt=v.doubt_en if speech == "en" else v.doubt,
        due=half(v.due),
        met=half(v.met),
        starts=vocabulary[v.starts].label(speech) if v.starts else "",
        limit=f"{limit.value} {limit.unit}" if limit else "",
        limit_source=source_words(limit.source) if limit else "",
        reason=v.reason,
        saved_by=v.saved_by,
        since=v.valid_from,
    )


def title_of(obligation: Obligation) -> str:
    """Its title in the reader's language."""
    return obligation.title_en if language() == "en" else obligation.title


def past_versions(obligation: Obligation) -> list[PastVersion]:
    """All versions, the newest first."""
    names = ("number", "valid_from", "valid_until", "is_on", "reason", "saved_by")
    return [PastVersion(*row) for row in obligation.versions.order_by("-number").values_list(*names)]
