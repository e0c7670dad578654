"""RuleWhere: a rule inside the ORM, three-valued, over joins and subqueries, on both databases."""

from datetime import date

import pytest
from django.db.models import Count, F

import make
from conftest import NOW, TODAY
from lianxin.kit.scope import Reach, Scope
from lianxin.places.models import AreaSpan
from lianxin.registry.models import Import, OrganisationSpan, Visit
from lianxin.registry.vocabulary import ORGANISATION
from lianxin.rules.where import RuleWhere
from lianxin_methods.rules.parse import parse
from lianxin_methods.rules.vocabulary import Name, Vocabulary

pytestmark = pytest.mark.django_db


def names_found(text, day=TODAY, rows=None):
    rule = parse(text, ORGANISATION.vocabulary())
    rows = OrganisationSpan.objects.on(day) if rows is None else rows
    return sorted(rows.filter(ORGANISATION.where(rule, day)).values_list("name", flat=True))


def truths(text, day=TODAY):
    rule = parse(text, ORGANISATION.vocabulary())
    rows = OrganisationSpan.objects.on(day).annotate(truth=ORGANISATION.where(rule, day))
    return dict(rows.values_list("name", "truth"))


def test_an_unknown_headcount_is_neither_met_nor_not_met():
    area = make.area()
    for name, headcount in (("big", 30), ("small", 3), ("silent", None)):
        make.organisation(name, area=area, headcount=headcount)
    assert names_found("headcount >= 25") == ["big"]
    assert names_found("not (headcount >= 25)") == ["small"]
    assert truths("headcount >= 25") == {"big": True, "small": False, "silent": None}


def test_it_joins_with_other_conditions_and_groups():
    here, there = make.area(), make.area()
    make.organisation("a", area=here, headcount=30)
    make.organisation("b", area=there, headcount=30)
    make.organisation("c", area=here, headcount=None)
    assert names_found("headcount >= 25", rows=OrganisationSpan.objects.on(TODAY).filter(area=here)) == ["a"]
    rule = ORGANISATION.where(parse("headcount >= 25", ORGANISATION.vocabulary()), TODAY)
    counted = OrganisationSpan.objects.on(TODAY).annotate(truth=rule).values("truth").annotate(n=Count("pk"))
    assert {row["truth"]: row["n"] for row in counted.order_by()} == {True: 2, None: 1}


def test_negated_by_django_it_stays_three_valued():
    make.organisation("a", area=make.area(), headcount=None)
    rule = ORGANISATION.where(parse("headcount >= 25", ORGANISATION.vocabulary()), TODAY)
    assert not OrganisationSpan.objects.filter(~rule).exists()


def test_columns_may_be_reached_through_a_join():
    parent = make.area("福田区")
    make.organisation("a", area=make.area("莲花街道", parent=parent))
    words = Vocabulary("w", "w", "w", (Name("area_name", "str", "区域", "area"), Name("headcount", "int", "人", "n")))
    rule = parse("area_name == '莲花街道' and headcount >= 1", words)
    where = RuleWhere(rule, words, TODAY, {"area_name": F("area__spans__name")})
    assert OrganisationSpan.objects.filter(where).count() == 1
    other = parse("area_name == '福田区'", words)
    where = RuleWhere(other, words, TODAY, {"area_name": "area__spans__parent__spans__name"})
    assert OrganisationSpan.objects.filter(where).count() == 1
    assert AreaSpan.objects.count() == 2


@pytest.mark.parametrize(
    "text", ["100%", "%s", "%(x)s", "it's", '"', "\\", "'; DROP TABLE registry_organisationspan; --", "福田 😀", "{}"]
)
def test_text_is_data_on_every_database(text):
    words = Vocabulary("w", "w", "w", (Name("name", "str", "名称", "name"),))
    make.organisation(text, area=make.area())
    make.organisation("other", area=make.area())
    import json

    rule = parse(f"name == {json.dumps(text, ensure_ascii=False)}", words)
    found = OrganisationSpan.objects.filter(RuleWhere(rule, words, TODAY))
    assert [span.name for span in found] == [text]


def test_months_since_opening_are_counted_on_the_day_asked_about():
    make.organisation("a", area=make.area(), opened_on=date(2025, 9, 4))
    assert names_found("months_open >= 6", day=date(2026, 3, 4)) == ["a"]
    assert names_found("months_open >= 6", day=date(2026, 3, 3)) == []


def test_a_valid_body_stands_covers_and_has_a_running_term():
    area = make.area()
    for name in ("covered", "expired", "uncovered"):
        make.organisation(name, area=area)
    spans = {s.name: s.organisation for s in OrganisationSpan.objects.all()}
    make.body(area=area, covers=(spans["covered"],))
    make.body(area=area, covers=(spans["expired"],), term_until=date(2026, 1, 1))
    make.body(area=area, covers=(spans["uncovered"],), line="league", form="joint")
    assert names_found("has_valid_union") == ["covered"]
    assert names_found("has_valid_union", day=date(2025, 12, 31)) == ["covered", "expired"]
    assert names_found("has_valid_league") == ["uncovered"]
    assert names_found("has_own_league") == []
    assert names_found("has_valid_body and not has_own_union") == ["uncovered"]


def test_what_an_unfinished_import_covered_is_not_seen_yet():
    area = make.area()
    organisation = make.organisation("a", area=area)
    body = make.body(area=area, covers=(organisation,))
    running = Import.objects.create(
        kind="bodies",
        file_name="x",
        file_digest="x",
        state="applying",
        effective_on=TODAY,
        started_at=NOW,
    )
    body.coverings.update(born_in=running)
    assert names_found("has_valid_body") == []


def test_the_last_visit_counts_only_up_to_the_day():
    organisation = make.organisation("a", area=make.area())
    for day in (date(2025, 1, 1), date(2026, 6, 1)):
        Visit.objects.create(organisation=organisation, visited_on=day)
    assert names_found('visited_on == date("2025-01-01")') == ["a"]
    assert names_found("visited_on is None", day=date(2024, 1, 1)) == ["a"]


def test_rows_of_a_target_stay_within_the_scope():
    district = make.area()
    inside = make.area(parent=district)
    make.organisation("in", area=inside)
    make.organisation("out", area=make.area())
    path = inside.spans.get().path
    rows = ORGANISATION.rows(Scope(TODAY, (Reach("area", path=path),)), TODAY)
    assert names_found("headcount >= 1", rows=rows) == ["in"]


def test_every_stored_name_of_the_vocabulary_has_a_column(django_assert_max_num_queries):
    make.organisation("a", area=make.area())
    for code in ("union", "league", "women", "new-line"):
        make.line(code)
    words = ORGANISATION.vocabulary()
    text = " or ".join(f"{n.code} is None" for n in words.names)
    assert "has_valid_new_line" in words
    with django_assert_max_num_queries(6):
        assert list(truths(text).values()) == [True]
