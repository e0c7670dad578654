import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from lianxin.conf.serving import Tree, job_worker, port_is_free, server


class Command(BaseCommand):
    help = "Bring the database up to date and run server and workers until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--demo", action="store_true", help="fill an empty installation with the demonstration")
        parser.add_argument("--size", default="district", help="size of the demonstration")
        parser.add_argument("--server-processes", type=int, default=2)
        parser.add_argument("--job-workers", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if not port_is_free(host, port):
            raise CommandError(_("Port %(port)s is taken. Choose another with --port.") % {"port": port}, returncode=1)
        self._prepare(options)
        connections.close_all()
        workers = [job_worker(number + 1) for number in range(options["job_workers"])]
        tree = Tree([server(host, port, workers=options["server_processes"]), *workers])
        tree.start()
        try:
            if tree.wait_until_it_answers(f"http://{host}:{port}/health/"):
                self._greet(host, port)
            tree.keep_running()
        finally:
            tree.end()

    def _prepare(self, options: dict[str, Any]) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        if settings.PRODUCTION:
            if options["demo"]:
                raise CommandError(_("The demonstration has known passwords and is not for production."), returncode=1)
            call_command("collectstatic", interactive=False, verbosity=0)
        if options["demo"] and "seed" in get_commands():
            call_command("seed", "--size", options["size"], "--if-empty", stdout=sys.stderr)

    def _greet(self, host: str, port: int) -> None:
        self.stdout.write(_("Lianxin is at %(url)s") % {"url": f"http://{host}:{port}/"})
        logins = settings.HOME / "demo-logins.txt"
        if logins.exists():
            self.stdout.write(logins.read_text())
        self.stdout.write(_("Ctrl-C stops it."))
        self.stdout.flush()
