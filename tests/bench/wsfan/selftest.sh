#!/bin/sh
# Checks the checker: a correct server must come out clean, and each kind of fault must be
# found, in the right number and under its own name.
#
#   selftest.sh          everything, about two minutes
#   selftest.sh quick    one of each kind of check, half a second each
set -u
dir=${BUILD:-build}/release/tests
what=${1:-all}
server=
count=0 failed=0
out=$(mktemp) || exit 1
trap 'kill $server 2>/dev/null; rm -f "$out"' EXIT

if [ "$what" = quick ]; then
    seconds=0.5 warm=0.05 drain=0.5 rate=1000 total=550
else
    seconds=2 warm=0.2 drain=1 rate=500 total=1100
fi

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

num() { # num NAME: the number under that name in the result
    sed -n "s/.*\"$1\":\\([0-9.]*\\).*/\\1/p" "$out"
}

holds() { # holds CONDITION: what awk says of the result
    awk -v sent="$(num sent)" -v want="$(num expected)" -v del="$(num delivered)" \
        -v lost="$(num lost)" -v dup="$(num duplicated)" -v re="$(num reordered)" \
        -v mis="$(num misrouted)" -v bad="$(num malformed)" -v best="$(num best_rate)" \
        -v conns="$(num connections)" -v n="$total" \
        -v p50="$(sed -n 's/.*"latency_ms":{"p50":\([0-9.]*\).*/\1/p' "$out")" \
        -v p99="$(sed -n 's/.*"latency_ms":{[^}]*"p99":\([0-9.]*\).*/\1/p' "$out")" \
        "BEGIN { exit !($1) }"
}

try() { # try WHAT FANREF-OPTIONS EXIT CONDITION WSFAN-ARGUMENTS...
    name=$1 manner=$2 want=$3 condition=$4
    shift 4
    count=$((count + 1))
    for _ in $(seq "$tries"); do
        # shellcheck disable=SC2086
        "$dir/fanref" --port "$port" $manner & server=$!
        sleep 0.3
        "$dir/wsfan" "$@" --url "ws://127.0.0.1:$port/room/{room}" --server-pid $server \
            --duration $seconds --warmup $warm --drain $drain --output "$out" 2>/dev/null
        got=$?
        kill $server; wait $server 2>/dev/null
        if [ $got -eq "$want" ] && holds "$condition"; then
            echo "ok $count - $name"
            return
        fi
    done
    echo "not ok $count - $name"
    echo "# exit $got, wanted $want and $condition"
    sed 's/^/# /' "$out"
    failed=1
}

# From 8 senders; 9 others hear each.
load="--rooms 4 --clients 10 --senders 2 --rate $rate --settle 0.2"
tries=1

# shellcheck disable=SC2086
quick() {
    try "a correct server is clean" "" 0 'sent==n && want==n*9 && del==want && lost+dup+re+mis+bad==0' \
        fanout $load
    try "words of letters and digits do, too" "" 0 'want==n*9 && del==want' fanout $load --message '{word}'
    try "drops are found" "--drop 50" 3 "lost==int(n*9/50) && dup==0 && re==0" fanout $load
    try "duplicates are found" "--dup 50" 3 "dup==int(n*9/50) && lost==0 && re==0" fanout $load
    try "reordering is found" "--swap 50" 3 're+lost>=int(n*9/50)*0.95 && dup==0' fanout $load --senders 1
    try "another room's messages are found" "--misroute 50" 3 'mis==int(n*9/50) && lost==0' fanout $load
    try "damaged markers are found" "--corrupt 50" 3 'bad==int(n*9/50) && lost==bad' fanout $load
    try "cumulative acknowledgements count" "--ack-every 1" 0 'want==n && del==want && lost+dup==0' \
        ack $load --ack-field s --message '{"s":{seq1},"m":"{marker}"}'
}

# shellcheck disable=SC2086
slow() {
    try "a correct server, binary" "" 0 'del==want && want==9900' fanout $load --binary
    try "a coalescing server" "--coalesce" 0 'del==want && lost+dup+re==0' fanout $load
    try "big messages" "" 0 'del==want && want==9900' fanout $load --size 3000
    try "an echo that is wanted" "--echo" 0 'want==1100*10 && del==want' fanout $load --self
    try "an echo that is wanted but absent" "" 3 'lost==1100' fanout $load --self
    try "acknowledgements" "--ack" 0 'want==1100 && del==want' ack $load
    try "missing acknowledgements" "--ack --drop 10" 3 'want==1100 && lost==110 && dup==0' ack $load
    # 137 or 138 messages of a sender: 135 are acknowledged by fives, 2 or 3 wait for ever.
    try "cumulative acknowledgements, by fives" "--ack-every 5" 3 \
        'want==1100 && lost==4*2+4*3 && dup==0 && bad==0' ack $load --ack-field s --message '{"s":{seq1},"m":"{marker}"}'
    try "numbers beyond what was sent" "--ack-every 1" 3 'bad>=8' \
        ack $load --ack-field s --message '{"s":{seq},"m":"{marker}"}'
    tries=3 # this one and the ramp need a machine that is not too busy
    # 200 ms of standstill in every 550 messages (1.1 s) touches about a fifth of the
    # timetable; a generator that waited for the server would show only 0.2 %.
    try "standstills are not hidden" "--delay-every 550 --delay-ms 200" 0 \
        'p99>150 && p50<20 && lost==0' fanout $load
    tries=1
    try "idle" "" 0 'conns==400' idle --rooms 40 --clients 10 --hold 1
    tries=3
    # One second of work for a thousand messages.
    try "a ramp finds the limit" "--delay-every 100 --delay-ms 100" 0 'best>=500 && best<1700' \
        ramp $load --max-p99 400 --bisect 1
    tries=1
    try "a ramp refuses loss" "--drop 10" 3 'best==0' ramp $load --rate 4 --bisect 0
}

quick
[ "$what" = quick ] || slow
echo "1..$count"
exit $failed
