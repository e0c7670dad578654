"""Records made without a connection: 10,000 random interleavings, lost, doubled and reordered (Reach, point 4)."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STORIES = int(os.environ.get("STORIES", "10000"))
DATABASE = int(os.environ.get("DATABASE_STORIES", "300"))


def main() -> dict[str, Any]:
    """The rules and the phones' own script for all stories; the database beside them for some."""
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]
    from reach import offline

    began = time.monotonic()
    seen = offline.tell(STORIES, seed=12)
    found: dict[str, Any] = {
        "interleavings": seen.stories,
        "records": seen.records,
        "differences": seen.differences,
        "asked_anew": seen.again,
        "decided_elsewhere": seen.overtaken,
        "faults": list(seen.faults[:20]),
        "seconds": round(time.monotonic() - began, 1),
        "database_interleavings": DATABASE,
    }
    env = {**os.environ, "LIANXIN_OFFLINE_DATABASE": str(DATABASE), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "pytest", "-q", "tests/reach/test_offline_database.py"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True)
    found["must"] = {
        "all converge, none accepted is lost, all conflicts are shown": not seen.faults and seen.stories >= 10_000,
        "the database answers as the rules do": done.returncode == 0,
    }
    return found
