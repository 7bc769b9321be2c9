"""Build the book: execute the pages that have changed, then make the site of them all."""

import os
import signal
import sys
import time

from annbook.datasets import DatasetError
from bookbuilder import artifacts, site
from bookbuilder.errors import BookError
from bookbuilder.execution import execute_missing, fetch_data, only_build, read_pages
from bookbuilder.pages import ROOT, pages


def main() -> int:
    """Build the book; report all errors, a line each; return the exit status."""
    for stop in (signal.SIGINT, signal.SIGTERM):  # a shell's background job ignores the first
        signal.signal(stop, signal.default_int_handler)
    try:
        with only_build():
            return build()
    except (BookError, DatasetError) as error:
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted: what was finished is kept.", file=sys.stderr)
        return 128 + signal.SIGINT
    return 1


def build() -> int:
    """Do the work of `main`, in a folder where no other build is at work."""
    os.environ["PYTHONPATH"] = str(ROOT / "code")
    notebooks, errors = read_pages(pages())
    stand_ins = fetch_data(notebooks)
    errors += execute_missing(notebooks)
    executed = {page: artifacts.find(page, notebook) for page, notebook in notebooks.items()}
    failed = [page for page, artifact in executed.items() if artifact is None]
    for name in (str(page.relative_to(ROOT)) for page in failed):
        if not any(error.startswith(f"{name}:") for error in errors):
            errors.append(f"{name}: something it depends on changed meanwhile: build again")
    done, warnings = site.build(executed, failed)
    said = "\n".join(warnings)
    for message in warnings + [f"error: {error}" for error in errors if error not in said]:
        print(message, file=sys.stderr)
    for name, reason in stand_ins.items():
        print(f"Stand-in data for {name}: {reason}")
    index = site.SITE / "index.html"
    if done and not errors:
        print(f"The book is at {index}")
        return 0
    print("The book has errors (above): " + what_remains(index), file=sys.stderr)
    return 1


def what_remains(index) -> str:
    """Say what a reader finds after a build that failed."""
    if not index.exists():
        return "no site."
    built = time.strftime("%Y-%m-%d %H:%M", time.localtime(index.stat().st_mtime))
    return f"{index} is that of the last good build ({built})."
