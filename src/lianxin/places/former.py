"""What became of areas: where each hangs on a day, where it ever hung, and what took its place."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from .models import Area, AreaSpan, AreaSuccession, Scheme


@dataclass(frozen=True, slots=True)
class Former:
    """The history of a scheme up to a day.

    above_now : area -> areas above it on the day, for those that exist then.
    above_ever : area -> areas that were above it on any day until then.
    went_into : area -> areas that it went over into.
    """

    above_now: dict[int, frozenset[int]]
    above_ever: dict[int, frozenset[int]]
    went_into: dict[int, set[int]]

    def successor(self, area: int) -> int | None:
        """The one area that is there now for a former one (or itself); None if there is none, or more than one."""
        found = self.successors(area)
        return next(iter(found)) if len(found) == 1 else None

    def successors(self, area: int) -> set[int]:
        """All areas that are there now for a former one."""
        found, seen, waiting = set(), set(), [area]
        while waiting:
            here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            if here in self.above_now:
                found.add(here)
            else:
                waiting.extend(self.went_into.get(here, ()))
        return found


def read_former(scheme: Scheme, day: date) -> Former:
    """Read the history of a scheme, two queries."""
    now: dict[int, frozenset[int]] = {}
    ever: defaultdict[int, frozenset[int]] = defaultdict(frozenset)
    spans = AreaSpan.objects.filter(area__scheme=scheme, valid_from__lte=day)
    for area, path, until in spans.values_list("area_id", "path", "valid_until"):
        above = frozenset(Area.ids_of(path)[:-1])
        ever[area] |= above
        if until is None or until > day:
            now[area] = above
    went: defaultdict[int, set[int]] = defaultdict(set)
    steps = AreaSuccession.objects.filter(old__scheme=scheme, on_day__lte=day).exclude(kind="match")
    for old, new in steps.values_list("old_id", "new_id"):
        went[old].add(new)
    return Former(now, dict(ever), dict(went))
