# Two commands: `make demo` shows the main job on the example, `make test` runs the tests.
# On Windows, without make: see README.md.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.PHONY: demo test test-slow check lint types safe sbom lock train bench mutate clean

demo: $(VENV)/.runtime
	@$(BIN)/tev run voorbeeld
	@$(BIN)/tev report voorbeeld

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow"

test-slow: $(VENV)/.dev
	$(BIN)/python -m pytest -m slow

check: lint types safe

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

# Patterns that invite trouble, licences that do not fit, packages with a known vulnerability.
safe: $(VENV)/.dev
	$(BIN)/bandit --quiet --recursive toolkit scripts --severity-level medium
	$(BIN)/python scripts/licences.py
	$(BIN)/python scripts/audit.py

# What the program consists of, with licences and hashes, in CycloneDX: build/sbom.json
sbom: $(VENV)/.dev
	$(BIN)/python scripts/sbom.py

lock:
	$(BIN)/python scripts/lock.py

# Takes hours; a sample: $(BIN)/python scripts/mutate.py --sample 600 --seed 1
mutate: $(VENV)/.dev
	$(BIN)/python scripts/mutate.py

train: $(VENV)/.dev
	$(BIN)/python scripts/train_sentiment.py
	$(BIN)/python -m scripts.train_themes

# Measures for hours and writes docs/prestaties.md; QUICK=1 takes minutes.
bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks.everything $(if $(QUICK),--quick)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 of nieuwer is nodig / Python 3.11 or newer is needed"; exit 1; }
	@echo "Omgeving maken in $(VENV) (eenmalig, enkele minuten)..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) .tev build mutants *.egg-info
