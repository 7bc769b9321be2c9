"""Answers to the exercises of the page "Gradient descent and its optimizers"."""

import math

import numpy as np

from annbook.exercises.answer_types import Array, Function, Number, Table

EDGE = np.linalg.eigvalsh(np.array([[2, 1], [1, 3]]))


def rmsprop_step(w, g, v, rate=0.001, rho=0.9, epsilon=1e-7):
    """One step as in Keras."""
    v = rho * v + (1 - rho) * g**2
    return w - rate * g / np.sqrt(v + epsilon), v


def _plain_average(w, g, v, rate=0.001, rho=0.9, epsilon=1e-7):
    v = rho * v + (1 - rho) * g
    return w - rate * g / np.sqrt(v + epsilon), v


def _epsilon_to_the_weights(w, g, v, rate=0.001, rho=0.9, epsilon=1e-7):
    v = rho * v + (1 - rho) * g**2
    return w - rate * g / np.sqrt(v) + epsilon, v


def _epsilon_to_the_root(w, g, v, rate=0.001, rho=0.9, epsilon=1e-7):
    v = rho * v + (1 - rho) * g**2
    return w - rate * g / (np.sqrt(v) + epsilon), v


RMSPROP_CASES = [
    (np.array([1.0, -2.0]), np.array([0.5, 3.0]), np.array([0.2, 0.1]), 0.1, 0.9, 0.01),
    (np.array([0.5, 0.0]), np.array([0.01, 2.0]), np.zeros(2), 0.01, 0.5, 1e-3),
]


def adam_step(w, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    """One step of the paper's Algorithm 1."""
    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * g**2
    m_hat, v_hat = m / (1 - beta_1**t), v / (1 - beta_2**t)
    return w - rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def _adam_of_keras(w, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * g**2
    unbias = np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return w - rate * unbias * m / (np.sqrt(v) + epsilon), m, v


def _biased_adam(w, g, m, v, t, rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * g**2
    return w - rate * m / (np.sqrt(v) + epsilon), m, v


ADAM_CASES = [
    (
        np.array([1.0, -1.0]),
        np.array([0.1, -2.0]),
        np.zeros(2),
        np.zeros(2),
        1,
        0.1,
        0.9,
        0.99,
        0.1,
    ),
    (np.array([0.3]), np.array([0.5]), np.array([0.2]), np.array([0.4]), 7, 0.01, 0.8, 0.9, 1e-3),
]


def schedule(step):
    """Climb for 100 steps, then half a cosine to step 1000."""
    if step < 100:
        return 0.1 * (step + 1) / 100
    return 0.05 * (1 + math.cos(math.pi * min((step - 100) / 900, 1)))


def _from_zero(step):
    return 0.1 * step / 100 if step < 100 else schedule(step)


def _cosine_from_step_0(step):
    return schedule(step) if step < 100 else 0.05 * (1 + math.cos(math.pi * min(step / 1000, 1)))


def _rises_again(step):
    return schedule(step) if step < 100 else 0.05 * (1 + math.cos(math.pi * (step - 100) / 900))


ANSWERS = [
    Array(
        "gradient-two-steps",
        [3 * 0.6**2, 3 - 1.2 + (-0.6 - 0.4 * 1.8)],
        hint="The gradient is 4w. With momentum, first the velocity, then the weight.",
        hints={
            (3 * 0.6**2, 3 * 0.6**2): "The velocity of the first step carries on in the second.",
            (3 * 0.8**2, 1.5): "The derivative of 2w² is not 2w.",
            (3 * 0.6**2, 3 - 1.2 + (-1.2 - 0.4 * 1.8)): "Only half of the velocity is kept.",
        },
    ),
    Table(
        "gradient-steps",
        {"steps": 4690, "last batch": 96, "full batch": 10},
        hint="How many batches does one pass take, if the last one may be smaller?",
        hints={
            ("steps", 4680): "steps: the smaller last batch of each epoch is a step, too.",
            ("steps", 4688): "steps: an epoch is a whole number of steps; batches don't cross it.",
            ("steps", 469): "steps: that is one epoch.",
            ("last batch", 128): "last batch: 60,000 is no multiple of 128.",
            ("full batch", 1): "full batch: one step for each pass over the data.",
        },
    ),
    Number(
        "gradient-edge",
        float(2 / EDGE.max()),
        hint="2 divided by the largest curvature.",
        hints={
            float(2 / EDGE.min()): "The steepest direction decides, not the flattest.",
            float(1 / EDGE.max()): "At half of that the fastest direction would need one step.",
            float(2 / 3): "The largest entry of the diagonal isn't the largest curvature.",
        },
    ),
    Array(
        "gradient-heavy-ball",
        [4 / 36, (4 / 6) ** 2],
        hint="Both ends of the interval of complex roots are to be met by a curvature.",
        hints={
            (2 / 26, 0.0): "That is the best setting without momentum.",
            (4 / 36, 4 / 6): "That is the factor of a step, the root of what is asked for.",
            (4 / 121, (9 / 11) ** 2): "That is for curvatures from 1 to 100.",
        },
    ),
    Function(
        "gradient-find-the-bug",
        rmsprop_step,
        cases=RMSPROP_CASES,
        hints={
            _plain_average: "What is averaged: gradients, or their squares?",
            _epsilon_to_the_weights: "Look at what epsilon is added to: a sum ends a quotient.",
            _epsilon_to_the_root: "Keras adds epsilon under the root.",
        },
    ),
    Function(
        "gradient-adam",
        adam_step,
        cases=ADAM_CASES,
        hints={
            _adam_of_keras: "That is Keras's order: epsilon goes to the root of the unbiased one.",
            _biased_adam: "Both averages start at zero; this bias is to be removed.",
        },
        wrong=[lambda w, g, m, v, t, *_: (w - g, m, v)],
    ),
    Function(
        "gradient-schedule",
        schedule,
        cases=[0, 1, 50, 99, 100, 400, 1000, 1500],
        hints={
            _from_zero: "Step 0 has a rate already.",
            _cosine_from_step_0: "The cosine begins at step 100, not at 0.",
            _rises_again: "After step 1000 the cosine would climb again.",
        },
    ),
]

QUIZ = [
    "A smaller learning rate",
    f"{math.ceil(1000 / 300)}",
    "Adam's steps have about the size of the rate",
    {0.5: "a half", 0.25: "a quarter"}[math.sqrt(32 / 128)],
    "It divides by the root of a sum",
    "Adam",
]
