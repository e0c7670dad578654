"""`lianxin keys rotate`: seal everything anew with the newest keys."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxin.conf.gather import modules
from lianxin.kit.rotation import Rotated, rotate
from lianxin.kit.vault import NotOpened, newest_key


class Command(BaseCommand):
    help = (
        "Seal everything anew after a key was added in front of LIANXIN_FIELD_KEYS or LIANXIN_SEALED_KEYS. "
        "The old key may go when this is done; backups made before still need it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["rotate"])
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        done: dict[str, Rotated] = {}
        try:
            done.update(_all())
        except NotOpened as fault:
            self.stdout.write(json.dumps({"refused": "NotOpened", "text": f"No key opens {fault}."}))
            raise CommandError("A key that is still needed is missing.", returncode=1) from None
        found = {
            "keys": {ring: newest_key(ring) for ring in ("field", "sealed")},
            "values": sum(one.values for one in done.values()),
            "sealed_anew": sum(one.sealed_anew for one in done.values()),
            "lookups_anew": sum(one.derived_anew for one in done.values()),
            "by_place": {name: one.values for name, one in done.items()},
        }
        self.stdout.write(json.dumps(found))


def _all() -> Iterator[tuple[str, Rotated]]:
    for _label, module in modules("sealed"):
        for column in module.SEALED:
            yield column.name, rotate(column)
        for name, seal_anew in getattr(module, "OTHERWISE", {}).items():
            yield name, seal_anew()
