"""Answers to the exercises of the page "Layers and forward propagation"."""

from itertools import product

import numpy as np

from annbook.datasets import students, xor
from annbook.exercises.answer_types import Class, Function, Number, Property, Table


def sigmoid(z):
    """Logistic function."""
    return 1 / (1 + np.exp(-z))


def step(z):
    """Heaviside step with step(0) = 1."""
    return (z >= 0).astype(int)


class Unit:
    """A neuron of the tests: any function of two numbers."""

    def __init__(self, function):
        self.function = function

    def feedforward(self, x1, x2):
        """Return the function's value."""
        return self.function(x1, x2)


def wiring(output):
    """Make a class from the formula ``output(h1, h2, o1, x1, x2)`` of three feedforward methods."""

    class WiredNetwork:
        def __init__(self, h1, h2, o1):
            self.neurons = h1, h2, o1

        def feedforward(self, x1, x2):
            return output(*(neuron.feedforward for neuron in self.neurons), x1, x2)

    return WiredNetwork


NEURONS = [
    [lambda a, b: sigmoid(a + 2 * b - 1), lambda a, b: sigmoid(a / 2 + b), lambda a, b: 2 * a + 1],
    [lambda a, b: a - b, lambda a, b: a * b + 3, lambda a, b: 10 * a - b],
]


def use_network(OurNetwork, which, x1, x2):
    """Build the learner's network from three neurons and ask it."""
    return OurNetwork(*map(Unit, NEURONS[which])).feedforward(x1, x2)


def log_loss(y_true, y_pred):
    """Mean of minus the logarithm of the probability given to what happened."""
    return -np.mean(y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred))


def _ones_only(y_true, y_pred):
    return -np.mean(y_true * np.log(y_pred))


def _sum(y_true, y_pred):
    return log_loss(y_true, y_pred) * len(y_true)


def _two_logarithm(y_true, y_pred):
    return log_loss(y_true, y_pred) / np.log(2)


DATA = students()
HIDDEN = sigmoid(DATA.grades @ np.array([[0.05, 0.02], [0.001, 0.003]]))
PASSED = sigmoid(2 * HIDDEN[:, 0])


def physics(w_h2=0.002, hidden=sigmoid):
    """Return the regression network's four outputs."""
    H = hidden(DATA.grades @ np.array([[0.05, w_h2], [0.001, 0.003]]))
    return H @ np.array([2, 7]) + 10


def mse(prediction):
    """Mean squared error against the physics grades."""
    return float(np.mean((prediction - DATA.physics) ** 2))


def output_neuron_fault(answer):
    """Say who is on the wrong side with output weights and bias (w1, w2, b)."""
    values = np.asarray(answer, dtype=float)
    if values.shape != (3,):
        return "hand over three numbers: two weights and a bias."
    p = sigmoid(HIDDEN @ values[:2] + values[2])
    for name, out, passed in zip(DATA.names, p, DATA.exam_success, strict=True):
        if out == 0.5 or (out > 0.5) != passed:
            return f"{name} is on the wrong side (output {out:.3f})."
    return None


def threshold_network(X, answer):
    """Return what a network (W, b, w, c) of threshold neurons says to the rows of X."""
    W, b, w, c = (np.asarray(part, dtype=float) for part in answer)
    if W.ndim != 2 or W.shape[0] != X.shape[1] or b.shape != W.shape[1:] or w.shape != b.shape:
        raise ValueError(
            f"shapes: W {W.shape}, b {b.shape}, w {w.shape} don't fit {X.shape[1]} inputs"
        )
    if c.shape != ():
        raise ValueError("c: the output bias is a single number")
    return step(step(X @ W + b) @ w + c)


def xor_fault(answer):
    """Say for which bits the threshold network isn't XOR."""
    X, y = xor()
    try:
        out = threshold_network(X, answer)
    except ValueError as error:
        return str(error)
    if np.shape(answer[0]) != (2, 2):
        return "two hidden neurons are enough: W has shape (2, 2)."
    for bits, got, wanted in zip(X.astype(int).tolist(), out, y, strict=True):
        if got != wanted:
            return f"at {tuple(bits)} the network says {got}."
    return None


def network_for(X, y):
    """One hidden neuron for each row whose answer is 1, and an OR."""
    wanted = X[y == 1] if np.any(y == 1) else X[:1]
    W, b = (2 * wanted - 1).T, 0.5 - wanted.sum(axis=1)
    return W, b, np.ones(len(wanted)), -0.5 if np.any(y == 1) else -1.5


def truth_table_fault(network):
    """Say for which truth table the learner's network is wrong."""
    rng = np.random.default_rng(0)
    for n in (1, 2, 3, 4):
        X = np.array(list(product((0, 1), repeat=n)))
        parity = X.sum(axis=1) % 2
        tables = [np.zeros(2**n, int), np.ones(2**n, int), parity, *rng.integers(0, 2, (5, 2**n))]
        for y in tables:
            try:
                wrong = threshold_network(X, network(X.copy(), y.copy())) != y
            except ValueError as error:
                return f"for y = {y.tolist()}: {error}"
            if wrong.any():
                return f"for y = {y.tolist()} it is wrong at {X[wrong][0].tolist()}."
    return None


def _only_or(X, y):
    return np.ones((X.shape[1], 1)), np.array([-0.5]), np.ones(1), -0.5


def _needs_a_one(X, y):
    wanted = X[y == 1]
    return (2 * wanted - 1).T, 0.5 - wanted.sum(axis=1), np.ones(len(wanted)), 0.0


SHAPES = {"X": (32, 10), "Wh": (10, 50), "bh": (50,), "Wo": (50, 3), "bo": (3,), "Y": (32, 3)}

ANSWERS = [
    Number(
        "layers-origin",
        float(sigmoid(2 * sigmoid(-1.0) + 1)),
        rtol=1e-6,
        hint="With inputs of zero only the biases are left in the hidden layer.",
        hints={
            float(sigmoid(1.0)): "The first hidden value isn't zero: what is the sigmoid of its z?",
            float(2 * sigmoid(-1.0) + 1): "The output neuron has a sigmoid, too.",
            float(sigmoid(2 * -1.0 + 1)): "The hidden neurons have activations, too.",
            float(sigmoid(2 * sigmoid(7.0) + 1)): "That is the output at (2, 3).",
        },
        wrong=[0.82, 0.5],
    ),
    Class(
        "layers-network-class",
        wiring(lambda h1, h2, o1, x1, x2: o1(h1(x1, x2), h2(x1, x2))),
        use=use_network,
        cases=[(0, 2, 3), (0, -1, 0.5), (1, 2, 3), (1, -4, 5)],
        hint="The hidden neurons see the inputs, the output neuron sees the hidden values.",
        hints={
            wiring(lambda h1, h2, o1, x1, x2: o1(x1, x2)): "The output neuron sees the inputs.",
            wiring(lambda h1, h2, o1, x1, x2: o1(h2(x1, x2), h1(x1, x2))): (
                "The two hidden values arrive in the wrong order."
            ),
            wiring(lambda h1, h2, o1, x1, x2: o1(h1(x1, x2), h2(h1(x1, x2), x2))): (
                "The second hidden neuron doesn't listen to the first one."
            ),
        },
    ),
    Function(
        "layers-log-loss",
        log_loss,
        cases=[
            (np.array([0, 1, 1, 0, 1]), np.array([0.1, 0.8, 0.6, 0.5, 0.3])),
            (np.array([1, 0]), np.array([0.25, 0.25])),
            (np.array([0, 0, 0]), np.array([0.5, 0.9, 0.01])),
        ],
        hint="Which probability was given to what happened? Minus its logarithm; then the mean.",
        hints={
            _ones_only: "A truth of zero counts, too: there 1 - p is what was given to it.",
            _sum: "You add them up; asked for is the mean.",
            _two_logarithm: "Natural logarithm, please.",
        },
        wrong=[lambda y, p: np.mean((y - p) ** 2), lambda y, p: -log_loss(y, p)],
    ),
    Table(
        "layers-students",
        {"outputs": PASSED, "log loss": float(log_loss(DATA.exam_success, PASSED))},
        rtol=1e-6,
        hint="Hidden values first, for each student; then the output neuron; then the logarithms.",
        hints={
            ("outputs", tuple(HIDDEN[:, 0])): "outputs: that is the first hidden neuron.",
            ("outputs", tuple(2 * HIDDEN[:, 0])): "outputs: the output neuron has a sigmoid, too.",
            ("log loss", float(log_loss(DATA.exam_success, PASSED)) * 4): (
                "log loss: the mean of the four, not their sum."
            ),
            ("log loss", float(-np.log(PASSED).mean())): "log loss: Eli did not pass.",
        },
    ),
    Table(
        "layers-physics",
        {"outputs": physics(), "mse": mse(physics())},
        rtol=1e-6,
        hint="Sigmoids in the hidden layer, and nothing but the weighted sum at the output.",
        hints={
            ("outputs", tuple(sigmoid(physics()))): "outputs: a grade is no probability.",
            ("outputs", tuple(physics(hidden=lambda z: z))): (
                "outputs: only the output neuron changes, the hidden ones keep their sigmoid."
            ),
            ("outputs", tuple(physics(w_h2=0.02))): (
                "outputs: in this task the second neuron has another first weight."
            ),
            ("mse", float(np.sqrt(mse(physics())))): "mse: without the root.",
            ("mse", 4 * mse(physics())): "mse: the mean of the four, not their sum.",
        },
    ),
    Table(
        "layers-baselines",
        {
            "probability": 0.75,
            "log loss": float(-(0.75 * np.log(0.75) + 0.25 * np.log(0.25))),
            "grade": float(DATA.physics.mean()),
            "mse": mse(DATA.physics.mean()),
        },
        hint="For each of the two: which constant makes the derivative zero?",
        hints={
            ("probability", 0.5): "probability: that says nothing; the truths do lean to one side.",
            ("probability", 1.0): "probability: one student failed, and that would cost infinity.",
            ("log loss", float(np.log(2))): "log loss: that is the score of not knowing.",
            ("grade", 16.0): "grade: the median is best for absolute errors, not for squares.",
            ("mse", mse(16.0)): "mse: that is the score of the median.",
            ("mse", 4 / 3 * mse(DATA.physics.mean())): "mse: divide by four, not by three.",
        },
    ),
    Property(
        "layers-output-neuron",
        output_neuron_fault,
        right=[(100, 0, -100 * float(HIDDEN[:2, 0].mean())), (1000, 0, -640)],
        wrong=[(2, 0, 0), (100, 0, -100 * float(HIDDEN[0, 0])), (-100, 0, 63.7), (1, 2), (0, 0, 0)],
        hint="Look at the first hidden value of each student.",
    ),
    Table(
        "layers-shapes",
        {**SHAPES, "parameters": 703},
        hint="Inner sizes of a product must agree, and each neuron has a column and a bias.",
        hints={
            ("X", (10, 32)): "X: one row for each input.",
            ("Wh", (50, 10)): "Wh: one column for each neuron, as on this page.",
            ("Wo", (3, 50)): "Wo: one column for each neuron, as on this page.",
            ("bh", (32, 50)): "bh: one bias for each neuron, whatever the batch.",
            ("parameters", 650): "parameters: where are the biases?",
            ("parameters", 500 + 50): "parameters: that is the hidden layer alone.",
        },
    ),
    Property(
        "layers-xor",
        xor_fault,
        right=[
            ([[1, 1], [1, 1]], [-0.5, -1.5], [1, -1], -0.5),
            ([[1, -1], [-1, 1]], [-0.5, -0.5], [1, 1], -0.5),
            ([[1, -1], [1, -1]], [-0.5, 1.5], [1, 1], -1.5),
        ],
        wrong=[
            ([[1, 1], [1, 1]], [-0.5, -1.5], [1, 1], -0.5),
            ([[1, 1], [1, 1]], [-0.5, -1.5], [1, -1], 0),
            ([[1], [1]], [-0.5], [1], -0.5),
            ([[1, 1], [1, 1]], [-0.5, -1.5], [[1], [-1]], -0.5),
            ([1, 1], [-0.5, -1.5], [1, -1], -0.5),
        ],
        hint="What does each hidden neuron say, and what must the output make of it?",
    ),
    Property(
        "layers-truth-table",
        truth_table_fault,
        right=[network_for],
        wrong=[_only_or, _needs_a_one, lambda X, y: (X, y, y, 0)],
        hint="A neuron that fires for one row only; then an OR of those you want.",
    ),
]

QUIZ = [
    f"{20 * 5 + 5}",
    f"{(np.zeros((64, 10)) @ np.zeros((10, 50))).shape}",
    "Nothing.",
    "It says yes",
    "Two rows are right",
]
