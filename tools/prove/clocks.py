"""10,000 random walks of matters of every kind: each clock right against another road (matters, point 3)."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WALKS = 10_000


def main() -> dict[str, object]:
    """Run the tests of kinds and clocks with the full count."""
    env = {**os.environ, "CLOCK_WALKS": str(WALKS), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "pytest", "-q", "tests/matters/test_clocks.py", "tests/matters/test_kinds.py"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True)
    told = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-300:]
    return {"walks": WALKS, "told": told, "must": {"every kind sound, every clock right": done.returncode == 0}}
