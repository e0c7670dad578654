import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from lianxin.kit.clock import now
from lianxin.kit.refusals import Refused
from lianxin.trail import chain


class Command(BaseCommand):
    help = "Verify the sealed audit trail, or write a signed digest of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="what", required=True)
        verify = acts.add_parser("verify", help="walk the chain and its seals up to the first fault")
        verify.add_argument("--digest", type=Path, action="append", default=[], help="also compare with this digest")
        verify.add_argument("--format", choices=["text", "json"], default="text")
        digest = acts.add_parser("digest", help="write the signed head of the chain")
        digest.add_argument("--out", type=Path, help="file; standard output without it")
        digest.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.verify(**options) if options["what"] == "verify" else self.write_digest(options["out"])
        except Refused as refused:
            raise CommandError(refused.sentence, returncode=1) from refused

    def verify(self, *, digest: list[Path], **options: Any) -> None:
        files = [*digest, *([chain.head_file()] if chain.head_file().exists() else [])]
        verdict = chain.verify(chain.read_digest(path) for path in files)
        if options["format"] == "json":
            self.stdout.write(json.dumps({**asdict(verdict), "sound": verdict.is_sound, "digests": len(files)}))
        else:
            self.stdout.write(
                _("%(sealed)s entries sealed, %(unsealed)s not yet, %(seals)s seals.")
                % {"sealed": verdict.sealed, "unsealed": verdict.unsealed, "seals": verdict.seals}
            )
        if verdict.fault:
            fault = {"position": verdict.fault.position, "what": chain.FAULTS[verdict.fault.what]}
            raise CommandError(_("Fault at position %(position)s: %(what)s") % fault, returncode=1)

    def write_digest(self, out: Path | None) -> None:
        text = chain.digest(now()).text()
        if out is None:
            self.stdout.write(text)
        else:
            out.write_text(text + "\n")
