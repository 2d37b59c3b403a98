# The everyday commands; `make help` lists them. Each sets up what it needs.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint format bench wheel messages pins clean

# Only names given on the command line or in the environment reach the demo; it has its own defaults.
ifdef PORT
export PORT
endif
ifdef REGISTRY_PORT
export REGISTRY_PORT
endif
ifdef PYTHON
export PYTHON
endif
ifdef CASE
export DGX_DEMO_CASE := $(CASE)
endif

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: ## Serve the demo on PORT (8000) and a sandbox registry on REGISTRY_PORT (8001); CASE=folder: with a case of yours
	@python=$$(sh tools/find_python.sh) && set -- $$python && "$$1" tools/venv.py .venv demo \
		&& exec .venv/bin/python -m dgxblock.demo

test: ## Run every test, the quick ones first
	@sh tools/test.sh

lint: ## Check style, types, layers, templates, translations and scripts
	@sh tools/lint.sh

format: .venv-lint ## Format Python and JavaScript
	@.venv-lint/bin/ruff check --fix --quiet . ; .venv-lint/bin/ruff format . && npm run --silent format

bench: ## Compare speed and weight with two well-known blocks and with our budgets (ARGS="--json FILE --strict")
	@python=$$(sh tools/find_python.sh) && set -- $$python && "$$1" tools/venv.py .venv-bench bench \
		&& .venv-bench/bin/python -m benchmarks $(ARGS)

wheel: .venv-lint ## Build dist/*.whl
	@rm -rf build && .venv-lint/bin/python -m pip wheel --quiet --no-deps --wheel-dir dist . && rm -rf build && ls -l dist

messages: .venv-lint ## Take new texts into the catalogues, and compile them
	@.venv-lint/bin/python tools/messages.py update && .venv-lint/bin/python tools/messages.py compile

pins: ## Renew requirements/*.txt from what pip would take today
	@sh tools/pins.sh

.PHONY: .venv-lint
.venv-lint:
	@python=$$(sh tools/find_python.sh) && set -- $$python && "$$1" tools/venv.py .venv-lint lint test

clean: ## Remove what these commands made (virtual environments included)
	rm -rf .venv .venv-* build dist *.egg-info node_modules var screenshots \
		.hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
