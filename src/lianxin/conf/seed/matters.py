"""Matters of the demonstration: plainly invented, of many kinds, in many states, over the last ninety days."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from numpy.random import Generator

from lianxin.access.actors import AccountActor
from lianxin.access.models import Account, Grant
from lianxin.kit.actor import SYSTEM, Actor
from lianxin.matters.models import Matter
from lianxin.matters.operations.calling import call_back
from lianxin.matters.operations.happening import Requesting
from lianxin.matters.operations.opening import Given, Person, open_matter
from lianxin.matters.operations.steps import With, note, steps_for, take_step
from lianxin.matters.queries.desk_record import next_step
from lianxin.places.models import Area, AreaSpan
from lianxin.registry.models import Body, BodySpan, Line

from .land import Land

NUMBERS = {"small": 25, "district": 60, "city": 60}
SAID: tuple[tuple[str, str, str, str], ...] = (
    ("request", "A1", "web", "样例工地两个月没有发工资了，二十来个人，想请工会帮忙问问。"),
    ("question", "I1", "phone", "我们店里只有八个人，怎么加入工会？"),
    ("request", "D1", "hotline", "样例园区的食堂晚上七点就关了，下夜班没有地方吃饭。"),
    ("complaint", "J5", "web", "窗口说的材料和网上写的不一样，跑了三趟。"),
    ("proposal", "D4", "web", "建议在样例地铁口给骑手设一个歇脚的地方，能充电、能喝水。"),
    ("labour_dispute", "A2", "phone", "被辞退了，没有给补偿，想申请调解。"),
    ("request", "E1", "web", "暑假托管班什么时候报名？双职工家庭没有人带孩子。"),
    ("protection_case", "E4", "phone", "丈夫动手打人，不敢回家，想问能去哪里。"),
    ("supply_request", "J1", "visit", "样例社区防汛需要沙袋五十个、雨衣三十件。"),
    ("counselling", "C4", "web", "最近压力很大，睡不着，想找人谈谈。"),
    ("question", "B2", "hotline", "哪里有免费的电工培训？"),
    ("aid_application", "F4", "counter", "家里突然遭火灾，想申请临时帮扶。"),
    ("request", "C1", "visit", "车间的排风扇坏了半个月，气味很重。"),
    ("legal_aid", "G2", "phone", "想打官司要回工伤赔偿，请不起律师。"),
    ("request", "H1", "web", "想借社区活动室每周打一次乒乓球。"),
    ("collective_dispute", "A3", "phone", "十几个人都没有加班费，想一起提出来。"),
    ("rectification", "C5", "review", "研判会指出：楼道堆放杂物的劝导没有留记录。"),
    ("emergency", "J2", "phone", "电梯里有人被困，样例大厦三号梯。"),
    ("proposal", "I3", "web", "建议工会活动的通知提前一周发，倒班的人才来得及换班。"),
    ("request", "D3", "hotline", "早高峰样例路公交二十分钟一班，能不能加车？"),
)
NAMES = ("林女士", "陈先生", "何师傅", "郑女士", "罗先生")
NOTE = {
    "outcome": "已经和单位谈妥，按约定的日子办好；本人可在进度页确认。",
    "reason": "需要再核对一次材料。",
    "evidence": "现场照片两张，签收单一张。",
}


def receive(rng: Generator, land: Land, size: str, on: date, at: datetime) -> None:
    """Take them in and bring each so far along its way."""
    base = min(at, timezone.make_aware(datetime.combine(on, time(10))))
    account = Account.objects.get(username="linxiangwan")
    officer = AccountActor(account)
    areas, bodies = near(land, on)
    line = Line.objects.get(code="union")
    for number in range(NUMBERS[size]):
        kind, need, way, words = SAID[number % len(SAID)]
        came = base - timedelta(days=int(rng.integers(0, 90)) if number % 3 else int(rng.integers(0, 6)))
        came -= timedelta(minutes=int(rng.integers(5, 400)))
        actor: Actor = officer if way in ("phone", "counter", "visit") and number % 4 else SYSTEM
        person = Person(
            NAMES[number % 5], "mobile", f"1390000{number:04d}", "只在上班时间打电话" if number % 7 == 0 else ""
        )
        given = Given(
            words=words,
            way=way,
            code=kind,
            need=need,
            area=Area(pk=areas[int(rng.integers(0, len(areas)))]),
            line=line if need[0] == "A" else None,
            body=bodies[0] if bodies else None,
            person=person if number % 6 else Person(),
        )
        matter = open_matter(given=given, actor=actor, at=came).matter
        _walk(matter, officer, bodies, int(rng.integers(0, 8)), came, base)


def near(land: Land, on: date) -> tuple[list[int], list[Body]]:
    """Communities of the subdistrict officer, and the union of the subdistrict, which takes everything in.

    One body for all of it: a few here and a few there would be too few to show a figure of any of them.
    """
    node = Grant.objects.filter(role="subdistrict_officer").values_list("node__area", flat=True).first()
    areas = list(AreaSpan.objects.on(on).filter(parent=node).order_by("path").values_list("area", flat=True))
    areas = areas or [int(a) for a in land.communities[:10]]
    spans = BodySpan.objects.on(on).filter(form="area", area=node, body__line__code="union").order_by("pk")[:1]
    return areas, [span.body for span in spans.select_related("body")]


def _walk(matter: Matter, officer: Actor, bodies: list[Body], far: int, came: datetime, until: datetime) -> None:
    """So many steps on the usual way, some hours apart; old ones that nobody took up stay overdue."""
    moment = came
    for step in range(far):
        moment += timedelta(hours=5 + 13 * ((matter.pk + step) % 3))
        if moment > until:
            return
        if matter.state == "answered":
            _confirm(matter, officer, moment)
            return
        open_steps = steps_for(matter, officer, moment)
        code = next_step(open_steps)
        if matter.state == "assigned" and matter.pk % 9 == 0:
            code = "object"
        chosen = next((s for s in open_steps if s.code == code), None)
        if chosen is None:
            return
        given = _with(chosen.needs, bodies, matter.pk, moment)
        matter = take_step(matter=matter, code=code, given=given, actor=officer, at=moment)
    if far > 3 and moment < until:
        note(matter=matter, text="电话联系过一次，约了下周当面谈。", actor=officer, at=moment)


def _with(needs: tuple[str, ...], bodies: list[Body], number: int, moment: datetime) -> With:
    said: dict[str, Any] = {"note": next((NOTE[need] for need in needs if need in NOTE), "")}
    if "owner" in needs and bodies:
        said["owner"] = bodies[number % len(bodies)]
    if "due_on" in needs:
        said["due_on"] = (moment + timedelta(days=30)).date()
    said |= {"rule": "不属于本单位职责" if "rule" in needs else "", "has_consent": "consent" in needs}
    said |= {
        "right_door": "区人社局窗口" if "right_door" in needs else "",
        "amount": "2000" if "amount" in needs else "",
    }
    return With(**said, second="叶青禾" if "two_people" in needs else "")


def _confirm(matter: Matter, officer: Actor, moment: datetime) -> None:
    """Most say it is solved and rate it; some could not be reached; some say it is not solved."""
    requester = Requesting(id=matter.pk)
    if matter.pk % 5 == 0:
        call_back(matter=matter, is_reached=False, actor=officer, at=moment)
        return
    code = "not_solved" if matter.pk % 7 == 0 else "confirm"
    if code in {s.code for s in steps_for(matter, requester, moment)}:
        take_step(matter=matter, code=code, actor=requester, at=moment)
        rating = 2 if code == "not_solved" else 4 + matter.pk % 2
        call_back(
            matter=matter,
            is_reached=True,
            solved="no" if rating == 2 else "yes",
            rating=rating,
            actor=officer,
            at=moment,
        )
