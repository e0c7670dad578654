"""Names of areas and sites for lines: one query for any number of rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from lianxin.places.models import AreaSpan


@dataclass(frozen=True, slots=True)
class AreaName:
    """An area as a line shows it, with the one above it."""

    id: int
    name: str
    code: str
    level: str
    above: str
    above_code: str

    @property
    def full(self) -> str:
        return f"{self.above} {self.name}".strip()


UNKNOWN = AreaName(0, "", "", "", "", "")


def area_names(areas: Iterable[int], day: date) -> dict[int, AreaName]:
    """Name, code, level and parent of areas on the day: one query, none where there are no areas."""
    wanted, here = set(areas), AreaSpan.objects.on(day)
    if not wanted:
        return {}
    parents = here.filter(area__in=wanted, parent__isnull=False).values("parent")
    near = here.filter(Q(area__in=wanted) | Q(area__in=parents)).select_related("area")
    spans = {span.area_id: span for span in near}
    found = {}
    for area in wanted & spans.keys():
        span, above = spans[area], spans.get(spans[area].parent_id or 0)
        shown = above.name if above and above.parent_id else ""  # the root says nothing that the reader does not know
        code = above.area.code if above else ""
        found[area] = AreaName(area, span.name, span.area.code, span.level, shown, code)
    return found


def area_choices(paths: tuple[str, ...], day: date) -> list[tuple[int, str]]:
    """Areas at or below the paths, as an indented list for a select: one query."""
    from lianxin.kit.dated import below

    rows = AreaSpan.objects.on(day).filter(below(paths), area__scheme__is_primary=True).order_by("path")
    found = list(rows.values_list("area", "name", "path"))
    shallowest = min((len(path) for _area, _name, path in found), default=0)
    return [(area, "\u3000" * ((len(path) - shallowest) // 5) + name) for area, name, path in found]
