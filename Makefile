# Upshot: `make demo` shows it, `make test` proves it. Both set up everything they need.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install -q --disable-pip-version-check
SUDO   := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
APT    := $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -y -qq --no-install-recommends
COMPILE := uv pip compile --universal --generate-hashes --no-annotate --no-header --no-emit-index-url -q

.PHONY: proof demo serve test test-slow lint format docs architecture pins chromium clean help
.DEFAULT_GOAL := help

help: ## list the recipes
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/base.ok: requirements/base.txt requirements/build.txt pyproject.toml
	@$(PYTHON) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Upshot needs Python 3.11 or newer with venv. On Debian: apt-get install python3-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements/base.txt
	$(PIP) --require-hashes -r requirements/build.txt
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.ok: requirements/dev.txt $(VENV)/base.ok
	$(PIP) --require-hashes -r requirements/dev.txt
	touch $@

demo: $(VENV)/base.ok ## make the demonstration and open it in the browser (SERVE=no only makes it)
	$(BIN)/upshot demo $(if $(filter no,$(SERVE)),--no-serve)

serve: $(VENV)/base.ok ## open the demonstration again, or the workspace in FOLDER
	$(BIN)/upshot $(if $(FOLDER),serve $(FOLDER),demo)

test: $(VENV)/dev.ok chromium ## every test but the ones marked slow
	$(BIN)/python -m tests.on_postgresql -n 2 --dist loadgroup -m "not slow and not browser" tests/web
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow"

test-slow: $(VENV)/dev.ok ## the tests marked slow: simulations and large files
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m slow

lint: $(VENV)/dev.ok ## format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev.ok ## rewrite the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/dev.ok architecture ## write into the pages what the code knows
	$(BIN)/python docs/tools/commands.py
	$(BIN)/python docs/tools/api.py
	$(BIN)/python docs/tools/transcripts.py

architecture: $(VENV)/base.ok ## write the tree of ARCHITECTURE.md again
	$(BIN)/python docs/tools/architecture.py

.venv-bench/bench.ok: requirements/bench.txt
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bench.txt
	touch $@

bench: $(VENV)/base.ok .venv-bench/bench.ok ## Upshot beside diff-diff and csdid on the same files (SIZES="10000 1000000" for others)
	$(BIN)/python benchmarks/speed.py --people $(or $(SIZES),10000 100000)

chromium: ## what tests need from Debian: the browser for pages, a Java runtime for Spark
	@command -v chromium >/dev/null && command -v java >/dev/null || { $(APT) update && $(APT) install chromium default-jre-headless; }

proof: $(VENV)/dev.ok ## coverage, placebo audit and traps again, into docs/explanation/proof.md (10 minutes and more)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.proof

pins: ## compile the pins again, with uv (no registry host is ever written)
	$(COMPILE) pyproject.toml --extra web -o requirements/base.txt
	$(COMPILE) pyproject.toml --extra web --extra spark --group test --group lint -o requirements/dev.txt
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) --group bench -o requirements/bench.txt
	sed -i '1i # Compiled by `make pins`; do not edit.' requirements/base.txt requirements/dev.txt requirements/build.txt requirements/bench.txt

clean: ## forget what was built
	rm -rf $(VENV) .venv-bench build dist .pytest_cache .mypy_cache .ruff_cache
