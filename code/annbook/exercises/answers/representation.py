"""Answers to the exercises of the page "What can a network represent?"."""

import math

import numpy as np

from annbook.exercises.answer_types import Choice, Function, Property, Table


def trapezoid(x, corners, height):
    """Height between the inner corners, 0 outside of the outer ones, from four ReLUs."""
    c0, c1, c2, c3 = corners
    up, down = height / (c1 - c0), height / (c3 - c2)
    return _relus(x, corners, (up, -up, -down, down))


def _relus(x, corners, weights):
    return sum(a * np.maximum(x - c, 0) for a, c in zip(weights, corners, strict=True))


def _equal_walls(x, corners, height):
    up = height / (corners[1] - corners[0])
    return _relus(x, corners, (up, -up, -up, up))


def _slope_forgotten(x, corners, height):
    return _relus(x, corners, (height, -height, -height, height))


def _never_stops(x, corners, height):
    up, down = height / (corners[1] - corners[0]), height / (corners[3] - corners[2])
    return _relus(x, corners[:3], (up, -up, -down))


def _slopes_themselves(x, corners, height):
    up, down = height / (corners[1] - corners[0]), height / (corners[3] - corners[2])
    return _relus(x, corners, (up, 0, -down, 0))


def _walls_of_steps(x, corners, height):
    return height * ((x >= corners[0]) & (x < corners[3]))


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
            ("stairs", 404): "stairs: count the parts, one more than the units, and round up.",
            ("stairs", 406): "stairs: is one part fewer already enough?",
            ("relus", 50): "relus: round up, or the guarantee is missed by a hair.",
            ("relus", 2529): "relus: the bound has the square of N.",
            ("relus", 143): "relus: where is the eight?",
        },
    ),
    Table(
        "representation-cubes",
        {"all": 4, "no_hidden_biases": 2, "square": 2},
        hint="Multiply (wx + b)³ out. Which powers of x appear, and which alone?",
        hints={
            ("all", 3): "all: is a constant one of the functions, too?",
            ("all", 2): "all: what do the biases of the hidden units add?",
            ("all", 1): "all: what do the biases of the hidden units add?",
            ("no_hidden_biases", 1): "no_hidden_biases: the output still has its bias.",
            ("no_hidden_biases", 4): "no_hidden_biases: what is left of (wx + b)³ if b is 0?",
            ("square", 1): "square: a single unit with w ≠ 0 always has an x³.",
            ("square", 3): "square: fewer will do; choose two biases that cancel more than x³.",
            ("square", 4): "square: fewer will do; which two units have the same x³?",
        },
    ),
    Function(
        "representation-trapezoid",
        trapezoid,
        cases=[
            (X, (-0.5, 0.25, 0.5, 2.0), 2.0),
            (X, (0.1, 0.2, 0.9, 1.5), -1.5),
            (UNIT, (0.1, 0.4, 0.55, 0.6), 1.0),
        ],
        hint="By how much does the slope change at each of the four corners?",
        hints={
            _equal_walls: "The second wall may have another slope than the first.",
            _slope_forgotten: "A slope is height by width.",
            _never_stops: "Beyond the last corner it has to stay at 0.",
            _slopes_themselves: "A ReLU goes on rising; each weight is a *change* of slope.",
            _walls_of_steps: "The walls have slopes: one corner to start, one to stop.",
        },
        right=[lambda x, corners, height: height * np.interp(x, corners, [0, 1, 1, 0])],
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
            ("flat", 1025): "flat: N units make at most N + 1 pieces; take one off.",
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
    "On it a continuous function changes little over short distances",
    "It becomes about a quarter",
    "The parabolas",
    "Nothing is wrong",
    "There are functions",
]
