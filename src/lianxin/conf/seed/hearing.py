"""List of duties, knowledge base and themes of the demonstration. All of it is invented."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from lianxin.access.actors import AccountActor
from lianxin.access.models import Account
from lianxin.kit.actor import SYSTEM
from lianxin.matters.models import Duty, Matter
from lianxin.matters.operations import knowledge, suggestions, theming
from lianxin.matters.operations.opening import Given, open_matter
from lianxin.matters.seed_words import outside
from lianxin.places.models import Area
from lianxin.registry.models import Line

from .land import Land
from .matters import near

UNION_STREET = "A1 A2 A3 A4 A5 B5 C1 C2 G3 I4 J4 D3".split()
UNION_COMMUNITY = "D1 D2 D4 H1 I1 C5 G5 H5".split()
UNION_DISTRICT = "B2 C3 F1 F2 F4 F5 G1 G2 D5 J1 J2 I5 I2 I3".split()
LEAGUE = {"B1": "subdistrict", "B3": "district", "B4": "district", "H2": "subdistrict", "H3": "subdistrict"}
LEAGUE |= {"H4": "community", "F3": "district", "J5": "district"}
WOMEN = {"E1": "community", "E2": "community", "E3": "subdistrict", "E4": "district", "E5": "subdistrict"}
WOMEN |= {"C4": "subdistrict", "G4": "community", "J3": "district"}
SOURCE = "样例区责任清单（演示）"
ARTICLES = (
    (
        "公司没有工会，个人怎么加入工会？",
        "可以向工作地或居住地的社区工会联合会提出申请，也可以扫描楼宇内的入会码，"
        "在手机上填写。社区工会在七个工作日内回复。",
        "I1",
        "中国工会章程第一条",
    ),
    (
        "老板拖欠工资怎么办？",
        "先保留考勤、工资条、聊天记录等证据，向所在街道总工会反映，由工会协商；协"
        "商不成的，可以申请劳动仲裁，时效从知道权利受侵害之日起一年。",
        "A1",
        "劳动争议调解仲裁法第二十七条",
    ),
    (
        "暑期托管班怎么报名？",
        "每年六月在社区妇女儿童之家报名，双职工家庭的小学生可以报名，名额以抽签方式确定。",
        "E1",
        "",
    ),
    (
        "工会大食堂谁可以去吃？",
        "辖区内的职工都可以用餐，不限单位，凭任一支付方式付款，午餐不超过二十元。",
        "D1",
        "",
    ),
    (
        "发生工伤后多少天内要申请认定？",
        "用人单位应当在三十日内申请；单位不申请的，职工或近亲属、工会可以在一年内直接申请。",
        "A4",
        "工伤保险条例第十七条",
    ),
    (
        "困难职工补助怎么申请？",
        "向所在单位工会或社区工会提出，工会核对材料原件后不留存复印件，十五个工作日内答复。",
        "F1",
        "",
    ),
    (
        "户外劳动者驿站在哪里？",
        "各街道的驿站都提供饮水、微波炉和充电，地址可以在社区公告栏和工会公众号查询。",
        "D4",
        "",
    ),
    (
        "法律援助要什么条件？",
        "追索劳动报酬、工伤待遇的职工申请法律援助，不审查经济困难条件；其他事项需说明经济状况。",
        "G2",
        "法律援助法第四十二条",
    ),
)
ISSUES = (
    (
        "园区食堂午饭时间排队太长，半小时吃不上饭",
        "园区食堂午饭排队太久，希望加开窗口",
        "食堂午饭排队排到门外，园区工人没时间休息",
        "午饭时园区食堂排队太长，能不能错峰",
        "园区食堂排队太久，午饭只剩十分钟吃",
    ),
    (
        "厂区末班车太早，晚上下班没有车坐",
        "末班车七点就没有了，厂区夜班下班没车坐",
        "厂区晚上下班赶不上末班车，希望延长",
        "末班车时间太早，夜班工人下班没有车坐",
    ),
    (
        "骑手中午没有地方歇脚喝水，商圈里没有驿站",
        "商圈附近没有骑手歇脚的驿站，夏天太晒",
        "希望商圈设骑手驿站，可以歇脚喝水充电",
    ),
)


def hear(land: Land, on: date, at: datetime) -> None:
    """Duties first, so that every matter is given to somebody; then articles, then what comes again."""
    at = min(at, timezone.make_aware(datetime.combine(on, time(10))))  # a demonstration of another day knows no later
    _duties(on)
    _articles(on, at)
    _themes(land, on, at)


def _duties(on: date) -> None:
    lines = {line.code: line for line in Line.objects.all()}
    wanted = dict.fromkeys(UNION_STREET, ("union", "subdistrict"))
    wanted |= dict.fromkeys(UNION_COMMUNITY, ("union", "community"))
    wanted |= dict.fromkeys(UNION_DISTRICT, ("union", "district"))
    wanted |= {need: ("league", level) for need, level in LEAGUE.items()}
    wanted |= {need: ("women", level) for need, level in WOMEN.items()}
    wanted[""] = ("union", "subdistrict")
    since = on.replace(month=1, day=1)
    rows = [
        Duty(need=need, line=lines[line], level=level, source=SOURCE, valid_from=since)
        for need, (line, level) in sorted(wanted.items())
    ]
    rows += [Duty(need=code, door=found["door"], source=SOURCE, valid_from=since) for code, found in outside().items()]
    Duty.objects.bulk_create(rows)


def _articles(on: date, at: datetime) -> None:
    """Most are public, one must be looked at again, one waits for approval."""
    author = Account.objects.order_by("pk").first()
    writer, approver = (AccountActor(Account.objects.get(username=name)) for name in ("linxiangwan", "shenjianshan"))
    for place, (question, answer, need, basis) in enumerate(ARTICLES):
        words: dict[str, Any] = {"question": question, "answer": answer, "need": need, "basis": basis}
        made = knowledge.draft(actor=writer, at=at - timedelta(days=100), **words)
        if place == len(ARTICLES) - 1:
            made.written_by, made.written_by_label = author, author.label if author else ""
            made.save(update_fields=["written_by", "written_by_label"])
            continue
        due = on - timedelta(days=5) if place == 2 else on + timedelta(days=30 + 20 * place)
        knowledge.approve(edition=made, actor=approver, at=at - timedelta(days=90), review_on=due)


def _themes(land: Land, on: date, at: datetime) -> None:
    """Three issues that come again over five weeks, in neighbouring communities."""
    areas, bodies = near(land, on)
    order = list(Area.objects.filter(pk__in=areas[:6]).order_by("pk"))
    for place, messages in enumerate(ISSUES):
        for number, words in enumerate(messages):
            moment = at - timedelta(days=33 - 7 * number + place, hours=number)
            given = Given(
                words=words,
                way=("web", "phone", "hotline")[number % 3],
                area=order[(place + number // 3) % len(order)],
                body=bodies[0] if bodies else None,
            )
            made = open_matter(given=given, actor=SYSTEM, at=moment).matter
            suggestions.propose_for(matter=made.pk, at=moment)
    for matter in Matter.objects.filter(suggestion=None, level__in=("C0", "C1", "C2"), way__in=theming.SENT_IN):
        suggestions.propose_for(matter=matter.pk, at=at)
    theming.forget_stream()
    while theming.join_pending(at=at):
        continue
    theming.forget_stream()
