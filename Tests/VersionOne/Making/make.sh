#!/usr/bin/env bash
# Makes the fixture of schema version 1 anew. To be run at the root of a clone at version 1 (commit 2e684b2), with its
# release build (swift build -c release --product jalon):
#   make.sh FOLDER SCRATCH
# Its own PostgreSQL, in SCRATCH, is destroyed at the end. See ../README.md.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1 scratch=$2
jalon=.build/release/jalon
schema=jalon_v1
mkdir -p "$folder" "$scratch"
server=
finish() {
    if [ -n "$server" ]; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" || true
    fi
    scripts/postgres destroy "$scratch/pg"
}
trap finish EXIT

scripts/postgres start "$scratch/pg" --fast-unsafe
super=$(scripts/postgres url "$scratch/pg" --superuser)
psql -X -q "$super" -c "create schema $schema authorization jalon" -c "alter database jalon set search_path = $schema, public"
DATABASE_URL=$(scripts/postgres url "$scratch/pg")
export DATABASE_URL
"$jalon" migrate
JALON_ADMIN=$("$jalon" token create --role admin --label "Administration")
JALON_COORDINATOR=$("$jalon" token create --role coordinator --label "Coordination")
export JALON_ADMIN JALON_COORDINATOR

"$jalon" serve --port 0 --rate-limit 0 --anonymous-rate-limit 0 --log-level warning >"$scratch/url" 2>"$scratch/serve.log" &
server=$!
until url=$(head -n 1 "$scratch/url") && [ -n "$url" ]; do sleep 0.1; done

python3 "$here/populate.py" "$url" "$folder"
# One INSERT a table: positions of the feed are those of the restoring statement, and must be one. Whoever restores it makes the
# schema, and gets his session back as it was.
pg_dump --schema=$schema --inserts --rows-per-insert=100000 --no-owner --no-privileges "$super" |
    sed -E -e '/^\\(un)?restrict /d' -e '/^CREATE SCHEMA /d' -e 's/^SET ([a-z_]+ = )/SET LOCAL \1/' \
        -e "s/'search_path', '', false/'search_path', '', true/" |
    gzip -9n >"$folder/database.sql.gz"
# Only now is anything asked: nothing may be written after the last instant of the questions.
python3 "$here/ask.py" questions "$url" "$folder"
python3 "$here/ask.py" keep "$url" "$folder"
python3 "$here/ask.py" compare "$url" "$folder"
"$jalon" figures verify
