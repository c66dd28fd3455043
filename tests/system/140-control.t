#!/bin/sh
# The control socket: what it tells, what it refuses, whom it does not know.
. tests/system/tap.sh
. tests/system/box.sh
plan 31
box_new
box_start
ok "the box is ready" box_wait ready 60
sock=$M4SH_HOME/run/supervisor.sock
status() { ask '{"do":"status"}' "$1"; }

is "the socket is for its group" "$(stat -c %a "$sock")" 660
is "it tells its version" "$(status .version)" "$(cat VERSION)"
is "its pid" "$(status .pid)" "$box_pid"
is "its home" "$(status .home)" "$M4SH_HOME"
is "where people go" "$(status .addresses.https)" "https://localhost:$M4SH_HTTPS_PORT"
is "and join" "$(status .addresses.http)" "http://localhost:$M4SH_HTTP_PORT"
is "whose the database is" "$(status .database.kind)" private
is "its schema" "$(status .database.schema)" "$(ls migrations/*.up.sql | wc -l)"
ok "its size" [ "$(status .database.bytes)" -gt 1000000 ]
is "the disk's free bytes, near enough" "$(($(status .disk.free_bytes) >> 30))" \
    "$(($(stat -f -c '%a * %S' "$M4SH_HOME") >> 30))"
is "its children, in order" "$(status .children | python3 -c 'import json, sys
print(*[c["name"] + "=" + c["state"] for c in json.load(sys.stdin)])')" "postgresql=ready m4shd=ready"
like "since when" "$(status .since)" "$(date -u +%Y-)"
is "the answer has the number of the question" "$(ask '{"do":"status","id":41}' | cut -c-30)" \
    '{"v": 1, "id": 41, "ok": true,'

code() { ask "$1" .code; }
is "no JSON" "$(code 'stop please')" json
is "no object" "$(code '[1]')" request
is "another version" "$(code '{"v":2,"do":"status"}')" version
is "no order" "$(code '{}')" request
is "an unknown order" "$(code '{"do":"dance"}')" unknown
is "an unknown field" "$(code '{"do":"stop","force":true}')" request
is "an id that is no number" "$(code '{"id":"x","do":"status"}')" request
is "restart of nothing" "$(code '{"do":"restart"}')" request
is "33 levels" "$(code "$(python3 -c 'print("[" * 33 + "]" * 33)')")" json
is "65536 bytes without an end" "$(python3 - "$sock" <<'X'
import json, socket, sys
s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(sys.argv[1])
s.sendall(b"x" * 65536)
f = s.makefile()
print(json.loads(f.readline())["error"]["code"], repr(f.readline()))
X
)" "too_long ''"
is "two questions in one go, one in two" "$(python3 - "$sock" <<'X'
import json, socket, sys, time
s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(sys.argv[1])
q = b'{"v":1,"id":%d,"do":"status"}\n'
s.sendall(q % 1 + q % 2 + (q % 3)[:9]); time.sleep(0.2); s.sendall((q % 3)[9:])
f = s.makefile()
print(*[json.loads(f.readline())["id"] for _ in range(3)])
X
)" "1 2 3"
is "16 clients, not 17" "$(python3 - "$sock" <<'X'
import json, socket, sys, time
def new():
    s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(sys.argv[1]); return s
held = [new() for _ in range(16)]
for s in held:
    s.sendall(b'{"v":1,"id":1,"do":"status"}\n')
    assert json.loads(s.makefile().readline())["ok"]
print(json.loads(new().makefile().readline())["error"]["code"])
held.pop().close(); time.sleep(0.3)
s = new(); s.sendall(b'{"v":1,"id":1,"do":"status"}\n')
print(json.loads(s.makefile().readline())["ok"])
X
)" "busy
True"
ok "a client that never reads stops nobody" python3 - "$sock" <<'X'
import json, socket, sys
q = b'{"v":1,"id":1,"do":"status"}\n'
lazy = socket.socket(socket.AF_UNIX); lazy.connect(sys.argv[1]); lazy.settimeout(1)
try:
    for _ in range(20000):
        lazy.sendall(q)
except OSError:
    pass
s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(sys.argv[1]); s.sendall(q)
assert json.loads(s.makefile().readline())["ok"]
X
if [ "$(id -u)" = 0 ]; then
    install -m 644 tests/system/ask.py "$T/"
    chmod 777 "$M4SH_HOME/run" "$sock"
    said=$(setpriv --reuid=nobody --regid=nogroup --clear-groups \
        /usr/bin/python3 "$T/ask.py" "$sock" '{"do":"stop"}' .code 2>&1)
    is "a stranger is refused, whatever the file's mode" "$said" denied
    chmod 1770 "$M4SH_HOME/run" && chmod 660 "$sock"
    is "the box's own user is not" "$(as_box /usr/bin/python3 "$T/ask.py" "$sock" \
        '{"do":"status"}' .state)" ready
else
    skip 2 "needs root"
fi
like "stop answers" "$(ask '{"do":"stop"}')" '"stopping": true'
box_end
is "and stops" "$box_status" 0
