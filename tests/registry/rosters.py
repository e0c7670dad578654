"""Rosters for tests of the import: small files, and the way from the file to the registry."""

import csv
import io
from typing import Any

import make
from conftest import NOW, TODAY
from lianxin.kit.actor import System
from lianxin.places.models import Area
from lianxin.registry.codes import make_code
from lianxin.registry.imports import operations
from lianxin.registry.models import Import, StagedRow
from lianxin.trail.tasks import run_until_idle

ACTOR = System(label="test")
HEADERS = ("统一社会信用代码", "单位名称", "单位类型", "地址", "从业人数", "女职工人数", "成立日期")


def land() -> dict[str, Area]:
    """A district with a subdistrict and two communities."""
    district = make.area("云杉区", code="990001")
    street = make.area("松溪街道", parent=district, code="990001001")
    return {
        "district": district,
        "street": street,
        "east": make.area("东坪社区", parent=street, code="990001001001"),
        "west": make.area("西坪社区", parent=street, code="990001001002"),
    }


def row(number: int, **given: Any) -> dict[str, Any]:
    """A right row; every cell may be given otherwise."""
    return {
        "统一社会信用代码": make_code("91", "990001", number),
        "单位名称": f"云杉样例{number}有限公司",
        "单位类型": "企业",
        "地址": f"云杉区松溪街道东坪社区松涛路{number}号",
        "从业人数": "40",
        "女职工人数": "10",
        "成立日期": "2020-01-02",
        **given,
    }


def roster(*rows: dict[str, Any], title: str = "") -> bytes:
    """The rows as a .csv file, with a title above where one is given."""
    out = io.StringIO()
    if title:
        out.write(title + "\n")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def staged(content: bytes, *, key: str = "", **given: Any) -> Import:
    """Upload a file, take the guessed columns, check the rows."""
    batch = operations.upload(
        **{
            "kind": "organisations",
            "file_name": "名册.csv",
            "content": content,
            "effective_on": TODAY,
            "area": None,
            "actor": ACTOR,
            "at": NOW,
            **given,
        }
    )
    columns = {int(i): f for i, f in batch.columns.items()}
    operations.map_columns(batch=batch, columns=columns, key=key or batch.key, actor=ACTOR, at=NOW)
    run_until_idle()
    batch.refresh_from_db()
    return batch


def applied(content: bytes, **given: Any) -> Import:
    """Bring a file all the way in."""
    batch = staged(content, **given)
    operations.apply(batch=batch, actor=ACTOR, at=NOW)
    run_until_idle()
    batch.refresh_from_db()
    return batch


def undone(batch: Import) -> Import:
    operations.undo(batch=batch, actor=ACTOR, at=NOW)
    run_until_idle()
    batch.refresh_from_db()
    return batch


def counts(batch: Import) -> tuple[int, int, int, int]:
    """New, changed, unchanged, set aside."""
    c = batch.counts
    return c["new"], c["changed"], c["unchanged"], c["set_aside"]


def faults(batch: Import) -> dict[int, list[tuple[str, str]]]:
    """Row number -> (field, code) of each fault."""
    rows = StagedRow.objects.filter(batch=batch, state="set_aside")
    return {r.row: [(f["field"], f["code"]) for f in r.faults] for r in rows}
