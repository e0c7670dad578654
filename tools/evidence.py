"""Runs proofs and benches and keeps what they found: `docs/evidence/<name>.json` with commit, machine and time.

A proof or bench is a module with `main() -> dict`. Under `"must"` stand named statements; one that is false fails the
run. Each runs in a process of its own, with an empty state folder.
"""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EVIDENCE = ROOT / "docs/evidence"


def names(package: str) -> list[str]:
    """The modules of `tools.prove` or `tools.bench` that have something to show."""
    folder = ROOT.joinpath(*package.split("."))
    found = sorted(module.name for module in pkgutil.iter_modules([str(folder)]) if not module.name.startswith("_"))
    return [name for name in found if "\ndef main(" in (folder / f"{name}.py").read_text()]


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load_at_start": round(os.getloadavg()[0], 1),
    }


def commit() -> str:
    """The commit, with a plus sign where files differ from it."""
    git = ["git", "-C", str(ROOT)]
    head = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True).stdout.strip()
    changed = subprocess.run([*git, "status", "--porcelain", "--", "src", "tools"], capture_output=True, text=True)
    return head + ("+" if changed.stdout.strip() else "")


def run_one(package: str, name: str) -> int:
    """Run one module here and write its evidence; 1 if a statement is false."""
    about = {"name": name, "commit": commit(), "machine": machine(), "at": datetime.now(UTC).isoformat("T", "seconds")}
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lianxin-") as home:
        os.environ.setdefault("LIANXIN_HOME", home)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.conf.settings")
        found = importlib.import_module(f"{package}.{name}").main()
    about["seconds"] = round(time.monotonic() - began, 1)
    about["peak_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    EVIDENCE.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**about, **found}, ensure_ascii=False, indent=1, default=str)
    (EVIDENCE / f"{name}.json").write_text(text + "\n")
    false = [statement for statement, holds in found.get("must", {}).items() if not holds]
    sys.stderr.write(f"{name}: {'; '.join(false) + ' is FALSE' if false else 'holds'} ({about['seconds']} s)\n")
    return 1 if false else 0


def run(package: str, argv: list[str]) -> int:
    """Run the modules named, or all; 1 if any failed."""
    parser = argparse.ArgumentParser(prog=f"python -m {package}")
    parser.add_argument("name", nargs="*", help=", ".join(names(package)))
    wanted = parser.parse_args(argv).name or names(package)
    unknown = set(wanted) - set(names(package))
    if unknown:
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    if len(wanted) == 1:
        return run_one(package, wanted[0])
    failed = [n for n in wanted if subprocess.run([sys.executable, "-m", package, n], cwd=ROOT).returncode]
    sys.stderr.write(f"failed: {', '.join(failed)}\n" if failed else "all hold\n")
    return 1 if failed else 0
