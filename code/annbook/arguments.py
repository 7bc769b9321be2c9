"""Checks of arguments, with messages that name the argument, what it got and what it wants."""

import math
from numbers import Real


def check_number(name, value, low=0, high=math.inf, *, low_is_allowed=True):
    """Raise TypeError or ValueError unless ``low <= value < high`` (or ``low < value < high``)."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name}: got {value!r}, want a number")
    if not (low <= value < high if low_is_allowed else low < value < high):
        bounds = f">= {low}" if low_is_allowed else f"> {low}"
        raise ValueError(f"{name}: got {value}, want a number {bounds} and < {high}")


def check_count(name, value):
    """Raise TypeError or ValueError unless ``value`` is an integer >= 1."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name}: got {value!r}, want an integer")
    if value < 1:
        raise ValueError(f"{name}: got {value}, want an integer >= 1")


def choose(name, key, table):
    """Return ``table[key]``, or raise a ValueError that lists the keys."""
    if key not in table:
        raise ValueError(f"{name}: got {key!r}, want one of {', '.join(map(repr, table))}")
    return table[key]
