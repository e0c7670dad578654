import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from lianxin.conf import starting
from lianxin.conf.serving import port_is_free


class Command(BaseCommand):
    help = "Bring the database up to date and run server and workers until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        starting.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if not port_is_free(options["host"], options["port"]):
            fault = _("Port %(port)s is taken. Choose another with --port.") % {"port": options["port"]}
            raise CommandError(fault, returncode=1)
        self._prepare(options)
        connections.close_all()
        starting.remember(settings.HOME, os.environ.get("LIANXIN_DATABASE_URL", ""))
        starting.run_tree(options, settings.HOME)

    def _prepare(self, options: dict[str, Any]) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        if settings.PRODUCTION:
            if options["demo"]:
                raise CommandError(_("The demonstration has known passwords and is not for production."), returncode=1)
            call_command("collectstatic", interactive=False, verbosity=0)
        if options["demo"]:
            call_command("seed", "--size", options["size"], "--if-empty", stdout=sys.stderr)
