"""The country's areas: loading all of them, counting below a node, rolling up; addresses a second."""

import csv
import gzip
import os
import time
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("LIANXIN_SHARED", ROOT.parent / "shared")) / "data"
DAY = date(2023, 6, 30)
ADDRESSES = 100_000


def main() -> dict[str, Any]:
    """Seconds of processor time of each (the database works in the process); the real lists are read in place."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.conf.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    found = _load()
    found |= _count()
    found |= _roll_up()
    return found | _addresses() | {"must": {}}


def _timed(run: Any) -> tuple[float, Any]:
    start = time.process_time()
    result = run()
    return round(time.process_time() - start, 3), result


def country_rows() -> list[Any]:
    """All levels of the statistical list, in no special order."""
    from lianxin.places.loading import AreaRow

    folder = SHARED / "admin-divisions"
    rows = []
    for name, level, width in (("provinces", "province", 0), ("cities", "city", 2), ("areas", "district", 4)):
        with (folder / f"china_{name}.csv").open(encoding="utf-8") as source:
            rows += [AreaRow(r["code"], r["name"], r["code"][:width], level) for r in csv.DictReader(source)]
    with (folder / "china_streets.csv").open(encoding="utf-8") as source:
        rows += [AreaRow(r["code"], r["name"], r["areaCode"], "subdistrict") for r in csv.DictReader(source)]
    with gzip.open(folder / "china_villages.csv.gz", "rt", encoding="utf-8") as source:
        rows += [AreaRow(r["code"], r["name"], r["code"][:9], "community") for r in csv.DictReader(source)]
    return rows


def _load() -> dict[str, Any]:
    from lianxin.kit.actor import SYSTEM
    from lianxin.kit.clock import now
    from lianxin.places.loading import load_areas, open_scheme

    scheme = open_scheme(code="cn", name="cn", levels=["province", "city", "district", "subdistrict", "community"])
    rows = country_rows()
    seconds, areas = _timed(lambda: load_areas(scheme=scheme, rows=rows, on=DAY, actor=SYSTEM, at=now()))
    return {"areas": areas, "load_s": seconds}


def _count() -> dict[str, Any]:
    from lianxin.places.models import Area
    from lianxin.places.queries import area_by_code, area_line

    found = {}
    for name, code in (("province", "44"), ("city", "4403"), ("district", "440304")):
        line = area_line(area_by_code(code), DAY)  # type: ignore[arg-type]
        seconds, number = _timed(lambda path=line.path: Area.objects.below(path, day=DAY).count())  # type: ignore[union-attr, misc]
        found[f"below_{name}"] = {"areas": number, "s": seconds}
    return found


def _roll_up() -> dict[str, Any]:
    """One fact a community, counted for every node: leaf sums added bottom-up along the paths."""
    import numpy as np

    from lianxin.places.models import SEGMENT, AreaSpan

    def run() -> int:
        paths = sorted(AreaSpan.objects.on(DAY).values_list("path", flat=True))
        at = {path: n for n, path in enumerate(paths)}
        parent = np.array([at.get(path[:-SEGMENT], -1) for path in paths])
        depth = np.array([len(path) // SEGMENT for path in paths])
        sums = (depth == depth.max()).astype(np.int64)
        for level in range(int(depth.max()), 1, -1):
            chosen = depth == level
            np.add.at(sums, parent[chosen], sums[chosen])
        return int(sums[depth == 1].sum())

    seconds, total = _timed(run)
    return {"roll_up_all_nodes_s": seconds, "roll_up_total": total}


def _addresses() -> dict[str, Any]:
    from lianxin.places.addresses import Gazetteer

    with (SHARED / "orgs-shenzhen/orgs.csv").open(encoding="utf-8") as source:
        real = [r["address"] for r in csv.DictReader(source)]
    texts = (real * (ADDRESSES // len(real) + 1))[:ADDRESSES]
    build_s, gazetteer = _timed(lambda: Gazetteer.on(DAY))
    seconds, placed = _timed(lambda: sum(gazetteer.resolve(t).area_id is not None for t in texts))
    return {
        "gazetteer_of_the_country_s": build_s,
        "addresses": ADDRESSES,
        "addresses_s": seconds,
        "addresses_placed": placed,
    }
