#!/bin/sh
# From nothing to a served box: cluster, roles, migrations, keys, m4shd; a second start; an end.
. tests/system/tap.sh
. tests/system/box.sh
plan 27
box_new
before=$(date +%s)
box_start
ok "an empty home becomes a ready box" box_wait ready 60
first=$(($(date +%s) - before))

is "data checksums are on" "$(box_sql 'SHOW data_checksums')" on
is "the locale is C.UTF-8 with ICU" "$(box_sql "SELECT datcollate, datlocprovider, daticulocale
    FROM pg_database WHERE datname = 'm4sh'")" "C.UTF-8|i|und"
is "no TCP port is opened" "$(box_sql 'SHOW listen_addresses')" ""
is "commits reach the disk" "$(box_sql 'SHOW fsync'; box_sql 'SHOW synchronous_commit')" "on
on"
is "every migration is there" "$(box_sql 'SELECT count(*) FROM schema_migration')" \
    "$(ls migrations/*.up.sql | wc -l)"
is "this month's id range is open" \
    "$(box_sql "SELECT count(*) FROM id_month WHERE month = date_trunc('month', now())")" 1

ok "m4shd's role writes rows" box_sql "INSERT INTO classroom (name) VALUES ('7b') RETURNING id" m4shd
like "m4shd's role makes no table" "$(box_sql 'CREATE TABLE x (y int)' m4shd)" "permission denied"
like "m4shd's role drops no table" "$(box_sql 'DROP TABLE classroom CASCADE' m4shd)" "must be owner"
like "m4shd's role cannot forge a migration" \
    "$(box_sql 'DELETE FROM schema_migration' m4shd)" "permission denied"
is "the owner is no superuser" \
    "$(box_sql "SELECT rolsuper FROM pg_roles WHERE rolname = 'm4sh'")" f
is "m4shd can be told from its role" "$(box_sql 'SELECT current_user' m4shd)" m4shd

mode() { stat -c %a "$M4SH_HOME/$1"; }
is "the authority's key is the supervisor's alone" "$(mode tls/ca.key)" 600
is "no key and no data can be read by others" "$(find "$M4SH_HOME/tls" "$M4SH_HOME/pg" \
    \( -name '*.key' -o -path '*/pg' \) -perm /007)" ""
ok "m4shd's user reads what it needs" as_box cat "$M4SH_HOME/tls/leaf.key" \
    "$M4SH_HOME/tls/session.key" "$M4SH_HOME/tls/leaf.pem" "$M4SH_HOME/tls/ca.pem"
if [ "$(id -u)" = 0 ]; then
    is "m4shd does not run as root" "$(sed -n 's/.*uid=\([0-9]*\) .*/\1/p' \
        "$M4SH_HOME/run/stand-in.log")" "$(id -u m4sh)"
    is "PostgreSQL does not run as root" \
        "$(stat -c %U "/proc/$(child_pid postgresql)")" m4sh
    like "m4shd's user cannot read the authority's key" \
        "$(as_box cat "$M4SH_HOME/tls/ca.key" 2>&1)" "Permission denied"
else
    skip 3 "needs root"
fi
is "the session key has 32 bytes" "$(wc -c <"$M4SH_HOME/tls/session.key")" 32

like "a second supervisor is refused by pid" "$("$T/bin/m4sh-supervisor" 2>&1)" \
    "another supervisor (pid $box_pid) looks after \"$M4SH_HOME\""
postmaster=$(child_pid postgresql)
fingerprint=$(ask '{"do":"status"}' .certificate.fingerprint)
before=$(date +%s)
box_stop
ok "it ends within 10 seconds" [ $(($(date +%s) - before)) -le 10 ]
is "and with 0" "$box_status" 0
ok "no PostgreSQL is left behind" [ ! -e "/proc/$postmaster" ]
like "m4shd was asked to end first" "$(cat "$M4SH_HOME/run/stand-in.log")" term

box_start
ok "it starts again on its data" box_wait ready 30
is "with the same authority" "$(ask '{"do":"status"}' .certificate.fingerprint)" "$fingerprint"
diag "first start ${first} s"
box_stop
