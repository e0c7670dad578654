"""What can be elected, and by which shares: shipped offices, dated parameters."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from lianxin.rules.lookup import params_on
from lianxin.rules.sources import source_words
from lianxin_methods.election import Terms

FILE = Path(__file__).parent / "data" / "elections" / "offices.yaml"
DEFAULTS = {"election.present_share": Fraction(2, 3), "election.votes_share": Fraction(1, 2)}
"""Where no parameter says otherwise."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many seats are usual. zh, en : what holds instead where there are none."""

    least: int
    most: int
    source: str
    zh: str = ""
    en: str = ""

    def __str__(self) -> str:
        """Such as 40–60, or what holds instead."""
        if not self.most:
            return self.zh if (get_language() or "zh").startswith("zh") else self.en
        return str(self.least) if self.least == self.most else f"{self.least}-{self.most}"


@dataclass(frozen=True, slots=True)
class Office:
    """Something people are elected to.

    post : title in the registry, empty for none. seats : a fixed number, 0 for any. shares : of whom there may be only
    so many, or must be more, by code. bars_relatives : close relatives of the employer's head cannot stand.
    """

    code: str
    zh: str
    en: str
    post: str
    excess: str
    seats: int = 0
    opens_term: bool = False
    bars_relatives: bool = False
    shares: dict[str, str] = field(default_factory=dict)
    sizes: tuple[dict[str, Any], ...] = ()

    def bars(self, line: str) -> bool:
        """Whether close relatives of the employer's head cannot stand: so the law on unions says, of unions."""
        return self.bars_relatives and line == "union"

    def usual(self, line: str, members: int) -> list[Size]:
        """What each table of the line says for so many members."""
        found = []
        for table in self.sizes:
            if table["line"] == line:
                row = next(r for r in table["rows"] if not r["upto"] or members <= r["upto"])
                said = row["least"], row["most"], source_words(table["source"])
                found.append(Size(*said, row.get("zh", ""), row.get("en", "")))
        return found


@cache
def offices() -> dict[str, Office]:
    """Every office by its code."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {row["code"]: Office(**{**row, "sizes": tuple(row.get("sizes", ()))}) for row in rows}


def shares_on(day: date, office: Office | None, kind: str) -> dict[str, Any]:
    """The shares an election is held by, each a fraction written out, with its source."""
    params = params_on(day)
    wanted = {"present": "election.present_share", "votes": "election.votes_share", "excess": ""}
    if kind == "recall":
        wanted |= {"votes": "recall.votes_share", "callers": "recall.callers_share"}
    elif office is not None and office.excess and kind in ("regular", "by_election"):
        wanted["excess"] = office.excess
    if office is not None and kind in ("regular", "by_election"):
        wanted |= office.shares
    if kind == "rating":
        wanted = {}
    found: dict[str, Any] = {}
    for name, code in wanted.items():
        param = params.get(code)
        share = Fraction(float(param.value)).limit_denominator(100) if param else DEFAULTS.get(code)  # type: ignore[arg-type]
        if share is not None:
            source = f"{param.source} {param.article}".strip() if param else ""
            found[name] = {"share": str(share), "source": source}
    return found


def share_of(terms: dict[str, Any], name: str) -> Fraction:
    """One share of an election; 0 where none was set."""
    return Fraction(terms.get(name, {}).get("share", "0"))


def terms_of(terms: dict[str, Any], *, seats: int, eligible: int) -> Terms:
    """The rules of an election, as the count takes them."""
    return Terms(
        seats=seats,
        eligible=eligible,
        present_share=share_of(terms, "present"),
        votes_share=share_of(terms, "votes"),
        base=terms.get("base", "eligible"),
    )


def least_candidates(terms: dict[str, Any], seats: int) -> int:
    """The fewest candidates for so many seats: the excess, rounded up to a whole person."""
    return seats + -int(-(share_of(terms, "excess") * seats) // 1)
