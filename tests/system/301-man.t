#!/bin/sh
# Every command and option stands in its man page, and the pages promise no other.
. tests/system/tap.sh

# names: the commands of m4shctl, "user" ones as "user add"
names() {
    "$BIN/m4shctl" help | sed -n 's/^  \([a-z]*\) .*/\1/p'
    "$BIN/m4shctl" help user | sed -n 's/^  m4shctl \(user [a-z]*\) .*/\1/p'
}
# missing PAGE WORD...: those of the words that the page does not have
missing() {
    page=$1
    shift
    for word in "$@"; do
        grep -q -e "Fl $word\\b" -e "| $word\\b" "$page" || echo "$word"
    done
}
options() { "$@" --help | sed -n 's/^  .. *--\([a-z-]*\).*/-\1/p'; }

plan 5
for name in $(names | grep -v ' ' | grep -v user) ; do
    grep -q "^.It Cm $name\\b" docs/man/m4shctl.1 || echo "$name"
done >"${TMPDIR:-/tmp}/man.$$"
names | grep ' ' | while read -r name; do
    grep -q "^.It Cm $name\\b" docs/man/m4shctl.1 || echo "$name"
done >>"${TMPDIR:-/tmp}/man.$$"
is "every command has its entry" "$(cat "${TMPDIR:-/tmp}/man.$$"; rm "${TMPDIR:-/tmp}/man.$$")" ""

promised=$(sed -n 's/^\.It Cm \(user [a-z]*\|[a-z]*\).*/\1/p' docs/man/m4shctl.1 |
    grep -vx -e name -e login -e role -e classroom -e password | sort)
is "and every entry a command" "$promised" "$(names | grep -vx user | sort)"

all=$(names | grep -vx -e help -e user | while read -r name; do
    # shellcheck disable=SC2086
    options "$BIN/m4shctl" $name
done | sort -u)
# shellcheck disable=SC2086
is "every option of m4shctl stands in its page" "$(missing docs/man/m4shctl.1 $all)" ""
# shellcheck disable=SC2046
is "every option of m4sh-console stands in its page" \
    "$(missing docs/man/m4sh-console.1 $(options "$BIN/m4sh-console"))" ""
if command -v man >/dev/null; then
    is "both pages are without faults" \
        "$(for page in docs/man/*.1; do LC_ALL=C.UTF-8 man --warnings=w -l "$page" 2>&1 >/dev/null; done)" ""
else
    skip 1 "man is not installed"
fi
