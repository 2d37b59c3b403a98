#!/bin/sh
# Every test, the quick ones first: unit tests on each Python found, then the wheel's, then the browser's.
set -eu
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$*"; }

pythons=$(sh tools/find_python.sh)
first=""
for python in $pythons; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    [ -n "$first" ] || first=$version
    step "Unit tests on Python $version"
    "$python" tools/venv.py ".venv-$version" test
    ".venv-$version/bin/python" -m pytest -q -m "not slow and not browser"
done

step "The wheel, installed beside old and new hosts"
".venv-$first/bin/python" -m pytest -q -m slow

step "The demo in a browser"
sh tools/debian.sh 'command -v chromium' chromium
sh tools/debian.sh 'fc-list :lang=zh | grep -q .' fonts-noto-cjk fontconfig
sh tools/debian.sh 'command -v pdftotext' poppler-utils
".venv-$first/bin/python" -m pytest -q -m browser
