"""A figure in words: what the regression of the pages compares in place of pixels.

The words say what is drawn where: swapped data, a transposed picture, or a boundary at another
level change them. They are stable: numbers have three significant digits and no more than their
axis can show, and nothing is drawn for them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.category import UnitData
from matplotlib.collections import Collection, LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.image import _ImageBase
from matplotlib.legend import Legend
from matplotlib.lines import AxLine, Line2D
from matplotlib.patches import FancyArrowPatch, Patch, PathPatch, Polygon, StepPatch
from matplotlib.path import Path
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FixedFormatter

MOST_ARTISTS = 8  # of one kind, described one by one; the others together
MOST_TEXTS = 24  # they are short
MOST_COLORS = 4  # groups of points told apart by color, or named colors of a region


def describe_figure(figure: Figure) -> str:
    """Say in words what a Matplotlib figure contains.

    Parameters
    ----------
    figure : Figure
        It is neither drawn nor changed.

    Returns
    -------
    str
        A line about the figure; for each axes, inset ones at the end, a line about titles, axes and
        legend and an indented one about each kind of artist: lines by their first, middle and last
        point, bars by their heights, scattered points, contours and other shapes by their
        extent and the mean of their points, images by their values, texts by their words.
        An artist that can't be described is named by its class.
    """
    width, height = figure.get_size_inches()
    lines = [f"Figure {width:.3g} x {height:.3g} in, {_count(len(figure.axes), 'axes', 'axes')}"]
    if figure.get_suptitle():
        lines[0] += f", title {_quoted(figure.get_suptitle())}"
    lines[0] += "".join(f", {_legend(legend)}" for legend in figure.legends)
    insets = (inset for ax in figure.axes for inset in ax.child_axes)
    all_axes = dict.fromkeys([*figure.axes, *insets])  # each once
    lines += _contents(figure, _Scale())
    for number, ax in enumerate(all_axes, 1):
        lines.append(f"{number}. {_attempt(_axes_in_words, ax)}")
        lines += _contents(ax, _attempt(_Scale.of, ax, failure=_Scale()))
    return "\n".join(lines)


@dataclass(frozen=True)
class _Scale:
    """Writes numbers, each as exactly as its axis can show it: 1e-9 is 0 on an axis up to 1."""

    x_step: float = 0.0
    y_step: float = 0.0

    @classmethod
    def of(cls, ax: Axes) -> _Scale:
        def step(limits, scale):
            span = abs(limits[1] - limits[0])
            return _step(span) if scale == "linear" else 0.0

        return cls(step(ax.get_xlim(), ax.get_xscale()), step(ax.get_ylim(), ax.get_yscale()))

    def point(self, point: Sequence[Any]) -> str:
        return f"({_number(point[0], self.x_step)}, {_number(point[1], self.y_step)})"

    def extent(self, points: np.ndarray) -> str:
        """Say where points are, shape (n, 2): their ranges and their mean."""
        if not len(points):
            return "empty"
        if len(points) == 1:
            return f"at {self.point(points[0])}"
        x, y = self.ranges(points)
        return f"{x}, {y}, mean {self.point(points.mean(axis=0))}"

    def ranges(self, points: np.ndarray) -> tuple[str, str]:
        (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
        return (
            f"x {_number(left, self.x_step)} to {_number(right, self.x_step)}",
            f"y {_number(bottom, self.y_step)} to {_number(top, self.y_step)}",
        )


def _axes_in_words(ax: Axes) -> str:
    titles = filter(None, map(ax.get_title, ("left", "center", "right")))
    parts = [f"title {_quoted(title)}" for title in titles]
    for axis in "xyz":
        if hasattr(ax, f"get_{axis}lim"):
            low, high = getattr(ax, f"get_{axis}lim")()
            label = getattr(ax, f"get_{axis}label")()
            scale = getattr(ax, f"get_{axis}scale")()
            parts.append(
                f"{axis}{f' {_quoted(label)}' if label else ''} from {_number(low)} to "
                f"{_number(high)}{f' ({scale})' if scale != 'linear' else ''}"
                f"{_tick_names(getattr(ax, f'{axis}axis'))}"
            )
    contents = [
        _count(len(artists), singular, plural)
        for artists, singular, plural in (
            (ax.lines, "line", "lines"),
            (ax.collections, "collection", "collections"),
            (ax.patches, "patch", "patches"),
            (ax.images, "image", "images"),
        )
        if len(artists)
    ]
    parts.append(", ".join(contents) or "empty")
    if ax.get_legend():
        parts.append(_legend(ax.get_legend()))
    return "; ".join(parts)


def _legend(legend: Legend) -> str:
    return "legend " + ", ".join(_quoted(text.get_text()) for text in legend.get_texts())


def _tick_names(axis: Any) -> str:
    """Say the words at the ticks, if there are words instead of numbers."""
    formatter = axis.get_major_formatter()
    names = list(formatter.seq) if isinstance(formatter, FixedFormatter) else []
    if isinstance(axis.units, UnitData):
        names = list(axis.units._mapping)
    shown = [_quoted(name) for name in names[:MOST_TEXTS]]
    shown += [f"and {len(names) - MOST_TEXTS} more"] if len(names) > MOST_TEXTS else []
    return f" named {', '.join(shown)}" if any(names) else ""


def _contents(parent: Axes | Figure, scale: _Scale) -> list[str]:
    """Return an indented line for each kind of artist on an axes, or beside the axes."""
    bars = [c for c in getattr(parent, "containers", ()) if isinstance(c, BarContainer)]
    in_bars = {patch for container in bars for patch in container}
    patches = [patch for patch in parent.patches if patch not in in_bars]
    collections = list(getattr(parent, "collections", ()))
    contours = [c for c in collections if isinstance(c, ContourSet)]
    points = [c for c in collections if isinstance(c, PathCollection)]
    others = [c for c in collections if c not in contours and c not in points]
    title = parent.get_suptitle() if isinstance(parent, Figure) else None
    texts = [text for text in parent.texts if _is_visible_text(text) and text.get_text() != title]
    unknown = [*parent.artists, *getattr(parent, "tables", ())]
    return [
        f"   {kind}: {_list(artists, words, scale, most)}"
        for kind, artists, words, most in (
            ("lines", list(parent.lines), _line, MOST_ARTISTS),
            ("bars", bars, _bars, MOST_ARTISTS),
            ("patches", patches, _patch, MOST_ARTISTS),
            ("points", points, _scatter, MOST_ARTISTS),
            ("contours", contours, _contours, MOST_ARTISTS),
            ("collections", others, _collection, MOST_ARTISTS),
            ("images", list(parent.images), _image, MOST_ARTISTS),
            ("texts", texts, _text, MOST_TEXTS),
            ("others", unknown, _other, MOST_ARTISTS),
        )
        if artists
    ]


def _list(artists: list, words: Callable[[Any, _Scale], str], scale: _Scale, most: int) -> str:
    """Describe the first artists one by one, and the others by their number and extent."""
    parts = [_attempt(words, artist, scale) for artist in artists[:most]]
    if len(artists) > most:
        points = [_attempt(_points, artist, failure=np.empty((0, 2))) for artist in artists[most:]]
        extent = scale.extent(np.concatenate(points))
        parts.append(f"and {len(artists) - most} more, {extent}")
    return "; ".join(parts)


def _attempt(function: Callable, artist: Any, *arguments: Any, failure: Any = None) -> Any:
    """Call a function; an artist that it can't cope with is named by its class."""
    try:
        return function(artist, *arguments)
    except Exception:  # artists come from any library: a description must not break a page
        return type(artist).__name__ if failure is None else failure


def _line(line: Line2D, scale: _Scale) -> str:
    points = _points(line)
    if not len(points):
        return _named(line, "empty")
    last = len(points) - 1
    shown = points[sorted({0, last // 4, last // 2, 3 * last // 4, last})]
    way = " to ".join(map(scale.point, shown))
    # A wave begins and ends where a flat line does: say how far it goes.
    ranges = scale.ranges(points) if len(points) > len(shown) else ()
    return _named(line, to_hex(line.get_color()), way, *ranges)


def _bars(container: BarContainer, scale: _Scale) -> str:
    if container.orientation == "horizontal":
        widths, bottoms = zip(*((bar.get_width(), bar.get_y()) for bar in container), strict=True)
        sizes = f"widths {_amounts(widths, bottoms, scale.x_step, scale.y_step)}"
    else:
        heights, lefts = zip(*((bar.get_height(), bar.get_x()) for bar in container), strict=True)
        sizes = f"heights {_amounts(heights, lefts, scale.y_step, scale.x_step)}"
    count = _count(len(container), "bar", "bars")
    color = _colors([bar.get_facecolor() for bar in container])
    return _named(container, count, color, sizes, *scale.ranges(_points(container)))


def _amounts(
    amounts: Sequence[float], places: Sequence[float], step: float, place_step: float
) -> str:
    """List a few numbers; of many say their sum and where the largest is."""
    if len(amounts) <= MOST_ARTISTS:
        return ", ".join(_number(amount, step) for amount in amounts)
    place = _number(places[int(np.argmax(amounts))], place_step)
    total, largest = _number(sum(amounts), step), _number(max(amounts), step)
    return f"in all {total}, the largest {largest} at {place}"


def _patch(patch: Patch, scale: _Scale) -> str:
    words = [type(patch).__name__, to_hex(patch.get_facecolor()) if patch.get_fill() else ""]
    points = _points(patch)
    if isinstance(patch, StepPatch):  # the outline of bars
        heights, edges, _ = patch.get_data()
        words.append(f"heights {_amounts(heights, edges, scale.y_step, scale.x_step)}")
    # A box or a circle is known by its extent; other shapes by the mean of their points, too.
    is_free = isinstance(patch, Polygon | PathPatch | FancyArrowPatch) or len(points) < 2
    return _named(patch, *words, *([scale.extent(points)] if is_free else scale.ranges(points)))


def _scatter(points: PathCollection, scale: _Scale) -> str:
    places = _points(points)
    groups, color = _groups(points, len(places))
    parts = [
        f"{len(places[chosen])} {name} {scale.extent(places[chosen])}" for name, chosen in groups
    ]
    count = _count(len(places), "point", "points")
    return _named(points, count, color, *(parts or [scale.extent(places)]))


def _groups(points: PathCollection, n: int) -> tuple[list[tuple[str, np.ndarray]], str]:
    """Return name and mask of points told apart by a few colors; else words on the colors."""
    if points.get_array() is not None:
        values = np.ma.filled(np.ma.asarray(points.get_array(), dtype=float), np.nan).ravel()
        words = f"values {_values(values)}"
    else:
        colors = points.get_facecolor() if len(points.get_facecolor()) else points.get_edgecolor()
        values = np.array(_hex(colors))
        words = _colors(colors)
    distinct = np.unique(values)
    if len(values) != n or not 1 < len(distinct) <= MOST_COLORS:
        return [], words
    names = [v if isinstance(v, str) else f"of value {_number(v)}" for v in distinct]
    return [(name, values == value) for name, value in zip(names, distinct, strict=True)], ""


def _contours(contours: ContourSet, scale: _Scale) -> str:
    colors = contours.get_facecolor() if contours.filled else contours.get_edgecolor()
    levels = [_number(level, _step(np.ptp(contours.levels))) for level in contours.levels]
    shown = levels if len(levels) <= MOST_ARTISTS else [*levels[:3], "...", levels[-1]]
    words = f"{_count(len(levels), 'level', 'levels')} {', '.join(shown)}"
    layers = [vertices for path in contours.get_paths() if len(vertices := _vertices(path))]
    if not layers:
        return _named(contours, words, "empty")
    places = [f"{scale.extent(layers[0])}, {_spread(layers[0])}"]
    if len(layers) > 1:
        places = [f"first {places[0]}", f"last {scale.extent(layers[-1])}, {_spread(layers[-1])}"]
    kind = "filled" if contours.filled else "lines"
    return _named(contours, kind, _colors(colors), words, *places)


def _spread(points: np.ndarray) -> str:
    """Say how far points scatter: two lines between the same ends may differ in it alone."""
    x, y = points.std(axis=0)
    return f"spread {_number(x)} by {_number(y)}"


def _collection(collection: Collection, scale: _Scale) -> str:
    words = [type(collection).__name__]
    if collection.get_array() is not None:
        words.append(f"values {_values(collection.get_array())}")
    else:
        filled = collection.get_facecolor()
        words.append(_colors(filled if len(filled) else collection.get_edgecolor()))
    widths = collection.get_linewidths()
    if isinstance(collection, LineCollection) and len(np.unique(widths)) > 1:
        words.append(f"widths {_values(widths)}")
    if hasattr(collection, "U"):  # a field of arrows
        words += [f"u {_values(collection.U)}", f"v {_values(collection.V)}"]
    return _named(collection, *words, scale.extent(_points(collection)))


def _image(image: _ImageBase, scale: _Scale) -> str:
    array = image.get_array()[:: -1 if image.origin == "lower" else 1]  # as shown
    words = " x ".join(map(str, array.shape))
    return f"{words}, values {_values(array)}"


def _values(array: np.ndarray) -> str:
    """Say the range and the mean of values; of an array also the means of two of its halves.

    The halves tell whether a picture is transposed, flipped, or another one.
    """
    array = np.ma.filled(np.ma.asarray(array, dtype=float), np.nan)
    finite = _finite(array)
    if not finite.size:
        return "none"
    low, high = finite.min(), finite.max()
    step = _step(high - low)
    words = f"{_number(low, step)} to {_number(high, step)}"
    if array.size > 1:
        words += f", mean {_number(finite.mean(), step)}"
    if array.ndim < 2:
        return words
    rows, columns = array.shape[:2]
    halves = _finite(array[: -(-rows // 2)]), _finite(array[:, : -(-columns // 2)])
    upper, left = (_number(half.mean(), step) if half.size else "empty" for half in halves)
    return f"{words} (upper half {upper}, left half {left})"


def _finite(array: np.ndarray) -> np.ndarray:
    is_finite = np.isfinite(array)
    return array if is_finite.all() else array[is_finite]


def _text(text: Text, scale: _Scale) -> str:
    words = [_quoted(text.get_text())] if text.get_text().strip() else []
    if not isinstance(text, Annotation):
        return " ".join([*words, f"at {scale.point(text.get_position())}"])
    if text.arrow_patch is None:
        return " ".join([*words, f"at {scale.point(text.xy)}"])
    return " ".join([*words, f"arrow {scale.point(text.xyann)} to {scale.point(text.xy)}"])


def _other(artist: Any, scale: _Scale) -> str:
    return _legend(artist) if isinstance(artist, Legend) else type(artist).__name__


def _is_visible_text(text: Text) -> bool:
    return bool(text.get_text().strip()) or getattr(text, "arrow_patch", None) is not None


def _points(artist: Any) -> np.ndarray:
    """Return the finite points of an artist in its own coordinates, shape (n, 2)."""
    if isinstance(artist, BarContainer):
        points = np.concatenate([_points(bar) for bar in artist])
    elif isinstance(artist, AxLine):  # an endless line
        (x, y), other = artist.get_xy1(), artist.get_xy2()
        points = [(x, y), (x + 1, y + artist.get_slope()) if other is None else other]
    elif isinstance(artist, Line2D):
        data = artist.get_xdata(orig=False), artist.get_ydata(orig=False)
        if hasattr(artist, "get_data_3d"):
            data = artist.get_data_3d()[:2]
        points = np.column_stack([np.ma.filled(np.ma.asarray(d, float), np.nan) for d in data])
    elif isinstance(artist, Text):
        points = [artist.xy if isinstance(artist, Annotation) else artist.get_position()]
    elif isinstance(artist, FancyArrowPatch):  # its path depends on the size of the figure
        points = artist._posA_posB
    elif isinstance(artist, Patch):
        points = artist.get_patch_transform().transform(_vertices(artist.get_path()))
    elif isinstance(artist, Collection):
        offsets = np.ma.filled(artist.get_offsets(), np.nan)
        if isinstance(artist, PathCollection) or len(offsets) > 1 or offsets.any():
            points = offsets
        else:
            points = np.concatenate([np.empty((0, 2)), *map(_vertices, artist.get_paths())])
    else:
        points = np.empty((0, 2))
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    return points[np.isfinite(points).all(axis=1)]


def _vertices(path: Path) -> np.ndarray:
    """Return a path's points; the one that closes a polygon is arbitrary."""
    if path.codes is None:
        return path.vertices
    return path.vertices[path.codes != Path.CLOSEPOLY]


def _colors(colors: Iterable[Any]) -> str:
    """Name the colors if they are few."""
    names = list(dict.fromkeys(_hex(colors)))
    return " ".join(names) if len(names) <= MOST_COLORS else f"{len(names)} colors"


def _hex(colors: Iterable[Any]) -> list[str]:
    """Write rows of red, green, blue and alpha, as `to_hex` does but quickly for thousands."""
    levels = np.rint(255 * np.reshape(colors, (-1, 4))[:, :3]).astype(int)
    return [f"#{code:06x}" for code in (levels @ (65536, 256, 1)).tolist()]


def _named(artist: Any, *words: str) -> str:
    """Join words after the artist's label, if it has one of its own."""
    label = str(artist.get_label())
    own = [] if not label or label.startswith("_") else [_quoted(label)]
    return " ".join([*own, ", ".join(filter(None, words))])


def _quoted(text: Any) -> str:
    return f'"{" ".join(str(text).split())}"'  # a title may have line breaks


def _number(value: Any, step: float = 0.0) -> str:
    """Write a number with three significant digits, and not more exactly than ``step``."""
    try:
        value = float(value)
    except (TypeError, ValueError):  # a category
        return _quoted(value)
    value = float(f"{value:.9g}")  # so that 1.125 and 1.1249999999999 are rounded alike
    if abs(value) < 100 * step:  # from there on, three digits are the coarser ones
        value = round(value / step) * step
    return f"{value + 0.0:.3g}"


def _step(span: float) -> float:
    """Return what is too small to be seen where numbers span so much, a power of ten."""
    return 10.0 ** (math.floor(math.log10(span)) - 4) if 0 < span < math.inf else 0.0


def _count(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"
