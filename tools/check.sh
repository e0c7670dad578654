#!/usr/bin/env bash
# The static checks: style, types, layers, migrations, translations. Under a minute.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
export PYTHONPATH="$PWD/src" DJANGO_SETTINGS_MODULE=lianxin.conf.settings
mkdir -p var
$bin/ruff check .
$bin/ruff format --check -q .
$bin/lint-imports >var/imports.log || { cat var/imports.log; exit 1; }
$bin/mypy >/dev/null 2>&1 || { rm -rf var/mypy; $bin/mypy; }  # django-stubs loses its way in a stale cache
$bin/python -m django makemigrations --check --dry-run -v 0 || { echo "A model changed without its migration: run lianxin makemigrations"; exit 1; }
$bin/python tools/messages.py check
$bin/python tools/practices.py marks
echo "checks passed"
