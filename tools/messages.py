"""Translations: `compile` makes the .mo files, `check` fails where a text has no Chinese or is fuzzy.

`extract` (needs gettext) brings the .po files of every app up to date with the code.
"""

import os
import subprocess
import sys
from pathlib import Path

from babel.messages import mofile, pofile

ROOT = Path(__file__).resolve().parents[1]
APPS = sorted(p.parent for p in (ROOT / "src/lianxin").glob("*/apps.py"))
PO = "locale/zh_Hans/LC_MESSAGES/django.po"


def catalogues() -> list[Path]:
    return [app / PO for app in APPS if (app / PO).exists()]


def compile_all() -> int:
    for path in catalogues():
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as source, target.open("wb") as out:
            mofile.write_mo(out, pofile.read_po(source, locale="zh_Hans"))
    return 0


def extract() -> int:
    for app in APPS:
        (app / "locale").mkdir(exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap"]
            + ["--no-obsolete", "-v", "0"],
            cwd=app,
            env={**os.environ, "LIANXIN_HOME": os.environ.get("LIANXIN_HOME", str(ROOT / "var"))},
            check=True,
        )
        po = app / PO
        if po.exists():  # the day of extraction is noise in every diff
            lines = [x for x in po.read_text().splitlines() if "POT-Creation-Date" not in x]
            po.write_text("\n".join(lines) + "\n")
    return 0


def check() -> int:
    """Every text has its Chinese, and every text of the code is in the catalogue."""
    before = {path: path.read_text() for path in catalogues()}
    extract()
    faults = [f"{p.relative_to(ROOT)}: out of date, run tools/messages.py extract" for p in stale(before)]
    for path, text in before.items():
        path.write_text(text)
    for path in catalogues():
        with path.open("rb") as source:
            for message in pofile.read_po(source, locale="zh_Hans"):
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                if message.id and (message.fuzzy or not all(strings)):
                    faults.append(f"{path.relative_to(ROOT)}: no Chinese for {message.id!r}")
    sys.stderr.write("\n".join(faults) + "\n" if faults else "")
    return 1 if faults else 0


def stale(before: dict[Path, str]) -> list[Path]:
    def ids(text: str) -> set[str]:
        return {line for line in text.splitlines() if line.startswith("msgid")}

    return [p for p in catalogues() if ids(before.get(p, "")) != ids(p.read_text())]


if __name__ == "__main__":
    sys.exit({"compile": compile_all, "extract": extract, "check": check}[sys.argv[1]]())
