#!/bin/sh
# The lesson of 420-room.t once more, on programs that ThreadSanitizer watches: password hashes
# and snapshots run on workers beside the loop.
build=${BUILD:-build}
[ -x "$build/tsan/m4shd" ] || { echo "1..0 # SKIP not built: make tsan"; exit 0; }
BIN=$build/tsan exec tests/system/420-room.t
