"""Who answers for what: the list of duties as it stands on a day, and the body that it names for a need and a place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import pgettext_lazy

from lianxin.places.models import Area, AreaSpan
from lianxin.registry.models import BodySpan

from ..models import Duty
from ..needs import GROUPS, need_word, said
from ..seed_words import outside_word

LEVELS = ("district", "subdistrict", "community")
"""From the top down."""
ANY_OTHER = pgettext_lazy("in the list of duties", "Any other need")


@dataclass(frozen=True, slots=True)
class Responsible:
    """What the list says (承办建议). `bodies`: the best first, at most three; empty with a `door` that is not ours.

    duty : id of the line that decided, 0 where none did.
    """

    bodies: tuple[int, ...]
    door: str
    duty: int

    @property
    def body(self) -> int | None:
        return self.bodies[0] if self.bodies and not self.door else None


NOBODY = Responsible((), "", 0)


class DutyList:
    """The lines that hold on a day, with the areas and federations needed to read them."""

    def __init__(self, day: date, areas: Iterable[int]) -> None:
        """areas : the places that will be asked about. Four queries."""
        self.day = day
        spans = AreaSpan.objects.on(day)
        self._path = dict(spans.filter(area__in=set(areas)).values_list("area", "path"))
        above = {area for path in self._path.values() for area in Area.ids_of(path)}
        self._level = dict(spans.filter(area__in=above).values_list("area", "level"))
        self.lines: list[Duty] = list(Duty.objects.on(day).order_by("pk"))
        self._federation: dict[tuple[int, int], int] = {}
        rows = BodySpan.objects.on(day).filter(form="area", area__in=above).order_by("-body")
        for area, line, body in rows.values_list("area", "body__line", "body"):
            self._federation[area, line] = body

    def responsible(self, needs: Sequence[str], area: int) -> Responsible:
        """The body for the first of the needs, then what the next best need and the wider lines name."""
        path = Area.ids_of(self._path.get(area, ""))
        found: list[int] = []
        first: Duty | None = None
        fitting = [self.fitting(need, path) for need in needs if need]
        for duty in [lines[0] for lines in fitting if lines] + [d for lines in fitting for d in lines[1:]]:
            first = first or duty
            if (body := self._body_of(duty, path)) and body not in found:
                found.append(body)
        found += [body for body in self._above(found[:1], path) if body not in found]
        return Responsible(tuple(found[:3]), first.door, first.pk) if first else NOBODY

    def fitting(self, need: str, path: Sequence[int]) -> list[Duty]:
        """The lines that fit a need at a place, the narrowest first."""
        fits = [d for d in self.lines if need.startswith(d.need) and (d.area_id is None or d.area_id in path)]
        depth = {area: place for place, area in enumerate(path)}
        return sorted(fits, key=lambda d: (-len(d.need), -depth.get(d.area_id or 0, -1), d.pk))

    def _body_of(self, duty: Duty, path: Sequence[int]) -> int | None:
        if duty.body_id or not duty.line_id:
            return duty.body_id
        lowest = LEVELS.index(duty.level) if duty.level in LEVELS else len(LEVELS)
        for area in reversed(path):
            level = self._level.get(area, "")
            if level in LEVELS and LEVELS.index(level) <= lowest and (area, duty.line_id) in self._federation:
                return self._federation[area, duty.line_id]
        return None

    def _above(self, bodies: Sequence[int], path: Sequence[int]) -> list[int]:
        """The federations of the same line around a body, the nearest first."""
        known = {body: line for (_area, line), body in self._federation.items()}
        lines = [known[body] for body in bodies if body in known]
        places = [(area, line) for line in lines for area in reversed(path)]
        return [self._federation[place] for place in places if place in self._federation]


def responsible(needs: Sequence[str], area: int, day: date) -> Responsible:
    """What the list of a day says of one need, with the next best need behind it, at a place."""
    return DutyList(day, [area]).responsible(needs, area)


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A line of the list as staff read it."""

    code: str
    need: str
    where: str
    who: str
    level: str
    door: str
    source: str
    since: date


def duty_lines(day: date) -> list[DutyLine]:
    """The list as it stands on a day: three queries."""
    rows = list(Duty.objects.on(day).order_by("need", "pk").select_related("line"))
    names = dict(AreaSpan.objects.on(day).filter(area__in={d.area_id for d in rows}).values_list("area", "name"))
    bodies = BodySpan.objects.on(day).filter(body__in={d.body_id for d in rows})
    called = dict(bodies.values_list("body", "name"))
    found = []
    for duty in rows:
        group = said(GROUPS[duty.need]) if duty.need in GROUPS else ""
        line = said((duty.line.name, duty.line.name_en)) if duty.line else ""
        found.append(
            DutyLine(
                code=duty.need,
                need=need_word(duty.need) or outside_word(duty.need) or group or str(ANY_OTHER),
                where=names.get(duty.area_id or 0, ""),
                who=line or called.get(duty.body_id or 0, ""),
                level=duty.level,
                door=duty.door,
                source=duty.source,
                since=duty.valid_from,
            )
        )
    return sorted(found, key=lambda line: not line.code)
