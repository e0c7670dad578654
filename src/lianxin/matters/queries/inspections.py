"""Rounds, organisations on their lists and findings, as pages and Today show them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kit.actor import Actor
from lianxin.kit.clock import day_of
from lianxin.kit.scope import Scope
from lianxin.kit.templatetags.lx import listed
from lianxin.kit.waiting import WaitingLine
from lianxin.registry.queries.cards import last_names
from lianxin.registry.queries.places import area_names
from lianxin_methods.result import Estimate
from lianxin_methods.rounds.hit_rate import Seen, hit_rate

from ..clocks import Entered
from ..inspection_words import FAMILIES, GRADES, REASONS, ROUND_STATES, word
from ..kinds import Kind, Step
from ..models import CarriedOut, Finding, Listed, Round, StoredList
from ..needs import said
from ..operations.happening import reckoning, story
from ..operations.inspections import HANDLE, RECORD
from ..operations.reading import may_read, read_words
from ..operations.sides import acts_for
from ..operations.steps import has_worked_on, steps_for, steps_with
from .followed import A_MOMENT, Happened, body_names, clock_word, course_of, due_on, kinds_by_id, state_word

VIEW, PLAN = "matters.view_inspections", "matters.plan_rounds"
WITH_ALL = (
    "matter__kind",
    "matter__area",
    "carried_out__listed__round",
    "carried_out__first",
    "carried_out__second",
)
"""What a page or a sheet of a finding reads beside it."""
MOST = 300
WAITING = 12


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round in a list."""

    id: int
    title: str
    area: str
    state: str
    state_word: str
    starts_on: date
    ends_on: date
    listed: int
    inspected: int


@dataclass(frozen=True, slots=True)
class ListedLine:
    """An organisation on the list of a round."""

    id: int
    organisation: int
    name: str
    chance: str
    """Of being drawn, with as many digits as say something; empty where the list was chosen by hand."""
    reasons: tuple[str, ...]
    state: str
    state_word: str
    carried_on: date | None
    inspectors: str
    findings: int


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding in a list."""

    id: int
    title: str
    organisation: str
    family: str
    grade: str
    grade_word: str
    state: str
    state_word: str
    body: str
    due_on: date | None
    due_for: str
    mend_by: date | None
    is_open: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What the findings of a scope come to."""

    open: int
    overdue: int
    to_recheck: int
    major: int


@dataclass(frozen=True, slots=True)
class RoundDetail:
    """One round for its reader. listed : empty for a partner body, who sees its own findings only."""

    line: RoundLine
    listed: tuple[ListedLine, ...]
    findings: tuple[FindingLine, ...]
    rate: Estimate | None
    """Share of the frame with a finding; None where the list was chosen by hand, or for a partner body."""
    frame_size: int
    certain: int
    seed: int | None
    method: str
    lists: tuple[str, ...]
    partners: tuple[tuple[str, str], ...]
    """Name of a body, families whose findings go to it."""
    is_led: bool


@dataclass(frozen=True, slots=True)
class FindingDetail:
    """One finding for its reader. steps : code and word of those the reader may take now."""

    line: FindingLine
    words: str
    source: str
    inspectors: str
    carried_on: date
    listed: int
    """Id of the organisation on the list of the round."""
    round: tuple[int, str]
    course: tuple[Happened, ...]
    steps: tuple[tuple[str, str], ...]
    prompts: tuple[tuple[str, str], ...]
    """Duties that the law names, with their articles; for a major hazard."""
    worked_on_it: bool


def round_lines(rows: Sequence[Round], day: date) -> list[RoundLine]:
    """Rounds as lines: three queries."""
    counts = Listed.objects.filter(round__in=[r.pk for r in rows]).values("round")
    rows_of = counts.annotate(n=Count("pk"), done=Count("carried_out")).values_list("round", "n", "done")
    found = {pk: (n, done) for pk, n, done in rows_of}
    areas = area_names({r.area_id for r in rows}, day)
    return [
        RoundLine(
            id=r.pk,
            title=r.title,
            area=areas[r.area_id].name if r.area_id in areas else "",
            state=r.state,
            state_word=word(ROUND_STATES, r.state),
            starts_on=r.starts_on,
            ends_on=r.ends_on,
            listed=found.get(r.pk, (0, 0))[0],
            inspected=found.get(r.pk, (0, 0))[1],
        )
        for r in rows
    ]


def rounds_in(scope: Scope) -> list[RoundLine]:
    """Rounds of the scope, the latest first."""
    return round_lines(list(Round.objects.within(scope).order_by("-starts_on", "-pk")[:50]), scope.day)


def figures(scope: Scope, at: datetime) -> Figures:
    """Open findings, overdue, waiting for a re-check, major ones: one query."""
    found = Finding.objects.within(scope).aggregate(
        open=Count("pk", filter=Q(matter__is_open=True)),
        overdue=Count("pk", filter=Q(matter__is_open=True, matter__due_at__lt=at)),
        to_recheck=Count("pk", filter=Q(matter__state="to_recheck")),
        major=Count("pk", filter=Q(matter__is_open=True, grade="major")),
    )
    return Figures(**found)


def findings_in(scope: Scope, *, show: str = "open", at: datetime, round: int = 0) -> list[FindingLine]:
    """Findings of the scope, due first. show : open, overdue, to_recheck, major or all."""
    rows = Finding.objects.within(scope).select_related("matter")
    if round:
        rows = rows.filter(carried_out__listed__round=round)
    kept = {
        "open": Q(matter__is_open=True),
        "overdue": Q(matter__is_open=True, matter__due_at__lt=at),
        "to_recheck": Q(matter__state="to_recheck"),
        "major": Q(matter__is_open=True, grade="major"),
    }
    rows = rows.filter(kept[show]) if show in kept else rows
    return finding_lines(list(rows.order_by("-matter__is_open", "matter__due_at", "pk")[:MOST]), scope.day)


def finding_lines(rows: Sequence[Finding], day: date) -> list[FindingLine]:
    """Findings as lines: three queries, one more where titles are said in English."""
    kinds = kinds_by_id(r.matter.kind_id for r in rows)
    names = last_names(r.matter.organisation_id for r in rows if r.matter.organisation_id)
    bodies = body_names((r.matter.body_id for r in rows), day)
    titles = finding_titles(rows)
    return [_finding(r, kinds[r.matter.kind_id], names, bodies, titles[r.pk], day) for r in rows]


def finding_titles(rows: Sequence[Finding]) -> dict[int, str]:
    """What findings are called in the reader's language: by their item, unless somebody gave them another title."""
    if said(("zh", "")):
        return {row.pk: row.matter.title for row in rows}
    lists = StoredList.objects.filter(code__in={row.list_code for row in rows})
    english = {(stored.code, item.zh[:120]): item.en for stored in lists for item in stored.list.items}
    return {row.pk: english.get((row.list_code, row.matter.title), row.matter.title) for row in rows}


def _finding(
    row: Finding, kind: Kind, names: dict[int, str], bodies: dict[int, str], title: str, day: date
) -> FindingLine:
    matter, due = row.matter, due_on(row.matter)
    return FindingLine(
        id=row.pk,
        title=title,
        organisation=names.get(matter.organisation_id or 0, ""),
        family=word(FAMILIES, row.family),
        grade=row.grade,
        grade_word=word(GRADES, row.grade),
        state=matter.state,
        state_word=state_word(kind, matter.state),
        body=bodies.get(matter.body_id or 0, ""),
        due_on=due,
        due_for=clock_word(kind, matter.due_clock),
        mend_by=row.mend_by,
        is_open=matter.is_open,
        is_overdue=matter.is_open and due is not None and due < day,
    )


def rate_of(held: Round) -> Estimate | None:
    """The share of the frame with a finding; None where the list was chosen by hand."""
    if held.way != "drawn":
        return None
    rows = list(CarriedOut.objects.filter(listed__round=held).values_list("listed__probability", "is_hit"))
    by_lot = held.listed.filter(probability__lt=1).count()
    chances = np.array([p for p, _hit in rows], dtype=np.float64)
    hits = np.array([hit for _p, hit in rows], dtype=np.bool_)
    return hit_rate(Seen(hits, chances, held.frame_size, held.certain, by_lot))


def latest_rate(scope: Scope) -> tuple[RoundLine, Estimate] | None:
    """The share of the latest drawn round led in the scope in which somebody was inspected."""
    begun = CarriedOut.objects.filter(listed__round=OuterRef("pk"))
    rows = Round.objects.led_within(scope).filter(Exists(begun), way="drawn").order_by("-starts_on", "-pk")
    held = rows.first()
    found = rate_of(held) if held else None
    return (round_lines([held], scope.day)[0], found) if held and found else None


def round_detail(held: Round, scope: Scope, at: datetime) -> RoundDetail:
    """One round for its reader."""
    is_led = Round.objects.led_within(scope).filter(pk=held.pk).exists()
    partners = list(held.partners.order_by("pk"))
    names = body_names((p.body_id for p in partners), scope.day)
    return RoundDetail(
        line=round_lines([held], scope.day)[0],
        listed=tuple(listed_lines(held.listed.order_by("pk"))) if is_led else (),
        findings=tuple(findings_in(scope, show="all", at=at, round=held.pk)),
        rate=rate_of(held) if is_led else None,
        frame_size=held.frame_size,
        certain=held.certain,
        seed=held.seed,
        method=held.method,
        lists=tuple(said((row.list.zh, row.list.en)) for row in held.lists.order_by("-code")),
        partners=tuple((names.get(p.body_id, ""), listed(word(FAMILIES, f) for f in p.families)) for p in partners),
        is_led=is_led,
    )


def listed_lines(found: Iterable[Listed]) -> list[ListedLine]:
    """Organisations on a list: four queries."""
    rows = list(found.select_related("matter", "carried_out__first", "carried_out__second"))  # type: ignore[attr-defined]
    names = last_names(r.organisation_id for r in rows)
    kinds = kinds_by_id(r.matter.kind_id for r in rows if r.matter)
    counted = Finding.objects.filter(carried_out__listed__in=[r.pk for r in rows]).values("carried_out__listed")
    findings = dict(counted.annotate(n=Count("pk")).values_list("carried_out__listed", "n"))
    return [_listed(r, names, kinds, findings.get(r.pk, 0)) for r in rows]


def _listed(row: Listed, names: dict[int, str], kinds: dict[int, Kind], findings: int) -> ListedLine:
    carried = getattr(row, "carried_out", None)
    return ListedLine(
        id=row.pk,
        organisation=row.organisation_id,
        name=names.get(row.organisation_id, ""),
        chance=chance_word(row.probability),
        reasons=tuple(word(REASONS, code) for code in row.reasons),
        state=row.matter.state if row.matter else "",
        state_word=state_word(kinds[row.matter.kind_id], row.matter.state) if row.matter else "",
        carried_on=carried.carried_on if carried else None,
        inspectors=inspectors_of(carried) if carried else "",
        findings=findings,
    )


def chance_word(probability: float | None) -> str:
    """0.2 -> 20.0%, 0.000386 -> 0.039%; never 0.0% for what can happen."""
    if probability is None:
        return ""
    digits = 1 if probability >= 0.01 else 1 - math.floor(math.log10(probability * 100))
    return f"{probability:.{digits}%}"


def inspectors_of(carried: CarriedOut) -> str:
    """The two who went."""
    second = (carried.second.label or carried.second.username) if carried.second else carried.second_name
    return listed((carried.first.label or carried.first.username, second))


def finding_detail(row: Finding, actor: Actor, at: datetime) -> FindingDetail:
    """One finding for its reader."""
    matter, carried = row.matter, row.carried_out
    kind = kinds_by_id([matter.kind_id])[matter.kind_id]
    is_reader = may_read(matter, actor, at)
    is_major = row.grade == "major"
    steps = _steps(row, actor, at)
    return FindingDetail(
        line=finding_lines([row], day_of(at))[0],
        words=read_words(matter=matter, actor=actor, at=at).text if is_reader else "",
        source=source_of(row),
        inspectors=inspectors_of(carried),
        carried_on=carried.carried_on,
        listed=carried.listed_id,
        round=(carried.listed.round_id, carried.listed.round.title),
        course=tuple(course_of(matter, kind, actor, at)) if is_reader else (),
        steps=tuple((s.code, said((s.zh, s.en))) for s in steps if s.code != "report_major" or is_major),
        prompts=tuple((said(duty[:2]), said(duty[2:])) for duty in kind.prompts) if is_major else (),
        worked_on_it=has_worked_on(matter, actor),
    )


def source_of(row: Finding) -> str:
    """The rule that the item of the check list names."""
    checked = next((s.list for s in row.carried_out.listed.round.lists.all() if s.code == row.list_code), None)
    item = checked.item(row.item) if checked else None
    return said((item.source, item.source_en)) if item else ""


def _steps(row: Finding, actor: Actor, at: datetime) -> list[Step]:
    """Steps that the reader may take now, or could once taken on by the act of findings."""
    matter, day = row.matter, day_of(at)
    found = steps_for(matter, actor, at)
    if found or acts_for(actor.id, matter.accused_id, day):
        return found
    if not Finding.objects.within(actor.scope(HANDLE, day)).filter(pk=row.pk).exists():
        return []
    roles = {"handler"} if has_worked_on(matter, actor) else {"handler", "verifier"}
    return steps_with(matter, frozenset(roles), at)


def clocks_begun(row: Finding, step: Step, at: datetime) -> list[tuple[str, date, str]]:
    """Clocks that a step would start if it were taken now: for what, their last day, by which source."""
    matter = row.matter
    kind, told = matter.kind.kind, [*story(matter), Entered(step.target, at)]
    found = []
    for standing in reckoning(matter).standings(kind, told, at):
        if standing.started_at != at or standing.due_at is None:
            continue
        amount = standing.clock.amount_in(matter.area.code)
        name, source = said((standing.clock.zh, standing.clock.en)), said((amount.source, amount.source_en))
        found.append((name, day_of(standing.due_at - A_MOMENT), source))
    return found


def finding_of(pk: int, scope: Scope) -> Finding | None:
    """A finding of the scope, with what its page needs."""
    return Finding.objects.within(scope).select_related(*WITH_ALL).filter(pk=pk).first()


def listed_of(pk: int, scope: Scope) -> Listed | None:
    """An organisation on a list whose inspection lies in the scope."""
    rows = Listed.objects.filter(round__in=Round.objects.led_within(scope).values("pk"))
    return rows.select_related("round", "matter").filter(pk=pk).first()


def inspections_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """Findings whose next step is due, and organisations still to be inspected in a round that ends soon."""
    if actor.kind != "account":
        return []
    return [*_findings_waiting(actor, day), *_rounds_waiting(actor, day)]


def _findings_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    if not actor.may(HANDLE, day):
        return []
    rows = Finding.objects.within(actor.scope(HANDLE, day)).open().select_related("matter")
    rows = rows.filter(matter__state__in=("submitted", "answered", "to_recheck", "notified", "mending"))
    verbs = {"submitted": _("Give notice"), "answered": _("Agree on the work"), "to_recheck": _("Check again")}
    picked = list(rows.order_by("matter__due_at", "pk")[: WAITING * 3])
    found = []
    for row, line in zip(picked, finding_lines(picked, day), strict=True):
        if acts_for(actor.id, row.matter.accused_id, day):
            continue
        if line.state == "to_recheck" and has_worked_on(row.matter, actor):
            continue
        if line.state not in verbs and not line.is_overdue:
            continue
        detail = " · ".join(part for part in (line.organisation, line.grade_word, line.state_word) if part)
        url = reverse("matters:finding", args=[line.id])
        verb = verbs.get(line.state, _("Follow up"))
        found.append(WaitingLine(_("Inspection"), "clipboard-search", line.title, detail, verb, url, line.due_on))
    return found[:WAITING]


def _rounds_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    if not actor.may(RECORD, day):
        return []
    rows = list(Round.objects.led_within(actor.scope(RECORD, day)).filter(state="open").order_by("ends_on")[:5])
    found = []
    for line in round_lines(rows, day):
        left = line.listed - line.inspected
        if left > 0:
            detail = _("%(left)s of %(n)s still to be inspected") % {"left": left, "n": line.listed}
            url = reverse("matters:round", args=[line.id])
            verb = _("Open the list")
            found.append(WaitingLine(_("Inspection"), "list-check", line.title, detail, verb, url, line.ends_on))
    return found
