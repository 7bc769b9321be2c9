"""The book's data: four real datasets, and toy sets small enough to compute by hand.

A real dataset comes from the first of these that has it:

1. ``"local folder"``: the folder that the environment variable ``ANNBOOK_DATA`` names, with the
   files named and laid out as Keras and scikit-learn cache them. It is never written to.
2. ``"official"``: the loader of Keras or scikit-learn, with its cache (``KERAS_HOME``,
   ``SCIKIT_LEARN_DATA``). ``ANNBOOK_OFFLINE=1`` forbids it the network, not its cache.
3. ``"stand-in"``: if there is no network, generated data of the same shapes, types and value
   ranges; a notice on the page says so.

Every file is checked before it is read; a damaged one raises :class:`DatasetError`.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator
from numbers import Integral
from pathlib import Path

import numpy as np

from annbook.datasets import real_files, stand_ins
from annbook.datasets.real_files import DatasetError
from annbook.datasets.toy_sets import Students, circles, moons, spirals, students, xor

__all__ = [
    "FASHION_CLASSES",
    "Dataset",
    "DatasetError",
    "Students",
    "california_housing",
    "circles",
    "fashion_mnist",
    "imdb",
    "imdb_word_index",
    "mnist",
    "moons",
    "source",
    "spirals",
    "students",
    "xor",
]

FASHION_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

# Keras: 0 pads, 1 starts a review, 2 stands for a word left out, 3 is unused, 4 is the first word.
_START, _LEFT_OUT, _OFFSET = 1, 2, 3


class Dataset(tuple):
    """The arrays of a dataset, as a tuple to unpack, that knows where they came from.

    Attributes
    ----------
    source : str
        "local folder", "official" or "stand-in".
    is_real : bool
        False if the data are a stand-in.
    """

    source: str

    def __new__(cls, arrays: Iterable, source: str) -> Dataset:
        """Make a tuple of ``arrays``, labeled with its ``source``."""
        dataset = super().__new__(cls, arrays)
        dataset.source = source
        return dataset

    def __getnewargs__(self) -> tuple:
        """Return what copy and pickle need to rebuild it."""
        return tuple(self), self.source

    @property
    def is_real(self) -> bool:
        """Whether these are the real data."""
        return self.source != "stand-in"


def mnist() -> Dataset:
    """Return MNIST: 28×28 images of handwritten digits (LeCun, Cortes and Burges, 1998).

    Returns
    -------
    Dataset
        ``(x_train, y_train), (x_test, y_test)`` as Keras gives them, all uint8: images of shapes
        (60000, 28, 28) and (10000, 28, 28) with pixels from 0 (paper) to 255 (ink), and their
        digits, shapes (60000,) and (10000,).

    Raises
    ------
    DatasetError
        A data file is damaged or can't be read, ``ANNBOOK_DATA`` names no readable folder, or the
        download has no room.
    """
    return _load("mnist", real_files.read_mnist, stand_ins.mnist)


def fashion_mnist() -> Dataset:
    """Return Fashion-MNIST: 28×28 images of clothes (Xiao, Rasul and Vollgraf, 2017).

    Returns
    -------
    Dataset
        Shapes and types as :func:`mnist` has them; label *k* is ``FASHION_CLASSES[k]``.

    Raises
    ------
    DatasetError
        As :func:`mnist` does.
    """
    return _load("fashion_mnist", real_files.read_fashion_mnist, stand_ins.fashion_mnist)


def imdb(num_words: int = 10_000) -> Dataset:
    """Return 50,000 movie reviews as lists of word indices (Maas et al., 2011).

    Index 1 starts each review, 2 stands for a word left out, and *r* + 3 is the word of rank *r* in
    :func:`imdb_word_index`: the result of ``keras.datasets.imdb.load_data(num_words=num_words)``.

    Parameters
    ----------
    num_words : int
        Indices from here on are left out, that is, replaced by 2. 100,000 keeps every word.

    Returns
    -------
    Dataset
        ``(x_train, y_train), (x_test, y_test)``; x: object array of 25,000 lists of int,
        y: (25000,) int64, 1 for a favorable review.

    Raises
    ------
    TypeError, ValueError
        ``num_words`` is no integer, or not positive.
    DatasetError
        As :func:`mnist` does.
    """
    if not isinstance(num_words, Integral) or isinstance(num_words, bool):
        raise TypeError(f"num_words must be an integer, got {num_words!r}")
    if num_words < 1:
        raise ValueError(f"num_words must be at least 1, got {num_words}")

    def indexed(halves: Iterable) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for reviews, labels in halves:  # one half after the other, as each takes much memory
            yield _indices(reviews, int(num_words)), labels

    return _load(
        "imdb",
        lambda folder: indexed(real_files.read_imdb(folder)),
        lambda: indexed(stand_ins.imdb()),
    )


def _indices(reviews: np.ndarray, num_words: int) -> np.ndarray:
    """Replace, in place, each review's ranks by indices below ``num_words``."""
    index = [
        rank + _OFFSET if rank + _OFFSET < num_words else _LEFT_OUT
        for rank in range(stand_ins.WORDS + 1)
    ]
    start = _START if num_words > _START else _LEFT_OUT
    for i, ranks in enumerate(reviews):  # the lists share the integers of ``index``: 0.3 GB saved
        reviews[i] = [start, *map(index.__getitem__, ranks)]
    return reviews


def imdb_word_index() -> dict[str, int]:
    """Return the rank (1 is the most frequent) of every word in the reviews of :func:`imdb`.

    In a review, the word of rank *r* has index *r* + 3.

    Raises
    ------
    DatasetError
        As :func:`mnist` does; or the real reviews are at hand, but their word index is not.
    """
    # The words must be those of the reviews: real reviews never get a stand-in's index.
    where, reason = real_files.locate("imdb")
    if where == "stand-in":
        _show_notice("imdb", reason)
        return stand_ins.imdb_word_index()
    where, folder_or_reason = real_files.locate("imdb_word_index")
    if where == "stand-in":
        raise DatasetError(
            "The IMDB reviews are at hand, but imdb_word_index.json is not, and it can't be "
            f"downloaded ({folder_or_reason}); put it next to imdb.npz."
        )
    return real_files.read_imdb_word_index(folder_or_reason)


def california_housing() -> Dataset:
    """Return the houses of 20,640 Californian districts in 1990 (Pace and Barry, 1997).

    Returns
    -------
    Dataset
        ``X, y`` as scikit-learn's ``fetch_california_housing(return_X_y=True)`` gives them.
        X: (20640, 8) float64: median income (10,000 USD), house age (years), rooms and bedrooms
        per household, population, people per household, latitude and longitude (degrees).
        y: (20640,) float64, median house value (100,000 USD), cut off at 5.00001.

    Raises
    ------
    DatasetError
        As :func:`mnist` does.
    """
    return _load(
        "california_housing", real_files.read_california_housing, stand_ins.california_housing
    )


def source(name: str) -> str:
    """Return where a real dataset comes from, after downloading it if it must and can be.

    Parameters
    ----------
    name : str
        "mnist", "fashion_mnist", "imdb" or "california_housing".

    Returns
    -------
    str
        "local folder", "official" or "stand-in".

    Raises
    ------
    ValueError
        There is no real dataset of that name.
    DatasetError
        As the dataset's loader does.
    """
    if name not in stand_ins.DESCRIPTIONS:
        raise ValueError(f"name must be one of {', '.join(stand_ins.DESCRIPTIONS)}; got {name!r}")
    return real_files.locate(name)[0]


def _load(name: str, read: Callable[[Path], Iterable], generate: Callable[[], Iterable]) -> Dataset:
    """Read a dataset from where it is, or generate its stand-in and say so."""
    where, folder_or_reason = real_files.locate(name)
    if where != "stand-in":
        return Dataset(read(folder_or_reason), where)
    _show_notice(name, folder_or_reason)
    return Dataset(generate(), where)


def _show_notice(name: str, reason: str) -> None:
    from IPython.display import display

    display(_StandInNotice(name, reason))


class _StandInNotice:
    """What a page shows instead of passing a stand-in off as the real data."""

    def __init__(self, name: str, reason: str) -> None:
        title, description = stand_ins.DESCRIPTIONS[name]
        self.heading = f"Stand-in for {title}."
        self.text = (
            f"The real data are not at hand ({reason}). In their place: {description}. "
            "Results differ from those on the real data."
        )

    def __repr__(self) -> str:
        return f"{self.heading} {self.text}"

    def _repr_html_(self) -> str:
        return (
            '<div class="stand-in-notice" role="note">'
            f"<p><strong>{html.escape(self.heading)}</strong> {html.escape(self.text)}</p></div>"
        )
