"""`lianxin rules test FILE...` runs cases in YAML; `lianxin rules load FILE...` adds rule packs."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from lianxin.kit.actor import System
from lianxin.kit.clock import now
from lianxin.kit.refusals import Refused

from ...cases import BadCases, Result, run_file
from ...packs import load_pack, shipped


class Command(BaseCommand):
    help = "Run cases of rules, or load rule packs (the shipped ones where no file is named)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["test", "load"])
        parser.add_argument("files", nargs="*", type=Path)
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        verb = self.test if options["verb"] == "test" else self.load
        raise SystemExit(verb(options["files"], options["format"] == "json"))

    def test(self, files: list[Path], as_json: bool) -> int:
        """0 if every case is met, 1 if one is not, 2 if a file cannot be read."""
        try:
            results = [result for file in files for result in run_file(file)]
        except BadCases as error:
            self.stderr.write(str(error))
            return 2
        missed = [r for r in results if not r.is_met]
        if as_json:
            self.stdout.write(json.dumps({"cases": len(results), "missed": [_line(r) for r in missed]}))
        else:
            for r in missed:
                self.stdout.write(f"{r.case} [{r.code}, {r.on}]: expected {r.expected}, found {r.found}: {r.why}")
            self.stdout.write(f"{len(results) - len(missed)} of {len(results)} met")
        return 1 if missed else 0

    def load(self, files: list[Path], as_json: bool) -> int:
        """0 if all was added or there already, 1 if a pack is refused."""
        counts: dict[str, int] = {}
        for file in files or shipped():
            try:
                added = load_pack(file, actor=System("command"), at=now())
            except Refused as refusal:
                self.stderr.write(refusal.sentence)
                return 1
            counts = {kind: counts.get(kind, 0) + number for kind, number in added.items()}
        self.stdout.write(json.dumps(counts) if as_json else ", ".join(f"{k} {v}" for k, v in counts.items()))
        return 0


def _line(result: Result) -> dict[str, str]:
    return {
        "case": result.case,
        "rule": result.code,
        "on": result.on.isoformat(),
        "expected": result.expected,
        "found": result.found,
        "why": result.why,
    }
