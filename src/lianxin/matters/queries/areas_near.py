"""Areas that a matter may lie in: all of its tree."""

from lianxin.kit.clock import today
from lianxin.places.models import SEGMENT, AreaSpan
from lianxin.registry.queries.places import area_choices

from ..models import Matter


def areas_near(matter: Matter) -> list[tuple[int, str]]:
    """Every area of the tree the matter lies in, as an indented list: who takes a call may have heard the wrong one."""
    day = today()
    path = AreaSpan.objects.on(day).filter(area=matter.area_id).values_list("path", flat=True).first() or ""
    return area_choices((path[:SEGMENT],), day)
