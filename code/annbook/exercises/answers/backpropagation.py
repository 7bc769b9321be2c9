"""Answers to the exercises of the page "Backpropagation and automatic differentiation"."""

import math

import numpy as np

from annbook.autodiff import Value
from annbook.datasets import students
from annbook.exercises.answer_types import Array, Function, Number, Property, Table


def sigmoid(z):
    """Logistic function."""
    return 1 / (1 + np.exp(-z))


H = sigmoid(np.array([0.05 * 12 + 0.001 * 15, 0.02 * 12 + 0.003 * 15]))
W_O = np.array([2.0, -3.0])
DELTA_O = float(sigmoid(H @ W_O)) - 1
DELTA_H = DELTA_O * W_O * H * (1 - H)


def skip_backward(X, W, grad_A):
    """Gradients of X + tanh(X W) with respect to W and X."""
    delta = grad_A * (1 - np.tanh(X @ W) ** 2)
    return X.T @ delta, delta @ W.T + grad_A


def _without_path_around(X, W, grad_A):
    grad_W, grad_X = skip_backward(X, W, grad_A)
    return grad_W, grad_X - grad_A


def _slope_from_result(X, W, grad_A):
    delta = grad_A * (1 - (X + np.tanh(X @ W)) ** 2)
    return X.T @ delta, delta @ W.T + grad_A


def _without_tanh(X, W, grad_A):
    return X.T @ grad_A, grad_A @ W.T + grad_A


def _not_transposed(X, W, grad_A):
    delta = grad_A * (1 - np.tanh(X @ W) ** 2)
    return X.T @ delta, delta @ W + grad_A


def _delta_around(X, W, grad_A):
    delta = grad_A * (1 - np.tanh(X @ W) ** 2)
    return X.T @ delta, delta @ W.T + delta


def _other_order(X, W, grad_A):
    return skip_backward(X, W, grad_A)[::-1]


RNG = np.random.default_rng(0)
SKIP_CASES = [
    tuple(RNG.normal(size=shape).round(2) for shape in ((m, n), (n, n), (m, n)))
    for m, n in ((4, 3), (1, 2))
]


def _page_network():
    """Return X, y and the random weights and biases of the page's gradient check."""
    rng = np.random.default_rng(0)
    shapes = {"W_h": (2, 2), "b_h": 2, "W_o": (2, 1), "b_o": 1}
    data = students()
    parameters = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return data.grades / 10, data.exam_success[:, None], parameters


def _hidden_gradient(penalty_slope):
    """Gradient of the page's mean log loss by W_h, plus a penalty's."""
    X, y, of = _page_network()
    hidden = sigmoid(X @ of["W_h"] + of["b_h"])
    delta_o = (sigmoid(hidden @ of["W_o"] + of["b_o"]) - y) / len(X)
    delta_h = (delta_o @ of["W_o"].T) * hidden * (1 - hidden)
    return X.T @ delta_h + penalty_slope * of["W_h"]


def nearly(a=0.02, b=0.01, relative=True):
    """Distance of two gradients with these slopes of the penalty."""
    a, b = _hidden_gradient(a), _hidden_gradient(b)
    size = np.linalg.norm(a) + np.linalg.norm(b) if relative else 1
    return float(np.linalg.norm(a - b) / size)


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


def _as_new_value(value):
    s = float(sigmoid(value.data))
    return Value(s, [(value, s * (1 - s))])


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


class Dual:
    """A value and its derivative, for forward mode."""

    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    def __add__(self, other):  # noqa: D105
        return type(self)(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):  # noqa: D105
        slope = self.slope * other.value + self.value * other.slope
        return type(self)(self.value * other.value, slope)

    def tanh(self):
        """Return the hyperbolic tangent."""
        t = math.tanh(self.value)
        return type(self)(t, (1 - t * t) * self.slope)


class _OneFactor(Dual):
    def __mul__(self, other):
        return type(self)(self.value * other.value, self.slope * other.value)


class _TanhAlone(Dual):
    def tanh(self):
        t = math.tanh(self.value)
        return type(self)(t, 1 - t * t)


def dual_fault(dual):
    """Say where a learner's class for forward mode is wrong."""
    w, x, b = 0.5, -1.5, 0.4
    right, got = (
        {
            "a sum": kind(w, 2.0) + kind(b, 3.0),
            "a product": kind(w, 2.0) * kind(x, 3.0),
            "tanh": kind(w, 2.0).tanh(),
            "a neuron": (kind(w, 1.0) * kind(x) + kind(b)).tanh(),
        }
        for kind in (Dual, dual)
    )
    for name, result in right.items():
        if not math.isclose(got[name].value, result.value, rel_tol=1e-9):
            return f"{name}: the value is wrong."
        if not math.isclose(got[name].slope, result.slope, rel_tol=1e-9):
            return f"{name}: the value is right, but not the slope."
    return None


ANSWERS = [
    Table(
        "backprop-bob",
        {
            "delta_o": DELTA_O,
            "delta_h": DELTA_H,
            "W_o": DELTA_O * H,
            "W_o_new": W_O - DELTA_O * H / 2,
        },
        rtol=1e-3,
        hint="Forward first: hidden values, then p. Then from the output back.",
        hints={
            ("delta_o", -DELTA_O): "delta_o: predicted minus observed, not the other way round.",
            ("delta_o", DELTA_O + 1): "delta_o: Bob passed, so y is not 0.",
            ("delta_h", tuple(DELTA_O * W_O)): "delta_h: the slope of the sigmoid is missing.",
            (
                "delta_h",
                tuple(DELTA_O * H * (1 - H)),
            ): "delta_h: through which weights is it sent back?",
            (
                "W_o",
                tuple(DELTA_H),
            ): "W_o: the value at the weight's beginning times the delta at its end.",
            (
                "delta_h",
                tuple(DELTA_O * (W_O - DELTA_O * H / 2) * H * (1 - H)),
            ): "delta_h: the whole backward pass uses the weights before the step.",
            ("W_o_new", tuple(W_O + DELTA_O * H / 2)): "W_o_new: a step goes against the gradient.",
            ("W_o_new", tuple(W_O - DELTA_O * H)): "W_o_new: the learning rate is 0.5.",
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
        68.0,
        hint="What has arrived at s at its first visit, what at its second, and what does it send?",
        hints={
            44.0: "That is the right slope; asked for is what the recursion finds.",
            60.0: "That is the other order: s, the first factor, is visited before s + x.",
            64.0: "x is also used directly, in s + x.",
            24.0: "That is only what comes from the first visit of s.",
            40.0: "s is visited twice, and x also used directly.",
        },
    ),
    Function(
        "backprop-skip",
        skip_backward,
        cases=SKIP_CASES,
        hint="Add what arrives at X on both ways, through the layer and around it.",
        hints={
            _without_path_around: "The gradient of X: one path leads around the layer.",
            _slope_from_result: "The slope of tanh is 1 - t**2, with t before X is added.",
            _without_tanh: "The slope of tanh is missing on the way through the layer.",
            _not_transposed: "The gradient of X: which index of W is summed over?",
            _delta_around: "The path around the layer doesn't pass through tanh.",
            _other_order: "The order asked for is W, X.",
        },
    ),
    Table(
        "backprop-nearly",
        {"wrong": "W_h", "distance": nearly()},
        rtol=2e-2,
        hint="Give penalized_loss to numerical_gradients, and compare array by array.",
        hints={
            ("wrong", "W_o"): "wrong: for this array `distance` finds agreement.",
            ("wrong", "b_h"): "wrong: compare this array by `distance`.",
            ("distance", nearly(b=0)): "distance: that is against the loss without the penalty.",
            (
                "distance",
                nearly(relative=False),
            ): "distance: relative to the lengths of both arrays.",
        },
    ),
    Property(
        "backprop-sigmoid",
        sigmoid_fault,
        right=[sigmoid_of, _as_new_value],
        wrong=[_without_slope, lambda value: sigmoid(value.data), lambda value: value.tanh()],
        hint="tanh is a sigmoid, stretched.",
    ),
    Number(
        "backprop-second",
        _second_derivative,
        hint="Put a Value into a Value, call backward, and look at the type of the gradient.",
        hints={_first_derivative(): "That is the first derivative."},
    ),
    Property(
        "backprop-dual",
        dual_fault,
        right=[Dual],
        wrong=[_OneFactor, _TanhAlone],
        hint="Beside each rule for values stands the rule of calculus for slopes.",
    ),
]

QUIZ = [
    "The values of all layers",
    "The learning rate was too small",
    "Forward: three passes",
    "So that a value's gradient is complete",
    "Two to three seconds",
    "Look for a mistake",
]
