#!/bin/sh
# Who includes whom: lib nobody, programs lib and themselves, a floor nothing above it.
. tests/system/tap.sh
plan 5

none() { # none PATTERN FILES...: no line of these files has it
    pattern=$1
    shift
    ! grep -nE "$pattern" "$@"
}

# The floors of m4shd, from the ground up; those on one line may use each other.
floors_hold() {
    below=
    status=0
    for floor in net store guard "api room"; do
        allowed="lib"
        for name in $below $floor; do allowed="$allowed|daemon/$name"; done
        for name in $floor; do
            grep -nE '^#include "' daemon/"$name"/*.[ch] |
                grep -vE "#include \"($allowed)/|#include \"daemon/app.h\"" && status=1
        done
        below="$below $floor"
    done
    return $status
}

ok "lib knows no program" none '#include "(daemon|supervisor|tui|tools|tests)/' lib/*.[ch]
ok "programs do not include each other" sh -c '
    ! grep -nE "#include \"(supervisor|tui|tools|tests)/" daemon/*.[ch] daemon/*/*.[ch] &&
    ! grep -nE "#include \"(daemon|tui|tools|tests)/" supervisor/*.[ch] supervisor/*/*.[ch] &&
    ! grep -nE "#include \"(daemon|supervisor|tools|tests)/" tui/*.[ch] tui/*/*.[ch] &&
    ! grep -nE "#include \"(daemon|supervisor|tui|tests)/" tools/*.[ch]'
ok "the floors of m4shd hold" floors_hold
ok "libh2o is known in net/ alone" none '#include <h2o|daemon/net/(h2o|server_in)\.h' daemon/*.[ch] daemon/api/* daemon/guard/* daemon/room/* daemon/store/*
ok "nothing asks for a folder beside the project" sh -c '! git grep -nE "\.\./shared" -- . ":!tests/dir.mk" ":!tests/system/000-layers.t"'
