"""The real firms of Shenzhen through the importer: all rows in or set aside, and who is placed where.

Nothing readable of the firms is kept: the figures name counts, and rows at odds by the hash of name and address.
"""

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

from tools import fresh

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
FIRMS = SHARED / "orgs-shenzhen" / "orgs.csv"


def main() -> dict[str, Any]:
    fresh.migrated()
    from django.utils import timezone

    from lianxin.places.demonstration import load_futian

    load_futian(timezone.now())
    found = measure(FIRMS)
    return {
        **found,
        "must": {
            "all rows in or set aside with a reason": found["rows"] == found["in"] + found["set_aside_with_reason"],
            "at least 97 % of those that name a listed community are in the right one": found["right"]
            >= 0.97 * found["name_a_listed_community"],
            "none in a wrong one": found["wrong"] == 0,
        },
    }


def measure(path: Path) -> dict[str, Any]:
    """Import name and address only, so that the address alone decides; compare with the codes read off the text."""
    from lianxin.kit.actor import System
    from lianxin.kit.clock import now, today
    from lianxin.places.models import Area
    from lianxin.registry.imports import operations
    from lianxin.registry.models import Import, OrganisationSpan, StagedRow
    from lianxin.trail.tasks import run_until_idle

    with path.open(encoding="utf-8-sig", newline="") as source:
        firms = list(csv.DictReader(source))
    actor = System(label="proof")
    batch = operations.upload(
        kind="organisations",
        file_name="firms.csv",
        content=_names_and_addresses(firms),
        effective_on=today(),
        area=None,
        actor=actor,
        at=now(),
    )
    columns = {int(index): field for index, field in batch.columns.items()}
    operations.map_columns(batch=batch, columns=columns, key="name_address", actor=actor, at=now())
    run_until_idle()
    operations.apply(batch=batch, actor=actor, at=now())
    run_until_idle()
    batch = Import.objects.get(pk=batch.pk)
    spans = OrganisationSpan.objects.on(today()).filter(born_in=batch).values_list("name", "address", "area__code")
    placed = {(name, address): code for name, address, code in spans}
    listed = set(Area.objects.values_list("code", flat=True))
    expected = [f for f in firms if f["community_code"] in listed]
    at_odds = [f for f in firms if _is_wrong(f, placed, listed)]
    aside = StagedRow.objects.filter(batch=batch, state="set_aside")
    return {
        **batch.counts,
        "in": batch.counts["new"],
        "set_aside_with_reason": aside.exclude(faults=[]).count(),
        "reasons": sorted({fault["code"] for row in aside for fault in row.faults}),
        "name_a_listed_community": len(expected),
        "right": sum(_where(f, placed) == f["community_code"] for f in expected),
        "wrong": len(at_odds),
        "at_odds": [_hash(f) for f in at_odds],
    }


def _names_and_addresses(firms: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["单位名称", "地址"])
    writer.writerows([firm["org_name"], firm["address"]] for firm in firms)
    return out.getvalue().encode()


def _where(firm: dict[str, str], placed: dict[tuple[str, str], str]) -> str:
    return placed.get((" ".join(firm["org_name"].split()), " ".join(firm["address"].split())), "")


def _is_wrong(firm: dict[str, str], placed: dict[tuple[str, str], str], listed: set[str]) -> bool:
    """In a community other than the one its address names, or in one although it names none that is listed."""
    where = _where(firm, placed)
    is_community = len(where) == 12
    return is_community and where != firm["community_code"]


def _hash(firm: dict[str, str]) -> str:
    return hashlib.sha256(f"{firm['org_name']}|{firm['address']}".encode()).hexdigest()[:16]
