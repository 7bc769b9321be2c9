PYTHON ?= python3
PY := .venv/bin/python
.PHONY: book test record lint lock clean

book: .venv/installed  ## execute the pages and build the site
	@$(PY) code/build_book.py

test: .venv/installed  ## everything that CI checks
	@$(PY) tests/find_chromium.py || $(PY) -m playwright install chromium || true
	@$(PY) -m pytest -rs

record: .venv/installed  ## write what the pages print today into tests/recorded (needs the real data)
	@$(PY) -m pytest book --record

lint: .venv/installed
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

lock: .venv/installed  ## pin all packages to what is installed (run it with the oldest Python 3.11: some need a later patch release)
	@$(PY) -m pip freeze --exclude-editable > constraints.txt

clean:  ## remove the site, the execution cache and the environment
	@rm -rf _build .venv

.venv/installed: requirements.txt requirements-pages.txt constraints.txt pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "error: $(PYTHON) was not found: install Python 3.11 to 3.13, or name one: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "error: $$($(PYTHON) --version) can't run the book's packages: install Python 3.11 to 3.13, or name one: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "error: $(PYTHON) comes without venv: install it (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch .venv/installed
