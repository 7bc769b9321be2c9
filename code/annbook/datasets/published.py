"""The published files of the real datasets: their names, sums, addresses and caches."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

# The files of each dataset, in every form that they are kept in. The last form is the one that is
# downloaded: of California housing scikit-learn keeps a table that it made of the archive.
FORMS = {
    "mnist": (("mnist.npz",),),
    "fashion_mnist": (
        (
            "fashion-mnist/train-images-idx3-ubyte.gz",
            "fashion-mnist/train-labels-idx1-ubyte.gz",
            "fashion-mnist/t10k-images-idx3-ubyte.gz",
            "fashion-mnist/t10k-labels-idx1-ubyte.gz",
        ),
    ),
    "imdb": (("imdb.npz",),),
    "imdb_word_index": (("imdb_word_index.json",),),
    "california_housing": (("cal_housing_py3.pkz",), ("cal_housing.tgz",)),
}

# The bytes of scikit-learn's table vary with the versions of its libraries: its sum is that of the
# numbers inside. All others are sums of files.
SHA256 = {
    "mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
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
    "imdb.npz": "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
    "imdb_word_index.json": "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",
    "cal_housing_py3.pkz": "898f39f9b96274ded9a9f5a3b1b9f1dc032ab86955ac0f86b1c17330ba30cb25",
    "cal_housing.tgz": "aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681",
}

# The addresses are those that Keras and scikit-learn have in their source.
KERAS_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
HOUSING_URL = "https://ndownloader.figshare.com/files/5976036"


class Cache(NamedTuple):
    """Where a library keeps its data: in ``subfolder`` of the home that ``variable`` names."""

    variable: str
    default_home: str
    subfolder: str

    @property
    def folder(self) -> Path:
        """The folder of the files, whether it exists or not."""
        home = os.environ.get(self.variable) or self.default_home
        return Path(os.path.expanduser(home), self.subfolder).absolute()


def cache(name: str) -> Cache:
    """Return the cache of the library that offers a dataset.

    Parameters
    ----------
    name : str
        A key of ``FORMS``.

    Returns
    -------
    Cache
    """
    if name == "california_housing":
        return Cache("SCIKIT_LEARN_DATA", "~/scikit_learn_data", "")
    return Cache("KERAS_HOME", "~/.keras", "datasets")


def url(file: str) -> str:
    """Return the address that a file is downloaded from.

    Parameters
    ----------
    file : str
        A key of ``SHA256``.

    Returns
    -------
    str
    """
    return HOUSING_URL if file == "cal_housing.tgz" else KERAS_URL + file.rpartition("/")[2]
