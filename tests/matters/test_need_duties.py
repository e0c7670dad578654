"""The list of duties: who answers for what, where, on a day; and how often the proposal is right."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.db import IntegrityError, transaction

import make
from lianxin.conf.seed.hearing import _duties
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.matters.models import Duty
from lianxin.matters.operations.duties import OneOnly, set_duty
from lianxin.matters.operations.suggestions import read
from lianxin.matters.queries.duties import DutyList, duty_lines, responsible

pytestmark = pytest.mark.django_db
LISTED = yaml.safe_load((Path(__file__).parent / "duties_list.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def places():
    district = make.area("样例区")
    street = make.area("样例街道", parent=district)
    return {"district": district, "subdistrict": street, "community": make.area("样例社区", parent=street)}


@pytest.fixture
def federations(places):
    return {
        (line, level): make.body(f"{area.code}{line}", area=area, form="area", line=line).pk
        for line in ("union", "league", "women")
        for level, area in places.items()
    }


def test_the_first_body_is_right_for_most_and_the_first_three_for_nearly_all(places, federations):
    """On 40 duties and more, by known words alone, before anything was learned."""
    _duties(today())
    assert len(LISTED) >= 40
    assert Duty.objects.filter(door="").count() >= 40
    community, first, three = places["community"].pk, 0, 0
    duties = DutyList(today(), [community])
    for text, line, level in LISTED:
        found = read(text, community, today(), duties).responsible.bodies
        first += found[:1] == (federations[line, level],)
        three += federations[line, level] in found
    assert first / len(LISTED) >= 0.9
    assert three / len(LISTED) >= 0.95


def test_the_narrowest_line_decides_and_wider_ones_follow(places, federations):
    own = make.body("样例社区欠薪小组", area=places["community"])
    day = today() - timedelta(days=10)
    by = {"actor": SYSTEM, "at": now(), "day": day}
    set_duty(need="", line=make.line(), level="district", **by)
    set_duty(need="A", line=make.line(), level="subdistrict", **by)
    set_duty(need="A1", area=places["community"], body=own, **by)
    found = responsible(["A1"], places["community"].pk, today())
    assert found.bodies == (own.pk, federations["union", "subdistrict"], federations["union", "district"])
    assert responsible(["A2"], places["community"].pk, today()).body == federations["union", "subdistrict"]
    assert responsible(["H1"], places["community"].pk, today()).body == federations["union", "district"]
    assert responsible(["A1"], places["subdistrict"].pk, today()).body == federations["union", "subdistrict"]


def test_the_list_of_an_earlier_day_stays_as_it_was(places, federations):
    start, change = today() - timedelta(days=30), today() - timedelta(days=5)
    by = {"actor": SYSTEM, "at": now()}
    set_duty(need="A1", line=make.line("women"), level="district", day=start, **by)
    set_duty(need="A1", line=make.line(), level="district", day=change, **by)
    place = places["community"].pk
    assert responsible(["A1"], place, change - timedelta(days=1)).body == federations["women", "district"]
    assert responsible(["A1"], place, change).body == federations["union", "district"]
    assert [line.code for line in duty_lines(today())] == ["A1"]


def test_another_departments_task_gets_a_door_and_no_body(places, federations):
    set_duty(need="Z1", door="12345（住建）", day=today(), actor=SYSTEM, at=now())
    found = responsible(["Z1", "G5"], places["community"].pk, today())
    assert (found.body, found.door) == (None, "12345（住建）")


def test_half_a_federation_is_not_left_out_silently_beside_a_door(federations):
    given = {"need": "A1", "door": "12345", "day": today(), "actor": SYSTEM, "at": now()}
    for half in ({"line": make.line("union")}, {"level": "district"}):
        with pytest.raises(OneOnly):
            set_duty(**given, **half)
    assert not Duty.objects.filter(need="A1").exists()


def test_a_line_names_one_thing_only(places):
    body = make.body("甲", area=places["district"])
    with pytest.raises(OneOnly):
        set_duty(need="A1", body=body, door="12345", day=today(), actor=SYSTEM, at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(need="A1", body=body, door="12345", valid_from=today())
    assert responsible(["A1"], places["district"].pk, today()).bodies == ()
