#!/bin/sh
# Smoke plays a lesson through a whole box and leaves nothing behind.
. tests/system/tap.sh
. tests/system/box.sh
. tests/system/lesson_box.sh

lesson_box_new
box_start

left() { box_sql "SELECT (SELECT count(*) FROM person WHERE probe IS NOT NULL)
    + (SELECT count(*) FROM classroom WHERE probe IS NOT NULL) + (SELECT count(*) FROM lesson)"; }
said() { python3 -c "import json, sys; a = json.load(sys.stdin); print($1)" <"$T/smoke"; }

plan 10
ok "the box is ready" box_wait ready 60
ok "the lesson is played" "$BIN/m4shctl" smoke
is "and nothing is left of it" "$(left)" 0

box_sql "INSERT INTO person (login, name, role, probe, created_at) VALUES
    ('probe-old', 'Probe', 'student', 'aaaaaaaaaaaaaaaa', now() - interval '16 minutes'),
    ('probe-new', 'Probe', 'student', 'bbbbbbbbbbbbbbbb', now())" >/dev/null
echo 'a long password' | "$BIN/m4shctl" user add boss --name Boss --role admin --password-stdin >/dev/null
is "an administrator sees no probe" \
    "$(lesson_box_get boss 'a long password' users/ '[p["login"] for p in a["items"]]')" "['boss']"
"$BIN/m4shctl" smoke --json >"$T/smoke"
is "as JSON" "$(said 'a["ok"], len(a["steps"]), a["ms"] < 30000')" "True 11 True"
is "what a killed smoke left is gone, another's that runs now is not" \
    "$(box_sql "SELECT login FROM person WHERE probe IS NOT NULL")" probe-new
box_sql "DELETE FROM person WHERE probe IS NOT NULL" >/dev/null

for _ in 1 2 3 4; do "$BIN/m4shctl" smoke >"$T/smoke.$_" 2>&1 & eval "pid_$_=$!"; done
failed=
for _ in 1 2 3 4; do eval "wait \$pid_$_" || failed="$failed $(cat "$T/smoke.$_")"; done
is "four at once do not disturb each other" "$failed" ""
is "and leave nothing" "$(left)" 0

cp "$M4SH_HOME/tls/ca.pem" "$T/ca.pem"
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=other -keyout "$T/other.key" \
    -out "$M4SH_HOME/tls/ca.pem" 2>/dev/null
"$BIN/m4shctl" smoke >"$T/smoke" 2>&1
like "a chain that does not lead to the box's CA is not accepted" "$?: $(cat "$T/smoke")" \
    "3: "
cp "$T/ca.pem" "$M4SH_HOME/tls/ca.pem"
is "and even then nothing is left" "$(left)" 0
