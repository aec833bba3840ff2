# Two commands do all: `make run` opens the terminal chat, `make test` runs every check.
VENV ?= .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
# Pyenv leaves shims that exit 127, so an interpreter is tested by running it.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1 && { echo $$p; break; }; done)
# What a packaged data set asks for and its plain CSV file does not need.
UNNEEDED := pandas shapely icalendar
ARGS ?=
# What plays with a stand-in waits for it half of the time, so two share a core.
TESTERS ?= $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))

.PHONY: run setup test check format demo docs lock clean bench bench-backtest bench-chat bench-engine bench-language bench-venues gates simulate

run: setup
	@$(BIN)/outcry chat $(ARGS)

setup: $(VENV)/.ready-run $(VENV)/.compiled

test: $(VENV)/.ready-dev $(VENV)/.compiled
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n $(TESTERS) --ignore=tests/gates $(ARGS)

check: $(VENV)/.ready-dev
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q . && $(BIN)/lint-imports --no-logo >.lint-imports.log 2>&1 || { cat .lint-imports.log 2>/dev/null; exit 1; }
	@$(BIN)/mypy --no-error-summary

format: $(VENV)/.ready-dev
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix .

docs: $(VENV)/.ready-dev
	@$(BIN)/python docs/build.py

demo: setup
	@$(BIN)/outcry demo $(ARGS)

bench: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.bench

# Peers are installed into .bench, each into an environment of its own; five minutes.
bench-backtest: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.bench.bench_backtest

bench-engine: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.bench.bench_engine

bench-venues: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.bench.bench_venues

bench-chat: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.bench.bench_chat

# One seed again (SEED=n), or a long run (HOURS=n, from SEED on, spread over the cores); MARKET=perpetuals
# trades those instead of what is paid for whole.
SEED ?= 1
simulate: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.simulation --seed $(SEED) $(if $(HOURS),--hours $(HOURS)) $(if $(MARKET),--market $(MARKET)) $(ARGS)

bench-language: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.bench.bench_language

gates: $(VENV)/.ready-dev
	@$(BIN)/python -m pytest -n auto tests/gates

# uv makes the environment in seconds; where its wheel cannot be had, pip does the same from the same hashes.
.tools/bin/uv:
	@test -n "$(PYTHON)" || { echo "Outcry needs Python 3.11, 3.12 or 3.13; none was found."; exit 1; }
	@$(PYTHON) -m pip install -q --disable-pip-version-check --root-user-action ignore --upgrade --target .tools uv==$(UV_VERSION) \
	  || { rm -f $@; echo "uv is not to be had here; using pip."; }

define install
	@if [ -x .tools/bin/uv ]; then \
	  { [ -x $(BIN)/python ] || .tools/bin/uv venv -q --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV); } && \
	  VIRTUAL_ENV=$(VENV) .tools/bin/uv pip sync -q --require-hashes $(1) && \
	  VIRTUAL_ENV=$(VENV) .tools/bin/uv pip install -q --no-deps --no-build-isolation -e . ; \
	else \
	  { [ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV); } && \
	  $(BIN)/python -m pip install -q --no-deps --require-hashes -r $(1) && \
	  $(BIN)/python -m pip install -q --no-deps --no-build-isolation -e . ; \
	fi
endef

# What a start, a chart and a report import is compiled now, not on the user's time.
STARTED := aiosqlite alembic annotated_types apscheduler attr attrs fontTools fpdf greenlet llvmlite mako markupsafe \
  matplotlib numba numpy orjson prompt_toolkit pyarrow pydantic pydantic_core pygments rapidfuzz rich shellingham \
  sqlalchemy structlog talib typer typing_inspection tzdata tzlocal wcwidth yaml
define prepare
	@$(BIN)/python -m compileall -q -j 0 bot engine connectors prompts \
	  $$(cd $(VENV)/lib/python3*/site-packages && for p in $(STARTED); do [ -d $$p ] && echo $$PWD/$$p; done)
	@$(BIN)/python -m compileall -q -l $(VENV)/lib/python3*/site-packages
endef

# A minute, while the desk opens; again whenever the backtests' fast pass has changed.
$(VENV)/.compiled: $(VENV)/.ready-run $(wildcard engine/backtest/passes/*.py)
	@nice -n 19 $(BIN)/python -m engine.backtest.prepare >/dev/null 2>&1 &
	@touch $@

$(VENV)/.ready-run: requirements.lock pyproject.toml | .tools/bin/uv
	$(call install,requirements.lock)
	$(prepare)
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock requirements.lock pyproject.toml | .tools/bin/uv
	$(call install,requirements-dev.lock)
	$(prepare)
	@touch $@ $(VENV)/.ready-run

lock: .tools/bin/uv
	@.tools/bin/uv lock -q
	@.tools/bin/uv export -q --frozen --no-emit-project --no-header --extra build $(UNNEEDED:%=--prune %) -o requirements.lock
	@.tools/bin/uv export -q --frozen --no-emit-project --no-header --extra build --extra dev $(UNNEEDED:%=--prune %) -o requirements-dev.lock

clean:
	@rm -rf $(VENV) .tools .bench .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
