"""Find the files of the real datasets, check them, and read them without importing Keras."""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import io
import json
import os
import pickle
import socket
import tempfile
import threading
import urllib.error
import urllib.request
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np


class DatasetError(RuntimeError):
    """A real dataset can't be used as it is; the message says why, and what to do."""


# The SHA-256 of the published files. Of California housing scikit-learn writes the file itself, in
# bytes that vary with the versions of its libraries: there it is the sum of the table inside.
SHA256 = {
    "mnist": {
        "mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    },
    "fashion_mnist": {
        "fashion-mnist/train-images-idx3-ubyte.gz": (
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
        ),
        "fashion-mnist/train-labels-idx1-ubyte.gz": (
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
        ),
        "fashion-mnist/t10k-images-idx3-ubyte.gz": (
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
        ),
        "fashion-mnist/t10k-labels-idx1-ubyte.gz": (
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
        ),
    },
    "imdb": {
        "imdb.npz": "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
    },
    "imdb_word_index": {
        "imdb_word_index.json": "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",
    },
    "california_housing": {
        "cal_housing_py3.pkz": "898f39f9b96274ded9a9f5a3b1b9f1dc032ab86955ac0f86b1c17330ba30cb25",
    },
}


class _Library(NamedTuple):
    """A library that downloads data: where it keeps them, and where it gets them."""

    variable: str
    default_home: str
    subfolder: str
    host: str

    @property
    def cache(self) -> Path:
        home = os.environ.get(self.variable) or self.default_home
        return Path(os.path.expanduser(home), self.subfolder)


_KERAS = _Library("KERAS_HOME", "~/.keras", "datasets", "storage.googleapis.com")
_SCIKIT_LEARN = _Library("SCIKIT_LEARN_DATA", "~/scikit_learn_data", "", "ndownloader.figshare.com")

_PROBE_SECONDS = 3
_DOWNLOAD_SILENCE_SECONDS = 30
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}

_checked: set[tuple] = set()  # file states whose sum was right
_network_problems: dict[str, str] = {}  # host -> why it is of no use; "" if it answered


# ---- finding -------------------------------------------------------------------------------------


def locate(name: str) -> tuple[str, Path | str]:
    """Return a dataset's source, with the folder of its checked files or why it is a stand-in."""
    local = _local_folder()
    if local and _is_complete(name, local, "replace it by a good copy, or remove it."):
        return "local folder", local
    library = _SCIKIT_LEARN if name == "california_housing" else _KERAS
    problem = "" if _is_cached(name, library) else _download(name, library)
    return ("stand-in", problem) if problem else ("official", library.cache)


def _local_folder() -> Path | None:
    setting = os.environ.get("ANNBOOK_DATA")
    if not setting:
        return None
    folder = os.path.expanduser(setting)
    if not os.path.isdir(folder) or not os.access(folder, os.R_OK | os.X_OK):
        raise DatasetError(
            f"ANNBOOK_DATA is set to {folder}, which is not a readable folder; correct it, or "
            "unset it to use the official downloads."
        )
    return Path(folder)


def _is_cached(name: str, library: _Library) -> bool:
    advice = "unless a download is still running, delete it and try again."
    return _is_complete(name, library.cache, advice)


def _is_complete(name: str, folder: Path, advice: str) -> bool:
    """Check the files of a dataset that the folder has; return whether it has them all."""
    present = {f: s for f, s in SHA256[name].items() if os.path.lexists(folder / f)}
    for file, sha256 in present.items():
        _check(folder / file, sha256, advice)
    return present.keys() == SHA256[name].keys()


def _check(path: Path, sha256: str, advice: str) -> None:
    """Raise unless the file is intact. Hash it once per process as long as it stays the same."""
    try:
        status = os.stat(path)
        state = (path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        if state in _checked:
            return
        intact = _sha256(path) == sha256
    except OSError as error:
        raise DatasetError(f"{path} can't be read ({error.strerror}): {advice}") from error
    if not intact:
        raise DatasetError(f"{path} is damaged or incomplete (wrong SHA-256): {advice}")
    _checked.add(state)


def _sha256(path: Path) -> str:
    if path.suffix == ".pkz":
        try:
            return hashlib.sha256(np.ascontiguousarray(_housing_table(path))).hexdigest()
        except (zlib.error, ValueError):
            return "no compressed table of that size"
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---- downloading ---------------------------------------------------------------------------------


def _download(name: str, library: _Library) -> str:
    """Let the official loader fill its cache; return what kept it from that, "" if nothing did."""
    if os.environ.get("ANNBOOK_OFFLINE", "0") not in ("", "0"):
        return "ANNBOOK_OFFLINE is set"
    if library.host not in _network_problems:
        answers = _answers(library.host)
        _network_problems[library.host] = "" if answers else f"{library.host} can't be reached"
    if _network_problems[library.host]:
        return _network_problems[library.host]
    _require_writable(name, library)
    load = _official_loader(name)
    try:
        with _quiet_and_impatient():
            load()
    except Exception as error:  # Keras raises bare Exceptions
        if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
            raise _not_writable(library, error) from error
        _is_cached(name, library)  # raises if the download left a damaged file
        _network_problems[library.host] = f"the download failed: {error}"
        return _network_problems[library.host]
    if not _is_cached(name, library):
        raise DatasetError(
            f"{name} was downloaded, but not to {library.cache}; set {library.variable}, to a "
            "folder that can be written to, before anything is imported."
        )
    return ""


def _answers(host: str) -> bool:
    """Return whether a web server (through the proxy, if one is set) answers within seconds."""
    answered = threading.Event()

    def ask() -> None:
        request = urllib.request.Request(f"https://{host}/", method="HEAD")
        with contextlib.suppress(Exception):  # whatever it is, there is no network to use
            with contextlib.suppress(urllib.error.HTTPError):  # refusing is answering
                urllib.request.urlopen(request, timeout=_PROBE_SECONDS).close()
            answered.set()

    thread = threading.Thread(target=ask, daemon=True)  # as a name look-up knows no time-out
    thread.start()
    thread.join(_PROBE_SECONDS + 1)
    return answered.is_set()


def _require_writable(name: str, library: _Library) -> None:
    """Raise unless the cache can be written to: Keras would silently use another folder."""
    try:
        for file in SHA256[name]:
            folder = (library.cache / file).parent
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        home = library.cache.parent if library.subfolder else library.cache
        if not os.access(home, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise _not_writable(library, error) from error


def _not_writable(library: _Library, error: OSError) -> DatasetError:
    return DatasetError(
        f"The download can't be stored in {library.cache} ({error.strerror}): make room there or "
        f"make it writable, or set {library.variable} to another folder."
    )


def _official_loader(name: str) -> Callable[[], object]:
    if name == "california_housing":
        from sklearn.datasets import fetch_california_housing

        return lambda: fetch_california_housing(n_retries=1)
    import keras

    if name == "imdb_word_index":
        return keras.datasets.imdb.get_word_index
    return getattr(keras.datasets, name).load_data


@contextlib.contextmanager
def _quiet_and_impatient() -> Iterator[None]:
    """Hide progress bars and warnings, and give up on a server that falls silent."""
    patience = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_DOWNLOAD_SILENCE_SECONDS)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        socket.setdefaulttimeout(patience)


# ---- reading checked files -----------------------------------------------------------------------


def read_mnist(folder: Path) -> tuple:
    """Return the arrays of Keras's ``mnist.npz``."""
    with np.load(folder / "mnist.npz", allow_pickle=False) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])


def read_fashion_mnist(folder: Path) -> tuple:
    """Return the arrays of the four idx files: big-endian header, then one byte per value."""

    def read(file: str, header: int) -> np.ndarray:
        with gzip.open(folder / "fashion-mnist" / file) as stream:
            return np.frombuffer(stream.read(), np.uint8, offset=header).copy()

    def read_part(part: str) -> tuple[np.ndarray, np.ndarray]:
        images = read(f"{part}-images-idx3-ubyte.gz", header=16)
        return images.reshape(-1, 28, 28), read(f"{part}-labels-idx1-ubyte.gz", header=8)

    return read_part("train"), read_part("t10k")


def read_imdb(folder: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Return the training and the test half: reviews as lists of ranks, in Keras's order, labels.

    Each half is read only when it is asked for: as Python integers it takes a quarter gigabyte.
    """
    rng = np.random.RandomState(113)
    with zipfile.ZipFile(folder / "imdb.npz") as archive:
        for half in ("train", "test"):
            order = np.arange(25_000)
            rng.shuffle(order)
            reviews = _read_object_array(archive.read(f"x_{half}.npy"))[order]
            labels = np.lib.format.read_array(io.BytesIO(archive.read(f"y_{half}.npy")))[order]
            yield reviews, labels
            del reviews


def _read_object_array(content: bytes) -> np.ndarray:
    stream = io.BytesIO(content)
    np.lib.format.read_magic(stream)
    np.lib.format.read_array_header_1_0(stream)
    return _ArrayUnpickler(stream).load()


class _ArrayUnpickler(pickle.Unpickler):
    """Unpickles NumPy arrays and nothing that could run code."""

    allowed = frozenset(
        {
            ("numpy", "ndarray"),
            ("numpy", "dtype"),
            ("numpy.core.multiarray", "_reconstruct"),
            ("numpy._core.multiarray", "_reconstruct"),
        }
    )

    def find_class(self, module: str, name: str) -> type:
        if (module, name) not in self.allowed:
            raise pickle.UnpicklingError(f"refused to unpickle {module}.{name}")
        return super().find_class(module, name)


def read_imdb_word_index(folder: Path) -> dict[str, int]:
    """Return the word index, as Keras does."""
    return json.loads((folder / "imdb_word_index.json").read_text(encoding="utf8"))


def read_california_housing(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return X and y, computed from the cached table as scikit-learn does."""
    table = _housing_table(folder / "cal_housing_py3.pkz").copy(order="F")
    value, X = table[:, 0] / 100_000, table[:, 1:]
    rooms, bedrooms, people, households = 2, 3, 4, 5
    X[:, rooms] /= X[:, households]
    X[:, bedrooms] /= X[:, households]
    X[:, households] = X[:, people] / X[:, households]
    return X, value


def _housing_table(path: Path) -> np.ndarray:
    """Return scikit-learn's cached table, (20640, 9), without unpickling it.

    joblib writes a pickle that describes the array, then the array's bytes and a final dot; all of
    it compressed. The columns of the array stand one after another.
    """
    with open(path, "rb") as file:
        content = zlib.decompress(file.read())
    numbers = np.frombuffer(content[:-1][-20_640 * 9 * 8 :], "<f8")
    return numbers.reshape((20_640, 9), order="F")
