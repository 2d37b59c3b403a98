#!/bin/sh
# Every check that reads the code without running it. All of them run, so that one look shows all there is to do.
set -eu
cd "$(dirname "$0")/.."

python=$(sh tools/find_python.sh | head -n 1)
"$python" tools/venv.py .venv-lint lint test
sh tools/debian.sh 'command -v npm && command -v node' nodejs npm
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    echo "Installing the JavaScript checkers (once) …"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null
    touch node_modules/.package-lock.json
fi

bin=.venv-lint/bin
failed=""
check() {
    name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed="$failed, $name"
}

check "ruff check" $bin/ruff check .
check "ruff format" $bin/ruff format --check .
check "mypy" $bin/mypy
check "import layers" $bin/lint-imports
check "templates (djlint)" $bin/djlint --lint --quiet dgxblock
check "translations" $bin/python tools/messages.py check
check "JavaScript types" node_modules/.bin/tsc --project tsconfig.json
check "JavaScript format" node_modules/.bin/prettier --check --log-level=warn "dgxblock/**/*.{js,mjs}"

if [ -n "$failed" ]; then
    printf '\nTo mend: %s\n' "${failed#, }"
    exit 1
fi
printf '\nAll checks passed.\n'
