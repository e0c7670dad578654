"""`kill -9` of the worker at random points: every job takes effect exactly once, on SQLite and on PostgreSQL.

Each round writes jobs of both kinds (short ones of one transaction, long ones in steps), starts a worker, kills it
at a random moment and starts another, until nothing is left. PostgreSQL is tried when LIANXIN_DATABASE_URL names one.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from typing import Any

KILLS = 20
SHORT, LONG, STEPS = 40, 2, 8

PROGRAM = """
import sys, time, signal, os
import django; django.setup()
from lianxin.trail import tasks, worker
from lianxin.places.models import Scheme

@tasks.task(name="prove.short", lease_s=2)
def short(run, *, number):
    Scheme.objects.create(code=f"short{number}", name="x")
    time.sleep(0.004)

@tasks.task(name="prove.long", atomic=False, lease_s=2)
def long(run, *, number, steps):
    for step in range(steps):
        code = f"long{number}-{step}"
        if Scheme.objects.filter(code=code).exists():
            continue
        with run.step(step + 1, steps):
            Scheme.objects.create(code=code, name="x")
            time.sleep(0.03)

if sys.argv[1] == "enqueue":
    from django.core.management import call_command
    call_command("migrate", verbosity=0, interactive=False)
    for number in range(int(sys.argv[2])):
        short.enqueue(number=number)
    for number in range(int(sys.argv[3])):
        long.using(priority=1 if number % 2 else 0).enqueue(number=number, steps=int(sys.argv[4]))
elif sys.argv[1] == "work":
    print("working", flush=True)
    worker.work()
elif sys.argv[1] == "left":
    from lianxin.trail.models import Job
    mine = Job.objects.filter(name__startswith="prove.")
    print(mine.filter(done_at=None, failed_at=None).count(), mine.exclude(failed_at=None).count())
else:
    import json
    print(json.dumps(sorted(Scheme.objects.filter(code__regex="^(short|long)").values_list("code", flat=True))))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def call(env: dict[str, str], *args: object) -> str:
    command = [sys.executable, "-c", PROGRAM, *map(str, args)]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout


def kill_rounds(env: dict[str, str], kills: int, *, short: int, long: int, steps: int, seed: int) -> dict[str, Any]:
    """Kill workers so many times while they work, let one finish, and count effects."""
    rng = random.Random(seed)
    call(env, "enqueue", short, long, steps)
    done_in_kills = 0
    for _ in range(kills):
        worker = subprocess.Popen([sys.executable, "-c", PROGRAM, "work"], env=env, stdout=subprocess.PIPE, text=True)
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(rng.uniform(0.02, 0.5))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        done_in_kills += 1
    worker = subprocess.Popen([sys.executable, "-c", PROGRAM, "work"], env=env, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 300
    while (left := call(env, "left").split())[0] != "0" and time.monotonic() < until:
        time.sleep(0.5)
    worker.send_signal(signal.SIGTERM)
    worker.wait()
    effects = json.loads(call(env, "effects"))
    wanted = [f"short{n}" for n in range(short)] + [f"long{n}-{s}" for n in range(long) for s in range(steps)]
    return {
        "kills": done_in_kills,
        "jobs": short + long,
        "given_up": int(left[1]),
        "missing": len(set(wanted) - set(effects)),
        "effects": len(effects),
        "exactly_once": effects == sorted(wanted),
    }


def main() -> dict[str, Any]:
    from lianxin.conf import environment  # noqa: F401 - fails early where the path is not set

    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "LIANXIN_HOME": home, "DJANGO_SETTINGS_MODULE": "lianxin.conf.settings"}
        found["sqlite"] = kill_rounds(
            {**env, "LIANXIN_DATABASE_URL": ""}, KILLS, short=SHORT * KILLS, long=LONG * KILLS, steps=STEPS, seed=1
        )
        if os.environ.get("LIANXIN_DATABASE_URL", "").startswith("postgres"):
            found["postgresql"] = kill_rounds(env, KILLS, short=SHORT * KILLS, long=LONG * KILLS, steps=STEPS, seed=2)
    must = {f"every effect exactly once on {name}": bool(figures["exactly_once"]) for name, figures in found.items()}
    return {**found, "must": must}
