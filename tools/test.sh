#!/bin/sh
# Every test, the quick ones first: unit tests on all Pythons found, the database's on MariaDB too, then the wheel's, then
# the browser's.
set -eu
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$*"; }

pythons=$(sh tools/find_python.sh)
first="" versions=""
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
for python in $pythons; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    [ -n "$first" ] || first=$version
    versions="$versions $version"
    "$python" tools/venv.py ".venv-$version" test
done

# The programs alone: the package mariadb-server would start a service.
sh tools/debian.sh 'command -v mariadbd && command -v mariadb-install-db' mariadb-server-core mariadb-client-core

sh tools/debian.sh 'command -v chromium' chromium
sh tools/debian.sh 'fc-list :lang=zh | grep -q .' fonts-noto-cjk fontconfig
sh tools/debian.sh 'command -v pdftotext' poppler-utils
sh tools/debian.sh 'command -v redis-server' redis-server

# Side by side, one a processor: each is one thread, with a database and folders of its own. The first Python shows itself
# at work, and the demo in a browser after it; what the others, the database's and the wheel's tests find is shown when
# they are done. The case library on many trainees' data is tried on the first alone, for the draws are the same
# everywhere, and tests say so; what is made up by the hundred too, and what is kept in a database, for that is tried there
# on two of them.
units() { ".venv-$1/bin/python" -m pytest -q -m "not slow and not browser and not chaos$2"; }
aside() {
    for version in $versions; do
        [ "$version" != "$first" ] || continue
        step "Unit tests on Python $version"
        units "$version" " and not library and not mariadb and not hypothesis" || return 1
    done
    step "What is kept in the database, on MariaDB"
    ".venv-$first/bin/python" -m pytest -q --ds=tests.settings_mariadb -m "mariadb and not chaos" || return 1
    step "Ten thousand results while everything fails"
    ".venv-$first/bin/python" -m pytest -q -s --ds=tests.settings_mariadb -m chaos || return 1
    step "The wheel, installed beside old and new hosts"
    ".venv-$first/bin/python" -m pytest -q -m slow
}
{ aside && touch "$logs/passed"; } >"$logs/aside" 2>&1 &
step "Unit tests on Python $first, and aside on the others"
failed=""
if units "$first" ""; then
    step "The demo in a browser"
    ".venv-$first/bin/python" -m pytest -q -m browser || failed=yes
else
    failed=yes
fi
wait
cat "$logs/aside"
[ -z "$failed" ] && [ -f "$logs/passed" ] || { echo "Tests failed; see above." >&2; exit 1; }
