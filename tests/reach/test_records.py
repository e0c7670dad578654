"""What reach adds to a body's page, and the page of a community."""

from datetime import timedelta

import pytest
from django.test import Client

import make
from lianxin.access.actors import AccountActor
from lianxin.kit.clock import now, today
from lianxin.reach.models import Application, InformalGroup, JoinCode, Renewal
from lianxin.reach.operations import joining
from lianxin.reach.operations.founders import Known
from lianxin.reach.queries.records import area_work, body_work
from lianxin.registry.models import Post, Visit

pytestmark = pytest.mark.django_db


class Land:
    def __init__(self):
        self.street = make.area("样例街道", parent=make.area("样例区"))
        self.community = make.area("样例社区", parent=self.street)
        self.firms = [make.organisation(area=self.community) for _ in range(3)]
        self.body = make.body("样例联合工会", area=self.community, covers=tuple(self.firms[:2]), form="joint")
        self.women = make.body(area=self.community, line="women", form="area", term_until=today())
        make.line("league")
        Post.objects.create(body=self.body, title="chair", valid_from=make.LONG_AGO)
        Visit.objects.create(organisation=self.firms[0], visited_on=today() - timedelta(days=30))
        Visit.objects.create(organisation=self.firms[1], visited_on=today() - timedelta(days=500))
        code = JoinCode.objects.create(code="ABCD2345", body=self.body, made_on=today(), until=today() + timedelta(9))
        me = Known("林样例", "phone", "13800000001")
        joining.send_application(code=code, known=me, workplace="", answers={"membership": True}, at=now())
        Renewal.objects.create(body=self.women, noticed_on=today(), term_until=today())
        group = {"name": "楼宇姐妹", "kind": "building", "area": self.community, "valid_from": make.LONG_AGO}
        InformalGroup.objects.create(line=make.line("women"), **group)
        self.officer = make.account(("community_officer", self.community))


@pytest.fixture
def land():
    return Land()


def test_a_community_shows_everything_of_all_lines(land):
    found = area_work(land.community.pk, AccountActor(land.officer), today())
    assert (found.organisations, found.visited) == (3, 1)
    union, league, women = sorted(found.lines, key=lambda row: ("union", "league", "women").index(row.code))
    assert (union.covered, union.uncovered, union.bodies, union.vacant, union.applications) == (2, 1, 1, 1, 1)
    assert (women.bodies, women.ended, women.renewals, women.groups) == (1, 1, 1, 1)
    assert (league.covered, league.bodies) == (0, 0)


def test_an_officer_of_one_line_sees_that_line_only(land):
    officer = AccountActor(make.account(("community_officer", land.community), line="women"))
    found = area_work(land.community.pk, officer, today())
    assert [row.code for row in found.lines] == ["women"]


def test_an_area_outside_the_scope_does_not_exist(land):
    assert area_work(land.street.pk, AccountActor(land.officer), today()) is None


def test_the_page_of_a_body_asks_for_what_waits_there(land):
    found = body_work(land.body.pk, AccountActor(land.officer), today())
    assert (found.applications, found.codes, len(found.vacant), found.renewal) == (1, 1, 1, 0)
    assert body_work(land.women.pk, AccountActor(land.officer), today()).renewal == Renewal.objects.get().pk
    client = Client()
    client.force_login(land.officer)
    page = client.get(f"/registry/bodies/{land.body.pk}/").content.decode()
    assert f'hx-get="/reach/bodies/{land.body.pk}/"' in page
    part = client.get(f"/reach/bodies/{land.body.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "1 份入会申请等待答复" in part
    assert "<html" in client.get(f"/reach/bodies/{land.body.pk}/").content.decode()


def test_the_page_of_a_community_opens(land):
    client = Client()
    client.force_login(land.officer)
    text = client.get(f"/reach/areas/{land.community.pk}/").content.decode()
    assert "样例社区" in text
    assert f"covered=-union&amp;area={land.community.pk}" in text
    assert Application.objects.count() == 1
