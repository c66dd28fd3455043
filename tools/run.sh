#!/bin/sh
# run.sh - what `make run` does once everything is built: run.sh DIRECTORY_OF_PROGRAMS
#
# Starts the supervisor in the foreground, makes the demo school on the first start, prints a
# line that begins with `ready`. Ctrl-C or SIGTERM stops all of it in order; the status is the
# supervisor's. State goes to M4SH_HOME, else to var/ in the checkout. As root the box runs as
# the user m4sh; where others than root cannot read the checkout, the programs are copied to
# /var/lib/m4sh/app, and without M4SH_HOME the state goes to /var/lib/m4sh.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
case $1 in /*) programs=$1 ;; *) programs=$root/$1 ;; esac
elsewhere=/var/lib/m4sh
note=

# Whether the user the box runs as can do it; before that user is made, whether nobody can.
others_can() { # others_can x FILE
    if id m4sh >/dev/null 2>&1; then user=m4sh; else user=nobody; fi
    setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups test "-$1" "$2"
}

reachable() {
    [ "$(id -u)" != 0 ] && return 0
    others_can x "$programs/m4shd" && others_can r "$root/schemas/index.json" &&
        others_can r "$root/migrations/0001_person.up.sql" &&
        { [ ! -e "$root/build/web/index.html" ] || others_can r "$root/build/web/index.html"; }
}

copy_programs() {
    app=$elsewhere/app
    rm -rf "$app.new"
    mkdir -p "$app.new/bin"
    for program in m4sh-supervisor m4shd m4shctl m4sh-console; do
        cp "$programs/$program" "$app.new/bin/"
    done
    cp -R "$root/schemas" "$root/migrations" "$app.new/"
    [ ! -d "$root/build/web" ] || cp -R "$root/build/web" "$app.new/web"
    chmod -R a+rX,go-w "$app.new"
    rm -rf "$app"
    mv "$app.new" "$app"
    programs=$app/bin
    export M4SH_SCHEMA_DIR="${M4SH_SCHEMA_DIR:-$app/schemas}"
    export M4SH_MIGRATION_DIR="${M4SH_MIGRATION_DIR:-$app/migrations}"
    export M4SH_ASSET_DIR="${M4SH_ASSET_DIR:-$app/web}"
}

home=${M4SH_HOME:-$root/var}
if ! reachable; then
    home=${M4SH_HOME:-$elsewhere}
    note="the user m4sh cannot read $root: programs are in $elsewhere/app, state is in $home"
    # A running box keeps its programs: its supervisor refuses the second one below.
    "$programs/m4sh-supervisor" --home "$home" --wait-ready 0 >/dev/null 2>&1 || copy_programs
fi
export M4SH_HOME="$home"
first=no
[ -e "$home/tls/ca.pem" ] || first=yes
pending=$home/demo.pending # there until the demo school is made

supervisor=
work=
stop() {
    trap '' INT TERM HUP
    [ -z "$work" ] || kill "$work" 2>/dev/null || :
    [ -z "$supervisor" ] || kill "$supervisor" 2>/dev/null || :
    finish
}
finish() {
    status=0
    [ -z "$supervisor" ] || wait "$supervisor" || status=$?
    exit "$status"
}
trap stop INT TERM HUP

# A box that runs on this home already would answer below: ours is refused, and says why.
if "$programs/m4sh-supervisor" --wait-ready 0 >/dev/null 2>&1; then
    exec "$programs/m4sh-supervisor"
fi
"$programs/m4sh-supervisor" &
supervisor=$!
until addresses=$("$programs/m4sh-supervisor" --wait-ready 1 2>/dev/null); do
    kill -0 "$supervisor" 2>/dev/null || finish
    if [ $first = yes ] && [ -e "$home/run/supervisor.lock" ]; then
        : >"$pending"
        first=no
    fi
done
kill -0 "$supervisor" 2>/dev/null || finish
[ $first = no ] || : >"$pending"

if [ -e "$pending" ]; then
    "$programs/m4shctl" demo &
    work=$!
    if ! wait "$work"; then
        echo "run.sh: the demo school was not made; the next start tries again" >&2
        work=
        kill "$supervisor" 2>/dev/null || :
        wait "$supervisor" || :
        exit 1
    fi
    work=
    rm -f "$pending"
fi

[ -z "$note" ] || echo "ready: $note"
echo "ready: ${addresses% *} (join page ${addresses#* }, state in $home; Ctrl-C stops the box)"
finish
