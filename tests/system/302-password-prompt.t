#!/bin/sh
# A password is asked for twice without echo, and Ctrl-C leaves the terminal as it was.
. tests/system/tap.sh
command -v python3 >/dev/null || skip_all "python3 is not installed"

home=$(mktemp -d /tmp/m4ask.XXXXXX)
trap 'rm -rf "$home"' EXIT

# types KEYS...: what stands on the terminal in the end, whether it echoes, the exit code
types() {
    python3 - "$BIN/m4shctl" "$home" "$@" <<'EOF_PYTHON'
import fcntl, os, pty, subprocess, sys, termios
ctl, home, *keys = sys.argv[1:]
fd, keep = pty.openpty()
program = subprocess.Popen(
    [ctl, "--home", home, "user", "add", "olena", "--name", "Olena"],
    stdin=keep, stdout=keep, stderr=keep, start_new_session=True,
    preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
seen = b""
for key in keys:
    while termios.tcgetattr(keep)[3] & termios.ECHO or not seen.rstrip().endswith(b":"):
        seen += os.read(fd, 1000)
    os.write(fd, key.encode().decode("unicode_escape").encode())
    seen += os.read(fd, 1000)
status = program.wait()
os.set_blocking(fd, False)
try:
    seen += os.read(fd, 1000)
except BlockingIOError:
    pass
echo = bool(termios.tcgetattr(keep)[3] & termios.ECHO)
print(seen.decode().replace("\r\n", "|"), "echo" if echo else "silent", status)
EOF_PYTHON
}

plan 4
said=$(types 'secret word\n' 'secret word\n')
like "asked twice, then sent" "$said" "Password: |The same again: |m4shctl: \"olena\" was not added: the lesson server does not answer"
case $said in *secret*) shown=yes ;; *) shown=no ;; esac
is "what is typed is not shown, and the echo is back" "$shown ${said#*another).}" "no | echo 2"
is "two that differ" "$(types 'secret word\n' 'secret sword\n')" \
    "Password: |The same again: |m4shctl: the two passwords differ.| echo 2"
is "Ctrl-C gives up and leaves the terminal as it was" "$(types 'secr\x03')" \
    "Password: |m4shctl: given up, nothing was changed.| echo 2"
