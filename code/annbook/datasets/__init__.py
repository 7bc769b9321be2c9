"""The book's data: four real datasets, and toy sets small enough to compute by hand.

A real dataset comes from the first of these that has it:

1. ``"local folder"``: the folder that the environment variable ``ANNBOOK_DATA`` names, with the
   files named and laid out as Keras and scikit-learn cache them. It is never written to. A relative
   folder counts from where this process started; kernels start where their page is, so whoever
   starts kernels makes it absolute first.
2. ``"official"``: the cache of Keras (``KERAS_HOME``) or scikit-learn (``SCIKIT_LEARN_DATA``). What
   it lacks is downloaded into it, from where these libraries download it, with a progress bar in a
   terminal or a notebook (``TQDM_DISABLE=1`` hides it). ``ANNBOOK_OFFLINE=1`` forbids the network,
   not the cache.
3. ``"stand-in"``: if there is no network, generated data of the same shapes, types and value
   ranges; a notice on the page says so. With ``ANNBOOK_REQUIRE_REAL=1``, made for publishing, it is
   a :class:`DatasetError` instead.

Every file is checked before it is read; a damaged one raises :class:`DatasetError`.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from annbook.datasets import downloading, finding, reading, stand_ins
from annbook.datasets.finding import DatasetError
from annbook.datasets.toy_sets import Students, circles, moons, spirals, students, xor
from annbook.validation import check_integer, choose

__all__ = [
    "FASHION_CLASSES",
    "Dataset",
    "DatasetError",
    "Students",
    "california_housing",
    "circles",
    "fashion_mnist",
    "fetch",
    "imdb",
    "imdb_word_index",
    "mnist",
    "moons",
    "source",
    "spirals",
    "students",
    "why_stand_in",
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

    Parameters
    ----------
    arrays : iterable
        What to unpack.
    source : str
        Where they came from.

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
        A data file is damaged or can't be read, ``ANNBOOK_DATA`` names no readable folder, the
        download is not the published file or has no room, or ``ANNBOOK_REQUIRE_REAL`` is set and
        the data can't be had.
    """
    return _load("mnist", reading.read_mnist, stand_ins.mnist)


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
    return _load("fashion_mnist", reading.read_fashion_mnist, stand_ins.fashion_mnist)


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
    check_integer("num_words", num_words)

    def indexed(halves: Iterable) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for reviews, labels in halves:  # one half after the other, as each takes much memory
            yield _indices(reviews, int(num_words)), labels

    return _load(
        "imdb",
        lambda folder: indexed(reading.read_imdb(folder)),
        lambda: indexed(stand_ins.imdb()),
    )


def _indices(reviews: np.ndarray, num_words: int) -> np.ndarray:
    """Replace, in place, each review's ranks by indices below ``num_words``."""
    index = [
        rank + _OFFSET if rank + _OFFSET < num_words else _LEFT_OUT
        for rank in range(reading.IMDB_WORDS + 1)
    ]
    start = _START if num_words > _START else _LEFT_OUT
    for i, ranks in enumerate(reviews):  # the lists share the integers of ``index``: 0.3 GB saved
        reviews[i] = [start, *map(index.__getitem__, ranks)]
    return reviews


def imdb_word_index() -> dict[str, int]:
    """Return the rank (1 is the most frequent) of every word in the reviews of :func:`imdb`.

    Returns
    -------
    dict of str to int
        Word → rank. In a review, the word of rank *r* has index *r* + 3.

    Raises
    ------
    DatasetError
        As :func:`mnist` does; or the real reviews are at hand, but their word index is not.
    """
    # The words must be those of the reviews: real reviews never get a stand-in's index.
    where, folder_or_reason = _obtain("imdb")
    if where == "stand-in":
        _show_notice("imdb", folder_or_reason)
        return stand_ins.imdb_word_index()
    where, folder_or_reason = _obtain("imdb_word_index")
    if where == "stand-in":
        raise DatasetError(
            "imdb_word_index.json: got the IMDB reviews without it, want both; put it next to "
            f"imdb.npz, as it can't be downloaded ({folder_or_reason})"
        )
    return reading.read_imdb_word_index(folder_or_reason)


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
        "california_housing", reading.read_california_housing, stand_ins.california_housing
    )


def source(name: str) -> str:
    """Return where a real dataset would come from without the network. It downloads nothing.

    Parameters
    ----------
    name : str
        "mnist", "fashion_mnist", "imdb" or "california_housing".

    Returns
    -------
    str
        "local folder", "official" (in the cache), or "stand-in": not on this machine, so that the
        loader has a stand-in unless it can download the data first.

    Raises
    ------
    ValueError
        There is no real dataset of that name.
    DatasetError
        A file is damaged or can't be read, or ``ANNBOOK_DATA`` names no readable folder.
    """
    choose("name", name, stand_ins.DESCRIPTIONS)
    found = finding.find(name)
    return found[0] if found else "stand-in"


def fetch(name: str) -> str:
    """Download a real dataset unless it is on this machine, and return where it comes from then.

    Parameters
    ----------
    name : str
        As for :func:`source`. With "imdb" comes its word index.

    Returns
    -------
    str
        "local folder", "official", or "stand-in" if it can't be downloaded; :func:`why_stand_in`
        then says why.

    Raises
    ------
    ValueError
        There is no real dataset of that name.
    DatasetError
        As the dataset's loader does.
    """
    choose("name", name, stand_ins.DESCRIPTIONS)
    where, _ = _obtain(name)
    if name == "imdb" and where != "stand-in" and not finding.find("imdb_word_index"):
        downloading.download("imdb_word_index")
    return where


def why_stand_in(name: str) -> str:
    """Return why a dataset would be a stand-in, as far as it is known without the network.

    Parameters
    ----------
    name : str
        As for :func:`source`.

    Returns
    -------
    str
        Such as "ANNBOOK_OFFLINE is set"; "" if the real data are on this machine.

    Raises
    ------
    ValueError, DatasetError
        As :func:`source` does.
    """
    if source(name) != "stand-in":
        return ""
    return downloading.known_problem(name) or "not downloaded yet"


def _obtain(name: str) -> tuple[str, Path | str]:
    """Return a dataset's source, with the folder of its checked files or why it is a stand-in."""
    found = finding.find(name)
    if found:
        return found
    reason = downloading.download(name)
    if not reason:
        return finding.find(name)
    if finding.is_set("ANNBOOK_REQUIRE_REAL"):
        raise DatasetError(
            f"{name}: got no more than a stand-in ({reason}), want the real data, as "
            "ANNBOOK_REQUIRE_REAL is set"
        )
    return "stand-in", reason


def _load(name: str, read: Callable[[Path], Iterable], generate: Callable[[], Iterable]) -> Dataset:
    """Read a dataset from where it is, or generate its stand-in and say so."""
    where, folder_or_reason = _obtain(name)
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
