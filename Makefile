# Project 360. Two commands matter: `make run` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
# What `make bench` measures; further options of `python -m bench` go into BENCH.
ROWS   ?= 1000000 10000000
BENCH  ?=
# How many processes `make test` tests with; they share a Spark server.
TESTERS ?= 2

# Installs a list of pins: a terminal sees a bar, a pipe sees errors only. Python compiles what it imports;
# to compile all of it first takes twenty seconds more.
define install
set -o pipefail; $(PIP) install --progress-bar off --no-compile --no-deps --require-hashes --requirement $(1) | \
 awk -v total="$$(grep -c '^[a-zA-Z].*==' $(1))" -v bar="$$(test -t 2 && echo 1)" \
 '/^(Requirement already|Collecting|Processing|Installing)/ { n += n < total; if (bar) { \
    done = sprintf("%*s", 30 * n / total, ""); gsub(/ /, "=", done); \
    printf "\r    [%-30s] %d of %d packages", done, n, total > "/dev/stderr" } } \
  END { if (bar) print "" > "/dev/stderr" }'
endef

.PHONY: help run test sbom audit chaos test-exports test-questions conformance test-cluster test-image bench bench-build bench-anomalies bench-dashboard lint format setup setup-dev down pins clean

##@ Use

run: setup ## Set everything up, build the demo, serve the dashboard
	@$(BIN)/p360 run

down: setup ## Stop what `make run` started
	@$(BIN)/p360 down

help: ## Show this list
	@awk -F ':.*## ' '/^##@ /{printf "%s\n", (n++ ? "\n" : "") substr($$0, 5)} \
	 /^[a-z-]+:.*## /{printf "  make %-15s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Test

test: setup-dev ## Set everything up, check the style, run all tests
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest --numprocesses $(TESTERS) --dist loadfile --no-loadscope-reorder

lint: setup-dev ## Check style and types: ruff, mypy, sqlfluff, yamllint
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/yamllint --strict .
	@$(BIN)/mypy & types=$$!; $(BIN)/sqlfluff lint --disable-progress-bar models tests; sql=$$?; \
	 wait $$types && exit $$sql

chaos: setup-dev ## Run all rounds of the chaos tests (an hour or more)
	@$(BIN)/python -m pytest tests/python/chaos --full-chaos --verbose --timeout 7200

test-exports: setup-dev ## Judge all small exports in the shapes of real systems (ten minutes)
	@$(BIN)/python -m pytest tests/python/feeds/test_exports.py --all-exports

test-questions: setup-dev ## Ask 200 random questions to metrics in four ways (twenty minutes)
	@$(BIN)/python -m pytest tests/python/metrics tests/python/pipeline/test_pipeline.py --all-questions \
	 -k "agree or four_ways or kind"

conformance: setup-dev ## Ask all of dbt's own adapter tests, for new pins (ten minutes)
	@$(BIN)/python -m pytest tests/python/models/test_conformance.py --all-conformance

test-cluster: setup-dev ## Test a cluster of processes (ROWS=1000000 compares so many rows)
	@$(BIN)/python -m pytest tests/cluster --timeout 1800 $(if $(filter file,$(origin ROWS)),,--rows $(ROWS))

test-image: setup-dev ## Build the image and run the compose file's services (root, Debian)
	@$(BIN)/python -m pytest tests/image --timeout 3600

##@ Measure

bench: setup-dev ## Compare with tutorial scripts, DuckDB and stock dbt; write docs/bench.md
	@$(BIN)/python -m bench --rows $(ROWS) --docs docs $(BENCH)

bench-build: setup-dev ## Measure what a run of few rows costs (twenty minutes)
	@$(BIN)/python -m bench.build $(BENCH)

bench-dashboard: setup-dev ## Measure the dashboard in Chromium and under load (two minutes)
	@PYTHONPATH=tests $(BIN)/python -m browser.measure

bench-anomalies: setup-dev ## Measure how well unusual sales are found; write docs/anomalies.md
	@$(BIN)/python -m bench.anomalies --docs docs

##@ Maintain

setup: $(VENV)/run.stamp ## Create .venv from the pinned packages

setup-dev: $(VENV)/dev.stamp ## Create .venv with the packages of the tests

format: setup-dev ## Rewrite Python and SQL in the house style
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/sqlfluff fix models tests

pins: setup-dev ## Compile requirements*.txt from pyproject.toml
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(PIP) install --quiet uv
	@flags="--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet"; \
	 $(BIN)/python -m uv pip compile $$flags pyproject.toml -o requirements.txt && \
	 $(BIN)/python -m uv pip compile $$flags --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt && \
	 $(BIN)/python -m uv pip compile $$flags --extra lineage -c requirements.txt pyproject.toml -o requirements-lineage.txt && \
	 $(BIN)/python -m uv pip compile $$flags --extra mcp -c requirements.txt pyproject.toml -o requirements-mcp.txt && \
	 $(BIN)/python -m uv pip compile $$flags --extra notebook -c requirements.txt pyproject.toml -o requirements-notebook.txt

sbom: setup-dev ## Write a bill of materials (CycloneDX) for each requirements file to target/sbom
	@$(BIN)/python -m supply_chain target/sbom

audit: setup-dev ## Look the pins up in PyPI's list of known vulnerabilities; fails where that cannot be reached
	@for file in requirements*.txt; do echo "==> $$file"; \
	 $(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off --requirement $$file || exit 1; done

clean: ## Stop the servers; remove everything built or installed
	@[ ! -x $(BIN)/p360 ] || $(BIN)/p360 down
	@rm -rf $(VENV) .p360 target logs *.egg-info



$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	 { echo "error: Python 3.11 or newer is needed, and '$(PYTHON)' is not; try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@echo "==> creating $(VENV)"
	@$(PYTHON) -m venv $(VENV) || \
	 { rm -rf $(VENV); echo "error: Python cannot create environments here; on Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/run.stamp: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "==> installing pinned packages (a few minutes the first time, then cached)"
	@$(call install,requirements.txt)
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@# dbt looks for plugins in the folders of sys.path, where an editable package is not.
	@$(BIN)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), \
	 "project_360_dbt_plugins.pth").write_text("$(CURDIR)/python_jobs/dbt_plugins\n")'
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	@echo "==> installing pinned packages for the tests"
	@$(call install,requirements-dev.txt)
	@touch $@
