from datetime import date

import pytest

import make
from conftest import NOW
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.places.models import CalendarDay
from lianxin.registry.models import Transfer
from lianxin.registry.queries import waiting_lines
from lianxin.rules.packs import PACKS, load_pack

pytestmark = pytest.mark.django_db
OFFERED = date(2026, 3, 2)
"""A Monday."""


def offered():
    district = make.area("样例区")
    old, new = make.body(area=district), make.body(area=district)
    held = make.membership(person=make.person(area=district), body=old)
    Transfer.objects.create(membership=held, to_body=new, offered_on=OFFERED)
    return AccountActor(make.account(("district_officer", district)))


def the_line(officer):
    return next(row for row in waiting_lines(officer, OFFERED) if "transfer" in row.icon)


def test_a_transfer_is_answered_within_the_working_days_of_the_parameter():
    officer = offered()
    load_pack(PACKS / "reach_clocks.yaml", actor=SYSTEM, at=NOW)
    assert the_line(officer).due_on == date(2026, 3, 16)
    assert the_line(officer).in_working_days


def test_a_holiday_puts_the_day_off():
    officer = offered()
    load_pack(PACKS / "reach_clocks.yaml", actor=SYSTEM, at=NOW)
    CalendarDay.objects.create(day=date(2026, 3, 5), is_working=False, source="样例")
    assert the_line(officer).due_on == date(2026, 3, 17)


def test_without_the_parameter_it_has_no_time_limit():
    assert the_line(offered()).due_on is None
