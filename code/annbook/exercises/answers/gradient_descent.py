"""Answers to the exercises of the page "Gradient descent and its optimizers"."""

import copy
import math
from collections.abc import Callable
from typing import Any

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


def _epsilon_after_the_quotient(w, g, v, rate=0.001, rho=0.9, epsilon=1e-7):
    v = rho * v + (1 - rho) * g**2
    return w - rate * (g / np.sqrt(v) + epsilon), v


def _divides_by_the_old_average(w, g, v, rate=0.001, rho=0.9, epsilon=1e-7):
    return w - rate * g / np.sqrt(v + epsilon), rho * v + (1 - rho) * g**2


RMSPROP_CASES = [
    (np.array([1.0, -2.0]), np.array([-0.5, 3.0]), np.array([0.2, 0.1]), 0.1, 0.9, 0.01),
    (np.array([0.5, 0.0]), np.array([0.01, 2.0]), np.zeros(2), 0.01, 0.5, 1e-3),
    (np.array([0.3, -1.0]), np.array([2e-3, -1e-3]), np.array([0.0, 1e-6])),  # the defaults
]


def _without_the_sign_of_the_gradient(w, g, v, rate=0.001, rho=0.9, epsilon=1e-7):
    v = rho * v + (1 - rho) * g**2
    return w - rate * np.abs(g) / np.sqrt(v + epsilon), v


class Step(Function):
    """A function that promises to leave the arrays that it is given as they are."""

    def _case_fault(self, answer: Callable, case: Any) -> str | None:
        fault = super()._case_fault(answer, case)
        if fault is None:
            given = copy.deepcopy(case)
            answer(*given)
            if not all(map(np.array_equal, given, case)):
                fault = "it changes the array that it was given."
        return fault


def lion_step(w, g, m, rate=0.0001, beta_1=0.9, beta_2=0.99, decay=0.0):
    """One step of Lion."""
    u = beta_1 * m + (1 - beta_1) * g
    return w - rate * (np.sign(u) + decay * w), beta_2 * m + (1 - beta_2) * g


def _lion_as_adam(w, g, m, rate=0.0001, beta_1=0.9, beta_2=0.99, decay=0.0):
    m = beta_1 * m + (1 - beta_1) * g
    return w - rate * (np.sign(m) + decay * w), m


def _lion_of_the_old_average(w, g, m, rate=0.0001, beta_1=0.9, beta_2=0.99, decay=0.0):
    return w - rate * (np.sign(m) + decay * w), beta_2 * m + (1 - beta_2) * g


def _lion_of_the_new_average(w, g, m, rate=0.0001, beta_1=0.9, beta_2=0.99, decay=0.0):
    m = beta_2 * m + (1 - beta_2) * g
    return w - rate * (np.sign(beta_1 * m + (1 - beta_1) * g) + decay * w), m


def _lion_without_sign(w, g, m, rate=0.0001, beta_1=0.9, beta_2=0.99, decay=0.0):
    u = beta_1 * m + (1 - beta_1) * g
    return w - rate * (u + decay * w), beta_2 * m + (1 - beta_2) * g


def _lion_without_decay(w, g, m, rate=0.0001, beta_1=0.9, beta_2=0.99, decay=0.0):
    u = beta_1 * m + (1 - beta_1) * g
    return w - rate * np.sign(u), beta_2 * m + (1 - beta_2) * g


def _lion_average_of_the_sum(w, g, m, rate=0.0001, beta_1=0.9, beta_2=0.99, decay=0.0):
    u = beta_1 * m + (1 - beta_1) * g
    return w - rate * (np.sign(u) + decay * w), beta_2 * u + (1 - beta_2) * g


def _lion_at_the_rate_of_others(w, g, m, rate=0.001, beta_1=0.9, beta_2=0.99, decay=0.0):
    return lion_step(w, g, m, rate, beta_1, beta_2, decay)


def _lion_that_decays_after_the_step(w, g, m, rate=0.0001, beta_1=0.9, beta_2=0.99, decay=0.0):
    w, m = lion_step(w, g, m, rate, beta_1, beta_2)
    return w - rate * decay * w, m


def _lion_of_a_slower_sum(w, g, m, rate=0.0001, beta_1=0.95, beta_2=0.99, decay=0.0):
    return lion_step(w, g, m, rate, beta_1, beta_2, decay)


def _lion_of_a_faster_sum(w, g, m, rate=0.0001, beta_1=0.8, beta_2=0.99, decay=0.0):
    return lion_step(w, g, m, rate, beta_1, beta_2, decay)


def _lion_that_always_decays(w, g, m, rate=0.0001, beta_1=0.9, beta_2=0.99, decay=0.01):
    return lion_step(w, g, m, rate, beta_1, beta_2, decay)


def _lion_in_place(w, g, m, rate=0.0001, beta_1=0.9, beta_2=0.99, decay=0.0):
    w[...], m[...] = lion_step(w, g, m, rate, beta_1, beta_2, decay)
    return w, m


def _lion_moves_the_average(w, g, m, rate=0.0001, beta_1=0.9, beta_2=0.99, decay=0.0):
    w = w - rate * (np.sign(beta_1 * m + (1 - beta_1) * g) + decay * w)
    m *= beta_2
    m += (1 - beta_2) * g
    return w, m


LION_CASES = [
    (
        np.array([1.0, -1.0, 0.5]),
        np.array([0.1, -2.0, 0.0]),
        np.array([-0.05, 0.5, 0.0]),
        0.01,
        0.9,
        0.99,
        0.1,
    ),
    (np.array([0.3, 2.0]), np.array([0.5, -0.1]), np.array([-0.1, 0.13]), 0.1, 0.5, 0.8, 0.5),
    (np.ones(2), np.full(2, -0.2), np.array([0.021, 0.023])),  # all defaults
]


def schedule(step):
    """Climb for 100 steps, then half a cosine to step 1000."""
    if step < 100:
        return 0.1 * (step + 1) / 100
    return 0.05 * (1 + math.cos(math.pi * min((step - 100) / 900, 1)))


def _from_zero(step):
    return 0.1 * step / 100 if step < 100 else schedule(step)


def _full_a_step_later(step):
    return 0.001 + 0.099 * step / 100 if step < 100 else schedule(step)


def _without_epsilon(w, g, v, rate=0.001, rho=0.9, epsilon=1e-7):
    v = rho * v + (1 - rho) * g**2
    return w - rate * g / np.sqrt(v), v


def _cosine_from_step_99(step):
    share = min((step - 99) / 901, 1)
    return schedule(step) if step < 100 else 0.05 * (1 + math.cos(math.pi * share))


def _cosine_from_step_0(step):
    return schedule(step) if step < 100 else 0.05 * (1 + math.cos(math.pi * min(step / 1000, 1)))


def _rises_again(step):
    return schedule(step) if step < 100 else 0.05 * (1 + math.cos(math.pi * (step - 100) / 900))


ANSWERS = [
    Array(
        "gradient-two-steps",
        [[0.72, -0.04], [0.32, 0.56], [0.12, -0.34]],
        hint="The gradient is (2w₁, 6w₂). First the velocity, then the weights.",
        hints={
            (
                (0.72, -0.04),
                (0.72, -0.04),
                (0.72, -0.04),
            ): "Velocities carry on in the second step.",
            ((0.72, -0.04), (0.32, 0.56), (0.32, 0.56)): (
                "Nesterov's weights move by βv − η∇L with the new velocity, not by the velocity."
            ),
            ((0.72, -0.04), (0.32, 0.56), (0.48, -0.16)): (
                "That is where the weights are; the page's form stores the point ahead."
            ),
            ((1.28, -0.16), (0.96, 0.2), (0.8, 0.17)): "The derivative of w² is not w.",
        },
        wrong=[[0.72, -0.04], [[2, -1]] * 3],
    ),
    Table(
        "gradient-steps",
        {"steps": 4690, "last batch": 96, "epochs at 500": 40},
        hint="How many batches does one pass take, if the last one may be smaller?",
        hints={
            ("steps", 4680): "steps: the smaller last batch of each epoch is a step, too.",
            ("steps", 4687.5): "steps: an epoch is a whole number of steps; none crosses its end.",
            ("steps", 4688): "steps: an epoch is a whole number of steps; batches don't cross it.",
            ("steps", 469): "steps: that is one epoch.",
            ("last batch", 32): "last batch: that is how many images it lacks.",
            ("last batch", 128): "last batch: 60,000 is no multiple of 128.",
            ("epochs at 500", 39): "epochs at 500: that is a few steps short.",
            ("epochs at 500", 10): "epochs at 500: an epoch of larger batches has fewer steps.",
        },
    ),
    Number(
        "gradient-uncorrected",
        0.1 / math.sqrt(0.001),
        hint="What are m and v after the first step, as multiples of g and g²?",
        hints={
            1.0: "That is with the correction.",
            0.1: "The denominator is too small as well.",
            100.0: "The denominator is the root of v.",
            math.sqrt(0.001) / 0.1: "m stands above, and the root of v below.",
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
    Table(
        "gradient-which-minimum",
        {"plain": 22, "momentum": 33},
        hint="Where is the lowest minimum, and how many ends are close to it?",
        hints={
            ("plain", 81): "plain: there are several minima, and the start decides.",
            ("plain", 23): "plain: another minimum; compare the losses.",
            ("momentum", 22): (
                "momentum: that is the result without momentum, or with Nesterov's variant."
            ),
            ("momentum", 20): "momentum: another minimum; compare the losses.",
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
            _without_epsilon: "Epsilon is missing; it belongs under the root.",
            _plain_average: "What is averaged: gradients, or their squares?",
            _epsilon_to_the_weights: "Look at what epsilon is added to: a sum ends a quotient.",
            _epsilon_to_the_root: "Keras adds epsilon under the root.",
            _epsilon_after_the_quotient: (
                "A parenthesis is still wrong: ε belongs under the root."
            ),
            _divides_by_the_old_average: "First the average, then the step with the new one.",
        },
        wrong=[_without_the_sign_of_the_gradient],
    ),
    Step(
        "gradient-lion",
        lion_step,
        cases=LION_CASES,
        rtol=1e-9,
        atol=1e-12,
        hints={
            _lion_as_adam: "The sign is of u, with the first beta; m is averaged with the second.",
            _lion_of_the_old_average: "The sign is of u, which has the new gradient in it.",
            _lion_of_the_new_average: "u comes from the old m.",
            _lion_without_sign: "Only the sign of u counts.",
            _lion_without_decay: "All weights shrink a little, too.",
            _lion_average_of_the_sum: "The new m comes from the old m, not from u.",
            _lion_at_the_rate_of_others: "The default rate is 0.0001.",
            _lion_that_decays_after_the_step: "Both parts of the step start from the old w.",
        },
        wrong=[
            lambda w, g, m, *_: (w - g, m),
            _lion_of_a_slower_sum,
            _lion_of_a_faster_sum,
            _lion_that_always_decays,
            _lion_in_place,
            _lion_moves_the_average,
        ],
    ),
    Function(
        "gradient-schedule",
        schedule,
        cases=[0, 1, 50, 99, 100, 400, 1000, 1500],
        hints={
            _from_zero: "Step 0 has a rate already.",
            _full_a_step_later: "Step 99 has the full 0.1 already.",
            _cosine_from_step_99: "The cosine begins with 0.1 at step 100.",
            _cosine_from_step_0: "The cosine begins at step 100, not at 0.",
            _rises_again: "After step 1000 the cosine would climb again.",
        },
    ),
]

QUIZ = [
    "A smaller learning rate",
    f"{math.ceil(1000 / 300)}",
    "Adam's steps have at first about the size of the rate",
    {0.5: "a half", 0.25: "a quarter"}[math.sqrt(32 / 128)],
    "It divides by the root of a sum",
    "may be a minimum, a maximum or a saddle",
]
