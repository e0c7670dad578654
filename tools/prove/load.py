"""Fifty people at work on the city demonstration: p95 of the four commonest requests (foundation, point 6).

Each session signs in, then opens pages with think times of 1 to 3 s. Server and load generator share the machine.
What is asked in the first seconds after the server has started is served but not measured.
The database comes from LIANXIN_DATABASE_URL, else SQLite; an installation that is empty is seeded first.
"""

import http.client
import io
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict

from lianxin.conf.serving import server

SESSIONS = int(os.environ.get("LOAD_SESSIONS", "50"))
SECONDS = int(os.environ.get("LOAD_SECONDS", "90"))
WARMING_S = 10
LIMIT_MS = 300


def main() -> dict[str, object]:
    """Seed if empty, serve, load, report. Times in milliseconds."""
    _prepare()
    port = _free_port()
    command = server("127.0.0.1", port, workers=2).command
    serving = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        measured = _load(port)
    finally:
        serving.terminate()
        serving.wait(20)
    figures = {name: _summary(times) for name, times in sorted(measured.times.items())}
    slowest = max(f["p95_ms"] for f in figures.values())
    return {
        "database": os.environ.get("LIANXIN_DATABASE_URL", "sqlite").split(":")[0],
        "sessions": SESSIONS,
        "requests": sum(len(t) for t in measured.times.values()),
        "errors": measured.errors,
        "pages": figures,
        "must": {f"p95 at most {LIMIT_MS} ms": slowest <= LIMIT_MS, "no errors": not measured.errors},
    }


def _prepare() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.conf.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("seed", "--size", os.environ.get("LOAD_SIZE", "city"), "--if-empty")
    _settle()
    call_command("figures", "establishment_rate", "--format", "json", stdout=io.StringIO())


def _settle() -> None:
    """What PostgreSQL does by itself in the minutes after a large import."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


class _Measured:
    def __init__(self, since: float) -> None:
        self.since = since
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors = 0
        self.lock = threading.Lock()


def _load(port: int) -> _Measured:
    cookies, pages = _sessions(), _pages()
    measured = _Measured(time.monotonic() + WARMING_S)
    stop_at = measured.since + SECONDS
    threads = [
        threading.Thread(target=_work, args=(port, cookies[i % len(cookies)], pages, measured, stop_at, i), daemon=True)
        for i in range(SESSIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WARMING_S + SECONDS + 60)
    return measured


def _work(port: int, cookie: str, pages: dict[str, list[str]], measured: _Measured, stop_at: float, seed: int) -> None:
    rng = random.Random(seed)
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    time.sleep(rng.uniform(0, 3))
    while time.monotonic() < stop_at:
        name = rng.choice(list(pages))
        begun = time.perf_counter()
        try:
            link.request("GET", rng.choice(pages[name]), headers={"Cookie": cookie})
            answer = link.getresponse()
            answer.read()
            failed = answer.status != 200
        except (OSError, http.client.HTTPException):
            failed = True
            link.close()
        took = (time.perf_counter() - begun) * 1000
        with measured.lock:
            if time.monotonic() >= measured.since:
                measured.times[name].append(took)
            measured.errors += failed
        time.sleep(rng.uniform(1, 3))


def _sessions() -> list[str]:
    """Session cookies of the demonstration's officers."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from lianxin.access.models import Account

    cookies = []
    for account in Account.objects.filter(username__in=("shenjianshan", "linxiangwan", "yeqinghe")):
        store = SessionStore()
        store[SESSION_KEY] = str(account.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = account.get_session_auth_hash()
        store.create()
        cookies.append(f"sessionid={store.session_key}")
    return cookies


def _pages() -> dict[str, list[str]]:
    """Addresses to draw from. Only records that the community worker may see too."""
    from urllib.parse import quote

    from django.urls import reverse

    from lianxin.access.actors import AccountActor
    from lianxin.access.models import Account
    from lianxin.kit.clock import today
    from lianxin.registry.models import OrganisationSpan

    actor = AccountActor(Account.objects.get(username="yeqinghe"))
    scope = actor.scope("registry.view_organisations", today())
    records = list(OrganisationSpan.objects.on(today()).within(scope).values_list("organisation", flat=True)[:200])
    words = ("鲸落", "物流", "云杉", "科技", "演示", "风铃工坊", "志愿服务队", "99000")
    listing, search = reverse("registry:organisations"), reverse("desk:search")
    return {
        "coverage": [reverse("boards:coverage")],
        "list": [listing, f"{listing}?q={quote('物流')}"],
        "search": [f"{search}?q={quote(word)}" for word in words],
        "record": [reverse("registry:organisation", args=[pk]) for pk in records],
    }


def _summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "n": len(ordered),
        "p50_ms": round(ordered[len(ordered) // 2], 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
        "max_ms": round(ordered[-1], 1),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server did not answer")
