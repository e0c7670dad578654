"""Registers: lists are read in row by row, compared, and asked what none of them holds."""

import numpy as np
import pytest
from tools.prove.chapman import joint

import make
from conftest import NOW, TODAY
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.reach.models import Listing, Register
from lianxin.reach.operations import registers as op
from lianxin.reach.queries import registers as queries
from lianxin.registry.codes import make_code
from lianxin.registry.models import Import, StagedRow

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}


def code(number: int) -> str:
    return make_code("91", "440304", 60_000_000 + number)


@pytest.fixture
def area():
    return make.area("云杉社区", parent=make.area("一街道", parent=make.area("福田区")))


@pytest.fixture
def market():
    return op.add_register(code="market", name="市场名录", **BY)


def scope(area):
    top = area.spans.get().path[:5]
    account = make.account(("district_officer", type(area).objects.get(pk=int(top, 36))))
    return AccountActor(account).scope("reach.view_counts", TODAY)


def load(register, rows, header="统一社会信用代码,单位名称,地址", **given):
    content = "\n".join([header, *(",".join(row) for row in rows)]).encode()
    facts = {"register": register, "content": content, "file_name": "list.csv", "on": TODAY}
    return op.load_register(**{**facts, **BY, **given})


def test_a_row_finds_its_organisation_by_the_code(area, market):
    firm = make.organisation(area=area, credit_code=code(1))
    made = load(market, [(code(1), "随便写的名字", "")])
    listing = Listing.objects.get()
    assert (made.counts["new"], listing.organisation_id, listing.name) == (1, firm.pk, "")


def test_whom_the_registry_does_not_know_is_kept_with_name_and_place(area, market):
    load(market, [(code(2), "云杉新样例厂", "福田区一街道云杉社区1号")])
    listing = Listing.objects.get()
    assert (listing.organisation, listing.name, listing.area_id) == (None, "云杉新样例厂", area.pk)
    found = queries.unknown_lines(scope(area))
    assert [(line.credit_code, line.registers) for line in found] == [(code(2), ("市场名录",))]


def test_a_row_without_a_code_finds_the_only_one_of_its_name(area, market):
    firm = make.organisation("云杉独名厂", area=area)
    made = load(market, [("", "云杉独名厂", ""), ("", "谁也不叫这个", ""), ("", "", "某路1号")])
    assert [x.organisation_id for x in Listing.objects.all()] == [firm.pk]
    assert [f["fault"] for f in made.faults] == ["NameUnknown", "NeitherCodeNorName"]


def test_rows_at_fault_are_set_aside_with_their_number_and_do_not_hold_up_the_others(area, market):
    bad = code(4)[:-1] + ("0" if code(4)[-1] != "0" else "1")
    made = load(market, [(code(3), "甲", ""), (bad, "乙", ""), ("123", "丙", ""), (code(3), "丁", "")])
    assert [(f["row"], f["fault"]) for f in made.faults] == [(3, "WrongCheckDigit"), (4, "WrongLength"), (5, "Twice")]
    assert Listing.objects.count() == 1


def test_the_same_file_twice_changes_nothing(area, market):
    rows = [(code(n), f"云杉{n}厂", "") for n in range(5)]
    load(market, rows)
    again = load(market, rows)
    assert (again.counts.get("new"), again.counts["unchanged"], Listing.objects.count()) == (0, 5, 5)


def test_whoever_is_not_in_a_whole_list_has_left_it(area, market):
    load(market, [(code(1), "甲", ""), (code(2), "乙", "")])
    load(market, [(code(2), "乙", "")], is_whole=True)
    assert list(Listing.objects.on(TODAY).values_list("credit_code", flat=True)) == [code(2)]


def test_a_table_without_codes_and_names_is_refused(market):
    with pytest.raises(op.NeitherCodeNorName):
        load(market, [("1", "2")], header="甲,乙")


def test_a_code_names_one_register(market):
    with pytest.raises(op.RegisterCodeTaken):
        op.add_register(code="market", name="又一份", **BY)


def test_once_entered_in_the_registry_an_entry_names_its_organisation(area, market):
    load(market, [(code(7), "云杉后登记厂", "")])
    firm = make.organisation(area=area, credit_code=code(7))
    assert op.connect_listings(day=TODAY, **BY) == 1
    listing = Listing.objects.get()
    assert (listing.organisation_id, listing.name) == (firm.pk, "")
    assert op.connect_listings(day=TODAY, **BY) == 0


def imported(state: str) -> Import:
    given = {"kind": "organisations", "file_name": "a.xlsx", "file_digest": "0" * 64, "state": state}
    return Import.objects.create(**given, effective_on=TODAY, started_at=NOW)


def test_the_rows_of_an_import_can_be_a_register(area, market):
    firm, aside = make.organisation(area=area, credit_code=code(8)), make.organisation(area=area)
    load(market, [(code(8), "x", "")])
    batch = Import.objects.create(
        kind="organisations",
        file_name="a.xlsx",
        file_digest="0" * 64,
        state="applied",
        effective_on=TODAY,
        started_at=NOW,
    )
    other = op.add_register(code="tax", name="税务名单", **BY)
    for number, (organisation, state) in enumerate([(firm, "unchanged"), (aside, "set_aside")], 2):
        StagedRow.objects.create(batch=batch, row=number, state=state, ref=organisation.pk)
    assert [op.take_import(register=r, batch=batch, **BY) for r in (market, other, other)] == [0, 1, 0]
    assert [x.organisation_id for x in Listing.objects.filter(register=other)] == [firm.pk]


def test_an_import_not_carried_out_is_no_register(market):
    batch = Import.objects.create(
        kind="organisations",
        file_name="a.xlsx",
        file_digest="0" * 64,
        state="staged",
        effective_on=TODAY,
        started_at=NOW,
    )
    with pytest.raises(op.NotApplied):
        op.take_import(register=market, batch=batch, **BY)


def fill(area, odds: float, *, walk: bool = True, size: int = 900) -> None:
    """Two lists over known and unknown organisations, and a walk that met three in ten."""
    rng = np.random.default_rng(5)
    one, two = np.full(size, 0.7), np.full(size, 0.5)
    first = rng.random(size) < one
    both = joint(one, two, odds) / one
    second = np.where(first, rng.random(size) < both, rng.random(size) < (two - both * one) / (1 - one))
    met = rng.random(size) < 0.3
    names = [("market", first, False), ("tax", second, False)] + ([("walk", met, True)] if walk else [])
    for word, held, is_walk in names:
        register = Register.objects.create(code=word, name=word, is_walk=is_walk)
        Listing.objects.bulk_create(
            Listing(register=register, credit_code=code(int(i)), name="x", area=area, valid_from=TODAY)
            for i in np.flatnonzero(held)
        )


def test_independent_lists_tell_about_how_many_no_list_holds(area):
    fill(area, 1.0)
    found = queries.registers_page(scope(area)).missing
    assert found.independence.verdict == "no_sign"
    assert found.estimate.lower <= 900 <= found.estimate.upper
    assert found.unseen[1] <= found.unseen[0] <= found.unseen[2]


def test_lists_that_copy_from_each_other_raise_a_warning_and_the_walk_takes_their_place(area):
    fill(area, 6.0)
    found = queries.registers_page(scope(area)).missing
    assert (found.by_check, found.copies) == (True, True)
    assert found.at_first.value < found.estimate.value
    assert found.estimate.lower <= 900 <= found.estimate.upper


def test_two_lists_alone_are_never_called_independent(area):
    fill(area, 6.0, walk=False)
    assert queries.registers_page(scope(area)).missing.independence is None


def test_overlaps_add_up_and_stay_within_the_scope(area):
    fill(area, 1.0, walk=False, size=200)
    page = queries.registers_page(scope(area))
    overlap = page.overlaps[0].overlap
    assert sorted(overlap.lengths) == sorted(r.named for r in page.registers)
    beside = make.area("别处", parent=make.area("二街道", parent=make.area("别区")))
    assert [r.named for r in queries.registers_page(scope(beside)).registers] == [0, 0]


def test_one_list_alone_says_nothing_of_what_it_misses(area, market):
    load(market, [(code(1), "甲", "福田区一街道云杉社区1号")])
    assert queries.registers_page(scope(area)).missing is None
