"""An election as officers, tellers and voters go through it, page by page, without a script."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tools.recount import faults

import make
from conftest import TODAY
from lianxin.matters.models import BallotBox, BallotCode, Election
from lianxin.matters.operations import elections as op
from lianxin.matters.operations import voting
from lianxin.registry.models import Post
from lianxin.trail.models import Entry
from matters import electing
from matters.electing import BY

pytestmark = pytest.mark.django_db


@pytest.fixture
def union():
    return electing.union(60)


def client_of(union, role: str = "subdistrict_officer") -> Client:
    made = Client()
    made.force_login(make.account((role, union.spans.get().area)))
    return made


def do(client: Client, name: str, pk: int, **given: object) -> str:
    """Send a form; refused or wrong is a fault of the test."""
    found = client.post(reverse(f"matters:{name}", args=[pk]), given, follow=True)
    assert found.status_code == 200, found.content.decode()[-3000:]
    return found.content.decode()


def test_a_committee_is_elected_from_the_roll_to_the_posts(union):
    officer, teller, other = client_of(union), client_of(union, "representative"), client_of(union, "representative")
    name = union.spans.get().name
    given = {
        "body": name,
        "office": "committee",
        "kind": "regular",
        "seats": 3,
        "unit": "",
        "mandate_until": "2029-03-04",
    }
    officer.post(reverse("matters:call_election"), given)
    pk = Election.objects.get().pk
    do(officer, "fill_roll", pk)
    do(officer, "settle_roll", pk, deviation="")
    people = list(union.memberships.order_by("pk").values_list("person", flat=True)[:4])
    for person in people:
        do(
            officer,
            "nominate",
            pk,
            person=person,
            nominated_by="联名",
            station="front_line",
            has_agreed="on",
            says_unrelated="on",
        )
    do(officer, "settle_candidates", pk)
    phrases = [re.search(r"lx-typed\">([A-Z0-9-]+)<", do(c, "hold_key", pk))[1] for c in (teller, other)]
    do(officer, "open_voting", pk, boxes="一车间\n")
    sheet = do(officer, "make_codes", pk, count=20)
    codes = re.findall(r"<b>([A-Z0-9-]{14})</b>", sheet)
    assert len(codes) == 20
    do(officer, "give_ballots", pk, numbers="1-20", means="code")
    for code in codes[:14]:
        assert "票箱" in voted(code, c1="for", c2="for", c3="against")
    do(officer, "close_voting", pk)
    box = BallotBox.objects.get().pk
    numbers = {"issued": 30, "found": 30, "invalid": 1, "for_1": 20, "for_2": 18, "for_3": 5, "for_4": 18, "others": ""}
    wrong = teller.post(reverse("matters:count_box", args=[pk, box]), {**numbers, "for_1": "-4"}).content.decode()
    assert wrong.count('id="id_for_1_error"') == 1  # said beside the number too
    for person in (teller, other):
        assert person.post(reverse("matters:count_box", args=[pk, box]), numbers).status_code == 302
    page = do(officer, "count_votes", pk, first=phrases[0], second=phrases[1])
    assert '<td class="lx-number">34</td>' in page
    do(officer, "declare_election", pk)
    assert Post.objects.filter(body=union, title="member", valid_until=None).count() == 2
    held = Election.objects.get()
    public = Client().get(reverse("vote:result", args=[held.link])).content.decode()
    assert BallotCode.objects.filter(is_used=True).first().receipt in public
    data = json.loads(Client().get(reverse("vote:ballots", args=[held.link])).content)
    assert faults(data) == []
    assert len(data["ballots"]) == 14


def voted(code: str, **marks: str) -> str:
    """A voter: code, ballot, another look, sent."""
    voter, url = Client(), reverse("vote:vote")
    assert voter.get(url).status_code == 200
    assert voter.post(url, {"code": code}).status_code == 200
    look = voter.post(url, {"code": code, "stage": "look", **marks})
    assert look.status_code == 200
    sent = voter.post(url, {"code": code, "stage": "send", **marks})
    assert sent.status_code == 200
    assert not voter.cookies.get("sessionid")
    return sent.content.decode()


@pytest.fixture
def held(union):
    return electing.opened(electing.called(union, seats=2, stand=3), codes=20)


def test_no_address_holds_a_code_and_no_entry_is_written(held):
    before = Entry.objects.count()
    page = voted(held.codes[0], c1="for")
    assert Entry.objects.count() == before
    assert held.codes[0] not in page
    assert not re.search(r'(href|action)="[^"]*code=', page)


def test_too_many_names_are_sent_back_with_the_ballot_as_it_was(held):
    given = {"code": held.codes[0], "stage": "look", "c1": "for", "c2": "for", "c3": "for"}
    found = Client().post(reverse("vote:vote"), given)
    assert found.status_code == 422
    assert "还没有" in found.content.decode()
    assert not BallotCode.objects.filter(is_used=True).exists()


def test_going_back_to_change_keeps_the_code_and_uses_nothing(held):
    given = {"code": held.codes[0], "stage": "", "c1": "for"}
    assert Client().post(reverse("vote:vote"), given).status_code == 200
    assert not BallotCode.objects.filter(is_used=True).exists()


def test_a_code_that_does_not_work_is_said_so_and_guessing_is_slowed(held):
    voter, url = Client(), reverse("vote:vote")
    statuses = [voter.post(url, {"code": f"AAAA-BBBB-C{n:03d}"}).status_code for n in range(130)]
    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_every_page_a_voter_loads_stays_under_100_kilobytes(union):
    held = electing.opened(electing.called(union, seats=40, stand=46), codes=20)
    found = Client().post(reverse("vote:vote"), {"code": held.codes[0]})
    assert len(found.content) < 60_000
    assert found["Cache-Control"] == "no-store"


def test_the_result_is_shown_to_nobody_before_it_is_counted(held):
    link = held.election.link
    assert Client().get(reverse("vote:ballots", args=[link])).status_code == 404
    assert "计票" in Client().get(reverse("vote:result", args=[link])).content.decode()


def test_the_page_of_an_election_asks_as_much_for_one_candidate_as_for_thirty(union):
    few = electing.called(union, seats=1, stand=1, office="chair")
    officer = client_of(union)
    with CaptureQueriesContext(connection) as one:
        officer.get(reverse("matters:election", args=[few.pk]))
    many = electing.called(union, seats=3, stand=30, office="committee")
    with CaptureQueriesContext(connection) as thirty:
        officer.get(reverse("matters:election", args=[many.pk]))
    assert len(one) == len(thirty)


def test_before_the_vote_closes_the_number_of_codes_noted_as_handed_out_is_shown(union):
    held = electing.opened(electing.called(union, seats=1, stand=2), boxes=(), codes=9).election
    address, officer = reverse("matters:close_voting", args=[held.pk]), client_of(union)
    assert "投票码" not in officer.get(address).content.decode()
    voting.give_ballots(election=held, numbers=range(1, 8), means="code", **BY)
    assert "已登记发出投票码 7 个" in officer.get(address).content.decode()


def test_a_rating_is_read_in_the_language_of_the_reader(union):
    for person in union.memberships.order_by("pk").values_list("person", flat=True)[:12]:
        Post.objects.create(body=union, title="representative", person_id=person, valid_from=make.LONG_AGO)
    held = op.settle_roll(election=op.call_rating(body=union, year=2026, day=TODAY, **BY), day=TODAY, **BY)
    code = electing.opened(held, boxes=(), codes=12).codes[0]
    for language, words in (("zh-hans", ("2026 年民主评议", "非常满意")), ("en", ("in 2026", "Very satisfied"))):
        voter = Client()
        voter.cookies["lx_language"] = language
        page = voter.post(reverse("vote:vote"), {"code": code}).content.decode()
        assert all(word in page for word in words)
