#!/bin/sh
# What a tablet has to fetch, compressed: the first view and the whole live lesson, one language.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
if [ ! -f "$build/web-budget.json" ]; then
    echo "1..0 # SKIP the web client is not built: make web"
    exit 0
fi
exec node tests/browser/budget.mjs "$build"
