"""Answers to the exercises of the page "Activations"."""

import numpy as np
from scipy.stats import norm

from annbook.exercises.answer_types import Choice, Function, Number, Property, Table


def sigmoid(z):
    """Logistic function that never overflows."""
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def swish_slope(z, beta):
    """Slope of z times the sigmoid of beta times z."""
    t = beta * np.asarray(z)
    return sigmoid(t) * (1 + t * sigmoid(-t))


def squareplus(z):
    """Half of z + sqrt(z**2 + 4), without cancellation."""
    size = np.abs(z) + np.sqrt(z**2 + 4.0)
    return np.where(z > 0, size / 2, 2 / size)


def squareplus_slope(z):
    """Slope of squareplus."""
    return squareplus(z) / np.sqrt(z**2 + 4.0)


FAR = np.array([*-np.geomspace(5, 1e9, 2001), 5, 50, 1e4, 1e6, 1e9])


def squareplus_fault(answer):
    """Say which of the two functions is wrong, and for which inputs."""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        return "hand over two functions, the value's and the slope's."
    parts = zip(("value", "slope"), (squareplus, squareplus_slope), answer, strict=True)
    for part, expected, given in parts:
        for z in (np.array([-3.0, -0.5, 0.0, 0.5, 3.0]), FAR):
            with np.errstate(all="ignore"):
                got = np.asarray(given(z.copy()), dtype=float)
            if got.shape != z.shape:
                return f"{part}: an array of shape {z.shape} goes in, {got.shape} out."
            atol = 0 if part == "value" else 1e-9
            right = np.isclose(got, expected(z), rtol=1e-5, atol=atol)
            if not right.all():
                return f"{part}: wrong for z = {z[~right][0]:g}."
    return None


def _cancelling(z):
    return (z + np.sqrt(z**2 + 4)) / 2


def _patched(z):
    return np.where(z < -1e8, -1 / z, _cancelling(z))


def idle_units(X, W, b):
    """Return how many ReLU units are 0 for all rows of X, and how many positive for all."""
    positive = X @ W + b > 0
    return int((~positive).all(axis=0).sum()), int(positive.all(axis=0).sum())


def _idle_for_some(X, W, b):
    positive = X @ W + b > 0
    return int((~positive).any(axis=0).sum()), int(positive.any(axis=0).sum())


def _idle_by_row(X, W, b):
    positive = X @ W + b > 0
    return int((~positive).all(axis=1).sum()), int(positive.all(axis=1).sum())


def _idle_strictly(X, W, b):
    z = X @ W + b
    return int((z < 0).all(axis=0).sum()), int((z > 0).all(axis=0).sum())


def _idle_reversed(X, W, b):
    return idle_units(X, W, b)[::-1]


GELU_BETA, GELU_DISTANCE = 1.77293, 0.0139222


def gelu_fault(answer):
    """Say whether the number or its distance is wrong."""
    if not isinstance(answer, dict) or set(answer) != {"beta", "distance"}:
        return "hand over a dictionary with the keys 'beta' and 'distance'."
    beta, distance = answer["beta"], answer["distance"]
    if abs(beta - 1.702) < 1e-4:
        return "beta: this is the paper's number. Is it the best one here?"
    if not abs(beta - GELU_BETA) <= 5.1e-4:  # so that NaN is wrong, too
        return "beta: not the one that makes the largest distance smallest, to three digits."
    if abs(distance - 0.0203349) < 1e-5:
        return "distance: this belongs to the paper's number."
    # A beta that is rounded to three digits has a slightly larger distance of its own.
    z = np.linspace(-8, 8, 16_001)
    own = np.abs(z * (sigmoid(beta * z) - norm.cdf(z))).max()
    if not min(abs(distance - own), abs(distance - GELU_DISTANCE)) <= 5.1e-6:
        return "distance: not the largest one for this beta, to five digits after the point."
    return None


X_3 = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]])
W_5 = np.array([[1.0, -1.0, 0.0, -1.0, 1.0], [0.0, 1.0, 0.0, -1.0, 2.0]])
B_5 = np.array([0.5, -2.0, 0.0, -5.0, 0.0])

ANSWERS = [
    Choice(
        "activations-logistic",
        {"A", "C"},
        options="ABCDEF",
        hint="Ask each statement twice: is it true of the one, and is it false of the other?",
        hints={
            frozenset("ACD"): "How large can the slope of the logistic function be?",
            frozenset("ACE"): "Is a step linear?",
            frozenset("ACF"): "Hand-picked weights, too, give numbers between 0 and 1.",
        },
        wrong=["A", {"B", "D"}, {"A", "G"}, {"C"}, 3],
    ),
    Table(
        "activations-chain",
        {"w": 4.0, "b": -2.0},
        hint="Which sum gives one half? And what is the slope of the sigmoid there?",
        hints={
            ("w", -4.0): "w: the exercise asks for a positive weight.",
            ("w", 1.0): "w: the slope of each unit is the weight times the sigmoid's slope.",
            ("w", 0.25): "w: this is the sigmoid's slope. What must it be multiplied by?",
            ("b", 0.0): "b: then the sum isn't zero for an input of one half.",
            ("b", 2.0): "b: with this sign the sum gets larger.",
        },
    ),
    Number(
        "activations-kink",
        0.5,
        hint="Follow the chain rule through both parts, and mind the inner slope of the second.",
        hints={
            0.0: "That is the usual convention. What slope does it report for this function?",
            1.0: "Both parts contribute the same. What is their sum?",
        },
        wrong=[2.0, -0.5],
    ),
    Function(
        "activations-swish",
        swish_slope,
        cases=[
            (np.array([0.0]), 1.0),
            (np.array([-2.5, 1.0]), 1.0),
            (np.array([-6.0, -1.278, 0.5, 4.0]), 2.5),
            (np.array([-3.0, 0.7]), 0.3),
        ],
        hint="A product, so two terms; and in one of them the chain rule gives a factor.",
        hints={
            (lambda z, beta: z * sigmoid(beta * z)): "This is swish itself, not its slope.",
            (lambda z, beta: sigmoid(beta * z) + z * sigmoid(beta * z) * sigmoid(-beta * z)): (
                "The sigmoid's inner function has a slope, too."
            ),
            (lambda z, beta: swish_slope(z, 1.0)): "This doesn't depend on beta.",
            (lambda z, beta: sigmoid(beta * z)): (
                "One term of the product rule is missing: the sigmoid has a slope, too."
            ),
            (lambda z, beta: beta * z * sigmoid(beta * z) * sigmoid(-beta * z)): (
                "One term of the product rule is missing: z has a slope, too."
            ),
        },
    ),
    Property(
        "activations-squareplus",
        squareplus_fault,
        right=[
            (squareplus, squareplus_slope),
            (squareplus, lambda z: (1 + z / np.sqrt(z**2 + 4)) / 2),
            [squareplus, lambda z: (1 + z / np.hypot(z, 2)) / 2],
        ],
        wrong=[
            (_cancelling, squareplus_slope),
            (_patched, squareplus_slope),
            (lambda z: np.where(z < -10, -1 / z, _cancelling(z)), squareplus_slope),
            (lambda z: np.where(z < -200, -1 / z, _cancelling(z)), squareplus_slope),
            (lambda z: np.where(z < -5e6, -1 / z, _cancelling(z)), squareplus_slope),
            (squareplus, squareplus),
            (squareplus, lambda z: z / np.sqrt(z**2 + 4)),
            (lambda z: np.maximum(z, 0), squareplus_slope),
            (lambda z: squareplus(z).sum(), squareplus_slope),
            squareplus,
        ],
    ),
    Function(
        "activations-dead",
        idle_units,
        cases=[
            (X_3, W_5, B_5),
            (X_3, -W_5, -B_5),
            (X_3[:1], W_5, B_5),
            (np.ones((4, 2)), np.ones((2, 3)), np.array([1.0, -2.0, -9.0])),
        ],
        hint="One column of the sums belongs to one unit. What must hold for all of its entries?",
        hints={
            _idle_for_some: "This counts units that are so for some rows; asked for are all rows.",
            _idle_by_row: "This doesn't count units: look at each column by itself.",
            _idle_strictly: "A sum of exactly zero gives an output of zero, too.",
            _idle_reversed: "The right numbers, in the wrong order.",
        },
    ),
    Property(
        "activations-gelu",
        gelu_fault,
        right=[
            {"beta": 1.773, "distance": 0.01392},
            {"beta": 1.773, "distance": 0.01393},
            {"beta": 1.7726, "distance": 0.01395},
            {"beta": 1.77293, "distance": 0.0139222},
            {"beta": 1.773, "distance": 0.0139297},  # its own, not the best one's
            {"beta": np.float64(1.7729), "distance": np.float64(0.013922)},
        ],
        wrong=[
            {"beta": 1.702, "distance": 0.0203349},
            {"beta": 1.773, "distance": 0.0203349},
            {"beta": 1.772, "distance": 0.01392},
            {"beta": 1.774, "distance": 0.01392},
            {"beta": 1.773, "distance": 0.01394},
            {"beta": 1.7726, "distance": 0.01394},
            {"beta": 1.773, "distance": np.nan},
            {"beta": 1.773, "distance": 0.0139},
            {"beta": 1.773, "distance": -0.01392},
            {"beta": 1.773},
            {"beta": np.nan, "distance": 0.01392},
            {"beta": 1.773, "distance": "0.01392"},
            1.773,
        ],
    ),
]

QUIZ = [
    "Nothing.",
    "They hardly learn",
    "Nothing: the slopes",
    "All of them rise, or all of them fall",
    "GELU",
    "Other outputs",
    "The activation of the hidden layers",
]
