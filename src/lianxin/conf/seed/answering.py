"""What one subdistrict union dealt with in the last months, so that its board says something: plainly invented.

Tickets, disputes, proposals, referrals, an issue that was answered and came again, and a round of inspections in the
summer. Not everything went well: some came late, some went back, some are still open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from numpy.random import Generator

from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.kit.actor import SYSTEM, Actor
from lianxin.matters.models import Election, Finding, Listed, Mandate, Matter, RepresentativeMeeting, ThemeMember
from lianxin.matters.operations import referrals, rounds, suggestions, theme_answers, theming
from lianxin.matters.operations.calling import call_back
from lianxin.matters.operations.checklists import current_lists
from lianxin.matters.operations.happening import Requesting
from lianxin.matters.operations.inspections import Noted, advance_finding, record_inspection
from lianxin.matters.operations.opening import Given, open_matter
from lianxin.matters.operations.steps import With, take_step
from lianxin.places.models import Area, AreaSpan
from lianxin.registry.models import Body, BodySpan

Story = Iterable[tuple[float, str, With]]
"""Hours since the step before, code, and what comes with it; the person's own steps are known by their codes."""
OWN = ("confirm", "reopen", "not_solved", "perform")
DONE = With(note="已经办好，本人知道结果。")
NEEDS: tuple[str, ...] = (
    "样例车间的排风扇又坏了，闷得慌。",
    "想问工资条上的扣款是怎么回事。",
    "值班室没有热水，能不能装一个。",
    "宿舍楼道的灯坏了一个星期。",
    "食堂的菜价涨了，希望公示。",
    "加班餐补怎么申请？",
)
QUESTIONS = ("怎么查自己的会员卡？", "女职工产假有多少天？", "退休以后会员资格还在吗？", "互助保障怎么参加？")
PROPOSALS = ("在车间门口设饮水点", "夜班增加一班接驳车", "高温天调整作业时间", "把职工书屋开到晚上九点")
ARREARS = "样例公司拖欠工资，想申请调解。"
ISSUE = (
    "样例路口的电动车充电桩太少，排队两小时",
    "充电桩太少了，样例路口电动车要排队充电",
    "样例路口充电桩不够，电动车充不上电",
    "电动车充电桩太少，样例路口天天排队",
)
FOUND = (("safety", "exits"), ("safety", "wiring"), ("labour", "contracts"), ("safety", "training"))


@dataclass(frozen=True)
class Union:
    """The body, its communities, who works there and who checks."""

    body: Body
    area: Area
    league: Body
    above: Body
    areas: Sequence[Area]
    officer: AccountActor
    head: AccountActor
    base: datetime

    def sent_in(self, number: int, code: str, words: str, at: datetime, **given: Any) -> Matter:
        way = ("phone", "web", "hotline", "counter")[number % 4]
        place = self.areas[number % len(self.areas)]
        said = {"words": words, "way": way, "code": code, "area": place, "body": self.body, **given}
        return open_matter(given=Given(**said), actor=SYSTEM if way == "web" else self.officer, at=at).matter

    def walk(self, matter: Matter, story: Story, at: datetime) -> datetime:
        """Take the steps one after the other as long as the day has not come, in whatever part each asks for."""
        kind = matter.kind.kind
        for hours, code, given in story:
            at += timedelta(hours=hours)
            if at > self.base:
                break
            actor: Actor = Requesting(id=matter.pk) if code in OWN else self.officer
            part = frozenset(kind.step(code).by)
            matter = take_step(matter=matter, code=code, given=given, actor=actor, at=at, roles=part)
        return at

    @property
    def taken(self) -> With:
        return With(owner=self.body)


def answer(rng: Generator, on: date, at: datetime) -> None:
    """Fill the board of the union of the officer's subdistrict."""
    union = _union(on, min(at, timezone.make_aware(datetime.combine(on, time(10)))))
    if union is None:
        return
    _requests(rng, union)
    _questions(union)
    _disputes(union)
    _proposals(union)
    _issue(union)
    _summer_round(rng, union)


def answer_in_factory(on: date, at: datetime) -> None:
    """The union of the factory whose representatives were elected: what it dealt with, and whom they met.

    Ten of each at least here too, or its few would hide the figures of the whole subdistrict.
    """
    union = _union(on, min(at, timezone.make_aware(datetime.combine(on, time(10)))))
    held = Election.objects.filter(office="representatives", step="declared").order_by("pk").first()
    if union is None or held is None:
        return
    span = BodySpan.objects.on(on).select_related("body", "area").get(body=held.body)
    own = replace(union, body=span.body, areas=[span.area])
    for number in range(16):
        came = union.base - timedelta(days=82 - 4.5 * number)
        matter = own.sent_in(number, "request", NEEDS[number % len(NEEDS)], came)
        story = [(2, "accept", With()), (1, "assign", own.taken), (3 + number, "contact", With()), (40, "answer", DONE)]
        end = own.walk(matter, [*story, (10, "confirm", With())], came)
        _ask(own, matter, number + 3, end + timedelta(hours=2))
    _proposals(own)
    _meetings(on)


def _meetings(on: date) -> None:
    """Half of the representatives without a log-in met their electors this season; the minutes were on paper."""
    mandates = Mandate.objects.filter(account=None, post__title="representative").order_by("pk")
    rows = [
        RepresentativeMeeting(
            mandate=mandate, held_on=on - timedelta(days=10 + 5 * place), topic="听取意见", place="班组", present=4
        )
        for place, mandate in enumerate(mandates[:14])
    ]
    RepresentativeMeeting.objects.bulk_create(rows)


def _union(on: date, base: datetime) -> Union | None:
    people = {a.username: AccountActor(a) for a in Account.objects.filter(username__in=("linxiangwan", "shenjianshan"))}
    officer = people["linxiangwan"]
    area = officer.account.home.area if officer.account.home else None
    spans = list(
        BodySpan.objects.on(on).filter(area=area, form="area").select_related("body__line", "parent").order_by("body")
    )
    own = next((s for s in spans if s.body.line.code == "union"), None)
    league = next((s.body for s in spans if s.body.line.code == "league"), None)
    if own is None or own.parent is None or league is None or area is None:
        return None
    inside = AreaSpan.objects.on(on).filter(parent=area).order_by("path").values_list("area", flat=True)
    return Union(
        own.body, area, league, own.parent, [Area(pk=pk) for pk in inside], officer, people["shenjianshan"], base
    )


def _requests(rng: Generator, union: Union) -> None:
    """Most reached within a day and closed within the week; every sixth late, three still open, two not accepted."""
    for number in range(30):
        came = union.base - timedelta(days=86 - 2.8 * number, hours=float(rng.uniform(0, 5)))
        matter = union.sent_in(number, "request", NEEDS[number % len(NEEDS)], came)
        late = number % 6 == 5
        if number in (9, 21):
            door = With(rule="不属于工会职责", right_door="区市场监管局窗口")
            union.walk(matter, ((3, "refuse", door),), came)
            continue
        story = [(2, "accept", With()), (1, "assign", union.taken)]
        if number % 10 == 4:
            said = With(note="涉及多个街道，请区总工会牵头。", rule="责任清单")
            story += [(2, "object", said), (3, "reassign", With(owner=union.above))]
        if number in (12, 18, 24):
            union.walk(matter, story, came)
            continue
        story += [(40 if late else 4 + number % 12, "contact", With()), (30 + 200 * late, "answer", DONE)]
        end = union.walk(matter, story, came)
        if number % 10 != 4 and number % 2 and number < 26:
            _refer(union, matter, number, end - timedelta(hours=20))
        union.walk(matter, ((12, "confirm", With()),), end)
        _ask(union, matter, number, end + timedelta(hours=13))
        if number in (3, 16):
            union.walk(matter, ((24 * 6, "reopen", With(note="又坏了。")), (50, "answer", DONE)), end)


def _ask(union: Union, matter: Matter, number: int, at: datetime) -> None:
    """One call in six reaches nobody; those reached rate from 2 to 5."""
    if at > union.base:
        return
    rating = (5, 4, 5, 3, 4, 5, 2, 4)[number % 8]
    solved = "no" if rating == 2 else "partly" if rating == 3 else "yes"
    said: dict[str, Any] = {"solved": solved, "rating": rating} if number % 6 else {}
    call_back(matter=matter, is_reached=bool(said), actor=union.officer, at=at, **said)


def _refer(union: Union, matter: Matter, number: int, at: datetime) -> None:
    """To the youth league next door, most with an outcome in time."""
    if at > union.base:
        return
    last = (at + timedelta(days=40)).date()
    referral = referrals.offer(
        matter=matter,
        to=referrals.To(body=union.league),
        purpose="请协助跟进其中的青年职工事项",
        fields=("need", "words"),
        expires_on=last,
        actor=union.officer,
        at=at,
    )
    referrals.consent(referral=referral, is_given=True, actor=union.officer, at=at)
    at += timedelta(hours=150 if number == 11 else 20)
    for code, note in (("take", ""), ("outcome", "已经联系并提供帮助。")):
        if at < union.base and at.date() < last:
            referrals.answer(referral=referral, code=code, note=note, actor=union.officer, at=at)
        at += timedelta(days=9)


def _questions(union: Union) -> None:
    """Most answered at once, some after asking back."""
    for number in range(15):
        came = union.base - timedelta(days=80 - 5 * number, hours=number)
        matter = union.sent_in(number, "question", QUESTIONS[number % len(QUESTIONS)], came)
        story = [(1, "accept", With()), (1, "assign", union.taken)]
        if number % 4 == 3:
            story += [(5, "contact", With()), (60 if number == 11 else 20, "answer", DONE)]
        else:
            story += [(1, "answer_at_once", DONE)]
        end = union.walk(matter, [*story, (20, "confirm", With())], came)
        _ask(union, matter, number + 1, end + timedelta(hours=2))


def _disputes(union: Union) -> None:
    """Wages owed: half settled and paid within the fifteen days of the law, half not settled, and late.

    Ten of each at least: figures about persons are not shown where either side is fewer.
    """
    mediator = With(owner=union.body, has_consent=True)
    for number in range(24):
        came = union.base - timedelta(days=85 - 2.4 * number)
        matter = union.sent_in(2, "labour_dispute", ARREARS, came)
        story = [(3, "register", With()), (24, "name_mediator", mediator), (72, "hold_session", With())]
        if number % 2:
            story += [(520, "fail", With(right_door="区劳动人事争议仲裁委员会"))]
        else:
            paid = With(note="已经足额收到。", amount=str(6000 + 1700 * (number % 7)))
            story += [(100 + 4 * number, "agree", DONE), (90, "perform", paid)]
        union.walk(matter, story, came)


def _proposals(union: Union) -> None:
    """Put forward in summer, so that the sixty days for the answer are over; one late, one never answered."""
    for number in range(13):
        came = union.base - timedelta(days=140 - 5 * number)
        title = PROPOSALS[number % len(PROPOSALS)]
        matter = union.sent_in(1, "proposal", f"建议{title}。", came + timedelta(minutes=number), title=title)
        story = [(24, "screen", With()), (48, "assign", union.taken)]
        if number != 8:
            story += [(24 * (70 if number == 5 else 20 + 2 * number), "answer", With(note="已列入本季度计划。"))]
        union.walk(matter, story, came)


def _issue(union: Union) -> None:
    """An issue of several people, answered once for all; weeks later it is back."""
    first = [_heard(union, number, 76 - number) for number in range(3)]
    _join(union.base - timedelta(days=73))
    member = ThemeMember.objects.filter(matter__in=first).select_related("theme").order_by("matter").first()
    if member is None:
        return
    closed = union.base - timedelta(days=66)
    told = {"decision": "与物业商定，路口增设十二个充电位。", "reason": "现有的充电位不到需要的一半。"}
    theme = theme_answers.close_theme(theme=member.theme, actor=union.officer, at=closed, **told)
    for matter in theme_answers.unanswered(theme):
        theme_answers.answer_one(theme=theme, matter=matter, account=union.officer.id, at=closed)
    theme_answers.all_answered(theme=theme, at=closed)
    for number in range(4):
        _heard(union, number + 1, 24 - 5 * number)
    _join(union.base - timedelta(days=8))


def _heard(union: Union, number: int, days: int) -> int:
    at = union.base - timedelta(days=days)
    matter = union.sent_in(1, "request", ISSUE[number % len(ISSUE)], at, area=union.areas[0])
    union.walk(matter, ((2, "accept", With()), (1, "assign", union.taken), (6, "contact", With())), at)
    suggestions.propose_for(matter=matter.pk, at=at)
    return matter.pk


def _join(at: datetime) -> None:
    theming.forget_stream()
    while theming.join_pending(at=at):
        continue
    theming.forget_stream()


def _summer_round(rng: Generator, union: Union) -> None:
    """A round that is over: nearly all were visited, most of what was found is mended, some of it late."""
    begun = union.base - timedelta(days=85)
    plan = rounds.Plan(
        title="夏季高温和用电专项排查",
        area=union.area,
        lists=current_lists(begun),
        starts_on=begun.date(),
        ends_on=begun.date() + timedelta(days=30),
        body=union.body,
        line=union.body.line,
        wanted=16,
        least_headcount=10,
    )
    held = rounds.plan_round(plan=plan, actor=union.officer, at=begun, seed=int(rng.integers(2**31)))
    held = rounds.open_round(held=held, actor=union.officer, at=begun)
    rows = list(held.listed.select_related("matter", "round").order_by("pk"))
    for number, row in enumerate(rows):
        at = begun + timedelta(days=1 + number)
        if number in (6, 13):
            rounds.cancel_inspection(listed=row, reason="单位已经搬走。", actor=union.officer, at=at)
            continue
        for finding in _inspected(union, row, number, at):
            _mend(union, finding, number, at)
    rounds.close_round(held=held, actor=union.officer, at=begun + timedelta(days=32))


def _inspected(union: Union, row: Listed, number: int, at: datetime) -> list[Finding]:
    bad = [FOUND[number % 4]] if number % 8 != 4 else []
    places = [(c.code, item.code) for c in (s.list for s in row.round.lists.all()) for item in c.items]
    noted = Noted(
        key=UUID(int=10**9 + row.pk, version=4),
        carried_on=at.date(),
        first=union.officer.account,
        second=union.head.account,
        met="行政负责人",
        answers={place: "bad" if place in bad else "ok" for place in places},
        words=dict.fromkeys(bad, "现场指出，单位在场。"),
    )
    carried = record_inspection(listed=row, noted=noted, actor=union.officer, at=at)
    return list(carried.findings.select_related("matter").order_by("pk"))


def _mend(union: Union, finding: Finding, number: int, at: datetime) -> None:
    """Two are never seen mended, two late, one at the second check only."""
    due = at.date() + timedelta(days=20)
    steps = [(1, "notify", With()), (4, "answer", With(note="单位答复：马上整改。"))]
    steps += [(1, "mend", With(due_on=due, facts={"owner": "employer"}))]
    if number not in (3, 15):
        days = 24 if number in (2, 8) else 9
        steps += [(days, "ask_recheck", With(note="整改照片已提交。"))]
        if number == 10:
            steps += [(1, "fail", With(note="插排还在用。")), (2, "ask_recheck", With(note="已拆除，附照片。"))]
        steps += [(2, "pass", With(note="现场看过，已经整改到位。"))]
    for days, code, given in steps:
        at += timedelta(days=days)
        if at < union.base:
            actor = union.head if code in ("pass", "fail") else union.officer
            advance_finding(finding=finding, code=code, given=given, actor=actor, at=at)
            finding.refresh_from_db()
