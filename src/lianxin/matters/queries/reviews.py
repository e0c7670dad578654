"""Periodic reviews as the list and one page show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lianxin.kit.scope import Scope

from ..models import Decision, Matter, Review, Round
from .followed import body_names, kinds_by_id, state_word
from .inspections import figures, latest_rate

VIEW, HOLD = "matters.view_reviews", "matters.hold_reviews"


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A meeting in a list."""

    id: int
    title: str
    body: str
    held_on: date
    next_on: date | None
    decisions: int
    open: int


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What was decided, and how far it is."""

    id: int
    matter: int
    text: str
    body: str
    due_on: date
    state_word: str
    is_open: bool
    is_problem: bool
    may_open: bool
    """Whether it lies in the reader's scope."""


@dataclass(frozen=True, slots=True)
class ReviewDetail:
    """One meeting for its reader. figures : as they stood then."""

    line: ReviewLine
    findings: str
    bodies: tuple[str, ...]
    round: tuple[int, str] | None
    figures: Mapping[str, float | int | None]
    decisions: tuple[DecisionLine, ...]


def review_lines(scope: Scope) -> list[ReviewLine]:
    """Meetings of the scope, the latest first: three queries."""
    rows = list(Review.objects.within(scope).order_by("-held_on", "-pk").prefetch_related("decisions__matter")[:100])
    names = body_names((row.body_id for row in rows), scope.day)
    return [_line(row, names) for row in rows]


def _line(row: Review, names: Mapping[int, str]) -> ReviewLine:
    decisions = list(row.decisions.all())
    is_open = sum(d.matter.is_open for d in decisions)
    body = names.get(row.body_id or 0, "")
    return ReviewLine(row.pk, row.title, body, row.held_on, row.next_on, len(decisions), is_open)


def review_detail(row: Review, scope: Scope) -> ReviewDetail:
    """One meeting with its decisions."""
    decisions = list(row.decisions.select_related("matter").order_by("due_on", "pk"))
    there = list(row.bodies.values_list("pk", flat=True))
    names = body_names([row.body_id, *there, *(d.body_id for d in decisions)], scope.day)
    kinds = kinds_by_id(d.matter.kind_id for d in decisions)
    ours = Matter.objects.filter(pk__in=[d.matter_id for d in decisions]).within(scope)
    opened = set(ours.values_list("pk", flat=True))
    return ReviewDetail(
        line=_line(row, names),
        findings=row.findings,
        bodies=tuple(names[pk] for pk in there if pk in names),
        round=Round.objects.within(scope).filter(pk=row.round_id or 0).values_list("pk", "title").first(),
        figures=row.figures,
        decisions=tuple(
            DecisionLine(
                id=d.pk,
                matter=d.matter_id,
                text=_text(d),
                body=names.get(d.body_id, ""),
                due_on=d.due_on,
                state_word=state_word(kinds[d.matter.kind_id], d.matter.state),
                is_open=d.matter.is_open,
                is_problem=d.matter.code == "rectification",
                may_open=d.matter_id in opened,
            )
            for d in decisions
        ),
    )


def _text(decision: Decision) -> str:
    """What was decided; nothing where the matter was shut since."""
    return "" if decision.matter.is_shut else decision.text


def figures_now(scope: Scope, at: datetime) -> dict[str, float | int | None]:
    """What a meeting has before it: frozen with its record."""
    found, latest = figures(scope, at), latest_rate(scope)
    known: dict[str, float | int | None] = {"open": found.open, "overdue": found.overdue, "major": found.major}
    if latest is not None:
        rate = latest[1]
        known |= {"rate": rate.value, "lower": rate.lower, "upper": rate.upper, "n": rate.n}
    return known
