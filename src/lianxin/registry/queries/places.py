"""Names of areas and sites for lines: two queries for any number of rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

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
    """Name, code, level and parent of areas on the day: two queries."""
    spans = list(AreaSpan.objects.on(day).filter(area__in=set(areas)).select_related("area"))
    parents = AreaSpan.objects.on(day).filter(area__in={s.parent_id for s in spans if s.parent_id})
    above = {row[0]: row[1:] for row in parents.values_list("area", "name", "area__code", "parent")}
    found = {}
    for span in spans:
        name, code, grandparent = above.get(span.parent_id or 0, ("", "", None))
        shown = name if grandparent else ""  # the root says nothing that the reader does not know
        found[span.area_id] = AreaName(span.area_id, span.name, span.area.code, span.level, shown, code)
    return found


def area_choices(paths: tuple[str, ...], day: date) -> list[tuple[int, str]]:
    """Areas at or below the paths, as an indented list for a select: one query."""
    from lianxin.kit.dated import below

    rows = AreaSpan.objects.on(day).filter(below(paths), area__scheme__is_primary=True).order_by("path")
    found = list(rows.values_list("area", "name", "path"))
    shallowest = min((len(path) for _area, _name, path in found), default=0)
    return [(area, "\u3000" * ((len(path) - shallowest) // 5) + name) for area, name, path in found]
