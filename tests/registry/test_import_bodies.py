"""Rosters of bodies: from a file to the registry, and back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps

import make
from conftest import NOW, TODAY
from lianxin.access.models import ScopeNode
from lianxin.access.operations.grants import found_node
from lianxin.places.models import Area, Site
from lianxin.registry.codes import make_code
from lianxin.registry.imports import applying, mending, operations
from lianxin.registry.imports.kinds import BODIES
from lianxin.registry.imports.queries import changed_lines
from lianxin.registry.models import Body, BodySpan, Covering, Import, StagedRow, Term
from lianxin.registry.operations.bodies import open_term
from lianxin.registry.operations.spans import ImportUnderWay
from lianxin.registry.search import index, matching
from lianxin.trail.tasks import run_until_idle
from registry.rosters import ACTOR, applied, counts, faults, land, roster, staged, undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def areas() -> dict[str, Area]:
    for code in ("union", "league", "women"):
        make.line(code)
    return land()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every table of the registry but those that keep the imports themselves, and the nodes of grants."""
    kept = {"import", "stagedrow", "importmapping"}
    models = [m for m in apps.get_app_config("registry").get_models() if m._meta.model_name not in kept]
    return {m._meta.label: sorted(m._default_manager.values_list(), key=repr) for m in (*models, ScopeNode)}


def firm(number: int, area: Area) -> Any:
    return make.organisation(f"云杉样例{number}有限公司", area=area, credit_code=make_code("91", "990001", number))


def body(name: str = "云杉样例1有限公司工会委员会", **given: Any) -> dict[str, Any]:
    """A right row; every cell may be given otherwise."""
    return {
        "组织名称": name,
        "条线": "工会",
        "组织类型": "",
        "组建形式": "",
        "上级组织": "",
        "覆盖单位": "",
        "社区": "东坪社区",
        "街道": "",
        "楼宇": "",
        "成立日期": "2020-05-18",
        "本届起": "2023-05-18",
        "届满日期": "2028-05-17",
        **given,
    }


def bring(*rows: dict[str, Any], **given: Any) -> Import:
    return applied(roster(*rows), kind="bodies", **given)


def check(*rows: dict[str, Any], **given: Any) -> Import:
    return staged(roster(*rows), kind="bodies", **given)


def spans() -> dict[str, BodySpan]:
    return {s.name: s for s in BodySpan.objects.on(TODAY)}


def covered(name: str) -> set[int]:
    return set(Covering.objects.on(TODAY).filter(body=spans()[name].body_id).values_list("organisation", flat=True))


def test_new_bodies_come_in_with_line_kind_form_place_term_and_what_they_cover(areas: Any) -> None:
    one, two = firm(1, areas["east"]), firm(2, areas["west"])
    batch = bring(
        body(覆盖单位="云杉样例1有限公司", 社区=""),
        body("东坪社区联合工会", 覆盖单位=f"云杉样例1有限公司、{make_code('91', '990001', 2)}"),
        body("东坪社区妇联", 条线="妇联"),
        body("松溪团支部", 条线="共青团", 组建形式="联合", 社区="西坪社区"),
    )
    assert counts(batch) == (4, 0, 0, 0)
    found = {n: (s.body.line.code, s.kind, s.form, s.area_id) for n, s in spans().items()}
    assert found == {
        "云杉样例1有限公司工会委员会": ("union", "union_committee", "own", areas["east"].pk),
        "东坪社区联合工会": ("union", "joint_union", "joint", areas["east"].pk),
        "东坪社区妇联": ("women", "women_federation", "area", areas["east"].pk),
        "松溪团支部": ("league", "league_branch", "joint", areas["west"].pk),
    }
    assert covered("东坪社区联合工会") == {one.pk, two.pk}
    span = spans()["云杉样例1有限公司工会委员会"]
    assert (span.valid_from, covered(span.name)) == (date(2020, 5, 18), {one.pk})
    term = Term.objects.on(TODAY).get(body=span.body)
    assert (term.valid_from, term.valid_until) == (date(2023, 5, 18), date(2028, 5, 17))


def test_a_body_brought_in_can_be_found_and_granted_like_one_that_was_founded(areas: Any) -> None:
    bring(body("东坪社区妇联", 条线="妇联"))
    made = Body.objects.get()
    assert ScopeNode.objects.get(kind="body").ref == made.pk
    found = matching("body", "东坪社区妇联")
    assert found is not None
    assert list(found.values_list("ref", flat=True)) == [made.pk]


def test_one_row_for_each_organisation_is_one_body(areas: Any) -> None:
    firms = [firm(n, areas["east"]) for n in range(1, 5)]
    name = "东坪社区联合工会"
    rows = [body(name, 覆盖单位=f"云杉样例{n}有限公司") for n in (1, 2, 3)]
    batch = bring(*rows, rows[1], body(name, 覆盖单位="云杉样例4有限公司", 上级组织="别的工会"))
    assert (counts(batch), Body.objects.count()) == ((3, 0, 0, 2), 1)
    assert {n: [c for _f, c in found] for n, found in faults(batch).items()} == {
        5: ["same_in_file"],
        6: ["same_key_in_file"],
    }
    assert covered(name) == {f.pk for f in firms[:3]}
    assert counts(bring(*rows)) == (0, 0, 3, 0)


def test_the_same_file_again_changes_nothing(areas: Any) -> None:
    firm(1, areas["east"])
    rows = (body(覆盖单位="云杉样例1有限公司"), body("东坪社区妇联", 条线="妇联", 届满日期="去年"))
    bring(*rows)
    before = everything()
    again = bring(*rows)
    assert (counts(again), everything()) == ((0, 0, 1, 1), before)


def test_the_body_above_may_stand_on_record_or_further_down_in_the_file(areas: Any) -> None:
    top = make.body("云杉区总工会", area=areas["district"], form="area", kind="union_federation")
    batch = bring(
        body("甲工会", 上级组织="东坪社区工会联合会", 组建形式="联合"),
        body("东坪社区工会联合会", 上级组织="松溪街道总工会"),
        body("松溪街道总工会", 上级组织="云杉区总工会", 社区="", 街道="松溪街道"),
    )
    assert counts(batch) == (3, 0, 0, 0)
    found = spans()
    assert found["松溪街道总工会"].parent_id == top.pk
    assert found["东坪社区工会联合会"].parent_id == found["松溪街道总工会"].body_id
    assert found["甲工会"].parent_id == found["东坪社区工会联合会"].body_id


def test_what_hangs_below_a_row_set_aside_waits_for_it(areas: Any) -> None:
    batch = check(
        body("甲工会", 上级组织="乙工会联合会", 组建形式="联合"),
        body("乙工会联合会", 届满日期="去年"),
    )
    assert faults(batch) == {2: [("parent", "row_aside")], 3: [("term_until", "date_words")]}
    for number, cells in ((3, {"term_until": "2028-05-17"}), (2, {"parent": "乙工会联合会"})):
        row = StagedRow.objects.get(batch=batch, row=number)
        assert mending.mend(row=row, cells=cells, actor=ACTOR, at=NOW).state == "new"
    operations.apply(batch=batch, actor=ACTOR, at=NOW)
    run_until_idle()
    assert spans()["甲工会"].parent_id == spans()["乙工会联合会"].body_id


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"组织名称": ""}, ("name", "name_missing")),
        ({"组织名称": "合计"}, ("name", "total_row")),
        ({"条线": "商会"}, ("line", "line_unknown")),
        ({"条线": "", "组织名称": "云杉之家"}, ("line", "line_missing")),
        ({"组织名称": "云杉之家"}, ("kind", "kind_missing")),
        ({"组织类型": "飞船"}, ("kind", "choice_unknown")),
        ({"组织类型": "基层工会", "组织名称": "云杉之家"}, ("form", "form_missing")),
        ({"组建形式": "楼宇"}, ("site", "site_missing")),
        ({"组建形式": "楼宇", "楼宇": "无此大厦"}, ("site", "site_unknown")),
        ({"社区": "", "组建形式": "联合"}, ("area", "body_area_missing")),
        ({"社区": "无此社区", "组建形式": "联合"}, ("community", "area_unknown")),
        ({"覆盖单位": "无此公司"}, ("covers", "covered_unknown")),
        ({"覆盖单位": "同名公司"}, ("covers", "covered_two")),
        ({"组建形式": "单独", "覆盖单位": "云杉样例1有限公司;云杉样例2有限公司"}, ("covers", "own_covers_two")),
        ({"组建形式": "联合", "上级组织": "无此工会"}, ("parent", "parent_unknown")),
        ({"组建形式": "联合", "上级组织": "云杉样例1有限公司工会委员会"}, ("parent", "parent_loop")),
        ({"组建形式": "联合", "届满日期": "2023-01-01"}, ("term_until", "term_order")),
        ({"组建形式": "联合", "届满日期": ""}, ("term_until", "term_half")),
        ({"组建形式": "联合", "本届起": ""}, ("term_from", "term_half")),
        ({"组建形式": "联合", "本届起": "2019-01-01"}, ("term_from", "term_before_founded")),
        ({"组建形式": "联合", "成立日期": "2062-01-01"}, ("founded_on", "date_future")),
    ],
)
def test_a_row_at_fault_is_set_aside_with_its_reason_and_the_others_go_in(
    areas: Any, cells: dict[str, str], expected: tuple[str, str]
) -> None:
    for number in (1, 2):
        firm(number, areas["east"])
        make.organisation("同名公司", area=areas["east"])
    batch = check(body(**{"覆盖单位": "", **cells}), body("东坪社区妇联", 条线="妇联"))
    assert expected in faults(batch).get(2, []), faults(batch)
    assert counts(batch) == (1, 0, 0, 1)


def test_the_line_of_the_file_holds_for_rows_that_name_none_and_keeps_others_out(areas: Any) -> None:
    batch = check(body("甲工会", 条线="", 组建形式="联合"), body("乙妇联", 条线="妇联"), line=make.line("union"))
    assert (counts(batch), faults(batch)) == ((1, 0, 0, 1), {3: [("line", "line_outside")]})


def test_the_line_may_be_read_off_the_name(areas: Any) -> None:
    bring(body("东坪社区妇联", 条线=""))
    assert Body.objects.get().line.code == "women"


def test_a_site_based_body_stands_where_its_building_stands(areas: Any) -> None:
    site = Site.objects.create(name="云杉大厦", kind="building", area=areas["west"], valid_from=date(2015, 1, 1))
    bring(body("云杉大厦楼宇工会", 楼宇="云杉大厦", 社区=""))
    span = BodySpan.objects.get()
    assert (span.form, span.site_id, span.area_id) == ("site", site.pk, areas["west"].pk)


def test_a_change_closes_what_held_and_opens_what_follows(areas: Any) -> None:
    one = firm(1, areas["east"])
    old = make.body("甲工会", area=areas["east"], form="joint", kind="joint_union", term_until=date(2025, 1, 1))
    rows = [body("甲工会", 组建形式="区域", 覆盖单位="云杉样例1有限公司", 本届起="2025-06-01", 届满日期="2030-05-31")]
    batch = check(*rows)
    row = StagedRow.objects.get(batch=batch)
    assert set(row.differences) == {"form", "covers", "term_until", "kind"} - {"kind"}
    before = everything()
    batch = bring(*rows)
    assert counts(batch) == (0, 1, 0, 0)
    span = BodySpan.objects.get(body=old, valid_until=None)
    assert (span.form, span.valid_from, covered("甲工会")) == ("area", TODAY, {one.pk})
    assert Term.objects.on(TODAY).get(body=old).valid_until == date(2030, 5, 31)
    undone(batch)
    assert everything() == before


def test_a_term_that_runs_on_is_replaced_and_comes_back_with_the_undo(areas: Any) -> None:
    old = make.body(
        "甲工会", area=areas["east"], form="joint", valid_from=date(2022, 1, 1), term_until=date(2027, 1, 1)
    )
    before = everything()
    batch = bring(body("甲工会", 本届起="2025-01-01", 届满日期="2030-01-01", 成立日期=""))
    terms = Term.objects.seen().filter(body=old).order_by("valid_from").values_list("valid_from", "valid_until")
    assert list(terms) == [(date(2022, 1, 1), date(2025, 1, 1)), (date(2025, 1, 1), date(2030, 1, 1))]
    undone(batch)
    assert everything() == before


def test_a_row_with_less_than_the_record_says_nothing_new(areas: Any) -> None:
    one, two = firm(1, areas["east"]), firm(2, areas["east"])
    make.body("甲工会", area=areas["east"], form="joint", covers=(one, two), term_until=date(2028, 5, 17))
    row = body("甲工会", 社区="", 街道="松溪街道", 覆盖单位="云杉样例1有限公司", 成立日期="", 本届起="")
    assert counts(bring(row)) == (0, 0, 1, 0)


def test_a_body_is_recognised_by_its_number_and_may_be_renamed(areas: Any) -> None:
    old = make.body("甲工会", area=areas["east"], form="joint")
    found_node(kind="body", ref=old.pk, label="甲工会")
    index("body", [old.pk])
    before = everything()
    batch = bring({"编号": str(old.pk), "组织名称": "乙工会"})
    assert (counts(batch), batch.key) == ((0, 1, 0, 0), "number")
    assert (list(spans()), ScopeNode.objects.get(kind="body").label) == (["乙工会"], "乙工会")
    undone(batch)
    assert everything() == before


def test_a_body_outside_the_area_of_the_import_is_set_aside(areas: Any) -> None:
    make.body("甲工会", area=areas["east"], form="joint")
    firm(1, areas["east"])
    batch = check(
        body("甲工会", 社区=""),
        body("乙工会", 组建形式="联合"),
        body("丙工会", 组建形式="联合", 社区="西坪社区", 覆盖单位="云杉样例1有限公司"),
        area=areas["west"],
    )
    assert faults(batch) == {
        2: [("area", "area_outside")],
        3: [("area", "area_outside")],
        4: [("covers", "covered_unknown")],
    }


def test_nothing_is_seen_before_the_flip_and_all_of_it_after(areas: Any) -> None:
    firm(1, areas["east"])
    old = make.body("甲工会", area=areas["east"], form="joint", term_until=date(2025, 1, 1))
    rows = (
        body("甲工会", 覆盖单位="云杉样例1有限公司", 本届起="2025-06-01", 届满日期="2030-05-31", 社区="西坪社区"),
        body("东坪社区妇联", 条线="妇联"),
    )
    batch = check(*rows)

    def seen() -> tuple[Any, ...]:
        on = [s.objects.on(TODAY).values_list("pk", "body") for s in (BodySpan, Covering, Term)]
        return tuple(sorted(rows) for rows in on)

    before = seen()
    operations.apply(batch=batch, actor=ACTOR, at=NOW)
    applying._through(Import.objects.get(pk=batch.pk), applying.Inline(), "applying", BODIES.write)
    assert (BodySpan.objects.count(), seen()) == (3, before)
    with pytest.raises(ImportUnderWay):
        open_term(body=old, day=TODAY, until=TODAY + timedelta(days=9), actor=ACTOR, at=NOW)
    run_until_idle()
    assert (len(spans()), Term.objects.on(TODAY).count()) == (2, 2)


def test_an_undo_leaves_every_table_as_it_was(areas: Any) -> None:
    firm(1, areas["east"])
    make.body("云杉区总工会", area=areas["district"], form="area", kind="union_federation")
    before = everything()
    batch = bring(
        body("甲工会", 上级组织="乙工会联合会", 组建形式="联合", 覆盖单位="云杉样例1有限公司"),
        body("乙工会联合会", 上级组织="云杉区总工会"),
        body("云杉区总工会", 社区="", 成立日期="", 本届起="2026-01-01", 届满日期="2031-01-01"),
    )
    assert (counts(batch), everything() != before) == ((2, 1, 0, 0), True)
    assert undone(batch).state == "undone"
    assert everything() == before


def test_an_undo_is_refused_for_bodies_changed_or_used_since_and_lists_them(areas: Any) -> None:
    names = ["甲工会", "乙工会", "丙工会", "丁工会", "戊工会", "己工会"]
    firm(1, areas["east"])
    old = make.body("戊工会", area=areas["east"], form="joint", term_until=date(2025, 1, 1))
    batch = bring(*[body(n, 组建形式="联合") for n in names])
    found = {n: s.body for n, s in spans().items()}
    make.membership(person=make.person(), body=found["甲工会"])
    make.body("子工会", area=areas["east"], parent=found["乙工会"])
    open_term(body=found["丙工会"], day=TODAY, until=TODAY + timedelta(days=900), actor=ACTOR, at=NOW)
    account = make.account()
    node = ScopeNode.objects.get(kind="body", ref=found["丁工会"].pk)
    account.grants.create(role="chapter_officer", node=node, valid_from=TODAY)
    open_term(body=old, day=TODAY, until=TODAY + timedelta(days=900), actor=ACTOR, at=NOW)
    assert [line.row for line in changed_lines(batch)] == [2, 3, 4, 5, 6]
    with pytest.raises(operations.ChangedSince):
        operations.undo(batch=batch, actor=ACTOR, at=NOW)
    assert len(spans()) == 7


def test_a_record_changed_while_the_import_waited_is_set_aside_with_what_hangs_on_it(areas: Any) -> None:
    batch = check(
        body("甲工会", 组建形式="联合", 上级组织="乙工会联合会"), body("乙工会联合会"), body("丙工会", 组建形式="联合")
    )
    make.body("乙工会联合会", area=areas["east"], form="area")
    operations.apply(batch=batch, actor=ACTOR, at=NOW)
    run_until_idle()
    batch.refresh_from_db()
    assert counts(batch) == (1, 0, 0, 2)
    assert faults(batch) == {2: [("parent", "row_aside")], 3: [("row", "changed_meanwhile")]}


def test_a_mended_row_may_add_an_organisation_to_the_body_of_another_row(areas: Any) -> None:
    one, two = firm(1, areas["east"]), firm(2, areas["east"])
    name = "东坪社区联合工会"
    batch = check(body(name, 覆盖单位="云杉样例1有限公司"), body(name, 覆盖单位="无此公司"))
    row = StagedRow.objects.get(batch=batch, row=3)
    assert mending.mend(row=row, cells={"covers": "云杉样例2有限公司"}, actor=ACTOR, at=NOW).state == "new"
    operations.apply(batch=batch, actor=ACTOR, at=NOW)
    run_until_idle()
    assert (Body.objects.count(), covered(name)) == (1, {one.pk, two.pk})


def test_headers_in_english_and_letters_of_gbk_are_understood(areas: Any) -> None:
    content = roster({"Chapter name": "甲工会", "Line": "union", "Form": "joint", "Community": "东坪社区"})
    batch = applied(content.decode("utf-8-sig").encode("gb18030"), kind="bodies")
    assert (counts(batch), spans()["甲工会"].form) == ((1, 0, 0, 0), "joint")
