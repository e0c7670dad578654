"""An election of 40 representatives by 1,001 members, recomputed; no row leads to a voter (matters, point 5)."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.recount import faults, recount

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = 1001
TESTS = ["tests/matters/test_ballot_secrecy.py", "tests/methods/test_election.py"]


def main() -> dict[str, object]:
    """Run the tests of secrecy with the full roll on both databases, then recount what they exported."""
    with tempfile.TemporaryDirectory() as folder:
        told, data = {}, {}
        for database, before in (("SQLite", []), ("PostgreSQL", ["bash", "tools/postgres.sh"])):
            file = Path(folder) / f"{database}.json"
            env = {**os.environ, "ELECTION_MEMBERS": str(MEMBERS), "ELECTION_EXPORT": str(file)}
            env["PYTHONPATH"] = str(ROOT / "src")
            command = [*before, sys.executable, "-m", "pytest", "-q", *TESTS]
            done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True)
            told[database] = (done.returncode, (done.stdout.strip().splitlines() or [done.stderr[-300:]])[-1])
            data[database] = json.loads(file.read_text()) if file.exists() else None
    mine = {name: recount(found) for name, found in data.items() if found}
    return {
        "members": MEMBERS,
        "told": {name: line for name, (_code, line) in told.items()},
        "recounted": {n: {k: m[k] for k in ("present", "found", "valid", "verdict")} for n, m in mine.items()},
        "elected": {name: len(found["elected"]) for name, found in mine.items()},
        "must": {
            "recomputed by an independent script, both databases": len(mine) == 2
            and not any(faults(found) for found in data.values() if found),
            "no table or log links a voter to a vote, both databases": all(c == 0 for c, _line in told.values()),
        },
    }
