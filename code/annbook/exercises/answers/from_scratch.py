"""Answers to the exercises of the page "A network from scratch that equals Keras"."""

import math

import numpy as np

from annbook.exercises.answer_types import Choice, Class, Function, Table

P = np.array([0.6, 0.3, 0.1])
GRADIENT = P - [0, 0, 1]


class Nesterov:
    """Momentum with a look ahead."""

    def __init__(self, rate, momentum):
        self.rate, self.momentum, self.velocity = rate, momentum, 0.0

    def step(self, weights, gradient):
        """Change the weights in place."""
        self.velocity = self.momentum * self.velocity - self.rate * gradient
        weights += self.momentum * self.velocity - self.rate * gradient


class _NewArray(Nesterov):
    def step(self, weights, gradient):
        weights = weights + 0 * gradient


class _Forgetful(Nesterov):
    def step(self, weights, gradient):
        velocity = -self.rate * gradient
        weights += self.momentum * velocity - self.rate * gradient


class _Plain(Nesterov):
    def step(self, weights, gradient):
        self.velocity = self.momentum * self.velocity - self.rate * gradient
        weights += self.velocity


class _Uphill(Nesterov):
    def step(self, weights, gradient):
        super().step(weights, -gradient)


class _OldVelocity(Nesterov):
    def step(self, weights, gradient):
        weights += self.momentum * self.velocity - self.rate * gradient
        self.velocity = self.momentum * self.velocity - self.rate * gradient


def _descend(Optimizer, rate, momentum, curvatures):
    """Points visited in a valley by ten steps."""
    optimizer, w, points = Optimizer(rate, momentum), np.ones(len(curvatures)), []
    for _ in range(10):
        optimizer.step(w, np.array(curvatures) * w)
        points.append(w.copy())
    return np.array(points)


class LeakyReLU:
    """Slope 0.1 left of 0."""

    def forward(self, Z):
        """Return z or 0.1 z."""
        self.positive = Z > 0
        return np.where(self.positive, Z, 0.1 * Z)

    def backward(self, delta):
        """Return the delta times the slope."""
        return np.where(self.positive, delta, 0.1 * delta)


class _LeakyForwardOnly(LeakyReLU):
    def backward(self, delta):
        return delta


class _PlainReLU(LeakyReLU):
    def forward(self, Z):
        self.positive = Z > 0
        return np.where(self.positive, Z, 0 * Z)

    def backward(self, delta):
        return np.where(self.positive, delta, 0 * delta)


class _SignOfDelta(LeakyReLU):
    def backward(self, delta):
        return np.where(delta > 0, delta, 0.1 * delta)


class _Widening(LeakyReLU):
    def forward(self, Z):
        self.slope = np.where(Z > 0, 1.0, 0.1)
        return Z * self.slope

    def backward(self, delta):
        return delta * self.slope


class _WideningForward(LeakyReLU):
    def forward(self, Z):
        self.positive = Z > 0
        return Z * np.where(self.positive, 1.0, 0.1)


class _WideningBackward(LeakyReLU):
    def backward(self, delta):
        return delta * np.where(self.positive, 1.0, 0.1)


class _InTheClass(LeakyReLU):
    def forward(self, Z):
        _InTheClass.positive = Z > 0
        return np.where(Z > 0, Z, 0.1 * Z)


class _ChangesZ(LeakyReLU):
    def forward(self, Z):
        self.positive = Z > 0
        Z[~self.positive] *= 0.1
        return Z


class _ChangesDelta(LeakyReLU):
    def backward(self, delta):
        delta[~self.positive] *= 0.1
        return delta


class _ChangesBoth(_ChangesZ, _ChangesDelta):
    pass


def _there_and_back(Leaky, Z, delta, dtype):
    """Both passes, how many bits the numbers have, and what became of the inputs."""
    layer, Z, delta = Leaky(), np.array(Z, dtype), np.array(delta, dtype)
    A = np.array(layer.forward(Z))
    Leaky().forward(-Z)  # another layer must not disturb this one
    back = np.array(layer.backward(delta))
    bits = [8 * array.dtype.itemsize for array in (A, back)]
    return np.concatenate([A.ravel(), back.ravel(), bits, Z.ravel(), delta.ravel()])


def smoothed(logits, y, s):
    """Return the mean cross-entropy with smoothed labels, and its gradient."""
    return _smoothed(logits, y, s)


def _targets(shape, y, s):
    n, k = shape
    targets = np.full((n, k), s / k)
    targets[np.arange(n), y] += 1 - s
    return targets


def _smoothed(logits, y, s, *, others_only=False):
    n, k = logits.shape
    targets = np.full((n, k), s / (k - 1) if others_only else s / k)
    if others_only:
        targets[np.arange(n), y] = 0
    targets[np.arange(n), y] += 1 - s
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -np.mean(np.sum(targets * log_p, axis=1))
    return loss, (np.exp(log_p) - targets) / n


def _hard(logits, y, s):
    return _smoothed(logits, y, 0.0)


def _others_only(logits, y, s):
    return _smoothed(logits, y, s, others_only=True)


def _no_mean_in_gradient(logits, y, s):
    loss, gradient = _smoothed(logits, y, s)
    return loss, gradient * len(logits)


def _summed(logits, y, s):
    loss, gradient = _smoothed(logits, y, s)
    return loss * len(logits), gradient * len(logits)


def _from_p(logits, y, s):
    """Softmax, and its logarithm afterwards."""
    targets = _targets(logits.shape, y, s)
    with np.errstate(all="ignore"):
        p = np.exp(logits)
        p /= p.sum(axis=1, keepdims=True)
        return -np.mean(np.sum(targets * np.log(p), axis=1)), (p - targets) / len(y)


def _batch_maximum(logits, y, s):
    """Subtract one maximum from all rows."""
    targets, z = _targets(logits.shape, y, s), logits - logits.max()
    with np.errstate(all="ignore"):
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        loss = -np.mean(np.sum(targets * log_p, axis=1))
        return loss, (np.exp(log_p) - targets) / len(y)


def _log_of_p(logits, y, s):
    return _from_p(logits - logits.max(axis=1, keepdims=True), y, s)


def _padded(small):
    """Return a version that adds a small number to p before the logarithm."""

    def log_of_padded_p(logits, y, s):
        targets = _targets(logits.shape, y, s)
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        return -np.mean(np.sum(targets * np.log(p + small), axis=1)), (p - targets) / len(y)

    return log_of_padded_p


DIGITS = (6, 7, 8, 9, 10, 12, 15, 16, 20, 30, 100, 300)
PADDED = [_padded(small) for small in (*(10.0**-digits for digits in DIGITS), 2.0**-52)]


def _overflowing(logits, y, s):
    """Take the logarithm of the sum of exponentials, as in the formula."""
    with np.errstate(all="ignore"):
        total = np.log(np.exp(logits).sum(axis=1))
    loss = np.mean(total - np.sum(_targets(logits.shape, y, s) * logits, axis=1))
    return loss, _from_p(logits, y, s)[1]


def _hard_gradient(logits, y, s):
    return _smoothed(logits, y, s)[0], _smoothed(logits, y, 0.0)[1]


ANSWERS = [
    Table(
        "scratch-count",
        {"parameters": 3_753, "remembered": 7_506, "steps": 80},
        hint="Each layer has a matrix and one bias for each unit; Adam averages two things.",
        hints={
            ("parameters", 3_650): "parameters: the biases are missing.",
            ("remembered", 3_753): "remembered: Adam averages gradients and their squares.",
            ("steps", 75): "steps: the last batch of an epoch is smaller, but it is a step.",
            ("steps", 79): "steps: a batch doesn't reach into the next epoch.",
            ("steps", 16): "steps: that is one epoch.",
        },
    ),
    Table(
        "scratch-windows",
        {"W_1[2, 3]": 13, "b_2": 40},
        hint="Row by row: matrix, bias, matrix, bias.",
        hints={
            ("W_1[2, 3]", 14): "W_1[2, 3]: count from 0, and store row after row.",
            ("W_1[2, 3]", 7): "W_1[2, 3]: row 2 is the third one, and column 3 the fourth.",
            ("W_1[2, 3]", 11): "W_1[2, 3]: how long is a row of a matrix (4, 5)?",
            ("b_2", 35): "b_2: the first layer has a bias, too.",
            ("b_2", 41): "b_2: indices begin at 0.",
        },
    ),
    Table(
        "scratch-softmax",
        {"loss": math.log(10), "gradient": GRADIENT, "in a batch of 4": GRADIENT / 4},
        rtol=2e-3,
        hint="What happens to the probabilities if the same number is added to all logits?",
        hints={
            ("loss", 1.0): "loss: the natural logarithm.",
            ("gradient", tuple(-GRADIENT)): "gradient: predicted minus observed.",
            ("gradient", (tuple(GRADIENT),)): "gradient: one pair of brackets is enough.",
            ("gradient", tuple(P)): "gradient: those are the probabilities.",
            (
                "in a batch of 4",
                tuple(GRADIENT),
            ): "in a batch of 4: the loss of a batch is a mean.",
            (
                "in a batch of 4",
                (tuple(GRADIENT / 4),),
            ): "in a batch of 4: one pair of brackets is enough.",
        },
    ),
    Table(
        "scratch-when",
        {"A": 1, "B": 20, "C": 2, "D": 21, "E": 2},
        hint="How many steps are in an epoch, and which step is the first to use the faulty part?",
        hints={
            ("A", 2): "A: the first step changes biases, too.",
            ("B", 1): "B: which batch is smaller?",
            ("B", 19): "B: that batch is still a full one.",
            ("C", 1): "C: the first count is right, whatever happens later.",
            ("D", 20): "D: that step still belongs to the first epoch.",
            ("D", 1): "D: in the first epoch the orders are equal.",
            ("E", 1): "E: what does adding 0 change?",
            ("E", 3): "E: the first update has already moved the biases.",
        },
    ),
    Choice(
        "scratch-parts",
        {"C", "D"},
        options="ABCDEFG",
        hint="For each suspect, follow its delta to the left: which parts are computed from it?",
        hints={
            "C": "True, but it isn't the only fault that gives this pattern.",
            "D": "True, but it isn't the only fault that gives this pattern.",
            frozenset("CG"): "A wrong matrix dW spoils no other part.",
            frozenset("CDG"): "A wrong matrix dW spoils no other part.",
            frozenset("CE"): "The delta that Sigmoid returns is used for one more part.",
            frozenset("BC"): "Dense 2 computes its own part before it returns a delta.",
            frozenset("BCD"): "Dense 2 computes its own part before it returns a delta.",
        },
    ),
    Choice(
        "scratch-imitation",
        "C",
        options="ABCD",
        hint="Let Adam take the five steps with each suspected fault, and compare all digits.",
        hints={
            "A": "With t = 1 in each step the steps get much longer than the colleague's.",
            "B": "With beta_1 = 0.8 the fourth digit after the point differs in step 2.",
            "D": "With half the rate the steps get much shorter than the colleague's.",
        },
    ),
    Class(
        "scratch-nesterov",
        Nesterov,
        cases=[(0.1, 0.9, (1.0, 3.0)), (0.05, 0.5, (2.0,))],
        use=_descend,
        hint="First the velocity, then the weights, which are changed in place.",
        hints={
            _NewArray: "The weights haven't changed: change the array itself, in place.",
            _Forgetful: "This velocity is forgotten after the step: keep it in self.",
            _Plain: "That is plain momentum: Nesterov adds momentum * velocity - rate * gradient.",
            _Uphill: "This goes uphill.",
            _OldVelocity: "The weights use the new velocity, not the old one.",
        },
    ),
    Class(
        "scratch-leaky",
        LeakyReLU,
        cases=[
            ([[1.0, -2.0], [-0.5, 3.0]], [[1.0, 1.0], [2.0, -1.0]], "float64"),
            ([[-4.0, 0.5, 2.5]], [[-1.0, 3.0, 0.5]], "float64"),
            ([[-4.0, 0.5, 2.5]], [[-1.0, 3.0, 0.5]], "float32"),
        ],
        use=_there_and_back,
        hint="Forward, remember where z was positive. Backward, multiply by the slope there.",
        hints={
            _LeakyForwardOnly: "Forward is right; backward has to multiply by the slope.",
            _PlainReLU: "That is ReLU: left of 0 the slope is 0.1, not 0.",
            _SignOfDelta: "Backward asks for the sign of z in the forward pass, not of delta.",
            _Widening: "The values are right, but numbers of 32 bits come out with 64.",
            _WideningForward: "Forward turns numbers of 32 bits into 64.",
            _WideningBackward: "Backward turns numbers of 32 bits into 64.",
            _InTheClass: "Another layer overwrites where z was positive: keep it in self.",
            _ChangesZ: "Forward changes the array Z, which the layer before may still need.",
            _ChangesDelta: "Backward changes the array delta that it is given.",
            _ChangesBoth: "Both methods change the arrays that they are given.",
        },
    ),
    Function(
        "scratch-smoothing",
        smoothed,
        cases=[
            (np.array([[2.0, 0.0, 1.0], [0.5, -1.0, 0.0]]), np.array([2, 0]), 0.3),
            (
                np.array([[1000.0, 0.0, -5.0, 3.0], [0.0, 1.0, -1.0, 2.0]]),
                np.array([3, 1]),
                0.1,
            ),
            (np.array([[0.2, -0.4], [1.0, 3.0], [0.0, 0.5]]), np.array([0, 1, 1]), 0.0),
        ],
        hint="The gradient is p minus the target; every class, also the right one, gets s/k.",
        hints={
            _hard: "That is the loss without smoothing.",
            _others_only: "The right class gets s/k, too.",
            _no_mean_in_gradient: "The loss is a mean, so its gradient is divided by the samples.",
            _summed: "Both are sums over the batch; both should be means.",
            _from_p: "Subtract the largest logit first, and get ln p without the ln of p.",
            _log_of_p: "A p can become 0, and its ln infinite: compute ln p without p.",
            _batch_maximum: "Subtract each row's own largest logit, not that of the batch.",
            _overflowing: "Exponentials overflow: subtract the largest logit first.",
            _hard_gradient: "The loss is right; the gradient subtracts the smoothed targets.",
            **dict.fromkeys(PADDED, "The gradient is right; compute ln p without p."),
        },
    ),
]

QUIZ = [
    "Nothing. It gets two vectors",
    "The gradient of its weights",
    "The size of the initial weights",
    "In what the optimizer remembers",
    "Something small differs",
    "Overfitting a few samples",
]
