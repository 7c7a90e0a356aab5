# `make run` and `make test` are the two commands; `make demo`, `make check` and `make bench` stand beside them.
SHELL := /bin/sh
PORT ?= 8000
DEMO_DAY ?= 2025-12-05
PYTHON ?= python3
BIN := .venv/bin
# What pytest makes of the tests' asserts is kept for the next run: half of the time that collecting takes.
unexport PYTHONDONTWRITEBYTECODE
# One more than there are processors: some tests wait for others' clocks.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# The marks of the tests that this machine lacks something for, and what to say of each.
WITHOUT := $(strip $(if $(wildcard /usr/bin/chromium),,browser) \
	$(if $(wildcard /usr/lib/libical.so.3 /usr/lib/*/libical.so.3),,libical) \
	$(if $(shell command -v npm),,node))
browser_LEFT_OUT := No /usr/bin/chromium: the browser tests are left out (apt-get install chromium).
libical_LEFT_OUT := No libical.so.3: the tests that ask libical are left out (apt-get install libical3).
node_LEFT_OUT := No npm: the tests that ask ical.js and node-ical are left out (apt-get install nodejs npm).
NODE_PROGRAMS := tests/judges/programs
NODE_MODULES := $(if $(filter node,$(WITHOUT)),,$(NODE_PROGRAMS)/node_modules/.installed)

# Notes what was installed only once pip has ended well; of what pip says, errors and the names of packages are shown.
define install
	@rm -f $@
	@{ $(BIN)/python -m pip install --disable-pip-version-check --no-input -e '$(1)' && touch $@; } \
		| sed -n 's/^Collecting /  /p; s/^Successfully installed .*/Installed./p'
	@test -e $@ || { echo "Installing did not end well: pip says above what is missing; run make again after mending it." >&2; exit 2; }
endef

.PHONY: run demo test test-fast test-long check bench docs findings statistics format clean

run: .venv/.installed
	@PORT=$(PORT) $(BIN)/leadup run

demo: .venv/.installed
	@PORT=$(PORT) LEADUP_TODAY=$(DEMO_DAY) $(BIN)/leadup run --throw-away

test: .venv/.dev $(NODE_MODULES)
	@$(foreach mark,$(WITHOUT),echo "$($(mark)_LEFT_OUT)";) :
	@$(if $(and $(CI),$(WITHOUT)),echo "In CI nothing may be left out." >&2; exit 2,:)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not long$(foreach mark,$(WITHOUT), and not $(mark))"

test-fast: .venv/.dev
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -p no:schemathesis \
		-m "not slow and not browser and not long$(foreach mark,$(WITHOUT), and not $(mark))"

test-long: .venv/.dev $(NODE_MODULES)
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

docs: findings statistics

# Asks the shipped calendar, in a store of its own that is gone afterwards.
findings: .venv/.dev
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT && export LEADUP_HOME="$$home" PORT=8000 \
		&& $(BIN)/leadup migrate >"$$home/said" && $(BIN)/leadup calendars add calendars/packs/dprk >>"$$home/said" \
		&& $(BIN)/leadup findings dprk > docs/findings.md && echo "docs/findings.md tells what the shipped calendar answers."

statistics: .venv/.dev
	@echo "Making the tables of docs/statistics.md from made-up histories (some minutes)"
	@$(BIN)/python -m tests.simulations.tables

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

$(NODE_PROGRAMS)/node_modules/.installed: $(NODE_PROGRAMS)/package-lock.json
	@echo "Installing ical.js, node-ical and axe-core, which the tests ask, into $(NODE_PROGRAMS) (once; some seconds)"
	@cd $(NODE_PROGRAMS) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error \
		|| { echo "Installing did not end well: npm says above what is missing; run make again after mending it." >&2; exit 2; }
	@touch $@

clean:
	@rm -rf $(NODE_PROGRAMS)/node_modules .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
