"""A round of inspections with findings in several states, a review, own problems: invented."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from numpy.random import Generator

from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.matters.models import Finding, Listed, Round
from lianxin.matters.operations import problems, reviews, rounds
from lianxin.matters.operations.checklists import current_lists
from lianxin.matters.operations.inspections import Noted, advance_finding, record_inspection
from lianxin.matters.operations.steps import With
from lianxin.matters.queries.reviews import figures_now
from lianxin.places.models import Area
from lianxin.registry.models import Body, BodySpan

DRAWN = 12
SAID = (
    "二楼西侧通道堆放货箱。",
    "配电箱旁私接插排。",
    "抽查三人，两人没有培训记录。",
    "抽查四月份工时，两人超出上限。",
)
BAD: tuple[tuple[tuple[str, str], ...], ...] = (
    (("safety", "exits"),),
    (("safety", "wiring"), ("labour", "hours")),
    (),
    (("safety", "training"),),
    (),
    (),
)
BAD += ((("labour", "contracts"),), (), (("safety", "extinguishers"), ("safety", "signs")))
"""What was found at each of the first nine; the rest are still to be inspected."""
WAYS: tuple[tuple[str, ...], ...] = (
    ("report_major",),
    ("notify", "answer", "mend", "ask_recheck", "pass"),
    ("notify",),
)
WAYS += (("notify", "answer", "mend", "ask_recheck"), (), ("notify", "answer", "mend"), ("notify", "answer"))
"""How far each finding has come."""
WORDS = {
    "answer": With(note="单位答复：已安排整改，一周内完成。"),
    "ask_recheck": With(note="整改照片和记录已提交。"),
    "pass": With(note="现场看过，已经整改到位。"),
    "report_major": With(rule="安全生产法（2021）第四十一条"),
}


def furnish(rng: Generator, on: date, at: datetime) -> None:
    """Fill the pages of inspections, reviews and own problems."""
    people = {a.username: AccountActor(a) for a in Account.objects.filter(username__in=("linxiangwan", "shenjianshan"))}
    officer, head = people["linxiangwan"], people["shenjianshan"]
    span = _body_of(officer.account, on)
    if span is None:
        return
    begun = at - timedelta(days=24)
    held = _round(span.body, span.area, rng, officer, begun)
    _inspect(held, officer, head, begun)
    _review(held, span.body, span.area, officer, head, at)
    _problems(span.body, span.area, officer, head, at)


def _body_of(account: Account, on: date) -> BodySpan | None:
    area = account.home.area if account.home else None
    spans = BodySpan.objects.on(on).filter(area=area, form="area", body__line__code="union")
    return spans.select_related("body__line", "area").order_by("body").first()


def _round(body: Body, area: Area, rng: Generator, officer: AccountActor, at: datetime) -> Round:
    plan = rounds.Plan(
        title="秋季安全生产和劳动关系联合排查",
        area=area,
        lists=current_lists(at),
        starts_on=at.date(),
        ends_on=at.date() + timedelta(days=35),
        body=body,
        line=body.line,
        wanted=DRAWN,
        least_headcount=10,
    )
    held = rounds.plan_round(plan=plan, actor=officer, at=at, seed=int(rng.integers(2**31)))
    return rounds.open_round(held=held, actor=officer, at=at)


def _inspect(held: Round, officer: AccountActor, head: AccountActor, begun: datetime) -> None:
    rows = list(held.listed.order_by("pk"))
    ways = iter(WAYS)
    for number, (row, bad) in enumerate(zip(rows, BAD, strict=False)):
        at = begun + timedelta(days=1 + number)
        noted = _noted(row, bad, number, officer.account, head.account, at)
        carried = record_inspection(listed=row, noted=noted, actor=officer, at=at)
        for finding in carried.findings.order_by("pk"):
            _advance(finding, next(ways, ()), officer, head, at)


def _noted(
    row: Listed, bad: tuple[tuple[str, str], ...], number: int, first: Account, second: Account, at: datetime
) -> Noted:
    places = [(c.code, item.code) for c in (s.list for s in row.round.lists.all()) for item in c.items]
    return Noted(
        key=UUID(int=row.pk, version=4),
        carried_on=at.date(),
        first=first,
        second=second,
        met="行政负责人",
        answers={place: "bad" if place in bad else "ok" for place in places},
        words={place: SAID[(number + i) % len(SAID)] for i, place in enumerate(bad)},
    )


def _advance(
    finding: Finding, steps: tuple[str, ...], officer: AccountActor, head: AccountActor, begun: datetime
) -> None:
    at = begun
    for code in steps:
        at += timedelta(days=1)
        given = WORDS.get(code, With())
        if code == "mend":
            given = With(due_on=at.date() + timedelta(days=10), facts={"owner": "employer"})
        actor = head if code == "pass" else officer
        advance_finding(finding=finding, code=code, given=given, actor=actor, at=at)


def _review(held: Round, body: Body, area: Area, officer: AccountActor, head: AccountActor, at: datetime) -> None:
    by: dict[str, Any] = {"actor": officer, "at": at - timedelta(days=4)}
    day = by["at"].date()
    meeting = reviews.Meeting(
        title="第四季度第一次定期研判",
        area=area,
        held_on=day,
        findings="用电和通道问题集中在小型餐饮和仓储单位；培训记录普遍不全。",
        body=body,
        line=body.line,
        bodies=[body],
        round=held,
        next_on=day + timedelta(days=30),
        figures=figures_now(officer.scope("matters.view_inspections", day), by["at"]),
    )
    review = reviews.hold_review(meeting=meeting, **by)
    given = (("为小型餐饮单位办一场用电安全培训", 20, False), ("复查通知下发太慢，自查原因并改进", 30, True))
    for text, days, is_own in given:
        due = day + timedelta(days=days)
        reviews.decide(review=review, text=text, body=body, due_on=due, is_own_problem=is_own, **by)


def _problems(body: Body, area: Area, officer: AccountActor, head: AccountActor, at: datetime) -> None:
    """One being mended, one published and watched."""
    told = (
        ("周末服务窗口没有人值守", "职工反映周末来办事，窗口没有人。", "complaint", 9),
        ("会员活动通知发得太晚", "评议中有代表提出，活动前一天才发通知。", "rating", 60),
    )
    for number, (title, words, source, days) in enumerate(told):
        by: dict[str, Any] = {"actor": officer, "at": at - timedelta(days=days)}
        listing = problems.Listing(
            words=words, title=title, body=body, area=area, line=body.line, source=source, key=f"seed{number}"
        )
        problem = problems.list_problem(listing=listing, **by)
        five = problems.FiveInPlace(
            owner=officer.account,
            measure="定出排班和提前通知的规矩，贴在办公室",
            resources="不增加经费，现有人员轮值",
            due_on=by["at"].date() + timedelta(days=25),
            fallback="人手不够时请志愿者协助",
        )
        problems.plan_problem(problem=problem, five=five, **by)
        problems.start_problem(problem=problem, **by)
        if source == "rating":
            problems.hand_in(problem=problem, evidence="近一个月的通知都提前五天发出，附发送记录。", **by)
            public = problems.PublicWords(title, "活动前一天才发通知，很多人来不及安排。", "现在至少提前五天发通知。")
            later = by["at"] + timedelta(days=3)
            problems.pass_problem(problem=problem, seen="抽看了四次通知", words=public, actor=head, at=later)
