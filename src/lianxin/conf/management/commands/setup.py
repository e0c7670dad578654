"""`lianxin setup`: walks an empty installation through its lines, areas and first administrator."""

import getpass
import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from lianxin.conf.setup import (
    USUAL_LEVELS,
    USUAL_LINES,
    AlreadySetUp,
    AnswerMissing,
    Answers,
    Level,
    LineAnswer,
    is_empty,
    read_areas,
    set_up,
)
from lianxin.kit.actor import System
from lianxin.kit.clock import now
from lianxin.kit.refusals import Refused
from lianxin.places.loading import AreaRow

SINCE = date(1990, 1, 1)


class Command(BaseCommand):
    help = "Set up an empty installation: areas, lines, first administrator. Asks, or reads the answers from a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--answers", type=Path, help="a JSON file with all answers; nothing is asked then")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        try:
            if not is_empty():
                raise AlreadySetUp
            answers = from_file(options["answers"]) if options["answers"] else Dialogue(self.stderr).ask()
            result = set_up(answers, actor=System("command"), at=now())
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        except (OSError, json.JSONDecodeError) as fault:
            raise CommandError(str(fault)) from fault
        if options["format"] == "json":
            self.stdout.write(json.dumps(asdict(result), ensure_ascii=False))
            return
        done = _("Set up: %(areas)s areas, %(lines)s lines. The administrator signs in as %(username)s.")
        self.stdout.write(done % asdict(result))
        if result.link:
            self.stdout.write(_("To set the password, start the server and open %(link)s") % {"link": result.link})


def from_file(path: Path) -> Answers:
    """The answers in a JSON file; `areas` is a list of areas, or the path of a .csv beside the file.

    Raises AnswerMissing, AreasUnread.
    """
    given = json.loads(path.read_text(encoding="utf-8"))
    try:
        levels = tuple(Level(x["code"], x["zh"], x.get("en") or x["zh"]) for x in given["levels"])
        steward = given["steward"]
        return Answers(
            levels=levels,
            areas=_areas(given["areas"], path.parent, levels),
            areas_from=date.fromisoformat(given.get("areas_from") or SINCE.isoformat()),
            lines=tuple(LineAnswer(x["code"], x["name"], x.get("name_en", "")) for x in given["lines"]),
            username=steward["username"],
            label=steward["label"],
            email=steward.get("email", ""),
            password=steward.get("password", ""),
            scheme_name=given.get("scheme_name") or "/".join(level.zh for level in levels),
            source=given.get("source", ""),
        )
    except KeyError as fault:
        raise AnswerMissing(what=str(fault.args[0])) from fault


def _areas(given: "str | list[dict[str, str]]", folder: Path, levels: tuple[Level, ...]) -> tuple[AreaRow, ...]:
    if isinstance(given, str):
        return tuple(read_areas((folder / given).read_text(encoding="utf-8-sig"), levels))
    return tuple(AreaRow(x["code"], x["name"], x.get("parent", ""), x["level"]) for x in given)


class Dialogue:
    """Asks one thing after the other; what most federations answer stands in brackets."""

    def __init__(self, out: Any) -> None:
        self.out = out

    def ask(self) -> Answers:
        if not sys.stdin.isatty():
            raise CommandError(_("Nobody is there to answer. Use --answers FILE.json."))
        self.out.write(_("Levels of the land from the top down, one a line: code, Chinese name, English name."))
        levels = tuple(Level(*row) for row in self._rows(3, USUAL_LEVELS))
        self.out.write(_("Lines of the federation, one a line: code, Chinese name, English name."))
        lines = tuple(LineAnswer(*row) for row in self._rows(3, USUAL_LINES))
        name = self._line(_("Name of this division of the land"), "/".join(level.zh for level in levels))
        return Answers(
            levels=levels,
            areas=self._ask_areas(levels),
            areas_from=SINCE,
            lines=lines,
            scheme_name=name,
            label=self._line(_("Name of the first administrator")),
            username=self._line(_("Log-in name of the first administrator")),
            password=getpass.getpass(_("Password (empty: a link to set one): ")),
        )

    def _ask_areas(self, levels: tuple[Level, ...]) -> tuple[AreaRow, ...]:
        path = self._line(_("List of areas, a .csv file with the columns code and name (- to type them)"), "-")
        if path != "-":
            return tuple(read_areas(Path(path).expanduser().read_text(encoding="utf-8-sig"), levels))
        self.out.write(_("Areas, one a line: code, name. A code that begins with another lies below it."))
        typed = "\n".join(f"{code},{name}" for code, name in self._rows(2, ()))
        return tuple(read_areas(f"code,name\n{typed}", levels))

    def _rows(self, width: int, usual: "tuple[tuple[str, ...], ...]") -> list[tuple[str, ...]]:
        """Lines of `width` parts until an empty one; an empty first line takes the usual ones."""
        for row in usual:
            self.out.write(f"  [{', '.join(row)}]")
        found: list[tuple[str, ...]] = []
        while line := input("> ").strip():
            parts = [part.strip() for part in line.replace("，", ",").split(",")]
            found.append(tuple((parts + [parts[-1]] * width)[:width]))
        return found or list(usual)

    def _line(self, question: str, usual: str = "") -> str:
        said = ""
        while not said:
            said = input(f"{question}{f' [{usual}]' if usual else ''}: ").strip() or usual
        return said
