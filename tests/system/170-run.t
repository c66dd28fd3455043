#!/bin/sh
# tools/run.sh: from a path with spaces, the demo school once, Ctrl-C, a start that is refused,
# and a checkout that the user m4sh cannot read.
. tests/system/tap.sh
. tests/system/box.sh
plan 25
box_new
run_pid=
trap '[ -z "$run_pid" ] || { kill "$run_pid" && wait "$run_pid"; }; box_clean' EXIT
unset M4SH_HOME
tree="$T/my box"
mkdir -p "$tree/tools" "$tree/build/release"
cp tools/run.sh "$tree/tools/"
cp -r migrations schemas "$tree/"
cp "$T"/bin/* "$tree/build/release/"
cat >"$tree/build/release/m4shctl" <<'X'
#!/bin/sh
echo "$@ in $M4SH_HOME" >>"$M4SH_HOME/ctl.log"
[ ! -e "$M4SH_HOME/../no-demo" ] || exit 3
echo "sign in: teacher1 abc"
X
cp "$tree/build/release/m4shctl" "$tree/build/release/m4sh-console"
chmod -R a+rX "$tree"
chmod +x "$tree"/build/release/*
M4SH_HOME=$tree/var # for the helpers of box.sh; run.sh finds it by itself

starts() { # starts NAME WRAPPER...: not by ok, whose subshell would keep the pid to itself
    run_name=$1
    shift
    run "$@"
    is "$run_name" $? 0
}
run() { # run WRAPPER...: starts it, waits for the line or the end
    : >"$T/out"
    (unset M4SH_HOME && cd "$tree" && exec "$@" sh tools/run.sh build/release) >"$T/out" 2>"$T/err" &
    run_pid=$!
    run_left=600
    until grep -q '^ready.*https' "$T/out" || ! kill -0 $run_pid 2>/dev/null; do
        run_left=$((run_left - 1))
        [ $run_left -gt 0 ] || { sed 's/^/# /' "$T/out" "$T/err"; return 1; }
        sleep 0.1
    done
    grep -q '^ready.*https' "$T/out"
}
run_end() { # run_end SIGNAL
    before=$(date +%s)
    kill "-$1" "$run_pid"
    wait "$run_pid"
    run_status=$?
    run_took=$(($(date +%s) - before))
    run_pid=
}

starts "the box starts from a path with spaces" env
like "the ready line has the address" "$(cat "$T/out")" "ready: https://localhost:$M4SH_HTTPS_PORT"
like "and the join page" "$(cat "$T/out")" "http://localhost:$M4SH_HTTP_PORT"
like "and the home" "$(cat "$T/out")" "state in $tree/var"
like "the demo school's sign-ins come before it" "$(cat "$T/out")" "sign in: teacher1"
postmaster=$(child_pid postgresql)
run_end TERM
is "SIGTERM ends it with 0" "$run_status" 0
ok "within 10 seconds" [ "$run_took" -le 10 ]
ok "and PostgreSQL with it" [ ! -e "/proc/$postmaster" ]

# As at a terminal: a background job of a shell would ignore SIGINT.
starts "it starts a second time" python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])'
is "without making another demo school" "$(cat "$T/out" | grep -c 'sign in')" 0
is "the command was called once" "$(cat "$tree/var/ctl.log")" "demo in $tree/var"
box_taken=$(ask '{"do":"status"}' .pid)
(unset M4SH_HOME && cd "$tree" && sh tools/run.sh build/release) >"$T/out2" 2>&1
is "a second one at the same time ends with the supervisor's status" $? 1
like "and with its words" "$(cat "$T/out2")" "another supervisor (pid $box_taken)"
is "and does not say it is ready" "$(grep -c ready: "$T/out2")" 0
run_end INT
is "Ctrl-C ends it with 0" "$run_status" 0

rm -rf "$tree/var"
python3 -c "import socket, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', $M4SH_HTTPS_PORT)); s.listen(); time.sleep(300)" &
box_stray=$!
sleep 1
run env
wait $run_pid
run_status=$?
run_pid=
is "a port that is taken ends it with 1" $run_status 1
like "says which and by whom" "$(cat "$T/err")" "port $M4SH_HTTPS_PORT is taken by python3 (pid $box_stray)"
ok "and leaves nothing" [ ! -e "$tree/var" ]
kill $box_stray && wait $box_stray 2>/dev/null
box_stray=

touch "$tree/no-demo"
run env
wait $run_pid
run_status=$?
run_pid=
is "without its demo school it ends with 1" $run_status 1
rm "$tree/no-demo"
starts "the next start tries again" env
like "and makes it" "$(cat "$T/out")" "sign in: teacher1"
run_end TERM

chmod 700 "$tree"
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
    mkdir "$T/lib"
    cat >"$T/private" <<X
mount --bind "$T/lib" /var/lib && exec "\$@"
X
    chmod 755 "$T/lib"
    M4SH_HOME=$T/lib/m4sh
    starts "a checkout that m4sh cannot read runs elsewhere" unshare -m sh "$T/private"
    like "the ready lines say so" "$(cat "$T/out")" "ready: the user m4sh cannot read $tree"
    like "and where the state is" "$(cat "$T/out")" "state in /var/lib/m4sh;"
    like "m4shd runs from there" "$(tr '\0' ' ' <"/proc/$(child_pid m4shd)/cmdline")" \
        "/var/lib/m4sh/app/bin/m4shd"
    run_end TERM
else
    skip 4 "needs root and mount namespaces"
fi
