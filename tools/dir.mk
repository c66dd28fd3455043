# m4shctl - every operator command, one file per command
PROGRAMS       += m4shctl
m4shctl-main   := tools/main.c
m4shctl-src    := $(filter-out $(m4shctl-main),$(wildcard tools/*.c))
m4shctl-pkgs   :=
