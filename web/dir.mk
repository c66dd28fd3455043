# web - the PWA for pupils and teachers
#
# From web/src to $(BUILD)/web: the directory m4shd serves. web/build/ has the two steps that are
# ours (types from schemas, bundle); tsc checks, esbuild packs. node_modules stands beside the
# lock file and is filled again when that changes.
web-src := $(shell find web/src web/build -path web/src/gen -prune -o -type f -print) $(wildcard web/tsconfig*.json)

#: make web         the web client (build/web)
.PHONY: web
web: $(BUILD)/web/assets.json

web/node_modules/.filled: web/package.json web/package-lock.json | $(BUILD)/.deps
	$(say) NPM web
	$(Q)cd web && npm ci --silent --no-audit --no-fund
	@touch $@

web/src/gen/messages.ts: web/build/types.mjs $(wildcard schemas/*.json) | $(BUILD)/.deps
	$(say) TYPES $@
	$(Q)node web/build/types.mjs schemas $@

$(BUILD)/web/assets.json: web/node_modules/.filled web/src/gen/messages.ts $(web-src)
	$(say) WEB $(BUILD)/web
	$(Q)cd web && node node_modules/typescript/bin/tsc -p . && node node_modules/typescript/bin/tsc -p tsconfig.sw.json
	$(Q)node web/build/bundle.mjs "$(BUILD)/web"

#: make browser-modules   what tests/browser needs from npm
.PHONY: browser-modules
browser-modules: tests/browser/node_modules/.filled

tests/browser/node_modules/.filled: tests/browser/package.json tests/browser/package-lock.json | $(BUILD)/.deps
	$(say) NPM tests/browser
	$(Q)cd tests/browser && npm ci --silent --no-audit --no-fund
	@touch $@
