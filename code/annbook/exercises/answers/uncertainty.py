"""Answers to the exercises of the page "Can you trust it?"."""

import math

import numpy as np

from annbook.exercises.answer_types import Function, Number, Table


def worst_bin(confidence, right, bins, fewest):
    """Return the largest gap among the bins that hold enough predictions."""
    confidence, right = np.asarray(confidence), np.asarray(right)
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [0.0]
    for b in np.unique(number):
        inside = number == b
        if inside.sum() >= fewest:
            gaps.append(abs(confidence[inside].mean() - right[inside].mean()))
    return float(max(gaps))


def _every_bin(confidence, right, bins, fewest):
    return worst_bin(confidence, right, bins, 1)


def _more_than_fewest(confidence, right, bins, fewest):
    return worst_bin(confidence, right, bins, fewest + 1)


def _overconfidence_only(confidence, right, bins, fewest):
    confidence, right = np.asarray(confidence), np.asarray(right)
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    insides = [number == b for b in np.unique(number)]
    kept = [inside for inside in insides if inside.sum() >= fewest]
    return max([0.0, *(confidence[i].mean() - right[i].mean() for i in kept)])


def _one_in_a_bin_of_its_own(confidence, right, bins, fewest):
    confidence, right = np.asarray(confidence), np.asarray(right)
    number = (confidence * bins).astype(int)
    insides = [number == b for b in np.unique(number)]
    kept = [inside for inside in insides if inside.sum() >= fewest]
    return max([0.0, *(abs(confidence[i].mean() - right[i].mean()) for i in kept)])


def _calibration_error(confidence, right, bins, fewest):
    confidence, right = np.asarray(confidence), np.asarray(right)
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    insides = [number == b for b in np.unique(number)]
    return sum(abs(confidence[i].mean() - right[i].mean()) * i.mean() for i in insides)


def limit_for(confidence, right, wanted):
    """Return the lowest confidence from which on the wanted share is right."""
    confidence, right = np.asarray(confidence), np.asarray(right)
    for c in np.unique(confidence):
        if right[confidence >= c].mean() >= wanted:
            return float(c)
    return math.inf


def _from_above(confidence, right, wanted):
    """Stop at the first limit, from the highest down, that breaks the promise."""
    confidence, right = np.asarray(confidence), np.asarray(right)
    lowest = math.inf
    for c in np.unique(confidence)[::-1]:
        if right[confidence >= c].mean() < wanted:
            break
        lowest = float(c)
    return lowest


def _one_by_one(confidence, right, wanted):
    """Take apart predictions that are equally confident."""
    confidence, right = np.asarray(confidence), np.asarray(right)
    order = np.argsort(-confidence, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(right) + 1)
    good = np.flatnonzero(shares >= wanted)
    return float(confidence[order][good[-1]]) if len(good) else math.inf


def _above_only(confidence, right, wanted):
    confidence, right = np.asarray(confidence), np.asarray(right)
    for c in np.unique(confidence):
        above = confidence > c
        if above.any() and right[above].mean() >= wanted:
            return float(c)
    return math.inf


def _highest(confidence, right, wanted):
    confidence, right = np.asarray(confidence), np.asarray(right)
    for c in np.unique(confidence)[::-1]:
        if right[confidence >= c].mean() >= wanted:
            return float(c)
    return math.inf


def _at_only(confidence, right, wanted):
    """Look only at the predictions whose confidence is equal to the limit."""
    confidence, right = np.asarray(confidence), np.asarray(right)
    for c in np.unique(confidence):
        if right[confidence == c].mean() >= wanted:
            return float(c)
    return math.inf


def _of_all(confidence, right, wanted):
    """Divide by the number of all predictions, not of those that are answered."""
    confidence, right = np.asarray(confidence), np.asarray(right)
    for c in np.unique(confidence):
        if (right & (confidence >= c)).mean() >= wanted:
            return float(c)
    return math.inf


def _more_than_wanted(confidence, right, wanted):
    confidence, right = np.asarray(confidence), np.asarray(right)
    for c in np.unique(confidence):
        if right[confidence >= c].mean() > wanted:
            return float(c)
    return math.inf


BINS = [
    (np.array([0.55, 0.65, 0.9, 0.95, 1.0]), np.array([1, 1, 1, 0, 1]), 5, 2),
    (np.array([0.1, 0.2, 0.2, 0.3, 0.9]), np.array([0, 1, 1, 1, 0]), 2, 2),
    (np.array([0.7, 0.8, 1.0, 1.0]), np.array([1, 0, 1, 0]), 4, 3),
    (np.array([0.2, 0.9]), np.array([1, 0]), 10, 2),
    (np.array([0.55, 0.52, 0.58, 0.91, 0.95, 0.99]), np.array([1, 1, 1, 1, 1, 0]), 10, 3),
]
LIMITS = [
    (np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True]), 0.75),
    (np.array([0.9, 0.9, 0.5, 0.5]), np.array([True, True, True, False]), 0.9),
    (np.array([0.95, 0.9, 0.8, 0.7]), np.array([False, True, True, True]), 0.75),
    (np.array([0.6, 0.99, 0.7]), np.array([False, False, False]), 0.5),
    (np.array([0.3, 0.8, 0.8]), np.array([False, True, False]), 0.6),
    (np.array([0.5, 0.6]), np.array([True, True]), 1.0),
    (np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, False, False, True]), 0.9),
]

MEMBERS_ENTROPY = -0.9 * math.log(0.9) - 0.1 * math.log(0.1)  # of each of the two members
ONE_CLASS = (math.log(2) - MEMBERS_ENTROPY) / 2  # without the terms of the other class

ANSWERS = [
    Number(
        "calibration-bins",
        80 / 200 * 0.05 + 60 / 200 * 0.05 + 10 / 200 * 0.20 + 50 / 200 * 0.08,
        rtol=2e-3,
        hint="each gap counts with the share of its forecasts.",
        hints={
            0.095: "That is the plain mean of the gaps; the bins aren't equally full.",
            0.005: "The signs of the gaps must not cancel each other.",
            -0.005: "The signs of the gaps must not cancel each other.",
            0.20: "That is the worst bin; the mean over all forecasts is asked.",
        },
        wrong=[0.055 * 200, 5.5],
    ),
    Number(
        "temperature-of-two",
        4 / math.log(4),
        rtol=6e-3,  # 2.9 is right
        hint="write the first probability as a sigmoid of the difference of the logits.",
        hints={
            math.log(4) / 4: "The logits are divided by the temperature, not multiplied.",
            5 / math.log(4): "Both logits count: only their difference matters.",
            4 / math.log(5): "Which odds does a probability of 0.8 have?",
            4 / math.log(0.8): "Solve for the sigmoid, not for the logarithm of 0.8.",
        },
        wrong=[2, 3],
    ),
    Table(
        "two-members",
        {
            "mean of losses": -math.log(0.09) / 2,
            "loss of mean": math.log(2),
            "disagreement": math.log(2) - MEMBERS_ENTROPY,
        },
        rtol=6e-3,  # 1.2, 0.69 and 0.37 are right
        hint="the log loss is minus the natural logarithm of the right class's probability.",
        hints={
            ("mean of losses", -math.log(0.09)): "mean of losses: that is the sum of the two.",
            ("loss of mean", -math.log(0.09) / 2): "loss of mean: average the probabilities first.",
            ("disagreement", MEMBERS_ENTROPY): "disagreement: that is the mean of the entropies.",
            ("disagreement", math.log(2)): "disagreement: that is the entropy of the mean.",
            ("disagreement", ONE_CLASS): "disagreement: both classes count in an entropy.",
            ("disagreement", math.log(5 / 3)): "disagreement: of the entropies, not of the losses.",
        },
    ),
    Function(
        "worst-bin",
        worst_bin,
        cases=BINS,
        hints={
            _every_bin: "Bins with too few predictions don't count.",
            _more_than_fewest: "A bin with exactly `fewest` predictions counts.",
            _overconfidence_only: "A bin that is right more often than it says is off, too.",
            _one_in_a_bin_of_its_own: "A confidence of 1 belongs to the last bin.",
            _calibration_error: "That is the weighted mean; the largest gap is asked.",
        },
    ),
    Function(
        "answer-when-sure",
        limit_for,
        cases=LIMITS,
        hints={
            _from_above: "The share can be too low at one limit and high enough at a lower one.",
            _one_by_one: "Equal confidences are answered together or not at all.",
            _above_only: "A confidence that is equal to the limit is answered, too.",
            _highest: "The lowest of all such limits is asked.",
            _of_all: "The share is of the answered predictions, not of all.",
            _more_than_wanted: "A share of exactly `wanted` is enough.",
            _at_only: "All predictions with a confidence of at least the limit are answered.",
        },
    ),
]

QUIZ = [
    "How certain the predictions are",
    "Minus the logarithm is convex",
    "The logits grow, so wrong answers cost more",
    "It is calibrated and useless",
    "Examples of what else may come in",
]
