"""A network drawn as layers of circles, the edges by weight."""

import itertools
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from annbook.style import COLORS, FIGURE_WIDTH, GRAY
from annbook.validation import check_array, check_integer

RADIUS = 0.26  # units are one apart vertically
MOST_UNITS = 8  # a larger layer shows its first and last three and dots between them


def plot_network(
    layer_sizes: Sequence[int],
    *,
    ax: Axes | None = None,
    weights: Sequence[np.ndarray] | None = None,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    show_bias: bool = False,
) -> Axes:
    """Draw a fully connected network, inputs on the left.

    Parameters
    ----------
    layer_sizes
        Units of each layer, input layer first: ``[2, 3, 1]``. A layer of more than eight units
        is abbreviated.
    ax
        Where to draw; by default on a new figure.
    weights
        One array for each pair of neighboring layers, shape (n_in, n_out) as in Keras. An edge is
        as thick as its weight is large, relative to the largest; solid blue if positive, dashed
        vermillion if negative.
    input_names, output_names
        One name for each input or output, written beside its circle.
    show_bias
        Draw the constant input 1 that each layer but the last feeds to the next.

    Returns
    -------
    Axes
        With one circle for each unit shown (and each bias), one collection of edges for each pair
        of layers, without frame and ticks.

    Raises
    ------
    TypeError
        If a size is no integer, or weights are no numbers.
    ValueError
        If there are less than two layers, a size is less than 1, a shape or the number of names
        is wrong, or a weight is NaN or infinite.
    """
    sizes = list(layer_sizes)
    if len(sizes) < 2:
        raise ValueError(f"layer_sizes: got {len(sizes)} layers, want at least two")
    for i, n in enumerate(sizes):
        check_integer(f"layer_sizes[{i}]", n)
    _check_names("input_names", input_names, sizes[0])
    _check_names("output_names", output_names, sizes[-1])
    if weights is not None:
        weights = _check_weights(weights, sizes)

    shown = [_shown_units(n) for n in sizes]
    heights = [_heights(len(units), n) for units, n in zip(shown, sizes, strict=True)]
    top = max(h.max() for h in heights)
    columns = max(2.6, 1.2 * top) * np.arange(len(sizes))
    bias_height = top + 1
    if ax is None:
        rows = 2 * top + 1 + show_bias
        _, ax = plt.subplots(figsize=(FIGURE_WIDTH, np.clip(0.45 * rows + 1, 2.2, 5)))

    largest = 1.0 if weights is None else max(np.abs(w).max() for w in weights) or 1.0
    for i in range(len(sizes) - 1):
        starts = [(columns[i], y) for y in heights[i]]
        ends = [(columns[i + 1], y) for y in heights[i + 1]]
        edges = [(start, end) for start in starts for end in ends]
        style: dict[str, Any] = {"colors": "#8C8C8C", "linewidths": 0.8}
        if weights is not None:
            w = weights[i][np.ix_(shown[i], shown[i + 1])].ravel()
            style = {
                "colors": [COLORS[0] if value >= 0 else COLORS[1] for value in w],
                "linewidths": 0.3 + 3.2 * np.abs(w) / largest,
                "linestyles": ["solid" if value >= 0 else (0, (3, 1.2)) for value in w],
            }
        ax.add_collection(LineCollection(edges, zorder=1, **style))
        if show_bias:
            bias = (columns[i], bias_height)
            lines = [(bias, end) for end in ends]
            ax.add_collection(LineCollection(lines, colors="#BFBFBF", linewidths=0.8, zorder=0))
            _draw_unit(ax, *bias, facecolor="#E6E6E6", text="1")
    for i, n in enumerate(sizes):
        for y in heights[i]:
            _draw_unit(ax, columns[i], y, facecolor="white")
        if len(shown[i]) < n:
            for y in (-0.3, 0, 0.3):
                ax.plot(columns[i], y, "o", color=GRAY, markersize=2.5)
        role = "input" if i == 0 else "output" if i == len(sizes) - 1 else "hidden"
        ax.text(columns[i], -top - 0.55, f"{role}\n{n}", ha="center", va="top", color=GRAY)
    for names, i, side, align in (
        (input_names, 0, -1, "right"),
        (output_names, -1, 1, "left"),
    ):
        for unit, y in zip(shown[i], heights[i], strict=True) if names is not None else ():
            x = columns[i] + side * (RADIUS + 0.12)
            ax.text(x, y, names[unit], ha=align, va="center")
    if weights is not None:
        ax.legend(
            handles=[
                Line2D([], [], color=COLORS[0], label="positive weight"),
                Line2D([], [], color=COLORS[1], linestyle=(0, (3, 1.2)), label="negative weight"),
            ],
            loc="lower center",
            bbox_to_anchor=(0.5, 1),
            ncols=2,
        )
    ax.set(
        xlim=(-0.8, columns[-1] + 0.8),
        ylim=(-top - 1.5, (bias_height if show_bias else top) + 0.4),
        aspect="equal",
    )
    ax.set_axis_off()
    return ax


def _draw_unit(ax: Axes, x: float, y: float, *, facecolor: str, text: str = "") -> None:
    ax.add_patch(Circle((x, y), RADIUS, facecolor=facecolor, edgecolor="black", zorder=2))
    if text:
        ax.text(x, y, text, ha="center", va="center", fontsize=10, zorder=3)


def _shown_units(n: int) -> list[int]:
    return list(range(n)) if n <= MOST_UNITS else [0, 1, 2, n - 3, n - 2, n - 1]


def _heights(shown: int, n: int) -> np.ndarray:
    """Vertical positions from top to bottom, centered on 0, with a gap for dots."""
    places = np.arange(shown, dtype=float)
    if shown < n:
        places[shown // 2 :] += 1
    return places[-1] / 2 - places


def _check_names(argument: str, names: Sequence[str] | None, n: int) -> None:
    if names is not None and (isinstance(names, str) or len(names) != n):
        raise ValueError(f"{argument}: got {names!r}, want a list of {n}")


def _check_weights(weights: Sequence[Any], sizes: list[int]) -> list[np.ndarray]:
    wanted = list(itertools.pairwise(sizes))
    if len(weights) != len(wanted):
        raise ValueError(f"weights: got {len(weights)}, want {len(wanted)} (kernels, no biases)")
    return [
        check_array(f"weights[{i}]", w, shape)
        for i, (w, shape) in enumerate(zip(weights, wanted, strict=True))
    ]
