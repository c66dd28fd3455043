#!/bin/sh
# The load generator counts what it should: tried on a server that drops, doubles, swaps.
exec sh tests/bench/wsfan/selftest.sh quick
