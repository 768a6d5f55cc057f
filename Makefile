# The two commands of a newcomer are `make lab` and `make test`; each makes its own environment first.
PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
PYTHONS = 3.11 3.12 3.13 3.14
OLDEST = pandas==2.2.3 matplotlib==3.8.4 numpy==2.0.2
COMPILE = uv pip compile pyproject.toml --extra lab --extra test --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --upgrade --quiet

# What somebody set for Pythons of their own is not for these; where pip fetches from stays theirs.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP MPLBACKEND MATPLOTLIBRC JUPYTER_PATH JUPYTER_CONFIG_PATH
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PIP_CONSTRAINT PIP_REQUIRE_HASHES
export PIP_USER = 0
export PIP_REQUIRE_VIRTUALENV = 0
export PIP_NO_BINARY = :none:
export JUPYTER_CONFIG_DIR = $(CURDIR)/$(VENV)/jupyter
export JUPYTER_DATA_DIR = $(JUPYTER_CONFIG_DIR)
export IPYTHONDIR = $(CURDIR)/$(VENV)/ipython
export MPLCONFIGDIR = $(CURDIR)/$(VENV)/matplotlib
install = $(1)/bin/python -m pip install --quiet --disable-pip-version-check

# Where the files of the site's Python come from: an address, or a folder that has them.
# Nothing: the official address.
RUNTIME =
SITE = _site
KIT = _kit
PORT = 8000
ADDRESS =

.PHONY: lab test test-pythons test-newest test-oldest check-all check-lab check-site check-webkit
.PHONY: check-hub check-kit check-tables kit faults bench site serve release outputs report lock clean

lab: $(VENV)/ready
	$(BIN)/python -m jupyterlab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/00-start-here.ipynb

test: $(VENV)/ready
	$(BIN)/python -m tests

# The same on each Python that is supported, if it is there as python3.11 and so on, each in an
# environment of its own.
test-pythons: $(PYTHONS:%=test-python-%)
test-python-%:
	$(MAKE) test VENV=.venv-$* PYTHON=python$*

# The same with the newest release of every library, whatever the lock and the ranges say.
test-newest:
	rm -rf .venv-newest
	$(PYTHON) -m venv .venv-newest
	$(call install,.venv-newest) $$($(PYTHON) tests/libraries.py)
	$(call install,.venv-newest) --no-deps --no-build-isolation -e .
	.venv-newest/bin/python -m tests

# Run every lesson, and the tests of what pandas and matplotlib do in it, on the oldest supported
# versions of both. They were built for Python 3.11 and 3.12 only.
test-oldest: .venv-oldest/ready
	.venv-oldest/bin/python -m pytest --numprocesses auto --dist loadfile tests/test_layers.py tests/test_show.py notebooks

# All of these: the pages, the site, the hub, the kit, the tables, the oldest set, the faults, and each
# Python that is there.
check-all: check-lab check-site check-webkit check-hub check-kit check-tables test-oldest faults
	for version in $(PYTHONS); do \
		if python$$version -c "" 2>/dev/null; then $(MAKE) test-python-$$version || exit 1; fi; done

# Every control of every lesson in a real browser, in JupyterLab and in Notebook: by keyboard, for
# screen readers, narrow.
check-lab: .venv-check/ready
	.venv-check/bin/python -m pytest tests/browser -k lab- & lab=$$!; \
	.venv-check/bin/python -m pytest tests/browser -k "not lab-"; others=$$?; wait $$lab && exit $$others

# Every table, saved anew in LibreOffice in English, German and Ukrainian.
check-tables: $(VENV)/ready
	$(BIN)/python -m tests.check_tables

# Plant each fault of tests/faults.toml in a copy, and see the test fail that must catch it.
faults: .venv-check/ready
	.venv-check/bin/python -m tests.faults

# Measure what a click costs; tests/bench.md has the last result.
bench: .venv-check/ready
	.venv-check/bin/python -m tests.bench

# The lessons as a folder of plain files, which run in a browser with nothing installed.
site: .venv-site/ready
	.venv-site/bin/python -m web.build $(SITE) $(RUNTIME)

# Give that folder to a class on the same network.
serve:
	@$(PYTHON) web/serve.py $(SITE) $(PORT) || \
		{ echo "Another port: make serve PORT=8001. No site yet: make site."; exit 1; }

# What to give to others, in the folder dist: a zip of the site and the teacher's kit with what opens
# it on a machine with Python. ADDRESS is where the site is on the web, for those without.
release: site kit
	rm -rf $(SITE)/kit
	cp -r $(KIT) $(SITE)/kit
	sed 's/<p id="kit" hidden>/<p>/' $(SITE)/index.html > $(SITE)/kit/first.html
	mv $(SITE)/kit/first.html $(SITE)/index.html
	.venv-site/bin/python -m web.release $(SITE) dist $(ADDRESS)

# The teacher's kit: guides, sheets, keys and slides, from the tables, the lessons and teach/words.
kit: .venv-kit/ready
	rm -rf $(KIT)
	.venv-kit/bin/python -m teach.kit $(KIT)

# Build it, search all sheets and slides for keys, and see that a corrected fact comes through.
check-kit: .venv-kit/ready
	.venv-kit/bin/python -m teach.check $(KIT)

# Build it, and the same lessons the stock way to compare with; run every lesson in Node.js and in a
# real browser.
check-site: site
	.venv-site/bin/python -m web.plain _plain $(RUNTIME)
	.venv-site/bin/python -m web.lessons $(SITE)
	.venv-site/bin/python -m web.check $(SITE) _plain

# Answer a question of the built site in WebKit. It needs WebKitWebDriver and xvfb-run.
check-webkit: site
	xvfb-run --auto-servernum .venv-site/bin/python -m web.check_webkit $(SITE)

# A class on a hub, by its protocol and with no browser. It needs Node.js with npm.
check-hub: .venv-hub/ready
	npm install --silent --prefix .venv-hub configurable-http-proxy@5.3.0
	.venv-hub/bin/python hub/check.py

# Run every lesson and store its outputs, after a change of data, helpers or lessons.
outputs: $(VENV)/ready
	$(BIN)/python -m tests.store_outputs

# Start a folder of tables for another report, or say what is still to do in it; data/README.md has
# the steps.
report: $(VENV)/ready
	@$(BIN)/python -c "import sys; from teach import report; print(report.main(sys.argv[1]))" "$(NAME)"

# Lock the newest versions that the ranges in pyproject.toml allow, for Python 3.11 and later, and
# once more with the oldest pandas and matplotlib. It needs uv.
lock:
	$(COMPILE) --output-file requirements.txt
	$(subst pyproject.toml --extra lab --extra test,--group pyproject.toml:site,$(COMPILE)) --output-file web/requirements.txt
	$(COMPILE) --group check --output-file tests/check.txt
	$(subst pyproject.toml --extra lab --extra test,--group pyproject.toml:kit,$(COMPILE)) --output-file teach/requirements.txt
	$(subst --extra test,hub/requirements.in,$(COMPILE)) --output-file hub/requirements.txt
	printf '%s\n' $(OLDEST) | $(COMPILE) - --output-file tests/oldest.txt

clean:
	rm -rf .venv .venv-* _site _plain _kit dist

# Each environment has its own list. It is made afresh when the list or the package is newer, and
# when it does not find the helpers of this folder. It finds them by a path from itself: it may move
# with its folder, and no umlaut in a name keeps Python from starting.
TRY = import sys, helpers; from os.path import samefile; sys.exit(not samefile(helpers.__file__, 'helpers/__init__.py'))
.PHONY: untried
.SECONDEXPANSION:
$(VENV)/ready: requirements.txt
.venv-oldest/ready: tests/oldest.txt
.venv-check/ready: tests/check.txt
.venv-site/ready: web/requirements.txt
.venv-hub/ready: hub/requirements.txt
.venv-kit/ready: teach/requirements.txt
$(VENV)/ready .venv-oldest/ready .venv-check/ready .venv-site/ready .venv-hub/ready .venv-kit/ready: pyproject.toml \
		$$(shell $$(@D)/bin/python -I -c "$$(TRY)" 2>/dev/null || echo untried)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "This needs Python 3.11 or later. Name yours, such as: make $(or $(MAKECMDGOALS),lab) PYTHON=python3.12"; exit 1; }
	@echo "Making $(@D), which takes a minute or two."
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(call install,$(@D)) --require-hashes -r $(filter %.txt,$^)
	$(call install,$(@D)) --no-deps --no-build-isolation -e .
	cd $(@D)/lib/python*/site-packages && echo ../../../.. > _within_limits.pth
	touch $@
