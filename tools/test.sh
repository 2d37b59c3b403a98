#!/bin/sh
# Every test, the quick ones first: unit tests on all Pythons found, then the wheel's, then the browser's.
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

# Side by side, one a processor: each is one thread, with a database and folders of its own. The first one shows itself at
# work, the others what they found when it is done.
units() { ".venv-$1/bin/python" -m pytest -q -m "not slow and not browser"; }
failed=""
for version in $versions; do
    [ "$version" = "$first" ] || { units "$version" && touch "$logs/$version.passed"; } >"$logs/$version" 2>&1 &
done
step "Unit tests on Python$versions, side by side; first $first"
units "$first" || failed=" $first"
wait
for version in $versions; do
    [ "$version" != "$first" ] || continue
    step "Unit tests on Python $version"
    cat "$logs/$version"
    [ -f "$logs/$version.passed" ] || failed="$failed $version"
done
[ -z "$failed" ] || { echo "Unit tests failed on Python$failed" >&2; exit 1; }

step "The wheel, installed beside old and new hosts"
".venv-$first/bin/python" -m pytest -q -m slow

step "The demo in a browser"
sh tools/debian.sh 'command -v chromium' chromium
sh tools/debian.sh 'fc-list :lang=zh | grep -q .' fonts-noto-cjk fontconfig
sh tools/debian.sh 'command -v pdftotext' poppler-utils
".venv-$first/bin/python" -m pytest -q -m browser
