"""Find the files of the real datasets on this machine, and check them before they are read."""

from __future__ import annotations

import hashlib
import os
import zlib
from pathlib import Path

import numpy as np

from annbook.datasets import published, reading


class DatasetError(RuntimeError):
    """A real dataset can't be used as it is; the message says why, and what to do."""


_STARTED_IN = Path.cwd()  # what a relative ANNBOOK_DATA is relative to, wherever a page goes later
_checked: set[tuple] = set()  # file states whose sum was right


def find(name: str) -> tuple[str, Path] | None:
    """Look for a dataset in the local folder and in the official cache.

    Parameters
    ----------
    name : str
        A key of ``published.FORMS``.

    Returns
    -------
    tuple of str and Path, or None
        "local folder" or "official", with the folder of the checked files; None if neither has
        them all.

    Raises
    ------
    DatasetError
        A file is damaged or can't be read, or ``ANNBOOK_DATA`` names no readable folder.
    """
    local = _local_folder()
    if local and _has(name, local, "replace it by a good copy, or remove it"):
        return "local folder", local
    folder = published.cache(name).folder
    if _has(name, folder, "unless a download is still running, delete it and try again"):
        return "official", folder
    return None


def is_set(variable: str) -> bool:
    """Return whether an environment variable is set, to something other than 0.

    Parameters
    ----------
    variable : str
        Its name.

    Returns
    -------
    bool
    """
    return os.environ.get(variable, "0") not in ("", "0")


def _local_folder() -> Path | None:
    setting = os.environ.get("ANNBOOK_DATA")
    if not setting:
        return None
    folder = _STARTED_IN / os.path.expanduser(setting)
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.X_OK):
        raise DatasetError(
            f"ANNBOOK_DATA: got {folder}, want a readable folder; correct it, or unset it to use "
            "the official downloads"
        )
    return folder


def _has(name: str, folder: Path, advice: str) -> bool:
    """Return whether the folder has a dataset in one of its forms; check the files that it has."""
    for files in published.FORMS[name]:
        present = [file for file in files if os.path.lexists(folder / file)]
        for file in present:
            _check(folder / file, published.SHA256[file], advice)
        if len(present) == len(files):
            return True
    return False


def _check(path: Path, sha256: str, advice: str) -> None:
    """Raise unless the file is intact. Hash it once per process as long as it stays the same."""
    try:
        status = os.stat(path)
        state = (path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        if state in _checked:
            return
        intact = _sha256(path) == sha256
    except OSError as error:
        raise DatasetError(
            f"{path}: got {error.strerror}, want a readable file; {advice}"
        ) from error
    if not intact:
        raise DatasetError(
            f"{path}: got a wrong checksum, want the published file; it is damaged or incomplete: "
            f"{advice}"
        )
    _checked.add(state)


def _sha256(path: Path) -> str:
    if path.suffix == ".pkz":
        try:
            table = np.ascontiguousarray(reading.read_housing_table(path))
        except (zlib.error, ValueError):
            return "no compressed table of that size"
        return hashlib.sha256(table).hexdigest()
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
