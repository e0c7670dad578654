"""The same question by page, API, export and search, for 200 random users (foundation, point 8)."""

import logging
import os
import random
import sys
from pathlib import Path
from typing import Any

from tools import fresh

USERS = int(os.environ.get("LIANXIN_USERS", "200"))


def main() -> dict[str, Any]:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
    fresh.migrated()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    logging.disable(logging.WARNING)
    from contracts import same_answer

    land = same_answer.build(random.Random(20261122), organisations=120, bodies=80, people=80)
    found = [same_answer.answers(land, same_answer.user(land, number)) for number in range(USERS)]
    faults = [f"user {n}: {fault}" for n, answer in enumerate(found) for fault in same_answer.differences(answer)]
    ways = {kind: sorted(found[0][kind]) for kind in found[0]}
    sets = {kind: len({answer[kind]["page"] for answer in found}) for kind in ways}
    return {
        "users": USERS,
        "ways": ways,
        "different_sets_seen": sets,
        "differences": faults[:50],
        "must": {"the same set by every way": not faults, "users see different sets": min(sets.values()) > 20},
    }
