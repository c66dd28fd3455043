#!/bin/sh
# Smoke plays the lesson through, and notices each promise of docs/api.md that is broken.
. tests/system/tap.sh
command -v python3 >/dev/null || skip_all "python3 is not installed"

home=$(mktemp -d /tmp/m4smoke.XXXXXX)
pid=
end() {
    [ -z "$pid" ] || kill "$pid" 2>/dev/null
    rm -rf "$home"
}
trap end EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
unset M4SH_BIND M4SH_NAME
M4SH_HOME=$home M4SH_HTTPS_PORT=$port
export M4SH_HOME M4SH_HTTPS_PORT

# authority NAME: a CA with a leaf for m4sh.local and 127.0.0.1, in $home/NAME
authority() {
    mkdir "$home/$1" && (
        cd "$home/$1" || exit
        exec >/dev/null 2>&1
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
            -subj "/CN=$1" -keyout ca.key -out ca.pem
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=m4sh \
            -keyout leaf.key -out leaf.csr
        echo "subjectAltName=${2:-DNS:m4sh.local,IP:127.0.0.1}" >san
        openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
            -extfile san -out leaf.pem
    )
}
start() {
    python3 tests/system/fake_lesson.py "$home" "$port" "$@" &
    pid=$!
    for _ in $(seq 50); do [ -S "$home/run/m4shd.sock" ] && return; sleep 0.1; done
}
stop() {
    kill "$pid" && wait "$pid" 2>/dev/null
    pid=
    rm -f "$home/run/m4shd.sock"
}
# notices WORDS: smoke fails with 3, says why, and cleans up all the same
notices() {
    rm -f "$home/removed"
    said=$("$BIN/m4shctl" smoke 2>&1)
    got=$?
    case $said in
    *"$1"*) [ $got = 3 ] && grep -q '^/api/v1/probes/[0-9a-f]\{16\}/$' "$home/removed" && return ;;
    esac
    echo "exit $got, said: $said"
    return 1
}
breaks() { # breaks FAULT WORDS
    start "$1"
    ok "a server that breaks \"$1\" is noticed" notices "$2"
    stop
}

plan 15
authority tls
start
ok "a lesson is played to its end" "$BIN/m4shctl" smoke
stop
start
is "as JSON, with the time of each step" "$("$BIN/m4shctl" smoke --json | python3 -c '
import json, sys
a = json.load(sys.stdin)
print(a["ok"], len(a["steps"]), all(s["ok"] and s["ms"] >= 0 for s in a["steps"]))')" "True 11 True"
is "old probes are removed first, its own at the end" \
    "$(sed 's/[0-9a-f]\{16\}/TAG/' "$home/removed" | tail -2 | tr '\n' ' ')" \
    "/api/v1/probes/ /api/v1/probes/TAG/ "
stop

breaks cookie "not HttpOnly"
breaks lose "version 4 came after 2"
breaks double "version"
breaks chat-twice "twice"
breaks snapshot "the snapshot differs from the board"
breaks winner "the snapshot differs from the board"
breaks epoch "another epoch"
breaks close "closed the socket with 1011"

mv "$home/tls" "$home/good"
authority tls DNS:other.local,IP:127.0.0.1
start
ok "a certificate without the box's name is refused" notices "not good for m4sh.local: hostname mismatch"
stop
rm -r "$home/tls"
authority tls DNS:m4sh.local
start
ok "and one without its address" notices "not good for 127.0.0.1: IP address mismatch"
cp "$home/good/ca.pem" "$home/tls/ca.pem"
ok "a chain of another authority is refused" notices "the certificate is not good"
rm "$home/tls/ca.pem"
ok "without the authority nothing is trusted" notices "cannot read the box's CA"
stop
