"""What makes an organisation a priority of a round, or likelier to be drawn: small whole numbers with their reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lianxin.places.models import Area
from lianxin.registry.models import OrganisationSpan
from lianxin.registry.models.imports import Import, seen_on

from ..models import CarriedOut, Finding, Matter
from ..models.core import OPEN_LEVELS

BACK = timedelta(days=730)
YEAR = timedelta(days=365)
LARGE = 300
"""Employees from which a fault touches many."""
SPOKEN_OF = ("complaint", "labour_dispute", "collective_dispute")
ADDS = {"found_before": 1, "not_passed": 2, "spoken_of": 1, "never": 1, "large": 1}
"""Reason -> what it adds to a size of 1."""
PRIORITY = "open_major"
"""The reason that makes an organisation certain."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that a round could go to. size : at least 1. reasons : codes, PRIORITY among them."""

    organisation: int
    size: int
    reasons: tuple[str, ...]

    @property
    def is_priority(self) -> bool:
        return PRIORITY in self.reasons


def frame_spans(area: Area, day: date, least_headcount: int) -> "Any":
    """Organisations of an area that are there on a day and not closed, unions and agencies left out."""
    spans = OrganisationSpan.objects.filter(seen_on(day, Import.hidden()), closed_on=None)
    path = area.spans.on(day).values_list("path", flat=True).first()
    inside = Area.objects.below(path, day=day) if path else Area.objects.none()
    spans = spans.filter(area__in=inside.values("pk")).exclude(kind__in=("union", "agency"))
    return spans.filter(headcount__gte=least_headcount) if least_headcount else spans


def candidates(area: Area, day: date, least_headcount: int = 0) -> list[Candidate]:
    """The frame of a round with sizes and reasons, in the order of the ids: a constant number of queries."""
    rows = frame_spans(area, day, least_headcount).order_by("organisation").values_list("organisation", "headcount")
    sizes: dict[int, int | None] = dict(rows)
    return weighed(sizes, day)


def weighed(headcounts: Mapping[int, int | None], day: date) -> list[Candidate]:
    """Candidates of organisations with their headcounts."""
    known = _known(day)
    found = []
    for organisation, headcount in headcounts.items():
        reasons = [code for code, ids in known.items() if organisation in ids]
        if organisation not in known["inspected"]:
            reasons.append("never")
        if headcount is not None and headcount >= LARGE:
            reasons.append("large")
        reasons = [code for code in reasons if code != "inspected"]
        found.append(Candidate(organisation, 1 + sum(ADDS.get(code, 0) for code in reasons), tuple(reasons)))
    return found


def _known(day: date) -> dict[str, set[int]]:
    """Reason -> organisations; `inspected` beside the reasons."""
    matters = Matter.objects.filter(organisation__isnull=False, level__in=OPEN_LEVELS)
    recent = matters.filter(arrived_at__date__gt=day - BACK, code="finding")
    failed = recent.filter(events__act="step", events__step="fail")
    open_major = Finding.objects.open().filter(grade="major").values_list("matter__organisation", flat=True)
    spoken = matters.filter(code__in=SPOKEN_OF, arrived_at__date__gt=day - YEAR)
    spoken = spoken.exclude(requester__wishes_secrecy=True)
    seen = CarriedOut.objects.values_list("listed__organisation", flat=True)
    return {
        PRIORITY: _ids(open_major),
        "not_passed": _ids(failed.values_list("organisation", flat=True)),
        "found_before": _ids(recent.values_list("organisation", flat=True)),
        "spoken_of": _ids(spoken.values_list("organisation", flat=True)),
        "inspected": _ids(seen),
    }


def _ids(rows: Iterable[int | None]) -> set[int]:
    return {pk for pk in rows if pk is not None}
