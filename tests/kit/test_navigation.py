import pytest
from django.test import RequestFactory

import make
from lianxin.access.actors import AccountActor, Stranger
from lianxin.kit import navigation
from lianxin.kit.guards import SIGNED_IN
from lianxin.kit.navigation import BY_THE_VIEW, Part, Step, entries, part_links

GALLERY = Step("gallery", "eye", (("gallery", "kit.view_gallery"),))


def request_of(account=None, path="/dev/components/"):
    request = RequestFactory().get(path)
    request.user = account
    request.actor = AccountActor(account) if account else Stranger()
    return request


@pytest.fixture
def officer(db):
    return make.account(("community_officer", make.area("福田区")))


def test_an_entry_leads_to_the_first_page_that_is_there_and_allowed(officer):
    step = Step("x", "x", (("no:such", "kit.view_gallery"), ("health", "no.such_act"), ("gallery", "kit.view_gallery")))
    assert entries(request_of(officer), [step])[0].url == "/dev/components/"


def test_what_one_may_not_open_is_left_out_and_what_is_not_built_says_so(officer):
    closed = Step("closed", "x", (("gallery", "no.such_act"),))
    to_come = Step("to come", "x", (("no:such", "kit.view_gallery"),))
    shown = entries(request_of(officer), [closed, to_come])
    assert [(entry.label, entry.url) for entry in shown] == [("to come", "")]


def test_the_entry_of_the_part_one_is_in_is_marked(officer):
    assert entries(request_of(officer, "/dev/other/"), [GALLERY])[0].is_current
    assert not entries(request_of(officer, "/search/"), [GALLERY])[0].is_current
    elsewhere = Step("gallery", "eye", GALLERY.ways, parts=("/search/",))
    assert entries(request_of(officer, "/search/"), [elsewhere])[0].is_current


def test_pages_about_oneself_are_for_everybody_who_signed_in(officer):
    me = Step("me", "user", (("gallery", SIGNED_IN),))
    assert entries(request_of(officer), [me])


def test_parts_of_reach_stand_on_its_own_pages_only(officer, monkeypatch):
    monkeypatch.setattr(
        navigation, "REACH_PARTS", (Part("a", "gallery"), Part("b", "desk:search"), Part("c", "no:such"))
    )
    assert [link.label for link in part_links(request_of(officer, "/reach/anything/"))] == ["a", "b"]
    assert not part_links(request_of(officer, "/registry/"))


def test_the_part_one_is_in_is_marked_and_what_one_may_not_open_is_left_out(officer, monkeypatch):
    parts = (Part("jobs", "trail:jobs"), Part("a", "gallery"), Part("search", "desk:search"))
    monkeypatch.setattr(navigation, "REACH_PARTS", parts)
    links = part_links(request_of(officer, "/dev/components/more/"))
    assert [(link.label, link.is_current) for link in links] == [("a", True), ("search", False)]


def test_a_single_part_needs_no_row_of_links(officer, monkeypatch):
    monkeypatch.setattr(navigation, "REACH_PARTS", (Part("a", "gallery"),))
    assert not part_links(request_of(officer, "/dev/components/"))


def test_reach_leads_to_the_first_of_its_pages_that_one_may_open(officer):
    step = Step("x", "x", (("trail:jobs", BY_THE_VIEW), ("gallery", BY_THE_VIEW)))
    assert entries(request_of(officer), [step])[0].url == "/dev/components/"
