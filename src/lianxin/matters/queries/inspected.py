"""What was noted at an organisation, as it is read afterwards."""

from dataclasses import dataclass
from datetime import date, datetime

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.scope import Scope

from ..checklists import CheckList, Item
from ..inspection_words import ANSWERS, GRADES, word
from ..models import CarriedOut, Finding, Listed
from ..needs import said
from ..operations.sides import acts_for
from .inspections import FindingLine, finding_lines, inspectors_of


@dataclass(frozen=True, slots=True)
class Answered:
    """One item of a check list with its answer. finding : id of what came of it, where the reader may open it."""

    label: str
    source: str
    answer: str
    is_bad: bool
    grade: str
    is_major: bool
    finding: int


@dataclass(frozen=True, slots=True)
class Inspected:
    """An inspection as it was entered; items handled in secret are left out, as they are of its answers."""

    round: tuple[int, str]
    carried_on: date
    inspectors: str
    met: str
    note: str
    parts: tuple[tuple[str, tuple[Answered, ...]], ...]
    findings: tuple[FindingLine, ...]

    @property
    def has_open(self) -> bool:
        """Whether the employer is still to be told of something."""
        return any(line.is_open for line in self.findings)


def inspected(held: Listed, scope: Scope, actor: Actor, at: datetime) -> Inspected | None:
    """What was noted there; None while nobody was there, and for whoever acts for that organisation.

    scope : where the reader may see findings.
    """
    carried = CarriedOut.objects.filter(listed=held).select_related("first", "second").first()
    if carried is None or acts_for(actor.id, held.organisation_id, day_of(at)):
        return None
    rows = list(Finding.objects.within(scope).filter(carried_out=carried).select_related("matter").order_by("pk"))
    known = {(row.list_code, row.item): row for row in rows}
    lists = [row.list for row in held.round.lists.order_by("-code")]
    return Inspected(
        round=(held.round_id, held.round.title),
        carried_on=carried.carried_on,
        inspectors=inspectors_of(carried),
        met=carried.met,
        note=carried.note,
        parts=tuple((said((checked.zh, checked.en)), _answers(carried, checked, known)) for checked in lists),
        findings=tuple(finding_lines(rows, scope.day)),
    )


def _answers(carried: CarriedOut, checked: CheckList, known: dict[tuple[str, str], Finding]) -> tuple[Answered, ...]:
    given = carried.answers.get(checked.code, {})
    items = [item for item in checked.items if item.code in given]
    return tuple(_answer(item, given[item.code], known.get((checked.code, item.code))) for item in items)


def _answer(item: Item, answer: str, found: Finding | None) -> Answered:
    grade = found.grade if found else item.grade
    return Answered(
        label=said((item.zh, item.en)),
        source=said((item.source, item.source_en)),
        answer=word(ANSWERS, answer),
        is_bad=answer == "bad",
        grade=word(GRADES, grade),
        is_major=grade == "major",
        finding=found.pk if found else 0,
    )
