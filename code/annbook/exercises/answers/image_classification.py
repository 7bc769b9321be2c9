"""Answers to the exercises of the page "Classifying images"."""

from itertools import pairwise
from typing import Any

import numpy as np

from annbook.exercises.answer_types import Function, Property, Table

COUNTS = np.array([[80, 15, 5], [20, 170, 10], [10, 15, 25]])


def prepare(images):
    """Return uint8 images of shape (28, 28) or (n, 28, 28) as float32 from 0 to 1, (n, 28, 28)."""
    return images.reshape(-1, 28, 28).astype("float32") / np.float32(255)


def prepare_fault(function: Any) -> str | None:
    """Say what is wrong with a function that prepares images for the network."""
    if not callable(function):
        return "this is no function: hand over its name, without parentheses."
    rng = np.random.default_rng(0)
    pale = rng.integers(0, 90, (28, 28)).astype("uint8")
    several = rng.integers(0, 256, (3, 28, 28)).astype("uint8")
    several[1] //= 4
    cases = {
        "several images": several,
        "a batch of one image": several[:1],
        "28 images": np.repeat(several[:1], 28, axis=0),
        "a single image": several[0],
        "a single pale image": pale,
        "a single image without ink": np.zeros((28, 28), "uint8"),
        "a single image of the gray levels 0 and 1": pale % 2,
    }
    for name, images in cases.items():
        given = images.copy()
        try:
            with np.errstate(all="ignore"):
                got = function(given)
        except Exception as error:
            return f"for {name}, shape {images.shape}, it raises {type(error).__name__}."
        wanted = prepare(images)
        got = None if got is None else np.asarray(got)
        if got is None:
            return "it returns None; is a `return` missing?"
        if got.shape != wanted.shape:
            return f"for {name}, shape {images.shape}, it returns the shape {got.shape}."
        if not np.array_equal(given, images):
            return f"for {name} it changes the array that it was given."
        if got.dtype != np.float32:
            return f"for {name} it returns {got.dtype}."
        if not np.all(np.isfinite(got)):
            return f"for {name} the results are not all numbers; what do you divide by?"
        if not np.allclose(got, wanted, atol=1e-5):
            return f"for {name} the numbers differ; what becomes of the gray levels 1 and 255?"
    return None


def _divides_whole_bytes(images):
    return (images.reshape(-1, 28, 28) // 255).astype("float32")


def _keeps_the_shape(images):
    return images.astype("float32") / 255


def _always_adds_an_axis(images):
    return images[np.newaxis].astype("float32") / 255


def _divides_by_its_maximum(images):
    return images.reshape(-1, 28, 28).astype("float32") / images.max()


def _double_precision(images):
    return images.reshape(-1, 28, 28) / 255


def _flattens(images):
    return images.reshape(-1, 784).astype("float32") / 255


def _stretches_each_image(images):
    images = prepare(images)
    low, high = images.min(axis=(1, 2), keepdims=True), images.max(axis=(1, 2), keepdims=True)
    return (images - low) / np.maximum(high - low, 1e-9)


def _divides_by_256(images):
    return prepare(images) * np.float32(255 / 256)


def _blackens_its_input(images):
    result = prepare(images)
    images[...] = 0
    return result


def _guesses_what_was_divided(images):
    return prepare(images) * np.float32(1 if images.max() > 1 else 255)


def _axis_for_few(images):
    images = images if len(images) != 28 else images[np.newaxis]
    return images.astype("float32") / 255


def top_k_accuracy(labels, probabilities, k):
    """Return the share of rows whose label is among the k largest probabilities."""
    best = np.argsort(probabilities, axis=1)[:, -k:]
    return float(np.mean((best == np.asarray(labels)[:, None]).any(axis=1)))


def _only_the_best(labels, probabilities, k):
    return top_k_accuracy(labels, probabilities, 1)


def _smallest(labels, probabilities, k):
    return top_k_accuracy(labels, -np.asarray(probabilities), k)


def _exactly_place_k(labels, probabilities, k):
    return np.mean(np.argsort(probabilities, axis=1)[:, -k] == labels)


def _counts(labels, probabilities, k):
    return top_k_accuracy(labels, probabilities, k) * len(labels)


def _mean_over_the_table(labels, probabilities, k):
    return top_k_accuracy(labels, probabilities, k) / k


def _one_too_many(labels, probabilities, k):
    return top_k_accuracy(labels, probabilities, k + 1)


def _always_three(labels, probabilities, k):
    return top_k_accuracy(labels, probabilities, 3)


def _signs(first_right, second_right):
    return np.asarray(first_right, dtype=int) - np.asarray(second_right, dtype=int)


def _verdict(difference, error):
    if abs(difference) <= error:
        return "unclear"
    return "first" if difference > 0 else "second"


def better(first_right, second_right):
    """Return the better of two models, "first" or "second", or "unclear"."""
    signs = _signs(first_right, second_right)
    return _verdict(signs.mean(), 2 * signs.std() / np.sqrt(len(signs)))


def _higher_accuracy(first_right, second_right):
    return _verdict(_signs(first_right, second_right).mean(), 0)


def _one_error(first_right, second_right):
    signs = _signs(first_right, second_right)
    return _verdict(signs.mean(), signs.std() / np.sqrt(len(signs)))


def _unpaired(first_right, second_right):
    shares = np.array([np.mean(first_right), np.mean(second_right)])
    error = np.sqrt(np.sum(shares * (1 - shares)) / len(first_right))
    return _verdict(shares[0] - shares[1], 2 * error)


def _error_of_one_accuracy(first_right, second_right):
    share = np.mean(first_right)
    error = np.sqrt(share * (1 - share) / len(first_right))
    return _verdict(share - np.mean(second_right), 2 * error)


def _forgotten_sign(first_right, second_right):
    differs = np.asarray(first_right) != np.asarray(second_right)
    difference = np.mean(first_right) - np.mean(second_right)
    return _verdict(difference, 2 * differs.std() / np.sqrt(len(differs)))


def _never_second(first_right, second_right):
    answer = better(first_right, second_right)
    return "unclear" if answer == "second" else answer


def _exchanged(first_right, second_right):
    return better(second_right, first_right)


def _spread_of_one_image(first_right, second_right):
    signs = _signs(first_right, second_right)
    return _verdict(signs.mean(), 2 * signs.std())


def _always_unclear(first_right, second_right):
    return "unclear"


def _answers(both, first, second, neither):
    """Return two Boolean arrays with so many images of the four kinds."""
    counts = [both, first, second, neither]
    return tuple(np.repeat(kinds, counts) for kinds in _KINDS)


def taken_for(labels, predictions, k):
    """Return the other class that images of class k are predicted as most often, or None."""
    wrong = [p for t, p in zip(labels, predictions, strict=True) if t == k and p != k]
    return min(set(wrong), key=lambda c: (-wrong.count(c), c)) if wrong else None


def _mostly(labels, predictions, k):
    return int(np.bincount(predictions[labels == k]).argmax())


def _predicted_as_k(labels, predictions, k):
    return taken_for(predictions, labels, k)


def _all_mistakes(labels, predictions, k):
    wrong = predictions[labels != predictions]
    return int(np.bincount(wrong).argmax()) if len(wrong) else None


def _both_directions(labels, predictions, k):
    wrong = labels != predictions
    as_label, as_prediction = wrong & (labels == k), wrong & (predictions == k)
    others = np.concatenate([predictions[as_label], labels[as_prediction]])
    return int(np.bincount(others).argmax()) if len(others) else None


def _larger_of_ties(labels, predictions, k):
    wrong = predictions[(labels == k) & (predictions != k)]
    return (
        int(max(set(wrong.tolist()), key=lambda c: (list(wrong).count(c), c)))
        if len(wrong)
        else None
    )


def _class_zero_for_none(labels, predictions, k):
    answer = taken_for(labels, predictions, k)
    return 0 if answer is None else answer


def _first_mistake(labels, predictions, k):
    wrong = predictions[(labels == k) & (predictions != k)]
    return int(wrong[0]) if len(wrong) else None


def _falsy(labels, predictions, k):
    answer = taken_for(labels, predictions, k)
    return answer or None


def move_rows(kernel, order):
    """Return the kernel that gives the old sums when input i is the old input ``order[i]``."""
    return np.array([kernel[old] for old in order])


def _rows_stay(kernel, order):
    return kernel


def _rows_back(kernel, order):
    return kernel[np.argsort(order)]


def _moves_columns(kernel, order):
    return kernel[:, order]


def _rows_reversed(kernel, order):
    return kernel[::-1]


def for_raw_images(weights):
    """Return the weights that do for gray levels what these do for gray levels / 255."""
    kernel, *others = weights
    return [np.asarray(kernel) / 255, *others]


def _logits(weights, inputs):
    """Compute the logits of dense layers with ReLU between them, less their mean."""
    values = inputs
    for i in range(0, len(weights), 2):
        values = (np.maximum(values, 0) if i else values) @ weights[i] + weights[i + 1]
    return values - values.mean(axis=1, keepdims=True)  # a common term changes no probability


def raw_images_fault(function: Any) -> str | None:
    """Say what is wrong with a function that takes the division into the weights."""
    if not callable(function):
        return "this is no function: hand over its name, without parentheses."
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (20, 12)).astype(float)
    for name, sizes in (
        ("one dense layer", (12, 3)),
        ("two dense layers", (12, 5, 3)),
        ("three dense layers", (12, 6, 5, 3)),
    ):
        weights = []
        for inputs, units in pairwise(sizes):
            weights += [rng.normal(size=(inputs, units)), rng.normal(size=units)]
        got = function([array.copy() for array in weights])
        if got is None:
            return "it returns None; is a `return` missing?"
        if not isinstance(got, list | tuple) or len(got) != len(weights):
            return f"for a network of {name} it doesn't return {len(weights)} arrays."
        got = [np.asarray(array, dtype=float) for array in got]
        for i, (new, old) in enumerate(zip(got, weights, strict=True)):
            if new.shape != old.shape:
                return f"array {i} of the list has the shape {new.shape} instead of {old.shape}."
        wanted, given = _logits(weights, images / 255), _logits(got, images)
        if not np.allclose(given, wanted, rtol=1e-3, atol=1e-3):
            return (
                f"for a network of {name} the two networks give different sums.\n"
                "  Write down a unit of the first layer: which of its numbers meet the gray levels?"
            )
    return None


def _divides_biases_too(weights):
    return [weights[0] / 255, weights[1] / 255, *weights[2:]]


def _divides_all_kernels(weights):
    return [array / 255 if array.ndim == 2 else array for array in weights]


def _divides_everything(weights):
    return [array / 255 for array in weights]


def _multiplies(weights):
    return [weights[0] * 255, *weights[1:]]


def _in_a_later_layer(weights):
    # Right, too: ReLU lets a positive factor pass.
    if len(weights) == 2:
        return for_raw_images(weights)
    return [weights[0], weights[1] * 255, weights[2] / 255, *weights[3:]]


def _changes_its_input(weights):
    weights[0] /= 255
    return weights


_KINDS = np.array([[True, True, False, False], [True, False, True, False]])
_LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3])
_PREDICTIONS = np.array([0, 3, 2, 2, 3, 2, 1, 2, 3, 1, 0, 0, 2, 3, 3, 3])
_PROBABILITIES = np.array(
    [
        [0.70, 0.20, 0.07, 0.03],
        [0.10, 0.50, 0.15, 0.25],
        [0.30, 0.28, 0.40, 0.02],
        [0.05, 0.15, 0.20, 0.60],
        [0.45, 0.35, 0.11, 0.09],
    ]
)
_TOP_LABELS = np.array([0, 3, 1, 2, 3])

ANSWERS = [
    Table(
        "image-color-parameters",
        {
            "flatten": 32 * 32 * 3,
            "hidden_1": (32 * 32 * 3 + 1) * 200,
            "hidden_2": 201 * 50,
            "output": 51 * 5,
            "total": (32 * 32 * 3 + 1) * 200 + 201 * 50 + 51 * 5,
        },
        hint="a dense layer with n inputs and m units has n times m weights and m biases.",
        hints={
            ("flatten", 1024): "flatten: each pixel has three numbers.",
            ("hidden_1", 614_400): "hidden_1: these are the weights only; what else is there?",
            ("hidden_1", 205_000): "hidden_1: each pixel has three numbers.",
            ("hidden_2", 10_000): "hidden_2: these are the weights only; what else is there?",
            ("output", 250): "output: these are the weights only; what else is there?",
            ("total", 624_650): "total: without the biases; every unit has one.",
            ("total", 627_977): "total: Flatten has no parameters.",
        },
        wrong=[{"flatten": 3072, "hidden_1": 614_600, "hidden_2": 10_050, "output": 255}],
    ),
    Table(
        "image-recall",
        {
            "accuracy": COUNTS.trace() / COUNTS.sum(),
            "recall": COUNTS[2, 2] / COUNTS[2].sum(),
            "precision": COUNTS[2, 2] / COUNTS[:, 2].sum(),
        },
        rtol=0.01,
        hint="rows are labels, columns are predictions; which sum does each share divide by?",
        hints={
            ("recall", 25 / 40): "recall: you divide by the images predicted as fox.",
            ("precision", 25 / 50): "precision: you divide by the images that are foxes.",
            ("recall", 25 / 350): "recall: divide by the number of foxes only.",
            ("accuracy", (0.8 + 0.85 + 0.5) / 3): (
                "accuracy: that is the mean of the three recalls; count images instead."
            ),
            ("accuracy", 78.6): "give numbers from 0 to 1, not percentages.",
            ("accuracy", 78.57): "give numbers from 0 to 1, not percentages.",
            ("recall", 50.0): "give numbers from 0 to 1, not percentages.",
            ("precision", 62.5): "give numbers from 0 to 1, not percentages.",
        },
        wrong=[{"accuracy": 0.7857, "recall": 0.625, "precision": 0.5}],
    ),
    Property(
        "image-prepare",
        prepare_fault,
        right=[prepare, lambda images: np.float32(images.reshape(-1, 28, 28) / 255)],
        wrong=[
            _keeps_the_shape,
            _always_adds_an_axis,
            _divides_by_its_maximum,
            _double_precision,
            _flattens,
            _stretches_each_image,
            _divides_by_256,
            _blackens_its_input,
            _divides_whole_bytes,
            _axis_for_few,
            _guesses_what_was_divided,
            lambda images: None,
            3,
        ],
    ),
    Function(
        "image-smaller-network",
        better,
        cases=[  # both right, only the first, only the second, neither
            _answers(270, 30, 10, 90),
            _answers(270, 10, 30, 90),
            _answers(270, 20, 12, 98),
            _answers(270, 12, 20, 98),
            _answers(40, 0, 0, 10),
            _answers(270, 16, 12, 102),
            _answers(40, 5, 5, 10),
            _answers(900, 45, 25, 30),
            _answers(30, 9, 2, 9),
            _answers(0, 10, 35, 5),
            _answers(0, 46, 2, 0),
            _answers(700, 24, 8, 268),
            _answers(700, 8, 24, 268),
            _answers(0, 10, 12, 0),
        ],
        hint="two paired standard errors decide whether the sign of the difference counts.",
        hints={
            _higher_accuracy: (
                "the higher accuracy alone doesn't decide: chance makes differences. (If you did "
                "compute an error: divide the standard deviation by √n, not by n.)"
            ),
            _one_error: "two standard errors, not one.",
            _unpaired: "these are the errors of two accuracies; take that of the difference.",
            _error_of_one_accuracy: "this is the error of one accuracy; take the difference's.",
            _forgotten_sign: "an image that only the second model gets right counts −1.",
            _never_second: "the difference may be negative.",
            _exchanged: "the two models are exchanged.",
            _spread_of_one_image: "divide the standard deviation by the square root of n.",
            _always_unclear: 'a difference of more than two errors isn\'t "unclear".',
        },
    ),
    Function(
        "image-top-k",
        top_k_accuracy,
        cases=[
            (_TOP_LABELS, _PROBABILITIES, 1),
            (_TOP_LABELS, _PROBABILITIES, 2),
            (_TOP_LABELS, _PROBABILITIES, 3),
            (_TOP_LABELS, _PROBABILITIES, 4),
            (np.array([2, 0]), np.array([[0.1, 0.6, 0.3], [0.2, 0.3, 0.5]]), 2),
        ],
        hint="for k = 1 it is the accuracy, and for k = all classes it is 1.",
        hints={
            _only_the_best: "k isn't used: only the most probable class counts.",
            _smallest: "these are the k smallest probabilities.",
            _exactly_place_k: "the label may be on any of the first k places, not only on place k.",
            _counts: "a share, not a number of rows.",
            _mean_over_the_table: "a label is a hit or it isn't: the mean goes over the rows only.",
            _one_too_many: "this takes one class too many.",
            _always_three: "k isn't used.",
        },
    ),
    Function(
        "image-taken-for",
        taken_for,
        cases=[
            (_LABELS, _PREDICTIONS, 0),
            (_LABELS, _PREDICTIONS, 1),
            (_LABELS, _PREDICTIONS, 2),
            (_LABELS, _PREDICTIONS, 3),
            (np.array([4, 4, 5, 4, 4, 4]), np.array([4, 4, 4, 5, 4, 4]), 4),
            (np.array([1, 1, 1, 1]), np.array([1, 3, 0, 3]), 1),
            (np.array([0, 2, 1, 1]), np.array([2, 2, 1, 1]), 1),
        ],
        hint=(
            "choose the images of class k that are predicted wrongly; then count classes, "
            "some of which don't occur."
        ),
        hints={
            _mostly: "the class itself doesn't count, however often it is predicted.",
            _predicted_as_k: "labels and predictions are exchanged.",
            _all_mistakes: "only the images of class k count.",
            _both_directions: "only images of class k count, not those that are predicted as k.",
            _larger_of_ties: "for equally frequent classes return the smaller number.",
            _class_zero_for_none: "without a mistake return None; 0 is a class.",
            _first_mistake: "this is the first mistake, not the most frequent one.",
            _falsy: "0 is a class, too, and not the same as None.",
        },
    ),
    Function(
        "image-shuffled-pixels",
        move_rows,
        cases=[
            (np.array([[10.0], [20.0], [30.0]]), np.array([2, 0, 1])),
            (np.arange(12.0).reshape(3, 4), np.array([1, 2, 0])),
            (np.arange(20.0).reshape(4, 5) ** 2, np.array([3, 0, 1, 2])),
            (np.arange(25.0).reshape(5, 5) - 7, np.array([4, 2, 0, 1, 3])),
        ],
        right=[lambda kernel, order: kernel[order], lambda kernel, order: kernel.take(order, 0)],
        wrong=[_moves_columns, lambda kernel, order: kernel[order].T],
        hint="write down the sum of three pixels before and after; which weight meets which pixel?",
        hints={
            _rows_stay: "this is the old kernel; which weight does pixel order[0] need?",
            _rows_back: (
                "this is the way back: pixel i of the new image is pixel order[i] of the old one."
            ),
            _rows_reversed: "this reverses the rows, whatever `order` says.",
        },
    ),
    Property(
        "image-raw-wide",
        raw_images_fault,
        right=[for_raw_images, _in_a_later_layer, _changes_its_input],
        wrong=[
            list,
            _divides_biases_too,
            _divides_all_kernels,
            _divides_everything,
            _multiplies,
            lambda weights: weights[0] / 255,
            lambda weights: None,
            255,
        ],
    ),
]

QUIZ = [
    "The axis that counts the images",
    "`sparse_categorical_crossentropy`",
    "Measured by the loss, from here on",
    "It can't be told",
    "Shirts that were taken for coats",
    "What we learn from it",
]
