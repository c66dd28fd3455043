# tap.sh - what a system test needs: plan, ok, is, like, skip
#
#     . tests/system/tap.sh        at the top, run from the root of the tree
#     plan 2                       how many tests follow
#     ok "says hello" grep -q hello "$file"       passes when the command does
#     is "three lines" "$(wc -l <"$file")" 3      passes when both are the same
#     like "names it" "$text" "port * is taken"   passes when the text has the pattern (case's)
#     skip_all "needs root"        instead of a plan; the test ends
#     skip 2 "no tmpfs here"       in place of two of the planned tests
#
# BIN is where the programs are. A failed command's output follows as a comment.

BIN=${BIN:-build/debug}
case $BIN in /*) ;; *) BIN=$PWD/$BIN ;; esac
tap_count=0

plan() {
    echo "1..$1"
}

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

tap_result() { # tap_result STATUS NAME
    tap_count=$((tap_count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tap_count - $2"
    else
        echo "not ok $tap_count - $2"
    fi
}

diag() {
    printf '%s\n' "$*" | sed 's/^/# /'
}

ok() {
    tap_name=$1
    shift
    tap_said=$("$@" 2>&1)
    tap_status=$?
    tap_result $tap_status "$tap_name"
    if [ $tap_status != 0 ]; then
        diag "status $tap_status of: $*"
        [ -z "$tap_said" ] || diag "$tap_said"
    fi
}

is() {
    if [ "$2" = "$3" ]; then
        tap_result 0 "$1"
    else
        tap_result 1 "$1"
        diag "got:  $2"
        diag "want: $3"
    fi
}

like() {
    case $2 in
    *$3*) tap_result 0 "$1" ;;
    *)
        tap_result 1 "$1"
        diag "got:  $2"
        diag "want: *$3*"
        ;;
    esac
}

skip() {
    tap_left=$1
    while [ "$tap_left" -gt 0 ]; do
        tap_count=$((tap_count + 1))
        echo "ok $tap_count # SKIP $2"
        tap_left=$((tap_left - 1))
    done
}
