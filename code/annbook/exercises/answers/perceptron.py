"""Answers to the exercises of the page on the perceptron."""

from itertools import product

import numpy as np
from scipy.optimize import nnls

from annbook.exercises.answer_types import Array, Choice, Function, Number, Property

CORNERS = np.array([(1, *bits) for bits in product((0, 1), repeat=2)])  # the 1 is for the bias
XOR, NAND = np.array([0, 1, 1, 0]), np.array([1, 1, 1, 0])
CROWD = np.array([(1, 0, 0), (1, 2, 1), (1, 1, 1), (1, 1, 2), (1, 3, 0), (1, 1, 1), (1, 3, 3)])
CROWD_CLASSES = np.array([0, 1, 0, 1, 1, 1, 1])  # (1, 1) occurs in both


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


def xor_fault(multipliers):
    """Say why these multiples of XOR's four inequalities don't add up to a contradiction."""
    c = np.asarray(multipliers, dtype=float)
    if c.shape != (4,):
        return "give four numbers, one for each of the inputs 00, 01, 10, 11."
    if not np.isfinite(c).all():
        return "finite numbers, please."
    if (c < 0).any():
        return "a negative multiple turns an inequality around: use numbers that are not negative."
    if not c.any():
        return "with zeros only, the sum says nothing."
    signed = CORNERS * np.where(XOR == 1, 1, -1)[:, None]
    left = [
        name
        for name, rest in zip(("b", "w₁", "w₂"), c @ signed, strict=True)
        if abs(rest) > 1e-9 * c.max()
    ]
    if left:
        return f"in the sum, {' and '.join(left)} doesn't cancel."
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
        return f"in the order given, the rule makes {mistakes} mistakes; at least 5 are asked for."
    if abs(mistakes - bound) > 1e-6 * bound:
        return f"{mistakes} mistakes, but the bound is {bound:.4g}."
    return None


def pocket(X, y, epochs, strictly=True, keep=True):
    """Weights of the perceptron's path that classify most rows correctly."""
    path = perceptron(X, y, epochs)
    if not keep:
        return path[-1]
    right = [sum(step(w @ x) == t for x, t in zip(X, y, strict=True)) for w in path]
    return path[np.argmax(right) if strictly else len(right) - 1 - np.argmax(right[::-1])]


def logistic_step(w, x, y, learning_rate):
    """One step of stochastic gradient descent on the log loss."""
    return w + learning_rate * (y - 1 / (1 + np.exp(-(w @ x)))) * x


def squared_step(w, x, y, learning_rate):
    """Descend the squared error instead, a common slip."""
    p = 1 / (1 + np.exp(-(w @ x)))
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
        "xor-inequalities",
        xor_fault,
        right=[(1, 1, 1, 1), (0.5, 0.5, 0.5, 0.5), np.full(4, 3)],
        wrong=[(1, 0, 0, 1), (0, 0, 0, 0), (-1, -1, -1, -1), (1, 1, 1), (1, 1, 1, 2), "all"],
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
        "pocket-algorithm",
        pocket,
        cases=[(CORNERS, XOR, 5), (CROWD, CROWD_CLASSES, 1), (CROWD, CROWD_CLASSES, 8)],
        hint="After each correction count the right answers; the pocket starts with zero weights.",
        hints={
            (lambda X, y, epochs: pocket(X, y, epochs, keep=False)): (
                "These are the last weights. The pocket keeps the best ones."
            ),
            (lambda X, y, epochs: pocket(X, y, epochs, strictly=False)): (
                "A tie does not change the pocket: only strictly more right answers do."
            ),
        },
        wrong=[lambda X, y, epochs: np.zeros(X.shape[1]), lambda X, y, epochs: None],
    ),
    Function(
        "logistic-step",
        logistic_step,
        cases=[
            (np.array([0.0, 0.0, 0.0]), np.array([1.0, 2.0, -1.0]), 1, 0.5),
            (np.array([0.5, -1.0, 2.0]), np.array([1.0, 1.5, 0.5]), 0, 0.1),
            (np.array([-1.0, 0.3]), np.array([1.0, 4.0]), 1, 2.0),
        ],
        hint="Two lines: the sigmoid's answer, then the perceptron's rule with this answer.",
        hints={
            squared_step: "That is the step for the squared error. What is the log loss's slope?",
            (lambda w, x, y, learning_rate: w + learning_rate * (y - step(w @ x)) * x): (
                "This is still the perceptron: its answer is 0 or 1."
            ),
            (lambda w, x, y, learning_rate: 2 * w - logistic_step(w, x, y, learning_rate)): (
                "This climbs: the loss grows. Mind the sign."
            ),
            (lambda w, x, y, learning_rate: logistic_step(w, x, y, 1.0)): (
                "Where is the learning rate?"
            ),
            (lambda w, x, y, learning_rate: w + learning_rate * (y - w @ x) * x): (
                "The sigmoid is missing: this is linear regression."
            ),
        },
        wrong=[lambda w, x, y, learning_rate: w],
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
