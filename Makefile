# The two commands of a newcomer are `make lab` and `make test`; each makes its own environment first.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: lab test outputs lock clean

lab: .venv/ready
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/00-start-here.ipynb

test: .venv/ready
	$(BIN)/python -m tests

# Run every lesson and store its outputs, after a change of data, helpers or lessons.
outputs: .venv/ready
	$(BIN)/python -m tests.store_outputs

# Lock the newest versions that the ranges in pyproject.toml allow, for Python 3.11 and later. It needs uv.
lock:
	uv pip compile pyproject.toml --extra lab --extra test --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --upgrade --quiet --output-file requirements.txt

clean:
	rm -rf .venv

# Stale when the lock or the package is newer: then it is made afresh.
.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "This needs Python 3.11 or later. Name yours, such as: make $(or $(MAKECMDGOALS),lab) PYTHON=python3.12"; exit 1; }
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@
