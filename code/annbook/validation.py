"""Checks of arguments, with messages that name the argument, what it got and what it wants."""

import math
import operator
from numbers import Real


def check_number(name, value, low=0, high=math.inf, *, low_is_allowed=True):
    """Check that ``value`` is a number with ``low <= value < high``.

    Parameters
    ----------
    name : str
        What the message calls the argument.
    value : object
        What was given for it.
    low, high : float
        The bounds. NaN lies in no bounds, and the default excludes infinity.
    low_is_allowed : bool
        Whether ``value`` may be ``low`` itself.

    Raises
    ------
    TypeError
        If ``value`` is no real number; True and False are none.
    ValueError
        If it is out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name}: got {value!r}, want a number")
    if not (low <= value < high if low_is_allowed else low < value < high):
        bounds = [f"{'>=' if low_is_allowed else '>'} {low}"] if low > -math.inf else []
        bounds += [f"< {high}"] if high < math.inf else []
        wanted = f"a number {' and '.join(bounds)}" if bounds else "a finite number"
        raise ValueError(f"{name}: got {value}, want {wanted}")


def check_integer(name, value, low=1, high=math.inf):
    """Check that ``value`` is an integer (also one of NumPy) with ``low <= value < high``.

    Parameters
    ----------
    name : str
        What the message calls the argument.
    value : object
        What was given for it.
    low, high : int
        The bounds.

    Raises
    ------
    TypeError
        If ``value`` is no integer; True, False and 2.0 are none.
    ValueError
        If it is out of bounds.
    """
    try:
        operator.index(value)
    except TypeError:
        is_integer = False
    else:
        is_integer = not isinstance(value, bool)
    if not is_integer:
        raise TypeError(f"{name}: got {value!r}, want an integer")
    if not low <= value < high:
        bounds = f">= {low}" + ("" if high == math.inf else f" and < {high}")
        raise ValueError(f"{name}: got {value}, want an integer {bounds}")


def check_text(name, value, want):
    """Check that ``value`` is a text that isn't blank.

    Parameters
    ----------
    name : str
        What the message calls the argument.
    value : object
        What was given for it.
    want : str
        What it should say, such as ``"words that say what the pictures show"``.

    Raises
    ------
    TypeError
        If ``value`` is no str.
    ValueError
        If it is empty or blank.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name}: got {value!r}, want {want}")
    if not value.strip():
        raise ValueError(f"{name}: got {value!r}, want {want}")


def check_array(name, value, shape=(...,)):
    """Return ``value`` as an array of finite real numbers.

    Parameters
    ----------
    name : str
        What the message calls the argument.
    value : array_like
        Booleans, integers or floats: a number, nested lists, an array, a tensor.
    shape : tuple
        For each axis its length, or a name for any length, such as ``("n", 2)``; ``...`` at the end
        stands for any further axes.

    Returns
    -------
    ndarray
        Of the dtype that ``numpy.asarray`` gives it, with at least one entry.

    Raises
    ------
    TypeError
        If the entries are no real numbers.
    ValueError
        If the shape is another, there are no entries, or one is NaN or infinite.
    """
    import numpy as np  # here: annbook.setup has to be able to run before NumPy is imported

    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: got rows of different lengths, want an array") from None
    if array.dtype.kind not in "biuf":  # said first: it explains an odd shape, too
        check_finite(name, array)
    lengths = shape[:-1] if shape[-1:] == (...,) else shape
    if (
        array.ndim < len(lengths)
        or (array.ndim > len(lengths) and lengths is shape)
        or any(isinstance(n, int) and n != m for n, m in zip(lengths, array.shape, strict=False))
    ):
        raise ValueError(f"{name}: got shape {array.shape}, want {_shape_in_words(shape)}")
    if not array.size:
        raise ValueError(f"{name}: got shape {array.shape}, want at least one entry")
    check_finite(name, array)
    return array


def _shape_in_words(shape):
    lengths = ["..." if n is ... else str(n) for n in shape]
    return f"({', '.join(lengths)}{',' * (len(lengths) == 1)})"


def check_finite(name, array):
    """Check that an array holds numbers only, all of them finite.

    Parameters
    ----------
    name : str
        What the message calls the argument.
    array : ndarray
        Of any shape, empty, too.

    Raises
    ------
    TypeError
        If the entries are no real numbers.
    ValueError
        If one is NaN or infinite.
    """
    import numpy as np  # here: annbook.setup has to be able to run before NumPy is imported

    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name}: got an array of {array.dtype}, want numbers")
    endless = ~np.isfinite(array)
    if endless.any():
        raise ValueError(f"{name}: got {first_entry(array, endless)}, want finite numbers")


def first_entry(array, where):
    """Say the first of some entries of an array and its place, for a message.

    Parameters
    ----------
    array : ndarray
    where : ndarray of bool
        Of the same shape, true at the entries meant, at least once.

    Returns
    -------
    str
        Such as ``"2 at (0, 1)"``; just the number if the array is one.
    """
    if not array.ndim:
        return str(array)
    place = tuple(int(index[0]) for index in where.nonzero())
    return f"{array[place]} at {place}"


def choose(name, key, table):
    """Return the entry of a table.

    Parameters
    ----------
    name : str
        What the message calls the argument.
    key : object
        What was given for it.
    table : dict
        What it may be, and what each stands for.

    Returns
    -------
    object
        ``table[key]``.

    Raises
    ------
    ValueError
        If there is no such key; the message lists the keys.
    """
    if key not in table:
        raise ValueError(f"{name}: got {key!r}, want one of {', '.join(map(repr, table))}")
    return table[key]
