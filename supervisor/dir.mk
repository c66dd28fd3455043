# m4sh-supervisor - starts, stops, migrates
PROGRAMS               += m4sh-supervisor
m4sh-supervisor-main   := supervisor/main.c
m4sh-supervisor-src    := $(filter-out $(m4sh-supervisor-main),$(wildcard supervisor/*.c supervisor/*/*.c))
m4sh-supervisor-pkgs   :=
