"""Fifty people at work on 1,000,000 matters: p95 of the list, the search and one matter (matters, point 8).

The installation is the city demonstration of `load`, filled up with invented matters: nine in ten closed, one in twenty
shut. Sessions, think times and what is measured are those of `load`.
"""

import os
import random
import subprocess
import sys
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from . import load

COUNT = int(os.environ.get("LOAD_MATTERS", "1000000"))
BATCH = 5000
SEED = 20261122
PLACES = "云杉路 青禾园 样例大厦 鲸落湾 风铃巷 石榴村 丁香里 白鹭洲 海棠街 松果园".split()
TOPICS = (
    ("A1", "三个月没有发工资，老板一直拖着"),
    ("A2", "公司突然解除合同，没有给补偿"),
    ("A3", "连续加班两个月没有休息"),
    ("A4", "工伤以后没有人管社保"),
    ("C1", "车间的吸尘机坏了很久没有修"),
    ("D1", "附近没有食堂，中午吃饭很不方便"),
    ("D4", "送外卖的想找个地方歇脚喝水"),
    ("E1", "放学以后孩子没有地方托管"),
    ("B2", "想学电工证，问有没有培训班"),
    ("H1", "想借场地打羽毛球"),
)
ENDS = ("，希望尽快处理。", "，请问找谁？", "，已经反映过一次。", "，请联系我。", "，大家都很着急。")


def main() -> dict[str, object]:
    """Fill up, serve, load, report. Times in milliseconds."""
    load._prepare()
    filled_s = fill(COUNT)
    load._pages = pages
    port = load._free_port()
    command = load.server("127.0.0.1", port, workers=2).command
    serving = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        load._wait_for(port)
        measured = load._load(port)
    finally:
        serving.terminate()
        serving.wait(20)
    from lianxin.matters.models import Matter

    figures = {name: load._summary(times) for name, times in sorted(measured.times.items())}
    slowest = max(f["p95_ms"] for f in figures.values())
    return {
        "database": os.environ.get("LIANXIN_DATABASE_URL", "sqlite").split(":")[0],
        "matters": Matter.objects.count(),
        "filled_s": filled_s,
        "sessions": load.SESSIONS,
        "requests": sum(len(t) for t in measured.times.values()),
        "errors": measured.errors,
        "pages": figures,
        "must": {f"p95 at most {load.LIMIT_MS} ms": slowest <= load.LIMIT_MS, "no errors": not measured.errors},
    }


def fill(count: int) -> float:
    """Bring the number of matters up to `count`. Returns seconds."""
    import time

    from django.db import transaction

    from lianxin.kit.statistics import refresh
    from lianxin.matters.models import Matter

    begun, there = time.monotonic(), Matter.objects.count()
    for start in range(there, count, BATCH):
        with transaction.atomic():
            _batch(start, min(BATCH, count - start))
        print(f"{start + BATCH:,} matters, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    if count > there:
        refresh()
        load._settle()
    return round(time.monotonic() - begun, 1)


def _batch(start: int, size: int) -> None:
    from lianxin.kit import vault
    from lianxin.kit.clock import now
    from lianxin.matters.models import Event, Matter, Words
    from lianxin.matters.models.core import words_place
    from lianxin.matters.operations.kinds import current
    from lianxin.registry import search

    at, dice = now(), random.Random(SEED + start)
    kinds = {code: current(code, at) for code in ("request", "question", "complaint")}
    areas, bodies = _areas(), _bodies()
    rows: list[Matter] = []
    texts: list[str] = []
    for number in range(start, start + size):
        need, topic = dice.choice(TOPICS)
        place, area = dice.choice(PLACES), dice.choice(areas)
        text = f"{place}{dice.randrange(1, 400)}号{topic}{dice.choice(ENDS)}"
        is_shut, is_open = dice.random() < 0.05, dice.random() < 0.1
        arrived = at - timedelta(
            minutes=dice.randrange(10, 3 * 365 * 24 * 60) if not is_open else dice.randrange(40_000)
        )
        code = dice.choice(list(kinds))
        rows.append(
            Matter(
                number=f"L{number:08d}",
                digest=f"{number:064d}",
                kind=kinds[code],
                code=code,
                level="C3" if is_shut else "C2",
                way="web",
                title="" if is_shut else f"{place}{topic}"[:40],
                code_name=f"雪松{number % 900 + 100}" if is_shut else "",
                need=need,
                area_id=area,
                first_body_id=bodies.get(area),
                body_id=bodies.get(area) if dice.random() < 0.8 else None,
                state="in_progress" if is_open else "closed",
                is_open=is_open,
                arrived_at=arrived,
                state_since=arrived,
                contacted_at=arrived + timedelta(hours=5),
                closed_at=None if is_open else arrived + timedelta(days=dice.randrange(1, 20)),
                due_at=arrived + timedelta(days=15) if is_open else None,
                due_clock="handle" if is_open else "",
            )
        )
        texts.append(text)
    made = Matter.objects.bulk_create(rows)
    words = []
    for matter, text in zip(made, texts, strict=True):
        sealed = vault.seal(text, where=words_place(matter)) if matter.is_shut else None
        words.append(Words(matter=matter, text="" if matter.is_shut else text, sealed=sealed))
    Words.objects.bulk_create(words)
    Event.objects.bulk_create([e for matter in made for e in _events(matter)])
    told = [(m, t) for m, t in zip(made, texts, strict=True) if not m.is_shut]
    search.write_texts("matter", [(m.pk, search.texts_of("matter", m.number, t)) for m, t in told])


def _events(matter: Any) -> list[Any]:
    from lianxin.matters.models import Event

    who: dict[str, Any] = {"actor_kind": "system", "actor_label": "load", "is_shown": True}
    first = Event(matter=matter, seq=1, at=matter.arrived_at, act="opened", state="submitted", **who)
    step = "start" if matter.is_open else "confirm"
    state, at = matter.state, matter.closed_at or matter.arrived_at
    return [first, Event(matter=matter, seq=2, at=at, act="step", step=step, state=state, **who)]


def _areas() -> list[int]:
    from lianxin.kit.clock import today
    from lianxin.places.models import AreaSpan

    spans = AreaSpan.objects.on(today()).filter(area__scheme__is_primary=True)
    inner = spans.exclude(parent=None).values("parent")
    return list(spans.exclude(area__in=inner).order_by("path").values_list("area", flat=True))


def _bodies() -> dict[int, int]:
    from lianxin.kit.clock import today
    from lianxin.registry.models import BodySpan

    return dict(BodySpan.objects.on(today()).filter(form="area").values_list("area", "body"))


def pages() -> dict[str, list[str]]:
    """Addresses to draw from: the list with its filters, searches for Chinese words, records open to all sessions."""
    from django.urls import reverse

    from lianxin.access.actors import AccountActor
    from lianxin.access.models import Account
    from lianxin.kit.clock import today
    from lianxin.matters.models import Matter

    actor = AccountActor(Account.objects.get(username="yeqinghe"))
    mine = Matter.objects.within(actor.scope("matters.handle_matters", today()))
    records = list(mine.order_by("-arrived_at").values_list("pk", flat=True)[:200])
    listing, everywhere = reverse("matters:matters"), reverse("desk:search")
    words = ("工资", "云杉路", "托管", "加班", "羽毛球", "样例大厦 补偿", "吸尘机")
    return {
        "list": [listing, f"{listing}?show=overdue", f"{listing}?kind=question", f"{listing}?show=all"],
        "search": [f"{listing}?q={quote(word)}" for word in words] + [f"{everywhere}?q={quote(w)}" for w in words],
        "matter": [reverse("matters:matter", args=[pk]) for pk in records],
    }
