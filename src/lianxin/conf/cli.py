"""Entry point of the `lianxin` command: Django's management commands under our name."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured

from . import environment, starting
from .serving import port_is_free


def main() -> None:
    """Run a command; `lianxin help` lists them, and a hyphen may be written for the underscore of a name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.conf.settings")
    try:
        if not _serve_at_once(sys.argv[1:]):
            _execute(sys.argv[1:])
    except ImproperlyConfigured as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(1)


def _serve_at_once(arguments: list[str]) -> bool:
    """Serve without loading the project, if nothing changed since the last start; whether that was so."""
    home, url = environment.home(), os.environ.get("LIANXIN_DATABASE_URL", "")
    if not starting.may_skip_preparation(arguments, home, url, is_production=environment.is_production()):
        return False
    options = starting.parse(arguments[1:])
    if not port_is_free(options["host"], options["port"]):
        return False  # the command says so
    starting.run_tree(options, home)
    return True


def _execute(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line

    command = [word for word in arguments[:1] if not word.startswith("-")]
    rest = arguments[len(command) :]
    if arguments[:2] == ["import", "hotline"]:
        command, rest = ["import_hotline"], arguments[2:]
    execute_from_command_line(["lianxin", *(name.replace("-", "_") for name in command), *rest])


if __name__ == "__main__":
    main()
