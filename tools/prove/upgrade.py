"""An installation with data from an earlier landing point, brought up to date (foundation, point 10).

The code of that point is taken out of the history, makes an installation and fills it; then this tree migrates it.
Every row and every column that was there must be there unchanged, the audit chain whole, and a figure of a past day the
same. Runs on SQLite and, where LIANXIN_DATABASE_URL names a PostgreSQL, there too.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from installation import Installation  # noqa: E402

LANDED = {"registry and import": "c1837276b3a3", "foundation": "8fdf0c4eb496"}
"""The last commit of each landing point that an installation may come from."""

GROWS = {"django_migrations", "django_content_type", "auth_permission", "django_session"}
"""Tables of the framework that an upgrade writes to by itself."""

READ = """
import hashlib, json, sys
from pathlib import Path
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
known = json.loads(Path({known!r}).read_text()) if {known!r} else None
found = {{}}
with connection.cursor() as cursor:
    there = set(connection.introspection.table_names(cursor))
    for table in sorted(known or there):
        quote = connection.ops.quote_name
        if table not in there:
            continue
        columns = [c.name for c in connection.introspection.get_table_description(cursor, table)]
        wanted = known[table]["columns"] if known else columns
        if set(wanted) - set(columns):
            continue
        cursor.execute("SELECT " + ", ".join(map(quote, wanted)) + " FROM " + quote(table))
        rows = sorted(repr(row) for row in cursor.fetchall())
        digest = hashlib.sha256("\\n".join(rows).encode()).hexdigest()
        found[table] = {{"columns": wanted, "rows": len(rows), "digest": digest}}
print(json.dumps(found))
"""


def code_of(commit: str, folder: Path) -> Path:
    """The source tree of a commit, unpacked into a folder; its `src`."""
    packed = subprocess.run(["git", "-C", str(ROOT), "archive", commit, "src"], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as tree:
        tree.extractall(folder, filter="data")
    return folder / "src"


def has(commit: str) -> bool:
    """Whether the history at hand reaches back to a commit."""
    asked = ["git", "-C", str(ROOT), "cat-file", "-e", f"{commit}^{{commit}}"]
    return subprocess.run(asked, capture_output=True).returncode == 0


def upgrade(commit: str, *, size: str, url: str | None) -> dict[str, object]:
    """Fill an installation with the code of `commit`, migrate it with ours, and compare.

    url : of the database; empty for SQLite, None for a new one on the PostgreSQL of the environment.
    """
    with tempfile.TemporaryDirectory(prefix="lianxin-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        old = Installation(home, url=url, PYTHONPATH=str(code_of(commit, Path(folder))))
        old.run("migrate", "-v0")
        old.run("seed", "--size", size)
        ask = ("figures", "establishment_rate", "--on", "2026-06-30")
        commands = old.python("from django.core.management import get_commands; print(*get_commands())").split()
        figure = old.json(*ask) if "figures" in commands else None
        before = json.loads(old.python(READ.format(known="")))
        noted = Path(folder) / "before.json"
        noted.write_text(json.dumps(before))
        new = Installation(home, url=old.env["LIANXIN_DATABASE_URL"])
        new.run("migrate", "-v0")
        after = json.loads(new.python(READ.format(known=str(noted))))
        changed = sorted(t for t in before.keys() - GROWS if after.get(t) != before[t])
        verdict = new.json("audit", "verify")
        again = new.json(*ask) if figure else None
        same_figure = figure is None or [again[k] for k in ("value", "numerator", "denominator")] == [
            figure[k] for k in ("value", "numerator", "denominator")
        ]
        return {
            "tables": len(before),
            "rows": sum(t["rows"] for t in before.values()),
            "changed": changed,
            "chain_whole": verdict["sound"],
            "same_figure": same_figure,
        }


def main() -> dict[str, object]:
    """Every landing point on every database at hand."""
    has_postgresql = os.environ.get("LIANXIN_DATABASE_URL", "").startswith("postgres")
    databases = {"SQLite": "", "PostgreSQL": None} if has_postgresql else {"SQLite": ""}
    found = {
        f"{name}, {database}": upgrade(commit, size="small", url=url)
        for name, commit in LANDED.items()
        for database, url in databases.items()
    }
    return {
        "upgrades": found,
        "must": {
            "both databases (run it through tools/postgres.sh)": has_postgresql,
            "every row and column of before unchanged": not any(u["changed"] for u in found.values()),
            "the chain whole": all(u["chain_whole"] for u in found.values()),
            "a past day's figure the same": all(u["same_figure"] for u in found.values()),
        },
    }
