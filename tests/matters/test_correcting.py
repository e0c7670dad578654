"""What the desk wrote about a matter is put right: by whom, what follows, and that nothing of the person's changes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

import make
from lianxin.access.actors import AccountActor
from lianxin.access.models import Grant, ScopeNode
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.matters.models import ClockRun, Handler, Matter, Referral
from lianxin.matters.operations import referrals
from lianxin.matters.operations.correcting import Corrected, KindSettled, NoTitle, correct
from lianxin.matters.operations.happening import Requesting, standings
from lianxin.matters.operations.opening import Given, open_matter
from lianxin.matters.operations.steps import AccusedSide, NotHandled, ReasonNeeded, take_step
from lianxin.registry.models import Agreement
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    return make.area("样例街道", parent=make.area("样例区"))


@pytest.fixture
def elsewhere(street):
    return make.area("别处街道", parent=street.spans.get().parent)


@pytest.fixture
def officer(street):
    return make.account(("subdistrict_officer", street), username="officer")


@pytest.fixture
def client(officer):
    client = Client()
    client.force_login(officer)
    client.cookies["lx_language"] = "zh-hans"
    return client


def opened(area, words="云杉路食堂的饭冷了。请管一管", **given):
    return open_matter(given=Given(words=words, area=area, **given), actor=SYSTEM, at=now()).matter


def put_right(matter, account, reason="看错了", **given):
    wanted = {"title": matter.title, "area": matter.area} | given
    return correct(matter=matter, given=Corrected(**wanted), reason=reason, actor=AccountActor(account), at=now())


def test_each_field_is_changed_with_a_reason_and_the_words_stay(officer, street, elsewhere):
    matter, firm = opened(street), make.organisation("样例食品厂", area=street)
    put_right(matter, officer, title="  食堂 饭冷 ", area=elsewhere, organisation=firm)
    found = Matter.objects.get(pk=matter.pk)
    assert (found.title, found.area, found.organisation, found.accused) == ("食堂 饭冷", elsewhere, firm, None)
    assert found.words.text == "云杉路食堂的饭冷了。请管一管"
    event = found.events.get(act="corrected")
    assert (event.note, event.facts) == ("看错了", {"fields": ["area", "organisation", "title"]})
    assert not event.is_shown
    assert Entry.objects.filter(act="matters.matter.corrected").count() == 1


def test_nothing_is_written_where_nothing_changed_and_a_change_needs_a_reason(officer, street, elsewhere):
    matter = opened(street)
    put_right(matter, officer, reason="")
    assert not matter.events.filter(act="corrected").exists()
    with pytest.raises(ReasonNeeded):
        put_right(matter, officer, reason=" ", area=elsewhere)
    with pytest.raises(NoTitle):
        put_right(matter, officer, title=" ")


def test_who_does_not_work_on_it_cannot(street, elsewhere):
    matter = opened(street)
    with pytest.raises(NotHandled):
        put_right(matter, make.account(("subdistrict_officer", elsewhere)), title="别的")


def test_the_accused_side_lets_go_at_once(officer, street):
    firm = make.organisation("样例电子厂", area=street)
    body = make.body("样例电子厂工会", area=street, form="own", covers=(firm,))
    matter = opened(street, body=body)
    inside = make.account()
    node = ScopeNode.objects.create(kind="body", ref=body.pk, label="厂工会")
    Grant.objects.create(account=inside, role="subdistrict_officer", node=node, valid_from=make.LONG_AGO)
    for number, account in enumerate((inside, officer)):
        Handler.objects.create(matter=matter, account=account, since=now(), is_lead=number == 0)
    put_right(matter, officer, organisation=firm, accused=firm)
    found = Matter.objects.get(pk=matter.pk)
    assert (found.accused, found.body) == (firm, None)
    assert list(found.handlers.filter(until=None).values_list("account", "is_lead")) == [(officer.pk, True)]
    assert found.events.filter(act="released").count() == 1


def test_a_sealed_matter_gets_neither_line_nor_organisation(street):
    counsellor = make.account(("counsellor", street))
    matter = opened(street, words="我被家暴，请帮帮我。")
    assert matter.level == "C4"
    firm = make.organisation("样例物业", area=street)
    put_right(matter, counsellor, title="不该有的话", organisation=firm, accused=firm)
    found = Matter.objects.get(pk=matter.pk)
    assert (found.title, found.organisation, found.accused) == ("", None, firm)
    assert found.events.get(act="corrected").note == ""


def test_the_clock_follows_the_rule_of_the_area(officer, street, elsewhere):
    matter = opened(street)
    content = matter.kind.content
    clock = next(c for c in content["clocks"] if c["code"] == matter.due_clock)
    [amount] = clock["amounts"]
    clock["amounts"].append({**amount, "number": amount["number"] + 9, "jurisdiction": elsewhere.code})
    matter.kind.digest = "with a rule of its own"
    matter.kind.save()
    before = matter.due_at
    put_right(matter, officer, area=elsewhere)
    assert Matter.objects.get(pk=matter.pk).due_at > before


def test_the_page_keeps_what_was_typed_and_leads_back(client, street, elsewhere):
    matter, firm = opened(street), make.organisation("样例食品厂", area=street)
    address = reverse("matters:correct", args=[matter.pk])
    assert "云杉路食堂的饭冷了" in client.get(address).content.decode()
    given = {"title": "食堂饭冷", "area": street.pk, "accuses": "on", "reason": "打错了", "code": matter.code}
    given["organisation"] = "没有的厂"
    wrong = client.post(address, given)
    assert wrong.status_code == 422
    assert "食堂饭冷" in wrong.content.decode()
    empty = client.post(address, {**given, "organisation": ""})
    assert "accused" not in str(Matter.objects.get(pk=matter.pk).events.values_list("facts"))
    assert empty.status_code == 422
    right = client.post(address, {**given, "organisation": "样例食品厂"})
    assert right.headers["Location"] == reverse("matters:matter", args=[matter.pk])
    shown = client.get(right.headers["Location"]).content.decode()
    assert "更正" in shown
    assert "打错了" in shown
    assert Matter.objects.get(pk=matter.pk).accused == firm
    away = client.post(address, {**given, "organisation": "样例食品厂", "area": elsewhere.pk})
    assert away.headers["Location"] == reverse("matters:matters")


def test_an_accused_firm_that_is_not_the_one_it_is_about_stays_as_it_is(client, street):
    about, accused = make.organisation("甲厂", area=street), make.organisation("乙厂", area=street)
    matter = opened(street, organisation=about, accused=accused)
    address = reverse("matters:correct", args=[matter.pk])
    given = {"title": "新的一行", "area": street.pk, "organisation": "乙厂", "accuses": "on", "reason": "改"}
    client.post(address, {**given, "code": matter.code})
    found = Matter.objects.get(pk=matter.pk)
    assert (found.title, found.organisation, found.accused) == ("新的一行", about, accused)


def test_what_was_referred_to_a_side_that_turns_out_accused_is_read_no_more_and_never_sent(officer, street):
    partner = make.organisation("样例援助站", area=street)
    Agreement.objects.create(organisation=partner, scope="援助", valid_from=make.LONG_AGO)
    lawyer = make.account()
    node = ScopeNode.objects.create(kind="organisation", ref=partner.pk, label="援助站")
    Grant.objects.create(account=lawyer, role="partner", node=node, valid_from=make.LONG_AGO)
    matter, other, handler = opened(street), opened(street), AccountActor(officer)
    given = {"purpose": "请看", "fields": ["words"], "expires_on": today() + timedelta(days=9)}
    sent, waiting = (
        referrals.offer(matter=each, to=referrals.To(partner=partner), actor=handler, at=now(), **given)
        for each in (matter, other)
    )
    referrals.consent(referral=sent, is_given=True, actor=Requesting(matter.pk), at=now())
    assert referrals.receives(sent, AccountActor(lawyer), now())
    for each in (matter, other):
        put_right(each, officer, organisation=partner, accused=partner)
    assert not referrals.receives(sent, AccountActor(lawyer), now())
    assert Matter.objects.get(pk=sent.pk).accused == partner
    with pytest.raises(AccusedSide):
        late = Referral.objects.get(pk=waiting.pk)
        referrals.consent(referral=late, is_given=True, actor=Requesting(other.pk), at=now())


def test_a_matter_nobody_has_worked_on_becomes_one_of_another_kind_with_clocks_from_its_arrival(officer, street):
    matter = opened(street)
    Matter.objects.filter(pk=matter.pk).update(arrived_at=now() - timedelta(days=2))
    arrived = Matter.objects.get(pk=matter.pk).arrived_at
    put_right(matter, officer, code="proposal")
    changed = Matter.objects.get(pk=matter.pk)
    assert (changed.code, changed.kind.code, changed.state) == ("proposal", "proposal", changed.kind.kind.start)
    standing = standings(changed, now())
    assert {s.clock.code for s in standing} <= {c.code for c in changed.kind.kind.clocks}
    assert {s.started_at for s in standing} == {arrived}
    assert {*ClockRun.objects.filter(matter=matter).values_list("clock", flat=True)} == {s.clock.code for s in standing}
    assert Entry.objects.filter(act="matters.matter.corrected").last().facts["fields"] == ["kind"]


def test_a_kind_that_asks_for_more_secrecy_shuts_the_matter(officer, street, client):
    matter = opened(street, "家里的事，请帮帮我")
    page = client.get(reverse("matters:correct", args=[matter.pk])).content.decode()
    assert "保护" in page
    put_right(matter, officer, code="protection_case")
    shut = Matter.objects.get(pk=matter.pk)
    assert (shut.level, shut.title, shut.words.text) == (shut.kind.kind.level, "", "")
    shown = client.get(reverse("matters:matter", args=[matter.pk])).content.decode()
    assert "更正" in shown


def test_after_a_step_the_kind_stays(officer, street, client):
    matter = opened(street)
    take_step(matter=matter, code="accept", actor=AccountActor(officer), at=now())
    with pytest.raises(KindSettled):
        put_right(matter, officer, code="proposal")
    page = client.get(reverse("matters:correct", args=[matter.pk])).content.decode()
    assert 'name="code"' not in page
    with pytest.raises(KindSettled):
        put_right(opened(street), officer, code="finding")
