"""Answers to the exercises of the page on history."""

from itertools import product

import numpy as np

from annbook.exercises.answer_types import Array, Choice, Function, Number, Property, Table


def run(net, receptors, steps):
    """Spike trains of a net of 1943, as on the page."""
    fired = {name: [0] * steps for name in net} | receptors
    for t in range(1, steps):
        for name, (excite, inhibit, threshold) in net.items():
            excitation = sum(fired[source][t - 1] for source in excite)
            silenced = any(fired[source][t - 1] for source in inhibit)
            fired[name][t] = int(excitation >= threshold and not silenced)
    return fired


def net_fault(net, output, receptors):
    """Say what keeps a dictionary from being a net with this output cell."""
    if not isinstance(net, dict):
        return "give a dictionary: cell -> (exciting sources, inhibiting sources, threshold)."
    if output not in net:
        return f"there is no cell {output!r} in it."
    for cell, (excite, inhibit, threshold) in net.items():
        if isinstance(excite, str) or isinstance(inhibit, str):
            return f"cell {cell!r}: sources stand in a list, also a single one."
        if cell in receptors:
            return f"{cell!r} is a receptor: its spikes are given."
        if threshold < 1:
            return f"cell {cell!r} fires without excitation: thresholds are 1 or more."
        for source in (*excite, *inhibit):
            if source not in net and source not in receptors:
                return f"cell {cell!r} listens to {source!r}, which does not exist."
    return None


def nand_fault(net):
    """Say for which held inputs the cell NAND isn't right after some steps."""
    fault = net_fault(net, "NAND", ("A", "B", "on"))
    if fault:
        return fault
    steps = 2 * len(net) + 3  # longer than any path through it
    for a, b in product((0, 1), repeat=2):
        trains = {"A": [a] * steps, "B": [b] * steps, "on": [1] * steps}
        fires = run(net, trains, steps)["NAND"][-1]
        if fires == (a and b):
            return f"with A = {a} and B = {b} it {'fires' if fires else 'is silent'}. Should it?"
    return None


def order_fault(net):
    """Say where the cell AB differs from A(t - 2) and B(t - 1) on random trains."""
    fault = net_fault(net, "AB", ("A", "B"))
    if fault:
        return fault
    steps = 200
    A, B = np.random.default_rng(0).integers(2, size=(2, steps)).tolist()
    fires = run(net, {"A": A, "B": B}, steps)["AB"]
    for t in range(len(net) + 2, steps):
        if fires[t] != A[t - 2] * B[t - 1]:
            return (
                f"it {'fires' if fires[t] else 'is silent'} at t, but A was {A[t - 2]} at t - 2 "
                f"and B was {B[t - 1]} at t - 1."
            )
    return None


def oja_step(w, x, learning_rate):
    """Weights of a linear unit after one step of Oja's rule."""
    y = w @ x
    return w + learning_rate * y * (x - y * w)


def connections():
    """Count the connections of LeNet-5."""
    c1 = 28 * 28 * 6 * (25 + 1)
    s2 = 14 * 14 * 6 * (4 + 1)
    c3 = 10 * 10 * (25 * (6 * 3 + 9 * 4 + 6) + 16)
    s4 = 5 * 5 * 16 * (4 + 1)
    c5 = 120 * (16 * 25 + 1)
    f6 = 84 * (120 + 1)
    return c1 + s2 + c3 + s4 + c5 + f6 + 10 * 84


def independent_squares():
    """Count the independent columns of a hidden layer of squares with one input."""
    a, b = np.random.default_rng(0).normal(size=(2, 50))
    z = np.outer(np.linspace(-1, 1, 101), a) + b
    return int(np.linalg.matrix_rank(z**2))


X, Y = np.array([[1, 1], [1, -1], [-1, 1], [1, 1]]), np.array([1, 1, -1, -1])
HEBB = np.cumsum(0.5 * X * Y[:, None], axis=0)
YEARS = {
    "perceptron, report": 1957,
    "perceptron, article": 1958,
    "book Perceptrons": 1969,
    "logic of all-or-none cells": 1943,
    "backpropagation in Nature": 1986,
    "least mean squares": 1960,
    "postulate about synapses": 1949,
    "first universal approximation theorems": 1989,
    "activation must not be a polynomial": 1993,
    "neocognitron": 1980,
    "reverse-mode differentiation": 1970,
    "AlexNet": 2012,
}
MOMENTS = np.array([[2.0, 0.5], [0.5, 1.0], [-1.0, 3.0]])  # inputs for one step of Oja's rule

ANSWERS = [
    Table(
        "match-the-years",
        YEARS,
        hints={
            ("perceptron, report", 1958): "Which came first, the report or the article?",
            ("perceptron, article", 1957): "Which came first, the report or the article?",
            ("first universal approximation theorems", 1993): (
                "The condition about polynomials came as the last of them."
            ),
            ("reverse-mode differentiation", 1986): (
                "It is older than its fame, and was not about networks at first."
            ),
            ("logic of all-or-none cells", 1949): "The cells came before their synapses.",
        },
        wrong=[{**YEARS, "AlexNet": 1980, "neocognitron": 2012}, {"AlexNet": 2012}, 1943],
    ),
    Choice(
        "five-sentences",
        {"i", "iii", "iv"},
        options=("i", "ii", "iii", "iv", "v"),
        hints={
            frozenset({"ii", "v"}): "These are the true ones; the false ones are asked for.",
            frozenset({"iii", "iv"}): "Look again at the five assumptions: which of them is last?",
            frozenset({"i", "iii"}): "Look again at the table of the four theorems.",
            frozenset({"i", "iv"}): "Which machines is the theorem about XOR about?",
        },
        wrong=["i", {"i", "ii", "iii", "iv", "v"}, {"ii"}, {"vi"}, 3],
    ),
    Array(
        "hebb-by-hand",
        HEBB,
        hint="Add learning rate times x times y to the weights that were there before.",
        hints={
            tuple(map(tuple, 0.5 * X * Y[:, None])): (
                "These are the changes. The weights keep what came before."
            ),
            tuple(map(tuple, np.cumsum(X * Y[:, None], axis=0))): "Where is the learning rate?",
            tuple(map(tuple, np.cumsum(0.5 * X, axis=0))): "Where is the activity of the receiver?",
        },
        wrong=[HEBB[-1], HEBB.T, HEBB[::-1]],
    ),
    Number(
        "nettalk-thresholds",
        18_629 - 203 * 80 - 80 * 26,
        hint="Take the connections of both pairs of layers away from all weights.",
        hints={
            80 + 26: "So you would count today. How many are left over in 1987?",
            203: "That is what is left after the thresholds of hidden and output units.",
            18_629 - 203 * 80: "The hidden units are connected to the outputs, too.",
            203 * 80 + 80 * 26: "These are the connections. What is left of all weights?",
        },
        wrong=[18_629, 308],
    ),
    Property(
        "nand-net",
        nand_fault,
        right=[
            {"both": (["A", "B"], [], 2), "NAND": (["on"], ["both"], 1)},
            {
                "not A": (["on"], ["A"], 1),
                "not B": (["on"], ["B"], 1),
                "NAND": (["not A", "not B"], [], 1),
            },
        ],
        wrong=[
            {"NAND": (["on"], ["A", "B"], 1)},
            {"NAND": (["A", "B"], [], 2)},
            {"NAND": ([], ["A", "B"], 0)},
            {"NAND": (["on"], ["both"], 1)},
            {"both": (["A", "B"], [], 2)},
            {"NAND": ("on", "A", 1)},
            {"on": (["A"], [], 1), "NAND": (["on"], ["A"], 1)},
            {"NAND": (["on"], [])},
            "NAND",
        ],
    ),
    Property(
        "first-a-then-b",
        order_fault,
        right=[
            {"A before": (["A"], [], 1), "AB": (["A before", "B"], [], 2)},
            {"late": (["A", "A"], [], 2), "AB": (["B", "late"], [], 2)},
        ],
        wrong=[
            {"AB": (["A", "B"], [], 2)},
            {"late": (["B"], [], 1), "AB": (["late", "A"], [], 2)},
            {"late": (["A"], [], 1), "AB": (["late", "B"], [], 1)},
            {"late": (["A"], [], 1), "AB": (["late", "B"], ["A"], 2)},
            {"AB": (["C"], [], 1)},
            {},
            3,
        ],
    ),
    Function(
        "oja-step",
        oja_step,
        cases=[
            (np.array([1.0, 0.0]), np.array([0.5, 2.0]), 0.1),
            *[(np.array([0.3, -0.8]), x, 0.05) for x in MOMENTS],
            (np.array([0.2, 0.4, -2.0]), np.array([1.0, -1.0, 0.5]), 0.2),
        ],
        hint="First y = w·x, then both parts of the change.",
        hints={
            (lambda w, x, learning_rate: w + learning_rate * (w @ x) * x): (
                "That is Hebb's rule, which grows without end."
            ),
            (lambda w, x, learning_rate: w + learning_rate * (w @ x) * (x - w)): (
                "What is taken away is y times the weights."
            ),
            (lambda w, x, learning_rate: learning_rate * (w @ x) * (x - (w @ x) * w)): (
                "That is the change. The new weights are asked for."
            ),
            (lambda w, x, learning_rate: w + learning_rate * (w @ x) * (x + (w @ x) * w)): (
                "Mind the sign: a long vector has to become shorter."
            ),
        },
    ),
    Number(
        "lenet-connections",
        connections,
        hint="Units of a layer times inputs of each, the bias among them; then add the layers.",
        hints={
            60_000: "These are the parameters: shared ones, counted once.",
            connections() - 840: "The outputs have connections, too, with their fixed codes.",
            connections() + 10: "The outputs have no bias.",
        },
        wrong=[connections() - 1, 345_308],
    ),
    Number(
        "square-rank",
        independent_squares,
        hint="np.linalg.matrix_rank counts independent columns. Write the square out to see why.",
        hints={
            200: "Those are all columns. How many are left if you drop the dependent ones?",
            2: "Without the biases there would be fewer. Are yours all zero?",
            4: "That is for cubes.",
        },
        wrong=[401, 1],
    ),
]

QUIZ = [
    f"All {2**2**2}",
    "It grows exponentially",
    "What perceptrons cannot decide",
    "Because going backward",
    "Leshno",
    "Whether the layers add up",
]
