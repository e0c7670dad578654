"""Random histories of a district, for property tests: what can happen to areas, and a way to let it happen.

`steps()` draws a plain list; `World.take(step)` carries a step out with the real operations where it is possible.
Others build on it: hang your own facts on `world.leaves()` and compare counts before and after.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from hypothesis import strategies as st

import make
from conftest import NOW
from lianxin.kit.actor import SYSTEM
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area, AreaSpan
from lianxin.places.operations import NewArea, add_area, close_area, merge_areas, move_area, rename_area, split_area

KINDS = ("add", "rename", "move", "merge_new", "merge_into", "split", "split_off", "split_upper", "close")
START = date(2020, 1, 1)
_number = count(1)


@dataclass(frozen=True)
class Step:
    """Something that may happen `after` so many days, to areas picked by numbers."""

    kind: str
    first: int
    second: int
    after: int


def steps(max_size: int = 12) -> st.SearchStrategy[list[Step]]:
    picks = st.integers(0, 1000)
    step = st.builds(Step, st.sampled_from(KINDS), picks, picks, st.sampled_from([0, 1, 7, 30, 400]))
    return st.lists(step, min_size=1, max_size=max_size)


@dataclass
class World:
    """A district with three subdistricts and six communities, and the day on which it stands."""

    root: Area
    day: date = START
    done: list[str] = field(default_factory=list)

    @classmethod
    def found(cls) -> "World":
        root = make.area("福田样例区", level="district", valid_from=START)
        for _ in range(3):
            upper = make.area(parent=root, level="subdistrict", valid_from=START)
            for _ in range(2):
                make.area(parent=upper, level="community", valid_from=START)
        return cls(root)

    def open_areas(self, level: str) -> list[Area]:
        spans = AreaSpan.objects.on(self.day).filter(level=level).order_by("area_id").select_related("area")
        return [s.area for s in spans]

    def leaves(self) -> list[Area]:
        return self.open_areas("community")

    def take(self, step: Step) -> bool:
        """Carry a step out; False if the house refuses it, which then must have changed nothing."""
        self.day += timedelta(days=step.after)
        try:
            getattr(self, step.kind)(step)
        except Refused:
            return False
        self.done.append(step.kind)
        return True

    def _when(self):
        return {"on": self.day, "actor": SYSTEM, "at": NOW}

    def _new(self, **given) -> NewArea:
        number = next(_number)
        return NewArea(f"n{number:06d}", f"新区域{number}", **given)

    def add(self, step: Step) -> None:
        new, parent = self._new(), _pick(self.open_areas("subdistrict"), step.first)
        scheme = self.root.scheme
        add_area(scheme=scheme, code=new.code, name=new.name, level="community", parent=parent, **self._when())

    def rename(self, step: Step) -> None:
        rename_area(area=_pick(self.leaves(), step.first), name=f"改名{next(_number)}", **self._when())

    def move(self, step: Step) -> None:
        parent = _pick([self.root, *self.open_areas("subdistrict")], step.second)
        move_area(area=_pick(self.leaves(), step.first), parent=parent, **self._when())

    def merge_new(self, step: Step) -> None:
        level = ("community", "subdistrict")[step.second % 2]
        there = self.open_areas(level)
        chosen = [_pick(there, step.first), _pick(there, step.first + 1 + step.second)]
        merge_areas(areas=chosen, into=self._new(), **self._when())

    def merge_into(self, step: Step) -> None:
        there = self.leaves()
        target = _pick(there, step.second)
        merge_areas(areas=[_pick(there, step.first), target], into=target, **self._when())

    def split(self, step: Step) -> None:
        split_area(area=_pick(self.leaves(), step.first), into=[self._new(), self._new()], **self._when())

    def split_off(self, step: Step) -> None:
        split_area(area=_pick(self.leaves(), step.first), into=[self._new()], keeps=True, **self._when())

    def split_upper(self, step: Step) -> None:
        area = _pick(self.open_areas("subdistrict"), step.first)
        inside = [s.area for s in AreaSpan.objects.on(self.day).filter(parent=area).order_by("area_id")]
        cut = step.second % (len(inside) + 1)
        parts = [self._new(children=tuple(inside[:cut])), self._new(children=tuple(inside[cut:]))]
        split_area(area=area, into=parts, **self._when())

    def close(self, step: Step) -> None:
        close_area(area=_pick(self.leaves(), step.first), **self._when())


def _pick(areas: list[Area], number: int) -> Area:
    if not areas:
        raise Refused
    return areas[number % len(areas)]
