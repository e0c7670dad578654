"""From a file to the registry, and back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps

import make
from conftest import NOW, TODAY
from lianxin.places.models import Site
from lianxin.registry.codes import make_code
from lianxin.registry.imports import applying, operations
from lianxin.registry.imports.kinds import ORGANISATIONS
from lianxin.registry.imports.queries import changed_lines
from lianxin.registry.models import Covering, Import, Organisation, OrganisationSpan, StagedRow
from lianxin.registry.operations.organisations import change_organisation
from lianxin.registry.search import index
from lianxin.trail.models import Entry
from lianxin.trail.tasks import run_until_idle
from registry.rosters import ACTOR, applied, counts, faults, land, roster, row, staged, undone

pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def known(number: int, area: Any, **span: Any) -> Organisation:
    """An organisation on record, found by search like any other."""
    made = make.organisation(
        f"云杉样例{number}有限公司", area=area, credit_code=make_code("91", "990001", number), **span
    )
    index("organisation", [made.pk])
    return made


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every table of the registry but those that keep the imports themselves."""
    kept = {"import", "stagedrow", "importmapping"}
    models = [m for m in apps.get_app_config("registry").get_models() if m._meta.model_name not in kept]
    return {m._meta.label: sorted(m._default_manager.values_list()) for m in models}


def open_spans() -> dict[str, OrganisationSpan]:
    return {s.name: s for s in OrganisationSpan.objects.on(TODAY)}


def test_new_rows_come_in_with_their_facts_and_their_place() -> None:
    areas = land()
    batch = applied(
        roster(row(1), row(2, 地址="云杉区松溪街道松涛路2号"), row(3, 地址="松涛路3号"), title="云杉区名册")
    )
    assert (batch.state, counts(batch)) == ("applied", (3, 0, 0, 0))
    spans = open_spans()
    first = spans["云杉样例1有限公司"]
    assert (first.area, first.placed, first.headcount, first.women) == (areas["east"], "community", 40, 10)
    assert (first.opened_on, first.kind, first.valid_from) == (date(2020, 1, 2), "enterprise", TODAY)
    assert spans["云杉样例2有限公司"].area == areas["street"]
    assert (spans["云杉样例3有限公司"].area, spans["云杉样例3有限公司"].placed) == (areas["district"], "none")
    assert [batch.counts[c] for c in ("placed_community", "placed_subdistrict", "to_place")] == [1, 1, 1]


def test_the_same_file_again_changes_nothing() -> None:
    land()
    content = roster(row(1), row(2), row(3, 从业人数="四十来人"))
    applied(content)
    before = everything()
    again = applied(content)
    assert (counts(again), everything()) == ((0, 0, 2, 1), before)


def test_a_change_closes_what_held_and_opens_what_follows() -> None:
    land()
    applied(roster(row(1)), effective_on=TODAY - timedelta(days=30))
    batch = applied(roster(row(1, 从业人数="55", 地址="云杉区松溪街道西坪社区1号")))
    assert counts(batch) == (0, 1, 0, 0)
    staged_row = StagedRow.objects.get(batch=batch)
    assert staged_row.differences["headcount"] == [40, 55]
    assert staged_row.differences["area"] == ["东坪社区", "西坪社区"]
    old, new = OrganisationSpan.objects.order_by("valid_from")
    assert (old.valid_until, old.headcount, new.headcount, new.area.code) == (TODAY, 40, 55, "990001001002")


def test_an_empty_cell_says_nothing() -> None:
    land()
    applied(roster(row(1)))
    assert counts(applied(roster(row(1, 从业人数="", 地址="—", 成立日期="不详")))) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"统一社会信用代码": "91440300DEMQ1234T"}, ("credit_code", "code_length")),
        ({"统一社会信用代码": "914403040000012O9X"}, ("credit_code", "code_letter")),
        ({"统一社会信用代码": make_code("91", "990001", 7)[:17] + "7"}, ("credit_code", "code_check")),
        ({"统一社会信用代码": "9.14403001234568E+17"}, ("credit_code", "code_number")),
        ({"统一社会信用代码": ""}, ("credit_code", "code_missing")),
        ({"从业人数": "四十来人"}, ("headcount", "count_about")),
        ({"从业人数": "12-15"}, ("headcount", "count_range")),
        ({"从业人数": "很多人"}, ("headcount", "count_words")),
        ({"从业人数": "-3"}, ("headcount", "count_negative")),
        ({"女职工人数": "41"}, ("women", "count_above")),
        ({"成立日期": "2062/5/18"}, ("opened_on", "date_future")),
        ({"成立日期": "1/2/2020"}, ("opened_on", "date_two_ways")),
        ({"成立日期": "2020-02-30"}, ("opened_on", "date_no_such")),
        ({"成立日期": "2020年3月"}, ("opened_on", "date_no_day")),
        ({"单位名称": ""}, ("name", "name_missing")),
        ({"单位名称": "合计"}, ("name", "total_row")),
        ({"单位名称": "云" * 201}, ("name", "too_long")),
        ({"单位类型": "飞船"}, ("kind", "choice_unknown")),
    ],
)
def test_a_row_at_fault_is_set_aside_with_its_reason_and_the_others_go_in(
    cells: dict[str, str], expected: tuple[str, str]
) -> None:
    land()
    batch = staged(roster(row(1), row(2, **cells), title="名册"))
    assert counts(batch) == (1, 0, 0, 1)
    assert faults(batch) == {4: [expected]}
    kept = StagedRow.objects.get(batch=batch, row=4)
    assert kept.written == {f: w for f, w in kept.written.items() if w}
    assert all(cell in kept.written.values() for cell in cells.values() if cell)


def test_what_has_one_reading_is_read() -> None:
    land()
    code = make_code("91", "990001", 1)
    cells = {
        "从业人数": "１,２００人",
        "女职工人数": "一百二十",
        "成立日期": "43832",
        "统一社会信用代码": f" {code.lower()} ",
    }
    applied(roster(row(1, **cells)))
    span = OrganisationSpan.objects.get()
    assert (span.headcount, span.women, span.opened_on, span.credit_code) == (1200, 120, date(2020, 1, 2), code)


def test_a_letter_that_can_only_be_a_digit_is_filled_in_but_not_taken() -> None:
    land()
    code = make_code("91", "990001", 1)
    batch = staged(roster(row(1, 统一社会信用代码=code.replace("0", "O", 1))))
    fault = StagedRow.objects.get(batch=batch).faults[0]
    assert (fault["code"], fault["filled"]) == ("code_letter_filled", code)


def test_the_first_right_row_of_a_record_counts() -> None:
    land()
    batch = staged(roster(row(1, 从业人数="x"), row(1), row(1), row(1, 从业人数="63")))
    assert faults(batch) == {
        2: [("headcount", "count_words")],
        4: [("row", "same_in_file")],
        5: [("row", "same_key_in_file")],
    }
    last = StagedRow.objects.get(batch=batch, row=5).faults[0]
    assert last["details"] == {"row": 3, "fields": ["headcount"]}


def test_a_code_that_another_organisation_has_is_set_aside() -> None:
    areas = land()
    make.organisation("云杉别家", area=areas["east"], credit_code=make_code("91", "990001", 1))
    batch = staged(roster(row(1)), key="name")
    assert faults(batch) == {2: [("credit_code", "code_taken")]}


def test_a_name_without_code_on_record_is_recognised_and_gets_its_code() -> None:
    areas = land()
    known = make.organisation("云杉样例1有限公司", area=areas["east"])
    batch = applied(roster(row(1)))
    assert counts(batch) == (0, 1, 0, 0)
    assert OrganisationSpan.objects.get(valid_until=None).organisation == known


def test_a_name_that_two_organisations_have_is_not_guessed() -> None:
    areas = land()
    make.organisation("云杉样例1有限公司", area=areas["east"])
    make.organisation("云杉样例1有限公司", area=areas["west"])
    assert faults(staged(roster(row(1)), key="name")) == {2: [("name", "name_twice")]}


def test_columns_tell_the_community_and_contradictions_are_set_aside() -> None:
    areas = land()
    rows = [
        row(1, 地址="松涛路1号", 社区="东坪"),
        row(2, 地址="松涛路2号", 社区="990001001002"),
        row(3, 社区="西坪社区"),
        row(4, 地址="松涛路4号", 社区="无此社区"),
    ]
    batch = applied(roster(*rows))
    assert faults(batch) == {4: [("area", "area_contradicts")], 5: [("community", "area_unknown")]}
    spans = open_spans()
    assert [spans[f"云杉样例{n}有限公司"].area for n in (1, 2)] == [areas["east"], areas["west"]]


def test_rows_outside_the_area_of_the_import_are_set_aside() -> None:
    areas = land()
    batch = applied(roster(row(1), row(2, 地址="松溪街道西坪社区2号"), row(3, 地址="松涛路3号")), area=areas["west"])
    assert faults(batch) == {2: [("area", "area_outside")]}
    assert {s.area for s in open_spans().values()} == {areas["west"]}


def test_an_officers_placing_outlives_the_next_import() -> None:
    areas = land()
    applied(roster(row(1, 地址="松涛路1号")))
    OrganisationSpan.objects.update(area=areas["west"], placed="community", is_placed_by_hand=True)
    assert counts(applied(roster(row(1, 地址="松涛路1号")))) == (0, 0, 1, 0)


def test_a_closing_day_ends_the_organisation_and_what_covers_it() -> None:
    areas = land()
    org = known(1, areas["east"])
    make.body(area=areas["east"], covers=(org,))
    content = roster(row(1, 注销日期="2026-01-31"), row(2, 注销日期="2026-01-31"))
    before = everything()
    batch = applied(content)
    assert (counts(batch), faults(batch)) == ((0, 1, 0, 1), {3: [("closed_on", "closed_unknown")]})
    assert OrganisationSpan.objects.get().valid_until == date(2026, 1, 31)
    assert Covering.objects.get().valid_until == date(2026, 1, 31)
    assert counts(applied(content)) == (0, 0, 1, 1)
    undone(batch)
    assert everything() == before


def test_nothing_is_seen_before_the_flip_and_all_of_it_after() -> None:
    areas = land()
    known(1, areas["east"])
    batch = staged(roster(row(1, 从业人数="41"), row(2)))
    before = {(s.name, s.headcount) for s in OrganisationSpan.objects.on(TODAY)}
    operations.apply(batch=batch, actor=ACTOR, at=NOW)
    applying._through(Import.objects.get(pk=batch.pk), applying.Inline(), "applying", ORGANISATIONS.write)
    assert OrganisationSpan.objects.count() == 3
    assert {(s.name, s.headcount) for s in OrganisationSpan.objects.on(TODAY)} == before
    run_until_idle()
    assert {s.headcount for s in OrganisationSpan.objects.on(TODAY)} == {40, 41}
    assert len(open_spans()) == 2


def test_an_undo_leaves_every_table_as_it_was() -> None:
    areas = land()
    known(1, areas["east"])
    before = everything()
    batch = applied(roster(row(1, 从业人数="41"), row(2), row(3, 从业人数="?!")))
    assert everything() != before
    assert undone(batch).state == "undone"
    assert everything() == before


def test_an_undo_is_refused_for_rows_changed_since_and_lists_them() -> None:
    areas = land()
    batch = applied(roster(row(1), row(2), row(3)))
    spans = open_spans()
    first = spans["云杉样例1有限公司"].organisation
    change_organisation(organisation=first, day=TODAY, actor=ACTOR, at=NOW, headcount=50)
    make.body(area=areas["east"], covers=(spans["云杉样例3有限公司"].organisation,))
    assert [line.row for line in changed_lines(batch)] == [2, 4]
    with pytest.raises(operations.ChangedSince):
        operations.undo(batch=batch, actor=ACTOR, at=NOW)
    assert Organisation.objects.count() == 3


def test_a_record_changed_while_the_import_waited_is_set_aside() -> None:
    land()
    applied(roster(row(1)))
    batch = staged(roster(row(1, 从业人数="50"), row(2)))
    change_organisation(organisation=Organisation.objects.get(), day=TODAY, actor=ACTOR, at=NOW, headcount=45)
    operations.apply(batch=batch, actor=ACTOR, at=NOW)
    run_until_idle()
    batch.refresh_from_db()
    assert (counts(batch), faults(batch)) == ((1, 0, 0, 1), {2: [("row", "changed_meanwhile")]})


def test_an_import_is_one_entry_of_the_audit_with_a_digest_over_its_rows() -> None:
    land()
    batch = applied(roster(row(1), row(2)))
    entry = Entry.objects.get(act="registry.import.applied")
    assert (entry.subject_id, entry.facts["rows"], entry.facts["new"]) == (batch.pk, 2, 2)
    assert entry.facts["rows_digest"] == batch.rows_digest != ""
    assert all(len(d) == 64 for d in StagedRow.objects.values_list("digest", flat=True))


def test_a_mapping_is_remembered_for_the_same_headers_in_any_order() -> None:
    land()
    given = {"乙": make_code("91", "990001", 1), "甲": "云杉样例1有限公司"}
    batch = operations.upload(
        kind="organisations",
        file_name="a.csv",
        content=roster(given),
        effective_on=TODAY,
        area=None,
        actor=ACTOR,
        at=NOW,
    )
    assert batch.columns == {"0": "credit_code"}
    operations.map_columns(batch=batch, columns={0: "credit_code", 1: "name"}, key="name", actor=ACTOR, at=NOW)
    second = operations.upload(
        kind="organisations",
        file_name="b.csv",
        content=roster(dict(reversed(given.items()))),
        effective_on=TODAY,
        area=None,
        actor=ACTOR,
        at=NOW,
    )
    assert second.columns == {"0": "name", "1": "credit_code"}


def test_headers_in_english_are_understood() -> None:
    land()
    given = {"Company Name": "云杉样例1有限公司", "Headcount": "12", "Credit code": make_code("91", "990001", 1)}
    batch = applied(roster({**given, "Founded on": "2020/1/2", "Remarks": "x"}))
    span = OrganisationSpan.objects.get()
    assert (counts(batch), span.headcount, span.opened_on) == ((1, 0, 0, 0), 12, date(2020, 1, 2))


def test_a_file_without_a_key_is_refused_in_words() -> None:
    land()
    with pytest.raises(operations.KeyMissing) as refused:
        staged(roster({"从业人数": "1", "地址": "x"}))
    assert refused.value.sentence


def test_buildings_that_are_not_on_record_are_named_and_keep_no_row_out() -> None:
    areas = land()
    Site.objects.create(name="云杉大厦", kind="building", area=areas["east"], valid_from=date(2015, 1, 1))
    address = "云杉区松溪街道东坪社区松涛路"
    rows = [row(1, 地址=f"{address}1号雪松大厦3层"), row(2, 地址=f"{address}2号云杉大厦5层"), row(3)]
    batch = staged(roster(*rows))
    assert (counts(batch), batch.notes["sites"]) == ((3, 0, 0, 0), [["雪松大厦", 1]])
    named = staged(roster(row(1, 楼宇="雪松大厦"), row(2, 楼宇="云杉大厦")))
    assert (counts(named), named.notes["sites"]) == ((2, 0, 0, 0), [["雪松大厦", 1]])
