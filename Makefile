# Upshot: `make demo` shows it, `make test` proves it. Both set up everything they need.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
APT    := apt-get -y -qq --no-install-recommends

.PHONY: demo test lint format types bench pins chromium clean help

help: ## list the recipes
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/base.ok: requirements/base.txt pyproject.toml
	@$(PYTHON) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Upshot needs Python 3.11 or newer with venv. On Debian: apt-get install python3-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/base.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check hatchling==1.27.0 editables==0.5
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.ok: requirements/dev.txt $(VENV)/base.ok
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

demo: $(VENV)/base.ok ## load the two real studies, answer them, name the reports
	$(BIN)/upshot demo

test: $(VENV)/dev.ok chromium ## every test but the ones marked slow
	$(BIN)/python -m pytest -n 2 -m "not slow"

lint: $(VENV)/dev.ok ## format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev.ok ## rewrite the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

chromium: ## the browser the page tests drive (Debian's package)
	@command -v chromium >/dev/null || { $(APT) update && $(APT) install chromium; }

pins: ## compile the pins again (no registry host is ever written)
	uv pip compile pyproject.toml --universal --generate-hashes --no-annotate --no-header --no-emit-index-url -q -o requirements/base.txt
	uv pip compile pyproject.toml --group test --group lint --universal --generate-hashes --no-annotate --no-header --no-emit-index-url -q -o requirements/dev.txt

clean: ## forget what was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
