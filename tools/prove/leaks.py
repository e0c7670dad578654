"""No stranger, wrong body or administrator reads a shut matter, and a backup holds cipher text only (matters, point 4).

Every address as every role in four relations, tables, a snapshot and a whole backup; see tests/contracts/leaks.py.
LIANXIN_LEAKS_SHARE draws so many of the questions; all without it.
"""

import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools import fresh


def main() -> dict[str, Any]:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
    fresh.migrated()
    from django.conf import settings
    from django.test.utils import setup_test_environment

    setup_test_environment()
    logging.getLogger("django.request").propagate = True
    from contracts import leaks, world
    from lianxin.figures import snapshots
    from lianxin.kit.clock import now

    with tempfile.TemporaryDirectory(prefix="lianxin-leaks-") as folder:
        home = Path(folder)
        settings.SNAPSHOTS = home / "snapshots"
        shut = leaks.build(world.build())
        in_tables = leaks.in_tables(shut.marks)
        snapshots.write(now())
        in_files = leaks.in_files(home / "snapshots", shut.marks)
        size, in_backup = leaks.in_backup(home, shut.marks)
        share = float(os.environ.get("LIANXIN_LEAKS_SHARE", "1"))
        found = leaks.Walk(shut).run(share=share)
    return {
        "share": share,
        "marks": len(shut.marks),
        "asked": found.asked,
        "served": found.served,
        "backup_bytes": size,
        "leaks": found.leaks[:50],
        "readable": [*in_tables, *in_files, *in_backup][:50],
        "must": {
            "0 leaks by page, API, search, export, mail, log or error page": not found.leaks,
            "tables, snapshots and backup hold cipher text only": not (in_tables or in_files or in_backup),
        },
    }
