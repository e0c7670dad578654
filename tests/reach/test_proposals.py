"""Small organisations that could share a body: the machine proposes, a person decides."""

from datetime import date

import pytest
from django.test import Client

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.places.models import Site
from lianxin.reach.models import Founding, Proposal
from lianxin.reach.operations import proposals as op
from lianxin.registry.models import BodySpan, Covering
from lianxin.rules.operations import Source, add_parameter, set_parameter

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}


@pytest.fixture
def land():
    for line in ("union", "league"):
        make.line(line)
    thresholds = {"union.committee_members": 25, "league.branch_members": 3, "league.branch_most": 50}
    for code, value in thresholds.items():
        made = add_parameter(code=code, title=code, title_en=code, **BY)
        set_parameter(parameter=made, value=value, valid_from=date(2020, 1, 1), source=Source("样例"), **BY)
    district = make.area("福田区")
    community = make.area("甲社区", parent=make.area("一街道", parent=district))
    site = Site.objects.create(name="云杉大厦", kind="building", area=community, valid_from=date(2020, 1, 1))
    return {"district": district, "area": community, "site": site}


def firm(land, count: int, **span):
    return make.organisation(area=land["area"], **{"headcount": count, "league_members": 0, **span})


def look(line="union"):
    op.look_for_proposals(**BY)
    return list(Proposal.objects.open().filter(line=line))


def members(proposal):
    return set(proposal.members.values_list("organisation", flat=True))


def test_small_firms_of_one_building_together_reach_the_threshold(land):
    firms = [firm(land, 10, site=land["site"]) for _ in range(3)]
    (found,) = look()
    assert (found.form, found.site, found.total, found.least) == ("site", land["site"], 30, 25)
    assert members(found) == {f.pk for f in firms}


def test_below_the_threshold_nothing_is_proposed(land):
    firm(land, 10)
    firm(land, 14)
    assert look() == []


def test_a_building_too_small_by_itself_joins_its_community(land):
    inside, beside = firm(land, 10, site=land["site"]), firm(land, 20)
    (found,) = look()
    assert (found.form, found.site) == ("joint", None)
    assert members(found) == {inside.pk, beside.pk}


@pytest.mark.parametrize("count", [25, 400, None, 0])
def test_who_is_large_enough_alone_or_of_unknown_size_is_left_out(land, count):
    small = [firm(land, 15), firm(land, 15)]
    firm(land, count)
    (found,) = look()
    assert members(found) == {f.pk for f in small}


def test_who_is_covered_already_is_left_out(land):
    covered = firm(land, 20)
    make.body(area=land["area"], covers=(covered,))
    firm(land, 15)
    assert look() == []


def test_where_a_body_stands_in_the_building_it_is_proposed_to_join_it(land):
    body = make.body("云杉大厦工会", area=land["area"], site=land["site"], form="site")
    firm(land, 5, site=land["site"])
    (found,) = look()
    assert (found.form, found.body) == ("join", body)


def test_a_league_branch_needs_three_members_and_is_cut_where_it_would_grow_too_large(land):
    for number in range(60):
        firm(land, 100, league_members=2, address=f"样例路{number:03d}号")
    found = sorted(look("league"), key=lambda p: p.part)
    assert [p.part for p in found] == [1, 2, 3]
    assert sum(p.total for p in found) == 120
    assert all(3 <= p.total <= 50 for p in found)


def test_looking_again_keeps_what_is_there_and_follows_changes(land):
    firms = [firm(land, 15), firm(land, 15)]
    (first,) = look()
    (again,) = look()
    assert again.pk == first.pk
    firms[0].spans.update(headcount=12)
    (changed,) = look()
    assert (changed.pk, changed.total) == (first.pk, 27)
    firms[0].spans.update(headcount=40)
    assert look() == []
    first.refresh_from_db()
    assert first.state == "lapsed"


def test_an_officer_founds_the_body_with_those_chosen(land):
    above = make.body("街道总工会", area=land["district"], form="area")
    firms = [firm(land, 10, site=land["site"]) for _ in range(4)]
    (found,) = look()
    given = {"name": "云杉大厦联合工会", "day": TODAY, "term_until": date(2029, 3, 4)}
    body = op.found_proposed(proposal=found, organisations=firms[:3], **given, **BY)
    span = BodySpan.objects.get(body=body)
    assert (span.form, span.kind, span.site, span.parent) == ("site", "building_union", land["site"], above)
    assert Covering.objects.filter(body=body).count() == 3
    assert body.terms.count() == 1
    found.refresh_from_db()
    assert (found.state, found.body, found.decided_by) == ("founded", body, SYSTEM.label)


def test_joining_covers_those_chosen_and_founds_nothing(land):
    body = make.body(area=land["area"], site=land["site"], form="site")
    small = firm(land, 5, site=land["site"])
    (found,) = look()
    assert op.found_proposed(proposal=found, organisations=[small], name="", day=TODAY, **BY) == body
    assert Covering.objects.filter(body=body, organisation=small).exists()


def test_talking_first_starts_a_founding_and_the_place_is_not_proposed_again(land):
    firms = [firm(land, 15), firm(land, 15)]
    (found,) = look()
    made = op.start_proposed(proposal=found, organisations=firms, name="甲社区联合工会", day=TODAY, **BY)
    assert (made.form, made.kind, made.parties.count()) == ("joint", "joint_union", 2)
    assert look() == []


def test_a_founding_given_up_lets_the_place_be_proposed_again(land):
    firms = [firm(land, 15), firm(land, 15)]
    (found,) = look()
    made = op.start_proposed(proposal=found, organisations=firms, name="甲社区联合工会", day=TODAY, **BY)
    Founding.objects.filter(pk=made.pk).update(step="stopped", stopped_on=TODAY)
    assert len(look()) == 1


def test_a_shared_body_is_shared_by_at_least_two(land):
    firms = [firm(land, 15), firm(land, 15)]
    (found,) = look()
    with pytest.raises(op.NobodyChosen):
        op.found_proposed(proposal=found, organisations=firms[:1], name="x", day=TODAY, **BY)


def test_who_says_no_says_why_and_is_left_alone_for_half_a_year(land):
    for _ in range(2):
        firm(land, 15)
    (found,) = look()
    with pytest.raises(op.ReasonMissing):
        op.dismiss_proposal(proposal=found, reason="  ", **BY)
    op.dismiss_proposal(proposal=found, reason="正在搬走", **BY)
    assert look() == []
    Proposal.objects.update(decided_at=NOW - 2 * op.REST)
    assert len(look()) == 1


def test_a_proposal_is_decided_once(land):
    firms = [firm(land, 15), firm(land, 15)]
    (found,) = look()
    op.dismiss_proposal(proposal=found, reason="不合适", **BY)
    with pytest.raises(op.AlreadyDecided):
        op.found_proposed(proposal=found, organisations=firms, name="x", day=TODAY, **BY)


@pytest.fixture
def client(land):
    made = Client()
    made.force_login(make.account(("district_officer", land["district"])))
    return made


def test_the_page_says_why_and_takes_the_decision(land, client):
    firms = [firm(land, 10, site=land["site"]) for _ in range(3)]
    op.look_for_proposals(actor=SYSTEM, at=now())
    found = Proposal.objects.get()
    page = client.get(f"/reach/counts/proposals/{found.pk}/", secure=True)
    assert page.context["line"].suggested == "云杉大厦联合工会"
    given = {"name": "云杉大厦联合工会", "day": today().isoformat(), "organisation": [f.pk for f in firms]}
    url = f"/reach/counts/proposals/{found.pk}/decide/"
    assert client.post(url, given | {"name": ""}, secure=True).status_code == 422
    assert client.post(url, given | {"organisation": []}, secure=True).status_code == 422
    answer = client.post(url, given | {"how": "talk"}, secure=True)
    assert answer["Location"] == f"/reach/foundings/{Founding.objects.get().pk}/"


def test_the_page_takes_a_no_with_its_reason(land, client):
    for _ in range(2):
        firm(land, 15)
    op.look_for_proposals(actor=SYSTEM, at=now())
    found = Proposal.objects.get()
    url = f"/reach/counts/proposals/{found.pk}/dismiss/"
    assert client.post(url, {"reason": ""}, secure=True)["Location"].endswith(f"/{found.pk}/")
    assert client.post(url, {"reason": "正在搬走"}, secure=True)["Location"].endswith("/proposals/")
    found.refresh_from_db()
    assert found.state == "dismissed"
    assert client.get("/reach/counts/proposals/?state=dismissed", secure=True).context["found"].count == 1
