"""A Keras model drawn as the graph of its layers, without Graphviz."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.markers import MarkerStyle
from matplotlib.patches import FancyBboxPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from annbook.style import COLORS, FIGURE_WIDTH, GRAY

WIDTH, HEIGHT = 0.88, 0.56  # of a box; boxes in a row, and rows, are one apart
BOX_ROOM, ARROW_ROOM = 0.5, 0.1  # to either side of a box, and of an arrow that passes a row
ROW_INCHES, MOST_INCHES = 0.72, 2.4  # the height of a row, the most width of a place
INPUT_COLOR, OUTPUT_COLOR = "#E3F0F8", "#FCE8DC"
SWEEPS = 9  # over the rows, each moving boxes towards their neighbors


@dataclass(eq=False)
class _Box:
    """One call of a layer; without a layer, the place where an arrow passes a row."""

    layer: Any = None
    shape: str = ""
    row: int = 0
    x: float = 0.0
    sources: list[_Box] = field(default_factory=list)
    targets: list[_Box] = field(default_factory=list)

    @property
    def room(self) -> float:
        """What it needs to either side."""
        return ARROW_ROOM if self.layer is None else BOX_ROOM


def plot_model_graph(model: Any, ax: Axes | None = None, *, highlight: Iterable[str] = ()) -> Axes:
    """Draw the layers of a Keras model as boxes, and the data that flow between them as arrows.

    Data flow downward. A box names the layer, its class and the shape of what it returns. A layer
    that is called several times has a dashed box for each call.

    Parameters
    ----------
    model : keras.Model
        A functional model, or a Sequential one that knows its input. A model inside of it is one
        box.
    ax
        Where to draw; by default on a new figure, as high as the graph needs.
    highlight
        Names of layers whose boxes get a thick green frame; inputs and outputs keep their color.

    Returns
    -------
    Axes
        With one patch and one text for each call, and for each arrow a line that ends in a
        triangle, without frame and ticks.

    Raises
    ------
    TypeError
        If ``model`` is no Keras model.
    ValueError
        If Keras doesn't know the graph (the model is subclassed, or has no input yet), or there is
        no layer of a highlighted name.
    """
    boxes, ends = _boxes_of(model)
    highlight = {highlight} if isinstance(highlight, str) else set(highlight)
    unknown = sorted(highlight - {box.layer.name for box in boxes})
    if unknown:
        raise ValueError(f"highlight: got {unknown[0]!r}, want names of layers of the model")
    rows = _rows_of(boxes)
    _place(rows)

    left = min(box.x - box.room for row in rows for box in row)
    right = max(box.x + box.room for row in rows for box in row)
    if ax is None:
        width = min(FIGURE_WIDTH, MOST_INCHES * max(right - left, 1.2))
        _, ax = plt.subplots(figsize=(width, ROW_INCHES * len(rows) + 0.2))
    ax.set(xlim=(left, right), ylim=(len(rows) - 0.45, -0.55))
    ax.set_axis_off()
    for box in boxes:
        for i, target in enumerate(box.targets):
            _draw_arrow(ax, box, target, box.targets[:i].count(target))
    calls = [box.layer for box in boxes]
    for i, box in enumerate(boxes):
        call = ""
        if calls.count(box.layer) > 1:
            call = f", call {calls[: i + 1].count(box.layer)} of {calls.count(box.layer)}"
        color = INPUT_COLOR if not box.sources else OUTPUT_COLOR if box in ends else "white"
        _draw_box(ax, box, call, color, box.layer.name in highlight)
    return ax


def _boxes_of(model: Any) -> tuple[list[_Box], list[_Box]]:
    """Return a box for each call between the model's inputs and outputs, and those of outputs."""
    import keras  # here: annbook has to be importable before TensorFlow is

    if not isinstance(model, keras.Model):
        raise TypeError(f"model: got {type(model).__name__}, want a keras.Model")
    try:
        inputs, outputs = model.inputs, model.outputs
    except AttributeError:  # a Sequential model without its input
        inputs = outputs = None
    if not inputs or not outputs:
        raise ValueError(
            f"model: got a {type(model).__name__} whose graph Keras doesn't know, want a "
            "functional model, or a Sequential one that begins with keras.Input"
        )
    found: dict[tuple, _Box] = {}

    def box_of(tensor: Any) -> _Box:
        # Keras notes in each symbolic tensor which call of which layer made it; its own
        # plot_model reads the same notes.
        layer, call, _ = tensor._keras_history
        if (id(layer), call) in found:
            return found[id(layer), call]
        node = layer._inbound_nodes[call]
        shapes = [_shape_in_words(output.shape) for output in node.output_tensors]
        box = _Box(layer, " ".join(shapes))
        if not any(tensor is one for one in inputs):
            for source in map(box_of, node.input_tensors):
                _link(source, box)
        found[id(layer), call] = box
        return box

    for tensor in inputs:  # first, so that unrelated inputs keep their order
        box_of(tensor)
    ends = [box_of(tensor) for tensor in outputs]
    return list(found.values()), ends


def _shape_in_words(shape: tuple) -> str:
    """Write a shape with n for the number of rows, which a model leaves open."""
    lengths = ["n" if i == 0 and m is None else str(m) for i, m in enumerate(shape)]
    return f"({', '.join(lengths)}{',' * (len(lengths) == 1)})"


def _rows_of(boxes: list[_Box]) -> list[list[_Box]]:
    """Put each box into the row below its lowest source, and a passage where an arrow passes."""
    for box in boxes:  # sources come before their targets
        box.row = max((source.row + 1 for source in box.sources), default=0)
    for box in boxes:
        if not box.sources and box.targets:  # an input stands just above its first use
            box.row = min(target.row for target in box.targets) - 1
    rows: list[list[_Box]] = [[] for _ in range(1 + max(box.row for box in boxes))]
    arrows = [(source, box) for box in boxes for source in box.sources]
    for box in boxes:
        rows[box.row].append(box)
        box.sources, box.targets = [], []
    for source, target in arrows:
        for row in range(source.row + 1, target.row):
            passage = _Box(row=row)
            rows[row].append(passage)
            _link(source, passage)
            source = passage
        _link(source, target)
    return rows


def _link(source: _Box, target: _Box) -> None:
    source.targets.append(target)
    target.sources.append(source)


def _place(rows: list[list[_Box]]) -> None:
    """Set the x of each box: near the boxes that it exchanges data with, none on another."""
    for row in rows:
        for i, box in enumerate(row):
            box.x = i - (len(row) - 1) / 2
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = []
            for box in row:
                near = box.sources if sweep % 2 == 0 else box.targets
                near = near or box.targets or box.sources
                wanted.append(np.mean([other.x for other in near]) if near else box.x)
            order = np.argsort(wanted, kind="stable")
            row[:] = [row[i] for i in order]
            places = _apart(np.array(wanted)[order], np.array([box.room for box in row]))
            for box, x in zip(row, places, strict=True):
                box.x = x


def _apart(wanted: np.ndarray, rooms: np.ndarray) -> np.ndarray:
    """Return the places nearest to the increasing ``wanted`` ones that leave each its room."""
    offsets = np.append(0, np.cumsum(rooms[:-1] + rooms[1:]))  # of places that touch
    groups: list[list[float]] = []  # neighbors that touch: the places wanted, less their offsets
    for x in wanted - offsets:
        groups.append([x])
        while len(groups) > 1 and np.mean(groups[-2]) > np.mean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    means = np.concatenate([np.full(len(group), np.mean(group)) for group in groups])
    return means + offsets


def _draw_arrow(ax: Axes, box: _Box, target: _Box, earlier: int) -> None:
    """Draw the line from a box through all passages to the next box, with a triangle there.

    So many ``earlier`` arrows lead from the one box to the other already. The triangle points along
    the line on the screen, for which the axes need their limits.
    """
    points = [(box.x, box.row + HEIGHT / 2)]
    while target.layer is None:
        points += [(target.x, target.row - HEIGHT / 2), (target.x, target.row + HEIGHT / 2)]
        (target,) = target.targets
    sources = sorted(target.sources, key=lambda source: source.x)
    last = points[-1][0]
    place = [source.x for source in sources].index(last) + earlier
    shift = 0.18 * (place - (len(sources) - 1) / 2)  # arrows end beside each other
    points.append((target.x + shift, target.row - HEIGHT / 2))
    ax.plot(*zip(*points, strict=True), color=GRAY, linewidth=1.3, zorder=1)
    right, up = np.diff(ax.transData.transform(points[-2:]), axis=0)[0]
    turn = Affine2D().rotate(np.arctan2(up, right))
    head = MarkerStyle(Path([(-1, -0.45), (0, 0), (-1, 0.45)]), transform=turn)
    ax.plot(*points[-1], marker=head, markersize=14, markeredgewidth=0, color=GRAY, zorder=2)


def _draw_box(ax: Axes, box: _Box, call: str, color: str, highlighted: bool) -> None:
    ax.add_patch(
        FancyBboxPatch(
            (box.x - WIDTH / 2, box.row - HEIGHT / 2),
            WIDTH,
            HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=color,
            edgecolor=COLORS[2] if highlighted else "black",
            linewidth=4 if highlighted else 1,
            linestyle="--" if call else "-",
            zorder=3,
        )
    )
    words = f"{box.layer.name}\n{type(box.layer).__name__}{call} {box.shape}"
    ax.text(box.x, box.row, words, ha="center", va="center", fontsize=9, zorder=4)
