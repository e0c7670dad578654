"""What reach adds to the page of a body, and the page of an area with everything of all lines there."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import get_language

from lianxin.figures.catalogue import versions
from lianxin.figures.queries import Cell, cells
from lianxin.kit.actor import Actor
from lianxin.kit.dated import below
from lianxin.kit.refusals import Refused
from lianxin.kit.scope import Reach, Scope
from lianxin.places.models import AreaSpan, Site
from lianxin.registry.models import BodySpan, Line, OrganisationSpan, Term, Visit
from lianxin.registry.models.imports import Import, seen_on
from lianxin.registry.scoping import scope_on
from lianxin.registry.vocabulary import covered

from ..models import Application, InformalGroup, JoinCode, Renewal
from .foundings import FoundingLine, _lines, seen_by
from .network import VacantLine, vacant_chairs, vacant_count
from .renewals import ending_terms, open_renewal

VIEW_BODY, VIEW_AREA = "reach.view_body", "reach.view_area"
FIGURES = {
    "union": ("establishment_rate", "own_establishment_rate", "union_density", "collective_contract_coverage"),
    "league": ("new_org_league_coverage",),
    "women": ("women_network_coverage", "home_creation_rate"),
}
"""What is shown of an area beside the bodies of a line; other lines show none."""
FIRST = 30


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A cell of the coverage page, with the door to it."""

    label: str
    value: str
    detail: str
    state: str
    url: str


@dataclass(frozen=True, slots=True)
class BodyWork:
    """What waits at a body, and the figures of where it is."""

    id: int
    name: str
    area: str
    renewal: int
    needs_renewal: bool
    vacant: tuple[VacantLine, ...]
    applications: int
    codes: int
    requests: tuple[FoundingLine, ...]
    """Foundings that ask it for approval or are under way below it."""
    figures: tuple[FigureLine, ...]
    may_lead: bool
    may_answer: bool


@dataclass(frozen=True, slots=True)
class LineHere:
    """One line in an area."""

    code: str
    name: str
    organisations: int
    covered: int
    bodies: int
    elected: int
    ended: int
    vacant: int
    foundings: int
    renewals: int
    applications: int
    groups: int
    figures: tuple[FigureLine, ...]
    bodies_url: str
    uncovered_url: str

    @property
    def uncovered(self) -> int:
        return self.organisations - self.covered


@dataclass(frozen=True, slots=True)
class AreaWork:
    """Everything of all lines in an area on a day."""

    id: int
    name: str
    above: tuple[tuple[int, str], ...]
    inside: tuple[tuple[int, str], ...]
    organisations: int
    visited: int
    """Organisations visited within twelve months."""
    sites: tuple[tuple[int, str, str], ...]
    lines: tuple[LineHere, ...]
    foundings: tuple[FoundingLine, ...]


def figure_lines(area: int, line: str, actor: Actor, day: date) -> tuple[FigureLine, ...]:
    """Cells of the line's indicators for an area; none where the actor may not see figures or no snapshot is there."""
    if not actor.may("figures.view_cells", day):
        return ()
    scope, found = actor.scope("figures.view_cells", day), []
    for code in FIGURES.get(line, ()):
        try:
            cell = cells(code, areas=[area], on=day, actor_scope=scope)[0]
        except Refused:
            continue
        found.append(_figure(code, cell, day))
    return tuple(found)


def _figure(code: str, cell: Cell, day: date) -> FigureLine:
    definition = versions(code)[0].definition
    chinese = (get_language() or "").startswith("zh")
    is_rate = cell.denominator is not None
    state = (
        "shown" if cell.shown and cell.value is not None else "hidden" if cell.reason == "protected" else "undefined"
    )
    value = "" if cell.value is None else f"{cell.value:.1%}" if is_rate else f"{cell.value:,.0f}"
    detail = f"{cell.numerator:,} / {cell.denominator:,}" if state == "shown" and is_rate else ""
    query = urlencode({"indicator": code, "area": cell.area, "on": day.isoformat()})
    return FigureLine(
        definition.zh if chinese else definition.en, value, detail, state, f"{reverse('boards:coverage')}?{query}"
    )


def body_work(pk: int, actor: Actor, day: date) -> BodyWork | None:
    """What waits at a body within the scope."""
    scope = scope_on(actor, VIEW_BODY, day)
    spans = BodySpan.objects.filter(seen_on(day, Import.hidden()))
    span = spans.filter(body=pk).within(scope).select_related("body__line").first()
    if span is None:
        return None
    one = Scope(day, (Reach("body", ref=pk),))
    late = ending_terms(one, day).filter(body=pk).exists()
    area = AreaSpan.objects.on(day).filter(area=span.area_id).values_list("name", flat=True).first() or ""
    asked = seen_by(actor, day).filter(upper=pk).exclude(step__in=("registered", "stopped")).select_related("line")
    return BodyWork(
        id=pk,
        name=span.name,
        area=area,
        renewal=open_renewal(pk),
        needs_renewal=late,
        vacant=tuple(vacant_chairs(one)),
        applications=Application.objects.filter(body=pk, state="applied").count(),
        codes=JoinCode.objects.filter(body=pk, revoked_on=None, until__gt=day).count(),
        requests=tuple(_lines(list(asked[:FIRST]), actor, day)),
        figures=figure_lines(span.area_id, span.body.line.code, actor, day),
        may_lead=_reaches(pk, actor, "reach.lead_renewal", day),
        may_answer=_reaches(pk, actor, "reach.answer_applications", day),
    )


def _reaches(body: int, actor: Actor, act: str, day: date) -> bool:
    return BodySpan.objects.filter(seen_on(day, Import.hidden()), body=body).within(scope_on(actor, act, day)).exists()


def area_work(area: int, actor: Actor, day: date) -> AreaWork | None:
    """Everything of the actor's lines in an area within the scope."""
    scope = scope_on(actor, VIEW_AREA, day)
    span = AreaSpan.objects.on(day).filter(below(scope.area_paths), area=area).first()
    if span is None:
        return None
    hidden = Import.hidden()
    here = AreaSpan.objects.on(day).filter(below((span.path,))).values("area")
    firms = OrganisationSpan.objects.filter(seen_on(day, hidden), area__in=here)
    year_ago = date(day.year - 1, day.month, min(day.day, 28))
    visits = Visit.objects.filter(organisation=OuterRef("organisation"), visited_on__gt=year_ago, visited_on__lte=day)
    lines = [line for line in Line.objects.order_by("pk") if _on_line(scope, line.code, span.path)]
    total = firms.aggregate(
        all=Count("pk"),
        visited=Count("pk", filter=Exists(visits)),
        **{f"line_{line.pk}": Count("pk", filter=covered(day, hidden, line=line.code)) for line in lines},
    )
    sites = Site.objects.on(day).filter(area__in=here).order_by("kind", "name")
    inside = AreaSpan.objects.on(day).filter(parent=area).order_by("path").values_list("area", "name")
    below_here = Q(area__in=here)
    known = seen_by(actor, day).filter(below_here).exclude(step__in=("registered", "stopped")).select_related("line")
    return AreaWork(
        id=area,
        name=span.name,
        above=_above(span, scope, day),
        inside=tuple(inside),
        organisations=total["all"],
        visited=total["visited"],
        sites=tuple(sites.values_list("pk", "name", "kind")[:FIRST]),
        lines=tuple(_line_here(line, span, actor, day, (total["all"], total[f"line_{line.pk}"])) for line in lines),
        foundings=tuple(_lines(list(known.order_by("begun_on", "pk")[:FIRST]), actor, day)),
    )


def _above(span: AreaSpan, scope: Scope, day: date) -> tuple[tuple[int, str], ...]:
    from lianxin.places.models import Area

    ids = Area.ids_of(span.path)[:-1]
    rows = AreaSpan.objects.on(day).filter(below(scope.area_paths), area__in=ids).order_by("path")
    return tuple(rows.values_list("area", "name"))


def _on_line(scope: Scope, line: str, path: str) -> bool:
    return any(path.startswith(reached) for reached in scope.on_line(line).area_paths)


def _line_here(line: Line, span: AreaSpan, actor: Actor, day: date, counted: tuple[int, int]) -> LineHere:
    here = AreaSpan.objects.on(day).filter(below((span.path,))).values("area")
    spans = BodySpan.objects.filter(seen_on(day, Import.hidden()), body__line=line, area__in=here)
    running = Exists(Term.objects.on(day).filter(body=OuterRef("body")))
    bodies = spans.aggregate(all=Count("pk"), elected=Count("pk", filter=running))
    ids = spans.values("body")
    part = Scope(day, (Reach("area", path=span.path),))
    foundings = seen_by(actor, day).filter(line=line, area__in=here).exclude(step__in=("registered", "stopped"))
    query = urlencode({"line": line.code, "area": span.area_id})
    uncovered = urlencode({"covered": f"-{line.code}", "area": span.area_id})
    chinese = (get_language() or "").startswith("zh")
    return LineHere(
        code=line.code,
        name=line.name if chinese else line.name_en,
        organisations=counted[0],
        covered=counted[1],
        bodies=bodies["all"],
        elected=bodies["elected"],
        ended=bodies["all"] - bodies["elected"],
        vacant=vacant_count(part, line=line.code),
        foundings=foundings.count(),
        renewals=Renewal.objects.filter(body__in=ids).exclude(step__in=("done", "stopped")).count(),
        applications=Application.objects.filter(body__in=ids, state="applied").count(),
        groups=InformalGroup.objects.on(day).filter(line=line, area__in=here).count(),
        figures=figure_lines(span.area_id, line.code, actor, day),
        bodies_url=f"{reverse('registry:bodies')}?{query}",
        uncovered_url=f"{reverse('registry:organisations')}?{uncovered}",
    )
