"""Answers to the exercises of the page "A network from scratch that equals Keras"."""

import math

import numpy as np

from annbook.exercises.answer_types import Class, Table
from annbook.network import LOSSES, Layer, Optimizer

LOSS, GRADIENT = LOSSES["softmax_crossentropy"].value_and_gradient(
    np.array([[2.0, 0.0, 1.0]]), np.array([2])
)
EQUAL, CONSTANT, FORMULA = "equal", "a constant in 32 bits", "another formula"


class Momentum(Optimizer):
    """A decaying sum of all steps."""

    memory_starts_at = (0.0,)

    def __init__(self, learning_rate, momentum):
        super().__init__(learning_rate)
        self.momentum = momentum

    def update(self, w, g, rate, velocity):
        """Change both in place."""
        velocity *= self.momentum
        velocity -= rate * g
        w += velocity


class _Forgetful(Momentum):
    def update(self, w, g, rate, velocity):
        velocity = self.momentum * velocity - rate * g
        w += velocity


class _Uphill(Momentum):
    def update(self, w, g, rate, velocity):
        velocity *= self.momentum
        velocity += rate * g
        w += velocity


class _Average(Momentum):
    def update(self, w, g, rate, velocity):
        velocity *= self.momentum
        velocity -= rate * (1 - self.momentum) * g
        w += velocity


def _descend(Optimizer, learning_rate, momentum, curvatures):
    """Points visited in a valley by ten steps."""
    optimizer, w, points = Optimizer(learning_rate, momentum), np.ones(len(curvatures)), []
    for _ in range(10):
        optimizer.step(w, np.array(curvatures) * w)
        points.append(w.copy())
    return np.array(points)


class LeakyReLU(Layer):
    """Slope 0.1 left of 0."""

    def forward(self, Z, training=False):
        """Return z or 0.1 z."""
        self.slope = np.where(Z > 0, 1.0, 0.1)
        return Z * self.slope

    def backward(self, delta, inputs_too=True):
        """Return the delta times the slope."""
        return delta * self.slope


class _LeakyForwardOnly(LeakyReLU):
    def backward(self, delta, inputs_too=True):
        return delta


class _PlainReLU(LeakyReLU):
    def forward(self, Z, training=False):
        self.slope = (Z > 0).astype(float)
        return Z * self.slope


def _there_and_back(Leaky, Z, delta):
    layer = Leaky()
    return layer.forward(np.array(Z)), layer.backward(np.array(delta))


ANSWERS = [
    Table(
        "scratch-count",
        {"parameters": 266_610, "first matrix": 235_200, "steps": math.ceil(60_000 / 128)},
        hint="Each layer has a matrix and one bias for each unit.",
        hints={
            ("parameters", 266_200): "parameters: the biases are missing.",
            ("first matrix", 235_500): "first matrix: without the biases.",
            ("steps", 468): "steps: the last batch is smaller, but it is a step.",
        },
    ),
    Table(
        "scratch-windows",
        {"W_1[2, 3]": 13, "b_2": 40},
        hint="Row by row: matrix, bias, matrix, bias.",
        hints={
            ("W_1[2, 3]", 14): "W_1[2, 3]: indices begin at 0.",
            ("W_1[2, 3]", 11): "W_1[2, 3]: how long is a row of a matrix (4, 5)?",
            ("W_1[2, 3]", 9): "W_1[2, 3]: rows, not columns, stand one after another.",
            ("b_2", 35): "b_2: the first layer has a bias, too.",
            ("b_2", 41): "b_2: indices begin at 0.",
        },
    ),
    Table(
        "scratch-softmax",
        {"loss": float(LOSS), "gradient": GRADIENT[0]},
        hint="Probabilities first: e², 1 and e, divided by their sum.",
        hints={
            ("loss", float(LOSS / math.log(2))): "loss: the natural logarithm.",
            ("gradient", tuple(-GRADIENT[0])): "gradient: predicted minus observed.",
            (
                "gradient",
                tuple(GRADIENT[0] + np.array([0, 0, 1])),
            ): "gradient: those are the probabilities.",
        },
    ),
    Class(
        "scratch-momentum",
        Momentum,
        cases=[(0.1, 0.9, (1.0, 3.0)), (0.05, 0.5, (2.0,))],
        use=_descend,
        hint="First the velocity, then the weights, both in place.",
        hints={
            _Forgetful: "This velocity is forgotten after the step: change the array itself.",
            _Uphill: "This goes uphill.",
            _Average: "Keras's velocity is a sum, not an average: no factor of 1 - momentum.",
        },
    ),
    Class(
        "scratch-leaky",
        LeakyReLU,
        cases=[
            ([[1.0, -2.0], [-0.5, 3.0]], [[1.0, 1.0], [2.0, -1.0]]),
            ([[-4.0, 0.5, 2.5]], [[-1.0, 3.0, 0.5]]),
        ],
        use=_there_and_back,
        hint="Forward, remember where z was positive. Backward, multiply by the slope.",
        hints={
            _LeakyForwardOnly: "Forward is right; backward has to multiply by the slope.",
            _PlainReLU: "That is ReLU: left of 0 the slope is 0.1, not 0.",
        },
    ),
    Table(
        "scratch-fingerprints",
        {"A": EQUAL, "B": CONSTANT, "C": FORMULA, "D": EQUAL},
        hint="How many digits has a number of that format?",
        hints={
            ("B", EQUAL): "B: 64 bits have 16 digits.",
            ("B", FORMULA): "B: that would be off by a good part of the step.",
            ("D", CONSTANT): "D: here everything is in 32 bits.",
            ("C", CONSTANT): "C: that is a good part of a whole step.",
        },
    ),
]

QUIZ = [
    "Nothing. It gets two vectors",
    "The gradient of its weights",
    "They are the same algorithm",
    "keep their initial values",
    "It doubles",
]
