"""Answers to the exercises of the page on the movie reviews."""

import numpy as np

from annbook.exercises.answer_types import Array, Function, Table


def encode(text, rank_of, num_words):
    """Return the numbers of a text: start, ranks plus three, 2 for what is left out."""
    numbers = [rank_of.get(word, num_words) + 3 for word in text.lower().split()]
    return [1, *(number if number < num_words else 2 for number in numbers)]


def without_offset(text, rank_of, num_words):
    """Take the ranks themselves."""
    ranks = [rank_of.get(word, num_words) for word in text.lower().split()]
    return [1, *(rank if rank < num_words else 2 for rank in ranks)]


def without_start(text, rank_of, num_words):
    """Leave the start out."""
    return encode(text, rank_of, num_words)[1:]


def limit_on_ranks(text, rank_of, num_words):
    """Compare the rank with the limit, not the number."""
    ranks = [rank_of.get(word, num_words) for word in text.lower().split()]
    return [1, *(rank + 3 if rank < num_words else 2 for rank in ranks)]


def limit_included(text, rank_of, num_words):
    """Keep the word whose number is the limit."""
    return encode(text, rank_of, num_words + 1)


def no_limit(text, rank_of, num_words):
    """Keep words whose number is too large."""
    return [1, *(rank_of.get(word, -1) + 3 for word in text.lower().split())]


def unknown_skipped(text, rank_of, num_words):
    """Leave unknown words out."""
    known = " ".join(word for word in text.lower().split() if word in rank_of)
    return encode(known, rank_of, num_words)


def unknown_as_five(text, rank_of, num_words):
    """Add the offset to the 2 of an unknown word."""
    numbers = [rank_of.get(word, 2) + 3 for word in text.lower().split()]
    return [1, *(number if number < num_words else 2 for number in numbers)]


def case_sensitive(text, rank_of, num_words):
    """Look words up as they are written."""
    numbers = [rank_of.get(word, num_words) + 3 for word in text.split()]
    return [1, *(number if number < num_words else 2 for number in numbers)]


def first_layer(review, W, b):
    """Add up the rows of the words that occur."""
    return W[np.unique(review)].sum(axis=0) + b


def repeated_words_twice(review, W, b):
    """Add the row of a word each time that it occurs."""
    return W[review].sum(axis=0) + b


def equal_rows_once(review, W, b):
    """Drop equal rows instead of equal numbers."""
    return np.unique(W[review], axis=0).sum(axis=0) + b


def without_bias(review, W, b):
    """Forget the bias."""
    return W[np.unique(review)].sum(axis=0)


def bias_for_each_word(review, W, b):
    """Add the bias to each row."""
    return (W[np.unique(review)] + b).sum(axis=0)


def mean_of_rows(review, W, b):
    """Divide by the number of words."""
    return W[np.unique(review)].mean(axis=0) + b


RANKS = {"the": 1, "a": 3, "movie": 17, "great": 7, "was": 13, "bad": 6, "very": 9}
W = np.arange(24.0).reshape(8, 3) ** 2 / 10 - 10
twins = W.copy()  # words 2 and 5 have the same weights
twins[5] = twins[2]
b = np.array([0.5, -1.0, 2.0])
with_remedy = np.array([0.881, 0.878, 0.884, 0.879, 0.884])
without = np.array([0.879, 0.877, 0.880, 0.878, 0.881])
gain = with_remedy - without
error = gain.std(ddof=1) / np.sqrt(5)
unpaired = np.sqrt((with_remedy.var(ddof=1) + without.var(ddof=1)) / 5)

ANSWERS = [
    Table(
        "sentiment-parameters",
        {"all": 10_000 * 32 + 32 + 32 * 16 + 16 + 16 + 1, "first layer": 10_000 * 32 + 32},
        hints={
            ("all", 10_000 * 32 + 32 * 16 + 16): "each unit has a bias, too.",
            ("all", 10_000 * 32 + 32 + 32 * 16 + 16): "the output unit is missing.",
            ("first layer", 10_000 * 32): "each unit has a bias, too.",
            ("first layer", 10_000): "each of the hidden units has a weight for each input.",
        },
    ),
    Table(
        "sentiment-memory",
        {
            "dense": 40_000 * 20_000 * 4 / 2**20,
            "sparse": (40_000 * 150 * 8 + 40_001 * 4) / 2**20,
        },
        rtol=2e-3,
        hints={
            ("dense", 40_000 * 20_000 * 8 / 2**20): "a `float32` has 4 bytes.",
            ("dense", 40_000 * 20_000 * 4 / 1e6): "a MiB has 2²⁰ bytes.",
            ("dense", 40_000 * 20_000 * 4 / 2**30): "that is in GiB.",
            ("dense", 40_000 * 20_000 / 2**20): "each entry has 4 bytes.",
            ("sparse", 40_000 * 150 * 4 / 2**20): "a value and a column number for each 1.",
            ("sparse", (40_000 * 150 * 4 + 40_001 * 4) / 2**20): (
                "a value and a column number for each 1."
            ),
            ("sparse", (40_000 * 150 * 8 + 40_001 * 4) / 1e6): "a MiB has 2²⁰ bytes.",
            ("sparse", 40_000 * 150 * 8 / 2**20): "the row ends are missing.",
            ("sparse", 45.8): "the row ends are missing.",
            ("sparse", 23.0): "a value and a column number for each 1.",
            ("sparse", 48.2): "a MiB has 2²⁰ bytes.",
        },
    ),
    Function(
        "sentiment-encode",
        encode,
        cases=[
            ("the movie was great", RANKS, 10_000),
            ("The movie was grrreat", RANKS, 10_000),
            ("a very bad movie", RANKS, 10),
            ("great movie very bad", RANKS, 12),
            ("GREAT", RANKS, 10_000),
        ],
        hints={
            without_offset: "a word of rank r has the number r + 3.",
            without_start: "every review begins with 1.",
            limit_on_ranks: "compare the number, not the rank, with `num_words`.",
            limit_included: "a number equal to `num_words` is left out, too.",
            no_limit: "a word whose number is `num_words` or larger becomes 2.",
            unknown_skipped: "an unknown word becomes 2; it isn't skipped.",
            unknown_as_five: "an unknown word becomes 2, without an offset.",
            case_sensitive: "capital letters count as small ones.",
        },
    ),
    Function(
        "sentiment-first-layer",
        first_layer,
        cases=[
            ([1, 4, 2, 4], W, b),
            ([1, 7], W, b),
            ([1, 2, 2, 2, 3, 1], W, b),
            ([1, 2, 5, 2], twins, b),
        ],
        hints={
            repeated_words_twice: "a word that occurs twice has a single 1 in the vector.",
            equal_rows_once: (
                "repeated numbers count once, but two words may have the same weights."
            ),
            without_bias: "the bias is missing.",
            bias_for_each_word: "the bias is added once, not for each word.",
            mean_of_rows: "a product with zeros and ones adds; it doesn't average.",
        },
    ),
    Array(
        "sentiment-paired",
        np.array([gain.mean(), error]),
        rtol=1e-2,
        hints={
            (gain.mean(), unpaired): "use the differences: both groups have the same seeds.",
            (gain.mean(), gain.std(ddof=1)): "that is the standard deviation of one difference.",
            (gain.mean(), gain.std() / np.sqrt(5)): "divide by n − 1 in the standard deviation.",
            (gain.mean(), gain.std()): "divide by n − 1, and then by the root of n.",
            (gain.mean(), 2.776 * error): "that is half of the interval; want the standard error.",
            (0.0022, 0.0016): "that is half of the interval; want the standard error.",
            (error, gain.mean()): "first the mean, then its standard error.",
            (-gain.mean(), error): "take with the remedy minus without it.",
            (0.0022, 0.0006): "give more digits of the standard error.",
            (100 * gain.mean(), 100 * error): "that is in points; hand over accuracies.",
        },
        right=[(0.0022, 0.00058), [0.0022, 0.000583]],
    ),
]

QUIZ = [
    "as many ones as it has different numbers",
    "None",
    "The sum of the weight rows",
    "Compare both with early stopping",
    "These two runs can't tell",
]
