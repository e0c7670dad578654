"""Foundings, renewals, codes, applications and informal groups of the demonstration. People are invented."""

from datetime import date, datetime, timedelta
from typing import Any

from numpy.random import Generator

from lianxin.access.models import Account, Grant
from lianxin.kit.actor import SYSTEM
from lianxin.kit.clock import day_of
from lianxin.places.models import AreaSpan, Site
from lianxin.reach.models import Application, Decision, Founding, Handler, InformalGroup, JoinCode, Party, Pattern
from lianxin.reach.operations import joining, renewals
from lianxin.reach.operations.founders import Known, add_founder
from lianxin.registry.models import BodySpan, Line, Membership, OrganisationSpan, Person, Term
from lianxin.registry.operations.people import advance_membership

from .land import Land

STEPS = ("talks", "preparing", "submitted", "approved", "elected", "stopped")
AGO = {"talks": 25, "preparing": 60, "submitted": 12, "approved": 40, "elected": 20, "stopped": 90}
NAMES = ("林样例", "陈样例", "何样例", "郑样例", "罗样例", "梁样例", "宋样例", "唐样例")
GROUPS = (
    ("巾帼志愿队", "volunteers", "women"),
    ("楼宇姐妹茶座", "building", "women"),
    ("骑手互助群", "workers", "union"),
    ("青年夜跑队", "volunteers", "league"),
    ("家政从业者联谊会", "association", "women"),
    ("园区羽毛球队", "park", "union"),
)


def found(rng: Generator, land: Land, on: date, at: datetime) -> None:
    """All of it, in the subdistrict where the demonstration's officers work and beside it."""
    handlers = list(Account.objects.filter(username__in=("linxiangwan", "yeqinghe", "shenjianshan")).order_by("pk"))
    areas = _busy(land, on)
    _foundings(rng, areas, handlers, on, at)
    _renewals(rng, areas, on, at)
    _applications(areas, on, at)
    _groups(rng, land, on)


def _busy(land: Land, on: date) -> list[int]:
    """Communities of the subdistrict officer first, then the others."""
    node = Grant.objects.filter(role="subdistrict_officer").values_list("node__area", flat=True).first()
    own = list(AreaSpan.objects.on(on).filter(parent=node).order_by("path").values_list("area", flat=True))
    return [*own, *(int(a) for a in land.communities if int(a) not in own)]


def _foundings(rng: Generator, areas: list[int], handlers: list[Account], on: date, at: datetime) -> None:
    """Two dozen foundings at every step; employers without a union, in one community each."""
    line = Line.objects.get(code="union")
    covered = OrganisationSpan.objects.filter(organisation__coverings__body__line=line).values("organisation")
    for number, area in enumerate(areas[:24]):
        step = STEPS[number % len(STEPS)]
        free = OrganisationSpan.objects.on(on).filter(area=area, kind="enterprise").exclude(organisation__in=covered)
        firms = list(free.order_by("pk").values_list("organisation", flat=True)[:3])
        name = AreaSpan.objects.on(on).get(area=area).name
        site = Site.objects.on(on).filter(area=area).order_by("pk").first()
        upper = BodySpan.objects.on(on).filter(body__line=line, area=area, form="area").order_by("pk")
        form = "joint" if len(firms) > 1 else "site" if site else "area"
        made = Founding.objects.create(
            line=line,
            form=form,
            kind={"joint": "joint_union", "site": "building_union", "area": "union_association"}[form],
            name=f"{name.removesuffix('社区')}小微企业联合工会" if form == "joint" else f"{name}联合工会（筹）",
            area_id=area,
            site=site if form == "site" else None,
            upper_id=upper.values_list("body", flat=True).first(),
            is_guarded=number % 4 == 1 and step in ("talks", "preparing"),
            why="摸底中提出的联合建会建议" if number % 3 == 0 else "",
            **_days(step, on, int(rng.integers(0, 12))),
        )
        Party.objects.bulk_create([Party(founding=made, organisation_id=f, joined_on=made.begun_on) for f in firms])
        Handler.objects.create(founding=made, account=handlers[number % len(handlers)], since=made.begun_on)
        _founders(made, number, on, at)


def _days(step: str, on: date, more: int) -> dict[str, Any]:
    """The days of the steps reached, the last one so many days ago."""
    last = on - timedelta(days=AGO[step] + more)
    reached = STEPS.index(step) if step != "stopped" else 1
    names = ("begun_on", "prepared_on", "submitted_on", "approved_on", "elected_on")
    days: dict[str, Any] = {
        name: last - timedelta(days=25 * (reached - i)) for i, name in enumerate(names) if i <= reached
    }
    if step == "stopped":
        days |= {"stopped_on": last, "stopped_because": "两家单位搬离本社区"}
    if step == "elected":
        days |= {"eligible": 46, "present": 41}
    return {**days, "step": step}


def _founders(made: Founding, number: int, on: date, at: datetime) -> None:
    if made.approved_on and made.submitted_on:
        facts: dict[str, Any] = {"asked_on": made.submitted_on, "answered_on": made.approved_on}
        Decision.objects.create(founding=made, is_approved=True, answered_by="街道总工会", **facts)
    if made.step == "stopped":
        return
    for place in range(3):
        known = Known(NAMES[(number + place) % len(NAMES)], "phone", f"1380000{number:02d}{place:02d}")
        given: dict[str, Any] = {"part": ("group", "group", "member")[place], "has_agreed": True}
        row = add_founder(founding=made, known=known, day=made.begun_on, actor=SYSTEM, at=at, **given)
        if made.step == "elected" and place == 0:
            row.title = "chair"
            row.save(update_fields=["title"])


def _renewals(rng: Generator, areas: list[int], on: date, at: datetime) -> None:
    """Terms that end within three months beside those that have ended, and renewals at every step."""
    spans = BodySpan.objects.on(on).filter(area__in=areas[:20], form="area").order_by("pk")
    near = [span.body_id for span in spans[:12]]
    for place, body in enumerate(near):
        until = on + timedelta(days=15 + 6 * place)
        Term.objects.on(on).filter(body=body).update(valid_until=until)
        Term.objects.filter(body=body, valid_from__gt=on).delete()
    late = list(Term.objects.filter(valid_until__lte=on, body__in=spans.values("body")).values_list("body", flat=True))
    people = list(Person.objects.order_by("pk")[:40])
    by: dict[str, Any] = {"actor": SYSTEM, "at": at}
    for place, body in enumerate(dict.fromkeys([*near[:6], *late[:2]])):
        span = BodySpan.objects.on(on).select_related("body").get(body=body)
        day = on - timedelta(days=40)
        made = renewals.send_notice(body=span.body, day=day, **by)
        if place % 4 > 0:
            renewals.prepare(renewal=made, day=day + timedelta(days=7), **by)
            for which, title in enumerate(("chair", "vice_chair", "member")):
                person = people[(place * 3 + which) % len(people)]
                renewals.nominate(renewal=made, person=person, title=title, **by)
        if place % 4 > 1:
            renewals.settle_candidates(renewal=made, day=day + timedelta(days=20), **by)
        if place % 4 > 2:
            renewals.call_meeting(renewal=made, day=on + timedelta(days=9), **by)


def _applications(areas: list[int], on: date, at: datetime) -> None:
    """A code for a few bodies, with applications that wait and some that were answered."""
    spans = BodySpan.objects.on(on).filter(area__in=areas[:12], form__in=("joint", "site")).order_by("pk")
    by: dict[str, Any] = {"actor": SYSTEM, "at": at}
    for place, span in enumerate(spans.select_related("body")[:10]):
        until = max(on, day_of(at)) + timedelta(days=80)
        code = joining.make_code(body=span.body, until=until, where=("大堂海报", "食堂屏幕")[place % 2], **by)
        JoinCode.objects.filter(pk=code.pk).update(made_on=on - timedelta(days=30))
        for which in range(3):
            known = Known(NAMES[(place + which) % len(NAMES)], "phone", f"1390000{place:02d}{which:02d}")
            given: dict[str, Any] = {
                "workplace": "样例商铺",
                "answers": {"membership": True, "activity_news": which == 1},
            }
            sent, _secret = joining.send_application(code=code, known=known, at=at, **given)
            Application.objects.filter(pk=sent.pk).update(applied_on=on - timedelta(days=3 * place + which))
            if which == 2:
                taken = joining.take_in(application=sent, organisation=0, day=on, **by)
                if place % 2 and isinstance(taken.membership, Membership):
                    advance_membership(membership=taken.membership, step="verified_on", day=on, **by)


def _groups(rng: Generator, land: Land, on: date) -> None:
    """Informal groups in every second community, and the pattern of the women's line."""
    lines = {line.code: line for line in Line.objects.all()}
    rows = []
    for number, area in enumerate(land.communities[::2]):
        label, kind, code = GROUPS[number % len(GROUPS)]
        since = on - timedelta(days=int(rng.integers(60, 1500)))
        people = int(rng.integers(8, 90))
        facts: dict[str, Any] = {
            "line": lines[code],
            "kind": kind,
            "area_id": int(area),
            "people": people,
            "valid_from": since,
        }
        rows.append(InformalGroup(name=f"{land.community_names[number * 2].removesuffix('社区')}{label}", **facts))
    InformalGroup.objects.bulk_create(rows)
    parts = [{"level": "district"}, {"level": "subdistrict"}, {"level": "community"}, {"rest": True}]
    Pattern.objects.create(line=lines["women"], parts=parts, valid_from=date(2018, 1, 1))
