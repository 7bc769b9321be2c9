"""Answers to the exercises of the page "Activations, outputs and losses"."""

import math

import numpy as np

from annbook.exercises.answer_types import Choice, Function, Number, Property, Table


def sigmoid(z):
    """Logistic function that never overflows."""
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def swish_slope(z):
    """Slope of z times the sigmoid of z."""
    return sigmoid(z) * (1 + z * sigmoid(-np.asarray(z)))


THREE = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "tanh": (np.tanh, lambda z: 4 * sigmoid(2 * z) * sigmoid(-2 * z)),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
}


def three_fault(answer):
    """Say which of the six functions is wrong, and for which inputs."""
    if not isinstance(answer, dict) or {*answer} != {*THREE}:
        return 'hand over a dictionary with the keys "sigmoid", "tanh" and "ReLU".'
    for name, functions in THREE.items():
        for part, expected, given in zip(("value", "slope"), functions, answer[name], strict=True):
            for z in (np.array([-3.0, -0.5, 0.0, 0.5, 3.0]), np.array([-1000.0, 1000.0])):
                with np.errstate(all="ignore"):
                    got = np.asarray(given(z.copy()), dtype=float)
                if got.shape != z.shape:
                    return f"{name}, {part}: an array of shape {z.shape} goes in, {got.shape} out."
                if np.isnan(got).any():
                    return f"{name}, {part}: nan for z = {z.tolist()}; infinity over infinity?"
                if not np.allclose(got, expected(z), rtol=1e-6, atol=1e-9):
                    return f"{name}, {part}: wrong for z = {z.tolist()}."
    return None


def clipped_log_loss(y, p, epsilon):
    """Mean log loss of truths y and predictions p, moved into [epsilon, 1 - epsilon]."""
    p = np.clip(p, epsilon, 1 - epsilon)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def _sum_of_losses(y, p, epsilon):
    return clipped_log_loss(y, p, epsilon) * len(y)


def _without_minus(y, p, epsilon):
    return -clipped_log_loss(y, p, epsilon)


def _clipped_below(y, p, epsilon):
    p = np.maximum(p, epsilon)
    with np.errstate(all="ignore"):
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def _added(y, p, epsilon):
    return -np.mean(y * np.log(p + epsilon) + (1 - y) * np.log(1 - p + epsilon))


def batch_loss(Z, labels):
    """Mean categorical cross-entropy of logits, shape (m, K), and class numbers, shape (m,)."""
    top = Z.max(axis=1)
    lse = top + np.log(np.exp(Z - top[:, None]).sum(axis=1))
    return np.mean(lse - Z[np.arange(len(Z)), labels])


def _naive_batch_loss(Z, labels):
    with np.errstate(all="ignore"):
        P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        return -np.mean(np.log(P[np.arange(len(Z)), labels]))


def _one_maximum(Z, labels):
    with np.errstate(all="ignore"):
        lse = Z.max() + np.log(np.exp(Z - Z.max()).sum(axis=1))
        return np.mean(lse - Z[np.arange(len(Z)), labels])


def _through_probabilities(Z, labels):
    with np.errstate(all="ignore"):
        e = np.exp(Z - Z.max(axis=1, keepdims=True))
        P = e / e.sum(axis=1, keepdims=True)
        return -np.mean(np.log(P[np.arange(len(Z)), labels]))


def _sum_of_batch(Z, labels):
    return batch_loss(Z, labels) * len(Z)


def softmax_regression():
    """Return the smallest penalized cross-entropy of softmax regression on the small digits."""
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression

    X, labels = load_digits(return_X_y=True)
    X, decay = X / 16, 0.01
    model = LogisticRegression(C=1 / (decay * len(X)), tol=1e-8, max_iter=1000).fit(X, labels)
    loss = batch_loss(model.decision_function(X), labels)
    return loss + decay / 2 * np.sum(model.coef_**2)


BIG = np.array([[1000.0, 1001.0, 0.0], [-1001.0, -1000.0, -1002.0]])

ANSWERS = [
    Choice(
        "activations-logistic",
        {"A", "C", "E"},
        options="ABCDEF",
        hint="One reason is about the step, one about slopes, one about layers.",
        hints={
            frozenset("ACDE"): "How large can the slope of the logistic function be?",
            frozenset("ACEF"): "Hand-picked weights, too, give numbers between 0 and 1.",
            frozenset("AC"): "Nothing wrong here. But why have an activation at all?",
        },
        wrong=["A", {"B", "D"}, {"A", "G"}, 3],
    ),
    Table(
        "activations-heads",
        {
            "spam": (1, "sigmoid", "binary_crossentropy"),
            "digits": (10, "softmax", "sparse_categorical_crossentropy"),
            "price": (1, "linear", "mean_squared_error"),
            "genres": (20, "sigmoid", "binary_crossentropy"),
            "humidity": (1, "sigmoid", "binary_crossentropy"),
            "calls": (1, "exponential", "poisson"),
        },
        hint="What can y be? Then the distribution, the head and the loss follow.",
        hints={
            ("spam", (2, "softmax", "sparse_categorical_crossentropy")): (
                "spam: that works, but fewer units can say the same."
            ),
            ("spam", (1, "softmax", "binary_crossentropy")): (
                "spam: what does a softmax of a single logit give, whatever the logit?"
            ),
            ("spam", (1, "sigmoid", "mean_squared_error")): (
                "spam: where this is sure and wrong, its gradient fades."
            ),
            ("genres", (20, "softmax", "sparse_categorical_crossentropy")): (
                "genres: must the probabilities of the genres add up to anything?"
            ),
            ("price", (1, "exponential", "mean_squared_error")): (
                "price: which loss belongs to this head? The plain choice is simpler."
            ),
            ("humidity", (1, "linear", "mean_squared_error")): (
                "humidity: nothing keeps that from predicting more than all."
            ),
            ("humidity", (1, "sigmoid", "mean_squared_error")): (
                "humidity: far off, the gradient of this pair fades."
            ),
            ("calls", (1, "linear", "mean_squared_error")): (
                "calls: can that be negative, and is there a distribution for counts?"
            ),
        },
        wrong=[{"spam": (1, "sigmoid", "binary_crossentropy")}],
    ),
    Table(
        "activations-softmax-by-hand",
        {
            "probabilities": np.array([0.6, 0.3, 0.1]),
            "loss": -math.log(0.3),
            "gradient": np.array([0.6, -0.7, 0.1]),
        },
        hint="What is e to the power ln 6? Then divide by the sum.",
        hints={
            ("probabilities", (6.0, 3.0, 1.0)): "probabilities: do they add up to one?",
            ("probabilities", (2 / 3, 1 / 3, 0.0)): (
                "probabilities: e to the power of zero isn't zero."
            ),
            ("loss", -math.log(0.6)): "loss: which class is the true one?",
            ("loss", math.log(0.3)): "loss: a cross-entropy isn't negative.",
            ("gradient", (-0.6, 0.7, -0.1)): "gradient: predicted minus observed, not the reverse.",
            ("gradient", (-0.4, 0.3, 0.1)): "gradient: which class is the true one?",
            ("gradient", (0.0, -1 / 0.3, 0.0)): (
                "gradient: this is taken in the probabilities; asked for are the logits."
            ),
        },
    ),
    Number(
        "activations-temperature",
        2 / math.log(3),
        hint="Write the ratio of the two probabilities as one exponential.",
        hints={
            math.log(3) / 2: "Upside down: the logits are divided by the temperature.",
            2.0: "That is the difference of the logits.",
            3.0: "Three is the ratio of the probabilities, not of the logits.",
            2 / math.log10(3): "Natural logarithm, please.",
        },
        wrong=[1.0, -2 / math.log(3)],
    ),
    Number(
        "activations-kink",
        0.5,
        hint="Follow the chain rule through both parts, and mind the inner slope of the second.",
        hints={
            0.0: "That is the usual convention. What slope does it report for this function?",
            1.0: "Both parts contribute the same. What is their sum?",
        },
        wrong=[2.0, -0.5],
    ),
    Property(
        "activations-three",
        three_fault,
        right=[
            THREE,
            {**THREE, "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2)},
            {**THREE, "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), THREE["sigmoid"][1])},
        ],
        wrong=[
            {"sigmoid": THREE["sigmoid"]},
            {**THREE, "tanh": (lambda z: np.sinh(z) / np.cosh(z), THREE["tanh"][1])},
            {**THREE, "sigmoid": (sigmoid, lambda z: z * (1 - z))},
            {**THREE, "ReLU": (THREE["ReLU"][0], lambda z: np.where(z >= 0, 1.0, 0.0))},
            {**THREE, "ReLU": (lambda z: max(z, 0), THREE["ReLU"][1])},
            {**THREE, "ReLU": (lambda z: np.maximum(z, 0).sum(), THREE["ReLU"][1])},
            {**THREE, "tanh": np.tanh},
            THREE["tanh"],
        ],
    ),
    Function(
        "activations-swish",
        swish_slope,
        cases=[0.0, 1.0, -2.5, np.array([-6.0, -1.278, 0.5, 4.0])],
        hint="Swish is a product, so its slope has two terms.",
        hints={
            (lambda z: z * sigmoid(z)): "This is swish itself, not its slope.",
            (lambda z: sigmoid(z) * (1 - sigmoid(z))): "This is the slope of the sigmoid.",
            (lambda z: z * sigmoid(z) * (1 - sigmoid(z))): (
                "One term of the product rule is missing: z has a slope, too."
            ),
            (lambda z: sigmoid(z)): (
                "One term of the product rule is missing: the sigmoid has a slope, too."
            ),
            (lambda z: sigmoid(z) + sigmoid(z) * (1 - sigmoid(z))): (
                "In the second term the factor z got lost."
            ),
        },
    ),
    Function(
        "activations-clipping",
        clipped_log_loss,
        cases=[
            (np.array([0, 1, 1, 0, 1]), np.array([0.1, 0.8, 0.6, 0.5, 0.3]), 1e-15),
            (np.array([1, 0]), np.array([0.0, 0.0]), 1e-7),
            (np.array([1, 0, 1]), np.array([1.0, 1.0, 0.2]), 1e-3),
        ],
        hint="np.clip moves a number into an interval.",
        hints={
            _sum_of_losses: "You add the losses up; asked for is their mean.",
            _without_minus: "A log loss isn't negative.",
            _clipped_below: "Predictions of one need the same care as those of zero.",
            _added: "Adding epsilon isn't clipping: it moves every prediction, also good ones.",
        },
    ),
    Function(
        "activations-batch-loss",
        batch_loss,
        cases=[
            (np.array([[2.0, 1.0, 0.1]]), np.array([0])),
            (np.array([[0.5, -1.0], [2.0, 3.0], [0.0, 0.0]]), np.array([1, 1, 0])),
            (BIG, np.array([2, 0])),
        ],
        hint="Log-sum-exp of each row, minus the logit of the row's label.",
        hints={
            _naive_batch_loss: "Right for small logits. Shift each row before you exponentiate.",
            _one_maximum: "Each row needs its own maximum; the largest of all rows is too much.",
            _through_probabilities: (
                "No overflow, but a probability of zero has no logarithm. Stay with the logits."
            ),
            _sum_of_batch: "You add the losses up; asked for is their mean.",
        },
    ),
    Number(
        "activations-softmax-regression",
        softmax_regression,
        hint="Is the gradient zero where you stopped? Does the penalty count, and is it halved?",
        wrong=[math.log(10), 0.9],
    ),
]

QUIZ = [
    "They hardly learn",
    "The tags compete",
    f"$({0.7 - 0:.1f}, {0.2 - 1:.1f}, {0.1 - 0:.1f})$",
    "The same decisions",
    r"$\sigma(40)$ is rounded",
    "Normal errors of one size",
]
