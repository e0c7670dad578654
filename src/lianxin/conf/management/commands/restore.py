import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from lianxin.conf.backup.read import read_backup
from lianxin.conf.models import Archive
from lianxin.kit.actor import System
from lianxin.kit.clock import now
from lianxin.kit.refusals import Refused
from lianxin.trail import chain
from lianxin.trail.operations import record
from lianxin.trail.queries import worker_is_alive


class Command(BaseCommand):
    help = "Replace everything in this installation by what is in a backup."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--other-keys", action="store_true", help="even if it was made with other secrets")
        parser.add_argument("--while-running", action="store_true", help="even if a worker seems to be at work")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"]).resolve()
        call_command("migrate", interactive=False, verbosity=0)
        if worker_is_alive(now()) and not options["while_running"]:
            raise CommandError(_("A worker is at work. Stop the server first, or wait a minute."), returncode=1)
        if not options["yes"] and sys.stdin.isatty() and not self._confirmed():
            raise CommandError(_("Nothing was changed."), returncode=1)
        try:
            manifest = read_backup(path, other_keys=options["other_keys"], after=lambda: self._record(path))
        except Refused as refused:
            raise CommandError(refused.sentence, returncode=1) from refused
        verdict = chain.verify()
        if verdict.is_sound:
            chain.keep_head(now())
        rows = sum(table["rows"] for table in manifest.tables.values())
        found = {"tables": len(manifest.tables), "rows": rows, "files": len(manifest.files)}
        if options["format"] == "json":
            self.stdout.write(json.dumps({**found, "sealed": verdict.sealed, "sound": verdict.is_sound}))
        else:
            self.stdout.write(_("Restored %(tables)s tables with %(rows)s rows, %(files)s files.") % found)
        if not verdict.is_sound:
            raise CommandError(
                _("The audit trail of the backup has a fault: run “lianxin audit verify”."), returncode=1
            )

    def _confirmed(self) -> bool:
        return input(_("Everything in this installation is replaced. Type “yes” to go on: ")).strip() == "yes"

    def _record(self, path: Path) -> None:
        archive = Archive.objects.create(is_restore=True, file_name=path.name[:200], at=now())
        record("conf.backup.restored", archive, actor=System(label="command"), at=now())
