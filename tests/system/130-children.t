#!/bin/sh
# Children that end, hang, crash in a row or are left over; and an end that keeps its time.
. tests/system/tap.sh
. tests/system/box.sh
plan 28
box_new
box_start
ok "the box is ready" box_wait ready 60
run=$M4SH_HOME/run
state() { ask '{"do":"status"}' ".children.$1.state"; }
# True when the child runs as another process than $2, and is ready.
is_new() { [ "$(child_pid "$1")" != "$2" ] && [ "$(state "$1")" = ready ]; }

old=$(child_pid m4shd)
kill -KILL "$old"
ok "m4shd, killed, comes back" eventually 10 is_new m4shd "$old"
is "that is counted" "$(ask '{"do":"status"}' .children.m4shd.restarts)" 1
like "and told" "$(ask '{"do":"status"}' .events)" "m4shd was killed by signal 9 (Killed) after"

old=$(child_pid m4shd)
kill -STOP "$old"
ok "m4shd, frozen, is found and replaced" eventually 25 is_new m4shd "$old"
like "which is told" "$(ask '{"do":"status"}' .events)" "did not answer any more and was killed"

old=$(child_pid m4shd)
: >"$run/stand-in.unready"
ok "m4shd without its database is not ready" box_wait degraded 10
like "with its own words" "$(ask '{"do":"status"}' .children.m4shd.detail)" "503 database is away"
sleep 7
is "but it is left alone" "$(child_pid m4shd)" "$old"
rm "$run/stand-in.unready"
ok "until it is ready again" box_wait ready 10

old=$(child_pid postgresql) shd=$(child_pid m4shd)
kill -KILL "$old"
ok "PostgreSQL, killed, comes back" eventually 30 is_new postgresql "$old"
is "m4shd lives through it" "$(child_pid m4shd)" "$shd"
ok "and SQL answers" box_sql 'SELECT 1'

old=$(child_pid postgresql)
ask '{"do":"restart","what":"postgresql"}' >/dev/null
ok "PostgreSQL restarts by order" eventually 20 is_new postgresql "$old"
is "which counts as no failure" "$(ask '{"do":"status"}' .children.postgresql.restarts)" 1
old=$(child_pid postgresql) shd=$(child_pid m4shd)
ask '{"do":"restart","what":"all"}' >/dev/null
ok "all restarts by order: PostgreSQL" eventually 30 is_new postgresql "$old"
ok "and then m4shd" eventually 20 is_new m4shd "$shd"

# A grandchild that m4shd leaves behind becomes ours, and is taken when it ends.
: >"$run/stand-in.orphan"
ask '{"do":"restart","what":"m4shd"}' >/dev/null
eventually 10 [ -s "$run/orphan" ]
orphan=$(cat "$run/orphan")
is "an orphan comes to the supervisor" "$(ps -o ppid= -p "$orphan" | tr -d ' ')" "$box_pid"
ok "and is not left lying dead" eventually 5 [ ! -e "/proc/$orphan" ]
rm "$run/stand-in.orphan"
box_wait ready 10

# A supervisor that was killed: the next one ends what it left, and takes over.
postmaster=$(child_pid postgresql) shd=$(child_pid m4shd)
kill -KILL "$box_pid"
wait "$box_pid" 2>/dev/null
ok "children outlive a killed supervisor" [ -e "/proc/$postmaster" ]
box_start
ok "the next one takes over" box_wait ready 30
# To be dead is enough: who takes the dead of a killed supervisor is up to the machine.
is "after it ended the old ones" "$(ps -o stat= -p "$postmaster,$shd" | grep -vc Z)" 0
like "which it tells" "$(ask '{"do":"status"}' .events)" "left running by a supervisor that was killed"

: >"$run/stand-in.die"
kill -KILL "$(child_pid m4shd)"
is_degraded() { [ "$(state m4shd)" = degraded ]; }
eventually 60 is_degraded
is "five ends in a row are a crash loop" "$(state m4shd)" degraded
rm "$run/stand-in.die"
ask '{"do":"restart","what":"m4shd"}' >/dev/null
ok "a person may try at once" box_wait ready 10

: >"$run/stand-in.deaf"
before=$(date +%s)
box_stop
took=$(($(date +%s) - before))
ok "m4shd that ignores SIGTERM gets 5 seconds" [ $took -ge 4 ]
ok "and the end keeps its 10" [ $took -le 10 ]
is "and the box ends well" "$box_status" 0
