"""`lianxin import organisations FILE`, `lianxin import undo ID`: the same import as on the page, from the machine."""

# ruff: noqa: N999  the command is named `import`
import json
import sys
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxin.kit.actor import System
from lianxin.kit.clock import now, today
from lianxin.kit.refusals import Refused
from lianxin.places.models import Area, AreaSpan
from lianxin.registry.imports import operations, queries
from lianxin.registry.imports.applying import examined
from lianxin.registry.imports.kinds import KINDS
from lianxin.registry.models import Body, BodySpan, Import, Line, Purpose
from lianxin.trail.tasks import claim, run, worker_name

ACTOR = System(label="command")


class Command(BaseCommand):
    help = "Import a roster (.xlsx or .csv), or undo a whole import. With --format json one line of JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=[*KINDS, "undo"])
        parser.add_argument("target", help="the file, or the number of the import to undo")
        parser.add_argument("--dry-run", action="store_true", help="check and count, write nothing")
        parser.add_argument("--key", choices=sorted({k for kind in KINDS.values() for k in kind.keys}))
        parser.add_argument("--on", type=date.fromisoformat, help="the day from which the file holds (default: today)")
        parser.add_argument("--area", default="", help="code of the area: rows outside it are set aside")
        parser.add_argument("--line", default="", help="for bodies: code of the line of rows that name none")
        parser.add_argument("--body", type=int, help="for members: number of the body they belong to")
        parser.add_argument("--purpose", default="membership", help="for members: code of what they are entered for")
        parser.add_argument("--with-contacts", action="store_true", help="for members: bring in phones and e-mail")
        parser.add_argument("--sheet", default="", help="name of the sheet to read")
        parser.add_argument(
            "--faults", type=Path, help="write the rows set aside, with their reasons, to this .csv file"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        try:
            found = self._undo(options) if options["what"] == "undo" else self._import(options)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        found["seconds"] = round(time.monotonic() - begun, 1)
        if options["format"] == "json":
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.stdout.write(", ".join(f"{name} {value}" for name, value in found.items()))

    def _import(self, options: dict[str, Any]) -> dict[str, Any]:
        path = Path(options["target"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        batch = operations.upload(
            kind=options["what"],
            file_name=path.name,
            content=path.read_bytes(),
            effective_on=options["on"] or today(),
            sheet=options["sheet"],
            line=_line(options["line"]),
            **(_members(options) if options["what"] == "members" else {"area": _area(options["area"])}),
            actor=ACTOR,
            at=now(),
        )
        columns = {int(index): field for index, field in batch.columns.items()}
        key = options["key"] or batch.key
        if options["dry_run"]:
            return self._try(batch, key)
        operations.map_columns(batch=batch, columns=columns, key=key, actor=ACTOR, at=now())
        _work_until(batch, "staged")
        operations.apply(batch=batch, actor=ACTOR, at=now())
        _work_until(batch, "applied")
        if options["faults"]:
            options["faults"].write_bytes(queries.faults_csv(batch))
        return {"import": batch.pk, **batch.counts, **_told(batch)}

    def _try(self, batch: Import, key: str) -> dict[str, Any]:
        """Check without writing; the file is put away again."""
        operations.refuse_without_key(batch, key)
        batch.key = key
        counts = examined(batch).counts
        operations.discard(batch=batch, actor=ACTOR, at=now())
        return {"import": batch.pk, "dry_run": True, **counts, **_told(batch)}

    def _undo(self, options: dict[str, Any]) -> dict[str, Any]:
        batch = Import.objects.filter(pk=int(options["target"])).first() if options["target"].isdigit() else None
        if batch is None:
            raise CommandError(f"There is no import {options['target']}.", returncode=2)
        if batch.state != "undoing":  # one that was broken off goes on
            try:
                operations.undo(batch=batch, actor=ACTOR, at=now())
            except operations.ChangedSince:
                for line in queries.changed_lines(batch):
                    print(f"row {line.row}: {line.title}", file=sys.stderr)
                raise
        _work_until(batch, "undone")
        return {"import": batch.pk, "undone": True, "rows": batch.counts.get("rows", 0)}


def _area(code: str) -> Area | None:
    """The area named; with one top area, none need be. Several leave nobody to guess which one the file is about."""
    if code:
        area = Area.objects.filter(code=code, scheme__is_primary=True).first()
        if area is None:
            raise CommandError(f"There is no area with the code {code}.", returncode=2)
        return area
    tops = AreaSpan.objects.on(today()).filter(area__scheme__is_primary=True, parent=None).order_by("path")
    named = [f"{code} ({name})" for code, name in tops.values_list("area__code", "name")]
    if len(named) > 1:
        raise CommandError(f"Several top areas: say with --area which one: {', '.join(named)}.", returncode=2)
    return None


def _told(batch: Import) -> dict[str, Any]:
    """Of a file about people: what they are entered for, on what basis, and which columns were dropped."""
    if batch.purpose is None:
        return {}
    said = {"purpose": batch.purpose.code, "basis": batch.purpose.basis}
    return {**said, "dropped": batch.notes.get("dropped", [])}


def _members(options: dict[str, Any]) -> dict[str, Any]:
    body = Body.objects.filter(pk=options["body"] or 0).first()
    span = BodySpan.objects.on(today()).filter(body=body).first() if body else None
    if span is None:
        raise CommandError("Say with --body the number of the body whose members these are.", returncode=2)
    purpose = Purpose.objects.filter(code=options["purpose"]).first()
    if purpose is None:
        raise CommandError(f"There is no purpose with the code {options['purpose']}.", returncode=2)
    wants = ["contact"] if options["with_contacts"] else []
    return {"body": body, "purpose": purpose, "wants": wants, "area": span.area}


def _line(code: str) -> Line | None:
    line = Line.objects.filter(code=code).first() if code else None
    if code and line is None:
        raise CommandError(f"There is no line with the code {code}.", returncode=2)
    return line


def _work_until(batch: Import, state: str) -> None:
    """Be a worker until the import gets there; another worker may be the one that brings it there."""
    worker = worker_name()
    while True:
        batch.refresh_from_db()
        if batch.state == state:
            return
        if failure := queries.failure_of(batch):
            raise CommandError(failure)
        jobs = claim(worker, limit=1)
        for job in jobs:
            run(job)
        if not jobs:
            time.sleep(0.2)
