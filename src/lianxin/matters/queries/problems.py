"""Own problems as lists, one page, Today and the public show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.scope import Scope
from lianxin.kit.waiting import WaitingLine

from ..inspection_words import SOURCES, word
from ..kinds import Kind
from ..models import Matter, OwnProblem
from ..operations.problems import look_on
from ..operations.published import may_change
from ..operations.reading import may_read, read_words
from ..operations.steps import steps_for
from .followed import Happened, body_names, clock_word, course_of, due_on, kinds_by_id, state_word

VIEW, MEND = "matters.view_problems", "matters.mend_problems"
STAGES = ("submitted", "planned", "mending", "to_check", "published", "closed")
MOST = 200
WAITING = 12


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem in a list."""

    id: int
    number: str
    title: str
    body: str
    source: str
    state: str
    state_word: str
    owner: str
    due_on: date | None
    due_for: str
    mend_by: date | None
    """The day that was set for the work."""
    published_at: datetime | None
    look_on: date | None
    relapses: int
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """The list, with how many stand where."""

    lines: tuple[ProblemLine, ...]
    open: int
    overdue: int
    to_check: int
    watched: int
    closed: int


@dataclass(frozen=True, slots=True)
class ProblemDetail:
    """One problem with everything on record that the reader may see."""

    line: ProblemLine
    words: str
    stage: int
    measure: str
    resources: str
    fallback: str
    evidence: str
    photos: tuple[str, ...]
    """Ids of the pictures that were handed in last."""
    handed_in_by: str
    checked_by: str
    public: tuple[str, str, str, str]
    """Title, problem, what was done, what the second look found."""
    source_matter: tuple[int, str] | None
    course: tuple[Happened, ...]
    steps: frozenset[str]
    """Codes of the steps that the reader may take now."""
    may_look: bool
    """The day of the second look has come."""
    may_correct: bool
    """Whether the reader may put right, or take off, what was published."""


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A problem as everybody reads it."""

    title: str
    body: str
    problem: str
    done: str
    published_on: date
    state: str
    """`watched`, `held` or `back`."""
    until: date
    result: str


def problem_rows(scope: Scope) -> "Sequence[OwnProblem]":
    """Problems of the scope, those due first."""
    rows = OwnProblem.objects.within(scope).select_related("matter", "owner", "handed_in_by", "checked_by")
    return list(rows.order_by("-matter__is_open", "matter__due_at", "-matter__arrived_at")[:MOST])


def problem_lines(rows: Sequence[OwnProblem], day: date) -> list[ProblemLine]:
    """Rows as lines: two queries."""
    kinds = kinds_by_id(row.matter.kind_id for row in rows)
    names = body_names((row.matter.body_id for row in rows), day)
    return [_line(row, kinds[row.matter.kind_id], names, day) for row in rows]


def _line(row: OwnProblem, kind: Kind, names: dict[int, str], day: date) -> ProblemLine:
    matter = row.matter
    due = due_on(matter)
    return ProblemLine(
        id=matter.pk,
        number=matter.number,
        title=matter.title,
        body=names.get(matter.body_id or 0, ""),
        source=word(SOURCES, row.source),
        state=matter.state,
        state_word=state_word(kind, matter.state),
        owner=(row.owner.label or row.owner.username) if row.owner else "",
        due_on=due,
        due_for=clock_word(kind, matter.due_clock),
        mend_by=row.due_on,
        published_at=row.published_at,
        look_on=look_on(row) if matter.is_open else None,
        relapses=row.relapses,
        is_overdue=matter.is_open and due is not None and due < day,
    )


def problem_page(scope: Scope, show: str = "") -> ProblemPage:
    """The list. show : open, overdue, to_check, watched or closed keeps those."""
    lines = problem_lines(problem_rows(scope), scope.day)
    sorts = {
        "open": [line for line in lines if line.state != "closed"],
        "overdue": [line for line in lines if line.is_overdue],
        "to_check": [line for line in lines if line.state == "to_check"],
        "watched": [line for line in lines if line.state == "published"],
        "closed": [line for line in lines if line.state == "closed"],
    }
    counts = {code: len(found) for code, found in sorts.items()}
    return ProblemPage(tuple(sorts.get(show, lines)), **counts)


def problem_detail(row: OwnProblem, actor: Actor, at: datetime) -> ProblemDetail:
    """One problem for its reader."""
    day = day_of(at)
    kind = kinds_by_id([row.matter.kind_id])[row.matter.kind_id]
    line = _line(row, kind, body_names([row.matter.body_id], day), day)
    is_reader = may_read(row.matter, actor, at)
    steps = {step.code for step in steps_for(row.matter, actor, at)} if is_reader else set()
    if actor.id in (row.owner_id, row.handed_in_by_id):
        steps -= {"pass", "fail", "close", "relapse"}
    origin = row.source_matter
    course = tuple(course_of(row.matter, kind, actor, at)) if is_reader else ()
    return ProblemDetail(
        line=line,
        words=read_words(matter=row.matter, actor=actor, at=at).text if is_reader else "",
        stage=STAGES.index(row.matter.state) + 1 if row.matter.state in STAGES else 1,
        measure=row.measure,
        resources=row.resources,
        fallback=row.fallback,
        evidence=row.evidence,
        photos=next((line.photos for line in reversed(course) if line.code == "hand_in"), ()),
        handed_in_by=_name(row.handed_in_by),
        checked_by=_name(row.checked_by),
        public=(row.public_title, row.public_problem, row.public_done, row.public_result),
        source_matter=(origin.pk, origin.number) if origin else None,
        course=course,
        steps=frozenset(steps),
        may_look=line.look_on is not None and line.look_on <= day,
        may_correct=may_change(row, actor, at),
    )


def _name(account: object) -> str:
    return str(getattr(account, "label", "") or getattr(account, "username", "")) if account else ""


def public_lines(day: date) -> list[PublicLine]:
    """What was mended and published, the latest first: two queries."""
    rows = list(OwnProblem.objects.published().select_related("matter").order_by("-published_at")[:MOST])
    names = body_names((row.matter.body_id for row in rows), day)
    return [
        PublicLine(
            title=row.public_title,
            body=names.get(row.matter.body_id or 0, ""),
            problem=row.public_problem,
            done=row.public_done,
            published_on=day_of(row.published_at),
            state=_public_state(row.matter),
            until=look_on(row) or day,
            result=row.public_result,
        )
        for row in rows
        if row.published_at
    ]


def _public_state(matter: Matter) -> str:
    if matter.state == "closed":
        return "held"
    return "watched" if matter.state == "published" else "back"


def problems_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """Problems whose work, check or second look is due soon."""
    if actor.kind != "account" or not actor.may(MEND, day):
        return []
    rows = OwnProblem.objects.within(actor.scope(MEND, day)).filter(matter__is_open=True)
    rows = rows.select_related("matter", "owner").order_by("matter__due_at", "pk")
    found = []
    for row, line in zip(picked := list(rows[: WAITING * 3]), problem_lines(picked, day), strict=True):
        is_mine = actor.id in (row.owner_id, row.handed_in_by_id)
        verb = _verb(line, is_mine=is_mine, day=day)
        if verb:
            url = reverse("matters:rectification", args=[line.id])
            detail = " · ".join(part for part in (line.body, line.state_word) if part)
            until = line.look_on if line.state == "published" else line.due_on
            found.append(WaitingLine(_("Own problem"), "checklist", line.title, detail, verb, url, until))
    return found[:WAITING]


def _verb(line: ProblemLine, *, is_mine: bool, day: date) -> str:
    """What somebody can do about it now; empty where it is somebody else's turn."""
    if line.state == "to_check":
        return "" if is_mine else _("Check it")
    if line.state == "published":
        soon = line.look_on is not None and (line.look_on - day).days <= 7
        return _("Look again") if soon and not is_mine else ""
    verbs = {"submitted": _("Set the plan"), "planned": pgettext("work", "Begin"), "mending": _("Hand in evidence")}
    return verbs.get(line.state, "")


def problem_of(pk: int, scope: Scope) -> OwnProblem | None:
    """A problem of the scope, with what its page needs."""
    rows = OwnProblem.objects.within(scope)
    return rows.select_related("matter", "owner", "handed_in_by", "checked_by", "source_matter").filter(pk=pk).first()


def found_matter(number: str, scope: Scope) -> Matter | None:
    """The matter of a number that a problem came from, inside the scope."""
    return Matter.objects.within(scope).filter(number=number.strip()).first() if number.strip() else None
