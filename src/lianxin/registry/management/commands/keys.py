"""`lianxin keys rotate`: seal every contact anew with the newest key."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxin.kit.vault import NotOpened
from lianxin.registry.operations.rights import rotate_keys


class Command(BaseCommand):
    help = (
        "Seal contacts anew after a key was added in front of LIANXIN_FIELD_KEYS. The old key may go when this is done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["rotate"])
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = rotate_keys()
        except NotOpened as fault:
            self.stdout.write(json.dumps({"refused": "NotOpened", "text": f"No key opens {fault}."}))
            raise CommandError("A key that is still needed is missing.", returncode=1) from None
        self.stdout.write(json.dumps(done))
