"""Themes in the stream of matters: joining, restarting, splitting, merging, and an answer to everyone, once."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse

import make
from lianxin.access.actors import AccountActor
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import now, today
from lianxin.matters.models import Bridge, Event, Flow, Matter, Theme, ThemeAnswer, ThemeMember
from lianxin.matters.operations import theme_answers, theming
from lianxin.matters.operations.correcting import Corrected, correct
from lianxin.matters.operations.handling import set_level
from lianxin.matters.operations.opening import Given, open_matter
from lianxin.matters.operations.suggestions import propose_for
from lianxin.matters.operations.theme_answers import DecisionMissing, answer_one, close_theme, open_joint
from lianxin.matters.operations.theming import (
    NotApart,
    PartElsewhere,
    ThemeOver,
    forget_stream,
    join_pending,
    merge_themes,
    name_theme,
    split_theme,
)
from lianxin.matters.queries.themes import theme_lines, theme_page, warmth
from lianxin.trail.tasks import run_until_idle
from lianxin_methods.text.alike import shared_runs

pytestmark = pytest.mark.django_db
LAMPS = (
    "云杉路的路灯三天不亮，晚上下班看不见",
    "云杉路路灯坏了不亮，请修一下",
    "路灯不亮好久了，云杉路一片黑",
    "云杉路那边路灯又不亮了，很危险",
)
MEALS = ("园区食堂午饭太贵，排队太久", "园区食堂午饭又涨价，排队很久", "食堂午饭贵，园区工人排队排不上")


@pytest.fixture(autouse=True)
def _fresh():
    forget_stream()
    yield
    forget_stream()


@pytest.fixture
def district():
    return make.area("样例区")


@pytest.fixture
def street(district):
    return make.area("样例街道", parent=district)


@pytest.fixture
def officer(street):
    return AccountActor(make.account(("subdistrict_officer", street)))


def sent(words, area, **given):
    made = open_matter(given=Given(words=words, area=area, **given), actor=SYSTEM, at=now()).matter
    propose_for(matter=made.pk, at=now())
    return made


def stream(area, *texts):
    made = [sent(text, area) for text in texts]
    while join_pending(at=now()):
        pass
    return made


def the_theme(matter):
    return ThemeMember.objects.get(matter=matter).theme


def test_alike_messages_join_one_theme_and_others_start_their_own(street):
    lamps = stream(street, *LAMPS)
    meals = stream(street, *MEALS)
    assert {the_theme(m) for m in lamps} == {the_theme(lamps[0])}
    assert {the_theme(m) for m in meals} == {the_theme(meals[0])} != {the_theme(lamps[0])}
    assert the_theme(lamps[0]).size == 4
    assert "路灯" in the_theme(lamps[0]).title, "its name is what its messages share"


def test_a_restart_forgets_nothing(street):
    lamps = stream(street, *LAMPS[:3])
    forget_stream()
    late = stream(street, LAMPS[3])
    assert the_theme(late[0]) == the_theme(lamps[0])


def test_a_name_of_a_theme_never_holds_what_one_person_wrote():
    texts = [*LAMPS, "云杉路路灯不亮，我叫林样例，电话一三八"]
    assert shared_runs(texts)
    assert not any("林" in run or "电话" in run for run in shared_runs(texts))


def test_a_name_of_a_theme_is_no_piece_of_a_word():
    wages = ("老板三个月没有发工资，请帮忙", "我们两个月没有发工资，请帮帮忙", "厂里四个月没有发工资")
    assert shared_runs(wages)[0] == "发工资"
    buses = ("样例路公交等了二十分钟", "样例路公交二十分钟一班", "样例路公交开走了")
    assert shared_runs(buses) == ["样例路公交"]


def test_bridges_survive_and_name_their_themes(street):
    stream(street, *LAMPS, *MEALS, "云杉路路灯不亮，园区食堂午饭太贵")
    for bridge in Bridge.objects.all():
        assert {bridge.older.state, bridge.newer.state} == {"open"}
    assert sum(t.size for t in Theme.objects.all()) == ThemeMember.objects.count() == 8


def test_one_message_joins_within_five_milliseconds_of_work(street):
    stream(street, *(f"第{i}号楼{LAMPS[i % 4]}" for i in range(60)))
    flow, took = Flow.objects.get(), []
    held = theming._current(flow, now())
    for i in range(20):
        message = theming.Message(f"new {i}", f"{i}号院{LAMPS[i % 4]}", "", now(), "")
        start = time.process_time()
        held.stream.add(message)
        took.append(time.process_time() - start)
    assert sorted(took)[10] < 0.005


def test_shut_matters_and_what_staff_opened_never_join(street):
    sealed = sent("我被家暴，云杉路路灯不亮", street)
    own = open_matter(given=Given(words=LAMPS[0], area=street, way="matter"), actor=SYSTEM, at=now()).matter
    propose_for(matter=own.pk, at=now())
    stream(street, LAMPS[1])
    assert not ThemeMember.objects.filter(matter__in=[sealed, own]).exists()


def test_staff_split_and_merge_and_the_stream_keeps_to_it(street, officer):
    lamps = stream(street, *LAMPS)
    theme = the_theme(lamps[0])
    with pytest.raises(NotApart):
        split_theme(theme=theme, matters=[m.pk for m in lamps], title="全部", actor=officer, at=now())
    apart = split_theme(theme=theme, matters=[lamps[3].pk], title="另一段路", actor=officer, at=now())
    assert (apart.size, apart.is_held, the_theme(lamps[3])) == (1, True, apart)
    assert stream(street, LAMPS[0])
    assert Theme.objects.filter(pk=apart.pk, state="open").exists()
    back = merge_themes(theme=apart, into=theme, actor=officer, at=now())
    assert back.size == 5
    assert Theme.objects.get(pk=apart.pk).merged_into == theme
    with pytest.raises(ThemeOver):
        name_theme(theme=apart, title="晚了", actor=officer, at=now())


def test_closing_answers_everyone_once_with_decision_and_reason(street, officer):
    lamps = stream(street, *LAMPS)
    body = make.body("样例街道总工会", area=street)
    Matter.objects.filter(pk=lamps[0].pk).update(body=body)
    set_level(matter=lamps[1], level="C3", reason="当事人要求", actor=officer, at=now())
    theme = the_theme(lamps[0])
    with pytest.raises(DecisionMissing):
        close_theme(theme=theme, decision="换灯", reason=" ", actor=officer, at=now())
    close_theme(theme=theme, decision="本周换灯", reason="线路老化", actor=officer, at=now())
    run_until_idle()
    answered = set(ThemeAnswer.objects.values_list("matter", flat=True))
    assert answered == {lamps[0].pk, lamps[2].pk, lamps[3].pk}, "the shut one is left out"
    for pk in answered:
        shown = [e.note for e in Event.objects.filter(matter=pk, is_shown=True) if "本周换灯" in e.note]
        assert len(shown) == 1
        assert "线路老化" in shown[0]
    assert Matter.objects.get(pk=lamps[0].pk).state == "answered", "it went the whole way to its answer"
    assert Matter.objects.get(pk=lamps[2].pk).answered_at is not None
    assert Theme.objects.get(pk=theme.pk).answered_at is not None


def test_an_answer_to_many_says_of_nobody_that_they_were_spoken_with_and_leaves_proposals_their_course(street, officer):
    lamps = stream(street, *LAMPS)
    body = make.body("样例街道总工会", area=street)
    Matter.objects.filter(pk=lamps[0].pk).update(body=body)
    correct(
        matter=lamps[1],
        given=Corrected(lamps[1].title, street, code="proposal"),
        reason="是建议",
        actor=officer,
        at=now(),
    )
    start = Matter.objects.get(pk=lamps[1].pk).state
    close_theme(theme=the_theme(lamps[0]), decision="本周换灯", reason="线路老化", actor=officer, at=now())
    run_until_idle()
    walked = Event.objects.filter(matter=lamps[0], act="step").values_list("step", flat=True)
    assert "answer" in walked
    assert "contact" not in walked
    proposal = Matter.objects.get(pk=lamps[1].pk)
    assert (proposal.state, proposal.answered_at is not None) == (start, True)


def test_a_crash_in_the_middle_neither_loses_nor_repeats_an_answer(street, officer, monkeypatch):
    lamps = stream(street, *LAMPS)
    theme = close_theme(theme=the_theme(lamps[0]), decision="本周换灯", reason="线路老化", actor=officer, at=now())
    answer_one(theme=theme, matter=lamps[0].pk, account=officer.id, at=now())

    def dies(*_args: object, **_given: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(theme_answers, "happened", dies)
    with pytest.raises(RuntimeError):
        answer_one(theme=theme, matter=lamps[1].pk, account=0, at=now())
    monkeypatch.undo()
    assert theme_answers.unanswered(theme) == [m.pk for m in lamps[1:]]
    run_until_idle()
    assert answer_one(theme=theme, matter=lamps[0].pk, account=officer.id, at=now()) is False
    for matter in lamps:
        assert sum("本周换灯" in e.note for e in Event.objects.filter(matter=matter)) == 1


def test_whoever_reaches_only_a_part_cannot_close_for_the_others(district, street, officer):
    other = make.area("另一街道", parent=district)
    lamps = stream(street, *LAMPS[:2]) + stream(other, *LAMPS[2:])
    theme = the_theme(lamps[0])
    merge_from = {the_theme(m).pk for m in lamps} - {theme.pk}
    for pk in merge_from:
        merge_themes(theme=Theme.objects.get(pk=pk), into=theme, actor=SYSTEM, at=now())
    with pytest.raises(PartElsewhere):
        close_theme(theme=theme, decision="换灯", reason="老化", actor=officer, at=now())
    page = theme_page(Theme.objects.get(pk=theme.pk), officer.scope("matters.view_themes", today()), now())
    assert page is not None
    assert (len(page.members), page.elsewhere) == (2, 2)


def test_a_new_message_after_the_end_starts_a_new_theme(street, officer):
    lamps = stream(street, *LAMPS)
    close_theme(theme=the_theme(lamps[0]), decision="换灯", reason="老化", actor=officer, at=now())
    late = stream(street, LAMPS[0])
    assert the_theme(late[0]) != the_theme(lamps[0])


def test_an_issue_that_comes_again_after_its_answer_is_known_by_the_new_theme(street, officer):
    made = stream(street, *LAMPS[:3], *MEALS)
    close_theme(theme=the_theme(made[0]), decision="已报修", reason="已派工", actor=officer, at=now())
    again = stream(street, LAMPS[3], MEALS[0] + "了")
    back, other = (the_theme(m) for m in again)
    assert back.follows == the_theme(made[0])
    assert (other.follows, other) == (None, the_theme(made[3]))
    forget_stream()
    assert the_theme(stream(street, LAMPS[0])[0]) == back
    assert theme_page(back, officer.scope("matters.view_themes", today()), now()).follows == back.follows_id


def test_a_theme_keeps_what_it_follows_when_it_is_split_or_goes_into_another(street, officer):
    made = stream(street, *LAMPS[:3], *MEALS)
    close_theme(theme=the_theme(made[0]), decision="已报修", reason="已派工", actor=officer, at=now())
    closed, meals = the_theme(made[0]), the_theme(made[3])
    again = stream(street, LAMPS[3], LAMPS[1])
    part = split_theme(theme=the_theme(again[0]), matters=[again[0].pk], title="路灯", actor=officer, at=now())
    assert part.follows == closed
    assert merge_themes(theme=part, into=meals, actor=officer, at=now()).follows == closed


def test_the_joint_matter_is_opened_once_and_heat_halves_in_fourteen_days(street, officer):
    lamps = stream(street, *LAMPS)
    theme = the_theme(lamps[0])
    joint = open_joint(theme=theme, area=street, words="请更换云杉路全段路灯", actor=officer, at=now())
    assert (joint.way, joint.title) == ("matter", theme.title)
    with pytest.raises(theme_answers.HasJoint):
        open_joint(theme=theme, area=street, words="再来一次", actor=officer, at=now())
    at = now()
    assert warmth([at - timedelta(days=14), at], at) == 1.5
    line = theme_lines(officer.scope("matters.view_themes", today()), now())[0]
    assert (line.seen, line.joint) == (4, joint.pk)


def test_a_matter_leads_to_its_theme_and_the_joint_one_to_all_it_works_on(client, street, officer):
    lamps = stream(street, *LAMPS)
    theme = the_theme(lamps[0])
    open_joint(theme=theme, words="云杉路的路灯", area=street, actor=officer, at=now())
    theme.refresh_from_db()
    client.force_login(officer.account)
    address = reverse("matters:theme", args=[theme.pk])
    for matter, is_joint in ((lamps[0], False), (theme.joint, True)):
        page = client.get(reverse("matters:matter", args=[matter.pk]))
        assert address in page.content.decode()
        assert (page.context["theme"].size, page.context["theme"].is_joint) == (4, is_joint)
    alone = sent("想学电工证，有没有培训班", street)
    assert client.get(reverse("matters:matter", args=[alone.pk])).context["theme"] is None
