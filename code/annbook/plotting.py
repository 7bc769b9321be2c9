"""The book's one way to draw points, decision boundaries, learning curves, images and networks.

Every function draws on the axes it is given or makes a figure, returns the axes, and never calls
``plt.show()``. Nothing is told by color alone: classes differ in their markers, curves in their
dashes, mistakes in their frame and text.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from annbook.network_diagram import plot_network
from annbook.player import Player, player
from annbook.style import COLORS, FIGURE_WIDTH, MARKERS
from annbook.validation import check_array, check_integer, check_number, first_entry

__all__ = [
    "COLORS",
    "MARKERS",
    "Player",
    "player",
    "plot_decision_boundary",
    "plot_history",
    "plot_images",
    "plot_network",
    "plot_points",
]

PROBABILITY_COLORMAP = LinearSegmentedColormap.from_list(
    "class 0 to class 1",
    ["#5CA4CE", "#F7F7F7", "#E6975C"],  # light: points must stand out
)
_DEFAULT_METRICS = ("loss", "accuracy")


def plot_points(
    X: np.ndarray,
    y: np.ndarray,
    *,
    ax: Axes | None = None,
    class_names: Sequence[str] | None = None,
) -> Axes:
    """Scatter points of the plane, each class with a color and a marker of its own.

    Parameters
    ----------
    X
        Points, shape (n, 2).
    y
        Their classes, shape (n,): 0, 1, ... up to 6, integers or whole floats.
    ax
        Where to draw; by default on a new figure.
    class_names
        One name for each class, shown in a legend. Without names there is no legend.

    Returns
    -------
    Axes
        With one collection for each class that occurs, in ascending order.

    Raises
    ------
    TypeError
        If data are no numbers.
    ValueError
        If a shape, a class or the number of names is wrong, or data are empty, NaN or infinite.
    """
    X, y = _check_points(X), _check_classes("y", y, len(X))
    _check_class_names(class_names, y)
    ax = _new_axes() if ax is None else ax
    for k in np.unique(y):
        ax.scatter(
            *X[y == k].T,
            s=36,
            color=COLORS[k],
            marker=MARKERS[k],
            edgecolors="white",
            linewidths=0.7,
            label=f"class {k}" if class_names is None else class_names[k],
            zorder=3,
        )
    if class_names is not None:
        ax.legend()
    _label_plane(ax)
    return ax


def plot_decision_boundary(
    predict: Any,
    X: np.ndarray,
    y: np.ndarray | None = None,
    *,
    ax: Axes | None = None,
    probability: bool = False,
    resolution: int = 200,
    padding: float = 0.5,
    class_names: Sequence[str] | None = None,
) -> Axes:
    """Shade the plane by what a classifier predicts, draw its boundary, and put the data on top.

    Parameters
    ----------
    predict
        A Keras model, a scikit-learn classifier, or a function. It is called once, with a grid of
        points of shape (resolution**2, 2). A model or function returns for each point its class
        (integers), the probability of class 1 (a float in [0, 1]; shape (n,) or (n, 1)), or one
        score for each class (shape (n, k), the largest wins: probabilities or logits).
        A single logit is ambiguous and refused: wrap it, ``lambda X: model(X) > 0``. The
        boundary between mere classes has steps of a grid cell; probabilities give a smooth line.
    X
        The points that the plot has to show, shape (n, 2).
    y
        Their classes, shape (n,); without them no points are drawn.
    ax
        Where to draw; by default on a new figure, then with a color bar if ``probability``.
    probability
        Shade by the probability of class 1 instead of by class.
    resolution
        Number of grid points along each axis.
    padding
        How far the plot extends beyond the points, in units of the data.
    class_names
        As in `plot_points`.

    Returns
    -------
    Axes
        With the shading, the boundary as a black contour line, and the points.

    Raises
    ------
    TypeError
        If ``predict`` is nothing to predict with, or data, predictions or options are no numbers.
    ValueError
        If data, predictions or options have a wrong shape or value.
    """
    X = _check_points(X)
    if y is not None:
        y = _check_classes("y", y, len(X))
        _check_class_names(class_names, y)
    check_integer("resolution", resolution, 2)
    check_number("padding", padding)
    (left, bottom), (right, top) = X.min(axis=0) - padding, X.max(axis=0) + padding
    if left == right or bottom == top:
        raise ValueError(f"padding: got {padding!r}, want more: the points span no area")
    x1, x2 = np.meshgrid(np.linspace(left, right, resolution), np.linspace(bottom, top, resolution))
    scores = _predict_grid(predict, np.column_stack([x1.ravel(), x2.ravel()]), probability)

    own_figure = ax is None
    ax = _new_axes() if own_figure else ax
    if probability:
        p = scores[:, 1].reshape(x1.shape)
        shading = ax.contourf(x1, x2, p, np.linspace(0, 1, 11), cmap=PROBABILITY_COLORMAP)
        if own_figure:
            ax.figure.colorbar(shading, ax=ax, label="probability of class 1")
    # Class k wins where its score is above all others': there its margin is positive.
    classes = range(scores.shape[1])
    margins = [scores[:, k] - np.delete(scores, k, axis=1).max(axis=1) for k in classes]
    for k, margin in enumerate(margins):
        margin = margin.reshape(x1.shape)
        if not probability and margin.max() > 0:
            ax.contourf(x1, x2, margin, [0, margin.max() + 1], colors=[COLORS[k]], alpha=0.25)
        if k > 0 and margin.min() < 0 < margin.max():  # class 0 has no boundary of its own
            ax.contour(x1, x2, margin, [0], colors="black", linewidths=1.5)
    if y is not None:
        plot_points(X, y, ax=ax, class_names=class_names)
    ax.set(xlim=(left, right), ylim=(bottom, top))
    _label_plane(ax)
    return ax


def _predict_grid(predict: Any, grid: np.ndarray, probability: bool) -> np.ndarray:
    """Return one score for each class, shape (n, k); with ``probability`` those of two classes."""
    keras = sys.modules.get("keras")
    if keras is not None and isinstance(predict, keras.Model):
        # One batch: predict() would take a second to compile, or seconds in batches of 32.
        output = keras.ops.convert_to_numpy(predict(grid))
    elif probability and hasattr(predict, "predict_proba"):
        output = predict.predict_proba(grid)
    elif probability and hasattr(predict, "predict"):
        raise TypeError(
            f"predict: got {type(predict).__name__}, want a classifier that has predict_proba"
        )
    elif hasattr(predict, "decision_function") and list(getattr(predict, "classes_", ())) == [0, 1]:
        # Its sign decides between two classes, and its zero line is smooth where classes jump.
        margin = np.asarray(predict.decision_function(grid))
        output = np.column_stack([-margin, margin])
    elif hasattr(predict, "predict"):
        output = predict.predict(grid)
    elif callable(predict):
        output = predict(grid)
    else:
        raise TypeError(
            f"predict: got {type(predict).__name__}, want a function, classifier or Keras model"
        )
    return _as_scores(check_array("predict", output), len(grid), probability)


def _as_scores(output: np.ndarray, n: int, probability: bool) -> np.ndarray:
    if output.ndim == 2 and output.shape[1] == 1:
        output = output[:, 0]
    if output.shape[:1] != (n,) or output.ndim > 2:
        raise ValueError(
            f"predict: got shape {output.shape} for {n} points, want ({n},), ({n}, 1) or "
            f"({n}, classes)"
        )
    if output.ndim == 1 and output.dtype.kind == "f" and 0 <= output.min() <= output.max() <= 1:
        output = np.column_stack([1 - output, output])
    if probability:
        if output.shape != (n, 2) or output.min() < 0 or abs(output.sum(axis=1) - 1).max() > 1e-3:
            raise ValueError(
                f"predict: got {output.dtype} of shape {output.shape} from {output.min():.3g} "
                f"to {output.max():.3g}, want the probability of class 1 or of classes 0 and 1"
            )
        return output
    if output.ndim == 1:
        if (output != np.round(output)).any():
            raise ValueError(
                f"predict: got numbers from {output.min():.3g} to {output.max():.3g}, want "
                "classes or probabilities; for a logit pass a function that returns logit > 0"
            )
        classes = _check_classes("predict", output, n)
        output = np.eye(max(2, classes.max() + 1))[classes]
    if output.shape[1] > len(COLORS):
        raise ValueError(f"predict: got {output.shape[1]} classes, want at most {len(COLORS)}")
    return output


def plot_history(
    history: Any,
    *,
    axes: Axes | Sequence[Axes] | None = None,
    metrics: Sequence[str] = _DEFAULT_METRICS,
    title: str | None = None,
) -> np.ndarray:
    """Draw learning curves: training solid, validation dashed, each with its last value.

    Parameters
    ----------
    history
        What ``model.fit`` returns, or a dict of equally long sequences such as ``loss`` and
        ``val_loss``. A key ``step`` or ``epoch`` gives the x axis; otherwise it is epochs 1 to n.
    axes
        One axes for each metric; by default side by side on a new figure.
    metrics
        What to draw. Of the default (loss and accuracy), what the history holds.
    title
        Above the figure, or above the axes if there is one.

    Returns
    -------
    ndarray of Axes
        One for each metric, shape (metrics,).

    Raises
    ------
    TypeError
        If ``history`` is no Keras History and no dict, or a curve holds no numbers.
    ValueError
        If a metric is missing, or lengths differ, or values are missing, NaN or infinite.
    """
    record = getattr(history, "history", history)
    if not isinstance(record, Mapping):
        raise TypeError(f"history: got {type(history).__name__}, want a Keras History or a dict")
    metrics = [metrics] if isinstance(metrics, str) else list(metrics)
    if metrics == list(_DEFAULT_METRICS):
        metrics = [metric for metric in metrics if metric in record] or metrics
    missing = [metric for metric in metrics if metric not in record]
    if missing or not metrics:
        raise ValueError(f"history: got {sorted(record)}, want also {missing or 'a metric'}")
    x_name = "step" if "step" in record else "epoch"
    n = len(record[metrics[0]])
    x = np.arange(1, n + 1)
    if x_name in record:
        x = check_array(f"history[{x_name!r}]", record[x_name], (n,))
    curves = {
        key: check_array(f"history[{key!r}]", record[key], (n,))
        for metric in metrics
        for key in (metric, f"val_{metric}")
        if key in record
    }
    if axes is None:
        width = FIGURE_WIDTH if len(metrics) > 1 else 0.7 * FIGURE_WIDTH
        _, axes = plt.subplots(1, len(metrics), figsize=(width, 3.2))
    axes = np.atleast_1d(np.asarray(axes, dtype=object)).ravel()
    if len(axes) != len(metrics):
        raise ValueError(f"axes: got {len(axes)}, want one for each of {metrics}")

    for ax, metric in zip(axes, metrics, strict=True):
        lines = []
        for key, label, color, dashes in (
            (metric, "training", COLORS[0], "-"),
            (f"val_{metric}", "validation", COLORS[1], "--"),
        ):
            if key in curves:
                marker = "o" if n <= 15 else None
                y = curves[key]
                style = {"color": color, "label": label, "marker": marker, "markersize": 4}
                lines += ax.plot(x, y, dashes, **style)
        _write_last_values(ax, lines)
        ax.set(xlabel=x_name, ylabel=metric.replace("_", " "))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        if f"val_{metric}" in curves and ax is axes[0]:
            ax.legend()
    if title is not None and len(axes) == 1:
        axes[0].set_title(title)
    elif title is not None:
        axes[0].figure.suptitle(title)
    return axes


def _write_last_values(ax: Axes, lines: list[Line2D]) -> None:
    """Write the last value of each line beside its end, the larger of two close ones higher up."""
    lasts = [line.get_ydata()[-1] for line in lines]
    close = np.ptp(lasts) < 0.08 * np.ptp(ax.get_ylim())
    for line, last in zip(lines, lasts, strict=True):
        lifted = close and len(lasts) > 1 and line is lines[np.argmax(lasts)]
        ax.annotate(
            f"{last:.3f}" if 0.01 <= abs(last) < 100 else f"{last:.3g}",
            (line.get_xdata()[-1], last),
            xytext=(5, 7 if lifted else 0),
            textcoords="offset points",
            verticalalignment="bottom" if lifted else "center",
            color=line.get_color(),
            fontsize=10,
        )


def plot_images(
    images: np.ndarray,
    labels: np.ndarray | None = None,
    predictions: np.ndarray | None = None,
    *,
    columns: int = 10,
    class_names: Sequence[str] | None = None,
) -> np.ndarray:
    """Show grayscale images in a grid, ink on white, with labels and wrong predictions.

    A wrong prediction has a thick frame and a title "label → prediction".

    Parameters
    ----------
    images
        Shape (n, height, width) or (n, height, width, 1). Bytes are shown from 0 to 255, floats
        from 0 to 1, or from their smallest to their largest value if that does not hold them.
    labels
        Classes, shape (n,).
    predictions
        Predicted classes, shape (n,); need ``labels``.
    columns
        Images in a row; less if the longest title needs more room.
    class_names
        Shown in place of the class numbers.

    Returns
    -------
    ndarray of Axes
        One for each image, shape (n,).

    Raises
    ------
    TypeError
        If data are no numbers, or ``columns`` is no integer.
    ValueError
        If a shape, a length or a class is wrong, or data are empty, NaN or infinite.
    """
    images = check_array("images", images)
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim != 3:
        raise ValueError(
            f"images: got shape {images.shape}, want (n, height, width) or (n, height, width, 1)"
        )
    check_integer("columns", columns)
    n = len(images)
    if predictions is not None and labels is None:
        raise ValueError("predictions: got them without labels, want both")
    labels = None if labels is None else _check_labels("labels", labels, n)
    predictions = None if predictions is None else _check_labels("predictions", predictions, n)
    titles = _image_titles(labels, predictions, class_names, n)

    longest = max(len(line) for title in titles for line in title.split("\n"))
    columns = min(columns, n, max(1, int(FIGURE_WIDTH / (0.1 + 0.085 * longest))))
    rows = -(-n // columns)
    lines_of_title = max(title.count("\n") + 1 if title else 0 for title in titles)
    cell = FIGURE_WIDTH / max(columns, 5)
    _, grid = plt.subplots(
        rows,
        columns,
        figsize=(cell * columns, (cell + 0.2 * lines_of_title) * rows),
        squeeze=False,
    )
    low, high = (0, 255) if images.dtype == np.uint8 else (0, 1)
    if images.min() < low or images.max() > high:
        low, high = images.min(), images.max()
    for ax in grid.flat:
        ax.set_axis_off()
    for i, ax in enumerate(grid.flat[:n]):
        ax.imshow(images[i], cmap="gray_r", vmin=low, vmax=high)
        ax.set_axis_on()
        ax.set(xticks=[], yticks=[])
        wrong = predictions is not None and predictions[i] != labels[i]
        ax.spines[:].set(
            visible=True, linewidth=3 if wrong else 0.5, color=COLORS[1] if wrong else "#BFBFBF"
        )
        ax.set_title(titles[i], fontsize=10, pad=4, fontweight="bold" if wrong else "normal")
    return grid.ravel()[:n]


def _image_titles(
    labels: np.ndarray | None,
    predictions: np.ndarray | None,
    class_names: Sequence[str] | None,
    n: int,
) -> list[str]:
    if labels is None:
        return [""] * n
    _check_class_names(class_names, labels if predictions is None else [*labels, *predictions])

    def name(k: int) -> str:
        return str(k) if class_names is None else class_names[k]

    if predictions is None:
        return [name(k) for k in labels]
    arrow = " → " if class_names is None else "\n→ "
    return [
        name(k) if k == guess else name(k) + arrow + name(guess)
        for k, guess in zip(labels, predictions, strict=True)
    ]


def _new_axes() -> Axes:
    return plt.subplots(figsize=(0.7 * FIGURE_WIDTH, 0.55 * FIGURE_WIDTH))[1]


def _label_plane(ax: Axes) -> None:
    if not ax.get_xlabel():
        ax.set_xlabel("$x_1$")
    if not ax.get_ylabel():
        ax.set_ylabel("$x_2$")


def _check_points(X: Any) -> np.ndarray:
    return check_array("X", X, ("n", 2)).astype(np.float64)


def _check_labels(name: str, y: Any, n: int) -> np.ndarray:
    y = check_array(name, y, (n,))
    broken = y != np.round(y)
    if broken.any():
        raise ValueError(f"{name}: got {first_entry(y, broken)}, want whole numbers")
    y = y.astype(int)
    if y.min() < 0:
        raise ValueError(f"{name}: got class {y.min()}, want 0, 1, 2, ...")
    return y


def _check_classes(name: str, y: Any, n: int) -> np.ndarray:
    """Classes that can be drawn: there are only so many colors that all readers tell apart."""
    y = _check_labels(name, y, n)
    if y.max() >= len(COLORS):
        raise ValueError(f"{name}: got class {y.max()}, want classes up to {len(COLORS) - 1}")
    return y


def _check_class_names(class_names: Sequence[str] | None, y: Sequence[int]) -> None:
    if class_names is not None and len(class_names) <= max(y):
        raise ValueError(f"class_names: got {len(class_names)}, want {max(y) + 1} or more")
