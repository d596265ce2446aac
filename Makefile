# Two commands on a new machine: `make demo` and `make test`. Each sets up what it needs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# uv where it is installed, otherwise one of our own, in .uv
UV = $(shell command -v uv || echo .uv/bin/uv)
export UV_PYTHON_DOWNLOADS := never
# Torch's threads are not to spin while the other processes of a busy machine work
export OMP_WAIT_POLICY := PASSIVE
# Each of the many processes that tests start would compile the whole source again
unexport PYTHONDONTWRITEBYTECODE

CATALOG ?=
HOME_URI ?= artcat-home

.PHONY: setup demo run test lint format types check-sql unit test-full bench drill test-services lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	command -v uv >/dev/null || { $(PYTHON) -m venv .uv && .uv/bin/pip install --quiet uv; }
	test -x $(BIN)/python || $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python requirements.lock
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --editable .
	touch $@

demo: $(READY)  ## the main job on a sample that it makes itself
	$(BIN)/artcat demo --home $(HOME_URI)

run: $(READY)  ## the main job on your catalog: make run CATALOG=folder HOME_URI=folder-or-s3
	@test -n "$(CATALOG)" || { echo 'Set CATALOG: make run CATALOG=path/to/folder HOME_URI=artcat-home' >&2; exit 2; }
	$(BIN)/artcat nightly --catalog "$(CATALOG)" --home "$(HOME_URI)"

test: $(READY)  ## every check that is quick: five minutes
	$(MAKE) -j 2 --output-sync=target lint types check-sql
	$(MAKE) unit

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

check-sql: $(READY)
	$(BIN)/sqlfluff lint --disable-progress-bar sql

unit: $(READY)
	$(BIN)/pytest -n 3 --dist loadgroup -m 'not full'

test-full: $(READY)  ## the tests that take long: whole nights, killed runs, full-size networks
	$(BIN)/pytest -n 3 --dist loadgroup -m full

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --disable-progress-bar sql

bench: $(READY)
	$(BIN)/pytest tests/benchmarks -o norecursedirs= -s

KILLS ?= 30
WORKS ?= 2000
SEED ?= 1
DRILL_HOME ?=

drill: $(READY)  ## nights that are killed, on storage that fails, without their images
	$(BIN)/python -m tests.drills.kills --kills $(KILLS) --works $(WORKS) --seed $(SEED) \
		$(if $(DRILL_HOME),--home $(DRILL_HOME))
	$(BIN)/python -m tests.drills.faults --seed $(SEED)
	$(BIN)/python -m tests.drills.share

PART ?=
ALLOW_SKIPPED ?=

test-services: $(READY)  ## against PostgreSQL, Ceph, Prefect and Dask; PART=s3: one file of tests/services
	$(BIN)/python -m tests.services.install $(if $(ALLOW_SKIPPED),--allow-skipped)
	$(BIN)/pytest $(if $(PART),tests/services/test_$(PART).py,tests/services) -o norecursedirs='.*' -rs

lock:  ## update requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url --no-annotate \
		pyproject.toml --extra dev --extra dask --output-file requirements.lock

clean:
	rm -rf .venv .uv build dist *.egg-info
