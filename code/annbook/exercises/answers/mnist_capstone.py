"""Answers to the exercises of the page "Capstone: MNIST above 98 %"."""

import math
from typing import Any

import numpy as np

from annbook.exercises.answer_types import Function, Number, Property, Table

P = 1 - 42 / 2500
MARGIN = 1.96 * math.sqrt(P * (1 - P) / 2500)
IMAGES = math.ceil(1.96**2 * P * (1 - P) / (P - 0.98) ** 2)


def largest_network(allowed=300_000):
    """Return the largest h for 784-h-10 with weights of one byte."""
    return max(h for h in range(1, 2000) if 784 * h + 10 * h + 8 * (h + 10) <= allowed)


def choose(candidates, n):
    """Return the smallest candidate within one standard error of the best."""
    best = max(accuracy for accuracy, _ in candidates.values())
    limit = best - math.sqrt(best * (1 - best) / n)
    good = {name: pair for name, pair in candidates.items() if pair[0] >= limit}
    return min(good, key=lambda name: (good[name][1], -good[name][0]))


def _most_accurate(candidates, n):
    return max(candidates, key=lambda name: candidates[name][0])


def _smallest_of_all(candidates, n):
    return min(candidates, key=lambda name: candidates[name][1])


def _two_errors(candidates, n):
    best = max(accuracy for accuracy, _ in candidates.values())
    limit = best - 1.96 * math.sqrt(best * (1 - best) / n)
    good = {name: pair for name, pair in candidates.items() if pair[0] >= limit}
    return min(good, key=lambda name: (good[name][1], -good[name][0]))


def _first_of_the_smallest(candidates, n):
    best = max(accuracy for accuracy, _ in candidates.values())
    limit = best - math.sqrt(best * (1 - best) / n)
    good = {name: pair for name, pair in candidates.items() if pair[0] >= limit}
    return min(good, key=lambda name: good[name][1])


def _variance(candidates, n):
    best = max(accuracy for accuracy, _ in candidates.values())
    limit = best - best * (1 - best) / n
    good = {name: pair for name, pair in candidates.items() if pair[0] >= limit}
    return min(good, key=lambda name: (good[name][1], -good[name][0]))


def _without_n(candidates, n):
    return choose(candidates, 10_000)


def _error_of_each(candidates, n):
    best = max(accuracy for accuracy, _ in candidates.values())
    good = {
        name: pair
        for name, pair in candidates.items()
        if pair[0] + math.sqrt(pair[0] * (1 - pair[0]) / n) >= best
    }
    return min(good, key=lambda name: (good[name][1], -good[name][0]))


def compare(first, second, labels):
    """Return McNemar's z of two arrays of predictions."""
    first, second, labels = map(np.asarray, (first, second, labels))
    b = np.sum((first == labels) & (second != labels))
    c = np.sum((first != labels) & (second == labels))
    return float((b - c) / np.sqrt(b + c)) if b + c else 0.0


def _other_sign(first, second, labels):
    return compare(second, first, labels)


def _without_root(first, second, labels):
    first, second, labels = map(np.asarray, (first, second, labels))
    b = np.sum((first == labels) & (second != labels))
    c = np.sum((first != labels) & (second == labels))
    return float((b - c) / (b + c)) if b + c else 0.0


def _all_that_differ(first, second, labels):
    first, second, labels = map(np.asarray, (first, second, labels))
    n = np.sum(first != second)
    return float((np.sum(first == labels) - np.sum(second == labels)) / np.sqrt(n)) if n else 0.0


def _of_all_images(first, second, labels):
    first, second, labels = map(np.asarray, (first, second, labels))
    difference = np.sum(first == labels) - np.sum(second == labels)
    return float(difference / np.sqrt(len(labels)))


def _divides_by_zero(first, second, labels):
    first, second, labels = map(np.asarray, (first, second, labels))
    b = np.sum((first == labels) & (second != labels))
    c = np.sum((first != labels) & (second == labels))
    with np.errstate(invalid="ignore", divide="ignore"):
        return float((b - c) / np.sqrt(np.float64(b + c)))


def _scales(W, bits):
    """Return the scale of each column; a column of zeros has the scale 1."""
    scale = np.abs(W).max(axis=0) / (2 ** (bits - 1) - 1)
    return np.where(scale > 0, scale, 1)


def round_weights(W, bits):
    """Return the weights as they are read back, with one scale a column."""
    scale = _scales(W, bits)
    return np.round(W / scale) * scale


def _one_scale(W, bits):
    return round_weights(np.reshape(W, (-1, 1)), bits).reshape(np.shape(W))


def _scale_of_rows(W, bits):
    return round_weights(np.transpose(W), bits).T


def _always_eight(W, bits):
    return round_weights(W, 8)


def _too_many_steps(W, bits):
    scale = _scales(W, bits) * (2 ** (bits - 1) - 1) / 2 ** (bits - 1)
    return np.round(W / scale) * scale


def _cut_off(W, bits):
    scale = _scales(W, bits)
    return np.trunc(W / scale) * scale


def _rounded_down(W, bits):
    scale = _scales(W, bits)
    return np.floor(W / scale) * scale


def _without_absolute_value(W, bits):
    scale = np.max(W, axis=0) / (2 ** (bits - 1) - 1)
    scale = np.where(scale != 0, scale, 1)
    return np.round(W / scale) * scale


def _whole_numbers(W, bits):
    return np.round(W / _scales(W, bits))


def _zero_column_is_lost(W, bits):
    return np.where(np.any(W, axis=0), round_weights(W, bits), np.nan)


def shift(images, down, right):
    """Return images moved by whole pixels, zeros coming in."""
    images = np.asarray(images)
    result = np.zeros_like(images)
    _, height, width = images.shape
    for row in range(height):
        for column in range(width):
            if 0 <= row - down < height and 0 <= column - right < width:
                result[:, row, column] = images[:, row - down, column - right]
    return result


def _rolled(images, down, right):
    return np.roll(images, (down, right), axis=(1, 2))


def _exchanged(images, down, right):
    return shift(images, right, down)


def _backward(images, down, right):
    return shift(images, -down, -right)


def _only_positive(images, down, right):
    images = np.asarray(images)
    result = np.zeros_like(images)
    _, height, width = images.shape
    result[:, max(down, 0) :, max(right, 0) :] = images[
        :, : height - max(down, 0), : width - max(right, 0)
    ]
    return result


def _in_place(images, down, right):
    images[...] = shift(images, down, right)
    return images


def _not_out_of_sight(images, down, right):
    _, height, width = np.shape(images)
    return shift(
        images, np.clip(down, 1 - height, height - 1), np.clip(right, 1 - width, width - 1)
    )


def _fails_out_of_sight(images, down, right):
    images = np.asarray(images)
    result = np.zeros_like(images)
    _, height, width = images.shape
    result[:, max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = images[
        :, max(-down, 0) : height - max(down, 0), max(-right, 0) : width - max(right, 0)
    ]
    return result


def shift_fault(function: Any) -> str | None:
    """Say what is wrong with a function shift(images, down, right)."""
    if not callable(function):
        return "this is no function: hand over its name, without parentheses."
    images = np.random.default_rng(5).integers(1, 256, (3, 5, 4), dtype=np.uint8)
    for down, right in (
        (0, 0),
        (0, 1),
        (2, 0),
        (-1, 0),
        (0, -2),
        (1, -1),
        (-2, 3),
        (5, 0),
        (0, -7),
    ):
        given = images.copy()
        case = f"for down = {down} and right = {right}"
        try:
            result = np.asarray(function(given, down, right))
        except Exception as error:
            said = str(error).strip().partition("\n")[0].rstrip(".")[:100]
            return f"{case} it raises {type(error).__name__}: {said}."
        if not np.array_equal(given, images):
            return f"{case} the argument was changed: work on a new array."
        if np.shares_memory(result, given):
            return f"{case} it returns the argument's own memory, not a new array."
        expected = shift(images, down, right)
        if result.shape != expected.shape:
            return f"{case} it returns the shape {result.shape}."
        if np.array_equal(result, expected):
            continue
        known = {
            "what leaves on one side comes in on the other.": _rolled,
            "down and right are exchanged.": _exchanged,
            "it moves in the opposite direction.": _backward,
        }
        for said, wrong in known.items():
            if np.array_equal(result, wrong(images, down, right)):
                return f"{case}: {said}"
        if abs(down) >= 5 or abs(right) >= 4:
            return f"{case} nothing of the images is left: all zeros."
        return f"{case} the images aren't at the right place, or what comes in isn't 0."
    return None


ANSWERS = [
    Table(
        "shown-or-not",
        {"low": P - MARGIN, "high": P + MARGIN, "images": IMAGES},
        rtol=5e-5,  # four decimals are enough, and 2 in place of 1.96 isn't
        hint="the share of right answers first; the margin is 1.96 standard errors; "
        "images are whole.",
        hints={
            ("low", P - MARGIN / 1.96): "low: 1.96 standard errors, not one.",
            ("high", P + MARGIN / 1.96): "high: 1.96 standard errors, not one.",
            ("low", 100 * (P - MARGIN)): "low: a share between 0 and 1, not percent.",
            ("low", 42 / 2500 - MARGIN): "low: of the accuracy, not of the error rate.",
            ("images", IMAGES - 1): "images: with one image less than needed it isn't reached.",
            ("images", 2500): "images: with the images that there are, the end is too low.",
            (
                "images",
                math.ceil(P * (1 - P) / (P - 0.98) ** 2),
            ): "images: 1.96 standard errors have to fit between 0.98 and the accuracy, not one.",
            (
                "images",
                math.ceil(1.96**2 * 0.98 * 0.02 / (P - 0.98) ** 2),
            ): "images: put the measured accuracy into p(1 - p).",
        },
    ),
    Number(
        "network-that-fits",
        largest_network(),
        hint="count the bytes of both layers: weights, biases, scales.",
        hints={
            300_000 // 794: "these are the weights alone; biases and scales take bytes, too.",
            300_000 // 784: "the output layer has weights, too, and all units have biases.",
            (300_000 - 40) // 798: "each unit has a bias and a scale, four bytes each.",
            (300_000 - 20) // 796: "a bias and a scale take four bytes each, not one.",
            largest_network() + 1: "a little too large: round down at the end, and count the "
            "biases and scales of the output units.",
            (300_000 // 4 - 10) // 795: "four bytes for each weight? Here it is one.",
        },
    ),
    Function(
        "smallest-good-enough",
        choose,
        cases=[
            ({"A": (0.981, 500_000), "B": (0.980, 90_000), "C": (0.97, 9_000)}, 10_000),
            ({"A": (0.981, 500_000), "B": (0.980, 90_000), "C": (0.97, 9_000)}, 100),
            ({"A": (0.981, 500_000), "B": (0.980, 90_000)}, 100_000),
            ({"one": (0.903, 10), "two": (0.905, 10), "three": (0.91, 30)}, 900),
            ({"two": (0.905, 10), "one": (0.903, 10), "three": (0.91, 30)}, 900),
            ({"A": (0.95, 70), "B": (0.935, 60)}, 150),
            ({"A": (0.95, 70), "B": (0.931, 60)}, 150),
            ({"A": (0.99, 70), "B": (0.9795, 60)}, 100),
            ({"A": (0.6, 70), "B": (0.59, 60), "C": (0.5, 50)}, 5),
            ({"only": (0.5, 3)}, 10),
            ({"A": (0.5, 70), "B": (0.25, 60)}, 4),  # exactly one standard error below
        ],
        hint="first the limit, then the candidates that reach it, then the fewest parameters.",
        hints={
            _most_accurate: "that is the most accurate one; may a smaller one win?",
            _smallest_of_all: "that is the smallest of all; is it accurate enough?",
            _two_errors: "one standard error, not about two.",
            _first_of_the_smallest: "of equally small ones the most accurate wins.",
            _without_n: "the standard error depends on n.",
            _error_of_each: "take the standard error of the best accuracy.",
            _variance: "the standard error is a square root.",
        },
    ),
    Function(
        "discordant-pairs",
        compare,
        cases=[
            (np.array([1, 2, 3, 4, 5]), np.array([1, 2, 0, 0, 5]), np.array([1, 2, 3, 4, 0])),
            (np.array([1, 2, 3]), np.array([1, 2, 3]), np.array([1, 2, 3])),
            (np.array([7, 7, 7, 0]), np.array([0, 7, 7, 7]), np.array([7, 7, 7, 7])),
            (np.array([1, 5, 6, 6, 2]), np.array([0, 8, 9, 9, 2]), np.array([0, 9, 9, 9, 2])),
            (np.array([4, 4]), np.array([5, 5]), np.array([1, 2])),
        ],
        hint="two sums: first right and second wrong, second right and first wrong.",
        hints={
            _other_sign: "b counts what only the first network reads rightly.",
            _without_root: "divide by the square root of b + c.",
            _all_that_differ: "two different wrong answers count neither for b nor for c.",
            _of_all_images: "divide by the square root of b + c, not of all images.",
            _divides_by_zero: "and if b + c is 0?",
        },
    ),
    Function(
        "fewer-bits",
        round_weights,
        cases=[
            (np.array([[0.31, 1.0], [-0.0842, 0.1], [0.0019, -3.0], [-0.6096, 0.4]]), 8),
            (np.array([[0.31, 1.0], [-0.0842, 0.1], [0.0019, -3.0], [-0.6096, 0.4]]), 3),
            (np.array([[0.31, 1.0], [-0.0842, 0.1], [0.0019, -3.0], [-0.6096, 0.4]]), 2),
            (np.array([[0.0, 0.5], [0.0, -0.26]]), 4),
            (np.array([[-0.7, -0.2, 0.9]]), 5),
        ],
        hint="one scale a column: its largest absolute value becomes the largest whole number.",
        hints={
            _one_scale: "each column has a scale of its own.",
            _scale_of_rows: "the units are the columns; take the maximum over axis 0.",
            _always_eight: "`bits` isn't used.",
            _too_many_steps: "the largest whole number is one less than that power of two.",
            _cut_off: "round to the nearest whole number; don't cut off.",
            _rounded_down: "round to the nearest whole number, not down.",
            _without_absolute_value: "the largest weight may be negative.",
            _whole_numbers: "these are the whole numbers; multiply by the scale again.",
            _zero_column_is_lost: "a column of zeros has the scale 0: don't divide by it.",
        },
    ),
    Property(
        "move-images",
        shift_fault,
        right=[shift],
        wrong=[
            _rolled,
            _exchanged,
            _backward,
            _only_positive,
            _in_place,
            _not_out_of_sight,
            _fails_out_of_sight,
            lambda images, down, right: images,
            lambda images, down, right: shift(images, down, right) if down or right else images,
            lambda images, down, right: np.pad(images, ((0, 0), (down, 0), (right, 0))),
            3,
        ],
    ),
]

QUIZ = [
    "A somewhat lower value",
    "The binomial interval of each run stays",
    "One in the valley or to its left",
    "One unlucky epoch in the middle",
    "Their input is 0 in every image",
    "The distance between two neighboring values",
]
