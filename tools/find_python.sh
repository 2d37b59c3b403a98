#!/bin/sh
# Print the Pythons that dgxblock runs on, one path a line, the preferred one first: 3.12, then 3.11.
# PYTHON=/path/to/python chooses the first. Looks on the PATH and among pyenv's versions.
set -eu

candidates() {
    if [ -n "${PYTHON:-}" ]; then echo "$PYTHON"; fi
    echo python3.12
    for root in "${PYENV_ROOT:-}" "${HOME:-/nonexistent}/.pyenv"; do
        for found in "$root"/versions/3.12*/bin/python3.12; do echo "$found"; done
    done
    echo python3.11
    for root in "${PYENV_ROOT:-}" "${HOME:-/nonexistent}/.pyenv"; do
        for found in "$root"/versions/3.11*/bin/python3.11; do echo "$found"; done
    done
    echo python3
    echo python
}

seen=""
for candidate in $(candidates); do
    # A shim on the PATH may exist and not run, so each is asked for its version.
    answer=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2], sys.executable)' 2>/dev/null) || continue
    version=${answer%% *}
    case "$version" in 3.11 | 3.12) ;; *) continue ;; esac
    case " $seen " in *" $version "*) continue ;; esac
    seen="$seen $version"
    echo "${answer#* }"
done

if [ -z "$seen" ]; then
    echo "dgxblock needs Python 3.11 or 3.12 and found neither. Install one (on Debian: apt-get install python3" \
        "python3-venv) or name it: make demo PYTHON=/path/to/python3.12" >&2
    exit 1
fi
