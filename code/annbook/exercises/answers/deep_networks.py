"""Answers to the exercises of the page "Making deep networks trainable"."""

import math

import numpy as np

from annbook.exercises.answer_types import Function, Number, Table

OUTPUTS = 2 * (np.array([1.0, 3.0, 5.0, 7.0]) - 4) / math.sqrt(5) + 1
PREDICTION = 2 * (4 - 0.4) / math.sqrt(1.4) + 1


def dead_units(A):
    """Return the indices of the columns that are 0 throughout."""
    return np.flatnonzero((A == 0).all(axis=0))


def clip(gradients, limit):
    """Scale all arrays to a common length of at most limit."""
    length = math.sqrt(sum(np.sum(g**2) for g in gradients))
    return [limit / max(length, limit) * g for g in gradients]


def _clip_each(gradients, limit):
    return [clip([g], limit)[0] for g in gradients]


def _clip_values(gradients, limit):
    return [np.clip(g, -limit, limit) for g in gradients]


def _to_length_one(gradients, limit):
    return clip(gradients, 1.0)


def _always_limit(gradients, limit):
    length = math.sqrt(sum(np.sum(g**2) for g in gradients)) or 1.0
    return [limit / length * g for g in gradients]


ACTIVE = np.array([[0.0, 1.0, 0.0, 0.2], [0.0, 0.0, 0.0, 3.0], [0.0, 0.5, 2.0, 0.0]])
CLIP_CASES = [
    ([np.array([[3.0, 0.0], [0.0, 4.0]]), np.array([12.0])], 2.0),
    ([np.array([[3.0, 0.0], [0.0, 4.0]]), np.array([12.0])], 20.0),
    ([np.array([0.3, -0.4]), np.array([[0.1]])], 1.0),
    ([np.zeros(2), np.zeros((1, 2))], 0.5),
]

ANSWERS = [
    Table(
        "deep-scale",
        {"He": math.sqrt(2 / 300), "Glorot": math.sqrt(2 / 400), "limit": math.sqrt(6 / 400)},
        rtol=1e-3,
        hint="The variance has two in the numerator; a uniform number on [-a, a] has a²/3.",
        hints={
            ("He", 2 / 300): "He: that is the variance.",
            ("He", math.sqrt(2 / 100)): "He: what is added up are the inputs.",
            ("Glorot", math.sqrt(1 / 400)): "Glorot: divide by the mean of both numbers.",
            ("limit", math.sqrt(2 / 400)): "limit: that is the standard deviation.",
        },
    ),
    Number(
        "deep-unit",
        math.sqrt(10),
        hint="What counts is the mean square of an input.",
        hints={
            10.0: "That is the variance.",
            math.sqrt(2): "The inputs' mean isn't 0: their mean square is more than 1.",
            math.sqrt(50): "The variance of a weight is the square of 0.2.",
        },
    ),
    Number(
        "deep-leaky",
        math.sqrt(2 / (200 * (1 + 0.2**2))),
        rtol=2e-3,
        hint="Which share of its square does a negative z keep, and how many are negative?",
        hints={
            math.sqrt(2 / 200): "That is for ReLU; here the negative half isn't lost.",
            2 / (200 * (1 + 0.2**2)): "That is the variance.",
            math.sqrt(1 / (200 * (1 + 0.2**2))): "Only half of the numbers are positive.",
            math.sqrt(2 / (200 * 1.2)): "The slope counts in the mean square, so square it.",
            math.sqrt(1 / 200): "That would be for a function with slope 1 on both sides.",
        },
    ),
    Table(
        "deep-diagnose",
        {"A": "nothing", "B": "slopes", "C": "small", "D": "large", "E": "dead"},
        hint="Compare the activations of layers 1 and 20, then the two gradients, then their size.",
        hints={
            ("A", "small"): "A: the activations keep their size.",
            ("A", "slopes"): "A: the first gradient is about equal to the last.",
            ("B", "small"): "B: the activations keep their size on the way to the last layer.",
            ("B", "nothing"): "B: compare the first gradient with the last.",
            ("C", "slopes"): "C: then the first gradient would be smaller than the last.",
            ("C", "nothing"): "C: equal gradients can be equally useless.",
            ("D", "nothing"): "D: equal gradients can be equally useless.",
            ("E", "small"): "E: look at the last column.",
        },
    ),
    Table(
        "deep-normalize",
        {"outputs": OUTPUTS, "mean": 0.4, "variance": 1.4, "prediction": PREDICTION},
        rtol=1e-3,
        hint="The batch has mean 4; its variance divides by the number of samples.",
        hints={
            (
                "outputs",
                tuple((OUTPUTS - 1) / 2),
            ): "outputs: that is normalized; gamma and beta are missing.",
            (
                "outputs",
                tuple((OUTPUTS - 1) * math.sqrt(3 / 4) + 1),
            ): "outputs: divide the squares by 4, not by 3.",
            ("mean", 4.0): "mean: it moves by one tenth of the way.",
            ("mean", 3.6): "mean: the momentum is the share of the old value.",
            ("variance", 5.0): "variance: it moves by one tenth of the way.",
            ("variance", 4.6): "variance: the momentum is the share of the old value.",
            ("prediction", 1.0): "prediction: the moving averages are used, not the batch.",
            (
                "prediction",
                2 * 3.6 / 1.4 + 1,
            ): "prediction: divide by the root of the variance.",
        },
    ),
    Function(
        "deep-dead",
        dead_units,
        cases=[ACTIVE, np.ones((2, 3)), np.zeros((4, 2))],
        hint="Zero for all samples: look down the columns.",
        hints={
            lambda A: np.flatnonzero((A == 0).any(axis=0)): "Zero for some samples is normal.",
            lambda A: (A == 0).all(axis=0): "Asked for are the indices.",
            lambda A: np.flatnonzero((A == 0).all(axis=1)): "Those are samples, not units.",
        },
    ),
    Function(
        "deep-clip",
        clip,
        cases=CLIP_CASES,
        hint="One length for all arrays together; nothing changes where it is below the limit.",
        hints={
            _clip_each: "That scales each array by itself and changes the direction.",
            _clip_values: "That clips each number and changes the direction.",
            _to_length_one: "The length must be at most `limit`, which isn't always 1.",
            _always_limit: "A gradient that is short enough stays as it is.",
        },
    ),
]

QUIZ = [
    "The layer acts as if it had one unit",
    "The weights start too small",
    "So that a prediction doesn't depend",
    f"divides all numbers by {10 // 1}",
    "Because the sum passes it on",
    "The outputs stay the same",
]
