"""The ledger: one quantity computed several ways, and how far the ways are apart."""

import html
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from annbook.validation import check_array, check_number, check_text

_SHOWN_VALUES = 6  # an array with more is abbreviated


class LedgerError(AssertionError):
    """Two ways to compute the same quantity disagree."""


@dataclass(frozen=True, repr=False)
class Ledger:
    """The result of `ledger`: a table in a notebook, stable text elsewhere.

    Attributes
    ----------
    title
        What the quantity is.
    values
        For each way its name and its value, float64.
    tolerance
        The largest absolute difference that was allowed.
    largest_difference
        The largest absolute difference that there is.
    """

    title: str
    values: dict[str, np.ndarray]
    tolerance: float
    largest_difference: float

    def __repr__(self) -> str:
        """Give text that is the same on every machine."""
        # One digit less than the tolerance, so that another CPU's last digit does not show.
        decimals = math.floor(-math.log10(self.tolerance) + 1e-9) - 1 if self.tolerance else 16
        width = max(map(len, self.values))
        rows = [
            f"  {name:<{width}}  {_show(np.round(value, decimals) + 0.0)}"
            for name, value in self.values.items()
        ]
        last = f"largest difference <= {self.tolerance:g}"
        return "\n".join([self.title, *rows, last])

    def _repr_html_(self) -> str:
        first = next(iter(self.values.values()))
        rows = "".join(
            f'<tr><th scope="row">{html.escape(name)}</th><td>{_show(value)}</td>'
            f"<td>{_difference(value, first):.2g}</td></tr>"
            for name, value in self.values.items()
        )
        return (
            f'<table class="ledger"><caption>{html.escape(self.title)}</caption>'
            '<thead><tr><th scope="col">computed</th><th scope="col">value</th>'
            '<th scope="col">difference from the first</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>"
            f'<p class="ledger-verdict">Largest difference: {self.largest_difference:.2g} '
            f"(allowed: {self.tolerance:g})</p>"
        )


def ledger(title: str, quantities: Mapping[str, Any], tolerance: float = 1e-12) -> Ledger:
    """Compare the same quantity computed in several ways with the first of them.

    Parameters
    ----------
    title
        What the quantity is.
    quantities
        For each way its name and its value: numbers or arrays (also tensors) of one shape.
    tolerance
        Largest absolute difference from the first that is allowed.

    Returns
    -------
    Ledger
        Displayed as a table by Jupyter.

    Raises
    ------
    LedgerError
        An AssertionError, if a way is farther from the first than ``tolerance``.
    ValueError
        If there are less than two ways, shapes differ, a value is empty, NaN or infinite, or
        ``title`` is blank or ``tolerance`` out of range.
    TypeError
        If a value is not numeric, ``title`` no text, ``quantities`` no dictionary or
        ``tolerance`` no number.
    """
    check_text("title", title, "words that say what the quantity is")
    if not isinstance(quantities, Mapping):
        raise TypeError(f"quantities: got {type(quantities).__name__}, want a dict of name: value")
    if len(quantities) < 2:
        raise ValueError(f"quantities: got {len(quantities)}, want at least two ways to compare")
    check_number("tolerance", tolerance)
    values = {
        name: check_array(f"quantities[{name!r}]", value).astype(np.float64)
        for name, value in quantities.items()
    }

    first_name, first = next(iter(values.items()))
    largest_difference = 0.0
    for name, value in values.items():
        if value.shape != first.shape:
            raise ValueError(
                f"quantities[{name!r}]: got shape {value.shape}, want {first.shape}, that of "
                f"{first_name!r}"
            )
        difference = _difference(value, first)
        if difference > tolerance:
            worst = np.unravel_index(np.argmax(np.abs(value - first)), first.shape)
            where = f" at index {tuple(map(int, worst))}" if worst else ""
            raise LedgerError(
                f"{title}: {name!r} differs from {first_name!r} by {difference:.3g}{where} "
                f"({value[worst]:.17g} against {first[worst]:.17g}), allowed {tolerance:g}"
            )
        largest_difference = max(largest_difference, difference)
    return Ledger(title, values, float(tolerance), largest_difference)


def _difference(value: np.ndarray, other: np.ndarray) -> float:
    return float(np.max(np.abs(value - other)))


def _show(value: np.ndarray) -> str:
    """Write a number with all its digits; an array in one line, a long one by its ends."""
    if value.ndim == 0:
        return str(value)  # the shortest text that gives the same float64
    entries = [f"{entry:.6g}" for entry in value.ravel()[:_SHOWN_VALUES]]
    if value.size > _SHOWN_VALUES:
        entries[3:] = ["...", f"{value.ravel()[-1]:.6g}"]
    shape = f"shape {value.shape}: " if value.ndim > 1 or value.size > _SHOWN_VALUES else ""
    return shape + ", ".join(entries)
