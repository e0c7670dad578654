import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.registry.codes import make_code
from lianxin.registry.likeness import Firm, Human, like_firms, like_people, one_slip_apart, stem
from lianxin.registry.models import Contact, Covering, DuplicatePair, Membership, OrganisationSpan, Person
from lianxin.registry.operations import duplicates as op
from lianxin.registry.operations.organisations import change_organisation

BY = {"actor": SYSTEM, "at": NOW}


@pytest.mark.parametrize(
    "name",
    [
        "深圳市云杉科技有限公司",
        "云杉科技（深圳）有限责任公司",
        "广东省深圳市云杉科技股份有限公司",
        "云杉科技(深圳)有限公司",
        "云杉科技",
    ],
)
def test_names_of_one_firm_have_one_stem(name):
    assert stem(name) == "云杉科技"


def test_a_name_that_is_nothing_but_form_and_place_keeps_something():
    assert stem("深圳市福田区有限公司")


@given(st.text(alphabet="甲乙丙丁戊", min_size=2, max_size=8), st.data())
def test_every_single_slip_is_recognised(text, data):
    place = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from("己庚辛"))
    assert one_slip_apart(text, text[:place] + wrong + text[place + 1 :])
    assert one_slip_apart(text, text[:place] + wrong + text[place:])
    assert one_slip_apart(text, text[:place] + text[place + 1 :])
    assert not one_slip_apart(text, text)
    assert not one_slip_apart(text, wrong + text + wrong)


def firm(pk, name, **given):
    defaults = {"credit_code": "", "kind": "enterprise", "address": "", "area": 1}
    return Firm(**{"id": pk, "name": name, **defaults, **given})


def test_two_valid_codes_speak_against_a_pair_however_alike_the_names():
    a, b = make_code("91", "440304", 1), make_code("91", "440304", 2)
    assert like_firms([firm(1, "云杉科技", credit_code=a), firm(2, "云杉科技", credit_code=b)]) == {}


def test_the_same_organisation_code_under_another_prefix_is_a_pair():
    a, b = make_code("91", "440304", 1), make_code("91", "440303", 1)
    found = like_firms([firm(1, "云杉", credit_code=a), firm(2, "雪松", credit_code=b)])
    assert found[1, 2][0] == "same_code"


def test_shops_of_one_common_name_in_two_places_are_two():
    shops = [firm(1, "老王面馆", kind="sole_trader"), firm(2, "老王面馆", kind="sole_trader", area=2)]
    assert like_firms(shops) == {}


FIRST, SECOND, TRADES = (
    "云雪松桐枫榆槐柏桦杉",
    "杉溪岭泉石川原野湾岚",
    ("科技", "贸易", "餐饮管理", "物流", "文化传播", "装饰设计"),
)
VARIANTS = (
    lambda n, rng: n.replace("有限公司", "有限责任公司"),
    lambda n, rng: "深圳市" + n,
    lambda n, rng: n.replace("有限公司", "（深圳）有限公司"),
    lambda n, rng: n.replace("有限公司", ""),
    lambda n, rng: n[:1] + rng.choice("艺亿忆易") + n[2:],
    lambda n, rng: n[1] + n[0] + n[2:],
    lambda n, rng: n[:2] + rng.choice("新金") + n[2:],
)


def test_pairs_with_variants_and_typos_are_found_and_few_others():
    rng = random.Random(7)
    names = [f"{a}{b}{c}{t}有限公司" for a in FIRST for b in SECOND for c in "安和信达" for t in TRADES]
    rng.shuffle(names)
    firms, true = [], set()
    for pk, name in enumerate(names[:1500], start=1):
        address = f"深圳市福田区样例路{rng.randint(1, 300)}号{rng.randint(1, 40)}层{pk}"
        code = make_code("91", "440304", pk) if rng.random() < 0.7 else ""
        firms.append(firm(pk, name, credit_code=code, address=address, area=pk % 92))
        if pk % 5 == 0:
            twin = rng.choice(VARIANTS)(name, rng)
            place = "" if pk % 20 == 0 else address.replace("深圳市福田区", "")
            firms.append(firm(pk + 10_000, twin, address=place, area=pk % 92))
            true.add((pk, pk + 10_000))
    found = set(like_firms(firms))
    recall, precision = len(found & true) / len(true), len(found & true) / len(found)
    assert recall >= 0.97, recall
    assert precision >= 0.9, precision


def test_people_need_more_than_a_name_or_a_phone_in_common():
    same = Human(1, "林样例", frozenset("a"), frozenset())
    assert like_people([same, Human(2, "林样例", frozenset("a"), frozenset())])[1, 2] == ["same_name", "same_contact"]
    assert like_people([same, Human(2, "林样列", frozenset("a"), frozenset())])[1, 2] == [
        "similar_name",
        "same_contact",
    ]
    assert like_people([same, Human(2, "陈演示", frozenset("a"), frozenset())]) == {}
    assert like_people([same, Human(2, "林样例", frozenset("b"), frozenset())]) == {}


@pytest.mark.django_db
def test_what_a_person_kept_apart_is_not_proposed_again():
    area = make.area()
    first, second = (
        make.organisation("云杉样例有限公司", area=area),
        make.organisation("云杉样例有限责任公司", area=area),
    )
    for kind, pairs in op.find_pairs(TODAY):
        op.propose(kind, pairs, NOW)
    pair = DuplicatePair.objects.get()
    assert (pair.first, pair.second) == (first.pk, second.pk)
    op.keep_apart(pair=pair, **BY)
    assert sum(op.propose(kind, pairs, NOW) for kind, pairs in op.find_pairs(TODAY)) == 0


@pytest.fixture
def twins(db):
    area = make.area()
    code = make_code("91", "440304", 5)
    kept = make.organisation("云杉样例有限公司", area=area, headcount=None)
    gone = make.organisation("云杉样例有限责任公司", area=area, credit_code=code, headcount=40)
    body = make.body(area=area, covers=(gone,))
    make.membership(person=make.person(), body=body, organisation=gone)
    return kept, gone


def rows(model):
    return list(model.objects.order_by("pk").values())


def test_a_merge_moves_what_hangs_on_it_and_leaves_days_before_alone(twins):
    kept, gone = twins
    op.merge_organisations(kept=kept, gone=gone, day=TODAY, **BY)
    assert [s.organisation for s in OrganisationSpan.objects.on(TODAY)] == [kept]
    assert OrganisationSpan.objects.on(TODAY).get().headcount == 40
    assert OrganisationSpan.objects.on(date(2026, 3, 3)).count() == 2
    assert Covering.objects.on(TODAY).get().organisation == kept
    assert Covering.objects.on(date(2026, 3, 3)).get().organisation == gone
    assert Membership.objects.get().organisation == kept


def test_a_merge_taken_back_leaves_everything_as_it_was(twins):
    kept, gone = twins
    before = [rows(m) for m in (OrganisationSpan, Covering, Membership)]
    merge = op.merge_organisations(kept=kept, gone=gone, day=TODAY, **BY)
    op.split(merge=merge, **BY)
    assert [rows(m) for m in (OrganisationSpan, Covering, Membership)] == before
    gone.refresh_from_db()
    assert gone.merged_into is None
    with pytest.raises(op.AlreadySplit):
        op.split(merge=merge, **BY)


def test_a_merge_is_not_taken_back_over_later_changes(twins):
    kept, gone = twins
    merge = op.merge_organisations(kept=kept, gone=gone, day=TODAY, **BY)
    change_organisation(organisation=kept, day=date(2026, 5, 1), headcount=41, **BY)
    with pytest.raises(op.ChangedSinceMerge):
        op.split(merge=merge, **BY)


@pytest.mark.django_db
def test_two_records_of_a_person_become_one_and_two_again():
    body = make.body(area=make.area())
    kept, gone = make.person("林样例"), make.person("林样列")
    make.membership(person=kept, body=body)
    make.membership(person=gone, body=body)
    make.membership(person=gone, body=make.body(area=make.area(), line="women"))
    before = rows(Membership)
    merge = op.merge_people(kept=kept, gone=gone, day=TODAY, **BY)
    assert Membership.objects.filter(person=kept).count() == 2
    assert list(Person.objects.known()) == [kept]
    op.split(merge=merge, **BY)
    assert rows(Membership) == before
    assert Contact.objects.count() == 0
    with pytest.raises(op.MergeWithItself):
        op.merge_people(kept=kept, gone=kept, day=TODAY, **BY)


@pytest.mark.django_db
def test_namesakes_are_proposed_where_they_work_at_one_place_only():
    area = make.area()
    one, other = make.organisation(area=area), make.organisation(area=area)
    body = make.body(area=area, covers=(one, other))
    people = [make.person("林样例") for _ in range(3)]
    for person, where in zip(people, (one, one, other), strict=True):
        make.membership(person=person, body=body, organisation=where)
    pairs = dict(op.find_pairs(TODAY))["person"]
    assert pairs == {(people[0].pk, people[1].pk): ["same_name", "same_body"]}
