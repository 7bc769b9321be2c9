"""Compare an answer with the expected one and say in which way it differs.

The functions ending in ``_fault`` return None where the two agree, else a short line. No line
contains an expected value. Whole numbers (int) must agree exactly, floats within a tolerance.
They take the same arguments: ``expected`` is the right answer and ``got`` the learner's, which may
be any object; ``rtol`` and ``atol`` are the relative and the absolute tolerance of a float.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

NOT_RIGHT = "not right."
WRONG_SIGN = "the size is right, the sign is not."
PERCENT = "the digits are right, the scale is not: percent or fraction?"
OFF_BY_ONE = "off by one: what is counted twice, or left out?"
CLOSE = "close, but not equal: rounded too coarsely?"


def equal(expected: Any, got: Any, rtol: float, atol: float) -> bool:
    """Tell whether two numbers or arrays have the same shape and agree within the tolerance.

    Parameters
    ----------
    expected, got : array_like
        Numbers. Where ``expected`` holds whole numbers, ``got`` must hold the same ones.
    rtol, atol : float
        Allowed are ``rtol * abs(expected) + atol``.

    Returns
    -------
    bool
        NaN agrees with NaN.
    """
    expected, got = np.asarray(expected), np.asarray(got)
    if expected.dtype.kind in "biu":
        rtol, atol = 1e-9, 1e-9
    return expected.shape == got.shape and np.allclose(
        got, expected, rtol=rtol, atol=atol, equal_nan=True
    )


def fault_of(expected: Any, got: Any, rtol: float, atol: float) -> str | None:
    """Compare values of any kind: None, texts, numbers, arrays, and tuples or dicts of these.

    Parameters
    ----------
    expected : object
        The right answer.
    got : object
        The learner's answer.
    rtol, atol : float
        Tolerance of each float.

    Returns
    -------
    str or None
        None if they agree, else what is wrong with it.
    """
    if expected is None:
        return None if got is None else NOT_RIGHT
    if isinstance(expected, str):
        return text_fault(expected, got)
    if isinstance(expected, dict):
        return dict_fault(expected, got, rtol, atol)
    if isinstance(expected, list | tuple) and not _is_numeric(expected):
        return items_fault(expected, got, rtol, atol)
    if np.ndim(expected) == 0:
        return number_fault(expected, got, rtol, atol)
    return array_fault(expected, got, rtol, atol)


def number_fault(expected: float, got: Any, rtol: float, atol: float) -> str | None:
    """Compare with one number; plain numbers and 0-dimensional arrays and tensors are taken.

    Parameters
    ----------
    expected : int or float
        The right answer.
    got : object
        The learner's answer.
    rtol, atol : float
        Tolerance of each float.

    Returns
    -------
    str or None
        None if they agree, else what is wrong with it.
    """
    if isinstance(got, bool | np.bool_) and not isinstance(expected, bool | np.bool_):
        return "this is True or False, not a number."
    got = float(got) if isinstance(got, Fraction) else got
    fault = type_fault(got, "a number")
    if fault:
        return fault
    array = np.asarray(got)
    if array.shape != ():
        return f"this has shape {array.shape}; give one plain number."
    if equal(expected, array, rtol, atol):
        return None
    value, target = float(array), float(expected)
    if not np.isfinite(value):
        return f"this is {value}: an operation before it is not defined or overflows."
    fault = _pattern(np.asarray(target), np.asarray(value), rtol, atol)
    if fault:
        return fault
    if target.is_integer() and value.is_integer():  # nothing has been rounded
        return OFF_BY_ONE if abs(value - target) == 1 else NOT_RIGHT
    return CLOSE if abs(value - target) < 0.01 * abs(target) else NOT_RIGHT


def array_fault(
    expected: Any, got: Any, rtol: float, atol: float, tell_shape: bool = True
) -> str | None:
    """Compare with an array; lists, tuples, tensors and data frames of numbers are taken.

    Parameters
    ----------
    expected : array_like
        The right answer.
    got : object
        The learner's answer.
    rtol, atol : float
        Tolerance of each float.
    tell_shape : bool
        Whether the line may say the expected shape.

    Returns
    -------
    str or None
        None if they agree, else what is wrong with it.
    """
    fault = type_fault(got, "an array of numbers")
    if fault:
        return fault
    target, array = np.asarray(expected), np.asarray(got)
    if equal(target, array, rtol, atol):
        return None
    if array.ndim > 1 and equal(target, array.T, rtol, atol):
        return "right numbers, transposed: rows and columns are swapped."
    if array.shape != target.shape:
        same_numbers = equal(target.ravel(), array.ravel(), rtol, atol)
        asked_for = f", asked for is {target.shape}" if tell_shape else ""
        return f"{'right numbers, ' * same_numbers}wrong shape: yours is {array.shape}{asked_for}."
    if not np.isfinite(array).all():
        return f"{np.sum(~np.isfinite(array))} of {array.size} entries are nan or infinite."
    fault = _pattern(target, array, rtol, atol)
    if fault:
        return fault
    if equal(np.sort(target, axis=None), np.sort(array, axis=None), rtol, atol):
        return "right numbers, wrong order."
    difference = array.astype(float) - target
    if target.dtype.kind in "iu" and np.all(np.abs(difference) == 1) and np.ptp(difference) == 0:
        return OFF_BY_ONE
    if np.all(np.abs(difference) <= 0.01 * np.abs(target)):
        return CLOSE
    wrong = ~np.isclose(array, target, rtol=rtol, atol=atol, equal_nan=True)
    first = tuple(map(int, np.argwhere(wrong)[0]))
    at = first[0] if len(first) == 1 else first
    return f"{wrong.sum()} of {array.size} entries are wrong, the first at index {at}."


def text_fault(expected: str, got: Any) -> str | None:
    """Compare texts; upper and lower case and outer blanks don't matter.

    Parameters
    ----------
    expected : str
        The right answer.
    got : object
        The learner's answer.

    Returns
    -------
    str or None
        None if they agree, else what is wrong with it.
    """
    if not isinstance(got, str):
        return f"this is {_a(got)}; give a text in quotes."
    same = got.strip().casefold() == expected.strip().casefold()
    return None if same else NOT_RIGHT


def items_fault(expected: list | tuple, got: Any, rtol: float, atol: float) -> str | None:
    """Compare tuples whose items are of different kinds, item by item.

    Parameters
    ----------
    expected : list or tuple
        The right answer.
    got : object
        The learner's answer.
    rtol, atol : float
        Tolerance of each float.

    Returns
    -------
    str or None
        None if they agree, else the first item that is wrong, and how.
    """
    if not isinstance(got, list | tuple):
        return f"this is {_a(got)}; give a tuple of {len(expected)} things."
    if len(got) != len(expected):
        return f"{len(expected)} things are asked for, yours are {len(got)}."
    for place, (wanted, item) in enumerate(zip(expected, got, strict=True)):
        fault = fault_of(wanted, item, rtol, atol)
        if fault:
            return f"item {place}: {fault}"
    return None


def dict_fault(expected: dict, got: Any, rtol: float, atol: float) -> str | None:
    """Compare dictionaries: the same keys, and under each key an equal value.

    Parameters
    ----------
    expected : dict
        The right answer.
    got : object
        The learner's answer.
    rtol, atol : float
        Tolerance of each float.

    Returns
    -------
    str or None
        None if they agree, else the keys that are wrong.
    """
    if not isinstance(got, dict):
        return f"this is {_a(got)}; give a dictionary."
    unknown = [key for key in got if key not in expected]
    if unknown:
        return f"unknown key {unknown[0]!r}."
    missing = [key for key in expected if key not in got]
    if missing:
        return f"no entry for {', '.join(map(repr, missing))}."
    faults = {key: fault_of(wanted, got[key], rtol, atol) for key, wanted in expected.items()}
    wrong = {key: fault for key, fault in faults.items() if fault}
    if not wrong:
        return None
    keys, different = ", ".join(map(repr, wrong)), set(wrong.values())
    return f"{keys}: {different.pop()}" if len(different) == 1 else f"not right for {keys}."


def type_fault(got: Any, wanted: str) -> str | None:
    """Say what ``got`` is if it holds no real numbers.

    Parameters
    ----------
    got : object
        The learner's answer.
    wanted : str
        What it should be, such as ``"a number"``.

    Returns
    -------
    str or None
        None if it can be read as an array of real numbers.
    """
    if got is None:
        return f"this is None, not {wanted}: a function without `return` gives None."
    if isinstance(got, str):
        return f"this is a text in quotes, not {wanted}."
    if callable(got) and not hasattr(got, "__array__"):
        return f"this is a function or class, not {wanted}: call it, and hand over the result."
    if isinstance(got, dict | set | frozenset):
        return f"this is {_a(got)}, not {wanted}."
    try:
        array = np.asarray(got)
    except ValueError:
        return "the rows have different lengths."
    except Exception as error:  # whatever a foreign object's __array__ raises
        return f"this is {_a(got)} and can't be read as {wanted} ({type(error).__name__})."
    if array.dtype.kind not in "biuf":
        content = {"U": "texts", "c": "complex numbers"}.get(array.dtype.kind, "other objects")
        return f"this holds {content}, not {wanted}."
    return None


def show(value: Any) -> str:
    """Write an input in one short line.

    Parameters
    ----------
    value : object
        An argument of a learner's function.

    Returns
    -------
    str
        Its repr, shortened; of a large array the shape.
    """
    if isinstance(value, np.ndarray):
        if value.size > 12:
            return f"an array of shape {value.shape}"
        return " ".join(np.array2string(value, separator=", ").split())
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _pattern(target: np.ndarray, array: np.ndarray, rtol: float, atol: float) -> str | None:
    """Find a slip that changes all numbers alike."""
    target, array = target.astype(float), array.astype(float)
    if not np.any(target):
        return None
    if equal(target, -array, rtol, atol):
        return WRONG_SIGN
    if equal(target, array / 100, rtol, atol) or equal(target, array * 100, rtol, atol):
        return PERCENT
    return None


def _is_numeric(value: Any) -> bool:
    try:
        return np.asarray(value).dtype.kind in "biuf"
    except ValueError:
        return False


def _a(value: Any) -> str:
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
