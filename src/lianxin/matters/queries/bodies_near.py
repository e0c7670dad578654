"""Bodies that a matter can be given to."""

from lianxin.kit.clock import today
from lianxin.places.models import AreaSpan
from lianxin.registry.models import BodySpan

from ..models import Matter
from ..operations.sides import own_bodies

MOST = 300


def bodies_near(matter: Matter) -> list[tuple[int, str]]:
    """Bodies of areas above, of the own, and below, nearest first; never one of the side complained about."""
    day = today()
    path = AreaSpan.objects.on(day).filter(area=matter.area_id).values_list("path", flat=True).first() or ""
    spans = AreaSpan.objects.on(day)
    above = [path[:end] for end in range(5, len(path) + 1, 5)]
    order = dict(spans.filter(path__in=above).values_list("area", "path"))
    order |= dict(spans.filter(path__startswith=path).exclude(path=path).order_by("path").values_list("area", "path"))
    found = BodySpan.objects.on(day).filter(form="area", area__in=order)
    if matter.line_id:
        found = found.filter(body__line=matter.line_id)
    if accused := own_bodies(matter.accused_id, day) if matter.accused_id else []:
        found = found.exclude(body__in=accused)
    rows = list(found.values_list("body", "name", "area")[:2000])
    rows.sort(key=lambda row: (abs(len(order[row[2]]) - len(path)), order[row[2]], row[1]))
    return [(body, name) for body, name, _area in rows[:MOST]]
