# m4sh-console - the administrator's screen
PROGRAMS            += m4sh-console
m4sh-console-main   := tui/main.c
m4sh-console-src    := $(filter-out $(m4sh-console-main),$(wildcard tui/*.c tui/*/*.c))
m4sh-console-pkgs   := ncursesw
