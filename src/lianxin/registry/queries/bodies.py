"""Bodies as lists and one page show them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from lianxin.kit.scope import Scope
from lianxin.trail.queries import EntryLine, history

from ..models.body import BodySpan, Covering, Post, Term
from ..models.imports import Import, seen_on
from ..models.organisation import OrganisationSpan
from ..models.person import Membership, Transfer
from ..search import holding
from ..words import BODY_FORMS, BODY_KINDS, POST_TITLES, word
from .organisations import COUNT_UP_TO, _below, _one_of
from .places import UNKNOWN, AreaName, area_names

PAGE = 30
TERMS = {"running", "ended"}


@dataclass(frozen=True, slots=True)
class BodyFilter:
    """Which bodies: what stands in the address of a list. Empty fields do not filter."""

    day: date
    q: str = ""
    area: int = 0
    line: str = ""
    form: str = ""
    term: str = ""
    """`running`, or `ended`: nobody was elected for the time since."""

    @classmethod
    def read(cls, asked: Mapping[str, str], day: date) -> "BodyFilter":
        area = asked.get("area", "")
        return cls(
            day=day,
            q=asked.get("q", "").strip()[:100],
            area=int(area) if area.isdigit() and len(area) < 18 else 0,
            line=asked.get("line", "")[:20],
            form=_one_of(asked.get("form", ""), BODY_FORMS),
            term=asked.get("term", "") if asked.get("term", "") in TERMS else "",
        )

    def address(self, *, today: date, **changes: Any) -> str:
        """The query part of the address of this list with some fields changed."""
        changed = replace(self, **changes)
        said = {f.name: getattr(changed, f.name) for f in fields(changed) if getattr(changed, f.name)}
        if changed.day == today:
            said.pop("day", None)
        return urlencode(said)


@dataclass(frozen=True, slots=True)
class BodyLine:
    """One row of a list."""

    id: int
    name: str
    line: str
    kind: str
    form: str
    area: AreaName
    covers: int
    members: int
    term_until: date | None
    """When the running term ends; None where no term runs."""

    @property
    def kind_word(self) -> str:
        return word(BODY_KINDS, self.kind)

    @property
    def form_word(self) -> str:
        return word(BODY_FORMS, self.form)


@dataclass(frozen=True, slots=True)
class BodyPage:
    lines: tuple[BodyLine, ...]
    after: str
    count: int

    @property
    def is_more(self) -> bool:
        return self.count > COUNT_UP_TO


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post as the page of its body shows it."""

    id: int
    title: str
    person: int
    """0 while it is vacant."""
    name: str
    since: date
    mandate_until: date | None


@dataclass(frozen=True, slots=True)
class BodyDetail:
    """The page of one body on a day."""

    day: date
    line: BodyLine
    site_id: int | None
    parent: tuple[int, str] | None
    below: tuple[tuple[int, str], ...]
    covered: tuple[tuple[int, str], ...]
    """Organisations it covers, at most fifty; the count stands in the line."""
    terms: tuple[tuple[date, date | None], ...]
    posts: tuple[PostLine, ...]
    transfers: int
    """Memberships offered to it that wait for its answer."""
    spans: tuple[tuple[date, date | None, str, str], ...]
    """Since, until, what it was called then, and the body above it, the latest first."""
    history: tuple[EntryLine, ...]


def bodies(chosen: BodyFilter, scope: Scope, hidden: list[int]) -> QuerySet[BodySpan]:
    """Spans that hold on the day, lie within the scope and answer the filter."""
    spans = BodySpan.objects.filter(seen_on(chosen.day, hidden)).within(scope).select_related("body__line")
    named = holding("body", chosen.q, "body_id")
    if named is not None:
        spans = spans.filter(named.condition)
    if chosen.area:
        spans = spans.filter(area__in=_below(chosen.area, chosen.day))
    if chosen.line:
        spans = spans.filter(body__line__code=chosen.line)
    if chosen.form:
        spans = spans.filter(form=chosen.form)
    if chosen.term:
        running = Q(Exists(Term.objects.on(chosen.day, hidden).filter(body=OuterRef("body"))))
        spans = spans.filter(running if chosen.term == "running" else ~running)
    return spans


def body_rows(
    chosen: BodyFilter, scope: Scope, *, after: tuple[str, int] | None = None, limit: int = PAGE
) -> list[BodyLine]:
    """Rows by name, at most `limit`: a constant number of queries."""
    hidden = Import.hidden()
    spans = bodies(chosen, scope, hidden)
    if after:
        spans = spans.filter(name__gte=after[0]).filter(Q(name__gt=after[0]) | Q(body__gt=after[1]))
    return _lines(list(spans.order_by("name", "body")[:limit]), chosen.day, hidden)


def body_page(chosen: BodyFilter, scope: Scope, *, after: tuple[str, int] | None = None, limit: int = PAGE) -> BodyPage:
    """One page and a count that stops at a thousand."""
    count = bodies(chosen, scope, Import.hidden()).order_by()[: COUNT_UP_TO + 1].count()
    rows = body_rows(chosen, scope, after=after, limit=limit + 1)
    kept = rows[:limit]
    return BodyPage(tuple(kept), f"{kept[-1].id}:{kept[-1].name}" if len(rows) > limit else "", count)


def body_detail(pk: int, scope: Scope) -> BodyDetail | None:
    """The page of a body inside the scope on its day."""
    day, hidden = scope.day, Import.hidden()
    spans = BodySpan.objects.filter(seen_on(day, hidden))
    span = spans.filter(body=pk).within(scope).select_related("body__line").first()
    if span is None:
        return None
    parent = spans.filter(body=span.parent_id).values_list("body", "name").first() if span.parent_id else None
    held = Covering.objects.filter(seen_on(day, hidden), body=pk).values("organisation")
    covered = OrganisationSpan.objects.filter(seen_on(day, hidden), organisation__in=held).order_by("name")
    posts = Post.objects.on(day).filter(body=pk).select_related("person").order_by("title", "pk")
    terms = Term.objects.seen(hidden).filter(body=pk)
    waiting = Transfer.objects.filter(to_body=pk, accepted_on=None, declined_on=None)
    return BodyDetail(
        day=day,
        line=_lines([span], day, hidden)[0],
        site_id=span.site_id,
        parent=parent,
        below=tuple(spans.filter(parent=pk).order_by("name").values_list("body", "name")[:50]),
        covered=tuple(covered.values_list("organisation", "name")[:50]),
        terms=tuple(terms.order_by("-valid_from").values_list("valid_from", "valid_until")),
        posts=tuple(
            PostLine(
                id=p.pk,
                title=word(POST_TITLES, p.title),
                person=p.person_id or 0,
                name=p.person.name if p.person else "",
                since=p.valid_from,
                mandate_until=p.mandate_until,
            )
            for p in posts[:200]
        ),
        transfers=waiting.count(),
        spans=_over_time(pk, hidden),
        history=tuple(history("registry.body", pk)),
    )


def _over_time(pk: int, hidden: list[int]) -> tuple[tuple[date, date | None, str, str], ...]:
    rows = BodySpan.objects.filter(body=pk).exclude(born_in__in=hidden).order_by("-valid_from", "-pk")[:20]
    kept = [s for s in rows if s.valid_until is None or s.valid_until > s.valid_from]
    above = BodySpan.objects.filter(body__in={s.parent_id for s in kept if s.parent_id}).order_by("valid_from")
    names = dict(above.values_list("body", "name"))  # the latest name of each
    return tuple((s.valid_from, s.valid_until, s.name, names.get(s.parent_id or 0, "")) for s in kept)


def _lines(rows: list[BodySpan], day: date, hidden: list[int]) -> list[BodyLine]:
    ids = [s.body_id for s in rows]
    names = area_names({s.area_id for s in rows}, day)
    terms = Term.objects.on(day, hidden).filter(body__in=ids)
    covers = Covering.objects.filter(seen_on(day, hidden), body__in=ids)
    held = Membership.objects.filter(Q(left_on=None) | Q(left_on__gt=day), body__in=ids, registered_on__lte=day)
    until = dict(terms.values_list("body", "valid_until"))
    covered = dict(covers.values("body").annotate(n=Count("pk")).values_list("body", "n"))
    members = dict(held.values("body").annotate(n=Count("pk")).values_list("body", "n"))
    return [
        BodyLine(
            id=s.body_id,
            name=s.name,
            line=s.body.line.code,
            kind=s.kind,
            form=s.form,
            area=names.get(s.area_id, UNKNOWN),
            covers=covered.get(s.body_id, 0),
            members=members.get(s.body_id, 0),
            term_until=until.get(s.body_id),
        )
        for s in rows
    ]
