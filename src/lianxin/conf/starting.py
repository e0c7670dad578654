"""How `lianxin serve` starts: what it says, and how a later start gets by without loading the project itself.

The process that holds the tree together has nothing to do with Django once the database is up to date. Whether it is
can be told from the names of the migration files and of the migrations applied, as they were at the last full start.
Nothing of Django or of the apps is imported here.
"""

import argparse
import gettext
import hashlib
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from .serving import Tree, job_worker, server

SOURCE = Path(__file__).resolve().parents[1]
_ = gettext.translation("django", SOURCE / "conf" / "locale", languages=["zh_Hans"], fallback=True).gettext


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--demo", action="store_true", help="fill an empty installation with the demonstration")
    parser.add_argument("--size", default="district", help="size of the demonstration")
    parser.add_argument("--server-processes", type=int, default=2)
    parser.add_argument("--job-workers", type=int, default=1)


def digest(names: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


def migration_files() -> str:
    """The digest of the names of our migration files, and of what is installed beside us."""
    installed = [f"{p.name}" for p in SOURCE.parents[1].glob("requirements.txt")]
    requirements = [(SOURCE.parents[1] / name).read_text() for name in installed]
    return digest([str(p.relative_to(SOURCE)) for p in SOURCE.glob("*/migrations/*.py")] + requirements)


def applied_migrations(home: Path, url: str) -> str:
    """The digest of the migrations that the database has; empty where it cannot be asked."""
    query = "SELECT app || '.' || name FROM django_migrations"
    try:
        if url.startswith("postgres"):
            import psycopg

            with psycopg.connect(url, connect_timeout=3) as database:
                return digest([row[0] for row in database.execute(query).fetchall()])
        path = unquote(urlparse(url).path) or str(home / "lianxin.sqlite3")
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=3) as connection:
            return digest([row[0] for row in connection.execute(query)])
    except Exception:
        return ""  # whatever it is, the full start will meet it and say it


def note(home: Path) -> Path:
    return home / "started.json"


def remember(home: Path, url: str) -> None:
    """Note that everything is up to date."""
    about = {"files": migration_files(), "applied": applied_migrations(home, url)}
    note(home).write_text(json.dumps(about))


def is_up_to_date(home: Path, url: str) -> bool:
    """Whether nothing changed since the last full start."""
    try:
        about = json.loads(note(home).read_text())
    except (OSError, ValueError):
        return False
    applied = applied_migrations(home, url)
    return bool(applied) and about == {"files": migration_files(), "applied": applied}


def may_skip_preparation(arguments: list[str], home: Path, url: str, *, is_production: bool) -> bool:
    """Whether `serve` with these arguments has nothing to prepare. Production always checks itself in full."""
    if is_production or arguments[:1] != ["serve"] or {"-h", "--help"} & set(arguments):
        return False
    if "--demo" in arguments and not (home / "demo-logins.txt").exists():
        return False
    return is_up_to_date(home, url)


def parse(arguments: list[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="lianxin serve")
    add_arguments(parser)
    return vars(parser.parse_args(arguments))


def run_tree(options: dict[str, Any], home: Path) -> None:
    """Server first, so that it answers soon; then the workers; until stopped."""
    host, port = options["host"], options["port"]
    tree = Tree([server(host, port, workers=options["server_processes"])])
    tree.start()
    try:
        if tree.wait_until_it_answers(f"http://{host}:{port}/health/"):
            greet(host, port, home)
        tree.children += [job_worker(number + 1) for number in range(options["job_workers"])]
        tree.keep_running()
    finally:
        tree.end()


def greet(host: str, port: int, home: Path) -> None:
    """Where it is and, in the demonstration, who may log in."""
    lines = [_("Lianxin is at %(url)s") % {"url": f"http://{host}:{port}/"}]
    logins = home / "demo-logins.txt"
    lines += [logins.read_text().rstrip()] if logins.exists() else []
    sys.stdout.write("\n".join([*lines, _("Ctrl-C stops it."), ""]))
    sys.stdout.flush()
