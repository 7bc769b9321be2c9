"""Answers to the exercises of the page on underfitting, overfitting and the Bayes limit."""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from annbook.exercises.answer_types import Array, Function, Number, Table


def moons_bayes_accuracy(noise, cells=300, n_angles=200):
    """Integrate the larger density of the two moons, as the page does."""
    t = (np.arange(n_angles) + 0.5) * np.pi / n_angles
    middles = (np.arange(cells) + 0.5) / cells * 8 - 3.5
    weights = []
    for c1, c2 in ((np.cos(t), np.sin(t)), (1 - np.cos(t), 0.5 - np.sin(t))):
        bells = [np.exp(-((middles[:, None] - c) ** 2) / (2 * noise**2)) for c in (c1, c2)]
        weights.append(bells[0] @ bells[1].T / n_angles / (2 * np.pi * noise**2) / 2)
    return np.maximum(*weights).sum() * (8 / cells) ** 2


def two_bells(boundary):
    """Accuracy of a boundary between bells at -1 and 1, the second three times as frequent."""
    return 0.75 * norm.cdf(1 - boundary) + 0.25 * norm.cdf(boundary + 1)


def cut(n, k):
    """Cut 0 ... n - 1 into k folds of consecutive rows, the first ones larger by one."""
    return [part.tolist() for part in np.array_split(np.arange(n), k)]


def cut_and_drop(n, k):
    """Leave out the rows that don't fit."""
    return [list(range(i * (n // k), (i + 1) * (n // k))) for i in range(k)]


def cut_rest_last(n, k):
    """Put all rows that are left into the last fold."""
    return [*cut_and_drop(n, k)[:-1], list(range((k - 1) * (n // k), n))]


def cut_striding(n, k):
    """Deal the rows out like cards."""
    return [list(range(i, n, k)) for i in range(k)]


def cut_in_steps(n, k):
    """Make folds of the rounded-up size until the rows are used up."""
    size = -(-n // k)
    return [list(range(i, min(i + size, n))) for i in range(0, n, size)]


def cut_rounded_up(n, k):
    """Make k folds of the rounded-up size; the last ones get what is left."""
    size = -(-n // k)
    return [list(range(i * size, min((i + 1) * size, n))) for i in range(k)]


def cut_at_fractions(n, k):
    """Cut at i n / k, rounded down: the sizes are right, but not their order."""
    return [list(range(i * n // k, (i + 1) * n // k)) for i in range(k)]


def cut_last_larger(n, k):
    """Give the extra rows to the last folds."""
    sizes = [n // k + (i >= k - n % k) for i in range(k)]
    return [list(range(sum(sizes[:i]), sum(sizes[: i + 1]))) for i in range(k)]


def cut_first_takes_rest(n, k):
    """Put all rows that are left into the first fold."""
    rest = n % k
    others = [list(range(rest + i * (n // k), rest + (i + 1) * (n // k))) for i in range(1, k)]
    return [list(range(n // k + rest)), *others]


def cut_without_empty(n, k):
    """Leave out the empty folds, of which there are some if n is less than k."""
    return [part for part in cut(n, k) if part]


def stop(losses, patience):
    """Return the best epoch before `patience` epochs in a row brought nothing better."""
    best = 0
    for epoch, value in enumerate(losses):
        if value < losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best


def best_of_all(losses, patience):
    """Look at all epochs, also at those that early stopping never sees."""
    return int(np.argmin(losses))


def last_epoch(losses, patience):
    """Return the epoch at which training ends, not the best one before it."""
    return min(stop(losses, patience) + patience, len(losses) - 1)


def last_when_it_stops(losses, patience):
    """Return the epoch at which training stops, the best one if the losses run out before."""
    best = stop(losses, patience)
    return best + patience if best + patience < len(losses) else best


def last_if_unfinished(losses, patience):
    """Return the last epoch if the losses run out before patience does."""
    best = stop(losses, patience)
    return best if best + patience < len(losses) else len(losses) - 1


def equal_is_better(losses, patience):
    """Count an equal loss as an improvement."""
    best = 0
    for epoch, value in enumerate(losses):
        if value <= losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best


def never_reset(losses, patience):
    """Count all epochs without improvement, not those in a row."""
    best, waited = 0, 0
    for epoch, value in enumerate(losses[1:], 1):
        if value < losses[best]:
            best = epoch
        else:
            waited += 1
            if waited >= patience:
                break
    return best


def against_the_epoch_before(losses, patience):
    """Compare with the epoch before instead of the best."""
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[epoch - 1]:
            waited = 0
            if losses[epoch] < losses[best]:
                best = epoch
        else:
            waited += 1
            if waited >= patience:
                break
    return best


def against_patience_before(losses, patience):
    """Compare with the loss `patience` epochs before instead of the best."""
    for epoch in range(patience, len(losses)):
        if losses[epoch] >= losses[epoch - patience]:
            return int(np.argmin(losses[: epoch + 1]))
    return int(np.argmin(losses))


def first_counts(losses, patience):
    """Count the first epoch as one without improvement."""
    best, waited = 0, 0
    for epoch, value in enumerate(losses):
        if value < losses[best]:
            best, waited = epoch, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best


def best_loss(losses, patience):
    """Return the lowest loss, not its index."""
    return losses[stop(losses, patience)]


def one_more(losses, patience):
    """Wait one epoch longer than allowed."""
    return stop(losses, patience + 1)


def dead_features(centered=False, most=2000):
    """Count features that are 0 for all 200 training digits, and take the rank."""
    from sklearn.datasets import load_digits

    pixels = load_digits().data / 16
    rng = np.random.default_rng(0)
    fit = rng.permutation(len(pixels))[:200]
    X = pixels - pixels[fit].mean(axis=0) if centered else pixels
    A = np.maximum(0, X[fit] @ rng.normal(size=(64, most)) / 8)[:, :200]
    return int(np.sum(A.max(axis=0) == 0)), int(np.linalg.matrix_rank(A))


needed = int(np.ceil(1.96**2 * 0.97 * 0.03 / 0.005**2))
boundary = -np.log(3) / 2
said = np.array([0.6, 0.2, 0.3, 0.5])
naive = (said.mean() - 0.3) ** 2
variance = said.var(ddof=1)
dead, rank = dead_features()

ANSWERS = [
    Table(
        "overfitting-diagnosis",
        {"A": "underfitting", "B": "overfitting", "C": "limit", "D": "split"},
        hints={
            ("A", "limit"): "A is far from what experts reach.",
            ("D", "overfitting"): "is its training loss lower than what experts reach?",
        },
        wrong=[
            {"A": "limit", "B": "overfitting", "C": "underfitting", "D": "split"},
            {"A": "underfitting", "B": "split", "C": "limit", "D": "overfitting"},
            {"A": "underfitting", "B": "overfitting", "C": "limit"},
        ],
    ),
    Number(
        "overfitting-test-size",
        needed,
        hints={
            int(np.ceil(0.97 * 0.03 / 0.005**2)): "that is one standard error; "
            "the interval takes 1.96 of them.",
            int(np.ceil(1.96**2 * 0.97 * 0.03 / 0.01**2)): "0.005 is the half width: "
            "it goes to both sides.",
            needed - 1: "with so few points the interval is a little wider: round up.",
            1.96**2 * 0.97 * 0.03 / 0.005**2: "points are whole: round up.",
            38416: "that is for an accuracy of one half.",
            4656: "1.96 standard errors, not 2.",
        },
        wrong=[200, 97, int(1.96 * 0.97 * 0.03 / 0.005), needed / 2],
    ),
    Array(
        "overfitting-two-bells",
        np.array([boundary, two_bells(boundary)]),
        atol=6e-4,
        rtol=0,
        hints={
            (0.0, norm.cdf(1)): "the classes are not equally frequent: the boundary isn't halfway.",
            (-boundary, two_bells(-boundary)): "the more frequent class should get more room.",
            (-boundary, two_bells(boundary)): "the more frequent class should get more room.",
            (-np.log(3), two_bells(-np.log(3))): "the logarithms differ by 2x, not by x.",
            (boundary, norm.cdf(1)): "the boundary is right; which points does it get right?",
            (boundary, 1 - two_bells(boundary)): "the second number is the error.",
            (boundary, 0.5 * (norm.cdf(1 - boundary) + norm.cdf(1 + boundary))): "the boundary is "
            "right; weigh the classes by how frequent they are.",
        },
        wrong=[(0.0, 0.75), (boundary, 0.75)],
    ),
    Number(
        "overfitting-less-noise",
        lambda: brentq(lambda noise: moons_bayes_accuracy(noise) - 0.95, 0.1, 0.4),
        atol=6e-4,
        rtol=0,
        hints={
            0.146: "the error isn't proportional to the noise.",
            0.24: "close, but it was rounded: three digits, please.",
        },
        right=[0.239],
        wrong=[0.2, 0.05, 0.95, 0.238],
    ),
    Function(
        "overfitting-folds",
        cut,
        cases=[(10, 5), (7, 3), (11, 4), (5, 5), (14, 4), (3, 1), (9, 6), (3, 5)],
        hints={
            cut_and_drop: "rows are missing: what if n isn't a multiple of k?",
            cut_rest_last: "the sizes differ by more than 1: the last fold got all that was left.",
            cut_striding: "the rows keep their order: each fold is a piece without gaps.",
            cut_in_steps: "the sizes must differ by at most 1, and there must be k folds.",
            cut_rounded_up: "the sizes must differ by at most 1.",
            cut_at_fractions: "the sizes are right, but the *first* folds get the extra rows.",
            cut_last_larger: "the sizes are right, but the *first* folds get the extra rows.",
            cut_first_takes_rest: "the sizes must differ by at most 1: one fold got all the rest.",
            cut_without_empty: "k folds, please: if n is less than k, the last ones are empty.",
        },
        right=[lambda n, k: np.array_split(np.arange(n), k)],
    ),
    Function(
        "overfitting-early-stopping",
        stop,
        cases=[
            ([3.0, 2.0, 2.5, 2.4, 1.0], 2),
            ([3.0, 2.0, 2.5, 2.4, 1.0], 3),
            ([1.0, 2.0, 3.0], 1),
            ([1.0, 1.0, 1.0, 0.5], 2),
            ([1.0, 1.0, 1.0, 0.5], 3),
            ([3.0, 3.5, 2.0, 2.5, 1.0], 2),
            ([0.9, 0.8, 0.7, 0.6], 2),
            ([1.0, 3.0, 2.5, 2.0, 0.5], 3),
            ([1.0, 2.0, 3.0, 4.0, 0.5], 2),
            ([1.0, 2.0, 3.0, 0.5], 2),
            ([0.5], 5),
            ([3.0, 2.0, 2.5, 2.6], 5),
            ([2.0, 1.0, 2.5, 0.5], 2),
        ],
        hints={
            best_of_all: "training has ended before some of these epochs: they were never seen.",
            best_loss: "return the index of the best epoch, not its loss.",
            last_epoch: "that is where training stops; return the best epoch before it.",
            last_when_it_stops: "that is where training stops; return the best epoch before it.",
            last_if_unfinished: "training ended before patience ran out; the best epoch still "
            "counts.",
            equal_is_better: "an equal loss is no improvement.",
            never_reset: "it counts epochs in a row: begin anew after each improvement.",
            against_patience_before: "compare with the best loss so far, not with the one "
            "`patience` epochs before.",
            against_the_epoch_before: "compare with the best loss so far, not with the one before.",
            one_more: "it stops one epoch too late.",
            first_counts: "the first epoch is the best so far: begin to count after it.",
        },
    ),
    Array(
        "overfitting-bias-variance",
        np.array([naive - variance / 4, variance]),
        atol=6e-5,
        rtol=0,
        hints={
            (naive, variance): "the mean of four networks scatters, too: correct the squared bias.",
            (naive + variance / 4, variance): "subtract the correction: the scatter makes the "
            "squared bias look too large.",
            (naive, said.var()): "divide by 3, and correct the squared bias.",
            (naive - said.var() / 4, said.var()): "divide by 3, not by 4.",
            (naive - variance, variance): "the mean of four scatters with a quarter of the "
            "variance.",
            (said.mean() - 0.3, variance): "the bias has to be squared, and corrected.",
            (variance, naive - variance / 4): "first the squared bias, then the variance.",
        },
        wrong=[(0.0, 0.0), (naive - variance / 4, said.std(ddof=1))],
    ),
    Array(
        "overfitting-dead-features",
        np.array([dead, rank]),
        hints={
            dead_features(centered=True): "that is with the mean subtracted.",
            dead_features(most=200): "these are other weights: draw all 2,000 features, as the "
            "experiment does, and take the first 200.",
            (dead, 200): "a feature that is always 0 adds nothing to the rank.",
            **dict.fromkeys(
                [(dead, rank - 1), (dead, rank + 1)],
                "the first number is right; the second is a whole number, too: compute it again.",
            ),
        },
        wrong=[(0, 0), (11, 200), (dead + 1, rank)],
    ),
]

QUIZ = [
    "Overfitting",
    "Other inputs",
    "Probably somewhat more",
    "You can't tell",
    "The variance, mainly",
    "The training data can only just",
]
