"""Answers to the exercises of the page "Outputs and losses"."""

import math

import numpy as np

from annbook.exercises.answer_types import Function, Number, Table


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


def pinball(y, prediction, tau):
    """Mean loss: tau a unit where the prediction is too low, 1 - tau where it is too high."""
    error = y - prediction
    return np.mean(np.maximum(tau * error, (tau - 1) * error))


def _pinball_reversed(y, prediction, tau):
    return pinball(y, prediction, 1 - tau)


def _pinball_sum(y, prediction, tau):
    return pinball(y, prediction, tau) * np.size(y)


def _pinball_symmetric(y, prediction, tau):
    return tau * np.mean(np.abs(y - prediction))


ANSWERS = [
    Table(
        "outputs-heads",
        {
            "rain": (1, "sigmoid", "binary_crossentropy"),
            "leaf": (7, "softmax", "sparse_categorical_crossentropy"),
            "change": (1, "linear", "mean_squared_error"),
            "symptoms": (12, "sigmoid", "binary_crossentropy"),
            "thermometer": (1, "linear", "huber"),
            "goals": (2, "exponential", "poisson"),
        },
        hint="What can y be, and how many numbers are asked for? Head and loss follow.",
        hints={
            ("rain", (2, "softmax", "sparse_categorical_crossentropy")): (
                "rain: that works, but fewer units can say the same."
            ),
            ("rain", (1, "softmax", "binary_crossentropy")): (
                "rain: what does a softmax of a single logit give, whatever the logit?"
            ),
            ("rain", (1, "sigmoid", "mean_squared_error")): (
                "rain: where this is sure and wrong, its gradient fades."
            ),
            ("leaf", (1, "softmax", "sparse_categorical_crossentropy")): (
                "leaf: one unit for each possible answer."
            ),
            ("leaf", (7, "sigmoid", "binary_crossentropy")): (
                "leaf: can a leaf belong to two species at once?"
            ),
            ("symptoms", (12, "softmax", "sparse_categorical_crossentropy")): (
                "symptoms: must the probabilities of the symptoms add up to anything?"
            ),
            ("symptoms", (1, "sigmoid", "binary_crossentropy")): (
                "symptoms: how many questions are answered at once?"
            ),
            ("change", (1, "linear", "huber")): (
                "change: the mean is asked for; is it this loss that is smallest there?"
            ),
            ("thermometer", (1, "linear", "mean_squared_error")): (
                "thermometer: how hard would one of the wild values pull?"
            ),
            ("goals", (1, "exponential", "poisson")): "goals: of how many teams?",
            ("goals", (2, "linear", "mean_squared_error")): (
                "goals: can that be negative, and is there a distribution for counts?"
            ),
        },
        wrong=[{"rain": (1, "sigmoid", "binary_crossentropy")}],
    ),
    Table(
        "outputs-softmax-by-hand",
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
        "outputs-temperature",
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
    Function(
        "outputs-clipping",
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
        "outputs-batch-loss",
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
    Function(
        "outputs-pinball",
        pinball,
        cases=[
            (np.array([1.0, 2.0, 4.0]), np.array([2.0, 2.0, 2.0]), 0.75),
            (np.array([1.0, 5.0, -2.0, 0.0]), np.array([3.0, 1.0, -2.5, 0.5]), 0.1),
            (np.array([1.0, 2.0]), np.array([0.0, 4.0]), 0.5),
        ],
        hint="For each example, is the prediction too low or too high? Then take the mean.",
        hints={
            _pinball_reversed: "The factors are the wrong way round: tau is for too low.",
            _pinball_sum: "You add the losses up; asked for is their mean.",
            _pinball_symmetric: "Too low and too high cost the same here.",
        },
        wrong=[lambda y, prediction, tau: np.mean((y - prediction) ** 2)],
    ),
    Number(
        "outputs-softmax-regression",
        softmax_regression,
        hint="Is the gradient zero where you stopped? Does the penalty count, and is it halved?",
        wrong=[math.log(10), 0.9],
    ),
]

QUIZ = [
    r"$-\ln\frac14$",
    "The tags compete",
    f"$({0.7 - 0:.1f}, {0.2 - 1:.1f}, {0.1 - 0:.1f})$",
    "The same decisions",
    r"$\sigma(40)$ is rounded",
    "Normal errors of one size",
    "the median",
]
