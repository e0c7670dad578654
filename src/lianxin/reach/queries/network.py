"""The network pattern read off the tree of bodies, and what it lacks: areas and sites without a body, vacant chairs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianxin.kit.actor import Actor
from lianxin.kit.scope import Scope
from lianxin.kit.waiting import WaitingLine
from lianxin.places.models import AreaSpan, Scheme, Site
from lianxin.registry.models import BodySpan, Line, Post, Term
from lianxin.registry.models.imports import Import, seen_on
from lianxin.registry.queries.places import UNKNOWN, AreaName, area_names
from lianxin.registry.scoping import scope_on
from lianxin.registry.words import POST_TITLES, word

from ..clocks import Clocks
from ..models import InformalGroup, Pattern
from ..words import GROUP_KINDS, SITE_KINDS

VIEW, CHANGE = "reach.view_network", "reach.change_network"
LEADS = ("chair", "secretary")
"""Posts without which a body has nobody at its head."""
MOST = 300
FEW, WAITING = 2, 5
"""So many vacancies are named one by one on Today where they are late already, and where they soon will be."""
SOON = timedelta(days=31)
KIND_OF_AREA = {"union": "union_association", "league": "league_general_branch", "women": "women_federation"}
"""The kind proposed for a new body of an area, by line; others choose themselves."""


@dataclass(frozen=True, slots=True)
class PartCount:
    """One number of the pattern."""

    label: str
    key: str
    """`level:community`, `site:park` or `rest`."""
    bodies: int
    elected: int
    """Bodies with a running term; for the rest, with the informal groups, as many as count."""
    wanted: int | None
    """How many areas or sites there are; None where nobody says how many there should be."""
    groups: int = 0

    @property
    def missing(self) -> int:
        """Areas or sites without an elected body."""
        return max(0, self.wanted - self.elected) if self.wanted is not None else 0


@dataclass(frozen=True, slots=True)
class LinePattern:
    """The network of a line on a day."""

    line: str
    name: str
    parts: tuple[PartCount, ...]
    is_set: bool
    """Whether somebody set the pattern; else it follows the levels of the areas."""

    @property
    def written(self) -> str:
        """1+10+95+N, with N in figures."""
        counted = "+".join(str(p.bodies) for p in self.parts if p.key != "rest")
        rest = next((p.bodies + p.groups for p in self.parts if p.key == "rest"), None)
        return counted if rest is None else f"{counted}+N" if counted else "N"

    @property
    def n(self) -> int | None:
        return next((p.bodies + p.groups for p in self.parts if p.key == "rest"), None)

    @property
    def missing(self) -> int:
        return sum(p.missing for p in self.parts)


@dataclass(frozen=True, slots=True)
class MissingLine:
    """An area or a site without an elected body, and the address that mends it."""

    name: str
    area: AreaName
    line: str
    body: int
    """A body that is there but has outlived its term; 0 for none."""
    body_name: str
    url: str


@dataclass(frozen=True, slots=True)
class VacantLine:
    """A head post that nobody holds."""

    body: int
    name: str
    area: AreaName
    title: str
    post: int
    since: date
    due_on: date | None


@dataclass(frozen=True, slots=True)
class GroupLine:
    id: int
    name: str
    kind: str
    area: AreaName
    site: str
    people: int | None
    since: date

    @property
    def kind_word(self) -> str:
        return word(GROUP_KINDS, self.kind)


def level_words() -> dict[str, str]:
    """Levels of the primary scheme from the top down, in the reader's language."""
    scheme = Scheme.objects.filter(is_primary=True).first()
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    return {level["code"]: level.get(language) or level["code"] for level in (scheme.levels if scheme else [])}


def parts_on(line: Line, day: date, levels: Iterable[str]) -> tuple[list[dict[str, Any]], bool]:
    """The pattern set for a line, else one part a level and all the rest; and whether it was set."""
    found = Pattern.objects.on(day).filter(line=line).first()
    if found is not None:
        return list(found.parts), True
    return [*({"level": code} for code in levels), {"rest": True}], False


def _spans(scope: Scope) -> "QuerySet[BodySpan]":
    return BodySpan.objects.filter(seen_on(scope.day, Import.hidden())).within(scope)


def _areas(scope: Scope) -> "QuerySet[AreaSpan]":
    from lianxin.kit.dated import below

    return AreaSpan.objects.on(scope.day).filter(below(scope.area_paths), area__scheme__is_primary=True)


def patterns(scope: Scope) -> list[LinePattern]:
    """The network of every line within the scope: a constant number of queries a line."""
    day, levels = scope.day, level_words()
    english = not (get_language() or "").startswith("zh")
    found = []
    for line in Line.objects.order_by("pk"):
        part = scope.on_line(line.code)
        if not part.area_paths:
            continue
        parts, is_set = parts_on(line, day, levels)
        name = line.name_en if english else line.name
        found.append(LinePattern(line.code, name, tuple(_counted(parts, line, part, levels)), is_set))
    return found


def _counted(parts: list[dict[str, Any]], line: Line, scope: Scope, levels: Mapping[str, str]) -> list[PartCount]:
    day = scope.day
    running = Exists(Term.objects.on(day).filter(body=OuterRef("body")))
    spans = _spans(scope).filter(body__line=line)
    areas = dict(_areas(scope).values_list("area", "level"))
    by_area: dict[str, dict[str, set[int]]] = {"all": defaultdict(set), "elected": defaultdict(set)}
    for area, elected in spans.filter(form="area").annotate(runs=running).values_list("area", "runs"):
        level = areas.get(area, "")
        by_area["all"][level].add(area)
        if elected:
            by_area["elected"][level].add(area)
    sites = _bodies_at_sites(spans, running)
    found = []
    for part in parts:
        if "level" in part:
            level = part["level"]
            count, with_term = len(by_area["all"][level]), len(by_area["elected"][level])
            wanted = sum(1 for code in areas.values() if code == level)
            if not wanted and not count:  # a level above the scope
                continue
            found.append(PartCount(levels.get(level, level), f"level:{level}", count, with_term, wanted))
        elif "site" in part:
            kind = part["site"]
            count, with_term = sites.get(kind, (0, 0))
            wanted = Site.objects.on(day).filter(kind=kind).within(scope).count()  # type: ignore[attr-defined]
            found.append(PartCount(word(SITE_KINDS, kind), f"site:{kind}", count, with_term, wanted))
        else:
            found.append(_rest(parts, spans, running, line, scope, sites))
    return found


def _bodies_at_sites(spans: "QuerySet[BodySpan]", running: Exists) -> dict[str, tuple[int, int]]:
    rows = spans.filter(form="site").exclude(site=None).annotate(runs=running)
    all_sites: dict[str, set[int]] = defaultdict(set)
    elected: dict[str, set[int]] = defaultdict(set)
    for site, kind, runs in rows.values_list("site", "site__kind", "runs"):
        all_sites[kind].add(site)
        if runs:
            elected[kind].add(site)
    return {kind: (len(found), len(elected[kind])) for kind, found in all_sites.items()}


def _rest(
    parts: list[dict[str, Any]],
    spans: "QuerySet[BodySpan]",
    running: Exists,
    line: Line,
    scope: Scope,
    sites: Mapping[str, tuple[int, int]],
) -> PartCount:
    named = sum(sites.get(part["site"], (0, 0))[0] for part in parts if "site" in part)
    bodies = spans.exclude(form="area").count() - named
    elected = spans.exclude(form="area").annotate(runs=running).filter(runs=True).count()
    groups = InformalGroup.objects.on(scope.day).filter(line=line).within(scope).count()  # type: ignore[attr-defined]
    return PartCount(_("Other bodies and groups (N)"), "rest", bodies, elected, None, groups)


def missing_lines(line: Line, key: str, scope: Scope) -> list[MissingLine]:
    """Areas of a level, or sites of a kind, without an elected body; each with the address that mends it."""
    what, _sep, code = key.partition(":")
    if what == "level":
        return _missing_areas(line, code, scope)
    return _missing_sites(line, code, scope) if what == "site" else []


def _missing_areas(line: Line, level: str, scope: Scope) -> list[MissingLine]:
    areas = dict(_areas(scope).filter(level=level).order_by("path").values_list("area", "name"))
    running = Exists(Term.objects.on(scope.day).filter(body=OuterRef("body")))
    spans = _spans(scope).filter(body__line=line, form="area", area__in=areas).annotate(runs=running)
    rows = list(spans.values_list("area", "body", "name", "runs"))
    elected = {area for area, _body, _name, runs in rows if runs}
    late = {area: (body, name) for area, body, name, runs in rows if not runs}
    names = area_names(set(areas) - elected, scope.day)
    found = []
    for area, name in areas.items():
        if area in elected:
            continue
        body, body_name = late.get(area, (0, ""))
        given = {"line": line.code, "form": "area", "area": area, "name": f"{name}{line.name}"}
        url = _mending(body, {**given, "kind": KIND_OF_AREA.get(line.code, "")})
        found.append(MissingLine(name, names.get(area, UNKNOWN), line.code, body, body_name, url))
    return found[:MOST]


def _missing_sites(line: Line, kind: str, scope: Scope) -> list[MissingLine]:
    sites = list(Site.objects.on(scope.day).filter(kind=kind).within(scope).order_by("name", "pk"))  # type: ignore[attr-defined]
    running = Exists(Term.objects.on(scope.day).filter(body=OuterRef("body")))
    spans = _spans(scope).filter(body__line=line, form="site", site__in=[s.pk for s in sites]).annotate(runs=running)
    rows = list(spans.values_list("site", "body", "name", "runs"))
    elected = {site for site, _body, _name, runs in rows if runs}
    late = {site: (body, name) for site, body, name, runs in rows if not runs}
    wanted = [site for site in sites if site.pk not in elected][:MOST]
    names = area_names({site.area_id for site in wanted}, scope.day)
    found = []
    for site in wanted:
        body, body_name = late.get(site.pk, (0, ""))
        given = {"line": line.code, "form": "site", "site": site.pk, "area": site.area_id}
        url = _mending(body, {**given, "name": f"{site.name}{line.name}"})
        found.append(MissingLine(site.name, names.get(site.area_id, UNKNOWN), line.code, body, body_name, url))
    return found


def _mending(body: int, given: dict[str, Any]) -> str:
    """To the renewal of a body that is there, else to a founding with all that is known filled in."""
    if body:
        return reverse("reach:start_renewal", args=[body])
    return f"{reverse('reach:start_founding')}?{urlencode({k: v for k, v in given.items() if v})}"


def vacant_chairs(scope: Scope, *, line: str = "", limit: int = MOST) -> list[VacantLine]:
    """Head posts nobody holds, the longest vacant first."""
    spans = _spans(scope)
    spans = spans.filter(body__line__code=line) if line else spans
    posts = Post.objects.on(scope.day).filter(title__in=LEADS, person=None, body__in=spans.values("body"))
    rows = list(posts.order_by("valid_from", "pk")[:limit])
    shown = {s.body_id: s for s in spans.filter(body__in=[p.body_id for p in rows])}
    names = area_names({s.area_id for s in shown.values()}, scope.day)
    clocks = Clocks.on(scope.day)
    return [
        VacantLine(
            body=p.body_id,
            name=shown[p.body_id].name,
            area=names.get(shown[p.body_id].area_id, UNKNOWN),
            title=word(POST_TITLES, p.title),
            post=p.pk,
            since=p.valid_from,
            due_on=clocks.months("post.vacancy_months", p.valid_from),
        )
        for p in rows
        if p.body_id in shown
    ]


def vacant_count(scope: Scope, *, line: str = "") -> int:
    """How many head posts nobody holds."""
    spans = _spans(scope).filter(body__line__code=line) if line else _spans(scope)
    return Post.objects.on(scope.day).filter(title__in=LEADS, person=None, body__in=spans.values("body")).count()


def group_lines(scope: Scope, *, line: str = "", area: int = 0) -> list[GroupLine]:
    """Informal groups of the scope by name."""
    found = InformalGroup.objects.on(scope.day).within(scope)  # type: ignore[attr-defined]
    found = found.filter(line__code=line) if line else found
    found = found.filter(area=area) if area else found
    rows = list(found.select_related("site").order_by("name", "pk")[:MOST])
    names = area_names({g.area_id for g in rows}, scope.day)
    return [
        GroupLine(
            id=g.pk,
            name=g.name,
            kind=g.kind,
            area=names.get(g.area_id, UNKNOWN),
            site=g.site.name if g.site else "",
            people=g.people,
            since=g.valid_from,
        )
        for g in rows
    ]


def network_waiting(actor: Actor, day: date) -> list[WaitingLine]:
    """Chairs that soon will have been vacant too long; those that were, one by one or as a number with its list."""
    if not actor.may("registry.change_body", day):
        return []
    scope = scope_on(actor, "registry.change_body", day)
    rows = [row for row in vacant_chairs(scope) if row.due_on]
    soon = day + SOON
    late, ahead = ([row for row in rows if (row.due_on < day) is is_late] for is_late in (True, False))  # type: ignore[operator]
    if len(late) <= FEW:
        return _to_fill([*late, *(row for row in ahead[:WAITING] if row.due_on and row.due_on <= soon)])
    long_ago = WaitingLine(
        kind=_("Vacancy"),
        icon="user-off",
        title=_("%(n)s head posts have been vacant for too long") % {"n": vacant_count(scope) - len(ahead)},
        detail=_("The longest: %(name)s, %(title)s") % {"name": late[0].name, "title": late[0].title},
        verb=_("See the list"),
        url=reverse("reach:vacancies"),
        due_on=late[0].due_on,
    )
    return [long_ago, *_to_fill([row for row in ahead[:WAITING] if row.due_on and row.due_on <= soon])]


def _to_fill(rows: list[VacantLine]) -> list[WaitingLine]:
    return [
        WaitingLine(
            kind=_("Vacancy"),
            icon="user-off",
            title=row.name,
            detail=_("%(title)s vacant, %(area)s") % {"title": row.title, "area": row.area.full},
            verb=_("Fill the post"),
            url=reverse("registry:hand_over_post", args=[row.body, row.post]),
            due_on=row.due_on,
        )
        for row in rows
    ]
