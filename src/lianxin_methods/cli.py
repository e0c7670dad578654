"""Entry point of `lianxin-methods`: the methods without a database."""

import argparse
import sys


def main(argv: list[str] | None = None) -> int:
    """Run one method and print its result; exit code 2 for a call that cannot be understood."""
    parser = argparse.ArgumentParser(prog="lianxin-methods", description="The methods of Lianxin, without a database.")
    parser.add_subparsers(dest="method", required=True)
    parser.parse_args(argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
