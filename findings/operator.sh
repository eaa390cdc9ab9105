#!/usr/bin/env bash
# PostgreSQL 15 (Debian): after its promotion a server that had something to write out still names the old timeline in
# pg_control_checkpoint(), for as long as the spread checkpoint lasts (minutes); and a standby refuses `begin read write` with 0A000 (feature_not_supported), not with 25006
# (read_only_sql_transaction). Whoever tells a failover by the first, or a standby by the second, is wrong.
# Fails if that changes.
set -euo pipefail

version=15
if [ ! -x /usr/lib/postgresql/$version/bin/initdb ]; then
    apt-get update >&2
    apt-get install -y --no-install-recommends postgresql-$version >&2
fi
bin=/usr/lib/postgresql/$version/bin
unset PGHOST PGPORT PGDATABASE PGUSER PGOPTIONS
folder=$(mktemp -d /tmp/finding.XXXXXX)
owner=()
if [ "$(id -u)" -eq 0 ]; then
    chown postgres: "$folder"
    owner=(runuser -u postgres --)
fi
cd /
trap '"${owner[@]}" "$bin/pg_ctl" stop -s -m immediate -D "$folder/b" || true
    "${owner[@]}" "$bin/pg_ctl" stop -s -m immediate -D "$folder/a" || true
    rm -rf "$folder"' EXIT

# start NAME: sockets only, in the folder itself.
start() {
    "${owner[@]}" mkdir "$folder/socket-$1"
    "${owner[@]}" "$bin/pg_ctl" start -s -w -D "$folder/$1" -l "$folder/$1.log" \
        -o "-c listen_addresses='' -c unix_socket_directories='$folder/socket-$1'"
}
sql() { "$bin/psql" -XAtq -v VERBOSITY=sqlstate -h "$folder/socket-$1" -U postgres -d postgres -c "$2" 2>&1; }

"${owner[@]}" "$bin/initdb" -D "$folder/a" -U postgres -A trust --no-sync >/dev/null
start a
"${owner[@]}" "$bin/pg_basebackup" -D "$folder/b" -h "$folder/socket-a" -U postgres -R -c fast --no-sync
start b

# Pages that the standby has in memory only: what any server in use has.
sql a 'create table pages as select generate_series(1, 500000) as number' >/dev/null
target=$(sql a 'select pg_current_wal_lsn()')
until [ "$(sql b "select pg_last_wal_replay_lsn() >= '$target'")" = t ]; do sleep 0.1; done

"$bin/postgres" --version
refusal=$(sql b 'begin read write' || true)
printf 'begin read write on a standby: %s\n' "$refusal"
within=$(sql b 'create table t ()' || true)
printf 'create table on a standby:     %s\n' "$within"

sql b 'select pg_promote()' >/dev/null
sql b 'create table written_after_the_promotion ()' >/dev/null
writes_on=$(sql b 'select left(pg_walfile_name(pg_current_wal_lsn()), 8)::bigint')
control=$(sql b 'select timeline_id from pg_control_checkpoint()')
printf 'after pg_promote() and a write: WAL is written on timeline %s, pg_control_checkpoint() says %s\n' "$writes_on" "$control"
sql b checkpoint >/dev/null # an immediate one
after=$(sql b 'select timeline_id from pg_control_checkpoint()')
printf 'after a checkpoint:             pg_control_checkpoint() says %s\n' "$after"

[ "$refusal" = 'ERROR:  0A000' ] && [ "$within" = 'ERROR:  25006' ] && [ "$writes_on" = 2 ] && [ "$control" = 1 ] && [ "$after" = 2 ] ||
    { echo 'this has changed' >&2; exit 1; }
