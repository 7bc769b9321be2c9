"""Data small enough to see, and some to compute by hand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from annbook.validation import check_integer, check_number


class Students(NamedTuple):
    """Four students: ``names`` (tuple of str), and arrays with one row for each of them.

    ``grades`` (4, 2) float: mathematics and chemistry, from 0 to 20; ``exam_success`` (4,) int: 1
    passed, 0 failed; ``physics`` (4,) float: the grade in physics.
    """

    names: tuple[str, ...]
    grades: np.ndarray
    exam_success: np.ndarray
    physics: np.ndarray


def students() -> Students:
    """Return two grades of four students, with a class and a number to predict from them.

    Returns
    -------
    Students
        ``names``, ``grades`` (4, 2) float64, ``exam_success`` (4,) int64, ``physics`` (4,) float64;
        to use by name, or to unpack in this order.
    """
    return Students(
        names=("Bob", "Eli", "Tom", "Ryan"),
        grades=np.array([[12.0, 15.0], [10.0, 9.0], [18.0, 18.0], [13.0, 14.0]]),
        exam_success=np.array([1, 0, 1, 1]),
        physics=np.array([16.0, 10.0, 19.0, 16.0]),
    )


def xor() -> tuple[np.ndarray, np.ndarray]:
    """Return the four rows of the exclusive or.

    Returns
    -------
    X : array of shape (4, 2), float64
        0 or 1.
    y : array of shape (4,), int64
        1 where exactly one of the two is 1.
    """
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return X, np.array([0, 1, 1, 0])


def moons(
    n_samples: int = 200, noise: float = 0.4, seed: int = 42
) -> tuple[np.ndarray, np.ndarray]:
    """Return two interleaving half circles: ``make_moons`` of scikit-learn, seeded.

    Parameters
    ----------
    n_samples : int
        Number of points, at least 2; half of them (rounded down) in class 0.
    noise : float
        Standard deviation of the Gaussian noise on both coordinates; the radius is 1.
    seed : int
        Seed of the order and the noise.

    Returns
    -------
    X : array of shape (n_samples, 2), float64
    y : array of shape (n_samples,), int64

    Raises
    ------
    TypeError, ValueError
        An argument has the wrong type or is out of range.
    """
    from sklearn.datasets import make_moons

    _check(n_samples, noise, seed)
    return make_moons(n_samples, noise=noise, random_state=seed)


def circles(
    n_samples: int = 200, noise: float = 0.1, seed: int = 42
) -> tuple[np.ndarray, np.ndarray]:
    """Return a circle of radius 1 (class 0) around one of radius 0.5 (class 1).

    It is scikit-learn's ``make_circles(factor=0.5)``, seeded.

    Parameters
    ----------
    n_samples : int
        Number of points, at least 2; half of them (rounded down) in class 0.
    noise : float
        Standard deviation of the Gaussian noise on both coordinates.
    seed : int
        Seed of the order and the noise.

    Returns
    -------
    X : array of shape (n_samples, 2), float64
    y : array of shape (n_samples,), int64

    Raises
    ------
    TypeError, ValueError
        An argument has the wrong type or is out of range.
    """
    from sklearn.datasets import make_circles

    _check(n_samples, noise, seed)
    return make_circles(n_samples, noise=noise, random_state=seed, factor=0.5)


def spirals(
    n_samples: int = 200, noise: float = 0.05, seed: int = 42
) -> tuple[np.ndarray, np.ndarray]:
    """Return two spiral arms that wind around each other, one turn and a half from 0 to radius 1.

    At radius r an arm stands at angle 3πr; the arm of class 1 is the other's point reflection.

    Parameters
    ----------
    n_samples : int
        Number of points, at least 2; half of them (rounded down) in class 0.
    noise : float
        Standard deviation of the Gaussian noise on both coordinates.
    seed : int
        Seed of the order and the noise.

    Returns
    -------
    X : array of shape (n_samples, 2), float64
    y : array of shape (n_samples,), int64

    Raises
    ------
    TypeError, ValueError
        An argument has the wrong type or is out of range.
    """
    _check(n_samples, noise, seed)
    rng = np.random.default_rng(seed)
    y = 1 - np.arange(n_samples) % 2
    pair = np.arange(n_samples) // 2
    radius = (pair + 1) / (pair[-1] + 1)
    angle = 3 * np.pi * radius + np.pi * y
    X = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    X += rng.normal(0, noise, X.shape)
    order = rng.permutation(n_samples)
    return X[order], y[order]


def _check(n_samples: int, noise: float, seed: int) -> None:
    check_integer("n_samples", n_samples, low=2)
    check_number("noise", noise)
    check_integer("seed", seed, low=0, high=2**32)
