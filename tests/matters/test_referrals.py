"""A matter given on: with the person's consent, the least of it, until a day, and back with an outcome."""

from datetime import timedelta

import pytest

import make
from lianxin.access.actors import AccountActor
from lianxin.access.models import Grant, ScopeNode
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.matters.models import Event, Referral
from lianxin.matters.operations import handling
from lianxin.matters.operations import referrals as op
from lianxin.matters.operations.happening import Requesting
from lianxin.matters.operations.opening import Given, Person, open_matter
from lianxin.matters.operations.reading import may_read
from lianxin.matters.operations.steps import AccusedSide, NotHandled
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
    refused, sent = (offered(matter, officer, partner) for _ in range(2))
    op.consent(referral=refused, is_given=False, actor=Requesting(matter.pk), at=now())
    refused.matter.refresh_from_db()
    assert refused.matter.state == "no_consent"
    assert refused.passed is None
    op.consent(referral=sent, is_given=True, actor=Requesting(matter.pk), at=now())
    op.take_back(referral=sent, actor=Requesting(matter.pk), at=now())
    with pytest.raises(op.NoLongerReadable):
        op.read_referral(referral=sent, actor=lawyer, at=now())


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
