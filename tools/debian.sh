#!/bin/sh
# debian.sh PROBE PACKAGE... : install Debian packages unless the command PROBE succeeds already.
# Where that is not allowed (no root) or not possible (another system), say what to install, and fail.
set -eu
probe=$1
shift
if sh -c "$probe" >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Debian packages: $*" >&2
    log=$(mktemp)
    if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
        </dev/null >"$log" 2>&1 && sh -c "$probe" >/dev/null 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 20 "$log" >&2
    rm -f "$log"
    echo "Could not install: $*. Install them by hand and try again." >&2
    exit 1
fi
echo "This needs more than is installed here. On Debian or Ubuntu: sudo apt-get install $*" >&2
exit 1
