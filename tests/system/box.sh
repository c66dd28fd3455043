# box.sh - a box of its own for a test: a supervisor, PostgreSQL, and a stand-in for m4shd
#
#     . tests/system/tap.sh; . tests/system/box.sh
#     box_new                  makes $T (programs, migrations, schemas) with $M4SH_HOME in it,
#                              free ports, and cleans up at the end of the test
#     box_start                starts the supervisor in the background, its words in $T/log
#     box_wait ready 30        waits until its state is that, 30 seconds at most
#     box_stop                 SIGTERM, waits for its end; $box_status is how it ended
#     ask '{"do":"status"}' .state       what the control socket says, one value of it
#     box_sql 'SELECT 1'       as the owner of the database
#
# Runs as root (then the children run as m4sh) and as anybody else.

unset M4SH_DATABASE_URL M4SH_BIND M4SH_NAME M4SH_SCHOOL M4SH_LOG_LEVEL
box_pid=
box_stray=

box_clean() {
    [ -z "$box_pid" ] || kill -KILL "$box_pid" 2>/dev/null
    for box_child in $box_stray $(box_children); do
        kill -KILL "$box_child" 2>/dev/null
    done
    [ -z "$box_pid" ] || wait "$box_pid" 2>/dev/null
    # a child that was just being started stands in no list yet
    for box_child in $(pgrep -f "$T/bin/"); do
        kill -KILL "$box_child" 2>/dev/null
    done
    # backends end by themselves once their postmaster is gone
    rm -rf "$T" || { sleep 1 && rm -rf "$T"; }
}

box_new() {
    T=$(mktemp -d /tmp/m4sh.XXXXXX) || exit 1
    trap box_clean EXIT
    trap 'exit 1' INT TERM HUP
    chmod 755 "$T"
    mkdir "$T/bin"
    cp "$BIN/m4sh-supervisor" "$T/bin/"
    cp tests/system/m4shd-stand-in "$T/bin/m4shd"
    cp -r migrations schemas "$T/"
    chmod -R a+rX "$T"
    M4SH_HOME=$T/home
    # shellcheck disable=SC2046
    set -- $(python3 tests/system/ports.py 2)
    M4SH_HTTPS_PORT=$1 M4SH_HTTP_PORT=$2
    export M4SH_HOME M4SH_HTTPS_PORT M4SH_HTTP_PORT
}

box_start() {
    "$T/bin/m4sh-supervisor" "$@" >>"$T/log" 2>&1 &
    box_pid=$!
}

box_wait() { # box_wait STATE SECONDS
    box_left=$(($2 * 10))
    while [ "$(ask '{"do":"status"}' .state)" != "$1" ]; do
        box_left=$((box_left - 1))
        if [ $box_left -le 0 ] || ! is_alive "$box_pid"; then
            sed 's/^/# /' "$T/log"
            return 1
        fi
        sleep 0.1
    done
}

is_alive() { # is_alive PID: not gone, and not dead and waited for
    case $(ps -o stat= -p "$1") in '' | Z*) return 1 ;; esac
}

box_stop() {
    kill -TERM "$box_pid"
    box_end
}

box_end() { # waits for an end that comes by itself
    wait "$box_pid"
    box_status=$?
    box_pid=
}

box_children() { # pids that the supervisor noted
    [ ! -r "$M4SH_HOME/run/children" ] || cut -d' ' -f2 "$M4SH_HOME/run/children"
}

ask() {
    python3 tests/system/ask.py "$M4SH_HOME/run/supervisor.sock" "$@" 2>/dev/null
}

child_pid() { # child_pid m4shd
    ask '{"do":"status"}' ".children.$1.pid"
}

as_box() { # as the user that PostgreSQL runs as
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=m4sh --regid=m4sh --clear-groups "$@"
    else
        "$@"
    fi
}

box_sql() { # box_sql SQL [ROLE]
    as_box psql -XAtq -h "$M4SH_HOME/run" -U "${2:-m4sh}" -d m4sh -c "$1" 2>&1
}

eventually() { # eventually SECONDS COMMAND...
    box_left=$(($1 * 10))
    shift
    until "$@" >/dev/null 2>&1; do
        box_left=$((box_left - 1))
        [ $box_left -gt 0 ] || return 1
        sleep 0.1
    done
}
