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
        0.2,
        hint="which of the two gradients is larger, and by which factor?",
        hints={
            0.05: "It is the other way round: without the half the steps are larger.",
            0.1: "The half changes the gradient, and with it the step.",
        },
        wrong=[0.03, 0.06],
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
    Number(
        "playground-xor",
        4,
        hint="count the solved runs for each number of units, beginning with 2.",
        hints={
            2: "Two units solve the four corner points, but these are four quadrants.",
            3: "Three units succeed now and then, in fewer than half of the runs.",
            8: "Fewer are enough for more than half of the runs.",
        },
    ),
]

QUIZ = [
    "From any positive point one can walk away",
    "The true success rate is probably above",
    "Each at the best of several rates, many runs",
    "sigmoid",
    "A few more units",
]
