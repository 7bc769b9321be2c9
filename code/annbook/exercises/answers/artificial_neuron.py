"""Answers to the exercises of the page on the artificial neuron."""

import math
from itertools import product

import numpy as np

from annbook.exercises.answer_types import Class, Function, Number, Property


def sigmoid(z):
    """Logistic function that never overflows."""
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def sigmoid_of_a_float(z):
    """Logistic function of one number, without NumPy."""
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def both_forms(z):
    """Logistic function by both formulas, of which one is not a number far from 0."""
    with np.errstate(over="ignore"):
        return np.where(np.asarray(z) >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def two_inputs(output):
    """Make a class from the formula ``output(w1, w2, b, x1, x2)``."""

    class TwoInputNeuron:
        def __init__(self, w1, w2, b):
            self.numbers = w1, w2, b

        def feedforward(self, x1, x2):
            return output(*self.numbers, x1, x2)

    return TwoInputNeuron


def ask_without_warning(Neuron, w1, w2, b, x1, x2):
    """Return what a neuron answers; what NumPy only warns of is an error."""
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        return Neuron(w1, w2, b).feedforward(x1, x2)


def switch(output):
    """Make a class from the formula ``output(z, regression)``."""

    class SwitchNeuron:
        def __init__(self, w1, w2, b, regression):
            self.numbers = w1, w2, b, regression

        def feedforward(self, x1, x2):
            w1, w2, b, regression = self.numbers
            return output(w1 * x1 + w2 * x2 + b, regression)

    return SwitchNeuron


def python_fault(answer):
    """Say whether (major, minor) is a Python that runs this book."""
    major, minor = answer
    if (int(major), int(minor)) < (3, 11):
        return "too old for the packages of this book: make the environment with a newer one."
    if (int(major), int(minor)) > (3, 13):
        return "newer than the packages of this book: make the environment with an older one."
    return None


def majority_fault(answer):
    """Say for which inputs the threshold unit (w1, w2, w3, b) isn't the majority of three bits."""
    *weights, bias = (float(value) for value in answer)
    if len(weights) != 3:
        return "give four numbers: three weights, then the bias."
    for bits in product((0, 1), repeat=3):
        fires = np.dot(weights, bits) + bias >= 0
        if fires != (sum(bits) >= 2):
            return f"at {bits} the unit {'fires' if fires else 'is silent'}. Should it?"
    sums = [np.dot(weights, bits) + bias for bits in product((0, 1), repeat=3)]
    above, below = min(z for z in sums if z >= 0), -max(z for z in sums if z < 0)
    if not np.isclose(above, below, atol=0):  # weights may be tiny
        return "a majority, but the nearest corners on the two sides aren't equally far."
    return None


def fold(w, b, mean, scale):
    """Weights and bias for raw inputs, from those for standardized inputs."""
    return w / scale, b - (w / scale) @ mean


def three_input_functions():
    """Count the Boolean functions of three inputs that a threshold unit can compute."""
    corners = np.array(list(product((0, 1), repeat=3)))
    weights = np.array(list(product(range(-2, 3), repeat=3))).T  # enough for three inputs
    z = (corners @ weights)[:, :, None] + np.arange(-6.5, 7)
    return len(np.unique((z >= 0).reshape(8, -1), axis=1).T)


ANSWERS = [
    Property(
        "run-the-book",
        python_fault,
        right=[(3, 11), (3, 13)],
        wrong=[(3, 8), (2, 7), (3, 99), 3.11, "3.11", True],
        hint="Hand over sys.version_info[:2].",
    ),
    Number(
        "neuron-by-hand",
        float(sigmoid(np.dot([2, 0.5], [1, -2]) + 1)),
        rtol=6e-5,
        hint="First the weighted sum of the inputs plus the bias, then the sigmoid.",
        hints={
            2: "This is z, before the activation. What does the sigmoid make of it?",
            float(sigmoid(1.0)): "The bias is missing in z.",
            float(sigmoid(-2.0)): "Mind the sign in the exponent.",
            float(sigmoid(4.0)): "The second input is negative.",
            float(sigmoid(3.5)): "This adds the weights; the inputs are missing.",
        },
        wrong=[0.88, 88.08, "0.8808"],
    ),
    Number(
        "neuron-undecided",
        -np.dot([3, 0.5], [-1, 4]),
        hint="The sigmoid is one half at one z only. Which bias brings z there?",
        hints={
            0: "With bias 0 the weighted sum of the inputs is left. Is the sigmoid one half there?",
            0.5: "One half is asked of the output, not of the bias.",
            -1: "Mind the sign: the bias has to cancel the weighted sum.",
        },
        wrong=[5, -5],
    ),
    Number(
        "distance-to-line",
        (np.dot([-5, 12], [2, 1]) + 6) / np.linalg.norm([-5, 12]),
        hint="The distance is w·x + b, measured in lengths of w.",
        hints={
            8: "This is w·x + b. Divide by the length of w.",
            8 / 7: "The length of w is the root of its squares' sum, not the sum of its entries.",
            8 / 17: "The length of w is the root of its squares' sum, not the sum of its entries.",
            8 / 169: "Divide by the length of w, not by its square.",
            2 / 13: "The bias is missing.",
            8 / np.sqrt(5): "Divide by the length of w, not by that of x.",
        },
        wrong=[-8 / 13],
    ),
    Class(
        "neuron-class",
        two_inputs(lambda w1, w2, b, x1, x2: sigmoid(w1 * x1 + w2 * x2 + b)),
        use=ask_without_warning,
        cases=[
            *[(0, 1, 4, 2, 3), (1, 2, -1, 2, 3), (0.5, -1, 0.3, 2, 3), (-2, 1, 0.5, 4, -1)],
            *[(1, 0, 0, -1000, 5), (1, 0, 0, 1000, 5)],  # no overflow
            *[(1, 0, 0, -50, 5), (2, -1, 10, -20, 10)],  # small, but not 0
            *[(1, 0, 0, -200, 5), (1, 0, 0, -720, 5)],  # no shortcut far to the left
        ],
        atol=1e-100,  # so the small outputs count, too
        hint="Weighted sum of the inputs, plus the bias, then a sigmoid that is right at -50, too.",
        right=[
            two_inputs(lambda w1, w2, b, x1, x2: sigmoid_of_a_float(w1 * x1 + w2 * x2 + b)),
            two_inputs(
                lambda w1, w2, b, x1, x2: np.exp(-np.logaddexp(0, -(w1 * x1 + w2 * x2 + b)))
            ),
            two_inputs(
                lambda w1, w2, b, x1, x2: (
                    1 / (1 + np.exp(-np.clip(w1 * x1 + w2 * x2 + b, -500, 500)))
                )
            ),
        ],
        hints={
            two_inputs(
                lambda w1, w2, b, x1, x2: sigmoid(np.clip(w1 * x1 + w2 * x2 + b, -30, 30))
            ): "z is cut off too early: at z = -50 the output is smaller than this.",
            two_inputs(
                lambda w1, w2, b, x1, x2: (1 + np.tanh((w1 * x1 + w2 * x2 + b) / 2)) / 2
            ): "It never overflows, but far to the left tanh is rounded to -1, and 0 is left.",
            two_inputs(lambda w1, w2, b, x1, x2: w1 * x1 + w2 * x2 + b): (
                "This is z: the activation is missing."
            ),
            two_inputs(lambda w1, w2, b, x1, x2: sigmoid(w1 * x1 + w2 * x2)): "Where is the bias?",
            two_inputs(lambda w1, w2, b, x1, x2: sigmoid(-(w1 * x1 + w2 * x2 + b))): (
                "Mind the sign in the exponent."
            ),
            two_inputs(lambda w1, w2, b, x1, x2: sigmoid(w1 + w2 + b)): (
                "This adds up the weights. The inputs are to be weighted with them."
            ),
            two_inputs(lambda w1, w2, b, x1, x2: sigmoid(w1 * x1 + w2 * x2) + b): (
                "The bias goes into z, before the activation."
            ),
            two_inputs(lambda w1, w2, b, x1, x2: sigmoid(w1 * x2 + w2 * x1 + b)): (
                "The weights go with the wrong inputs."
            ),
            two_inputs(lambda w1, w2, b, x1, x2: None): "It returns nothing: mind the `return`.",
        },
        wrong=[
            two_inputs(lambda w1, w2, b, x1, x2: round(float(sigmoid(w2 * x2 + b)), 3)),
            two_inputs(lambda w1, w2, b, x1, x2: 1 / (1 + np.exp(-(w1 * x1 + w2 * x2 + b)))),
            two_inputs(lambda w1, w2, b, x1, x2: both_forms(w1 * x1 + w2 * x2 + b)),
            two_inputs(lambda w1, w2, b, x1, x2: sigmoid(np.clip(w1 * x1 + w2 * x2 + b, -20, 20))),
        ],
    ),
    Class(
        "regression-neuron",
        switch(lambda z, regression: z if regression else sigmoid(z)),
        use=lambda Neuron, w1, w2, b, regression, x1, x2: Neuron(w1, w2, b, regression).feedforward(
            x1, x2
        ),
        cases=[
            (w1, w2, b, regression, x1, x2)
            for w1, w2, b, x1, x2 in [(0, 1, 4, 2, 3), (-2, 1, 0.5, 4, -1), (0.5, 2, -1, 2, 3)]
            for regression in (True, False)
        ],
        hint="Only the last step depends on `regression`.",
        hints={
            switch(lambda z, regression: z): "This is the identity in both cases.",
            switch(lambda z, regression: sigmoid(z)): "This is the sigmoid in both cases.",
            switch(lambda z, regression: sigmoid(z) if regression else z): (
                "The two cases are swapped."
            ),
            switch(lambda z, regression: max(0, z) if regression else sigmoid(z)): (
                "The identity leaves negative numbers as they are, too."
            ),
        },
    ),
    Property(
        "majority-gate",
        majority_fault,
        right=[(1, 1, 1, -1.5), [2, 2, 2, -3], (3, 4, 5, -6), (1e-9, 1e-9, 1e-9, -1.5e-9)],
        wrong=[
            (1, 1, 1, -2),
            (1, 1, 1, -1),
            (1, 1, 1, -3),
            (1e-9, 1e-9, 1e-9, -1.9e-9),
            (1, 1, -2),
            (1, 1, 1, 2),
            "majority",
            3,
        ],
    ),
    Function(
        "fold-the-scaler",
        fold,
        cases=[
            (np.array([1.0, -2.0]), 0.5, np.array([3.0, 1.0]), np.array([2.0, 4.0])),
            (
                np.array([0.3, 0.0, 5.0]),
                -1.0,
                np.array([-2.0, 7.0, 1.0]),
                np.array([0.5, 3.0, 9.0]),
            ),
        ],
        hint="Put (x - mean) / scale into the weighted sum, and sort by x.",
        hints={
            (lambda w, b, mean, scale: (w / scale, b)): "Right weights. Where do the means go?",
            (lambda w, b, mean, scale: (w / scale, b - w @ mean)): (
                "In the bias, each mean is divided by its scale, too."
            ),
            (lambda w, b, mean, scale: (w / scale, b + (w / scale) @ mean)): (
                "Mind the sign of the means."
            ),
            (lambda w, b, mean, scale: (w * scale, b - (w * scale) @ mean)): (
                "Standardizing divides by the scale; so do the weights."
            ),
        },
    ),
    Number(
        "three-input-functions",
        three_input_functions,
        hint="Are the grid of weights and biases wide enough, and all corners among the inputs?",
        hints={
            14: "That is the count for two inputs.",
            256: "These are all functions of three bits. Which of them can one unit compute?",
            128: "A threshold unit need not treat the two answers alike. Look for certificates.",
            152: "These are the functions that one unit cannot compute.",
        },
        wrong=[103, 1882, 16],
    ),
]

QUIZ = [
    f"{np.dot([3, 1], [1, -2]) + 2}",
    "The boundary stays",
    "It shifts parallel to itself, against",
    "You cannot say before",
    "A hidden layer of two",
    rf"$z = \ln {0.9 / (1 - 0.9):.0f}$",
]
