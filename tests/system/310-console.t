#!/bin/sh
# The console says how the box is: in both languages, at three sizes, in ASCII, and when
# nobody answers. Screens are compared with tests/screens/; UPDATE_SCREENS=1 writes them anew.
. tests/system/tap.sh
command -v tmux >/dev/null || skip_all "tmux is not installed"
command -v python3 >/dev/null || skip_all "python3 is not installed"

home=$(mktemp -d /tmp/m4console.XXXXXX)
fake_supervisor= fake_m4shd=
tmux() { command tmux -S "$home/tmux" -f /dev/null "$@"; }
end() {
    tmux kill-server 2>/dev/null
    # shellcheck disable=SC2086
    [ -z "$fake_supervisor$fake_m4shd" ] || kill $fake_supervisor $fake_m4shd 2>/dev/null
    rm -rf "$home"
}
trap end EXIT

# answer FILE [SED]: what the box answers from now on, changed by a sed script
answer() { sed -E "${2:-}" "tests/system/data/$1" >"$home/$1.new" && mv "$home/$1.new" "$home/$1"; }
well() { answer status.json && answer health.json; }

start() { # start supervisor|m4shd
    python3 tests/system/fake_box.py "$home" "$1" &
    eval "fake_$1=$!"
    for _ in $(seq 50); do [ -S "$home/run/$1.sock" ] && return; sleep 0.1; done
}
stop() {
    eval "pid=\$fake_$1; fake_$1="
    kill "$pid" && wait "$pid" 2>/dev/null
}

# console COLUMNS ROWS LOCALE TERM [OPTION...]: a console in a terminal of its own
console() {
    tmux kill-server 2>/dev/null
    size="-x $1 -y $2" locale=$3 term=$4
    shift 4
    # shellcheck disable=SC2086
    tmux new-session -d $size "env LC_ALL=$locale TERM=$term TZ=UTC '$BIN/m4sh-console' \
        --home '$home' $* 2>'$home/err'; echo \$? >'$home/exit'"
}

# Clock, measured milliseconds and seconds of silence are never the same twice.
screen() {
    tmux capture-pane -p | sed -E \
        -e 's/ +[^ ]+ [0-9]+ [^ ]+  [0-9]{2}:[0-9]{2}:[0-9]{2}$/  (clock)/' \
        -e 's/(answers in|відповідає за) [0-9]+ (ms|мс) */\1 N \2  /' \
        -e 's/ {2,}[0-9]+ (s|с)$/  N \1/' -e 's/ +$//'
}

# shows NAME: the screen becomes the golden one within 8 seconds
shows() {
    golden=tests/screens/$1.txt
    if [ -n "${UPDATE_SCREENS:-}" ]; then
        sleep 2.5
        screen >"$golden"
    fi
    for _ in $(seq 80); do
        screen >"$home/screen"
        cmp -s "$golden" "$home/screen" && return 0
        sleep 0.1
    done
    diff -u "$golden" "$home/screen"
}

clock() { tmux capture-pane -p | grep -oE '[0-9]{2}:[0-9]{2}:[0-9]{2}$'; }
ticks() {
    before=$(clock)
    for _ in $(seq 30); do
        sleep 0.1
        [ "$(clock)" != "$before" ] && return 0
    done
    echo "the clock stands at $before"
    return 1
}
ended_with() {
    for _ in $(seq 50); do [ -s "$home/exit" ] && break; sleep 0.1; done
    [ "$(cat "$home/exit")" = "$1" ] || { cat "$home/exit" "$home/err"; return 1; }
}

plan 24
well
start supervisor
start m4shd

console 80 24 C.UTF-8 screen --lang en
ok "all is well, in English" shows well-en
ok "the clock ticks" ticks
tmux send-keys l
ok "key l changes to Ukrainian" shows well-uk
tmux send-keys F1
ok "F1 shows the help" shows help-uk
tmux send-keys Escape
ok "Esc leaves the help" shows well-uk
tmux send-keys l
answer status.json 's/"free_bytes": [0-9]+/"free_bytes": 18000000000/; s/"days_left": [0-9]+/"days_left": 9/'
ok "what needs somebody soon comes first" shows soon-en
answer health.json 's/"ready"/"not_ready"/; s/"up", "commit_ms_p95": 2/"down"/'
ok "a stopped database needs somebody now" shows database-down-en
well

stop m4shd
answer status.json '/"m4shd"/s/"state": "ready"/"state": "backoff"/'
ok "the console outlives the lesson server and says so" shows daemon-absent-en
tmux send-keys l
ok "in Ukrainian too" shows daemon-absent-uk
answer status.json '/"m4shd"/s/"state": "ready"/"state": "starting"/; s/"state": "ready", "version"/"state": "starting", "version"/'
ok "a box that starts is starting, not ill" shows starting-uk
well
start m4shd
stop supervisor
ok "the console outlives the supervisor; unknown is not well" shows supervisor-absent-uk
tmux send-keys l
ok "in English too" shows supervisor-absent-en
stop m4shd
ok "nobody answers" shows nobody-en
start supervisor
start m4shd
ok "and all is well again once they are back" shows well-en

tmux resize-window -x 100 -y 30
ok "wider and taller shows the same, with more room" shows well-en-100x30
tmux resize-window -x 60 -y 20
ok "and 60x20 wraps" shows well-en-60x20
tmux resize-window -x 30 -y 5
ok "a tiny window asks to be larger" shows tiny-en
tmux resize-window -x 80 -y 24

kill -STOP "$fake_m4shd"
sleep 2
ok "a hanging lesson server does not stop the clock" ticks
ok "and is said to be silent" sh -c 'tmux -S "$1" capture-pane -p | grep -q "does not answer, nobody can work"' sh "$home/tmux"
kill -CONT "$fake_m4shd"
tmux send-keys q
ok "q leaves with 0" ended_with 0

console 80 24 C vt100 --lang uk
ok "without UTF-8 and colours: ASCII marks, English" shows ascii
rm -f "$home/exit"
tmux send-keys q
ok "and it leaves as well" ended_with 0
ok "without a terminal it says so" sh -c '"$1" </dev/null 2>&1 >/dev/null | grep -q "there is no terminal"' sh "$BIN/m4sh-console"
is "an unknown language is refused" "$("$BIN/m4sh-console" --lang fr 2>&1; echo $?)" \
    "m4sh-console: there is no language \"fr\", only uk and en.
2"
