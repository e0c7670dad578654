"""A matter given on: with the person's consent, the least of it, until a day, and back with an outcome."""

from datetime import timedelta

import pytest

import make
from lianxin.access.actors import AccountActor
from lianxin.access.models import Account, Grant, ScopeNode
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.matters.models import Event, Matter, Referral
from lianxin.matters.operations import handling
from lianxin.matters.operations import referrals as op
from lianxin.matters.operations.happening import Requesting
from lianxin.matters.operations.opening import Given, Person, open_matter
from lianxin.matters.operations.reading import may_read
from lianxin.matters.operations.steps import AccusedSide, NotHandled, note, steps_for, take_step
from lianxin.matters.queries.progress import progress
from lianxin.matters.queries.referrals_waiting import referrals_waiting
from lianxin.registry.models import Agreement
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
WORDS = "云杉路那家厂三个月没有发工资。"


@pytest.fixture
def street():
    return make.area("样例街道", parent=make.area("样例区"))


@pytest.fixture
def officer(street):
    return AccountActor(make.account(("subdistrict_officer", street), username="officer"))


@pytest.fixture
def partner(street):
    firm = make.organisation("样例法律援助站", area=street)
    Agreement.objects.create(organisation=firm, scope="法律援助", valid_from=make.LONG_AGO)
    return firm


@pytest.fixture
def lawyer(partner):
    account = make.account(username="lawyer")
    node = ScopeNode.objects.create(kind="organisation", ref=partner.pk, label="援助站")
    Grant.objects.create(account=account, role="partner", node=node, valid_from=make.LONG_AGO)
    return AccountActor(account)


def opened(street, words=WORDS, **given):
    person = Person(name="甲样例", contact_kind="mobile", contact="13800000000")
    return open_matter(given=Given(words=words, area=street, person=person, **given), actor=SYSTEM, at=now()).matter


def offered(matter, officer, partner, **given):
    said = {"purpose": "请律师看合同", "fields": ["words", "contact"], "expires_on": today() + timedelta(days=30)}
    return op.offer(matter=matter, to=op.To(partner=partner), **{**said, **given}, actor=officer, at=now())


def test_nothing_leaves_before_the_person_agrees_and_then_only_what_was_named(street, officer, partner, lawyer):
    matter = opened(street)
    referral = offered(matter, officer, partner)
    assert not op.receives(referral, lawyer, now())
    with pytest.raises(NotHandled):
        op.read_referral(referral=referral, actor=lawyer, at=now())
    op.consent(referral=referral, is_given=True, actor=Requesting(matter.pk), at=now())
    referral.refresh_from_db()
    assert WORDS.encode() not in bytes(referral.passed)
    found = op.read_referral(referral=referral, actor=lawyer, at=now())
    assert found == {"words": WORDS, "contact": "13800000000"}
    assert not may_read(matter, lawyer, now())
    assert Entry.objects.filter(act="matters.referral.read", actor_id=lawyer.id).count() == 1


def test_the_outcome_comes_back_to_the_matter_and_what_was_passed_is_forgotten(street, officer, partner, lawyer):
    matter = opened(street)
    referral = offered(matter, officer, partner)
    op.consent(referral=referral, is_given=True, actor=officer, at=now())
    op.answer(referral=referral, code="take", note="", actor=lawyer, at=now())
    with pytest.raises(Exception, match="SomethingMissing"):
        op.answer(referral=referral, code="outcome", note="", actor=lawyer, at=now())
    op.answer(referral=referral, code="outcome", note="已协助申请仲裁", actor=lawyer, at=now())
    referral.refresh_from_db()
    assert referral.passed is None
    assert referral.matter.state == "closed"
    told = Event.objects.filter(matter=matter, act="referred", is_shown=True).order_by("seq")
    assert [e.step for e in told] == ["offered", "send", "take", "outcome"]
    assert told.last().note == "已协助申请仲裁"


def test_without_consent_it_ends_and_taken_back_it_is_read_no_more(street, officer, partner, lawyer):
    matter = opened(street)
    refused = offered(matter, officer, partner)
    with pytest.raises(op.AlreadyOffered):
        offered(matter, officer, partner)
    op.consent(referral=refused, is_given=False, actor=Requesting(matter.pk), at=now())
    refused.matter.refresh_from_db()
    assert refused.matter.state == "no_consent"
    assert refused.passed is None
    sent = offered(matter, officer, partner)
    op.consent(referral=sent, is_given=True, actor=Requesting(matter.pk), at=now())
    op.take_back(referral=sent, actor=Requesting(matter.pk), at=now())
    with pytest.raises(op.NoLongerReadable):
        op.read_referral(referral=sent, actor=lawyer, at=now())
    assert Referral.objects.get(pk=sent.pk).matter.state == "taken_back"


def test_a_referral_ends_with_its_day_and_with_the_agreement(street, officer, partner, lawyer):
    matter = opened(street)
    referral = offered(matter, officer, partner)
    op.consent(referral=referral, is_given=True, actor=officer, at=now())
    Agreement.objects.update(valid_until=today())
    assert not op.receives(referral, lawyer, now())
    late = now() + timedelta(days=31)
    assert op.expired(late.date()) == [referral]
    op.expire(referral=referral, at=late)
    assert Referral.objects.get().passed is None
    assert op.expired(late.date()) == []


def test_it_never_goes_to_the_side_complained_about_nor_to_who_has_no_agreement(street, officer, partner):
    firm = make.organisation("云杉厂", area=street)
    with pytest.raises(op.NoAgreement):
        offered(opened(street), officer, firm)
    with pytest.raises(AccusedSide):
        offered(opened(street, accused=partner), officer, partner)
    own = make.body("云杉厂工会", area=street, form="own", covers=[firm])
    with pytest.raises(AccusedSide):
        to = op.To(body=own)
        said = {"purpose": "x", "fields": ["words"], "expires_on": today() + timedelta(days=3)}
        op.offer(matter=opened(street, accused=firm), to=to, **said, actor=officer, at=now())


def test_a_shut_matter_is_referred_by_its_handlers_and_stays_shut(street, officer, partner, lawyer):
    counsellor = AccountActor(make.account(("counsellor", street), username="counsellor"))
    other = AccountActor(make.account(("counsellor", street), username="other"))
    matter = opened(street, "我被家暴，请帮帮我。")
    matter.handlers.filter(account=other.id).update(until=now())
    with pytest.raises(NotHandled):
        offered(matter, officer, partner)
    referral = offered(matter, counsellor, partner)
    assert referral.matter.level == "C4"
    assert not may_read(referral.matter, other, now())
    op.consent(referral=referral, is_given=True, actor=counsellor, at=now())
    assert "家暴" in op.read_referral(referral=referral, actor=lawyer, at=now())["words"]


def test_the_person_agrees_on_the_own_page_and_takes_it_back_there(street, officer, partner, lawyer, client):
    made = open_matter(given=Given(words=WORDS, area=street), actor=SYSTEM, at=now())
    referral = offered(made.matter, officer, partner)
    page = client.get(f"/ask/p/{made.secret}/")
    assert "样例法律援助站" in page.content.decode()
    assert "本人原话" in page.content.decode()
    client.post(f"/ask/p/{made.secret}/referrals/{referral.pk}/yes/")
    assert op.receives(Referral.objects.get(), lawyer, now())
    client.post(f"/ask/p/{made.secret}/referrals/{referral.pk}/back/")
    assert Referral.objects.get().passed is None
    story = client.get(f"/ask/p/{made.secret}/").content.decode()
    assert "已按同意的内容转给其他单位 · 样例法律援助站" in story
    other = open_matter(given=Given(words=WORDS, area=street), actor=SYSTEM, at=now())
    assert client.post(f"/ask/p/{other.secret}/referrals/{referral.pk}/yes/").status_code == 404


def test_shutting_a_matter_takes_its_referrals_along_and_they_stay_readable_for_the_other_side(
    street, officer, partner, lawyer
):
    matter = opened(street)
    referral = offered(matter, officer, partner, purpose="请律师陪同去派出所")
    op.consent(referral=referral, is_given=True, actor=Requesting(matter.pk), at=now())
    handling.set_level(matter=matter, level="C4", reason="家里人在找她", actor=officer, at=now())
    held = Referral.objects.get()
    assert (held.matter.level, held.matter.title) == ("C4", "")
    assert op.read_referral(referral=held, actor=lawyer, at=now()) == {"words": WORDS, "contact": "13800000000"}
    handling.set_level(matter=matter, level="C3", reason="已经安全", actor=officer, at=now())
    held = Referral.objects.get()
    assert held.matter.level == "C4"
    assert op.read_referral(referral=held, actor=lawyer, at=now())["words"] == WORDS


def test_nobody_answers_for_the_other_side_by_the_steps_of_a_matter(street, officer, partner, lawyer, client):
    district = make.account(("district_officer", street), username="district")
    matter = opened(street)
    referral = offered(matter, officer, partner)
    op.consent(referral=referral, is_given=True, actor=officer, at=now())
    child = Referral.objects.get().matter
    assert steps_for(child, AccountActor(district), now()) == []
    with pytest.raises(NotHandled):
        take_step(matter=child, code="take", actor=AccountActor(district), at=now())
    client.force_login(district)
    assert "收到的转介" not in client.get(f"/listen/{child.pk}/").content.decode()
    client.post(f"/listen/{child.pk}/steps/take/")
    child.refresh_from_db()
    assert child.state == "sent"


def test_withdrawing_a_matter_ends_what_was_asked_and_what_was_sent(street, officer, partner, lawyer):
    matter = opened(street)
    sent = offered(matter, officer, partner)
    op.consent(referral=sent, is_given=True, actor=officer, at=now())
    asked = op.offer(
        matter=matter,
        to=op.To(body=make.body("样例街道妇联", area=street, form="area")),
        purpose="一起去看她",
        fields=["words"],
        expires_on=today() + timedelta(days=9),
        actor=officer,
        at=now(),
    )
    take_step(matter=matter, code="withdraw", actor=Requesting(matter.pk), at=now())
    states = dict(Referral.objects.values_list("pk", "matter__state"))
    assert states == {sent.pk: "taken_back", asked.pk: "no_consent"}
    assert Referral.objects.get(pk=sent.pk).passed is None
    with pytest.raises(op.NoLongerReadable):
        op.read_referral(referral=Referral.objects.get(pk=sent.pk), actor=lawyer, at=now())
    page = progress(Matter.objects.get(pk=matter.pk), now())
    assert page.passed == {0}


def test_an_offer_that_the_person_does_not_answer_ends_with_its_day(street, officer, partner):
    matter = opened(street)
    referral = offered(matter, officer, partner)
    late = now() + timedelta(days=31)
    with pytest.raises(op.OfferOver):
        op.consent(referral=referral, is_given=True, actor=Requesting(matter.pk), at=late)
    assert op.expired(late.date()) == [referral]
    op.expire(referral=referral, at=late)
    assert Referral.objects.get().matter.state == "expired"


def test_the_other_side_finds_it_on_today_with_what_it_is_for_and_later_what_it_answered(
    street, officer, partner, lawyer, client
):
    matter = opened(street)
    referral = offered(matter, officer, partner, purpose="请律师看欠条")
    op.consent(referral=referral, is_given=True, actor=officer, at=now())
    (line,) = referrals_waiting(lawyer, today())
    assert (line.title, line.url) == ("请律师看欠条", f"/listen/referrals/{referral.pk}/")
    assert line.due_on is not None
    client.force_login(Account.objects.get(pk=lawyer.id))
    page = client.get(line.url).content.decode()
    assert "请律师看欠条" in page
    assert "等我们答复" in page
    assert "对方" not in page.split("<main")[1]
    refused = client.post(line.url, {"code": "decline", "note": ""})
    assert refused.status_code == 422
    client.post(line.url, {"code": "decline", "note": "欠条已过时效，我们不接"})
    assert referrals_waiting(lawyer, today()) == []
    assert "欠条已过时效" in client.get(line.url).content.decode()
    ended = referrals_waiting(officer, today())
    assert [line.url for line in ended] == [f"/listen/{matter.pk}/"]
    assert "样例法律援助站" in ended[0].detail
    note(matter=matter, text="改请街道司法所", actor=officer, at=now() + timedelta(seconds=1))
    assert referrals_waiting(officer, today()) == []


def test_what_a_sealed_referral_is_for_is_read_on_its_page_only(street, partner, lawyer, client):
    counsellor = AccountActor(make.account(("counsellor", street), username="counsellor"))
    matter = opened(street, "我被家暴，请帮帮我。")
    referral = offered(matter, counsellor, partner, purpose="陪她去派出所")
    op.consent(referral=referral, is_given=True, actor=counsellor, at=now())
    (line,) = referrals_waiting(lawyer, today())
    assert "派出所" not in line.title + line.detail
    client.force_login(Account.objects.get(pk=lawyer.id))
    assert "陪她去派出所" not in client.get("/listen/referrals/").content.decode()
    assert "陪她去派出所" in client.get(line.url).content.decode()
