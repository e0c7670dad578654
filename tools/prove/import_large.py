"""A roster of 100,000 rows with 5 % faults: memory, seconds, how long others wait, again, undone; on both databases."""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROWS = int(os.environ.get("LIANXIN_PROVE_ROWS", "100000"))
FAULTY = 0.05
HEADERS = (
    *(
        "序号",
        "统一社会信用代码",
        "单位名称",
        "单位类型",
        "注册地址",
        "从业人数",
        "女职工人数",
        "35岁以下人数",
        "团员人数",
    ),
    *("工会会员人数", "成立日期", "备注"),
)


def main() -> dict[str, Any]:
    found: dict[str, Any] = {"rows": ROWS}
    with tempfile.TemporaryDirectory(prefix="lianxin-import-") as folder:
        roster = Path(folder) / "roster.xlsx"
        found["faulty"] = write_roster(roster, ROWS)
        for name, wrap in (("sqlite", []), ("postgresql", ["bash", "tools/postgres.sh"])):
            env = {**os.environ, "LIANXIN_HOME": f"{folder}/{name}", "PYTHONPATH": str(ROOT / "src")}
            env.pop("LIANXIN_DATABASE_URL", None)
            command = [*wrap, sys.executable, "-m", "tools.prove.import_large", str(roster), str(found["faulty"])]
            out = subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
            found[name] = json.loads(out.strip().splitlines()[-1])
    found["must"] = {
        f"{claim} ({name})": found[name]["holds"][claim]
        for name in ("sqlite", "postgresql")
        for claim in found[name]["holds"]
    }
    found["aim"] = {"first import in 60 s": all(found[n]["first"]["seconds"] <= 60 for n in ("sqlite", "postgresql"))}
    return found


def write_roster(path: Path, rows: int, seed: int = 1) -> int:
    """A plainly invented roster on the demonstration's communities; returns how many rows are at fault."""
    import xlsxwriter

    from lianxin.registry.codes import make_code

    chance = random.Random(seed)
    places = _places()
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("名册")
    sheet.write(0, 0, "云杉样例单位名册")
    sheet.write_row(2, 0, HEADERS)
    faulty = 0
    for number in range(rows):
        street, community = chance.choice(places)
        where = chance.choices([f"{street}{community}", street, ""], [90, 6, 4])[0]
        people = max(1, int(chance.lognormvariate(2.5, 1.2)))
        cells: list[Any] = [
            number + 1,
            make_code(chance.choice(["91", "92", "52"]), "440304", number + 10_000_000),
            f"云杉样例{number}号有限公司",
            chance.choice(["企业", "个体工商户", "社会服务机构", ""]),
            f"深圳市福田区{where}样例路{number % 300}号",
            chance.choice([people, f"{people}人", f"{people:,}", str(people)]),
            chance.randint(0, people),
            chance.randint(0, people),
            "",
            "",
            f"20{chance.randint(0, 25):02d}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            "样例",
        ]
        if chance.random() < FAULTY:
            faulty += 1
            _spoil(cells, chance)
        sheet.write_row(number + 3, 0, cells)
    book.close()
    return faulty


def _spoil(cells: list[Any], chance: random.Random) -> None:
    spoil = chance.randrange(8)
    if spoil == 0:
        cells[1] = cells[1][:17]
    elif spoil == 1:
        cells[1] = cells[1][:17] + ("A" if cells[1][17] != "A" else "B")
    elif spoil == 2:
        cells[2] = ""
    elif spoil == 3:
        cells[5] = chance.choice(["四十来人", "12-15", "约30", "很多人", "1.5"])
    elif spoil == 4:
        cells[10] = chance.choice(["2062-05-18", "2020-02-30", "1/2/2020", "去年"])
    elif spoil == 5:
        cells[5], cells[6] = 3, 9
    elif spoil == 6:
        cells[1] = 914403001234567890
    else:
        cells[3] = "飞船"


def _places() -> list[tuple[str, str]]:
    """Name of the subdistrict and of the community, of every community of the demonstration."""
    import csv

    with (ROOT / "src/lianxin/places/data/futian_2023.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(line for line in source if not line.startswith("#")))
    names = {row["code"]: row["name"] for row in rows}
    return [(names[row["parent"]], row["name"]) for row in rows if row["level"] == "community"]


# --- in a process of its own, on one database ----------------------------------------------------------------------


class Writer(threading.Thread):
    """Somebody else who writes all the while: how long each short write waited."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.waits: list[float] = []
        self.stopped = threading.Event()

    def run(self) -> None:
        from django.db import connection, transaction

        from lianxin.registry.models import ImportMapping

        number = 0
        while not self.stopped.is_set():
            number += 1
            begun = time.monotonic()
            with transaction.atomic():
                ImportMapping.objects.update_or_create(
                    kind="probe", headers_digest="probe", defaults={"columns": {"n": number}}
                )
            self.waits.append(time.monotonic() - begun)
            self.stopped.wait(0.02)
        connection.close()


def lianxin(*arguments: str) -> dict[str, Any]:
    """Run a command as a person would; its one line of JSON, with what it took."""
    writer = Writer()
    writer.start()
    begun = time.monotonic()
    code = "import sys; from lianxin.conf.cli import main; sys.argv = ['lianxin', *sys.argv[1:]]; main()"
    command = [sys.executable, "-c", code, *arguments, "--format", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    out = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    seconds = time.monotonic() - begun
    writer.stopped.set()
    writer.join(30)
    if status:
        raise RuntimeError(f"lianxin {' '.join(arguments)} ended with {status}")
    waits = sorted(writer.waits)
    return {
        **json.loads(out),
        "seconds": round(seconds, 1),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mib": round(usage.ru_maxrss / 1024),
        "writes": len(waits),
        "longest_wait_s": round(waits[-1], 2),
        "p99_wait_s": round(waits[int(len(waits) * 0.99)], 3),
    }


def tables() -> dict[str, str]:
    """A digest of every table but those that keep imports, jobs and the trail."""
    import hashlib

    from django.apps import apps
    from django.db import connection

    kept = {"Import", "StagedRow", "ImportMapping"}
    found = {}
    for label in ("registry", "places", "access"):
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if model.__name__ in kept:
                continue
            total = hashlib.sha256()
            for row in model._default_manager.order_by("pk").values_list().iterator(5000):
                total.update(repr(row).encode())
            found[model._meta.label] = total.hexdigest()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*), total(rowid) FROM registry_searchgrams")
            found["search"] = repr(cursor.fetchone())
    return found


def measure(roster: str, faulty: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("seed", size="small", verbosity=0, stdout=sys.stderr)
    before = tables()
    first = lianxin("import", "organisations", roster)
    after = tables()
    again = lianxin("import", "organisations", roster)
    unchanged = tables() == after
    back = lianxin("import", "undo", str(first["import"]))
    exact = tables() == before
    return {
        "first": first,
        "again": again,
        "undo": back,
        "holds": {
            "peak memory at most 1 GiB": max(r["peak_mib"] for r in (first, again, back)) <= 1024,
            "no writer waited longer than 2 s": max(r["longest_wait_s"] for r in (first, again, back)) <= 2,
            "every fault set aside, every other row in": (first["set_aside"], first["new"]) == (faulty, ROWS - faulty),
            "counts add up to the rows of the file": sum(first[c] for c in ("new", "changed", "unchanged", "set_aside"))
            == first["rows"]
            == ROWS,
            "the same file again changes nothing": unchanged and again["unchanged"] == first["new"],
            "undo exact": exact,
        },
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.conf.settings")
    sys.stdout.write(json.dumps(measure(sys.argv[1], int(sys.argv[2])), ensure_ascii=False) + "\n")
