"""`kill -9` of worker and server at random points of imports: nothing acknowledged is lost, nothing is half-visible.

Each round stages a file, lets it in, and takes it back. Once in each round the processes at work are killed: a worker
alone, or the server with all its children. The moment is random: a phase, and a share of its rows. Between kill and
new start a reader looks: it sees all of the import or nothing of it. Then the job goes on by itself, once its lease is
over.
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
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("LIANXIN_PROVE_KILLS", "20"))
ROWS = int(os.environ.get("LIANXIN_PROVE_ROWS", "4000"))
PHASE_OF = {"staged": "staging", "applied": "applying", "undone": "undoing"}
PHASES = ("staging", "applying", "applying", "undoing")


def main() -> dict[str, Any]:
    found: dict[str, Any] = {"kills": KILLS, "rows": ROWS}
    for name, wrap in (("sqlite", []), ("postgresql", ["bash", "tools/postgres.sh"])):
        with tempfile.TemporaryDirectory(prefix="lianxin-kill-") as home:
            env = {**os.environ, "LIANXIN_HOME": home, "PYTHONPATH": str(ROOT / "src")}
            env.pop("LIANXIN_DATABASE_URL", None)
            command = [*wrap, sys.executable, "-m", "tools.prove.import_kill", str(KILLS), str(ROWS)]
            out = subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
            found[name] = json.loads(out.strip().splitlines()[-1])
    found["must"] = {
        f"{claim} ({n})": h for n in ("sqlite", "postgresql") for claim, h in found[n].pop("holds").items()
    }
    return found


# --- in a process of its own, on one database ----------------------------------------------------------------------


class Workers:
    """What is killed: a worker, or a server with its workers."""

    def __init__(self, with_server: bool) -> None:
        code = "import sys; from lianxin.conf.cli import main; sys.argv = ['lianxin', *sys.argv[1:]]; main()"
        what = ["serve", "--port", str(_free_port())] if with_server else ["worker"]
        command = [sys.executable, "-c", code, *what]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def kill(self) -> None:
        """Kill all of them at once, children included."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def rounds(kills: int, rows: int, seed: int = 1) -> dict[str, Any]:
    """One import a kill, from an empty registry and back to it."""
    chance = random.Random(seed)
    before = _tables()
    killed: dict[str, int] = {}
    half_visible = wrong = not_undone = 0
    for number in range(kills):
        batch = _upload(_roster(number, rows))
        workers = Workers(with_server=number % 2 == 1)
        killer = _Killer(workers, chance.choice(PHASES), chance.random(), number % 2 == 1)
        for state, ask in (("staged", _stage), ("applied", _apply), ("undone", _undo)):
            ask(batch)
            half_visible += killer.until(batch, state, rows)
            if state == "applied":
                wrong += _seen(batch) != rows or _twice()
        killed[killer.killed_in] = killed.get(killer.killed_in, 0) + 1
        killer.workers.kill()
        not_undone += _tables() != before
    return {
        "killed_while": killed,
        "holds": {
            f"{kills} kills": sum(killed.values()) == kills,
            "nothing half-visible": half_visible == 0,
            "nothing acknowledged lost, every row once": wrong == 0,
            "every import resumed and was taken back exactly": not_undone == 0,
        },
    }


class _Killer:
    """Waits for a state; kills once on the way, looks, and starts others."""

    def __init__(self, workers: Workers, phase: str, share: float, with_server: bool) -> None:
        self.workers, self.phase, self.share, self.with_server = workers, phase, share, with_server
        self.killed_in = ""

    def until(self, batch: Any, state: str, rows: int) -> int:
        """Wait until the import is in the state; how often it was seen by half."""
        half, limit = 0, time.monotonic() + 300
        while batch.state != state:
            half += _seen(batch) not in (0, rows)
            if not self.killed_in and batch.state == self.phase and _share_done(batch) >= self.share:
                self._kill()
                half += _seen(batch) not in (0, rows)
            if time.monotonic() > limit:
                raise RuntimeError(f"import {batch.pk} stays {batch.state}")
            time.sleep(0.005)
            batch.refresh_from_db()
        if not self.killed_in and PHASE_OF[state] == self.phase:  # it was over before its moment came
            self._kill()
        return half

    def _kill(self) -> None:
        self.workers.kill()
        self.killed_in = f"{self.phase}, {'server and workers' if self.with_server else 'worker'}"
        _let_leases_end()
        self.workers = Workers(self.with_server)


def _share_done(batch: Any) -> float:
    """How much of the running job is done; -1 before it has begun."""
    from lianxin.trail.models import Job

    job = Job.objects.filter(key=f"import-{batch.pk}").order_by("-pk").first()
    if job is None or job.started_at is None:
        return -1
    return job.progress_done / job.progress_total if job.progress_total else 0


def _let_leases_end() -> None:
    """What half a minute would do."""
    from lianxin.kit.clock import now
    from lianxin.trail.models import Job

    Job.objects.filter(done_at=None, failed_at=None).exclude(lease_until=None).update(lease_until=now())


def _upload(content: bytes) -> Any:
    from lianxin.kit.clock import now, today
    from lianxin.registry.imports import operations

    return operations.upload(
        kind="organisations",
        file_name="roster.csv",
        content=content,
        effective_on=today(),
        area=None,
        actor=_actor(),
        at=now(),
    )


def _stage(batch: Any) -> None:
    from lianxin.kit.clock import now
    from lianxin.registry.imports import operations

    columns = {int(index): field for index, field in batch.columns.items()}
    operations.map_columns(batch=batch, columns=columns, key=batch.key, actor=_actor(), at=now())


def _apply(batch: Any) -> None:
    from lianxin.kit.clock import now
    from lianxin.registry.imports import operations

    operations.apply(batch=batch, actor=_actor(), at=now())


def _undo(batch: Any) -> None:
    from lianxin.kit.clock import now
    from lianxin.registry.imports import operations

    operations.undo(batch=batch, actor=_actor(), at=now())


def _actor() -> Any:
    from lianxin.kit.actor import System

    return System(label="proof")


def _roster(number: int, rows: int) -> bytes:
    from lianxin.registry.codes import make_code

    lines = ["统一社会信用代码,单位名称,地址,从业人数"]
    first = number * rows
    lines += [
        f"{make_code('91', '440304', n)},云杉样例{n}号有限公司,福田区福保街道福保社区样例路{n}号,{n % 300}"
        for n in range(first, first + rows)
    ]
    return "\n".join(lines).encode()


def _seen(batch: Any) -> int:
    """How many organisations of the import anybody sees today."""
    from lianxin.kit.clock import today
    from lianxin.registry.models import OrganisationSpan

    return OrganisationSpan.objects.on(today()).filter(born_in=batch).count()


def _twice() -> bool:
    from lianxin.registry.models import OrganisationSpan

    codes = list(OrganisationSpan.objects.filter(valid_until=None).values_list("credit_code", flat=True))
    return len(codes) != len(set(codes))


def _tables() -> dict[str, int]:
    """How many rows stand where an import writes."""
    from lianxin.registry.models import Covering, Organisation, OrganisationSpan, SearchText

    return {m.__name__: m._default_manager.count() for m in (Organisation, OrganisationSpan, Covering, SearchText)}


def run_here(kills: int, rows: int) -> dict[str, Any]:
    """On the database of the environment, from nothing."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from lianxin.places.demonstration import load_futian

    call_command("migrate", verbosity=0)
    load_futian(timezone.now())
    return rounds(kills, rows)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.conf.settings")
    sys.stdout.write(json.dumps(run_here(int(sys.argv[1]), int(sys.argv[2])), ensure_ascii=False) + "\n")
