"""Whatever happens to areas: sums are conserved, and old days stay what they were."""

import os
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings

from lianxin.places import followers
from lianxin.places.models import SEGMENT, Area, AreaSpan
from lianxin.places.queries import homes_on
from places.histories import START, World, steps

pytestmark = pytest.mark.django_db
HISTORIES = int(os.environ.get("HISTORIES", "25"))
"""How many random histories; `tools/prove/histories.py` runs a thousand."""


@dataclass
class Fact:
    """Something that hangs on an area over some days, like an organisation."""

    area: int
    since: date
    until: date | None = None


@pytest.fixture
def facts(monkeypatch):
    """Facts that are re-homed like an app's rows must be: the open one ends, another begins."""
    hung: list[Fact] = []

    def areas_changed(*, old, new, on, actor, at):
        homes = homes_on(old, on)
        for fact in [f for f in hung if f.until is None and homes.get(f.area, f.area) != f.area]:
            fact.until = on
            hung.append(Fact(homes[fact.area], on))

    monkeypatch.setattr(followers, "FOLLOWERS", [areas_changed])
    return hung


def counts(facts, day):
    """Area -> number of facts in its subtree on the day, by the paths of that day."""
    paths = dict(AreaSpan.objects.on(day).values_list("area_id", "path"))
    found = Counter()
    for fact in facts:
        if fact.since <= day and (fact.until is None or fact.until > day):
            found.update(Area.ids_of(paths[fact.area]))
    return dict(found)


def check_tree(day):
    """On a day every path is the parent's path and the own segment, and no area is there twice."""
    spans = list(AreaSpan.objects.on(day).select_related("area"))
    paths = {s.area_id: s.path for s in spans}
    assert len(paths) == len(spans)
    for span in spans:
        assert span.path[-SEGMENT:] == span.area.segment
        assert span.path[:-SEGMENT] == (paths[span.parent_id] if span.parent_id else "")


@settings(
    max_examples=HISTORIES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=steps())
def test_splitting_merging_and_moving_conserve_sums_and_leave_old_days_unchanged(facts, history):
    with transaction.atomic():
        replay(facts, history)
        transaction.set_rollback(True)


def replay(facts, history):
    facts.clear()
    world = World.found()
    facts += [Fact(area.pk, START) for area in world.leaves() for _ in range(3)]
    everything = len(facts)
    pictures = {START - timedelta(days=1): photograph(facts, START - timedelta(days=1))}
    for step in history:
        day, picture = world.day, photograph(facts, world.day)
        taken = (step.kind != "close" or not has_facts(facts, world, step)) and world.take(step)
        event(f"{step.kind}: {'done' if taken else 'refused'}")
        check_tree(world.day)
        assert counts(facts, world.day)[world.root.pk] == everything
        if world.day > day:
            pictures[day] = picture
        assert {day: photograph(facts, day) for day in pictures} == pictures


def has_facts(facts, world, step):
    """Whether facts hang on the area that is to end without a successor: nobody is told, so the world leaves it."""
    there = {f.area for f in facts if f.until is None}
    return any(area.pk in there for area in world.leaves())


def photograph(facts, day):
    """All that a past day shows: counts, names, places in the tree."""
    return counts(facts, day), set(AreaSpan.objects.on(day).values_list("area_id", "name", "path", "level"))
