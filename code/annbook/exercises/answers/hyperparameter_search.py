"""Answers to the exercises of the page "Hyperparameter search"."""

import math
import sys

import numpy as np

from annbook.exercises.answer_types import Function, Number, Property, Table


def momentum(u, low, high):
    """Return momenta whose distance from 1 is log-uniform for uniform ``u``."""
    return 1 - (1 - low) * ((1 - high) / (1 - low)) ** np.asarray(u)


def _momentum_by_logarithms(u, low, high):
    far, near = math.log(1 - low), math.log(1 - high)
    return 1 - np.exp(far + np.asarray(u) * (near - far))


def _uniform(u, low, high):
    return low + np.asarray(u) * (high - low)


def _momentum_itself(u, low, high):
    return low * (high / low) ** np.asarray(u)


def _backward(u, low, high):
    return 1 - (1 - high) * ((1 - low) / (1 - high)) ** np.asarray(u)


def _distance(u, low, high):
    return 1 - momentum(u, low, high)


def best_trial(scores):
    """Return the index of the smallest finite loss, or None."""
    finite = [i for i, score in enumerate(scores) if np.isfinite(score)]
    return min(finite, key=lambda i: scores[i]) if finite else None


def _nanargmin(scores):
    return int(np.nanargmin(np.array(scores, dtype=float)))


def _among_the_finite(scores):
    finite = [score for score in scores if np.isfinite(score)]
    return int(np.argmin(finite)) if finite else None


def _first_if_all_failed(scores):
    return int(np.argmin(np.nan_to_num(np.array(scores, dtype=float), nan=np.inf)))


def _none_is_zero(scores):
    return int(np.argmin(np.nan_to_num(np.array(scores, dtype=float))))


def _best_of_copy(scores):
    scores = np.array(scores, dtype=float)
    if not np.isfinite(scores).any():
        return None
    return np.nanargmin(np.where(np.isfinite(scores), scores, np.nan))


def _large_in_place_of_failed(scores):
    finite = np.isfinite(scores)
    return int(np.argmin(np.where(finite, scores, 1e9))) if finite.any() else None


def _larger_in_place_of_failed(scores):
    finite = np.isfinite(scores)
    return int(np.argmin(np.where(finite, scores, 1e15))) if finite.any() else None


def _loop_from_a_large_number(scores):
    best, winner = 1000, None
    for i, score in enumerate(scores):
        if np.isfinite(score) and score < best:
            best, winner = score, i
    return winner


def _positive_only(scores):
    good = [i for i, score in enumerate(scores) if np.isfinite(score) and score > 0]
    return min(good, key=lambda i: scores[i]) if good else None


def _loop(scores):
    best, winner = math.inf, None
    for i, score in enumerate(scores):
        if math.isfinite(score) and score < best:
            best, winner = score, i
    return winner


SCORES = [
    ([0.7, 0.3, 0.4], 1),
    ([math.nan, 0.5, 0.4], 2),
    ([0.2, math.nan, math.inf], 0),
    ([math.inf, 5.0, math.nan, 4.0], 3),
    ([-math.inf, 2.0, 1.0], 2),
    ([math.nan, 1e12], 1),
    ([math.nan, sys.float_info.max], 1),
    ([0.5, -1.0, math.nan], 1),
    ([math.nan, math.nan], None),
    ([math.inf, math.nan], None),
    ([math.inf], None),
]


def best_trial_fault(function):
    """Say what is wrong with a function that returns the index of the best trial."""
    if not callable(function):
        return "this is no function: hand over its name, without parentheses."
    for scores, expected in SCORES:
        for kind, given in (("list", list(scores)), ("array", np.array(scores))):
            try:
                got = function(given)
            except Exception as error:
                return f"for the {kind} {scores} it raises {type(error).__name__}."
            if not np.array_equal(np.array(given), np.array(scores), equal_nan=True):
                return "it changes the scores that it was given."
            if expected is None and got is not None:
                return f"for {scores} it returns {got!r}: did any trial succeed?"
            if expected is not None and got is None:
                return f"for {scores} it returns None, though a trial succeeded."
            if expected is None:
                continue
            if isinstance(got, bool) or not isinstance(got, int | np.integer):
                return f"for {scores} it returns {got!r}; an index is a whole number."
            if got != expected:
                if -1 < got < len(scores) and not np.isfinite(scores[got]):
                    return f"for {scores} it returns {got}, a trial that failed."
                return f"for {scores} it returns {got}, not the index of the smallest finite loss."
    return None


def _changes_its_input(scores):
    for i, score in enumerate(scores):
        if not np.isfinite(score):
            scores[i] = math.inf
    finite = [score for score in scores if np.isfinite(score)]
    return int(np.argmin(scores)) if finite else None


def expected_best(examples=100, classifiers=100):
    """Return the mean of the best accuracy of classifiers that toss coins."""
    total, below = 0.0, 0
    for r in range(examples):
        below += math.comb(examples, r)
        total += 1 - (below / 2**examples) ** classifiers
    return total / examples


ANSWERS = [
    Table(
        "search-count-fits",
        {"random": 101, "grid": 300, "nested": 404},
        hint="settings times folds, plus the refit if there is one.",
        hints={
            ("random", 100): "random: the best setting is trained once more.",
            ("grid", 301): "grid: refit=False leaves the last training out.",
            ("grid", 60): "grid: that is the number of settings.",
            ("nested", 400): "nested: each of the four searches refits its winner.",
            ("nested", 405): "nested: cross_val_score itself refits nothing.",
            ("nested", 401): "nested: each of the four searches refits its winner.",
            ("nested", 408): "nested: each of the four searches refits its winner only once.",
        },
    ),
    Table(
        "search-shares",
        {"decade": 0.25, "missed": 0.75**10, "uniform": 9e-3 / (1e-1 - 1e-5)},
        rtol=2e-3,
        hint="four factors of ten share the range; the draws are independent.",
        hints={
            ("decade", 0.2): "decade: five powers of ten bound four intervals.",
            ("missed", 0.25**10): "missed: that is the probability that all ten hit it.",
            ("missed", 1 - 0.75**10): "missed: that is the probability that at least one hits it.",
            ("missed", 0.75): "missed: that is for a single draw.",
            ("uniform", 0.25): "uniform: then lengths count, not ratios.",
        },
    ),
    Number(
        "search-sixty",
        149,
        hint="All trials miss with probability 0.98 to the power of their number.",
        hints={
            148: "With that many the probability is still a little below 95 %.",
            math.log(0.05) / math.log(0.98): "A trial can't be made in part: which whole number?",
            148.28: "A trial can't be made in part: which whole number?",
            50: "That is how many make one good trial the average; often there is none.",
            59: "That is the answer for the best 5 %.",
            150: "One fewer is enough, too.",
        },
    ),
    Function(
        "search-momentum",
        momentum,
        cases=[
            (0.0, 0.9, 0.999),
            (1.0, 0.9, 0.999),
            (1 / 3, 0.5, 0.99),
            (np.array([0.1, 0.5, 0.9]), 0.0, 0.9),
        ],
        right=[_momentum_by_logarithms],
        hints={
            _uniform: "That draws the momentum uniformly.",
            _distance: "That is the distance from 1.",
            _backward: "u = 0 must give low, and u = 1 must give high.",
        },
        wrong=[_momentum_itself],
    ),
    Property(
        "search-best-trial",
        best_trial_fault,
        right=[best_trial, _best_of_copy, _loop],
        wrong=[
            np.argmin,
            np.nanargmin,
            min,
            _nanargmin,
            _among_the_finite,
            _first_if_all_failed,
            _none_is_zero,
            _changes_its_input,
            _large_in_place_of_failed,
            _larger_in_place_of_failed,
            _loop_from_a_large_number,
            _positive_only,
            lambda scores: None,
            2,
        ],
    ),
    Table(
        "search-halving",
        {"halving": 81, "full": 729, "random": 3},
        hint="each group trains only the epochs that it hasn't had yet.",
        hints={
            ("halving", 108): "halving: the survivors train on; they don't start again.",
            ("halving", 40): "halving: that counts the trials of all rounds.",
            ("full", 27): "full: each of the 27 trials takes 27 epochs.",
            ("random", 9): "random: divide the epochs of the halving, not those of all trials.",
            ("random", 4): "random: the survivors train on; they don't start again.",
        },
    ),
    Number(
        "search-coins",
        expected_best,
        hint="The largest of a hundred is at most r with probability P(R <= r) to the 100.",
        hints={
            0.5: "That is the mean of one of them; the best of a hundred is luckier.",
            0.6: "That is two standard deviations above one half; compute it exactly.",
            62.4762: "That is the number of right guesses; an accuracy is a share.",
        },
        wrong=[0.625, 0.63],
    ),
]

QUIZ = [
    "Because the order of magnitude of the best rate",
    f"{12 * 5 + 1}",
    "A was better with this seed",
    "Both of two hyperparameters matter",
    "More, since the luckiest of 200",
    "The other worker does the missing trainings",
]
