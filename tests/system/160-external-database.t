#!/bin/sh
# A school's own PostgreSQL, named by M4SH_DATABASE_URL: waited for, migrated, never restarted.
. tests/system/tap.sh
. tests/system/box.sh
pg=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$pg" ] || skip_all "no PostgreSQL of the system's here"
plan 9
box_new
mkdir "$T/theirs"
[ "$(id -u)" != 0 ] || id m4sh >/dev/null 2>&1 || useradd --system --user-group m4sh
[ "$(id -u)" != 0 ] || chown m4sh: "$T/theirs"
as_box "$pg/initdb" -D "$T/theirs/pg" -U school -A trust >"$T/initdb.log" 2>&1
their_start() {
    as_box "$pg/postgres" -D "$T/theirs/pg" -k "$T/theirs" -c listen_addresses= >"$T/pg.log" 2>&1 &
    box_stray=$!
    eventually 20 as_box psql -h "$T/theirs" -U school -d postgres -c 'SELECT 1'
}
their_sql() { as_box psql -XAtq -h "$T/theirs" -U school -d school -c "$1" 2>&1; }

export M4SH_DATABASE_URL="host=$T/theirs user=school dbname=school"
box_start
told() { ask '{"do":"status"}' .events | grep -q 'the migrations had to wait'; }
ok "a database that is away is waited for" eventually 20 told
is "and the box is starting meanwhile" "$(ask '{"do":"status"}' .state)" starting
their_start
as_box psql -XAtq -h "$T/theirs" -U school -d postgres -c 'CREATE DATABASE school'
ok "when it is there, the box gets ready" box_wait ready 20
is "its database was migrated" "$(their_sql 'SELECT count(*) FROM schema_migration')" \
    "$(ls migrations/*.up.sql | wc -l)"
is "no cluster of our own was made" "$(ls "$M4SH_HOME" | grep -c pg)" 0
is "status says whose it is" "$(ask '{"do":"status"}' .database.kind)" external
is "m4shd is the only child" "$(ask '{"do":"status"}' .children | grep -o '"name": "[a-z0-9]*"')" \
    '"name": "m4shd"'
is "it is not ours to restart" "$(ask '{"do":"restart","what":"postgresql"}' .code)" not_ours
box_stop
is "the box ends and their database stays" "$(their_sql 'SELECT 1')" 1
their_pid=$(head -1 "$T/theirs/pg/postmaster.pid")
kill -INT "$their_pid"
wait $box_stray
box_stray=
