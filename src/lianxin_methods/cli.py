"""Entry point of `lianxin-methods`: the methods without a database."""

import argparse
import sys

from .rules import cli as rules
from .text import cli as text


def main(argv: list[str] | None = None) -> int:
    """Run one method and print its result; exit code 2 for a call that cannot be understood."""
    parser = argparse.ArgumentParser(prog="lianxin-methods", description="The methods of Lianxin, without a database.")
    methods = parser.add_subparsers(dest="method", required=True)
    rules.add_commands(methods)
    text.add_commands(methods)
    options = parser.parse_args(argv)
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
