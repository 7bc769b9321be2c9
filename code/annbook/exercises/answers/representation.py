"""Answers to the exercises of the page "What can a network represent?"."""

import math

import numpy as np

from annbook.exercises.answer_types import Choice, Function, Number, Property, Table


def step(z):
    """Heaviside step with step(0) = 1."""
    return (z >= 0).astype(float)


def bump(x, left, right, height):
    """Height on [left, right), 0 elsewhere, from two steps."""
    return height * step(x - left) - height * step(x - right)


def relu_weights(knots, values):
    """Output weights and offset of the broken line through the points (knots, values)."""
    slopes = np.diff(values) / np.diff(knots)
    return np.diff(slopes, prepend=0), values[0]


def interpolation_fault(answer):
    """Say where the broken line of the learner's weights misses a point."""
    rng = np.random.default_rng(0)
    for n in (1, 2, 5):
        knots = np.cumsum(rng.uniform(0.2, 1, n + 1)) - 1
        values = rng.normal(size=n + 1)
        a, offset = answer(knots.copy(), values.copy())
        if np.shape(a) != (n,):
            return f"for {n + 1} knots there are {n} output weights, a has shape {np.shape(a)}."
        line = offset + np.maximum(knots[:, None] - knots[:-1], 0) @ np.asarray(a, dtype=float)
        if not np.allclose(line, values):
            worst = int(np.argmax(np.abs(line - values)))
            return f"with {n + 1} knots, the line misses the point with index {worst}."
    return None


def _slopes_instead_of_changes(knots, values):
    return np.diff(values) / np.diff(knots), values[0]


def _equal_parts(knots, values):
    slopes = np.diff(values) * (len(knots) - 1)
    return np.diff(slopes, prepend=0), values[0]


def _without_offset(knots, values):
    return relu_weights(knots, values)[0], 0.0


def tent(x):
    """Fold [0, 1] in the middle."""
    return 2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0)


def square(x, m):
    """Broken line through the points of the parabola at multiples of 2^-m, from m tents."""
    total, folded = np.array(x, dtype=float), np.array(x, dtype=float)
    for k in range(1, m + 1):
        folded = tent(folded)
        total = total - folded / 4**k
    return total


def _without_composing(x, m):
    return x - sum(tent(x) / 4**k for k in range(1, m + 1))


def _one_term_missing(x, m):
    return square(x, m - 1)


def _wrong_power(x, m):
    total, folded = np.array(x, dtype=float), np.array(x, dtype=float)
    for k in range(1, m + 1):
        folded = tent(folded)
        total = total - folded / 2**k
    return total


X = np.array([-1.0, 0.0, 0.25, 0.5, 0.75, 1.0, 3.0])
UNIT = np.linspace(0, 1, 23)
ENOUGH = {"stairs": math.ceil(8.1 / 0.02), "relus": math.ceil(math.sqrt(202.3 / 0.08))}

ANSWERS = [
    Table(
        "representation-how-many",
        ENOUGH,
        hint="Set each bound equal to the error that is allowed, and round up.",
        hints={
            ("stairs", 810): "stairs: every point is at most half a part from the middle of it.",
            ("stairs", 404): "stairs: round up, or the guarantee is missed by a hair.",
            ("relus", 50): "relus: round up, or the guarantee is missed by a hair.",
            ("relus", 2529): "relus: the bound has the square of N.",
            ("relus", 143): "relus: where is the eight?",
        },
    ),
    Number(
        "representation-three-relus",
        4,
        hint="Where can a sum of three such functions bend?",
        hints={
            3: "Three bends make one piece more than three.",
            8: "Three lines of the *plane* can do more; on a line, order the three bends.",
            7: "That is the count for three lines in the plane.",
            6: "Each unit has two pieces, but pieces don't add up: bends do.",
        },
    ),
    Function(
        "representation-bump",
        bump,
        cases=[(X, 0.25, 0.75, 2.0), (X, -2.0, 0.5, -1.5), (X, 0.5, 3.0, 1.0)],
        hint="One step up where the bump begins, one down where it ends.",
        hints={
            (lambda x, left, right, height: height * step(x - left)): "It goes up and stays up.",
            (lambda x, left, right, height: height * (step(x - left) + step(x - right))): (
                "The second step has to go down."
            ),
            (lambda x, left, right, height: step(x - left) - step(x - right)): (
                "How high should it be?"
            ),
            (lambda x, left, right, height: height * ((x > left) & (x <= right))): (
                "Which ends belong to the bump?"
            ),
        },
    ),
    Property(
        "representation-interpolate",
        interpolation_fault,
        right=[relu_weights],
        wrong=[_slopes_instead_of_changes, _equal_parts, _without_offset],
        hint="How steep is each part, and by how much does the slope change at each knot?",
    ),
    Choice(
        "representation-what-follows",
        {"a", "e"},
        options="abcdef",
        hint="Which sentences are about a closed, bounded set, and only say that one exists?",
        hints={
            frozenset("a"): "One more. Is a finite set of points closed and bounded?",
            frozenset("ac"): "Does the theorem say how many units it takes?",
            frozenset("ad"): "Is the whole line bounded?",
            frozenset("ae") | {"f"}: "What does the theorem know about a sample?",
            frozenset("abe"): "Does the theorem know about training?",
        },
        wrong=["a", {"b"}, {"a", "z"}],
    ),
    Table(
        "representation-flat-or-deep",
        {"deep": 20, "flat": 1023},
        hint="Two units a layer; and how many pieces does the function have?",
        hints={
            ("deep", 10): "deep: how many units has one tent?",
            (
                "flat",
                1024,
            ): "flat: that is what it really takes; counting pieces alone gives one less.",
            ("flat", 512): "flat: count pieces, not teeth.",
            ("flat", 100): "flat: the pieces double with every layer.",
        },
    ),
    Function(
        "representation-parabola",
        square,
        cases=[(UNIT, 1), (UNIT, 3), (UNIT, 6), (np.array([0.5, 0.3]), 10)],
        hint="In each round fold once more, and take off a quarter as much as before.",
        hints={
            _without_composing: "The tent has to be applied to its own output, again and again.",
            _one_term_missing: "One round is missing at the end.",
            _wrong_power: "The teeth shrink by four, not by two.",
            (lambda x, m: x**2): "That is the parabola itself; asked for is the broken line.",
        },
    ),
]

QUIZ = [
    "On it a continuous function is uniformly continuous",
    "It becomes about a quarter",
    "The parabolas",
    "Nothing is wrong",
    "There are functions",
]
