"""Elections, representatives and their proposals of the demonstration. People, votes and words are invented."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from numpy.random import Generator

from lianxin.access.actors import AccountActor
from lianxin.access.models import Account, ScopeNode
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import day_of
from lianxin.matters.models import BallotBox, Election, Elector, JointGroup, Mandate, Proposal
from lianxin.matters.operations import counting, elections, voting
from lianxin.matters.operations import representatives as standing
from lianxin.matters.operations.steps import With, take_step
from lianxin.places.models import AreaSpan
from lianxin.registry.models import Body, BodySpan, Covering, Membership, Person, Post
from lianxin_methods.election import Box

from . import names
from .accounts import Desk

ROLL, SEATS, STAND, ELECTED = 120, 30, 36, 150
LEAST = 6
"""Members of a union whose committee is elected by vote here."""
VOTERS = (("hechunsheng", "何春生", "总装车间"), ("luoxiaoman", "罗小满", "喷涂车间"), ("tangyuan", "唐远汀", "仓储组"))
"""Representatives with a log-in: user name, name, electing unit."""
STATIONS = ("front_line",) * 6 + ("technical", "front_line", "manager")
OFFICE = frozenset({"first_receiver", "lead", "handler", "verifier"})
LEVELS = (9, 11, 4, 2, 1)
"""What the representatives said of their committee, from the best level to the worst."""


@dataclass(frozen=True, slots=True)
class Told:
    """A proposal. author, seconders : places in VOTERS. days : since when. way : steps after the seconders, each with
    its word and how many days after the one before."""

    title: str
    words: str
    author: int
    seconders: tuple[int, ...]
    days: int
    way: tuple[tuple[str, str, int], ...] = ()
    may_be_shown: bool = True


TOLD = (
    Told(
        "夜班下班加开一班接驳车",
        "夜班零点下班后没有公交，二十多人要走四十分钟。建议厂里与公交公司商量，零点一刻加开一班接驳车。",
        0,
        (1, 2),
        118,
        (
            ("assign", "", 3),
            ("answer", "行政部同意试行：每晚零点十五分从东门发车，试行两个月。", 16),
            ("carry_out", "", 2),
            ("carried", "已开行两个月，平均每晚乘坐十九人，列入常年班车。", 55),
        ),
    ),
    Told(
        "食堂夜宵窗口延长到零点",
        "中班十一点半下班，夜宵窗口十一点关门。建议延长到零点，品种少一点也行。",
        0,
        (2, 1),
        52,
        (("assign", "", 4), ("answer", "后勤部答复：下月起夜宵窗口延长到零点，先供应面食两种。", 20)),
    ),
    Told(
        "喷涂车间更衣室加装排风扇",
        "更衣室没有窗，换下的工作服气味重。建议加装两台排风扇。",
        1,
        (0, 2),
        33,
        (("assign", "", 5),),
        may_be_shown=False,
    ),
    Told(
        "厂内补贴家属购物卡",
        "建议由工会给每位职工的家属发购物卡。",
        2,
        (0, 1),
        80,
        (("refuse", "基层工会经费收支管理办法不允许向家属发放购物卡。", 9),),
    ),
    Told("仓库电动车充电棚加装遮雨顶", "雨天充电插座会进水，存在触电风险。建议加装遮雨顶和漏电保护。", 2, (1,), 6),
)
RULES = {"refuse": ("基层工会经费收支管理办法", "家属慰问可向社区工会联合会咨询")}
MEETINGS = (
    (0, 96, "夜班接驳车怎么试行", "总装车间班前会", 23),
    (0, 20, "听取对食堂的意见", "食堂二楼", 31),
    (1, 25, "更衣室通风", "喷涂车间休息室", 17),
)


@dataclass(slots=True)
class Factory:
    """A union of one employer. people : on its roll, those with a log-in first."""

    body: Body
    people: list[Person]
    mandates: list[Mandate] = field(default_factory=list)
    actors: list[AccountActor] = field(default_factory=list)


def stand(rng: Generator, desk: Desk, on: date, at: datetime) -> None:
    """An election that is over and two that run, representatives at work, a yearly rating."""
    at = min(at, timezone.make_aware(datetime.combine(on, time(10))))  # a demonstration of another day knows no later
    on = min(on, day_of(at))
    officer, head = (Account.objects.get(username=name) for name in ("linxiangwan", "shenjianshan"))
    unions = _unions(officer, on)
    if not unions:
        return
    factory = _factory(rng, unions[0].body, on)
    _elect(rng, factory, (officer, head), at - timedelta(days=ELECTED))
    _take_up(factory, desk, AccountActor(officer), at - timedelta(days=ELECTED - 1))
    for told in TOLD:
        _propose(factory, told, AccountActor(officer), at)
    group = _group(officer, factory, at - timedelta(days=140))
    _meet(factory, group, at)
    _rate(factory, (officer, head), at - timedelta(days=30))
    for span in unions[1:2]:
        _vote_now(rng, span.body, (officer, head), at)
    for span in unions[2:3]:
        _nominate_now(span.body, AccountActor(officer), at - timedelta(days=6))


def _unions(officer: Account, on: date) -> list[BodySpan]:
    """Unions of single employers in the officer's subdistrict, those with most members first."""
    top = AreaSpan.objects.on(on).filter(parent=officer.home.area if officer.home else None).values("area")
    now = Q(body__memberships__registered_on__lte=on, body__memberships__left_on=None)
    spans = BodySpan.objects.on(on).filter(area__in=top, form="own", body__line__code="union").select_related("body")
    old = spans.filter(valid_from__lt=on - timedelta(days=365))
    counted = old.annotate(people=Count("body__memberships", filter=now)).filter(people__gte=LEAST)
    return list(counted.order_by("-people", "pk")[:3])


def _members(body: Body, on: date) -> list[Person]:
    held = Membership.objects.filter(body=body, registered_on__lte=on, left_on=None)
    return list(Person.objects.filter(pk__in=held.values("person")).order_by("pk"))


def _factory(rng: Generator, body: Body, on: date) -> Factory:
    """The largest union, brought to `ROLL` members: below a hundred all members meet and nobody stands for others."""
    known = _members(body, on - timedelta(days=ELECTED))
    covered = Covering.objects.on(on).filter(body=body).order_by("pk").first()
    span = BodySpan.objects.on(on).get(body=body)
    wanted = [name for _user, name, _unit in VOTERS]
    wanted += names.people(rng, max(ROLL - len(known) - len(wanted), 0))
    new = Person.objects.bulk_create([Person(name=name, area_id=span.area_id) for name in wanted])
    since = on - timedelta(days=330)
    facts: dict[str, Any] = {"body": body, "applied_on": since, "registered_on": since}
    facts |= {"organisation_id": covered.organisation_id if covered else None}
    Membership.objects.bulk_create([Membership(person=person, **facts) for person in new])
    return Factory(body, [*new[: len(VOTERS)], *known, *new[len(VOTERS) :]])


def _elect(rng: Generator, factory: Factory, holders: tuple[Account, ...], at: datetime) -> Election:
    """Thirty representatives, from the roll to the result: two boxes of paper, and codes."""
    actor, day = AccountActor(holders[0]), day_of(at)
    by: dict[str, Any] = {"actor": actor, "at": at}
    held = elections.call_election(
        body=factory.body, office="representatives", seats=SEATS, day=day - timedelta(days=30), **by
    )
    elections.fill_roll(election=held, day=day, **by)
    elections.settle_roll(election=held, day=day - timedelta(days=20), **by)
    for number, person in enumerate(factory.people[:STAND]):
        facts: dict[str, Any] = {"nominated_by": "班组会员十人联名", "station": STATIONS[number % len(STATIONS)]}
        elections.nominate(election=held, person=person, day=day - timedelta(days=14), **facts, **by)
    held = elections.settle_candidates(election=held, day=day - timedelta(days=7), **by)
    phrases = [voting.hold_key(election=held, account=account, **by) for account in holders]
    voting.open_voting(election=held, day=day, boxes=["一号厂房", "二号厂房"], **by)
    codes = voting.make_codes(election=held, count=44, **by)
    numbers = sorted(Elector.objects.filter(election=held).values_list("number", flat=True))
    voting.give_ballots(election=held, numbers=numbers[:44], means="code", **by)
    voting.give_ballots(election=held, numbers=numbers[44:110], means="paper", **by)
    keys = [key for _place, key in sorted(_places(held, factory.people).items())]
    for code in codes[:41]:
        voting.cast(typed=code, choice=voting.Choice(*_choice(rng, keys)))
    for box, (found, invalid) in zip(held.boxes.order_by("name"), ((35, 1), (30, 1)), strict=True):
        _count_paper(rng, box, keys, found, invalid, holders, at)
    voting.close_voting(election=held, day=day, **by)
    counting.count_votes(election=held, day=day, phrases=(phrases[0], phrases[1]), **by)
    held.refresh_from_db()
    return counting.declare(election=held, day=day, **by)


def _places(held: Election, people: list[Person]) -> dict[int, str]:
    """Place in the list of people -> key on the ballot, which was drawn by lot."""
    keys = dict(held.nominees.values_list("person", "key"))
    return {place: keys[person.pk] for place, person in enumerate(people) if person.pk in keys}


def _choice(rng: Generator, keys: list[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Likes the first ones a little more; nobody is asked to like as many as there are seats."""
    likes = rng.random(len(keys)) < [
        0.93 if place < 3 else 0.86 if place < SEATS else 0.38 for place in range(len(keys))
    ]
    approved = [key for key, is_liked in zip(keys, likes.tolist(), strict=True) if is_liked][:SEATS]
    others = [key for key in keys if key not in approved]
    against = [
        key for key, is_disliked in zip(others, (rng.random(len(others)) < 0.3).tolist(), strict=True) if is_disliked
    ]
    return frozenset(approved), frozenset(against)


def _count_paper(
    rng: Generator,
    box: BallotBox,
    keys: list[str],
    found: int,
    invalid: int,
    tellers: tuple[Account, ...],
    at: datetime,
) -> None:
    """One box, which two tellers counted alike; one ballot handed out was not put in."""
    papers = [_choice(rng, keys) for _ in range(found - invalid)]
    votes = [{key: sum(key in paper[side] for paper in papers) for key in keys} for side in (0, 1)]
    counted = Box(found + 1, found, invalid, votes[0], votes[1])
    for teller in tellers:
        counting.count_box(
            box=box, issued=found + 1, counted=counted, account=teller, actor=AccountActor(teller), at=at
        )


def _take_up(factory: Factory, desk: Desk, officer: AccountActor, at: datetime) -> None:
    """Those with a log-in take up their mandates; the others have a unit and so many electors."""
    node = ScopeNode.objects.get(kind="body", ref=factory.body.pk)
    posts = Post.objects.on(day_of(at)).filter(body=factory.body, title="representative").exclude(person=None)
    by_person = {post.person_id: post for post in posts}
    units = [unit for _user, _name, unit in VOTERS]
    for place, (user, label, unit) in enumerate(VOTERS):
        account = desk.add(user, label, "representative", "union", node)
        post = by_person.pop(factory.people[place].pk)
        facts: dict[str, Any] = {"unit": unit, "electors": 4 + place, "group": None, "actor": officer, "at": at}
        factory.mandates.append(standing.set_mandate(post=post, account=account, **facts))
        factory.actors.append(AccountActor(account))
    for number, post in enumerate(by_person[key] for key in sorted(by_person, key=lambda key: key or 0)):
        facts = {"unit": units[number % 3], "electors": 4, "group": None, "actor": officer, "at": at}
        standing.set_mandate(post=post, account=None, **facts)


def _propose(factory: Factory, told: Told, officer: AccountActor, at: datetime) -> Proposal:
    moment = at - timedelta(days=told.days)
    author = factory.actors[told.author]
    row = standing.put_forward(
        mandate=factory.mandates[told.author],
        title=told.title,
        words=told.words,
        may_be_shown=told.may_be_shown,
        actor=author,
        at=moment,
    )
    for number, place in enumerate(told.seconders, start=1):
        later = moment + timedelta(days=number)
        standing.second(proposal=row, mandate=factory.mandates[place], actor=factory.actors[place], at=later)
    moment += timedelta(days=len(told.seconders))
    for code, word, days in told.way:
        moment += timedelta(days=days)
        row.matter.refresh_from_db()
        given = With(
            note=word,
            owner=factory.body if code == "assign" else None,
            due_on=moment.date() + timedelta(days=60) if code == "carry_out" else None,
            rule=RULES.get(code, ("", ""))[0],
            right_door=RULES.get(code, ("", ""))[1],
        )
        take_step(matter=row.matter, code=code, given=given, actor=officer, at=moment, roles=OFFICE)
    if told.may_be_shown and told.way:
        standing.show(proposal=row, is_shown=True, actor=officer, at=moment)
    return row


def _group(officer: Account, factory: Factory, at: datetime) -> JointGroup | None:
    area = officer.home.area if officer.home else None
    if area is None:
        return None
    by: dict[str, Any] = {"actor": AccountActor(officer), "at": at}
    group = standing.form_group(area=area, name="园区企业会员代表联组（演示）", day=day_of(at), **by)
    Mandate.objects.filter(post__body=factory.body).filter(pk__in=[m.pk for m in factory.mandates]).update(group=group)
    return group


def _meet(factory: Factory, group: JointGroup | None, at: datetime) -> None:
    for place, days, topic, where, present in MEETINGS:
        moment = at - timedelta(days=days)
        facts: dict[str, Any] = {"topic": topic, "place": where, "present": present, "day": day_of(moment)}
        standing.hold_meeting(mandate=factory.mandates[place], actor=factory.actors[place], at=moment, **facts)
    moment = at - timedelta(days=45)
    facts = {"topic": "园区班车和食堂的共同提案", "place": "园区党群服务中心", "present": 9, "day": day_of(moment)}
    if group:
        standing.hold_meeting(group=group, actor=SYSTEM, at=moment, **facts)


def _rate(factory: Factory, tellers: tuple[Account, ...], at: datetime) -> None:
    """The representatives rated their committee on paper."""
    by: dict[str, Any] = {"actor": AccountActor(tellers[0]), "at": at}
    day = day_of(at)
    held = elections.call_rating(body=factory.body, year=day.year, day=day, **by)
    held = elections.settle_roll(election=held, day=day, **by)
    voting.open_voting(election=held, day=day, boxes=["代表大会会场"], **by)
    found = sum(LEVELS)
    votes = {str(number): votes for number, votes in enumerate(LEVELS, start=1)}
    box = held.boxes.get()
    for teller in tellers:
        facts: dict[str, Any] = {"account": teller, "actor": AccountActor(teller), "at": at}
        counting.count_box(box=box, issued=found, counted=Box(found, found, 0, votes), **facts)
    voting.close_voting(election=held, day=day, **by)
    counting.count_votes(election=held, day=day, **by)
    counting.declare(election=held, day=day, **by)


def _vote_now(rng: Generator, body: Body, holders: tuple[Account, ...], at: datetime) -> None:
    """A committee whose vote is open; codes to try it with, and the keys, are written beside the log-ins."""
    by: dict[str, Any] = {"actor": AccountActor(holders[0]), "at": at - timedelta(days=1)}
    day = day_of(by["at"])
    people = _members(body, day)
    held = elections.call_election(body=body, office="committee", seats=3, day=day - timedelta(days=20), **by)
    elections.fill_roll(election=held, day=day, **by)
    elections.settle_roll(election=held, day=day - timedelta(days=12), **by)
    for person in people[:4]:
        facts: dict[str, Any] = {"nominated_by": "工会小组", "station": "front_line", "says_unrelated": True}
        elections.nominate(election=held, person=person, day=day - timedelta(days=9), **facts, **by)
    held = elections.settle_candidates(election=held, day=day - timedelta(days=5), **by)
    phrases = [voting.hold_key(election=held, account=account, **by) for account in holders]
    voting.open_voting(election=held, day=day, boxes=["会议室票箱"], **by)
    made = min(16, len(people))
    codes = voting.make_codes(election=held, count=made, **by)
    keys = [key for _place, key in sorted(_places(held, people).items())]
    for code in codes[: made - 5]:
        liked = frozenset(key for key in keys[:3] if rng.random() < 0.8)
        voting.cast(typed=code, choice=voting.Choice(liked))
    numbers = sorted(Elector.objects.filter(election=held).values_list("number", flat=True))
    voting.give_ballots(election=held, numbers=numbers[:made], means="code", **by)
    lines = [f"key\t{account.username}\t{phrase}" for account, phrase in zip(holders, phrases, strict=True)]
    _note([*lines, *(f"code\t/vote/\t{code}" for code in codes[made - 5 :])])


def _nominate_now(body: Body, officer: AccountActor, at: datetime) -> None:
    """A committee whose candidates are being looked for."""
    by: dict[str, Any] = {"actor": officer, "at": at}
    day = day_of(at)
    held = elections.call_election(body=body, office="committee", seats=3, day=day, **by)
    elections.fill_roll(election=held, day=day, **by)
    elections.settle_roll(election=held, day=day, **by)
    for person in _members(body, day)[:2]:
        facts: dict[str, Any] = {"nominated_by": "工会小组", "station": "technical", "says_unrelated": True}
        elections.nominate(election=held, person=person, day=day, **facts, **by)


def _note(lines: list[str]) -> None:
    """Codes and keys of the open vote, so that it can be tried; readable by the owner only, like the log-ins."""
    path = Path(settings.HOME) / "demo-election.txt"
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n")
