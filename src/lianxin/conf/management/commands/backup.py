import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.conf.backup.write import write_backup
from lianxin.conf.models import Archive
from lianxin.kit.actor import System
from lianxin.kit.clock import now
from lianxin.trail.operations import record


class Command(BaseCommand):
    help = "Write every table and every file of this installation to one archive. Secrets are not in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(options["file"]).resolve()
        if not target.parent.is_dir():
            raise CommandError(_("There is no folder %(folder)s.") % {"folder": target.parent}, returncode=2)
        at = now()
        with transaction.atomic():
            archive = Archive.objects.create(is_restore=False, file_name=target.name[:200], at=at)
            record("conf.backup.begun", archive, actor=System(label="command"), at=at)
        manifest = write_backup(target)
        rows = sum(table["rows"] for table in manifest.tables.values())
        found = {"tables": len(manifest.tables), "rows": rows, "files": len(manifest.files)}
        if options["format"] == "json":
            self.stdout.write(json.dumps({"file": str(target), "bytes": target.stat().st_size, **found}))
        else:
            self.stdout.write(_("%(tables)s tables with %(rows)s rows, %(files)s files.") % found)
            self.stdout.write(_("The secrets are not in it: keep them apart, they are needed to read contacts."))
