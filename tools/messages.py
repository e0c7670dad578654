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
HEADER = r"""msgid ""
msgstr ""
"Project-Id-Version: lianxin\n"
"Language: zh_Hans\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""


def catalogues() -> list[Path]:
    return [app / PO for app in APPS if (app / PO).exists()]


def compile_all() -> int:
    for path in catalogues():
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as source, target.open("wb") as out:
            catalogue = pofile.read_po(source, locale="zh_Hans")
            catalogue.locale = "zh_Hans"  # a header that names no language would drop the rule of plurals
            mofile.write_mo(out, catalogue)
    return 0


def extract() -> int:
    for app in APPS:
        (app / "locale").mkdir(exist_ok=True)
        subprocess.run(
            [sys.executable, "-P", "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap"]
            + ["--no-obsolete", "-v", "0"],
            cwd=app,
            env={**os.environ, "LIANXIN_HOME": os.environ.get("LIANXIN_HOME", str(ROOT / "var"))},
            check=True,
        )
        po = app / PO
        if po.exists():  # one header for all: days and names in it are noise in every diff
            po.write_text(HEADER + po.read_text().rstrip("\n").partition("\n\n")[2] + "\n")
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
