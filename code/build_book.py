"""Build the book: execute its pages, then let Jupyter Book make the site of them.

    python code/build_book.py

Outputs are cached under a key of all that they depend on: the cells (by jupyter-cache), the
``annbook`` package, the versions of the packages that pages use, and whether each dataset is real
(all here). With nothing changed, nothing is executed.
"""

import asyncio
import hashlib
import os
import platform
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.metadata import version
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from sqlalchemy.exc import OperationalError

from annbook import datasets

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "book"
BUILD = ROOT / "_build"
REAL_DATASETS = ("mnist", "fashion_mnist", "imdb", "california_housing")
KEPT_CACHES = 3  # e.g. real data, stand-ins, and the state before the last change


def page_requirements() -> list[str]:
    """Return the names of the packages that pages import, as far as they apply on this machine."""
    lines = (ROOT / "requirements-pages.txt").read_text().splitlines()
    stated = [Requirement(line) for line in lines if line and line[0] not in "#-"]
    return sorted(r.name for r in stated if r.marker is None or r.marker.evaluate())


@cache
def execution_key() -> str:
    """Return the hash of everything besides the cells that a page's output depends on."""
    key = os.environ.get("ANNBOOK_EXECUTION_KEY")
    if key:
        return key
    parts = [platform.python_version(), platform.machine()]
    parts += [f"{name}=={version(name)}" for name in page_requirements()]
    parts += [f"{name} {datasets.source(name) == 'stand-in'}" for name in REAL_DATASETS]
    for file in sorted((ROOT / "code" / "annbook").rglob("*.py")):
        parts.append(
            f"{file.relative_to(ROOT).as_posix()} {hashlib.sha256(file.read_bytes()).hexdigest()}"
        )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder that holds the outputs belonging to the present execution key."""
    return BUILD / "cache" / execution_key()


def pages() -> list[Path]:
    """Return the pages that the table of contents names; Sphinx reports those that are missing."""
    from sphinx_external_toc.parsing import parse_toc_yaml

    named = [PAGES / f"{name}.md" for name in parse_toc_yaml(str(ROOT / "_toc.yml"))]
    return [path for path in named if path.exists()]


def read_page(path: Path):
    """Return a page as a notebook, exactly as Sphinx will read it; None if it has no code."""
    from jupyter_cache.readers import get_reader

    if "\nkernelspec:" not in path.read_text(encoding="utf8"):
        return None
    return get_reader({"name": "myst_nb_md", "type": "plugin"})(str(path))


def failure(notebook, error: Exception) -> str:
    """Return ``line: reason`` for an error that ended the execution of a notebook."""
    reached = [i for i, cell in enumerate(notebook.cells) if cell.get("execution_count")]
    line = notebook.metadata["source_map"][reached[-1] if reached else 0] + 1
    reason = f"{error.ename}: {error.evalue}" if hasattr(error, "ename") else str(error)
    return f"{line}: {reason.splitlines()[0]}"


def execute_page(path: Path, timeout: float) -> tuple[str | None, float, str | None]:
    """Execute one page in a fresh kernel.

    Returns
    -------
    notebook : str or None
        The executed notebook as JSON; None if it failed.
    seconds : float
    error : str or None
        ``page:line: error`` if it failed.
    """
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    with tempfile.TemporaryDirectory(prefix="k") as sockets:

        class UnixSocketManager(AsyncKernelManager):
            """Kernels that start together race for TCP ports; sockets in a folder each can't."""

            def __init__(self, **kwargs):
                super().__init__(**kwargs)
                self.transport, self.ip = "ipc", f"{sockets}/s"

        notebook = read_page(path)
        timeout = notebook.metadata.get("mystnb", {}).get("execution_timeout", timeout)
        started = time.monotonic()
        client = NotebookClient(
            notebook,
            kernel_manager_class=UnixSocketManager if os.name == "posix" else AsyncKernelManager,
            timeout=timeout,
            record_timing=False,  # timings in the metadata would change the cache's hash
            resources={"metadata": {"path": str(path.parent)}},
        )
        try:
            asyncio.run(client.async_execute())
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            seconds = time.monotonic() - started
            return None, seconds, f"{path.relative_to(ROOT)}:{failure(notebook, error)}"
    return nbformat.writes(notebook), time.monotonic() - started, None


def measures_time(path: Path) -> bool:
    """Tell whether a page shows what no second execution would: how long something takes."""
    cells = read_page(path).cells
    return any("nbval-ignore-output" in cell.metadata.get("tags", []) for cell in cells)


def fill_cache(workers: int = 2) -> list[str]:
    """Execute all pages that the cache doesn't hold; return the errors.

    `workers` pages at a time; then those that measure time, each alone.
    """
    todo = [path for path in pages() if read_page(path) and not executed_page(path)]
    if todo:
        print(f"Executing {len(todo)} of {len(pages())} pages")
    alone = [path for path in todo if measures_time(path)]
    together = [path for path in todo if path not in alone]
    return execute(together, workers) + execute(alone, 1)


def execute(paths: list[Path], workers: int) -> list[str]:
    """Execute pages, `workers` at a time, into the cache; return the errors."""
    import nbformat
    from jupyter_cache import get_cache
    from jupyter_cache.base import CacheBundleIn

    store, errors = get_cache(cache_folder()), []
    timeout = yaml.safe_load((ROOT / "_config.yml").read_text())["execute"]["timeout"]
    with ProcessPoolExecutor(workers) as pool:
        jobs = {path: pool.submit(execute_page, path, timeout) for path in paths}
        for path, job in jobs.items():  # one writer: jupyter-cache's database knows no other way
            notebook, seconds, error = job.result()
            print(
                f"  {seconds:6.1f} s  {path.relative_to(ROOT)}{'  FAILED' if error else ''}",
                flush=True,
            )
            if error:
                errors.append(error)
                continue
            bundle = CacheBundleIn(
                nbformat.reads(notebook, 4), str(path), data={"execution_seconds": seconds}
            )
            store.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return errors


def executed_page(path: Path):
    """Return a page as an executed notebook from the cache; None if it isn't there."""
    from jupyter_cache import get_cache

    notebook = read_page(path)
    try:
        return notebook and get_cache(cache_folder()).merge_match_into_notebook(notebook)[1]
    except KeyError:
        return None


def drop_old_caches() -> None:
    """Delete all but the most recently used caches."""
    cache_folder().touch()
    by_age = sorted((BUILD / "cache").iterdir(), key=lambda folder: folder.stat().st_mtime)
    for folder in by_age[:-KEPT_CACHES]:
        shutil.rmtree(folder)


def build_site() -> int:
    """Let Jupyter Book make the site from the cache, warnings as errors; return its status."""
    from jupyter_book.sphinx import build_sphinx

    result = build_sphinx(
        PAGES,
        BUILD / "html",
        path_config=ROOT / "_config.yml",
        noconfig=True,
        confoverrides={
            "external_toc_path": str(ROOT / "_toc.yml"),
            "latex_individualpages": False,  # wanted even where no LaTeX is made
            "nitpicky": True,
        },
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    if isinstance(result, Exception):
        print(f"error: {result}", file=sys.stderr)
    return int(bool(result))


def main() -> int:
    """Execute, build, report all failures; return the exit status."""
    os.chdir(ROOT)
    # Kernels and Sphinx use the package of this folder, whatever else is installed.
    os.environ["PYTHONPATH"] = str(ROOT / "code")
    try:
        os.environ["ANNBOOK_EXECUTION_KEY"] = execution_key()
        if any(datasets.source(name) == "stand-in" for name in REAL_DATASETS):
            os.environ["ANNBOOK_OFFLINE"] = "1"  # all pages see the same data as the key
        cache_folder().mkdir(parents=True, exist_ok=True)
        errors = fill_cache()
        drop_old_caches()
    except datasets.DatasetError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (OSError, OperationalError) as error:
        reason = getattr(error, "strerror", None) or error.args[0]
        print(f"error: can't write to the folder {cache_folder()}: {reason}", file=sys.stderr)
        return 1
    status = build_site()
    for error in errors:
        print(f"error: {error}", file=sys.stderr)
    if status or errors:
        print("The book has errors (above): no site.", file=sys.stderr)
        return 1
    print(f"The book is at {BUILD / 'html' / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
