#!/bin/sh
# m4shctl says what it did and how it went: sentences, JSON, exit codes.
. tests/system/tap.sh
command -v python3 >/dev/null || skip_all "python3 is not installed"

home=$(mktemp -d /tmp/m4ctl.XXXXXX)
pids=
end() {
    # shellcheck disable=SC2086
    [ -z "$pids" ] || kill $pids 2>/dev/null
    rm -rf "$home"
}
trap end EXIT
M4SH_HOME=$home
export M4SH_HOME
ctl=$BIN/m4shctl

# exits CODE WORDS COMMAND...: with that code, and the words in what it says
exits() {
    code=$1 words=$2
    shift 2
    said=$("$@" 2>&1 </dev/null)
    got=$?
    case $said in *"$words"*) [ $got = "$code" ] && return ;; esac
    echo "exit $got, said: $said"
    return 1
}
# json EXPRESSION COMMAND...: the expression of the answer, as python prints it
json() {
    expression=$1
    shift
    "$@" 2>/dev/null | python3 -c "import json, sys; a = json.load(sys.stdin); print($expression)"
}
start() {
    python3 tests/system/fake_box.py "$home" "$1" &
    pids="$pids $!"
    for _ in $(seq 50); do [ -S "$home/run/$1.sock" ] && return; sleep 0.1; done
}

plan 24
ok "no command: says which there are, 2" exits 2 "needs one of: status stop" "$ctl"
ok "an unknown command, 2" exits 2 'there is no "m4shctl fly"' "$ctl" fly
ok "an unknown option, 2" exits 2 "there is no option --wings" "$ctl" status --wings
ok "help of a command" exits 0 "--password-stdin" "$ctl" help user add
ok "dash and underscore are the same" exits 2 "use --password-stdin or --generate" \
    setsid "$ctl" user add x --name X
ok "the same with an underscore" exits 2 "exclude each other" \
    "$ctl" user add x --name X --password_stdin --generate
ok "--version" exits 0 "m4shctl $(cat VERSION)" "$ctl" --version
ok "a home that is too long is refused" exits 2 "at most" \
    "$ctl" --home "/$(printf '%0200d' 0)" status

ok "status without a box: 2" exits 2 "the supervisor does not answer" "$ctl" status
is "as JSON too" "$(json 'a["ready"], a["supervisor"]["state"]' "$ctl" status --json)" \
    "False unknown"
ok "restart without a box: 2" exits 2 "the supervisor does not answer" "$ctl" restart m4shd
ok "user list without a box: 2" exits 2 "the lesson server does not answer" "$ctl" user list
ok "smoke without a box: 2, not a failed lesson" exits 2 "does not answer" "$ctl" smoke

cp tests/system/data/status.json tests/system/data/health.json "$home/"
start supervisor
ok "status without the lesson server: 1" exits 1 "not ready" "$ctl" status
start m4shd
ok "status of a whole box: 0" exits 0 "M4SH Box 1.4.2, Ліцей № 12: ready" "$ctl" status
is "as JSON" "$(json 'a["ready"], a["lesson_server"]["people"], a["supervisor"]["version"]' \
    "$ctl" status --json)" "True 84 1.4.2"
ok "--home is stronger than M4SH_HOME" env M4SH_HOME=/nowhere "$ctl" --home "$home" status
ok "and may follow the command" env M4SH_HOME=/nowhere "$ctl" status --home "$home"
sed -i 's/"state": "ready", "version"/"state": "not_ready", "version"/' "$home/health.json"
ok "a box that is not ready: 1" exits 1 "not ready" "$ctl" status

"$ctl" restart m4shd >/dev/null && "$ctl" stop >/dev/null
is "orders reach the supervisor as they were given" \
    "$(python3 -c 'import json, sys; print([(o["do"], o.get("what")) for o in map(json.loads, sys.stdin)])' <"$home/orders")" \
    "[('restart', 'm4shd'), ('stop', None)]"
ok "what cannot be restarted is refused here" exits 2 'no "kettle" to restart' "$ctl" restart kettle

printf 'name,colour\nO,red\n' >"$home/a.csv"
ok "an unknown column is named" exits 2 'there is no column "colour"' "$ctl" user import "$home/a.csv"
printf 'login\nx\n' >"$home/b.csv"
ok "a missing one too" exits 2 'line 1: column "name" is missing' "$ctl" user import "$home/b.csv"
printf 'name,login\nOlena,olena,7b\n' >"$home/c.csv"
ok "a row that is too long" exits 2 "line 2 has 3 fields, the header has 2" \
    "$ctl" user import "$home/c.csv"
