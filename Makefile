# Two commands are enough: `make run` and `make test`. Both make .venv from the lock; nothing else is installed anywhere.

PYTHON ?= python3
UV ?= uv
ARGS ?=
WORKERS ?= 3

VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements.lock
DEVELOPMENT := \# development
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-virtualenv
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
CATALOGUES := zh_CN en

.DEFAULT_GOAL := help
.PHONY: help run servers test long check assets catalogues screens story bench lock clean

help:  ## This list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "make %-12s %s\n", $$1, $$2 }'

run: $(VENV)/run assets  ## Install what is needed and start the demo: chat, board, codes, all on this machine
	$(BIN)/mashang demo $(ARGS)

servers: $(VENV)/run assets  ## Install also what PostgreSQL and Redis need
	awk '/^[a-z]/ { ours = /^(asyncpg|redis|async-timeout)==/ } ours' $(LOCK) > $(VENV)/servers.txt
	$(PIP) --require-hashes -r $(VENV)/servers.txt

test: $(VENV)/development assets  ## Install what the tests need and run them, but for the long ones (ARGS=… for some)
	$(PYTEST) $(or $(ARGS),-m "not long")

long: $(VENV)/development assets  ## The long tests: whole evenings, everybody at every door, every page in pictures
	$(PYTEST) -m long $(ARGS)

check: $(VENV)/development assets  ## Lint, types, floors, catalogues
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/house/test_texts.py

assets: $(VENV)/run  ## Compile the catalogues, bring the scripts of the pages from npm
	$(BIN)/python hatch_build.py $(WORKSHOP)

test long: WORKSHOP := --workshop

catalogues: $(VENV)/run  ## Collect every marked sentence into locales/messages.pot and both catalogues
	$(BIN)/pybabel -q extract -F pyproject.toml -k N_ -k say_many:1,2 -k many:1,2 -o $(VENV)/messages.pot \
		--no-location --sort-output --no-wrap --project mashang --version 1 \
		--header-comment "# The sentences of Mashang, collected by make catalogues." --last-translator "the Mashang authors" .
	grep -v '^"POT-Creation-Date' $(VENV)/messages.pot > locales/messages.pot
	for language in $(CATALOGUES); do \
		$(BIN)/pybabel -q update -D mashang -i locales/messages.pot -d locales -l $$language --init-missing \
			--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date || exit; \
	done

screens: $(VENV)/development assets  ## Picture every page, small and wide, in both languages, into docs/screens
	$(BIN)/mashang screens $(ARGS)

story: $(VENV)/development assets  ## The evening of a typhoon from list to board, with five kills, judged by an oracle
	$(BIN)/mashang story typhoon --json --kills 5 $(ARGS)

bench: $(VENV)/run assets  ## Measure this machine: how long one waits, from a scan to the board
	$(BIN)/mashang bench start $(ARGS)
	$(BIN)/mashang bench live $(ARGS)

lock: $(BIN)/pip  ## Choose versions anew and write requirements.lock
	$(UV) pip compile pyproject.toml --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--upgrade --group build -o $(VENV)/run.txt
	$(UV) pip compile pyproject.toml --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--upgrade --group build --group dev --all-extras --constraints $(VENV)/run.txt \
		$$(sed -n 's/^\([a-z0-9.-]*\)==.*/--no-emit-package \1/p' $(VENV)/run.txt) -o $(VENV)/development.txt
	{ cat $(VENV)/run.txt; echo '$(DEVELOPMENT)'; cat $(VENV)/development.txt; } > $(LOCK)

clean:  ## Remove what was made here; never data in var/
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf locales/*/LC_MESSAGES/*.mo node_modules web/static/npm
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: $(BIN)/pip $(LOCK) pyproject.toml
	sed '/^$(DEVELOPMENT)$$/,$$d' $(LOCK) > $(VENV)/run.txt
	$(PIP) --require-hashes -r $(VENV)/run.txt
	MASHANG_SKIP_ASSETS=1 $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/development: $(VENV)/run
	$(PIP) --require-hashes -r $(LOCK)
	@touch $@
