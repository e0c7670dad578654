"""Past days replay: random founding, splitting, merging and moving of areas, on both databases (point 7)."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HISTORIES = int(os.environ.get("HISTORIES", "1000"))
TESTS = [
    "tests/places/test_history.py",
    "tests/places/test_streets_of_shenzhen.py",
    "tests/registry/test_reorganisation.py",
]


def main() -> dict[str, Any]:
    """Run the property test with the full count; a history is up to twelve steps."""
    found: dict[str, Any] = {"histories": HISTORIES}
    for name, wrap in (("sqlite", []), ("postgresql", ["bash", "tools/postgres.sh"])):
        env = {**os.environ, "HISTORIES": str(HISTORIES), "PYTHONPATH": str(ROOT / "src")}
        env.pop("LIANXIN_DATABASE_URL", None)
        command = [*wrap, sys.executable, "-m", "pytest", *TESTS, "--hypothesis-show-statistics"]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True)
        passing = re.search(r"(\d+) passing, (\d+) failing", done.stdout)
        steps = re.findall(r"\* +([\d.]+)%, (\w+): done", done.stdout)
        found[name] = {
            "passed": done.returncode == 0,
            "histories": int(passing.group(1)) if passing else 0,
            "share_of_histories_with": {step: float(share) for share, step in steps},
        }
    found["must"] = {
        f"sums are conserved and old days stay ({name})": found[name]["passed"]
        and found[name]["histories"] >= HISTORIES
        for name in ("sqlite", "postgresql")
    }
    return found
