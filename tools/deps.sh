#!/bin/sh
# deps.sh - install the Debian packages the build, the box and its tests need
#
# Installs only what is missing, with sudo where that is needed. Commands that are
# already there (node, npm, clang) are taken as they are: apt's own would conflict.
# `deps.sh fuzz` adds clang and its fuzzer, `deps.sh test` what the tests drive.
set -eu
need="pkg-config binutils libh2o-evloop-dev libwslay-dev libpq-dev libssl-dev libsystemd-dev
libpcre2-dev libargon2-dev libncurses-dev zlib1g-dev libcmocka-dev postgresql-15 ca-certificates"
commands="node:nodejs npm:npm"
case ${1:-} in
fuzz)
    need="$need libclang-rt-14-dev"
    commands="$commands clang:clang"
    ;;
test)
    need="$need libnss3-tools fonts-dejavu-core"
    commands="$commands openssl:openssl prove:perl python3:python3 tmux:tmux pgrep:procps ip:iproute2
setpriv:util-linux chromium:chromium"
    ;;
esac
for command in $commands; do
    command -v "${command%%:*}" >/dev/null || need="$need ${command##*:}"
done
missing=
for package in $need; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "installing:$missing"
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
if [ -n "$sudo" ] && ! command -v sudo >/dev/null; then
    echo "these packages are missing and there is no sudo; as root: apt-get install$missing" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# Debian's postgresql-15 makes and starts a cluster of its own unless told not to.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    $sudo mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
$sudo apt-get update -qq
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
