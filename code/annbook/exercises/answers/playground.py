"""Answers to the exercises of the page "The Playground laboratory"."""

import numpy as np

from annbook.exercises.answer_types import Function, Number, Property, Table

ANGLES = np.linspace(0, 2 * np.pi, 361)
DIRECTIONS = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
DISK = np.concatenate([r * DIRECTIONS for r in np.linspace(0, 2.5, 26)])
RING = np.concatenate([r * DIRECTIONS for r in np.linspace(3.5, 5, 31)])


def _numbers(answer, shapes):
    """Return the parts of an answer as finite arrays of these shapes, or None."""
    try:
        parts = [np.asarray(part, dtype=float) for part in answer]
    except (TypeError, ValueError):
        return None
    if [part.shape for part in parts] != shapes or not all(np.isfinite(p).all() for p in parts):
        return None
    return parts


def squares_fault(answer):
    """Say what is wrong with three weights on the squared coordinates."""
    parts = _numbers(answer, [(), (), ()])
    if parts is None:
        return "hand over three numbers: (w1, w2, b)."
    w1, w2, b = parts
    disk, ring = (np.tanh(P**2 @ np.array([w1, w2]) + b) for P in (DISK, RING))
    if disk.min() > 0.9 and ring.max() < -0.9:
        return None
    if disk.max() < -0.9 and ring.min() > 0.9:
        return "all signs are reversed: the disk has to be positive."
    if disk.min() > 0 > ring.max():
        return "the signs are right, but not every output is far enough from 0."
    if disk.min() <= 0:
        return "some points of the disk aren't positive."
    return "some points of the ring aren't negative."


def relus_fault(answer):
    """Say what is wrong with the weights of a network 2-3-1 with ReLU."""
    parts = _numbers(answer, [(2, 3), (3,), (3,), ()])
    if parts is None:
        return "hand over (W, b, v, c) with the shapes (2, 3), (3,), (3,) and one number."
    W, b, v, c = parts
    disk, ring = (np.maximum(P @ W + b, 0) @ v + c for P in (DISK, RING))
    if disk.min() > 0 > ring.max():
        return None
    if disk.max() < 0 < ring.min():
        return "all signs are reversed: the disk has to be positive."
    if disk.min() <= 0 and ring.max() < 0:
        return "the ring is right, but a part of the disk is cut off."
    if disk.min() > 0:
        return "the disk is right, but a part of the ring is positive, too."
    return "parts of both are on the wrong side."


def _three(c, degrees=(0, 120, 240), sign=-1, b=0):
    angles = np.radians(degrees)
    W = np.stack([np.cos(angles), np.sin(angles)])
    return W, np.full(3, float(b)), np.full(3, float(sign)), sign * -c


def largest_failure_rate(n, confidence):
    """Return the largest failure rate that n successes in a row leave possible."""
    return 1 - (1 - confidence) ** (1 / n)


def _rule_of_three(n, confidence):
    return 3 / n


def _of_confidence(n, confidence):
    return 1 - confidence ** (1 / n)


def _success_rate(n, confidence):
    return (1 - confidence) ** (1 / n)


def _by_logarithm(n, confidence):
    return -np.log(1 - confidence) / n


def _labels(X):
    return np.where(X[:, 0] * X[:, 1] >= 0, 1.0, -1.0)


def _xor(rng, n=500):
    X = rng.uniform(-5, 5, (n, 2))
    X += np.where(X > 0, 0.3, -0.3)
    return X, _labels(X)


def _xor_by_columns(rng, n=500):
    X = np.stack([rng.uniform(-5, 5, n), rng.uniform(-5, 5, n)], axis=1)
    X += 0.3 * np.sign(X)
    return X.tolist(), _labels(X).astype(int)


def _xor_reversed(rng, n=500):
    X, y = _xor(rng, n)
    return X, -y


def _xor_without_gap(rng, n=500):
    X = rng.uniform(-5, 5, (n, 2))
    return X, _labels(X)


def _xor_too_small(rng, n=500):
    X = rng.uniform(0.3, 5, (n, 2)) * rng.choice([-1, 1], (n, 2))
    return X, _labels(X)


def _xor_sorted(rng, n=500):
    X, y = _xor(rng, n)
    order = np.argsort(y)
    return X[order], y[order]


def _xor_columns_of_labels(rng, n=500):
    X, y = _xor(rng, n)
    return X, y[:, None]


def _corners(rng, n=500):
    X = rng.choice([-5.0, 5.0], (n, 2))
    return X, _labels(X)


def _one_sample(rng, n=500):
    return _xor(np.random.default_rng(0), n)


def points_fault(xor):
    """Say what is wrong with a function that draws the Playground's XOR."""
    if not callable(xor):
        return "the first part is no function: hand over its name, without parentheses."
    for seed, n in ((0, 500), (1, 2000)):
        X, y = (np.asarray(part, dtype=float) for part in xor(np.random.default_rng(seed), n))
        if X.shape != (n, 2) or y.shape != (n,):
            return f"for n = {n} points and labels have the shapes {X.shape} and {y.shape}."
        if not np.array_equal(y, _labels(X)):
            return "not every label is +1 where x1 * x2 is at least 0, and -1 elsewhere."
        if np.abs(X).min() < 0.3 or np.abs(X).max() > 5.3:
            return "each coordinate lies between 0.3 and 5.3, on either side of 0."
        if np.abs(X).max() < 5.2:
            return "the coordinates don't reach 5.3: draw from -5 to 5, then move each by 0.3."
        sizes = np.abs(X) - 0.3
        even = [np.abs(np.mean(part) - mean) for part, mean in ((sizes, 2.5), (sizes < 1, 0.2))]
        if max(even) > 0.3 or np.abs(np.mean(X > 0, axis=0) - 0.5).max() > 0.15:
            return "the points don't fill the square evenly."
        if np.abs(y[: n // 2].mean() - y[n // 2 :].mean()) > 0.5:
            return "the first half is for training: mix the two labels."
    if np.array_equal(xor(np.random.default_rng(0), 9)[0], xor(np.random.default_rng(1), 9)[0]):
        return "two generators give the same points: draw from `rng`."
    return None


def xor_fault(answer):
    """Say what is wrong with an XOR and the numbers of runs that solve it."""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        return "hand over (xor, solved): your function and a dictionary."
    xor, solved = answer
    fault = points_fault(xor)
    if fault:
        return fault
    if (
        not isinstance(solved, dict)
        or len(solved) < 2
        or sorted(solved) != [*range(2, len(solved) + 2)]
    ):
        return "solved needs the keys 2, 3 and so on."
    counts = [solved[units] for units in sorted(solved)]
    if any(count != int(count) or not 0 <= count <= 100 for count in counts):
        return "count the solved runs of a hundred, as whole numbers."
    if counts[-1] <= 50:
        return "with none of these numbers of units more than half are solved: go on."
    if max(counts[:-1]) > 50:
        return "stop at the first number of units with which more than half are solved."
    plausible = {2: (0, 3), 3: (0, 25), 4: (51, 85)}
    for units, count in solved.items():
        low, high = plausible.get(units, (101, 101))
        if not low <= count <= high:
            return f"{units} units: not near our count of test losses below 0.05 at epoch 300."
    return None


ANSWERS = [
    Property(
        "playground-squares",
        squares_fault,
        right=[(-1, -1, 9.25), (-0.6, -0.6, 5.55), [-2.0, -2.0, 18.0]],
        wrong=[
            (1, 1, -9.25),
            (-0.1, -0.1, 0.925),
            (-1, -1, 2.5),
            (-1, -1, 25),
            (-1, 0, 9.25),
            (0, 0, 0),
            (-1, -1),
            None,
        ],
    ),
    Number(
        "playground-half",
        0.0015,
        hint="by which two factors are the replica's gradients larger?",
        hints={
            0.6: "It is the other way round: the replica's gradients are larger.",
            0.015: "That makes up for the missing half; there is one more difference.",
            0.003: "That makes up for the sum over the batch; there is one more difference.",
            0.006: "One of the two factors goes the other way.",
            0.15: "One of the two factors goes the other way.",
            0.03: "The updates would be much larger.",
        },
        wrong=[0.06, 0.3, 0.01],
    ),
    Table(
        "playground-updates",
        {"playground": 13, "keras": 14},
        hint="how many points are for training, and what happens to the rest of the division?",
        hints={
            ("playground", 14): "playground: it waits until a batch is full.",
            ("playground", 16): "playground: only a part of the points is for training.",
            ("keras", 13): "keras: the last, smaller batch is used, too.",
            ("keras", 17): "keras: only a part of the points is for training.",
        },
    ),
    Property(
        "playground-three-relus",
        relus_fault,
        right=[_three(2.8), _three(2.6), _three(2.8, (90, 210, 330)), _three(3.0)],
        wrong=[
            _three(2.5),
            _three(3.2),
            _three(2.0),
            _three(2.8, sign=1),
            _three(2.8, (0, 90, 180)),
            _three(0, b=-2.5),
            (np.zeros((2, 3)), np.zeros(3), np.zeros(3), 1.0),
            (np.zeros((3, 2)), np.zeros(3), np.zeros(3), 1.0),
            None,
        ],
    ),
    Function(
        "playground-twenty",
        largest_failure_rate,
        cases=[(20, 0.95), (100, 0.95), (10, 0.99), (1, 0.5)],
        hints={
            _rule_of_three: "That is the rule of thumb; compute it exactly.",
            _of_confidence: "What shall the probability of all successes be equal to?",
            _success_rate: "That is the success rate, not the failure rate.",
            _by_logarithm: "That is an approximation for small rates.",
        },
    ),
    Property(
        "playground-xor",
        xor_fault,
        right=[
            (_xor, {2: 0, 3: 5, 4: 64}),
            (_xor_by_columns, {2: 0, 3: 4, 4: 57}),
            [_xor, {4: 70, 3: 9, 2: 0}],
        ],
        wrong=[
            4,
            (_xor, 4),
            (_xor, {}),
            (_xor, {4: 64}),
            (_xor, {2: 0, 3: 5}),
            (_xor, {2: 0, 3: 5, 4: 64, 5: 89}),
            (_xor, {2: 30, 3: 60}),
            (_xor, {2: 0, 3: 60}),
            (_xor, {2: 0, 3: 5, 4: 40, 5: 80}),
            (_xor, {2: 0, 3: 5, 4: 100}),
            (_xor, {2: 0.0, 3: 0.05, 4: 0.64}),
            (_xor_reversed, {2: 0, 3: 5, 4: 64}),
            (_xor_without_gap, {2: 0, 3: 5, 4: 64}),
            (_xor_too_small, {2: 0, 3: 5, 4: 64}),
            (_xor_sorted, {2: 0, 3: 5, 4: 64}),
            (_xor_columns_of_labels, {2: 0, 3: 5, 4: 64}),
            (_corners, {2: 0, 3: 5, 4: 64}),
            (_one_sample, {2: 0, 3: 5, 4: 64}),
            (lambda rng: _xor(rng), {2: 0, 3: 5, 4: 64}),
            None,
        ],
    ),
]

QUIZ = [
    "From any positive point one can walk away",
    "The true success rate is probably above",
    "Each at the best of several rates, many runs",
    "sigmoid",
    "A few more units",
]
