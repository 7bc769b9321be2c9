"""Let pytest collect the book's pages."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "code"))

pytest_plugins = ["tests.page_regression"]
