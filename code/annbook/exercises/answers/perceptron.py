"""Answers to the exercises of the page on the perceptron."""

from itertools import product

import numpy as np
from scipy.optimize import nnls

from annbook.exercises.answer_types import Array, Choice, Function, Number, Property

CORNERS = np.array([(1, *bits) for bits in product((0, 1), repeat=2)])  # the 1 is for the bias
XOR, NAND = np.array([0, 1, 1, 0]), np.array([1, 1, 1, 0])
CROWD = np.array([(1, 0, 0), (1, 2, 1), (1, 1, 1), (1, 1, 2), (1, 3, 0), (1, 1, 1), (1, 3, 3)])


def step(z):
    """Threshold with step(0) = 1."""
    return int(z >= 0)


def perceptron(X, y, epochs, learning_rate=1.0, step=step):
    """Weights after each mistake, from zero, as rows."""
    path = [np.zeros(X.shape[1])]
    for _ in range(epochs):
        for x, target in zip(X, y, strict=True):
            error = target - step(path[-1] @ x)
            if error:
                path.append(path[-1] + learning_rate * error * x)
    return np.array(path)


def combination_fault(multipliers):
    """Say why these multiples of the three inequalities don't add up to a contradiction."""
    c = np.asarray(multipliers, dtype=float)
    if c.shape != (3,):
        return "give three numbers, one for each of the inputs 0, 1 and 3."
    if not np.isfinite(c).all():
        return "finite numbers, please."
    if (c < 0).any():
        return "a negative multiple turns an inequality around: use numbers that are not negative."
    if not c.any():
        return "with zeros only, the sum says nothing."
    signed = np.array([[-1, 0], [1, 1], [-1, -3]])  # s times (1, x)
    left = [
        name
        for name, rest in zip(("b", "w"), c @ signed, strict=True)
        if abs(rest) > 1e-9 * c.max()
    ]
    if left:
        return f"in the sum, what doesn't cancel: {' and '.join(left)}."
    return None


def tight_fault(answer):
    """Say why the perceptron does not reach its bound on these data."""
    X, y = answer
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    if X.ndim != 2 or y.shape != (len(X),):
        return "give a pair: X with one example a row, and y with one class for each row."
    if not np.isfinite(X).all() or not np.isin(y, (0, 1)).all():
        return "X must be finite, and y hold nothing but 0 and 1."
    signed = X * np.where(y == 1, 1, -1)[:, None]
    shares, _ = nnls(np.vstack([signed.T, np.ones(len(X))]), np.eye(X.shape[1] + 1)[-1])
    mixture = signed.T @ shares / shares.sum()
    margin = np.linalg.norm(mixture)
    if margin < 1e-6 * np.abs(X).max():
        return "no weights separate these data."
    bound = float((X**2).sum(axis=1).max()) / margin**2
    mistakes = len(perceptron(X, y, epochs=int(min(bound + 2, 2000)))) - 1
    if mistakes < 5:
        return f"in the order given, mistakes: {mistakes}; at least 5 are asked for."
    if abs(mistakes - bound) > 1e-6 * bound:
        return f"{mistakes} mistakes, but the bound is {bound:.4g}."
    return None


def mean_weights(corrections, times, steps):
    """Mean of the weights after each example, from the corrections and when they were made."""
    shares = (steps - np.asarray(times) + 1) / steps
    return shares @ np.asarray(corrections)


def one_step_late(corrections, times, steps):
    """Let a correction count from the next example on, a common slip."""
    return mean_weights(corrections, np.asarray(times) + 1, steps)


def mean_after_mistakes(corrections, times, steps):
    """Average over the mistakes, not over the examples."""
    return np.cumsum(corrections, axis=0).mean(axis=0)


def sigmoid(z):
    """Return the logistic function of z."""
    return 1 / (1 + np.exp(-z))


def logistic_step(w, x, s, learning_rate):
    """One step of stochastic gradient descent on the log loss, for classes -1 and 1."""
    return w + learning_rate * s * sigmoid(-s * (w @ x)) * x


def squared_step(w, x, s, learning_rate):
    """Descend the squared error instead, a common slip."""
    p, y = sigmoid(w @ x), (s + 1) / 2
    return w + learning_rate * 2 * (y - p) * p * (1 - p) * x


def kernel_perceptron(X, y, kernel, max_epochs, step=step):
    """How often each example was a mistake, for a perceptron that knows inputs by a kernel only."""
    counts = np.zeros(len(X), dtype=int)
    signs = np.where(np.asarray(y) == 1, 1, -1)
    gram = np.array([[kernel(a, b) for b in X] for a in X])
    for _ in range(max_epochs):
        clean = True
        for i in range(len(X)):
            if step((counts * signs) @ gram[:, i]) != y[i]:
                counts[i] += 1
                clean = False
        if clean:
            break
    return counts


def unsigned_counts(X, y, kernel, max_epochs):
    """Forget the signs of the mistakes."""
    counts = np.zeros(len(X), dtype=int)
    for _ in range(max_epochs):
        for i in range(len(X)):
            z = sum(c * kernel(a, X[i]) for c, a in zip(counts, X, strict=True))
            counts[i] += step(z) != y[i]
    return counts


def quadratic(a, b):
    """Compare all products of at most two inputs without computing them."""
    return (1 + a @ b) ** 2


def linear(a, b):
    """Compare the inputs, and a 1 for the bias."""
    return 1 + a @ b


ANSWERS = [
    Array(
        "perceptron-by-hand",
        perceptron(CORNERS, NAND, epochs=2)[-1].astype(int),
        hint="Bias first. Go through 00, 01, 10, 11 twice; after a mistake use the new weights.",
        hints={
            (-1, -1, -1): "This is after the first epoch. One more.",
            (2, -2, -1): "These are the weights at the very end.",
            tuple(perceptron(CORNERS, NAND, 2, step=lambda z: int(z > 0))[-1]): (
                "That is what step(0) = 0 would give."
            ),
            (-2, -1, 0): "The bias comes first.",
        },
        wrong=[(0, -1, -1), (1, -1, 0), (0, -2)],
    ),
    Property(
        "three-numbers",
        combination_fault,
        right=[(2, 3, 1), (1, 1.5, 0.5), np.array([4, 6, 2])],
        wrong=[(1, 1, 1), (1, 3, 2), (0, 0, 0), (-2, -3, -1), (2, 3), (2, 3, 1, 0), "all"],
    ),
    Array(
        "learning-rate-cancels",
        perceptron(CORNERS, NAND, epochs=20, learning_rate=0.25)[-1],
        hint="You need not train again: how do all weights of the run change?",
        hints={
            (2, -2, -1): "These are the weights for learning rate 1.",
            (8, -8, -4): "The other way round: smaller corrections make smaller weights.",
        },
        wrong=[(-0.5, -0.25, 0.5), (0.5, -0.5, -0.5)],
    ),
    Number(
        "bound-by-hand",
        float(4 * (25 + 3 * 4)),
        hint="R² is the largest squared length of an input, γ the smallest distance from z = 0.",
        hints={
            37: "That is 1/γ². What about R²?",
            74: "R² is wanted, not R.",
            111: "The 1 for the bias belongs to the input, too, when you measure R.",
            48: "The bias belongs to the weights, too, when you measure their length.",
            float(np.sqrt(148)): "This is R/γ. Mind the square.",
            4: "That is R². What is γ?",
        },
        wrong=[147, 51],
    ),
    Property(
        "reach-the-bound",
        tight_fault,
        right=[
            (np.eye(5), np.zeros(5)),
            (-np.eye(7), np.zeros(7)),
            (3 * np.eye(6)[::-1], np.zeros(6)),
        ],
        wrong=[
            (np.eye(5), np.ones(5)),
            (np.eye(3), np.zeros(3)),
            (CORNERS, [0, 0, 0, 1]),
            (CORNERS, XOR),
            (np.eye(5), np.zeros(4)),
            (np.eye(5), np.full(5, -1)),
            (np.vstack([np.eye(5), np.ones(5)]), np.zeros(6)),
            np.eye(5),
            5,
        ],
    ),
    Function(
        "averaged-perceptron",
        mean_weights,
        cases=[
            (np.array([[1.0, 2.0, 0.0]]), np.array([1]), 4),
            (np.array([[1.0, 2.0], [-1.0, 0.5], [1.0, 1.0]]), np.array([2, 3, 7]), 10),
            (
                np.array([[-1.0, 0.0], [1.0, 1.0], [1.0, 3.0], [-1.0, 2.0]]),
                np.array([1, 4, 5, 6]),
                6,
            ),
        ],
        hint="Each correction is contained in the weights from its own example on, to the last.",
        hints={
            one_step_late: "The weights after an example contain the correction made at it.",
            mean_after_mistakes: (
                "That is the mean over the mistakes. Weights that survive many examples count more."
            ),
            (lambda corrections, times, steps: steps * mean_weights(corrections, times, steps)): (
                "That is the sum. The mean is asked for."
            ),
            (lambda corrections, times, steps: np.sum(corrections, axis=0)): (
                "These are the last weights."
            ),
        },
        wrong=[lambda corrections, times, steps: np.mean(corrections, axis=0)],
    ),
    Function(
        "logistic-step",
        logistic_step,
        cases=[
            (np.array([0.0, 0.0, 0.0]), np.array([1.0, 2.0, -1.0]), 1, 0.5),
            (np.array([0.5, -1.0, 2.0]), np.array([1.0, 1.5, 0.5]), -1, 0.1),
            (np.array([-1.0, 0.3]), np.array([1.0, 4.0]), 1, 2.0),
            (np.array([0.2, 0.7]), np.array([1.0, -2.0]), -1, 1.0),
        ],
        hint="Differentiate ln(1 + exp(-s z)) with respect to z; z changes with w by x.",
        hints={
            (lambda w, x, s, learning_rate: w + learning_rate * (s - sigmoid(w @ x)) * x): (
                "y - σ(z) needs classes 0 and 1. Here they are -1 and 1."
            ),
            (lambda w, x, s, learning_rate: w + learning_rate * s * sigmoid(s * (w @ x)) * x): (
                "This corrects most where the answer is right: mind the sign in the sigmoid."
            ),
            (lambda w, x, s, learning_rate: w + learning_rate * sigmoid(-s * (w @ x)) * x): (
                "Where is the s that comes from the inner derivative?"
            ),
            squared_step: "That is the step for the squared error. What is the log loss's slope?",
            (lambda w, x, s, learning_rate: 2 * w - logistic_step(w, x, s, learning_rate)): (
                "This climbs: the loss grows. Mind the sign."
            ),
            (lambda w, x, s, learning_rate: logistic_step(w, x, s, 1.0)): (
                "Where is the learning rate?"
            ),
        },
        wrong=[
            lambda w, x, s, learning_rate: w,
            lambda w, x, s, learning_rate: w + learning_rate * (s * (w @ x) <= 0) * s * x,
        ],
    ),
    Choice(
        "why-logistic",
        {"a", "b", "c"},
        options="abcdef",
        hint="Look for one counterexample to each sentence on this page.",
        hints={
            frozenset(
                "abcd"
            ): "scikit-learn's Perceptron has a parameter `penalty`. What does it do?",
            frozenset(
                "ad"
            ): "One reason is no reason: scikit-learn's Perceptron can be regularized. "
            "And what about data that no line separates?",
            frozenset("abcf"): "Compare the training accuracies in the section on virginica.",
        },
        wrong=["a", {"e"}, {"b", "c", "e"}, 3],
    ),
    Function(
        "kernel-perceptron",
        kernel_perceptron,
        cases=[
            (CORNERS[:, 1:], XOR, quadratic, 50),
            (CORNERS[:, 1:], NAND, linear, 50),
            (CORNERS[:, 1:], XOR, linear, 3),
            (CROWD[[0, 1, 2, 3, 4, 6], 1:], np.array([0, 1, 1, 0, 0, 1]), quadratic, 200),
        ],
        hint="z sums count · sign · kernel over all examples. A mistake adds 1 to one count.",
        hints={
            unsigned_counts: "A mistake on class 0 counts with a minus sign.",
            (
                lambda X, y, kernel, max_epochs: kernel_perceptron(
                    X, y, kernel, max_epochs, step=lambda z: int(z > 0)
                )
            ): "Mind the tie: step(0) = 1.",
        },
        wrong=[lambda X, y, kernel, max_epochs: np.zeros(len(X))],
    ),
]

WEIGHTS, EXAMPLE = np.array([0, 1, -1]), np.array([1, 2, 2])  # of the first question; class 0
QUIZ = [
    f"$({', '.join(map(str, WEIGHTS + (0 - step(WEIGHTS @ EXAMPLE)) * EXAMPLE))})$",
    "nothing",
    "No weights classify all",
    "No order of these examples",
    "Use the pocket",
    "Exact: each of them",
]
