"""Entry point of the `lianxin` command: Django's management commands under our name."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run a command; `lianxin help` lists them, and a hyphen may be written for the underscore of a name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.conf.settings")
    command = [word for word in sys.argv[1:2] if not word.startswith("-")]
    rest = sys.argv[1 + len(command) :]
    try:
        execute_from_command_line(["lianxin", *(name.replace("-", "_") for name in command), *rest])
    except ImproperlyConfigured as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
