#!/usr/bin/env bash
# A PostgreSQL of our own in a temporary folder, loopback only: `postgres.sh COMMAND...` runs the command with it.
set -euo pipefail
pg=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
dir=$(mktemp -d); port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }
[ "$(id -u)" = 0 ] && chown postgres "$dir"
stop() { as "$pg/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$dir"; }
trap stop EXIT
cd "$dir"
as "$pg/initdb" -D "$dir/data" -U lianxin --auth=trust --locale=C.UTF-8 -E UTF8 >/dev/null
as "$pg/pg_ctl" -D "$dir/data" -l "$dir/log" -w -o "-p $port -k $dir -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200" start >/dev/null
cd - >/dev/null
export LIANXIN_DATABASE_URL="postgresql://lianxin@127.0.0.1:$port/postgres"
"$@"
