from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.places.models import Area, AreaSpan
from lianxin.places.operations.changes import NewArea, merge_areas, split_area
from lianxin.registry.models import BodySpan, Import, OrganisationSpan, Person
from lianxin.registry.operations.bodies import add_body, dissolve_body
from lianxin.registry.operations.organisations import add_organisation, close_organisation
from lianxin.registry.operations.spans import ImportUnderWay

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def street():
    return make.area(parent=make.area("样例区"))


def test_a_merger_takes_everything_along_and_yesterday_stays(street):
    first, second = make.area(parent=street), make.area(parent=street)
    one, body = make.organisation(area=first), make.body(area=second)
    person = make.person(area=first)
    joint = merge_areas(areas=[first, second], into=NewArea("new", "合并社区"), on=TODAY, **BY)
    assert OrganisationSpan.objects.on(TODAY).get(organisation=one).area == joint
    assert BodySpan.objects.on(TODAY).get(body=body).area == joint
    assert OrganisationSpan.objects.on(YESTERDAY).get(organisation=one).area == first
    assert Person.objects.get(pk=person.pk).area == joint


def test_a_split_asks_an_officer_where_each_belongs(street):
    old = make.area(parent=street)
    one = make.organisation(area=old)
    split_area(area=old, into=[NewArea("a", "东社区"), NewArea("b", "西社区")], on=TODAY, **BY)
    span = OrganisationSpan.objects.on(TODAY).get(organisation=one)
    assert (span.area, span.placed) == (street, "none")
    assert OrganisationSpan.objects.on(YESTERDAY).get(organisation=one).placed == "community"


def test_an_unfinished_import_is_waited_for(street):
    first, second = make.area(parent=street), make.area(parent=street)
    make.organisation(area=first)
    Import.objects.create(kind="organisations", state="applying", effective_on=TODAY, started_at=NOW)
    with pytest.raises(ImportUnderWay):
        merge_areas(areas=[first, second], into=NewArea("new", "合并社区"), on=TODAY, **BY)
    assert AreaSpan.objects.on(TODAY).filter(area=first).exists()


def leaf_counts(model, owner, day):
    """How many lie in each area and everything below it, by the paths of the day."""
    paths = dict(AreaSpan.objects.on(day).values_list("area", "path"))
    found = Counter()
    for area in model.objects.on(day).values_list("area", flat=True):
        for place in range(0, len(paths[area]), 5):
            found[paths[area][place : place + 5]] += 1
    return found


def whole(model, day):
    return model.objects.on(day).count()


ACTS = st.lists(st.tuples(st.sampled_from("oobbcdms"), st.integers(0, 10**6)), min_size=5, max_size=14)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_any_history_conserves_sums_and_never_touches_a_day_gone_by(acts):
    root = make.area("样例区")
    street = make.area(parent=root)
    for _ in range(3):
        make.area(parent=street)
    day, seen, line = date(2026, 1, 1), [], make.line()
    for number, (act, draw) in enumerate(acts):
        day += timedelta(days=3)
        _do(act, draw, street, day, f"n{root.pk}-{number}", line)
        for earlier, sums in seen:
            assert (
                leaf_counts(OrganisationSpan, "organisation", earlier),
                leaf_counts(BodySpan, "body", earlier),
            ) == sums
        sums = leaf_counts(OrganisationSpan, "organisation", day), leaf_counts(BodySpan, "body", day)
        assert sums[0][root.segment] == whole(OrganisationSpan, day) - _elsewhere(OrganisationSpan, root, day)
        assert sums[1][root.segment] == whole(BodySpan, day) - _elsewhere(BodySpan, root, day)
        seen.append((day, sums))


def _elsewhere(model, root, day):
    inside = AreaSpan.objects.on(day).filter(path__startswith=root.segment).values("area")
    return model.objects.on(day).exclude(area__in=inside).count()


def _do(act, draw, street, day, name, line):
    children = AreaSpan.objects.on(day).filter(parent=street).order_by("pk").values_list("area", flat=True)
    areas = list(Area.objects.filter(pk__in=children).order_by("pk"))
    area = areas[draw % len(areas)]
    firms = OrganisationSpan.objects.on(day).filter(area=area).order_by("pk")
    bodies = BodySpan.objects.on(day).filter(area=area).order_by("pk")
    if act == "o":
        add_organisation(name=name, area=area, day=day, kind="enterprise", **BY)
    elif act == "b":
        add_body(line=line, name=name, kind="joint_union", form="joint", area=area, day=day, **BY)
    elif act == "c" and firms:
        close_organisation(organisation=firms[0].organisation, day=day, **BY)
    elif act == "d" and bodies:
        dissolve_body(body=bodies[0].body, day=day, **BY)
    elif act == "m" and len(areas) > 1:
        other = areas[(draw + 1) % len(areas)]
        merge_areas(areas=[area, other], into=NewArea(name, name), on=day, **BY)
    elif act == "s":
        split_area(area=area, into=[NewArea(name + "a", name + "a"), NewArea(name + "b", name + "b")], on=day, **BY)
