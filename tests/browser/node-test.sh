# node-test.sh NAME - bundles tests/browser/model/NAME.ts for Node and runs it; TAP on stdout
#
# BUILD says where things are built (build). Needs what `make web` leaves behind, no browser.
set -eu
cd "$(dirname "$0")/../.."
if [ ! -d web/node_modules/esbuild ] || [ ! -f web/src/gen/messages.ts ]; then
    echo "1..0 # SKIP the web client is not built: make web"
    exit 0
fi
out=${BUILD:-build}/web-test
mkdir -p "$out"
node web/node_modules/typescript/bin/tsc -p tests/browser >&2
web/node_modules/.bin/esbuild --bundle --platform=node --format=esm --log-level=warning \
    "tests/browser/model/$1.ts" "--outfile=$out/$1.mjs"
exec node "$out/$1.mjs"
