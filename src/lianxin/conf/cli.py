"""Entry point of the `lianxin` command: Django's management commands under our name."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run a command; `lianxin help` lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.conf.settings")
    try:
        execute_from_command_line(["lianxin", *sys.argv[1:]])
    except ImproperlyConfigured as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
