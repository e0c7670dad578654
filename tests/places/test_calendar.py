from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import NOW
from lianxin.kit.actor import SYSTEM
from lianxin.places.calendar import WorkingDays
from lianxin.places.demonstration import load_working_days
from lianxin.places.models import CalendarDay
from lianxin.places.operations import CalendarRow, import_calendar, read_calendar
from lianxin.places.operations.calendar import CalendarRowAtFault, ColumnsMissing, DayTwice
from lianxin.trail.models import Entry

SPRING = {date(2026, 2, d): False for d in range(15, 24)} | {date(2026, 2, 14): True, date(2026, 2, 28): True}
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
tables = st.dictionaries(days, st.booleans(), max_size=60)


def test_a_deadline_over_the_spring_festival_skips_the_holidays_and_counts_the_days_worked_instead():
    calendar = WorkingDays.of(SPRING)
    assert calendar.add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert calendar.add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert calendar.working_days_between(date(2026, 2, 13), date(2026, 2, 28)) == 5 + 1
    assert calendar.is_working(date(2026, 2, 28))
    assert not calendar.is_working(date(2026, 2, 16))


def test_without_a_table_it_is_monday_to_friday_and_the_year_is_named_as_missing():
    calendar = WorkingDays.of(SPRING)
    assert calendar.add_working_days(date(2027, 3, 5), 1) == date(2027, 3, 8)
    assert calendar.missing_years(date(2026, 12, 30), date(2027, 1, 5)) == (2027,)
    assert WorkingDays.of({}).missing_years(date(2026, 1, 1), date(2026, 1, 2)) == (2026,)


def test_going_back_lands_on_the_working_day_before():
    assert WorkingDays.of(SPRING).add_working_days(date(2026, 2, 24), -1) == date(2026, 2, 14)


def test_nothing_to_add_is_the_day_itself_or_the_next_one_worked():
    calendar = WorkingDays.of(SPRING)
    assert calendar.add_working_days(date(2026, 2, 13), 0) == date(2026, 2, 13)
    assert calendar.add_working_days(date(2026, 2, 15), 0) == date(2026, 2, 24)


@given(tables, days, days)
def test_counting_agrees_with_looking_at_every_day(table, start, end):
    calendar = WorkingDays.of(table)
    step = 1 if end >= start else -1
    low, high = min(start, end), max(start, end)
    one_by_one = sum(calendar.is_working(low + timedelta(days=n + 1)) for n in range((high - low).days))
    assert calendar.working_days_between(start, end) == step * one_by_one


@given(tables, days, st.integers(1, 60))
def test_adding_and_counting_are_two_sides_of_one_thing(table, start, number):
    calendar = WorkingDays.of(table)
    end = calendar.add_working_days(start, number)
    assert calendar.working_days_between(start, end) == number
    assert calendar.is_working(end)


@pytest.mark.parametrize(
    "text",
    [
        "日期,是否上班,名称\n2026-02-16,否,春节\n2026-02-28,是,春节调休\n",
        "day,working,name\n2026/2/16,no,x\n20260228,yes,y\n",
        "关于节假日安排的通知,,\n日期,安排,节日\n2026年2月16日,放假,春节\n2026年2月28日,上班,春节\n",
        "day,working\n46069,0\n46081,1\n",
    ],
)
@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "gbk"])
def test_the_table_is_read_as_people_keep_it(text, letters):
    rows = read_calendar(text.encode(letters))
    assert [(r.day, r.is_working) for r in rows] == [(date(2026, 2, 16), False), (date(2026, 2, 28), True)]


def test_a_table_at_fault_is_refused_with_its_row():
    with pytest.raises(ColumnsMissing):
        read_calendar("节日,天数\n春节,9\n".encode())
    with pytest.raises(CalendarRowAtFault) as refused:
        read_calendar(b"day,working\n2026-02-16,no\n2026-02-30,no\n")
    assert refused.value.details["row"] == 3
    with pytest.raises(CalendarRowAtFault):
        read_calendar(b"day,working\n2026-02-16,perhaps\n")


@pytest.mark.django_db
def test_an_import_replaces_the_years_it_holds_and_leaves_others():
    def take(*rows):
        return import_calendar(rows=[CalendarRow(*r) for r in rows], source="测试", actor=SYSTEM, at=NOW)

    assert take((date(2025, 5, 1), False), (date(2026, 5, 1), False)) == (2025, 2026)
    assert take((date(2026, 10, 1), False)) == (2026,)
    assert sorted(CalendarDay.objects.values_list("day", flat=True)) == [date(2025, 5, 1), date(2026, 10, 1)]
    assert Entry.objects.filter(act="places.calendar.imported").count() == 2
    with pytest.raises(DayTwice):
        take((date(2026, 10, 1), False), (date(2026, 10, 1), True))


@pytest.mark.django_db
def test_the_shipped_tables_hold_three_years_and_are_read_in_one_query(django_assert_num_queries):
    assert load_working_days(NOW) == (2024, 2025, 2026)
    assert load_working_days(NOW) == ()
    with django_assert_num_queries(1):
        calendar = WorkingDays.read()
    assert calendar.years == {2024, 2025, 2026}
    assert not calendar.is_working(date(2026, 2, 16))
    assert calendar.is_working(date(2026, 2, 28))
    worked = [sum(calendar.is_working(date(y, 1, 1) + timedelta(days=n)) for n in range(365)) for y in (2025, 2026)]
    assert worked == [248, 248]
