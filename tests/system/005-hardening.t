#!/bin/sh
# What is shipped is hardened: PIE, RELRO, no executable stack, canaries, symbols beside it.
. tests/system/tap.sh
command -v readelf >/dev/null || skip_all "no readelf here"
RELEASE=${BUILD:-build}/release
programs="m4shd m4sh-supervisor m4sh-console m4shctl"
[ -x "$RELEASE/m4shd" ] || skip_all "no release build"
plan 24
for p in $programs; do
    f=$RELEASE/$p
    ok "$p is position independent" sh -c "readelf -h '$f' | grep -q 'Type:.*DYN'"
    ok "$p binds at start, and its tables are read-only" sh -c "readelf -d '$f' | grep -q BIND_NOW && readelf -lW '$f' | grep -q GNU_RELRO"
    ok "$p has no executable stack" sh -c "readelf -lW '$f' | grep GNU_STACK | grep -q 'RW '"
    ok "$p has stack canaries" sh -c "readelf -sW --dyn-syms '$f' | grep -q __stack_chk_fail"
    ok "$p uses the checked functions" sh -c "readelf -sW --dyn-syms '$f' | grep -q '_chk@'"
    ok "$p has its symbols beside it" sh -c "readelf -p .gnu_debuglink '$f' | grep -q '$p.debug' && [ -s '$f.debug' ]"
done
