# The two commands of a newcomer are `make lab` and `make test`; each makes its own environment first.
PYTHON ?= python3
BIN = .venv/bin
OLDEST = pandas==2.2.3 matplotlib==3.8.4 numpy==2.0.2
COMPILE = uv pip compile pyproject.toml --extra lab --extra test --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --upgrade --quiet

.PHONY: lab test test-oldest outputs lock clean

lab: .venv/ready
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/00-start-here.ipynb

test: .venv/ready
	$(BIN)/python -m tests

# Run every lesson, and the tests of what pandas and matplotlib do in it, on the oldest supported versions of both.
# They were built for Python 3.11 and 3.12 only.
test-oldest: .venv-oldest/ready
	.venv-oldest/bin/python -m pytest tests/test_layers.py tests/test_tables.py tests/test_show.py \
		tests/test_record_views.py tests/test_explore.py notebooks

# Run every lesson and store its outputs, after a change of data, helpers or lessons.
outputs: .venv/ready
	$(BIN)/python -m tests.store_outputs

# Lock the newest versions that the ranges in pyproject.toml allow, for Python 3.11 and later, and once more with the
# oldest pandas and matplotlib. It needs uv.
lock:
	$(COMPILE) --output-file requirements.txt
	printf '%s\n' $(OLDEST) | $(COMPILE) - --output-file tests/oldest.txt

clean:
	rm -rf .venv .venv-*

# Each environment has its own list. Stale when the list or the package is newer: then it is made afresh.
.venv/ready: requirements.txt
.venv-oldest/ready: tests/oldest.txt
.venv/ready .venv-oldest/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "This needs Python 3.11 or later. Name yours, such as: make $(or $(MAKECMDGOALS),lab) PYTHON=python3.12"; exit 1; }
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(filter %.txt,$^)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@
