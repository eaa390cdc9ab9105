#!/usr/bin/env bash
# Restores the dump into another server, under another schema, and asks version 1 the questions again: only cursors of the feed
# may differ. To be run where make.sh is:
#   restore.sh FOLDER SCRATCH [SHIFT]
# SHIFT, as +45d, moves the day of the database; LIBFAKETIME is then the path of libfaketime.so.1.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1 scratch=$2 shift=${3:-}
jalon=.build/release/jalon
mkdir -p "$scratch"
server=
finish() {
    if [ -n "$server" ]; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" || true
    fi
    scripts/postgres destroy "$scratch/pg"
}
trap finish EXIT

# Only the database's clock is moved: it says what day it is.
if [ -n "$shift" ]; then
    export FAKETIME=$shift FAKETIME_DONT_FAKE_MONOTONIC=1 LD_PRELOAD=$LIBFAKETIME
fi
scripts/postgres start "$scratch/pg" --fast-unsafe
unset LD_PRELOAD
super=$(scripts/postgres url "$scratch/pg" --superuser)
DATABASE_URL=$(scripts/postgres url "$scratch/pg")
export DATABASE_URL
psql -X -q "$super" -c "create schema other authorization jalon" -c "alter database jalon set search_path = other, public"
gzip -dc "$folder/database.sql.gz" | sed 's/\bjalon_v1\b/other/g' |
    psql -X -q -v ON_ERROR_STOP=1 --single-transaction "$DATABASE_URL" >/dev/null
"$jalon" serve --port 0 --rate-limit 0 --anonymous-rate-limit 0 --log-level warning >"$scratch/url" 2>"$scratch/serve.log" &
server=$!
until url=$(head -n 1 "$scratch/url") && [ -n "$url" ]; do sleep 0.1; done
python3 "$here/ask.py" compare "$url" "$folder" || true
"$jalon" figures verify
