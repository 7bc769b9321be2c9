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
    """A neuron of the tests: any function of a list of numbers."""

    def __init__(self, function):
        self.function = function

    def feedforward(self, inputs):
        """Return the function's value."""
        return self.function(*inputs)


def wiring(output):
    """Make a class from the formula ``output(layers, inputs)``; layers hold functions."""

    class WiredNetwork:
        def __init__(self, layers):
            self.layers = [[neuron.feedforward for neuron in layer] for layer in layers]

        def feedforward(self, inputs):
            return output(self.layers, inputs)

    return WiredNetwork


def every_layer(layers, inputs):
    """Return the outputs of the last layer."""
    for layer in layers:
        inputs = [neuron(inputs) for neuron in layer]
    return inputs


class OnlyOnce:
    """A network that uses up its layers."""

    def __init__(self, layers):
        self.layers = iter(layers)

    def feedforward(self, inputs):
        """Return the outputs of the last layer, the first time."""
        for layer in self.layers:
            inputs = [neuron.feedforward(inputs) for neuron in layer]
        return inputs


LAYERS = [
    [[lambda a, b: a - 2 * b, lambda a, b: a * b + 3], [lambda a, b: 10 * a - b]],
    [[lambda a, b: a + b], [lambda a: a - 1, lambda a: a**2, lambda a: 3], [max, min]],
    [[lambda a, b: a - b, lambda a, b: b]],
]


def use_network(DeepNetwork, which, inputs):
    """Build the learner's network from layers of neurons and ask it."""
    network = DeepNetwork([[Unit(neuron) for neuron in layer] for layer in LAYERS[which]])
    network.feedforward([0] * len(inputs))  # it must work more than once
    return np.asarray(network.feedforward(list(inputs)), dtype=float)


def log_loss(labels, P):
    """Mean of minus the logarithm of the probability given to the right class."""
    return -np.mean(np.log(P[np.arange(len(labels)), labels]))


def binary_log_loss(y, p):
    """Mean of minus the logarithm of the probability given to what happened."""
    return -np.mean(np.log(np.where(y == 1, p, 1 - p)))


def _sum(labels, P):
    return log_loss(labels, P) * len(labels)


def _two_logarithm(labels, P):
    return log_loss(labels, P) / np.log(2)


def _all_classes(labels, P):
    return -np.mean(np.log(P))


def _swapped(labels, P):
    return -np.mean(np.log(P[labels, np.arange(len(labels))]))


def _by_the_classes(labels, P):
    return -np.sum(np.log(P[np.arange(len(labels)), labels])) / P.shape[1]


def _largest(labels, P):
    return -np.mean(np.log(P.max(axis=1)))


DATA = students()
HIDDEN = sigmoid(DATA.grades @ np.array([[0.05, 0.02], [0.001, 0.003]]))  # of the page
OTHER_HIDDEN = sigmoid(DATA.grades @ np.array([[0.1, -0.2], [-0.05, 0.1]]))
PASSED = sigmoid(OTHER_HIDDEN @ [3, -4] + 0.5)
GRADES = np.array([12, 7, 15, 20, 11])
ROWS = "outputs: each neuron's weights are a column of the matrix, not a row."
COLUMN = "outputs of shape (4, 1) make 16 pairs with the 4 truths; take outputs[:, 0]."


def physics(hidden=sigmoid):
    """Return the regression network's four outputs."""
    H = hidden(DATA.grades @ np.array([[0.1, -0.05], [0.02, 0.03]]) + [-2, 0])
    return H @ np.array([8, -5]) + 14


def mse(prediction):
    """Mean squared error against the physics grades."""
    return float(np.mean((prediction - DATA.physics) ** 2))


def output_neuron_fault(answer):
    """Say who is on the wrong side with output weights and bias (w1, w2, b)."""
    try:
        values = np.asarray(answer, dtype=float)
    except ValueError:  # a list in a tuple, such as ([1, 2], 3)
        values = np.zeros(0)
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
    b = b[0] if b.ndim == 2 and b.shape[0] == 1 else b  # a row will do
    w = w[:, 0] if w.ndim == 2 and w.shape[1] == 1 else w  # a column will do
    c = c.reshape(()) if c.size == 1 else c
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
    W, b = np.asarray(answer[0], dtype=float), np.asarray(answer[1], dtype=float)
    if np.array_equal(*step(X[1:3] @ W + b)):
        return "it is an XOR, but the hidden values of (0, 1) and (1, 0) are the same."
    return None


def network_for(X, y):
    """One hidden neuron for each row whose answer is 1, and an OR."""
    wanted = X[y == 1]
    W, b = (2 * wanted - 1).T, 0.5 - wanted.sum(axis=1)
    return W, b, np.ones(len(wanted)), -0.5


def truth_table_fault(network):
    """Say for which truth table the learner's network is wrong."""
    rng = np.random.default_rng(0)
    for n in (1, 2, 3, 4):
        X = rng.permutation(list(product((0, 1), repeat=n)))  # the rows in any order
        parity = X.sum(axis=1) % 2
        others = rng.integers(0, 2, (5, 2**n))
        tables = [np.ones(2**n, int), parity, *others, np.zeros(2**n, int)]
        for y in tables:
            try:
                wrong = threshold_network(X, network(X.copy(), y.copy())) != y
            except ValueError as error:
                need = "" if y.any() else f"; one neuron that never fires will do, or W ({n}, 0)"
                return f"for y = {y.tolist()}: {error}{need}"
            if wrong.any():
                return f"for y = {y.tolist()} it is wrong at {X[wrong][0].tolist()}."
    return None


def _only_or(X, y):
    return np.ones((X.shape[1], 1)), np.array([-0.5]), np.ones(1), -0.5


def _without_threshold(X, y):
    W, b, w, _ = network_for(X, y)
    return W, b, w, 0.0


def _always_a_neuron(X, y):
    return network_for(X, y) if np.any(y == 1) else network_for(X, np.arange(len(X)) == 0)


def _rows_in_order(X, y):
    return network_for(np.array(list(product((0, 1), repeat=X.shape[1]))), y)


SHAPES = {
    **{"X": (100, 784), "W1": (784, 32), "b1": (32,), "W2": (32, 16)},
    **{"A2": (100, 16), "W3": (16, 10), "Y": (100, 10)},
}
WEIGHTS = 784 * 32 + 32 * 16 + 16 * 10

ANSWERS = [
    Number(
        "layers-origin",
        float(sigmoid(2 * sigmoid(-1.0) - 3 * 0.5 + 1)),
        rtol=1e-6,
        hint="With inputs of zero only the biases are left in the hidden layer.",
        hints={
            float(sigmoid(1.0)): "Hidden values aren't zero: what is the sigmoid of their z?",
            float(sigmoid(2 * sigmoid(-1.0) + 1)): "The second hidden value isn't zero.",
            float(2 * sigmoid(-1.0) - 0.5): "The output neuron has a sigmoid, too.",
            float(sigmoid(2 * -1.0 + 1)): "The hidden neurons have activations, too.",
        },
        wrong=[0.51, 0.5],
    ),
    Class(
        "layers-network-class",
        wiring(every_layer),
        use=use_network,
        cases=[(0, (2, 3)), (0, (-1, 0.5)), (1, (2, 3)), (1, (-4, 5)), (2, (1, 4))],
        hint="What a layer returns is what the next one is given.",
        hints={
            wiring(lambda layers, inputs: [neuron(inputs) for neuron in layers[0]]): (
                "This is the first layer alone."
            ),
            wiring(lambda layers, inputs: every_layer(layers, inputs)[0]): (
                "The last layer may have several neurons: return the list of their outputs."
            ),
            OnlyOnce: (
                "The inputs come back unchanged. Does the network still have its layers when it "
                "is asked a second time?"
            ),
        },
    ),
    Function(
        "layers-log-loss",
        log_loss,
        cases=[
            (np.array([1, 2, 0]), np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.5, 0.25, 0.25]])),
            (np.array([1, 0]), np.array([[0.25, 0.75], [0.1, 0.9]])),
            (np.array([3, 3, 0, 2]), np.full((4, 4), 0.25)),
            (
                np.array([2, 2, 0, 1]),
                np.array([[0.2, 0.3, 0.5], [0.1, 0.1, 0.8], [0.6, 0.3, 0.1], [0.3, 0.4, 0.3]]),
            ),
            (np.array([2, 0]), np.array([[0.2, 0.3, 0.5], [0.1, 0.2, 0.7]])),
        ],
        hint=(
            "In each row of P, which probability was given to the right class? "
            "Minus its logarithm; then the mean over the samples."
        ),
        hints={
            _by_the_classes: "You divide by the number of classes; the mean is over the samples.",
            _sum: "You add them up; asked for is the mean.",
            _two_logarithm: "Natural logarithm, please.",
            _all_classes: "Only the probability of the right class counts.",
            _largest: "The right class, not the most probable one.",
        },
        wrong=[
            lambda y, P: -log_loss(y, P),
            _swapped,
            lambda y, P: -np.mean(np.log(P[np.arange(P.shape[1]), y])),
            lambda y, P: -np.mean(np.log(np.diag(P[y]))),
            lambda y, P: -np.mean(np.log(P[:, y])),
            lambda y, P: -np.mean(np.sum(np.eye(len(y))[y] * np.log(P), axis=1)),
        ],
    ),
    Table(
        "layers-students",
        {
            "outputs": PASSED,
            "log loss": float(binary_log_loss(DATA.exam_success, PASSED)),
            "right": 3,
        },
        rtol=2e-4,
        hint="Hidden values first, for each student; then the output neuron; then the logarithms.",
        hints={
            ("outputs", tuple(OTHER_HIDDEN[:, 0])): "outputs: that is the first hidden neuron.",
            ("outputs", tuple(OTHER_HIDDEN @ [3, -4] + 0.5)): (
                "outputs: the output neuron has a sigmoid, too."
            ),
            ("outputs", tuple(sigmoid(OTHER_HIDDEN @ [3, -4]))): "outputs: the bias is missing.",
            (
                "outputs",
                tuple(sigmoid(sigmoid(DATA.grades @ [[0.1, -0.05], [-0.2, 0.1]]) @ [3, -4] + 0.5)),
            ): ROWS,
            ("log loss", float(binary_log_loss(DATA.exam_success, PASSED)) * 4): (
                "log loss: the mean of the four, not their sum."
            ),
            ("log loss", float(-np.log(PASSED).mean())): "log loss: Eli did not pass.",
            ("log loss", float(binary_log_loss(DATA.exam_success, PASSED[:, None]))): (
                f"log loss: {COLUMN}"
            ),
            ("right", int(np.sum((PASSED[:, None] >= 0.5) == DATA.exam_success))): (
                f"right: {COLUMN}"
            ),
            ("right", 4): "right: who failed, and what does the network say?",
            ("right", 0.75): "right: how many, not which share.",
        },
    ),
    Table(
        "layers-physics",
        {"outputs": physics(), "mse": mse(physics()), "lowest": 9, "highest": 22},
        rtol=5e-4,
        hint="Sigmoids in the hidden layer, and nothing but the weighted sum at the output.",
        hints={
            ("outputs", tuple(sigmoid(physics()))): "outputs: a grade is no probability.",
            ("outputs", tuple(physics(hidden=lambda z: z))): (
                "outputs: only the output neuron has the identity, the hidden ones a sigmoid."
            ),
            (
                "outputs",
                tuple(sigmoid(DATA.grades @ [[0.1, 0.02], [-0.05, 0.03]] + [-2, 0]) @ [8, -5] + 14),
            ): ROWS,
            ("mse", float(np.sqrt(mse(physics())))): "mse: without the root.",
            ("mse", 4 * mse(physics())): "mse: the mean of the four, not their sum.",
            ("mse", mse(physics()[:, None])): f"mse: {COLUMN}",
            ("lowest", float(14 + 8 * sigmoid(-2.0) - 5)): (
                "lowest: inputs may be negative, so the first hidden value may come close to 0."
            ),
            ("lowest", 14): "lowest: the second weight is negative.",
            ("highest", 17): "highest: what is the second hidden value at best?",
        },
    ),
    Table(
        "layers-baselines",
        {
            "probability": 0.85,
            "log loss": float(-(0.85 * np.log(0.85) + 0.15 * np.log(0.15))),
            "grade": float(GRADES.mean()),
            "mse": float(GRADES.var()),
        },
        hint="For each of the two: which constant makes the derivative zero?",
        hints={
            ("probability", 0.5): "probability: that says nothing; the truths do lean to one side.",
            ("probability", 1.0): "probability: three students failed, and that costs infinity.",
            ("log loss", float(np.log(2))): "log loss: that is the score of not knowing.",
            ("grade", 12.0): "grade: the median is best for absolute errors, not for squares.",
            ("mse", float(np.mean((GRADES - 12) ** 2))): "mse: that is the score of the median.",
            ("mse", float(GRADES.var(ddof=1))): "mse: divide by five, not by four.",
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
        {**SHAPES, "parameters": WEIGHTS + 32 + 16 + 10},
        hint="Inner sizes of a product must agree, and each neuron has a column and a bias.",
        hints={
            ("X", (784, 100)): "X: one row for each sample, one column for each feature.",
            ("X", (784,)): "X: that is one sample; the batch has a hundred, one in each row.",
            ("Y", (10,)): "Y: that is one row; the batch has a hundred.",
            ("W1", (32, 784)): "W1: one column for each neuron, as on this page.",
            ("W2", (16, 32)): "W2: one column for each neuron, as on this page.",
            ("W3", (10, 16)): "W3: one column for each neuron, as on this page.",
            ("b1", (100, 32)): "b1: one bias for each neuron, whatever the batch.",
            ("b1", 32): "b1: Python reads (32) as the number 32; a shape of one axis is (32,).",
            ("b1", (1, 32)): "b1: that works, but the page's form has a single axis.",
            ("A2", (16,)): "A2: that is one row; the batch has a hundred.",
            ("A2", (16, 100)): "A2: a row for each sample, a column for each neuron.",
            ("A2", (32, 16)): "A2: the values of layer 2, a row for each sample.",
            ("parameters", WEIGHTS): "parameters: where are the biases?",
        },
    ),
    Table(
        "layers-collapse",
        {"w1": 5, "w2": -1, "b": 1},
        hint="Put the formulas of the hidden neurons into that of the output neuron, and sort.",
        hints={
            ("w1", 3): "w1: the first input also reaches the output through the second neuron.",
            ("w2", 5): "w2: this is the weight of the first input.",
            ("b", -2): "b: the hidden bias reaches the output, too, times a weight.",
            ("b", -1): "b: the hidden bias is multiplied by 3 on its way to the output.",
            ("b", 3): "b: the output neuron has a bias of its own.",
        },
    ),
    Property(
        "layers-xor",
        xor_fault,
        right=[
            ([[1, -1], [-1, 1]], [-0.5, -0.5], [1, 1], -0.5),
            ([[1, -1], [-1, 1]], [-1, -1], [[1], [1]], [-1]),
            ([[1, -1], [-1, 1]], [[-0.5, -0.5]], [[1], [1]], [[-0.5]]),
            ([[-1, 1], [1, -1]], [0, 0], [-1, -1], 1.5),
            ([[1, 1], [-1, -1]], [-0.5, 0.5], [1, -1], 0.25),
        ],
        wrong=[
            ([[1, 1], [1, 1]], [-0.5, -1.5], [1, -1], -0.5),
            ([[1, -1], [1, -1]], [-0.5, 1.5], [1, 1], -1.5),
            ([[1, 1], [1, 1]], [-0.5, -1.5], [1, 1], -0.5),
            ([[1, 1], [1, 1]], [-0.5, -1.5], [1, -1], 0),
            ([[1], [1]], [-0.5], [1], -0.5),
            ([[1, -1], [-1, 1]], [-0.5, -0.5], [[1, 1]], -0.5),
            ([[1, -1], [-1, 1]], [-0.5, -0.5], [1, 1], [-0.5, -0.5]),
            ([1, 1], [-0.5, -1.5], [1, -1], -0.5),
            ([[1, -1], [-1, 1]], [[-0.5], [-0.5]], [1, 1], -0.5),
        ],
        hint="Let one hidden neuron say yes to (1, 0) alone. What could the other one say?",
    ),
    Property(
        "layers-truth-table",
        truth_table_fault,
        right=[network_for],
        wrong=[
            _only_or,
            _without_threshold,
            _always_a_neuron,
            _rows_in_order,
            lambda X, y: (X, y, y, 0),
        ],
        hint="A neuron that fires for one row only; then an OR of those you want.",
    ),
]

QUIZ = [
    f"{20 * 5 + 5}",
    f"{(np.zeros((64, 10)) @ np.zeros((10, 50))).shape}",
    "None.",
    "It says yes",
    "Gradient descent doesn't find",
]
