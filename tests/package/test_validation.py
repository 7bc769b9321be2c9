"""The checks of arguments: what passes, and what the messages say."""

import re

import numpy as np
import pytest

from annbook.validation import check_array, check_integer, check_number, check_text, choose


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_integers_of_every_kind(value):
    check_integer("n", value, 3, 4)


@pytest.mark.parametrize("value", [3.0, True, np.True_, "3", None, [3], np.array([3])])
def test_no_integers(value):
    with pytest.raises(TypeError, match=re.escape(f"n: got {value!r}, want an integer")):
        check_integer("n", value)


def test_numbers_and_their_bounds():
    check_number("rate", 0)
    check_number("rate", np.float32(0.5), 0, 1)
    for value, bounds, message in (
        (1, (0, 1), "rate: got 1, want a number >= 0 and < 1"),
        (-1, (), "rate: got -1, want a number >= 0"),
        (np.nan, (), "rate: got nan, want a number >= 0"),
        (np.inf, (), "rate: got inf, want a number >= 0"),
        (-np.inf, (-np.inf,), "rate: got -inf, want a finite number"),
    ):
        with pytest.raises(ValueError, match=re.escape(message) + "$"):
            check_number("rate", value, *bounds, low_is_allowed=bounds != (-np.inf,))
    with pytest.raises(TypeError, match="rate: got '1', want a number"):
        check_number("rate", "1")


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (0.5, ()),
        ([[1, 2]], ("n", 2)),
        ([1.0, 2.0, 3.0], ("n", ...)),
        (np.zeros((2, 3, 4)), ("n", ...)),
        ([True], (...,)),
    ],
)
def test_arrays_that_pass_keep_their_values(value, shape):
    np.testing.assert_array_equal(check_array("X", value, shape), value)


@pytest.mark.parametrize(
    ("value", "shape", "message"),
    [
        ([[1, 2, 3]], ("n", 2), "X: got shape (1, 3), want (n, 2)"),
        ([1, 2], ("n", 2), "X: got shape (2,), want (n, 2)"),
        ([[1, 2]], ("n",), "X: got shape (1, 2), want (n,)"),
        (1.0, ("n", ...), "X: got shape (), want (n, ...)"),
        ([1, 2], (3,), "X: got shape (2,), want (3,)"),
        ([], ("n",), "X: got shape (0,), want at least one entry"),
        ([[1, 2], [3]], (...,), "X: got rows of different lengths, want an array"),
        ([[1, np.nan], [np.inf, 0]], (...,), "X: got nan at (0, 1), want finite numbers"),
        (-np.inf, (), "X: got -inf, want finite numbers"),
    ],
)
def test_arrays_that_fail(value, shape, message):
    with pytest.raises(ValueError, match=re.escape(message) + "$"):
        check_array("X", value, shape)


@pytest.mark.parametrize("value", ["a", ["a"], [None], [1j], {}])
def test_arrays_of_no_real_numbers(value):
    with pytest.raises(TypeError, match=r"X: got an array of .*, want numbers"):
        check_array("X", value)


def test_texts_and_choices():
    check_text("alt", "words", "words")
    with pytest.raises(ValueError, match="alt: got ' ', want words"):
        check_text("alt", " ", "words")
    with pytest.raises(TypeError, match="alt: got 1, want words"):
        check_text("alt", 1, "words")
    assert choose("loss", "b", {"a": 1, "b": 2}) == 2
    with pytest.raises(ValueError, match="loss: got 'c', want one of 'a', 'b'"):
        choose("loss", "c", {"a": 1, "b": 2})
