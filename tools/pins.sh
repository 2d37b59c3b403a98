#!/bin/sh
# Write requirements/py3.*.txt anew: the versions that the demo, the tests and the checks are run with.
# What a host installs is not pinned: setup.py says what dgxblock works with.
set -eu
cd "$(dirname "$0")/.."
for python in $(sh tools/find_python.sh); do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    place=$(mktemp -d)
    echo "Resolving for Python $version …"
    "$python" -m venv "$place"
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check --editable ".[demo,test,lint]"
    {
        echo "# Written by \`make pins\` with Python $version."
        "$place/bin/python" -m pip freeze --all --exclude-editable --exclude pip
    } >"requirements/py$version.txt"
    rm -rf "$place"
done
