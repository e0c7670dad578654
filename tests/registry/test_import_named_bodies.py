"""Bodies that a roster of organisations names: they are found and proposed, never founded."""

from typing import Any

import pytest
from django.apps import apps

import make
from conftest import NOW, TODAY
from lianxin.registry.imports import operations
from lianxin.registry.imports.queries import changed_lines
from lianxin.registry.models import Body, Covering, OrganisationSpan, StagedRow
from lianxin.registry.operations.bodies import uncover
from lianxin.registry.operations.organisations import change_organisation
from registry.rosters import ACTOR, applied, counts, faults, land, roster, row, staged, undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def areas() -> Any:
    for code in ("union", "league", "women"):
        make.line(code)
    return land()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    kept = {"import", "stagedrow", "importmapping"}
    models = [m for m in apps.get_app_config("registry").get_models() if m._meta.model_name not in kept]
    return {m._meta.label: sorted(m._default_manager.values_list(), key=repr) for m in models}


def joint(name: str = "东坪社区联合工会", **given: Any) -> Body:
    return make.body(name, form="joint", **given)


def test_a_body_on_record_covers_new_and_known_organisations_from_the_day_of_the_file(areas: Any) -> None:
    body = joint(area=areas["east"])
    applied(roster(row(1)))
    before = everything()
    rows = [row(n, 工会名称="东坪社区联合工会") for n in (1, 2)]
    batch = applied(roster(*rows))
    assert counts(batch) == (1, 1, 0, 0)
    covered = Covering.objects.on(TODAY).filter(body=body)
    assert sorted(covered.values_list("organisation__spans__name", "valid_from")) == [
        ("云杉样例1有限公司", TODAY),
        ("云杉样例2有限公司", TODAY),
    ]
    assert OrganisationSpan.objects.count() == 2
    assert StagedRow.objects.get(batch=batch, row=2).differences == {"bodies": ["", "东坪社区联合工会"]}
    assert counts(applied(roster(*rows))) == (0, 0, 2, 0)
    undone(batch)
    assert everything() == before


def test_bodies_of_three_lines_may_be_named_in_one_row(areas: Any) -> None:
    bodies = {joint("甲", area=areas["east"], line=line).pk for line in ("union", "league", "women")}
    applied(roster(row(1, 工会名称="甲", 团组织="甲", 妇联组织="甲")))
    assert set(Covering.objects.values_list("body", flat=True)) == bodies


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"工会名称": "无此工会"}, ("union_body", "named_unknown")),
        ({"团组织": "东坪社区联合工会"}, ("league_body", "named_unknown")),
        ({"工会名称": "外区工会"}, ("union_body", "named_unknown")),
        ({"工会名称": "同名工会"}, ("union_body", "named_two")),
        ({"工会名称": "别家工会"}, ("union_body", "named_own")),
        ({"是否建会": "是"}, ("has_union", "union_unnamed")),
        ({"是否建会": "否", "工会名称": "东坪社区联合工会"}, ("has_union", "union_denied")),
        ({"是否建会": "也许"}, ("has_union", "yes_no_unknown")),
    ],
)
def test_what_is_not_on_record_is_set_aside_and_never_founded(
    areas: Any, cells: dict[str, str], expected: tuple[str, str]
) -> None:
    joint(area=areas["east"])
    for _ in range(2):
        joint("同名工会", area=areas["east"])
    make.body("别家工会", area=areas["east"], covers=(make.organisation(area=areas["east"]),))
    joint("外区工会", area=make.area("外区", code="990002"))
    before = Body.objects.count()
    batch = applied(roster(row(1, **cells), row(2)), area=areas["district"])
    assert (counts(batch), faults(batch), Body.objects.count()) == ((1, 0, 0, 1), {2: [expected]}, before)


def test_whether_there_is_a_union_is_compared_with_the_record(areas: Any) -> None:
    applied(roster(row(1), row(2)))
    firms = {s.name: s.organisation for s in OrganisationSpan.objects.on(TODAY)}
    joint(area=areas["east"], covers=(firms["云杉样例1有限公司"],))
    batch = staged(roster(row(1, 是否建会="是"), row(2, 是否建会="否")))
    assert counts(batch) == (0, 0, 2, 0)
    assert faults(staged(roster(row(1, 是否建会="否")))) == {2: [("has_union", "union_on_record")]}


def test_an_own_body_covers_the_first_organisation_that_names_it(areas: Any) -> None:
    make.body("甲工会", area=areas["east"], form="own")
    batch = staged(roster(row(1, 工会名称="甲工会"), row(2, 工会名称="甲工会")))
    assert (counts(batch), faults(batch)) == ((1, 0, 0, 1), {3: [("union_body", "named_own")]})


def test_an_undo_is_refused_where_a_covering_was_ended_or_the_organisation_changed_since(areas: Any) -> None:
    body = joint(area=areas["east"])
    applied(roster(row(1), row(2), row(3)))
    batch = applied(roster(*[row(n, 工会名称="东坪社区联合工会") for n in (1, 2, 3)]))
    firms = {s.name: s.organisation for s in OrganisationSpan.objects.on(TODAY)}
    uncover(body=body, organisation=firms["云杉样例1有限公司"], day=TODAY, actor=ACTOR, at=NOW)
    change_organisation(organisation=firms["云杉样例2有限公司"], day=TODAY, actor=ACTOR, at=NOW, headcount=50)
    assert [line.row for line in changed_lines(batch)] == [2, 3]
    with pytest.raises(operations.ChangedSince):
        operations.undo(batch=batch, actor=ACTOR, at=NOW)
