# tests - unit (cmocka), system (*.t), browser, fuzz, bench
bench-load     := $(BUILD)/release/tests/wsfan $(BUILD)/release/tests/fanref
bench-load-src := $(wildcard tests/bench/wsfan/*.c tests/bench/fanref/*.c)

UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))

# What a unit test looks at, where that is a program's folder and not lib.
test_csv-of := m4shctl
test_words-of := m4sh-console
test_health-of := m4sh-console
test_fold-of := m4shctl
test_player_in-of := m4shctl
test_password-of := m4shctl
test_headers-of := m4shd
test_loop-of := m4shd
test_password_rules-of := m4shd
test_writer-src := daemon/store/writer.c daemon/store/pgarray.c
test_link-src := daemon/store/link.c
test_db-src := daemon/store/db.c
test_conn-src := daemon/net/conn.c
test_pgarray-src := daemon/store/pgarray.c
test_policy-src := daemon/guard/policy.c
test_throttle-src := daemon/guard/throttle.c
test_outbox-src := daemon/net/outbox.c daemon/net/frame.c
test_login_name-src := daemon/api/login_name.c
test_readers-src := daemon/guard/cookie.c daemon/api/query.c daemon/api/path.c daemon/api/words.c
test_strmap-src := daemon/room/strmap.c
test_board-src := daemon/room/board.c daemon/room/strmap.c
test_board_order-src := $(test_board-src)
test_room-src := $(filter-out daemon/room/snapshot.c,$(wildcard daemon/room/*.c)) \
                 daemon/guard/gate.c daemon/guard/policy.c daemon/guard/throttle.c \
                 daemon/net/frame.c daemon/store/lesson.c
test_snapshot-src := daemon/room/snapshot.c $(test_board-src)
test_snapshot-pkgs := zlib

FUZZERS    := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

# What a fuzzer looks at beside lib.
fuzz_csv-src := tools/csv.c
fuzz_board-src := daemon/room/board.c daemon/room/strmap.c
fuzz_cookie-src := daemon/guard/cookie.c
fuzz_query-src := daemon/api/query.c
fuzz_path-src := daemon/api/path.c
fuzz_login_name-src := daemon/api/login_name.c

# cmocka's own signal handler would hide what the sanitizers have to say.
SANITIZERS := ASAN_OPTIONS=handle_segv=2:handle_abort=1:detect_stack_use_after_return=1 \
              UBSAN_OPTIONS=print_stacktrace=1

#: make unit        the unit tests, with sanitizers
.PHONY: unit
unit: $(foreach t,$(UNIT_TESTS),$(BUILD)/debug/tests/$(t))
	$(Q)$(SANITIZERS) prove -e '' $^

#: make test        everything but the image: unit, system, browser tests; ends with prove's summary
SYSTEM_TESTS  := $(sort $(wildcard tests/system/*.t))
BROWSER_TESTS := $(sort $(wildcard tests/browser/*.t))
M4SH_TEST_DATA ?= $(wildcard $(abspath ../shared/data))
.PHONY: test
test: debug release $(bench-load) clang tsan web browser-modules $(BUILD)/.deps-test $(foreach f,$(FUZZERS),$(BUILD)/fuzz/$(f))
	$(Q)sh tests/fuzz/run.sh $(BUILD)/fuzz 3
	$(Q)$(SANITIZERS) BUILD=$(BUILD) BIN=$(BUILD)/debug M4SH_TEST_DATA='$(M4SH_TEST_DATA)' \
	    prove --timer -e '' $(foreach t,$(UNIT_TESTS),$(BUILD)/debug/tests/$(t)) \
	    $(SYSTEM_TESTS) $(BROWSER_TESTS)

$(BUILD)/.deps-test: tools/deps.sh | $(BUILD)/.deps
	$(Q)sh tools/deps.sh test
	@touch $@

#: make coverage    lines covered by unit and system tests, per folder; at least 85 % of all
.PHONY: coverage
coverage: $(foreach p,$(PROGRAMS),$(BUILD)/cover/$(p)) $(foreach t,$(UNIT_TESTS),$(BUILD)/cover/tests/$(t)) \
          web browser-modules $(BUILD)/.deps-test
	$(Q)find $(BUILD)/cover -name '*.gcda' -delete
	$(Q)chmod -R a+rwX $(BUILD)/cover
	$(Q)umask 0; BUILD=$(BUILD) BIN=$(BUILD)/cover prove -Q -e '' $(foreach t,$(UNIT_TESTS),$(BUILD)/cover/tests/$(t)) \
	    $(SYSTEM_TESTS)
	$(Q)python3 tests/coverage.py $(BUILD)/cover

#: make pictures    the README's pictures, from a running box (docs/pictures)
.PHONY: pictures
pictures: release web browser-modules $(BUILD)/.deps-test
	$(Q)BUILD=$(BUILD) BIN=$(BUILD)/release python3 tests/browser/pictures.py

# --- fuzz: libFuzzer, so clang whatever CC is ----------------------------------------------------
FUZZ_S      ?= 30
FUZZ_CC     ?= clang
FUZZ_CFLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
               -fno-omit-frame-pointer

#: make fuzz        every fuzzer for FUZZ_S=30 seconds; crashes are kept in build/fuzz/crash
.PHONY: fuzz
fuzz: $(foreach f,$(FUZZERS),$(BUILD)/fuzz/$(f))
	$(Q)sh tests/fuzz/run.sh $(BUILD)/fuzz $(FUZZ_S)

$(BUILD)/.deps-fuzz: tools/deps.sh | $(BUILD)/.deps
	$(Q)sh tools/deps.sh fuzz
	@touch $@

$(BUILD)/fuzz/obj/%.o: %.c | $(BUILD)/.deps-fuzz
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(FUZZ_CC) $(CSTD) $(WARNINGS) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link $(PKG_CFLAGS) \
	    -MMD -MP -c -o $@ $<

define link-fuzz
$(BUILD)/fuzz/$(1): $(patsubst %.c,$(BUILD)/fuzz/obj/%.o,tests/fuzz/$(1).c $($(1)-src) $(lib-src))
	$$(say) LD $$@
	$$(Q)$$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -o $$@ $$^ $$(call pkg-libs,$(lib-pkgs)) $(lib-libs)
endef
$(foreach f,$(FUZZERS),$(eval $(call link-fuzz,$(f))))

# --- wsfan and fanref: load, and the yardstick for it --------------------------------------------
define link-bench
$(BUILD)/release/tests/$(1): $(patsubst %.c,$(BUILD)/release/%.o,$(wildcard tests/bench/$(1)/*.c) $(lib-src))
	@mkdir -p $$(@D)
	$$(say) LD $$@
	$$(Q)$$(CC) $$(LDFLAGS-release) $$(LDFLAGS) -o $$@ $$^ $$(call pkg-libs,$(lib-pkgs) libssl) $(lib-libs) -lm
endef
$(foreach p,wsfan fanref,$(eval $(call link-bench,$(p))))

#: make check-wsfan the load generator's own checks, tried on a server that lies (two minutes)
.PHONY: check-wsfan
check-wsfan: $(bench-load)
	$(Q)BUILD=$(BUILD) sh tests/bench/wsfan/selftest.sh

#: make bench       the realtime rows of docs/performance.md, measured here beside fanref
.PHONY: bench
bench: release web $(bench-load)
	$(Q)BUILD=$(BUILD) BIN=$(BUILD)/release python3 tests/bench/bench.py

# --- bench-json: our parser and gate against JSON.parse and ajv, in one run ----------------------
bench-json := $(BUILD)/release/tests/bench/json/bench_json

#: make bench-json  JSON text to verdict against Node's JSON.parse and ajv, at least 2 times faster
.PHONY: bench-json
bench-json: $(bench-json) $(BUILD)/.bench-json-modules
	$(Q)node tests/bench/json/messages.mjs $(BUILD)/bench-json
	$(Q)node tests/bench/json/compare.mjs $(BUILD)/bench-json $(bench-json)

$(bench-json): $(patsubst %.c,$(BUILD)/release/%.o,tests/bench/json/bench_json.c $(lib-src))
	$(say) LD $@
	$(Q)$(CC) $(LDFLAGS-release) $(LDFLAGS) -o $@ $^ $(call pkg-libs,$(lib-pkgs)) $(lib-libs)

$(BUILD)/.bench-json-modules: tests/bench/json/package-lock.json tests/bench/json/package.json | $(BUILD)/.deps
	$(say) NPM tests/bench/json
	$(Q)cd tests/bench/json && npm ci --silent --no-audit --no-fund
	@touch $@
test_backoff-of   := m4sh-supervisor
test_migration-of := m4sh-supervisor
test_addresses-of := m4sh-supervisor
