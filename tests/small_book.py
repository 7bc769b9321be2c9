"""A small copy of the book's machinery in a folder of its own, for the tests that break things."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

HEADER = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# A page

```{code-cell} ipython3
import annbook
annbook.setup()
```
"""


class SmallBook:
    """The real configuration, code and style with pages of the test's own."""

    def __init__(self, folder: Path, **pages: str):
        self.folder = folder / "a book with spaces"
        (self.folder / "book").mkdir(parents=True)
        (self.folder / "tests").mkdir()
        for name in (
            "_config.yml",
            "conftest.py",
            "requirements-pages.txt",
            "tests/page_regression.py",
            "book/references.bib",
        ):
            shutil.copyfile(ROOT / name, self.folder / name)
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / "code", self.folder / "code", ignore=ignored)
        shutil.copytree(ROOT / "book" / "_static", self.folder / "book" / "_static")
        self.folder.joinpath("pyproject.toml").write_text("[tool.pytest.ini_options]\n")
        toc = [
            "format: jb-book",
            "root: index",
            "chapters:",
            *(f"  - file: {n}" for n in pages if n != "index"),
        ]
        self.folder.joinpath("_toc.yml").write_text("\n".join(toc if len(pages) > 1 else toc[:2]))
        for name, text in pages.items():
            self.page(name).write_text(text, encoding="utf8")

    def page(self, name: str) -> Path:
        """Return the path of a page."""
        return self.folder / "book" / f"{name}.md"

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess:
        """Run Python with `command` in the book's folder; its output and errors come together."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "ANNBOOK_"))}
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env={
                **kept,
                "ANNBOOK_OFFLINE": "1",
                "PYTHONPATH": str(self.folder / "code"),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def build(self, **environment: str) -> subprocess.CompletedProcess:
        """Build the book."""
        return self.run("code/build_book.py", **environment)
