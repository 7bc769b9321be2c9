"""Answers to the exercises of the page on history."""

from itertools import product

import numpy as np

from annbook.exercises.answer_types import Array, Choice, Function, Number, Property


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
            return f"{cell!r} is an input: its spikes are given."
        if threshold < 1:
            return f"cell {cell!r}: thresholds are 1 or more."
        for source in (*excite, *inhibit):
            if source not in net and source not in receptors:
                return f"cell {cell!r} listens to {source!r}, which does not exist."
    return None


def truth_fault(net, output, receptors, wanted):
    """Say for which held A and B the output isn't ``wanted(a, b)``, or not steadily."""
    fault = net_fault(net, output, receptors)
    if fault:
        return fault
    steps = 4 * (len(net) + 2 ** min(len(net), 6))  # time to settle; what repeats shows itself
    for a, b in product((0, 1), repeat=2):
        trains = {"A": [a] * steps, "B": [b] * steps, "on": [1] * steps}
        fires = run(net, trains, steps)[output][steps // 2 :]
        if len(set(fires)) > 1:
            return f"with A = {a} and B = {b} it keeps changing between firing and silence."
        if fires[-1] != wanted(a, b):
            question = "fires. Should it?" if fires[-1] else "is silent. Should it be?"
            return f"with A = {a} and B = {b} it {question}"
    return None


def nand_fault(net):
    """Say for which held inputs the cell NAND isn't right."""
    return truth_fault(net, "NAND", ("A", "B", "on"), lambda a, b: 1 - a * b)


def xor_fault(net):
    """Say for which held inputs the cell XOR isn't right, or that there are too many cells."""
    fault = truth_fault(net, "XOR", ("A", "B"), lambda a, b: a ^ b)
    if fault:
        return fault
    return "it computes XOR, but it has more than two cells." if len(net) > 2 else None


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


def doubling_time(year_1, value_1, year_2, value_2):
    """Years that one doubling takes, at the same factor every year."""
    return (year_2 - year_1) / np.log2(value_2 / value_1)


X, Y = np.array([[1, 1], [1, -1], [-1, 1], [1, 1]]), np.array([1, 1, -1, -1])
HEBB = np.cumsum(0.5 * X * Y[:, None], axis=0)
ROMAN = ("i", "ii", "iii", "iv", "v", "vi")
YEARS = (2012, 60e6, 2020, 175e9)  # two networks' parameters

ANSWERS = [
    Choice(
        "could-have-been",
        {"i", "iv", "vi"},
        options=ROMAN,
        hints={
            frozenset({"ii", "iii", "v"}): "These came too early. Which could be true?",
            frozenset({"i", "ii", "iv", "vi"}): "From which year is the manual?",
            frozenset({"i", "iii", "iv", "vi"}): "When did the method appear in English?",
            frozenset({"i", "iv", "v", "vi"}): "When was ImageNet presented?",
            frozenset({"i", "iv"}): "Who put deep networks on graphics cards, and when?",
        },
        wrong=["i", set(ROMAN), {"ii"}, {"vii"}, 3],
    ),
    Array(
        "hebb-by-hand",
        HEBB,
        hint="Add one half times sender times receiver to the weights that were there before.",
        hints={
            tuple(map(tuple, 0.5 * X * Y[:, None])): (
                "These are the changes. The weights keep what came before."
            ),
            tuple(map(tuple, np.cumsum(X * Y[:, None], axis=0))): "Where is the one half?",
            tuple(map(tuple, np.cumsum(0.5 * X, axis=0))): "Where is the receiver?",
        },
        wrong=[HEBB[-1], HEBB.T, HEBB[::-1]],
    ),
    Choice(
        "one-line",
        {"ii", "v"},
        options=ROMAN[:5],
        hints={
            frozenset({"i", "iii", "iv"}): "For these there is none. Which are left?",
            frozenset({"ii"}): "Think of a cell of 1943 with three exciting cells.",
            frozenset({"ii", "iii", "v"}): "Where does (3, 3) lie, seen from the no-points?",
            frozenset({"ii", "iv", "v"}): "What lies halfway between the two yes-points?",
            frozenset({"i", "ii", "v"}): "A single point divides the ruler into two sides.",
        },
        wrong=["v", set(ROMAN[:5]), {"iii", "iv"}, {"vi"}, 2],
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
            {  # late, and steady
                "both": (["A", "B"], [], 2),
                "later": (["both"], [], 1),
                "NAND": (["on", "on"], ["later", "later"], 2),
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
            {  # right at every other step only
                "o": (["on"], ["o"], 1),
                "both": (["A", "B"], [], 2),
                "NAND": (["o"], ["both"], 1),
            },
        ],
    ),
    Property(
        "xor-net",
        xor_fault,
        right=[
            {"both": (["A", "B"], [], 2), "XOR": (["A", "B"], ["both"], 1)},
            {"AND": (["A", "B", "B"], [], 3), "XOR": (["B", "A"], ["AND", "AND"], 1)},
        ],
        wrong=[
            {"XOR": (["A", "B"], [], 1)},
            {"XOR": (["A"], ["B"], 1)},
            {"both": (["A", "B"], [], 1), "XOR": (["A", "B"], ["both"], 1)},
            {"both": (["A", "B"], [], 2), "XOR": (["A", "B"], ["both"], 2)},
            {"XOR": (["A", "B"], ["both"], 1)},
            {"XOR": (["A", "B"], ["XOR"], 1)},
            {
                "only A": (["A"], ["B"], 1),
                "only B": (["B"], ["A"], 1),
                "XOR": (["only A", "only B"], [], 1),
            },
            "XOR",
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
    Number(
        "smaller-network",
        (70e9 * 1.4e12) / (280e9 * 300e9),
        rtol=4e-3,  # 1.17, not 1.16
        hint="Parameters times tokens, for each of the two; the six is in both.",
        hints={
            (280e9 * 300e9) / (70e9 * 1.4e12): "That is Gopher's part of Chinchilla's operations.",
            1.4e12 / 300e9: "That is how much more text it read. It is smaller, too.",
            70e9 / 280e9: "That is how much smaller it is. It read more, too.",
            6 * 70e9 * 1.4e12: "These are Chinchilla's operations. How many times Gopher's?",
            4: "That is how many times larger Gopher is.",
            5.9 / 5.0: "Did you round before dividing?",
        },
        right=[1.17, 1.1667],
        wrong=[1.0, 1.16, 1.2, 7.0],
    ),
    Function(
        "doubling-time",
        doubling_time,
        cases=[YEARS, (1990, 1.0, 1996, 8.0), (2000, 3.0, 2010, 6.0), (2020, 10.0, 2030, 13.0)],
        hint="How many doublings lead from the first value to the second?",
        hints={
            (lambda year_1, value_1, year_2, value_2: np.log2(value_2 / value_1)): (
                "That is the number of doublings. How long does one take?"
            ),
            (
                lambda year_1, value_1, year_2, value_2: (
                    np.log2(value_2 / value_1) / (year_2 - year_1)
                )
            ): "These are doublings per year, not years per doubling.",
            (
                lambda year_1, value_1, year_2, value_2: (
                    (year_2 - year_1) / np.log(value_2 / value_1)
                )
            ): "Which base does the logarithm have?",
            (
                lambda year_1, value_1, year_2, value_2: (
                    12 * (year_2 - year_1) / np.log2(value_2 / value_1)
                )
            ): "These are months. How many years?",
            (
                lambda year_1, value_1, year_2, value_2: (
                    (year_2 - year_1) / np.log10(value_2 / value_1)
                )
            ): "That is the time for a factor of ten.",
            (
                lambda year_1, value_1, year_2, value_2: (year_2 - year_1) * 2 / (value_2 / value_1)
            ): "Doublings multiply; the ratio is not how often you double.",
        },
    ),
]

QUIZ = [
    "A or B, but not both",
    "The rule strengthens a connection",
    "What perceptrons cannot decide",
    "Support vector machines",
    "Because what it computes",
    "The discovery of how to compute",
]
