"""The pages of accounts, grants and tokens, and one's own."""

from datetime import timedelta

import pytest
from django.urls import reverse

import make
from lianxin.access.models import Account, ApiToken, Grant, ScopeNode
from lianxin.kit.clock import today
from lianxin.registry import search

pytestmark = pytest.mark.django_db


class House:
    """A district with two subdistricts, its administrator signed in, and a colleague in one of them."""

    def __init__(self, client):
        self.client = client
        self.district = make.area("福田区")
        self.here = make.area("园岭街道", parent=self.district)
        self.steward = make.account(("steward", self.district))
        self.colleague = make.account(("community_officer", self.here), username="chen")
        client.force_login(self.steward)

    def get(self, name, **kwargs):
        return self.client.get(reverse(f"access:{name}", kwargs=kwargs or None))

    def post(self, name, data=None, **kwargs):
        return self.client.post(reverse(f"access:{name}", kwargs=kwargs or None), data or {})


@pytest.fixture
def house(client):
    return House(client)


def test_a_new_account_belongs_to_an_area_of_the_administrator(house):
    given = {"label": "林样例", "username": "lin", "email": "", "home": house.here.pk}
    assert house.post("open_account", given).status_code == 302
    assert Account.objects.get(username="lin").home.area == house.here


def test_a_taken_log_in_name_is_refused_in_words(house):
    given = {"label": "林样例", "username": "CHEN", "email": "", "home": house.here.pk}
    answer = house.post("open_account", given)
    assert answer.status_code == 409
    assert "CHEN" in answer.content.decode()


def test_a_fault_in_the_form_keeps_what_was_entered(house):
    answer = house.post("open_account", {"label": "林样例", "username": "有空 格"})
    assert answer.status_code == 422
    assert "林样例" in answer.content.decode()


def test_a_grant_is_shown_before_it_is_given(house):
    given = {
        "role": "inspector",
        "line": "",
        "kind": "area",
        "ref": house.here.pk,
        "valid_from": today().isoformat(),
        "valid_until": "",
    }
    url = reverse("access:give_grant", kwargs={"pk": house.colleague.pk})
    seen = house.client.get(url, given)
    assert seen.context["preview"].areas == (("街道", 1),)
    assert not Grant.objects.filter(role="inspector").exists()
    assert house.client.post(url, given).status_code == 302
    assert Grant.objects.get(role="inspector").node.area == house.here


def test_places_outside_the_scope_cannot_be_chosen(house):
    outside = make.area("别处")
    given = {"role": "inspector", "kind": "area", "ref": outside.pk, "valid_from": today().isoformat()}
    answer = house.post("give_grant", given, pk=house.colleague.pk)
    assert answer.context["form"].errors["ref"]


def test_places_are_looked_for_by_name_before_anything_else_is_asked(house):
    firm = make.organisation("样例法律援助站", area=house.here)
    search.index("organisation", [firm.pk])
    url = reverse("access:give_grant", kwargs={"pk": house.colleague.pk})
    asked = {"role": "partner", "kind": "organisation", "find": "法律援助", "valid_from": "", "find_now": "1"}
    found = house.client.get(url, asked)
    form = found.context["form"]
    assert [ref for ref, _name in form.fields["ref"].choices] == [firm.pk]
    assert not form.errors
    assert 'value="partner" selected' in found.content.decode()
    none = house.client.get(url, {**asked, "find": "没有这家"}).content.decode()
    assert "没有" in none
    assert "选择一个有效的选项" not in none


def test_grants_stand_by_date(house):
    node = ScopeNode.objects.get(area=house.here)
    day = today()
    for since, until in ((day - timedelta(days=9), day), (day + timedelta(days=9), None)):
        Grant.objects.create(account=house.colleague, role="inspector", node=node, valid_from=since, valid_until=until)
    page = house.get("account", pk=house.colleague.pk).context["page"]
    assert [g.state for g in page.grants] == ["now", "to_come", "past"]


def test_a_grant_is_ended_on_a_day(house):
    grant = house.colleague.grants.get()
    assert house.post("end_grant", {"on": today().isoformat()}, pk=grant.pk).status_code == 302
    grant.refresh_from_db()
    assert grant.valid_until == today()


def test_leaving_shows_what_is_left_and_closes(house):
    assert house.get("close_account", pk=house.colleague.pk).status_code == 200
    house.post("close_account", {"on": today().isoformat(), "to": ""}, pk=house.colleague.pk)
    house.colleague.refresh_from_db()
    assert house.colleague.left_on == today()


def test_whoever_holds_more_than_the_administrator_cannot_be_helped_by_them(client):
    district = make.area()
    street = make.area(parent=district)
    superior = make.account(("district_officer", district), ("community_officer", street))
    client.force_login(make.account(("steward", street)))
    assert client.get(reverse("access:account", kwargs={"pk": superior.pk})).status_code == 200
    for name in ("password_link", "reset_second_factor", "end_sessions", "reopen_account"):
        assert client.post(reverse(f"access:{name}", kwargs={"pk": superior.pk})).status_code == 404


def test_an_administrator_of_one_line_cannot_help_somebody_of_another(client):
    district = make.area()
    union = make.account(("chapter_officer", district), line="union")
    league = make.account(("chapter_officer", district), line="league")
    client.force_login(make.account(("steward", district), line="league"))
    codes = [client.post(reverse("access:password_link", kwargs={"pk": a.pk})).status_code for a in (union, league)]
    assert codes == [404, 200]


def test_a_password_link_is_shown_once_and_not_kept_by_the_browser(house):
    answer = house.post("password_link", pk=house.colleague.pk)
    assert answer["Cache-Control"] == "no-store"
    assert "/accounts/password/reset/key/" in answer.context["link"]


def test_a_token_is_made_shown_once_and_revoked(house):
    given = {
        "label": "数据平台",
        "acts": ["access.view_rights"],
        "expires_on": (today() + timedelta(days=5)).isoformat(),
        "rate_per_minute": 60,
    }
    answer = house.post("make_token", given)
    assert answer["Cache-Control"] == "no-store"
    secret = answer.context["secret"]
    assert secret.encode() not in house.get("me").content
    token = ApiToken.objects.get()
    house.post("revoke_my_token", pk=token.pk)
    token.refresh_from_db()
    assert token.revoked_at


def test_nobody_revokes_the_token_of_somebody_else_as_their_own(house):
    other = ApiToken.objects.create(
        account=house.colleague, prefix="p", digest="d", made_at="2026-01-01T00:00Z", expires_on=today()
    )
    assert house.post("revoke_my_token", pk=other.pk).status_code == 404


def test_ending_my_sessions_keeps_this_one(house):
    house.post("end_my_sessions")
    assert house.get("me").status_code == 200


def test_my_page_says_why_i_may_not_and_whom_to_ask(house, client):
    client.force_login(house.colleague)
    why = client.get(reverse("access:me"), {"why": "access.give_grant"}).context["why"]
    assert not why.may
    assert why.ask == (house.steward.label,)


def test_my_page_says_when_a_grant_ended(house, client):
    house.colleague.grants.update(valid_until=today())
    client.force_login(house.colleague)
    page = client.get(reverse("access:me"), {"why": "desk.view_today"})
    assert not page.context["why"].may
    assert today().isoformat() in page.content.decode()


def test_the_list_goes_on_where_it_stopped_and_counts_no_query_a_row(house, django_assert_num_queries):
    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            assert house.get("accounts").status_code == 200
        return len(seen)

    few = queries()
    for _ in range(60):
        make.account(("inspector", house.here))
    assert queries() == few
    first = house.get("accounts").context
    rest = house.client.get(reverse("access:accounts"), {"after": first["next"]}).context
    names = [line.pk for line in (*first["lines"], *rest["lines"])]
    assert len(names) == len(set(names)) == 62


def test_a_broken_place_in_the_list_is_refused(house):
    assert house.client.get(reverse("access:accounts"), {"after": "nonsense"}).status_code == 422


def test_who_may_what_shows_every_act_in_words(house):
    groups = house.get("rights").context["groups"]
    assert all(line.text != line.act for group in groups for line in group.lines)
