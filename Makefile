# M4SH Box - the front door
#
# One graph for everything: each folder's dir.mk says which programs it makes, this
# file knows how to compile, link and test. Nothing here calls make again, so -j is
# safe, and a touched header rebuilds just what reads it.
#
#   make CC=clang BUILD=build/clang     the same with another compiler, elsewhere

BUILD   ?= build
VERSION := $(shell cat VERSION)
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
SHELL := /bin/sh

PROGRAMS :=
UNIT_TESTS :=
include lib/dir.mk daemon/dir.mk supervisor/dir.mk tui/dir.mk tools/dir.mk web/dir.mk tests/dir.mk

# Deferred on purpose: pkg-config may only be there once `deps` has installed it.
ALL_PKGS = $(sort $(lib-pkgs) $(foreach p,$(PROGRAMS),$($(p)-pkgs)))
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(ALL_PKGS)))$(PKG_CFLAGS)
pkg-libs = $(if $(1),$(shell pkg-config --libs $(1)))

CSTD     := -std=gnu17 -D_GNU_SOURCE -I. -DM4SH_VERSION='"$(VERSION)"' -DH2O_USE_LIBUV=0
WARNINGS := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wwrite-strings -Wno-unused-parameter -Wno-missing-field-initializers
CFLAGS-debug    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
                   -fno-omit-frame-pointer -Werror
LDFLAGS-debug   := -fsanitize=address,undefined
CFLAGS-release  := -O2 -g -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fstack-clash-protection
LDFLAGS-release := -pie -Wl,-z,relro,-z,now,-z,noexecstack
CFLAGS-cover    := -O0 -g --coverage
LDFLAGS-cover   := --coverage

CFLAGS-tsan     := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
LDFLAGS-tsan    := -fsanitize=thread
# clang only has to agree that there is nothing to warn about.
CFLAGS-clang    := -O1 -Werror
compiler = $(if $(filter clang,$(1)),clang,$(CC))

MODES := debug release cover tsan clang

.PHONY: all debug release cover
all: release debug web
debug release cover: %: $(foreach p,$(PROGRAMS),$(BUILD)/%/$(p))
debug: $(foreach t,$(UNIT_TESTS),$(BUILD)/debug/tests/$(t))
.PHONY: tsan
tsan: $(BUILD)/tsan/m4shd $(BUILD)/tsan/m4sh-supervisor
.PHONY: clang
clang: $(patsubst %.c,$(BUILD)/clang/%.o,$(lib-src) $(foreach p,$(PROGRAMS),$($(p)-main) $($(p)-src)) $(bench-load-src))

# --- compile -----------------------------------------------------------------------------------
define compile-mode
$(BUILD)/$(1)/%.o: %.c | $(BUILD)/.deps $(if $(filter clang,$(1)),$(BUILD)/.deps-fuzz)
	@mkdir -p $$(@D)
	$$(say) CC $$<
	$$(Q)$$(call compiler,$(1)) $(CSTD) $(WARNINGS) $$(CFLAGS-$(1)) $$(PKG_CFLAGS) $$(CFLAGS) -MMD -MP -c -o $$@ $$<
endef
$(foreach m,$(MODES),$(eval $(call compile-mode,$(m))))

# --- link: a program is its main.c, its folder and lib ----------------------------------------
objects = $(patsubst %.c,$(BUILD)/$(1)/%.o,$(2))
define link-program
$(BUILD)/$(1)/$(2): $(call objects,$(1),$($(2)-main) $($(2)-src) $(lib-src))
	$$(say) LD $$@
	$$(Q)$$(CC) $$(LDFLAGS-$(1)) $$(LDFLAGS) -o $$@ $$^ $$(call pkg-libs,$($(2)-pkgs) $(lib-pkgs)) $($(2)-libs) $(lib-libs)
	$(if $(filter release,$(1)),$$(Q)objcopy --only-keep-debug $$@ $$@.debug && strip $$@ && \
	    objcopy --add-gnu-debuglink=$$@.debug $$@)
endef
$(foreach m,$(MODES),$(foreach p,$(PROGRAMS),$(eval $(call link-program,$(m),$(p)))))

# --- unit tests: one cmocka program each, linked with the folder it looks at ---------------------
# tests/unit/test_NAME.c is linked with lib; where tests/dir.mk sets test_NAME-of to a program, with
# that program's folder too; where it sets test_NAME-src, with those files alone (the test then
# plays the part of what they call).
define link-unit
$(BUILD)/$(1)/tests/$(2): $(call objects,$(1),tests/unit/$(2).c tests/unit/refuse_malloc.c $(lib-src) $($($(2)-of)-src) $($(2)-src))
	@mkdir -p $$(@D)
	$$(say) LD $$@
	$$(Q)$$(CC) $$(LDFLAGS-$(1)) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc -o $$@ $$^ \
	    $$(call pkg-libs,cmocka $($($(2)-of)-pkgs) $($(2)-pkgs) $(lib-pkgs)) $($($(2)-of)-libs) $(lib-libs)
endef
$(foreach m,debug cover,$(foreach t,$(UNIT_TESTS),$(eval $(call link-unit,$(m),$(t)))))

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# --- what a machine needs ------------------------------------------------------------------------
$(BUILD)/.deps: tools/deps.sh
	@mkdir -p $(@D)
	$(say) DEPS
	$(Q)sh tools/deps.sh
	@touch $@

Q   := $(if $(V),,@)
say := @printf '  %-5s %s\n'

.PHONY: run help clean format tidy
run: release web
	$(Q)exec sh tools/run.sh $(BUILD)/release

help:
	@sed -n 's/^#: //p' Makefile tests/dir.mk web/dir.mk

#: make             both builds and the web client (build/release, build/debug, build/web)
#: make run         install what is missing, build, start the box in the foreground
#: make clang       every C file through clang, for its warnings
#: make clean       remove what was built (state in var/ stays)
#: make format      let clang-format have the last word on every C file
#: make tidy        clang-tidy over all C
clean:
	rm -rf $(BUILD)

C_FILES = $(shell git ls-files '*.c' '*.h')
format:
	clang-format -i $(C_FILES)
tidy:
	clang-tidy --quiet $(filter %.c,$(C_FILES)) -- $(CSTD) $(PKG_CFLAGS)
