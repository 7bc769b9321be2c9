"""Answers to the exercises of the page on underfitting, overfitting and the Bayes limit."""

import numpy as np
from scipy.stats import norm

from annbook.exercises.answer_types import Array, Function, Number


def moons_bayes_accuracy(noise, cells=300, n_angles=200):
    """Integrate the larger density of the two moons, as the page does."""
    t = (np.arange(n_angles) + 0.5) * np.pi / n_angles
    middles = (np.arange(cells) + 0.5) / cells * 8 - 3.5
    weights = []
    for c1, c2 in ((np.cos(t), np.sin(t)), (1 - np.cos(t), 0.5 - np.sin(t))):
        bells = [np.exp(-((middles[:, None] - c) ** 2) / (2 * noise**2)) for c in (c1, c2)]
        weights.append(bells[0] @ bells[1].T / n_angles / (2 * np.pi * noise**2) / 2)
    return np.maximum(*weights).sum() * (8 / cells) ** 2


def stop(losses, patience):
    """Return the best epoch before `patience` epochs in a row brought nothing better."""
    best = 0
    for epoch, value in enumerate(losses):
        if value < losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best


def best_of_all(losses, patience):
    """Look at all epochs, also at those that early stopping never sees."""
    return int(np.argmin(losses))


def last_epoch(losses, patience):
    """Return the epoch at which training ends, not the best one before it."""
    return stop(losses, patience) + patience


needed = 1.96**2 * 0.86 * 0.14 / 0.005**2
said = np.array([0.6, 0.9, 0.8, 0.9])
bias_squared = (said.mean() - 0.7) ** 2

ANSWERS = [
    Number(
        "overfitting-test-size",
        needed,
        rtol=0.005,
        hints={
            0.86 * 0.14 / 0.005**2: "that is one standard error; the interval takes 1.96 of them.",
            1.96**2 * 0.86 * 0.14 / 0.01**2: "±0.005 is the half width of the interval.",
            1.96 * 0.86 * 0.14 / 0.005: "the standard error has a square root: square both sides.",
        },
        wrong=[200, needed / 2],
    ),
    Number(
        "overfitting-two-bells",
        norm.cdf(1),
        atol=6e-4,
        rtol=0,
        hints={
            norm.cdf(2): "each mean is 1 away from the boundary, not 2.",
            1 - norm.cdf(1): "that is the Bayes error.",
            2 * norm.cdf(1) - 1: "a point may be far away on its own side: only one tail is wrong.",
        },
        wrong=[0.5, 0.9],
    ),
    Number(
        "overfitting-which-width",
        3,
        hints={
            1: "one unit can only draw a straight line, and the boundary is an S.",
            5: "close; but it has already begun to pay for its confidence.",
            20: "look at the test loss, not at the training loss.",
            50: "its training loss is low; the test loss is another matter.",
        },
    ),
    Number(
        "overfitting-less-noise",
        moons_bayes_accuracy(0.2),
        atol=1e-3,
        rtol=0,
        hints={
            moons_bayes_accuracy(0.4): "that is the accuracy for noise 0.4: pass the noise on.",
            1 - moons_bayes_accuracy(0.2): "that is the error, not the accuracy.",
        },
        wrong=[0.9, 1.0],
    ),
    Function(
        "overfitting-early-stopping",
        stop,
        cases=[
            ([3.0, 2.0, 2.5, 2.4, 1.0], 2),
            ([3.0, 2.0, 2.5, 2.4, 1.0], 3),
            ([1.0, 2.0, 3.0], 1),
            ([1.0, 1.0, 1.0, 0.5], 3),
            ([0.9, 0.8, 0.7, 0.6], 2),
            ([0.5], 5),
        ],
        hints={
            best_of_all: "training has ended before some of these epochs: they were never seen.",
            last_epoch: "that is where training stops; return the best epoch before it.",
        },
    ),
    Array(
        "overfitting-bias-variance",
        np.array([bias_squared, said.var()]),
        hints={
            (said.mean() - 0.7, said.var()): "the bias has to be squared.",
            (bias_squared, said.var(ddof=1)): "divide by 4, not by 3: the mean squared distance.",
            (bias_squared, said.std()): "that is a standard deviation; square it.",
            (said.var(), bias_squared): "first the squared bias, then the variance.",
        },
        wrong=[(0.0, 0.0)],
    ),
]

QUIZ = [
    "Overfitting",
    "Other inputs",
    "Wrong answers are given",
    "You can't tell",
    "The training data can only just",
]
