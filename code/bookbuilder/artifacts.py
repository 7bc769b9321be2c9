"""What the execution of each page gave, stored under a key of all that it depends on.

An artifact is a file of two lines of JSON in ``_build/executed/<page>/<key>.json``: what the
execution depended on and the sum of the second line; then outputs, seconds and memory. A page may
keep a few: with the real data, with stand-ins, of the state before the last change.
"""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import nbformat
from packaging.requirements import Requirement

from annbook import datasets
from bookbuilder.errors import BookError, blaming
from bookbuilder.pages import BUILD, ROOT, code_cells, data_of, name_of, read_page

EXECUTED = BUILD / "executed"
KEPT = 3  # artifacts of a page
STAND_INS = "annbook/datasets/stand_ins.py"
OWN, KERNEL = Path(__file__).parent, ("kernels.py", "in_kernel/sitecustomize.py")


@dataclass(frozen=True)
class Artifact:
    """One execution of one page.

    Attributes
    ----------
    depends
        What the outputs depend on, by kind; see `dependencies`.
    outputs
        A list of notebook outputs for each code cell.
    seconds, peak_memory_mb
        What the execution took: time from the start of the kernel, and its largest memory.
    """

    depends: dict
    outputs: list[list]
    seconds: float
    peak_memory_mb: int

    @property
    def key(self) -> str:
        """The name of the artifact: a sum of what it depends on."""
        return digest(json.dumps(self.depends, sort_keys=True))[:16]


def digest(content: str | bytes) -> str:
    """Return the SHA-256 of a text or of bytes."""
    content = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(content).hexdigest()


def dependencies(notebook) -> dict:
    """Return what the outputs of a page depend on besides the modules of annbook."""
    return {
        "cells": digest(json.dumps([cell.source for cell in code_cells(notebook)])),
        "data": {name: "real" if is_real(name) else "stand-in" for name in data_of(notebook)},
        "packages": packages(),
        "python": f"{sys.implementation.name} {platform.python_version()}",
        "machine": f"{platform.system()} {platform.machine()}",
        "kernel": digest("".join((OWN / name).read_text() for name in KERNEL)),
    }


def is_real(dataset: str) -> bool:
    """Tell whether a dataset is at hand, without downloading it."""
    return datasets.source(dataset) in ("local folder", "official")


@cache
def packages() -> str:
    """Return the sum of the lock file and of the installed versions of what pages import."""
    with blaming(ROOT / "constraints.txt", "read"):
        lock = (ROOT / "constraints.txt").read_text()
    lines = (ROOT / "requirements-pages.txt").read_text().splitlines()
    stated = [Requirement(line) for line in lines if line and line[0] not in "#-"]
    names = sorted(r.name for r in stated if r.marker is None or r.marker.evaluate())
    try:
        installed = [f"{name}=={version(name)}" for name in names]
    except PackageNotFoundError as error:
        raise BookError(f"{error.name} isn't installed: run make book, or pip install") from error
    return digest("\n".join([lock, *installed]))


def sum_of_module(path: str) -> str | None:
    """Return the sum of a file below ``code/``; None if there is none."""
    try:
        return digest((ROOT / "code" / path).read_bytes())
    except OSError:
        return None


def that_matter(modules: Iterable[str], data: dict[str, str]) -> list[str]:
    """Leave out the generator of stand-ins, which every page loads, if none of `data` is one."""
    if "stand-in" in data.values():
        return list(modules)
    return [path for path in modules if path != STAND_INS]


def with_modules(depends: dict, modules: Iterable[str]) -> dict:
    """Add to `depends` the modules of annbook, paths below ``code/``, that a page loads."""
    return {**depends, "modules": {path: sum_of_module(path) for path in sorted(modules)}}


def find(page: Path, notebook=None) -> Artifact | None:
    """Return the artifact of a page as it stands; None if it must be executed.

    A damaged file is named, deleted and so never used.
    """
    depends = dependencies(read_page(page) if notebook is None else notebook)
    for path in _files(page):
        head = _read_head(path)
        if head and head["depends"] == with_modules(depends, head["depends"]["modules"]):
            artifact = _read(path, head)
            if artifact:
                os.utime(path)  # the most recently used are kept
                return artifact
    return None


def reason_to_execute(page: Path, notebook) -> str:
    """Say why a page has no artifact: what has changed since the last one."""
    files = _files(page)
    head = _read_head(files[0]) if files else None
    if head is None:
        return "new"
    now = with_modules(dependencies(notebook), head["depends"]["modules"])
    changed = [kind for kind in now if now[kind] != head["depends"].get(kind)]
    if changed == ["modules"]:
        before = head["depends"]["modules"]
        changed = [path for path in before if before[path] != now["modules"][path]]
    more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
    return f"changed: {', '.join(changed[:3])}{more}"


def seconds_of_last(page: Path) -> float:
    """Return how long the last execution of a page took; 0 if that isn't known."""
    heads = [_read_head(path) for path in _files(page)[:1]]
    return heads[0]["seconds"] if heads and heads[0] else 0.0


def store(page: Path, artifact: Artifact) -> None:
    """Write an artifact, whole or not at all, and drop the oldest of this page."""
    body = json.dumps([artifact.outputs, artifact.peak_memory_mb])
    head = {"depends": artifact.depends, "seconds": artifact.seconds, "body": digest(body)}
    write_whole(EXECUTED / name_of(page) / f"{artifact.key}.json", f"{json.dumps(head)}\n{body}\n")
    for old in _files(page)[KEPT:]:
        old.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that at every moment there is the old one or the new one, both complete."""
    with blaming(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            part.write_bytes(content.encode() if isinstance(content, str) else content)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _files(page: Path) -> list[Path]:
    """Return the artifacts of a page, the last one used first."""
    found = []
    for path in (EXECUTED / name_of(page)).glob("*.json"):
        try:
            found.append((path.stat().st_mtime_ns, path))
        except FileNotFoundError:  # another build has just dropped it
            continue
    return [path for _, path in sorted(found, reverse=True)]


def _read_head(path: Path) -> dict | None:
    """Return the first line of an artifact; None, and no artifact any more, if it is damaged."""
    try:
        with path.open(encoding="utf8") as file:
            head = json.loads(file.readline())
        depends = head["depends"]
        if path.stem == Artifact(depends, [], head["seconds"], 0).key and isinstance(
            depends["modules"], dict
        ):
            return head
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError):
        pass
    return _drop(path)


def _read(path: Path, head: dict) -> Artifact | None:
    try:
        _, body = path.read_text(encoding="utf8").split("\n", 1)
        if digest(body.rstrip("\n")) == head["body"]:
            outputs, peak = json.loads(body)
            outputs = [[nbformat.from_dict(output) for output in cell] for cell in outputs]
            return Artifact(head["depends"], outputs, head["seconds"], peak)
    except (OSError, ValueError):
        pass
    return _drop(path)


def _drop(path: Path) -> None:
    with blaming(path, "delete the damaged artifact"):
        path.unlink(missing_ok=True)
    print(f"{path.relative_to(ROOT)} is damaged: its page is executed again", flush=True)
