"""The whole permission matrix: every route x role x relation x verb (foundation, point 8).

LIANXIN_CELLS limits the walk to so many cells, drawn by a seed, every route among them.
"""

import logging
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tools import fresh

FEWEST = 5_000


def main() -> dict[str, Any]:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
    fresh.migrated()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    logging.disable(logging.WARNING)  # each refusal would be a line
    from contracts import matrix, world
    from contracts.routes import routes

    ways, table = routes(), matrix.rows()
    cells = list(matrix.cells(ways, table))
    limit = int(os.environ.get("LIANXIN_CELLS", "0"))
    walked = matrix.sample(cells, limit, seed=8) if limit else cells
    walker = matrix.Walker(world.build())
    walker.walk(walked)
    missing = [r.name for r in ways if r.name not in table]
    return {
        "routes": len(ways),
        "cells": len(cells),
        "walked": walker.asked,
        "served": walker.served,
        "by_relation": dict(Counter(cell.relation for cell in walked)),
        "unexpected_allow": walker.wrong_allow[:50],
        "unexpected_refusal": walker.wrong_refusal[:50],
        "routes_without_row": missing,
        "must": {
            f"at least {FEWEST} cells": walker.asked >= FEWEST,
            "no unexpected allow": not walker.wrong_allow,
            "no unexpected refusal": not walker.wrong_refusal,
            "every route has a row": not missing,
        },
    }
