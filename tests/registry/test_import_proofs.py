"""The proofs of the import, with reduced counts; the full ones are in tools/prove."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tools.prove import import_large

ROOT = Path(__file__).resolve().parents[2]


def prove(name: str, home: Path, *arguments: object, rows: int = 0) -> dict[str, bool]:
    """Run the part of a proof that works on one database, in a process of its own; what it holds."""
    env = {**os.environ, "LIANXIN_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "LIANXIN_PROVE_ROWS": str(rows)}
    env.pop("LIANXIN_DATABASE_URL", None)
    command = [sys.executable, "-m", f"tools.prove.{name}", *map(str, arguments)]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])["holds"]


@pytest.mark.sqlite_only
def test_a_roster_with_faults_comes_in_again_and_goes_out_exactly(tmp_path: Path) -> None:
    roster = tmp_path / "roster.xlsx"
    faulty = import_large.write_roster(roster, 3000)
    holds = prove("import_large", tmp_path / "home", roster, faulty, rows=3000)
    holds.pop("no writer waited longer than 2 s")  # says nothing on a busy machine; the full proof asks it
    assert all(holds.values()), holds


@pytest.mark.sqlite_only
def test_killed_workers_and_servers_lose_nothing_and_show_nothing_half(tmp_path: Path) -> None:
    holds = prove("import_kill", tmp_path / "home", 3, 1500)
    assert all(holds.values()), holds
