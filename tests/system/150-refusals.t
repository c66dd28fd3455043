#!/bin/sh
# Starts that are refused: each says why, ends with non-zero and leaves nothing half made.
. tests/system/tap.sh
. tests/system/box.sh
plan 30
box_new
refused() { # refused NAME WORDS
    said=$("$T/bin/m4sh-supervisor" 2>&1)
    status=$?
    like "$1" "$said" "$2"
    is "and the status is 1" $status 1
}
listen() { # listen PORT
    python3 -c "import socket, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', $1)); s.listen(); time.sleep(300)" &
    box_stray=$!
    eventually 5 python3 -c "import socket; socket.create_connection(('127.0.0.1', $1))"
}

listen "$M4SH_HTTP_PORT"
refused "a port that is taken is named with who has it" \
    "port $M4SH_HTTP_PORT is taken by python3 (pid $box_stray)"
kill $box_stray
ok "and no home was made" [ ! -e "$M4SH_HOME" ]

home=$M4SH_HOME
M4SH_HOME="$T/$(printf %0100d 1)"
refused "a home too long for sockets is refused by its length" "sockets in it may have 107"
M4SH_HOME="$T/a,b"
refused "a comma cannot stand in PostgreSQL's list of sockets" "may not have a comma"
M4SH_HOME=$home

M4SH_HTTPS_PORT=99999 refused "a port beyond the last is refused by the setting's name" https_port
M4SH_BIND=my.school refused "a name is no address to listen on" "is not an IP address"

if [ "$(id -u)" = 0 ] && mkdir "$T/small" && mount -t tmpfs -o size=64m none "$T/small" 2>/dev/null; then
    M4SH_HOME=$T/small/home
    refused "a disk too small is refused with the figures" "has 64 MB free; the box needs 300 MB"
    ok "and nothing was made on it" [ ! -e "$M4SH_HOME" ]
    umount "$T/small"
    M4SH_HOME=$home
else
    skip 3 "needs root and tmpfs"
fi

# Killed while the cluster is made, at one moment and another: the next start makes a whole one.
for delay in 0.02 0.2 0.4 0.6 0.8 1.0 1.2 1.5; do
    box_start
    sleep $delay
    kill -KILL "$box_pid"
    wait "$box_pid" 2>/dev/null
    left=$(ls "$M4SH_HOME" 2>/dev/null | grep '^pg' | tr '\n' ' ')
    box_start
    ok "killed after $delay s (${left:-nothing made}), the next start is whole" box_wait ready 60
    is "with all of its schema" "$(box_sql 'SELECT count(*) FROM schema_migration')$(ls "$M4SH_HOME" | grep new)" \
        "$(ls migrations/*.up.sql | wc -l)"
    box_stop
    rm -rf "$M4SH_HOME"
done
