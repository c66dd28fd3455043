#!/bin/sh
# Migrations: up, down and up again give the same schema; what does not fit is refused by name.
. tests/system/tap.sh
. tests/system/box.sh
plan 19
box_new

# Runs the supervisor for its migrations alone; $said and $status tell.
migrates() {
    said=$("$T/bin/m4sh-supervisor" "$@" 2>&1)
    status=$?
}
# The schema of a cluster that stands still, without its random lines: $1 gets it.
dump() {
    as_box "$pg/postgres" -D "$M4SH_HOME/pg" >"$T/pg.log" 2>&1 &
    box_stray=$!
    eventually 20 box_sql 'SELECT 1'
    as_box pg_dump -s -h "$M4SH_HOME/run" -U m4sh m4sh | grep -v '^\\\(un\)\?restrict ' >"$1"
    box_sql 'SELECT version, name, sha256 FROM schema_migration ORDER BY 1' >>"$1"
    [ -z "$2" ] || box_sql "$2" >/dev/null
    as_box kill -INT "$(head -1 "$M4SH_HOME/pg/postmaster.pid")"
    wait $box_stray
    box_stray=
}
pg=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
last=$(ls migrations/*.up.sql | wc -l)
newest=$(basename "$(ls migrations/*.up.sql | tail -1)")

migrates --migrate-only
is "a new database is migrated and left" "$status" 0
dump "$T/first"
like "it has tables" "$(cat "$T/first")" "CREATE TABLE public.person"
migrates --migrate-to 0
is "all the way down" "$status" 0
dump "$T/empty"
is "nothing is left but the record of migrations" \
    "$(grep -c '^CREATE TABLE' "$T/empty") $(grep -c '^CREATE FUNCTION' "$T/empty")" "1 0"
migrates --migrate-only
is "and up again" "$status" 0
dump "$T/second"
ok "gives the same schema" diff "$T/first" "$T/second"
migrates --migrate-only
is "once more changes nothing" "$status" 0
dump "$T/third"
ok "and leaves the same schema" diff "$T/first" "$T/third"

echo '-- changed' >>"$T/migrations/$newest"
migrates --migrate-only
is "a changed file is refused" "$status" 1
like "by name" "$said" "\"$newest\" was changed after it was applied"
cp migrations/*.sql "$T/migrations/"

rm "$T"/migrations/0002_*
migrates --migrate-only
like "a missing file is refused by number" "$said" "migration 0002 is missing in \"$T/migrations\""
cp migrations/*.sql "$T/migrations/"

rm "$T/migrations/${newest%.up.sql}".*
migrates --migrate-only
like "a newer database is refused" "$said" "the database is newer than this release"
like "and both versions are said" "$said" "has migration $last (${newest%.up.sql}), this release ends at $((last - 1))"
cp migrations/*.sql "$T/migrations/"

next=$(printf %04d $((last + 1)))
echo 'CREATE TABLE half (x int); SELECT 1/0;' >"$T/migrations/${next}_bad.up.sql"
echo 'DROP TABLE half;' >"$T/migrations/${next}_bad.down.sql"
migrates --migrate-only
like "a migration that fails is told by name" "$said" "migration ${next}_bad (up): "
like "with PostgreSQL's words" "$said" "division by zero"
dump "$T/fourth"
ok "and leaves nothing behind" diff "$T/first" "$T/fourth"

echo 'CREATE TABLE half (x int); COMMIT;' >"$T/migrations/${next}_bad.up.sql"
migrates --migrate-only
like "a file that commits by itself is told" "$said" "ends its own transaction"
dump "$T/fifth" 'DROP TABLE IF EXISTS half'

echo 'SELECT pg_sleep(60);' >"$T/migrations/${next}_bad.up.sql"
before=$(date +%s)
migrates --migrate-only
like "a migration that hangs is cut off" "$said" "statement timeout"
ok "after 25 seconds" [ $(($(date +%s) - before)) -le 60 ]
