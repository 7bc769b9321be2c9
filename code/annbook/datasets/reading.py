"""Read the files of the real datasets, once they are checked, without Keras or scikit-learn."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

Images = tuple[np.ndarray, np.ndarray]  # images and their labels
IMDB_WORDS = 88_584  # in Keras's word index


def read_mnist(folder: Path) -> tuple[Images, Images]:
    """Read ``mnist.npz`` of Keras.

    Parameters
    ----------
    folder : Path
        The folder that holds the file.

    Returns
    -------
    ((x_train, y_train), (x_test, y_test))
        uint8 arrays of shapes (n, 28, 28) and (n,).
    """
    with np.load(folder / "mnist.npz", allow_pickle=False) as file:
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])


def read_fashion_mnist(folder: Path) -> tuple[Images, Images]:
    """Read the four idx files of Fashion-MNIST: a big-endian header, then one byte per value.

    Parameters
    ----------
    folder : Path
        The folder that holds the folder ``fashion-mnist``.

    Returns
    -------
    ((x_train, y_train), (x_test, y_test))
        uint8 arrays of shapes (n, 28, 28) and (n,).
    """

    def read(file: str, header: int) -> np.ndarray:
        with gzip.open(folder / "fashion-mnist" / file) as stream:
            return np.frombuffer(stream.read(), np.uint8, offset=header).copy()

    def read_part(part: str) -> Images:
        images = read(f"{part}-images-idx3-ubyte.gz", header=16)
        return images.reshape(-1, 28, 28), read(f"{part}-labels-idx1-ubyte.gz", header=8)

    return read_part("train"), read_part("t10k")


def read_imdb(folder: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Read ``imdb.npz`` of Keras, the training half, then the test half.

    Each half is read only when it is asked for: as Python integers it takes a quarter gigabyte.

    Parameters
    ----------
    folder : Path
        The folder that holds the file.

    Yields
    ------
    reviews : array of shape (n,), object
        Lists of ranks, in the order that Keras shuffles them into.
    labels : array of shape (n,), int64
    """
    rng = np.random.RandomState(113)
    with zipfile.ZipFile(folder / "imdb.npz") as archive:
        for half in ("train", "test"):
            labels = np.lib.format.read_array(io.BytesIO(archive.read(f"y_{half}.npy")))
            order = np.arange(len(labels))
            rng.shuffle(order)
            reviews = _read_object_array(archive.read(f"x_{half}.npy"))[order]
            yield reviews, labels[order]
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
    """Read ``imdb_word_index.json`` of Keras.

    Parameters
    ----------
    folder : Path
        The folder that holds the file.

    Returns
    -------
    dict of str to int
        Word → rank, from 1.
    """
    return json.loads((folder / "imdb_word_index.json").read_text(encoding="utf8"))


def read_california_housing(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Compute X and y from the table of the districts, as scikit-learn does.

    Parameters
    ----------
    folder : Path
        The folder that holds scikit-learn's ``cal_housing_py3.pkz``, or the published
        ``cal_housing.tgz``.

    Returns
    -------
    X : array of shape (n, 8), float64
    y : array of shape (n,), float64
    """
    path = folder / "cal_housing_py3.pkz"
    table = read_housing_table(path if path.exists() else folder / "cal_housing.tgz")
    value, X = table[:, 0] / 100_000, table[:, 1:]
    rooms, bedrooms, people, households = 2, 3, 4, 5
    X[:, rooms] /= X[:, households]
    X[:, bedrooms] /= X[:, households]
    X[:, households] = X[:, people] / X[:, households]
    return X, value


def read_housing_table(path: Path) -> np.ndarray:
    """Read the table that scikit-learn caches, or make it of the published archive.

    joblib writes a pickle that describes the array, then the array's bytes and a final dot, all of
    it compressed. That is read without unpickling it.

    Parameters
    ----------
    path : Path
        ``cal_housing_py3.pkz`` or ``cal_housing.tgz``.

    Returns
    -------
    array of shape (n, 9), float64
        Value, income, age, rooms, bedrooms, people, households, latitude, longitude; the columns
        stand one after another in memory. n is 20,640 (in the archive, whatever it holds).

    Raises
    ------
    zlib.error, ValueError
        The ``.pkz`` is not a compressed table of that size.
    """
    if path.suffix == ".pkz":
        content = zlib.decompress(path.read_bytes())
        numbers = np.frombuffer(content[:-1][-20_640 * 9 * 8 :], "<f8")
        return numbers.reshape((20_640, 9), order="F").copy(order="F")
    with tarfile.open(path, "r:gz") as archive:
        table = np.loadtxt(archive.extractfile("CaliforniaHousing/cal_housing.data"), delimiter=",")
    return table[:, [8, 7, 2, 3, 4, 5, 6, 1, 0]].copy(order="F")
