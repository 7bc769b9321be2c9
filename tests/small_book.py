"""A small copy of the book's machinery in a folder of its own, for the tests that break things."""

import contextlib
import os
import re
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
```
"""


MOVED = re.compile(r"    moved_pages:.*\n(?:      .+\n)*")  # pages that a small book doesn't have


def read(name: str) -> str:
    """Return the text of a file of the real book."""
    return (ROOT / name).read_text(encoding="utf8")


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
            "constraints.txt",
            "tests/comparison.py",
            "tests/page_regression.py",
            "tests/recording.py",
            "book/references.bib",
        ):
            shutil.copyfile(ROOT / name, self.folder / name)
        self.change("_config.yml", MOVED.search(read("_config.yml"))[0], "")
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / "code", self.folder / "code", ignore=ignored)
        shutil.copytree(ROOT / "book" / "_static", self.folder / "book" / "_static")
        self.folder.joinpath("pyproject.toml").write_text("[tool.pytest.ini_options]\n")
        for name, text in pages.items():
            self.write(name, text)
        self.name_pages(*pages)

    def name_pages(self, *names: str):
        """Write the table of contents; the first page is its root."""
        first, *others = names
        toc = ["format: jb-book", f"root: {first}"]
        toc += ["chapters:", *(f"  - file: {name}" for name in others)] if others else []
        self.folder.joinpath("_toc.yml").write_text("\n".join(toc))

    def write(self, name: str, text: str):
        """Write a page."""
        self.page(name).parent.mkdir(parents=True, exist_ok=True)
        self.page(name).write_text(text, encoding="utf8")

    def change(self, path: str, old: str, new: str):
        """Replace a text that a file of the book holds once."""
        file = self.folder / path
        text = file.read_text(encoding="utf8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new), encoding="utf8")

    def recording(self, name: str) -> Path:
        """Return the file of a page's recording."""
        return self.folder / "tests" / "recorded" / f"{name}.json"

    def html(self, name: str) -> str:
        """Return a page of the site."""
        return (self.folder / "_build" / "html" / f"{name}.html").read_text(encoding="utf8")

    def page(self, name: str) -> Path:
        """Return the path of a page."""
        return self.folder / "book" / f"{name}.md"

    def environment(self, **more: str) -> dict[str, str]:
        """Return an environment without this one's settings of pytest and annbook."""
        private = ("PYTEST", "ANNBOOK_", "GITHUB_")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(private)}
        own = {"ANNBOOK_OFFLINE": "1", "PYTHONPATH": str(self.folder / "code")}
        return {**kept, **own, **more}

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess:
        """Run Python with `command` in the book's folder; its output and errors come together."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environment(**environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def build(self, **environment: str) -> subprocess.CompletedProcess:
        """Build the book."""
        return self.run("code/build_book.py", **environment)

    def start_build(self, **environment: str) -> subprocess.Popen:
        """Start a build in the background."""
        return subprocess.Popen(
            [sys.executable, "code/build_book.py"],
            cwd=self.folder,
            env=self.environment(**environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def kernels(self) -> list:
        """Return the kernels that are running on pages of this book."""
        import psutil

        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                own = str(self.folder) in process.environ().get("PYTHONPATH", "")
                if own and "ipykernel_launcher" in process.cmdline():
                    found.append(process)
        return found
