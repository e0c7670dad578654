from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from lianxin.trail.worker import work


class Command(BaseCommand):
    help = "Run background jobs until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until-idle", action="store_true", help="stop when nothing is due")

    def handle(self, *args: Any, **options: Any) -> None:
        done = work(until_idle=options["until_idle"])
        if options["until_idle"]:
            self.stderr.write(f"{done} jobs done")
