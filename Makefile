# Needs python3 >= 3.11 and make; everything else goes into .venv, pinned by hash.
PYTHON ?= python3
BIN := .venv/bin
SYNCED := .venv/synced
INSTALLED := .venv/installed
export UV_PYTHON_DOWNLOADS := never
# Whoever forbids bytecode has every process of a run compile everything anew.
COMPILED := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/.pytest_cache/bytecode

.PHONY: demo test lint bench promises migrate lock clean

demo: $(INSTALLED)
	@$(BIN)/tanfang demo

test: $(INSTALLED)
	@$(COMPILED) $(BIN)/python -m pytest -n logical --maxprocesses 8 --dist worksteal $(ARGS)

promises: $(INSTALLED)
	@$(COMPILED) $(BIN)/python -m pytest -n0 -q --capture=sys --promises $(ARGS)

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(INSTALLED)
	@$(BIN)/python -m benchmarks $(ARGS)

migrate: $(INSTALLED)
	$(BIN)/alembic upgrade head

lock: $(BIN)/uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --quiet -o requirements.lock $(ARGS)

clean:
	rm -rf .venv var/demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(INSTALLED): $(SYNCED) pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

$(SYNCED): requirements.lock | $(BIN)/uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@touch $@

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=…")'
	$(PYTHON) -m venv .venv
	sed -n '/^uv==/,/[^\]$$/p' requirements.lock > .venv/uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock
