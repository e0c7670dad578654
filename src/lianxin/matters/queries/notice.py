"""What an employer is told in writing after an inspection (检查情况告知单): one sheet of each body that follows up."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.scope import Scope

from ..models import Finding, Listed
from ..operations.reading import may_read, read_words
from ..operations.sides import acts_for
from .inspections import WITH_ALL, FindingLine, clocks_begun, finding_lines, inspectors_of, source_of


@dataclass(frozen=True, slots=True)
class Told:
    """One finding on the sheet. answer_by : last day of the employer's answer, as counted from today or from notice."""

    line: FindingLine
    words: str
    source: str
    answer_by: date | None


@dataclass(frozen=True, slots=True)
class Notice:
    """One sheet: who tells whom, of which inspection, and what was found."""

    body: str
    organisation: str
    round: str
    carried_on: date
    inspectors: str
    told: tuple[Told, ...]


def notices(held: Listed, scope: Scope, actor: Actor, at: datetime) -> list[Notice]:
    """The sheets of an inspection that a reader may print: open findings of the scope that the reader may read.

    None for whoever acts for that organisation. scope : where the reader may see findings.
    """
    if acts_for(actor.id, held.organisation_id, day_of(at)):
        return []
    rows = Finding.objects.within(scope).open().filter(carried_out__listed=held).order_by("pk")
    picked = list(rows.select_related(*WITH_ALL))
    sheets: dict[str, list[Told]] = defaultdict(list)
    for row, line in zip(picked, finding_lines(picked, scope.day), strict=True):
        if may_read(row.matter, actor, at):
            sheets[line.body].append(_told(row, line, actor, at))
    return [_notice(picked[0], body, told) for body, told in sheets.items()]


def _told(row: Finding, line: FindingLine, actor: Actor, at: datetime) -> Told:
    words = read_words(matter=row.matter, actor=actor, at=at).text
    last = line.due_on if line.state == "notified" else None
    if line.state == "submitted":
        begun = clocks_begun(row, row.matter.kind.kind.step("notify"), at)
        last = begun[0][1] if begun else None
    return Told(line, words, source_of(row), last)


def _notice(row: Finding, body: str, told: list[Told]) -> Notice:
    carried = row.carried_out
    return Notice(
        body=body,
        organisation=told[0].line.organisation,
        round=carried.listed.round.title,
        carried_on=carried.carried_on,
        inspectors=inspectors_of(carried),
        told=tuple(told),
    )
