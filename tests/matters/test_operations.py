"""A matter from first word to confirmed outcome; who reads it; what its clocks do."""

from datetime import timedelta

import pytest
from django.utils import translation

import make
from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now
from lianxin.matters.course import NotYours, SomethingMissing, UnknownPath
from lianxin.matters.models import Event, Handler, Matter, StoredKind, Words
from lianxin.matters.operations.calling import RatedTooEarly, draw_for_second_look, rate
from lianxin.matters.operations.handling import (
    ClosedMeanwhile,
    LevelsDiffer,
    NotYourself,
    SecrecyAsked,
    break_glass,
    end_emergencies,
    merge,
    name_handler,
    release_handler,
    set_level,
    split,
)
from lianxin.matters.operations.happening import Requesting
from lianxin.matters.operations.kinds import current, save_kind
from lianxin.matters.operations.opening import Given, NothingSaid, Person, open_matter
from lianxin.matters.operations.reading import may_read, read_notes, read_requester, read_words
from lianxin.matters.operations.ringing import due_now, ring
from lianxin.matters.operations.steps import NotHandled, With, extend, roles_of, steps_for, take_step
from lianxin.matters.queries.desk_record import matter_record
from lianxin.matters.queries.progress import progress
from lianxin.matters.shipped import contents
from lianxin.places.calendar import WorkingDays
from lianxin.registry import search
from lianxin.trail.models import Entry

pytestmark = pytest.mark.django_db
PLAIN = "云杉路那家厂三个月没有发工资，想问怎么办。"
SHUT = "我被家暴，孩子也在家，请帮帮我。"


@pytest.fixture
def district():
    return make.area("样例区")


@pytest.fixture
def street(district):
    return make.area("样例街道", parent=district)


@pytest.fixture
def officer(street):
    return AccountActor(make.account(("subdistrict_officer", street), username="officer"))


@pytest.fixture
def colleague(street):
    return AccountActor(make.account(("subdistrict_officer", street), username="colleague"))


@pytest.fixture
def counsellor(district):
    return AccountActor(make.account(("counsellor", district), username="counsellor"))


@pytest.fixture
def body(street):
    return make.body("样例街道总工会", area=street)


def opened(words, street, **given):
    return open_matter(given=Given(words=words, area=street, **given), actor=SYSTEM, at=given.pop("at", now()))


def walk(matter, actor, *steps, at=None):
    for code, given in steps:
        matter = take_step(matter=matter, code=code, actor=actor, at=at or now(), given=given)
    return matter


def answered(matter, officer, body):
    return walk(
        matter,
        officer,
        ("accept", With()),
        ("assign", With(owner=body)),
        ("contact", With()),
        ("start", With()),
        ("answer", With(note="已经催发，三天内到账。")),
    )


def test_a_request_goes_from_first_word_to_an_outcome_the_person_confirms(street, officer, body):
    made = opened(PLAIN, street)
    done = answered(made.matter, officer, body)
    assert done.state == "answered"
    assert done.contacted_at
    assert done.answered_at
    assert done.body == body
    asking = Requesting(done.pk)
    again = walk(done, asking, ("not_solved", With()))
    assert (again.state, again.solved) == ("in_progress", "no")
    walk(again, officer, ("answer", With(note="已到账。")))
    closed = walk(again, asking, ("confirm", With()))
    assert not closed.is_open
    assert closed.closed_at
    assert closed.due_at is None
    assert closed.next_at is None
    reopened = walk(closed, asking, ("reopen", With()))
    assert reopened.is_open
    assert reopened.reopened == 1
    assert reopened.closed_at is None


def test_what_the_kind_does_not_know_is_refused_and_changes_nothing(street, officer):
    matter = opened(PLAIN, street).matter
    with pytest.raises(UnknownPath):
        walk(matter, officer, ("answer", With(note="好")))
    with pytest.raises(NotYours):
        walk(matter, Requesting(matter.pk), ("accept", With()))
    with pytest.raises(SomethingMissing):
        walk(matter, officer, ("refuse", With(rule="不属职责")))
    assert matter.events.count() == 1
    assert Matter.objects.get().state == "submitted"


def test_somebody_of_another_place_takes_no_part(street, district):
    elsewhere = AccountActor(make.account(("subdistrict_officer", make.area("别处街道", parent=district))))
    matter = opened(PLAIN, street).matter
    assert roles_of(matter, elsewhere, now()) == frozenset()
    assert not may_read(matter, elsewhere, now())
    with pytest.raises(NotHandled):
        walk(matter, elsewhere, ("accept", With()))


def test_sent_twice_with_one_key_it_is_one_matter(street):
    first, second = (opened(PLAIN, street, key="form-token") for _ in range(2))
    assert first.matter == second.matter
    assert first.secret == second.secret
    assert not second.is_new
    assert Matter.objects.count() == 1


def test_nothing_said_is_no_matter(street):
    with pytest.raises(NothingSaid):
        opened("  ", street)


def test_words_of_harm_shut_a_matter_before_anybody_has_read_it(street, officer, counsellor):
    matter = opened(SHUT, street, person=Person(name="甲", contact="13800000000", safe_rule="只在上午打")).matter
    assert matter.level == "C4"
    assert matter.title == ""
    assert matter.code_name
    words = Words.objects.get(pk=matter.pk)
    assert words.text == ""
    assert "家暴".encode() not in bytes(words.sealed)
    assert not search.matching("matter", "家暴").exists()
    assert not search.matching("matter", matter.number).exists()
    assert read_words(matter=matter, actor=counsellor, at=now()).text == SHUT
    assert read_requester(matter=matter, actor=counsellor, at=now()).safe_rule == "只在上午打"
    assert Entry.objects.filter(act="matters.words.read", subject_id=matter.pk).count() == 1
    for stranger in (officer, SYSTEM):
        with pytest.raises(NotHandled):
            read_words(matter=matter, actor=stranger, at=now())
    assert not Matter.objects.within(officer.scope("matters.handle_matters", now().date())).exists()


def test_who_may_name_handlers_names_others_and_reads_nothing(street, officer, colleague):
    matter = opened(SHUT, street).matter
    assert not matter.handlers.exists()
    with pytest.raises(NotYourself):
        name_handler(matter=matter, account=officer.account, actor=officer, at=now())
    name_handler(matter=matter, account=colleague.account, actor=officer, at=now())
    assert may_read(matter, colleague, now())
    assert not may_read(matter, officer, now())


def test_breaking_glass_is_told_to_the_person_and_stands_in_the_trail(street, officer):
    matter = opened(SHUT, street).matter
    break_glass(matter=matter, reason="有人说她今晚有危险", actor=officer, at=now())
    assert read_words(matter=matter, actor=officer, at=now()).text == SHUT
    told = Event.objects.get(matter=matter, facts__emergency=True, is_shown=True, act="noted")
    assert told.note == ""
    assert told.sealed
    assert Entry.objects.filter(act="matters.glass.broken", actor_id=officer.id).count() == 1


def test_who_opened_it_in_an_emergency_reads_it_for_a_day(street, officer, counsellor):
    matter = opened(SHUT, street).matter
    break_glass(matter=matter, reason="有人说她今晚有危险", actor=officer, at=now())
    assert "紧急情况" in str(progress(matter, now()).told)
    assert end_emergencies(now() + timedelta(hours=23)) == 0
    assert end_emergencies(now() + timedelta(hours=25)) == 1
    assert not may_read(matter, officer, now() + timedelta(hours=25))
    assert may_read(matter, counsellor, now())


def test_who_opened_it_alone_stays_until_another_is_named(street, officer, colleague):
    matter = opened(SHUT, street).matter
    break_glass(matter=matter, reason="没有别人", actor=officer, at=now())
    assert end_emergencies(now() + timedelta(hours=25)) == 0
    assert may_read(matter, officer, now())


def test_what_somebody_asked_to_be_kept_secret_is_not_opened(street, officer):
    person = Person(name="乙", contact="13900000000")
    matter = opened(PLAIN, street, person=person, wishes_secrecy=True).matter
    assert matter.is_shut
    break_glass(matter=matter, reason="没有别人", actor=officer, at=now())
    with pytest.raises(SecrecyAsked):
        set_level(matter=matter, level="C1", reason="试", actor=officer, at=now())
    assert set_level(matter=matter, level="C4", reason="更紧", actor=officer, at=now()).level == "C4"


def test_nobody_of_the_accused_side_handles_or_reads(street, officer):
    firm = make.organisation("云杉厂", area=street)
    own = make.body("云杉厂工会", area=street, form="own", covers=[firm])
    inside = make.account(("chapter_officer", own), username="inside")
    matter = opened(SHUT, street, accused=firm).matter
    with pytest.raises(Exception, match="AccusedSide"):
        name_handler(matter=matter, account=inside, actor=officer, at=now())
    open_one = opened(PLAIN, street, accused=firm, body=own).matter
    assert not may_read(open_one, AccountActor(inside), now())
    with pytest.raises(Exception, match="AccusedSide"):
        walk(open_one, officer, ("accept", With()), ("assign", With(owner=own)))


def test_shutting_a_matter_seals_all_of_it_and_opening_it_again_finds_all(street, officer, body):
    matter = opened(PLAIN, street, person=Person(name="乙", contact="13900000000")).matter
    walk(matter, officer, ("refuse", With(note="已在仲裁", rule="仲裁中", right_door="仲裁委")))
    assert search.matching("matter", "云杉路").exists()
    shut = set_level(matter=matter, level="C4", reason="本人要求", actor=officer, at=now())
    assert Words.objects.get().text == ""
    assert not search.matching("matter", "云杉路").exists()
    assert not Event.objects.exclude(note="").exists()
    assert read_words(matter=shut, actor=officer, at=now()).text == PLAIN
    assert "已在仲裁" in read_notes(matter=shut, actor=officer, at=now()).values()
    again = set_level(matter=shut, level="C2", reason="本人同意", actor=officer, at=now())
    assert Words.objects.get().text == PLAIN
    assert search.matching("matter", "云杉路").exists()
    assert again.title
    assert read_requester(matter=again, actor=officer, at=now()).name == "乙"


def test_the_last_handler_of_a_shut_matter_stays_until_another_is_named(street, officer, counsellor):
    matter = opened(SHUT, street).matter
    with pytest.raises(Exception, match="LastOne"):
        release_handler(handler=Handler.objects.get(), actor=counsellor, at=now())
    name_handler(matter=matter, account=officer.account, actor=counsellor, at=now())
    release_handler(handler=Handler.objects.get(account=counsellor.account), actor=counsellor, at=now())
    assert not may_read(matter, counsellor, now())
    assert Handler.objects.get(until=None).is_lead


def test_a_clock_reminds_then_escalates_once_and_is_extended_only_as_its_rule_allows(street, officer, body):
    start = now() - timedelta(days=20)
    made = open_matter(given=Given(words=PLAIN, area=street), actor=SYSTEM, at=start)
    matter = walk(made.matter, officer, ("accept", With()), at=start)
    assert matter.due_clock == "handle"
    extend(matter=matter, clock="handle", reason="要等对方回函", actor=officer, at=start)
    matter.refresh_from_db()
    assert (matter.due_at - start).days in (14, 15)
    with pytest.raises(Exception, match="NoExtension"):
        extend(matter=matter, clock="handle", reason="再等等", actor=officer, at=start)
    calendar = WorkingDays.read()
    rung = []
    for day in range(20):
        at = start + timedelta(days=day, hours=1)
        for due in due_now(at, 10):
            rung += ring(matter=due, at=at, calendar=calendar)
    assert rung == ["reminded handle", "escalated handle"]
    assert due_now(now(), 10) == []


def test_an_answer_nobody_confirms_is_closed_by_the_clock(street, officer, body):
    start = now() - timedelta(days=30)
    made = open_matter(given=Given(words=PLAIN, area=street), actor=SYSTEM, at=start)
    steps = (("accept", With()), ("assign", With(owner=body)), ("start", With()), ("answer", With(note="已办")))
    matter = walk(made.matter, officer, *steps, at=start)
    done = [ring(matter=m, at=now(), calendar=WorkingDays.read()) for m in due_now(now(), 10)]
    matter.refresh_from_db()
    assert done == [["close_unheard reply"]]
    assert matter.state == "closed"
    step = matter.events.get(step="close_unheard")
    assert (step.note, step.facts) == ("", {"clock": "reply"})
    for language, name in (("zh-hans", "等申请人确认"), ("en", "Time for the person to confirm")):
        with translation.override(language):
            assert name in next(e.detail for e in matter_record(matter.pk, officer, now()).events if e.detail)
    assert matter.solved == ""


def test_joined_matters_share_a_course_and_parts_are_as_shut_as_the_whole(street, officer, counsellor):
    first, second, shut = (opened(words, street).matter for words in (PLAIN, PLAIN, SHUT))
    name_handler(matter=shut, account=Account.objects.get(username="officer"), actor=counsellor, at=now())
    with pytest.raises(LevelsDiffer):
        merge(matter=first, into=shut, reason="同一件事", actor=officer, at=now())
    merge(matter=first, into=second, reason="同一件事", actor=officer, at=now())
    first.refresh_from_db()
    assert first.merged_into == second
    assert first.state == "merged"
    assert not first.is_open
    part = split(matter=shut, given=Given(words="托管孩子", area=street), actor=counsellor, at=now())
    assert part.matter.level == "C4"
    assert part.matter.parent == shut


def test_nothing_is_joined_with_what_is_closed_or_with_what_one_may_not_see(street, officer):
    first, second, shut = (opened(words, street).matter for words in (PLAIN, PLAIN, SHUT))
    with pytest.raises(NotHandled):
        merge(matter=first, into=shut, reason="同一件事", actor=officer, at=now())
    take_step(matter=second, code="withdraw", actor=Requesting(second.pk), at=now())
    with pytest.raises(ClosedMeanwhile):
        merge(matter=first, into=second, reason="同一件事", actor=officer, at=now())
    first.refresh_from_db()
    assert (first.state, first.merged_into) == ("submitted", None)


def test_a_rating_needs_contact_and_second_looks_are_drawn_again_the_same(street, officer, body):
    matter = opened(PLAIN, street).matter
    with pytest.raises(RatedTooEarly):
        rate(matter=matter, rating=5, solved="yes", actor=Requesting(matter.pk), at=now())
    closed = walk(answered(matter, officer, body), Requesting(matter.pk), ("confirm", With()))
    rate(matter=closed, rating=4, solved="yes", actor=Requesting(closed.pk), at=now())
    closed.refresh_from_db()
    assert closed.rating == 4
    assert draw_for_second_look(share=1.0, seed=7, actor=SYSTEM, at=now()) == [closed]
    assert draw_for_second_look(share=1.0, seed=7, actor=SYSTEM, at=now()) == []


def test_who_did_the_work_does_not_check_it(street, officer, colleague, body):
    made = opened("食堂一直漏水", street, code="rectification", level="C1")
    owner = With(note="换管", owner=body, due_on=now().date())
    matter = walk(made.matter, officer, ("plan", owner), ("start", With()), ("hand_in", With(note="照片")))
    assert "pass" not in {s.code for s in steps_for(matter, officer, now())}
    assert "pass" in {s.code for s in steps_for(matter, colleague, now())}


def test_a_changed_kind_is_a_new_version_and_matters_under_way_keep_theirs(street):
    matter = opened(PLAIN, street).matter
    content = {**contents()["request"], "zh": "求助（本区）"}
    saved = save_kind(content=content, actor=SYSTEM, at=now())
    assert saved.version == 2
    assert current("request", now()) == saved
    assert save_kind(content=content, actor=SYSTEM, at=now()) == saved
    assert Matter.objects.get(pk=matter.pk).kind.version == 1
    assert opened(PLAIN, street).matter.kind == saved
    assert StoredKind.objects.filter(code="request").count() == 2
