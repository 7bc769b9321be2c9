"""Execute the pages that have no artifact: some at once, those that measure time one by one."""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import filelock
import yaml

from annbook import datasets
from bookbuilder import artifacts, kernels
from bookbuilder.artifacts import Artifact
from bookbuilder.errors import BookError, blaming
from bookbuilder.pages import BUILD, ROOT, data_of, measures_time, read_page, read_text

WORKERS = 2  # pages at a time: each uses two threads where it computes most


@contextlib.contextmanager
def only_build():
    """Wait until no other process executes pages or builds in this folder, and keep others off."""
    with blaming(BUILD, "write to"):
        BUILD.mkdir(exist_ok=True)
        lock = filelock.FileLock(BUILD / ".lock")
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout:
            print("Another build works in this folder: waiting for it", flush=True)
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def fetch_data(notebooks: dict) -> dict[str, str]:
    """Have the data at hand that the pages name; return the stand-ins, with the reason of each.

    Parameters
    ----------
    notebooks
        Pages with their notebooks.

    Raises
    ------
    BookError
        If a page names data that don't exist.
    annbook.datasets.DatasetError
        If a file is damaged, or data must be real and can't be had.
    """
    stand_ins = {}
    for page, notebook in notebooks.items():
        for name in data_of(notebook):
            try:
                if datasets.fetch(name) == "stand-in":
                    stand_ins[name] = datasets.why_stand_in(name)
            except ValueError as error:
                raise BookError(f"{page.relative_to(ROOT)}: data: {error}") from error
    return stand_ins


def read_pages(paths: list[Path]) -> tuple[dict, list[str]]:
    """Return the pages that can be read with their notebooks, and what is wrong with the others."""
    notebooks, faults = {}, []
    for page in paths:
        try:
            notebooks[page] = read_page(page)
        except BookError as error:
            faults.append(str(error))
    return notebooks, faults


def execute_missing(notebooks: dict, *, anew: bool = False) -> list[str]:
    """Execute the pages that have no artifact; return what is wrong with those that fail.

    Parameters
    ----------
    notebooks
        Pages with their notebooks.
    anew
        Execute all, in the reverse order.
    """
    todo = [page for page in notebooks if anew or not artifacts.find(page, notebooks[page])]
    if not todo:
        return []
    print(f"Executing {len(todo)} of {len(notebooks)} pages", flush=True)
    alone = [page for page in todo if measures_time(notebooks[page])]
    together = [page for page in todo if page not in alone]
    together.sort(key=artifacts.seconds_of_last, reverse=True)
    if anew:
        together.reverse()
    faults: list[str] = []
    timeout = yaml.safe_load(read_text(ROOT / "_config.yml"))["execute"]["timeout"]

    async def execute_all():
        for some, workers in ((together, WORKERS), (alone, 1)):
            free = asyncio.Semaphore(workers)
            await asyncio.gather(*(execute(page, free) for page in some))

    async def execute(page: Path, free: asyncio.Semaphore):
        notebook = notebooks[page]
        async with free:
            reason = "anew" if anew else artifacts.reason_to_execute(page, notebook)
            depends = artifacts.dependencies(notebook)
            before = artifacts.with_modules(depends, all_modules())["modules"]
            try:
                outputs, seconds, peak, modules = await kernels.execute_page(
                    page, notebook, timeout
                )
            except kernels.PageError as error:
                faults.append(str(error))
                print(f"    failed  {page.relative_to(ROOT)}", flush=True)
                return
            modules = artifacts.that_matter(modules, depends["data"])
            depends |= {"modules": {path: before.get(path) for path in modules}}
            artifacts.store(page, Artifact(depends, outputs, seconds, peak))
            print(f"  {seconds:6.1f} s  {page.relative_to(ROOT)}  ({reason})", flush=True)

    run_interruptibly(lambda: asyncio.run(execute_all()))
    return sorted(faults)


def all_modules() -> list[str]:
    """Return the files of annbook, below ``code/``."""
    files = (ROOT / "code" / "annbook").rglob("*.py")
    return [file.relative_to(ROOT / "code").as_posix() for file in files]


def run_interruptibly(function: Callable[[], None]) -> None:
    """Run a function so that Ctrl-C and SIGTERM end the process and its kernels at once.

    nbclient takes the signals for itself, but only in the main thread: it works in another one.
    """
    raised: list[BaseException] = []

    def work():
        try:
            function()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.2)
    except KeyboardInterrupt:
        kernels.kill_all()
        print("\nInterrupted: what was finished is kept.", flush=True)
        os._exit(128 + signal.SIGINT)
    if raised:
        raise raised[0]
