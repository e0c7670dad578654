import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.registry import search
from lianxin.registry.models import Person
from lianxin.registry.operations.organisations import change_organisation

pytestmark = pytest.mark.django_db


def found(query, kind="organisation"):
    refs = search.matching(kind, query)
    return sorted(refs.values_list("ref", flat=True)) if refs is not None else None


def named(*names):
    area = make.area()
    made = [make.organisation(name, area=area) for name in names]
    search.index("organisation", [o.pk for o in made])
    return [o.pk for o in made]


def test_any_part_of_a_chinese_name_finds_it():
    first, second = named("深圳市云杉样例科技有限公司", "福田雪松样例商行")
    assert found("云杉") == [first]
    assert found("松样") == [second]
    assert found("样例") == [first, second]
    assert found("松") == [second]
    assert found("云杉商行") == []


def test_words_may_come_in_any_order_and_width():
    (first,) = named("Spruce 云杉样例（深圳）有限公司")
    assert found("(深圳) ｓｐｒｕｃｅ") == [first]


def test_all_pairs_without_the_text_are_not_a_hit():
    named("甲乙丙乙丁")
    assert found("丙乙丙") == []


def test_a_query_of_signs_asks_nothing():
    assert found(" -- ") is None


def test_kinds_do_not_mix_and_what_is_gone_is_forgotten():
    named("林样例有限公司")
    person = make.person("林样例")
    search.index("person", [person.pk])
    assert found("林样例", "person") == [person.pk]
    Person.objects.filter(pk=person.pk).update(name="")
    search.index("person", [person.pk])
    assert found("林样例", "person") == []


def test_a_former_name_still_finds_the_record():
    organisation = make.organisation("云杉样例有限公司", area=make.area())
    change_organisation(organisation=organisation, day=TODAY, name="雪松样例有限公司", actor=SYSTEM, at=NOW)
    assert found("云杉") == [organisation.pk]
    assert found("雪松") == [organisation.pk]


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12), st.data())
def test_every_part_of_every_text_finds_it(text, data):
    folded = search.fold(text)
    if not folded:
        return
    person = make.person(text[:60])
    search.index("person", [person.pk])
    start = data.draw(st.integers(0, len(folded) - 1))
    part = folded[start : data.draw(st.integers(start + 1, len(folded)))]
    assert person.pk in found(part, "person")
