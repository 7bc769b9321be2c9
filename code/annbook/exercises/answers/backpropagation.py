"""Answers to the exercises of the page "Backpropagation and automatic differentiation"."""

import math

import numpy as np

from annbook.autodiff import Value
from annbook.exercises.answer_types import Array, Function, Number, Property, Table


def sigmoid(z):
    """Logistic function."""
    return 1 / (1 + np.exp(-z))


H = sigmoid(np.array([0.05 * 12 + 0.001 * 15, 0.02 * 12 + 0.003 * 15]))
P = float(sigmoid(2 * H[0]))
SLOPE = float(H[0] * (1 - H[0]))


def dense_backward(X, W, delta):
    """Gradients with respect to W, b and X."""
    return X.T @ delta, delta.sum(axis=0), delta @ W.T


def _mean_bias(X, W, delta):
    return X.T @ delta, delta.mean(axis=0), delta @ W.T


def _other_order(X, W, delta):
    return delta @ W.T, X.T @ delta, delta.sum(axis=0)


RNG = np.random.default_rng(0)
DENSE_CASES = [
    tuple(RNG.normal(size=shape).round(2) for shape in ((m, n), (n, k), (m, k)))
    for m, n, k in ((4, 3, 2), (1, 2, 5))
]


def sigmoid_of(value):
    """Logistic function of a Value."""
    return 0.5 + 0.5 * (0.5 * value).tanh()


def sigmoid_fault(function):
    """Say where a learner's sigmoid of Values is wrong."""
    for z in (0.0, 1.5, -3.0, 40.0, -40.0):
        argument = Value(z)
        result = function(argument)
        if not isinstance(result, Value):
            return f"it returns a {type(result).__name__}; wanted is a Value."
        expected = 0.5 + 0.5 * math.tanh(z / 2)
        if not math.isclose(result.data, expected, rel_tol=1e-9, abs_tol=1e-12):
            return f"at z = {z:g} the value is wrong."
        result.backward()
        if not math.isclose(argument.grad, expected * (1 - expected), abs_tol=1e-9):
            return f"at z = {z:g} the value is right, but not its derivative."
    return None


def _without_slope(value):
    return Value(float(sigmoid(value.data)))


def _second_derivative():
    x = Value(Value(0.5))
    (x**3 * x.tanh()).backward()
    x.grad.backward()
    return x.data.grad


def _first_derivative():
    x = Value(0.5)
    (x**3 * x.tanh()).backward()
    return x.grad


ANSWERS = [
    Table(
        "backprop-bob",
        {"delta_o": P - 1, "delta_1": (P - 1) * 2 * SLOPE, "W_o": (P - 1) * H},
        rtol=1e-3,
        hint="Forward first: hidden values, then p. Then from the output back.",
        hints={
            ("delta_o", 1 - P): "delta_o: predicted minus observed, not the other way round.",
            ("delta_o", P): "delta_o: Bob passed, so y is not 0.",
            ("delta_1", (P - 1) * 2): "delta_1: the slope of the sigmoid is missing.",
            ("delta_1", (P - 1) * SLOPE): "delta_1: through which weight does it go back?",
            ("W_o", tuple((P - 1) * H * [1, 0])): "W_o: a weight of 0 can have a gradient.",
        },
    ),
    Table(
        "backprop-shapes",
        {"delta_h": (64, 50), "dW_o": (50, 3), "db_h": (50,)},
        hint="A gradient has the shape of what it is the gradient of.",
        hints={
            ("delta_h", (50, 64)): "delta_h: one row for each sample.",
            ("delta_h", (64, 3)): "delta_h: that is the delta of the output layer.",
            ("dW_o", (3, 50)): "dW_o: one column for each neuron.",
            ("db_h", (64, 50)): "db_h: summed over the batch.",
            ("db_h", (1, 50)): "db_h: a bias has the shape (units,), and so has its gradient.",
            ("db_h", 50): "db_h: give a shape, a tuple.",
        },
    ),
    Array(
        "backprop-step",
        [1 / 3, 1 / 2],
        rtol=1e-2,
        hint="Set the derivative of the sum of both errors by h to zero.",
        hints={
            (0.5, 1 / 3): "The other way round: the better formula can afford a larger step.",
            (2.0, 1.0): "Those are the powers of h in the formulas' own errors.",
        },
    ),
    Number(
        "backprop-naive",
        30.0,
        hint="How often is s visited, and what does it send on each time?",
        hints={
            20.0: "That is the right slope; asked for is what the recursion finds.",
            10.0: "s is visited twice.",
            40.0: "At its first visit s has received only one part.",
        },
    ),
    Function(
        "backprop-dense",
        dense_backward,
        cases=DENSE_CASES,
        hint="Look at the shapes: only one product fits each.",
        hints={
            _mean_bias: "The bias gradient is a sum; a mean is already in delta, if at all.",
            _other_order: "The order asked for is W, b, X.",
        },
    ),
    Property(
        "backprop-sigmoid",
        sigmoid_fault,
        right=[sigmoid_of],
        wrong=[_without_slope, lambda value: sigmoid(value.data), lambda value: value.tanh()],
        hint="tanh is a sigmoid, stretched.",
    ),
    Number(
        "backprop-second",
        _second_derivative,
        hint="Put a Value into a Value, call backward, and look at the type of the gradient.",
        hints={_first_derivative(): "That is the first derivative."},
    ),
]

QUIZ = [
    "The values of all layers",
    "The learning rate was too small",
    "Forward: three passes",
    "So that a value's gradient is complete",
    "Look for a mistake",
]
