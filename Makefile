# `make run` and `make test` are the two commands; `make demo`, `make check` and `make bench` stand beside them.
SHELL := /bin/sh
PORT ?= 8000
DEMO_DAY ?= 2025-12-05
PYTHON ?= python3
BIN := .venv/bin
WITHOUT_BROWSER := $(if $(wildcard /usr/bin/chromium),,browser)

# Notes what was installed only once pip has ended well; of what pip says, errors and the names of packages are shown.
define install
	@rm -f $@
	@{ $(BIN)/python -m pip install --disable-pip-version-check --no-input -e '$(1)' && touch $@; } \
		| sed -n 's/^Collecting /  /p; s/^Successfully installed .*/Installed./p'
	@test -e $@ || { echo "Installing did not end well: pip says above what is missing; run make again after mending it." >&2; exit 2; }
endef

.PHONY: run demo test test-fast test-long check bench format clean

run: .venv/.installed
	@PORT=$(PORT) $(BIN)/leadup run

demo: .venv/.installed
	@PORT=$(PORT) LEADUP_TODAY=$(DEMO_DAY) $(BIN)/leadup run --throw-away

test: .venv/.dev
	@$(if $(WITHOUT_BROWSER),echo "No /usr/bin/chromium: the browser tests are left out (apt-get install chromium).",:)
	@$(BIN)/python -m pytest -m "not long$(if $(WITHOUT_BROWSER), and not browser)"

test-fast: .venv/.dev
	@$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow and not browser and not long"

test-long: .venv/.dev
	@$(BIN)/python -m pytest

check: .venv/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/.dev
	@for each in benchmarks/*.py; do echo "== $$each"; $(BIN)/python $$each || exit 1; done

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Leadup needs Python 3.11 or newer as $(PYTHON): install it (apt-get install python3), or name another, as in \`make run PYTHON=python3.12\`." >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "This Python cannot make a virtual environment: install it with \`apt-get install python3-venv\`, then run make again." >&2; exit 2; }
	@$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml | .venv/bin/python
	@echo "Installing what is needed into .venv (once; about half a minute)"
	$(call install,.)

.venv/.dev: pyproject.toml | .venv/bin/python
	@echo "Installing what the tests need into .venv (once; about a minute)"
	$(call install,.[dev])
	@touch .venv/.installed

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
