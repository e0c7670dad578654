from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import make
from lianxin.kit.clock import now, today
from lianxin.registry import search
from lianxin.registry.codes import make_code
from lianxin.registry.models import BodySpan, DuplicatePair, Membership, OrganisationSpan, Person, Term, Transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make.area("样例区")


@pytest.fixture
def community(district):
    return make.area("样例社区", parent=make.area("样例街道", parent=district))


@pytest.fixture
def officer(client, district):
    client.force_login(make.account(("district_officer", district)))
    return client


def firm(name, area, **given):
    made = make.organisation(name, area=area, **given)
    search.index("organisation", [made.pk])
    return made


def text_of(client, name, *args, **asked):
    answer = client.get(reverse(f"registry:{name}", args=args), asked)
    assert answer.status_code == 200, answer.status_code
    body = answer.content.decode()
    assert "<c-" not in body
    return body


def test_the_list_finds_by_part_of_a_name_and_keeps_its_state_in_the_address(officer, community):
    firm("云杉样例科技有限公司", community)
    firm("雪松样例商行", community)
    body = text_of(officer, "organisations", q="云杉")
    assert "云杉样例科技" in body
    assert "雪松样例" not in body
    assert "q=%E4%BA%91%E6%9D%89" in body


def test_a_fragment_request_gets_the_list_alone(officer, community):
    firm("云杉样例科技有限公司", community)
    answer = officer.get(reverse("registry:organisations"), headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert "云杉样例科技" in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_covered_and_uncovered_divide_the_list(officer, community):
    covered, bare = firm("甲样例", community), firm("乙样例", community)
    make.body(area=community, covers=(covered,))
    assert bare.pk != covered.pk
    with_union = text_of(officer, "organisations", covered="union")
    without = text_of(officer, "organisations", covered="-union")
    assert ("甲样例" in with_union, "乙样例" in with_union) == (True, False)
    assert ("甲样例" in without, "乙样例" in without) == (False, True)


@pytest.mark.parametrize("page", ["organisations", "bodies", "people", "to_place", "duplicates", "transfers"])
def test_empty_pages_say_what_to_do_next(officer, page):
    assert "lx-empty" in text_of(officer, page)


@pytest.mark.parametrize("page", ["organisations", "bodies", "people"])
def test_one_row_and_thirty_cost_the_same_queries(officer, community, page):
    def fill(number):
        for _ in range(number):
            one = firm("", community)
            body = make.body(area=community, covers=(one,))
            make.membership(person=make.person(area=community), body=body, organisation=one)

    def asked():
        with CaptureQueriesContext(connection) as seen:
            text_of(officer, page)
        return len(seen)

    fill(1)
    asked()
    first = asked()
    fill(29)
    assert asked() == first


def test_pages_follow_each_other_without_gap_or_overlap(officer, community):
    for number in range(65):
        firm(f"云杉样例{number % 7}有限公司", community)
    seen, after = [], ""
    while True:
        answer = officer.get(reverse("registry:organisations"), {"after": after})
        found = answer.context["found"]
        seen += [line.id for line in found.lines]
        after = found.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == 65


def test_a_record_outside_the_scope_does_not_exist(client, district, community):
    beside = make.area(parent=district)
    client.force_login(make.account(("community_officer", community)))
    outside, inside = firm("外样例", beside), firm("内样例", community)
    assert client.get(reverse("registry:organisation", args=[outside.pk])).status_code == 404
    assert client.get(reverse("registry:edit_organisation", args=[outside.pk])).status_code == 404
    assert "内样例" in text_of(client, "organisation", inside.pk)
    assert "外样例" not in text_of(client, "organisations")


def test_a_stranger_is_asked_to_sign_in_and_a_partner_is_refused(client, district):
    assert client.get(reverse("registry:organisations")).status_code == 302
    client.force_login(make.account(("partner", district)))
    assert client.get(reverse("registry:organisations")).status_code == 403


def form_of(span, **changes):
    known = {"name": span.name, "credit_code": span.credit_code, "kind": span.kind, "area": span.area_id}
    return {**known, "headcount": 40, "mode": "change", "day": today().isoformat(), **changes}


def test_an_officer_changes_a_fact_and_yesterday_stays(officer, community):
    one = firm("云杉样例有限公司", community)
    address = reverse("registry:edit_organisation", args=[one.pk])
    assert officer.post(address, form_of(one.spans.get(), headcount=55)).status_code == 302
    assert OrganisationSpan.objects.on(today()).get().headcount == 55
    assert OrganisationSpan.objects.on(today() - timedelta(days=1)).get().headcount == 40
    assert "更改了单位信息" in text_of(officer, "organisation", one.pk)


def test_a_wrong_code_is_refused_beside_its_field_and_nothing_typed_is_lost(officer, community):
    one = firm("云杉样例有限公司", community)
    wrong = make_code("91", "440304", 7)[:-1] + "0"
    wrong = wrong if wrong != make_code("91", "440304", 7) else wrong[:-1] + "1"
    answer = officer.post(
        reverse("registry:edit_organisation", args=[one.pk]), form_of(one.spans.get(), credit_code=wrong, headcount=55)
    )
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "第 18 位校验码" in body
    assert 'value="55"' in body


def test_a_refusal_of_the_operation_stands_on_top_of_the_form(officer, community):
    code = make_code("91", "440304", 8)
    firm("甲样例", community, credit_code=code)
    two = firm("乙样例", community)
    answer = officer.post(
        reverse("registry:edit_organisation", args=[two.pk]), form_of(two.spans.get(), credit_code=code)
    )
    assert answer.status_code == 422
    assert "甲样例" in answer.content.decode()


def test_an_officer_enters_an_organisation(officer, community):
    given = {"name": "新样例", "kind": "enterprise", "area": community.pk, "day": today().isoformat()}
    answer = officer.post(reverse("registry:new_organisation"), given)
    assert answer.status_code == 302
    assert "新样例" in text_of(officer, "organisations", q="新样")
    assert OrganisationSpan.objects.get().placed == "community"


def test_what_has_no_place_is_placed_by_hand(officer, district, community):
    one = firm("云杉样例有限公司", district, placed="none")
    assert "云杉样例" in text_of(officer, "to_place")
    officer.post(reverse("registry:place_organisation", args=[one.pk]), {"area": community.pk})
    assert "云杉样例" not in text_of(officer, "to_place")
    assert OrganisationSpan.objects.on(today()).get().area == community


def test_a_closed_organisation_is_shown_as_it_last_was(officer, community):
    one = firm("云杉样例有限公司", community, valid_until=today() - timedelta(days=30))
    assert "云杉样例" in text_of(officer, "organisation", one.pk)


def test_a_body_shows_what_it_covers_and_an_election_opens_a_term(officer, community):
    body = make.body("样例工会", area=community, covers=(firm("甲样例", community),), term_until=today())
    page = text_of(officer, "body", body.pk)
    assert "甲样例" in page
    given = {"day": today().isoformat(), "until": (today() + timedelta(days=900)).isoformat()}
    assert officer.post(reverse("registry:hold_election", args=[body.pk]), given).status_code == 302
    assert Term.objects.on(today()).filter(body=body).count() == 1


def test_a_person_is_shown_with_memberships_and_without_contacts(officer, community):
    person = make.person("林样例", area=community)
    make.membership(person=person, body=make.body("样例工会", area=community))
    page = text_of(officer, "person", person.pk)
    assert "样例工会" in page
    assert "林样例" in text_of(officer, "people")


def test_a_chapter_officer_sees_members_of_the_own_body_only(client, community):
    from lianxin.access.models import Grant, ScopeNode

    mine, other = make.body(area=community), make.body(area=community)
    member, stranger = make.person("甲样例", area=community), make.person("乙样例", area=community)
    make.membership(person=member, body=mine)
    make.membership(person=stranger, body=other)
    account = make.account()
    node = ScopeNode.objects.create(kind="body", ref=mine.pk, label="样例")
    Grant.objects.create(account=account, role="chapter_officer", node=node, valid_from=make.LONG_AGO)
    client.force_login(account)
    page = text_of(client, "people")
    assert "甲样例" in page
    assert "乙样例" not in page
    assert client.get(reverse("registry:person", args=[stranger.pk])).status_code == 404


def test_an_offered_member_is_taken_over_on_the_page(officer, community):
    old, new = make.body(area=community), make.body("接收工会", area=community)
    membership = make.membership(person=make.person("林样例"), body=old)
    transfer = Transfer.objects.create(membership=membership, to_body=new, offered_on=make.LONG_AGO)
    assert "接收工会" in text_of(officer, "transfers")
    officer.post(reverse("registry:answer_transfer", args=[transfer.pk]), {"answer": "accept"})
    assert Membership.objects.get(left_on=None).body == new


def test_a_pair_is_compared_merged_and_taken_apart_again(officer, community):
    first, second = firm("云杉样例有限公司", community), firm("云杉样例有限责任公司", community)
    pair = DuplicatePair.objects.create(
        kind="organisation", first=first.pk, second=second.pk, reasons=["same_name"], found_at=now()
    )
    assert "云杉样例有限责任公司" in text_of(officer, "duplicates")
    given = {"keep": first.pk, "day": today().isoformat()}
    officer.post(reverse("registry:decide_pair", args=[pair.pk]), given)
    assert OrganisationSpan.objects.on(today()).count() == 1
    merge = officer.get(reverse("registry:duplicates")).context["merges"][0]
    officer.post(reverse("registry:split_merge", args=[merge.id]))
    assert OrganisationSpan.objects.on(today()).count() == 2


def test_a_pair_half_outside_the_scope_is_nobodys_business(client, district, community):
    beside = make.area(parent=district)
    first, second = firm("甲样例", community), firm("甲样例", beside)
    pair = DuplicatePair.objects.create(kind="organisation", first=first.pk, second=second.pk, found_at=now())
    client.force_login(make.account(("community_officer", community)))
    assert client.post(reverse("registry:decide_pair", args=[pair.pk]), {"answer": "two"}).status_code == 404
    assert DuplicatePair.objects.get().state == "proposed"


def test_a_new_person_is_a_name_and_an_area(officer, community):
    answer = officer.post(reverse("registry:new_person"), {"name": "林样例", "area": community.pk})
    assert answer.status_code == 302
    assert Person.objects.get().area == community


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_both_languages(officer, community, language):
    officer.cookies["lx_language"] = language
    one = firm("云杉样例有限公司", community)
    body = make.body(area=community, covers=(one,))
    for name, args in (("organisations", []), ("organisation", [one.pk]), ("edit_organisation", [one.pk])):
        assert one.spans.get().name in text_of(officer, name, *args)
    for name, args in (("bodies", []), ("body", [body.pk]), ("hold_election", [body.pk]), ("new_person", [])):
        assert f'lang="{language}"' in text_of(officer, name, *args)


def test_a_body_is_founded_covers_lets_go_and_ends_on_the_pages(officer, community):
    one = firm("甲样例", community)
    make.line()
    given = {"line": "union", "name": "新工会", "kind": "joint_union", "form": "joint", "area": community.pk}
    assert officer.post(reverse("registry:new_body"), {**given, "day": today().isoformat()}).status_code == 302
    body = BodySpan.objects.get().body
    cover = reverse("registry:cover", args=[body.pk])
    assert officer.post(cover, {"organisation": "没有这家", "day": today().isoformat()}).status_code == 422
    officer.post(cover, {"organisation": "甲样例", "day": today().isoformat()})
    assert "甲样例" in text_of(officer, "body", body.pk)
    officer.post(reverse("registry:uncover", args=[body.pk, one.pk]))
    assert "甲样例" not in text_of(officer, "body", body.pk)
    officer.post(reverse("registry:dissolve", args=[body.pk]), {"day": today().isoformat()})
    assert not BodySpan.objects.on(today()).exists()


def test_an_officer_of_one_line_founds_bodies_of_that_line_only(client, district):
    make.line(), make.line("women")
    client.force_login(make.account(("district_officer", district), line="women"))
    given = {
        "name": "新组织",
        "kind": "women_federation",
        "form": "area",
        "area": district.pk,
        "day": today().isoformat(),
    }
    address = reverse("registry:new_body")
    assert client.post(address, {**given, "line": "union"}).status_code == 422
    assert client.post(address, {**given, "line": "women"}).status_code == 302


def test_the_protection_officer_hands_over_a_copy_and_erases(client, district, community):
    person = make.person("林样例", area=community)
    client.force_login(make.account(("protection_officer", district)))
    assert client.post(reverse("registry:copy_person", args=[person.pk])).json()["name"] == "林样例"
    assert "永久删除" in text_of(client, "erase_person", person.pk)
    client.post(reverse("registry:erase_person", args=[person.pk]))
    assert client.get(reverse("registry:person", args=[person.pk])).status_code == 404
    assert Person.objects.get().name == ""


def test_an_officer_neither_copies_nor_erases(officer, community):
    person = make.person("林样例", area=community)
    assert officer.post(reverse("registry:copy_person", args=[person.pk])).status_code == 403
    assert officer.post(reverse("registry:erase_person", args=[person.pk])).status_code == 403
