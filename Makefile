PYTHON ?= python3
PY := .venv/bin/python
.PHONY: book pdf test test-fresh lint check record format lock fonts stills audit clean distclean

book: .venv/installed  ## execute the pages that have changed, and build the site
	@$(PY) code/build_book.py

pdf: book  ## print the whole book as _build/pdf/annbook.pdf; needs Chromium
	@PYTHONPATH=code $(PY) -m bookbuilder.pdf

test: .venv/installed  ## everything that CI checks
	@PYTHONPATH=code $(PY) -m bookbuilder.chromium || $(PY) -m playwright install chromium || true
	@$(PY) -m pytest -rs

test-fresh: .venv/installed  ## execute all pages anew, in another order, and compare; kill twenty builds
	@$(PY) -m pytest book --fresh
	@ANNBOOK_KILLS=20 $(PY) -m pytest tests/build

lint: .venv/installed
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

check: lint  ## lint and the tests that need neither executed pages nor a browser
	@$(PY) -m pytest -q tests/package tests/pages

record: .venv/installed  ## write what the pages print into tests/recorded: all, or PAGE=training/backpropagation
	@$(PY) -m tests.recording $(PAGE)

format: .venv/installed  ## format the code as the linter wants it
	@$(PY) -m ruff check --fix -q . ; $(PY) -m ruff format .

lock: .venv/installed  ## pin all packages that requirements.txt brings, for Python 3.11 to 3.13
	@sed '/^-/d' requirements.txt requirements-pages.txt | $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header --output-file constraints.txt - pyproject.toml

fonts: .venv/installed  ## make the fonts of the site anew, with all that formulas of the last build use
	@PYTHONPATH=code $(PY) -m bookbuilder.fonts

stills: .venv/installed  ## take the pictures that the first page shows until its playground is alive; needs Chromium
	@PYTHONPATH=code $(PY) -m bookbuilder.stills

audit: book  ## ask Lighthouse about all pages of the site, or PAGE=index; needs Node and a quiet machine
	@PYTHONPATH=code $(PY) -m tests.audit $(PAGE)

clean:  ## remove the site and what the pages gave
	@rm -rf _build

distclean: clean  ## remove the environment, too
	@rm -rf .venv

.venv/installed: requirements.txt requirements-pages.txt constraints.txt pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "error: $(PYTHON) was not found: install Python 3.11 to 3.13, or name one: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "error: $$($(PYTHON) --version) can't run the book's packages: install Python 3.11 to 3.13, or name one: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "error: $(PYTHON) comes without venv: install it (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
	@$(PY) -m uv pip install --quiet -r requirements.txt || $(PY) -m pip install --quiet -r requirements.txt  # where only pip knows the index
	@touch .venv/installed
