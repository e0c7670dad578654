from datetime import timedelta

import pytest
from django.urls import reverse

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import today
from lianxin.registry.models import Agreement, BodySpan
from lianxin.registry.operations import agreements as op

pytestmark = pytest.mark.django_db
BY = {"actor": SYSTEM, "at": NOW}


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


def sign(firm, **given):
    return op.sign_agreement(organisation=firm, **{"scope": "提供会议室", "day": TODAY, **BY, **given})


def test_a_partner_is_an_organisation_with_an_agreement_in_words(community):
    firm = make.organisation(area=community)
    assert sign(firm, scope=" 提供会议室 ").scope == "提供会议室"
    with pytest.raises(op.ScopeMissing):
        sign(firm, scope="  ")


def test_an_agreement_needs_an_organisation_of_the_day_and_days_in_order(community):
    gone = make.organisation(area=community, valid_until=TODAY)
    with pytest.raises(op.PartnerNotThere):
        sign(gone)
    with pytest.raises(op.EndsBeforeItBegins):
        sign(make.organisation(area=community), until=TODAY - timedelta(days=1))


def test_an_agreement_ends_once_and_never_before_it_began(community):
    held = sign(make.organisation(area=community))
    with pytest.raises(op.EndsBeforeItBegins):
        op.end_agreement(agreement=held, day=TODAY - timedelta(days=1), **BY)
    op.end_agreement(agreement=held, day=TODAY, **BY)
    op.end_agreement(agreement=held, day=TODAY + timedelta(days=9), **BY)
    assert Agreement.objects.get().valid_until == TODAY


def test_an_officer_enters_and_ends_an_agreement_on_the_organisations_page(officer, community):
    firm = make.organisation(area=community)
    address = reverse("registry:new_agreement", args=[firm.pk])
    assert f'href="{address}"' in officer.get(reverse("registry:organisation", args=[firm.pk])).content.decode()
    assert officer.post(address, {"scope": "", "day": today().isoformat()}).status_code == 422
    officer.post(address, {"scope": "提供会议室", "day": today().isoformat()})
    page = officer.get(reverse("registry:organisation", args=[firm.pk])).content.decode()
    assert "提供会议室" in page
    assert reverse("registry:end_agreement", args=[firm.pk, Agreement.objects.get().pk]) in page
    end = reverse("registry:end_agreement", args=[firm.pk, Agreement.objects.get().pk])
    early = (today() - timedelta(days=3)).isoformat()
    assert officer.post(end, {"day": early}).status_code == 422
    officer.post(end, {"day": today().isoformat()})
    assert "已终止" in officer.get(reverse("registry:organisation", args=[firm.pk])).content.decode()


def test_an_agreement_is_not_reached_through_another_organisation(officer, community):
    held = sign(make.organisation(area=community))
    other = make.organisation(area=community)
    assert officer.post(reverse("registry:end_agreement", args=[other.pk, held.pk])).status_code == 404


@pytest.mark.parametrize("role", ["partner", "auditor", "chapter_officer"])
def test_others_enter_no_agreement(client, community, role):
    firm = make.organisation(area=community)
    client.force_login(make.account((role, community)))
    assert client.get(reverse("registry:new_agreement", args=[firm.pk])).status_code == 403


def test_a_body_is_renamed_and_hung_elsewhere_from_a_day_on(officer, community, district):
    above = make.body("区总工会", area=district)
    one = make.body("旧名工会", area=community)
    address = reverse("registry:edit_body", args=[one.pk])
    assert 'value="旧名工会"' in officer.get(address).content.decode()
    given = {"name": "新名工会", "above": "区总工会", "day": today().isoformat()}
    assert officer.post(address, {**given, "above": "没有"}).status_code == 422
    assert officer.post(address, given).status_code == 302
    assert BodySpan.objects.on(today()).get(body=one).parent == above
    assert BodySpan.objects.on(today() - timedelta(days=1)).get(body=one).name == "旧名工会"
    page = officer.get(reverse("registry:body", args=[one.pk])).content.decode()
    assert "旧名工会" in page
    assert "新名工会" in page


def test_a_body_does_not_hang_below_itself(officer, district, community):
    above = make.body("上级工会", area=district)
    make.body("下级工会", area=community, parent=above)
    address = reverse("registry:edit_body", args=[above.pk])
    answer = officer.post(address, {"name": "上级工会", "above": "下级工会", "day": today().isoformat()})
    assert answer.status_code == 422
    assert BodySpan.objects.get(body=above, valid_until=None).parent is None


def test_a_body_above_that_lies_outside_the_scope_stays_when_only_the_name_changes(client, district, community):
    above = make.body("区总工会", area=district)
    one = make.body("社区工会", area=community, parent=above)
    client.force_login(make.account(("community_officer", community)))
    given = {"name": "社区联合工会", "above": "区总工会", "day": today().isoformat()}
    assert client.post(reverse("registry:edit_body", args=[one.pk]), given).status_code == 302
    assert BodySpan.objects.get(body=one, valid_until=None).parent == above
    other = make.body("另一工会", area=community)
    assert client.post(reverse("registry:edit_body", args=[other.pk]), given).status_code == 422
