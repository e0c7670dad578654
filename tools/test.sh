#!/usr/bin/env bash
# All tests on SQLite, then those that touch a database again on PostgreSQL.
# Files in their order: the long walks in the browser begin early and are not left to the end.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONPATH="$PWD/src" LIANXIN_HOME="$PWD/var/test"
mkdir -p "$LIANXIN_HOME"
.venv/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder --practices "$@"
[ $# -gt 0 ] || .venv/bin/python tools/practices.py check
bash tools/postgres.sh .venv/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore tests/methods --ignore tests/browser "$@"
