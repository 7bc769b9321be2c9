"""What the regression records of a picture: it must change where the picture does."""

import io
import time
import warnings

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch

from annbook.figure_description import describe_figure
from annbook.plotting import (
    COLORS,
    player,
    plot_decision_boundary,
    plot_history,
    plot_images,
    plot_network,
    plot_points,
)

RNG = np.random.default_rng(0)
X = RNG.uniform(-1, 1, size=(40, 2))
X[:4] = [[-1, -1], [-1, 1], [1, -1], [1, 1]]  # the plot is a square: it doesn't betray a turn
Y = (X[:, 0] + 2 * X[:, 1] > 0).astype(int)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def words(draw, *arguments, **options):
    """Describe the figure on which a function draws."""
    axes = draw(*arguments, **options)
    return describe_figure(np.ravel(axes)[0].figure)


def on_axes(method, *arguments, **options):
    """Describe a figure on which one method of its axes was called."""
    figure = Figure()
    getattr(figure.subplots(), method)(*arguments, **options)
    return describe_figure(figure)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def probability(points):
    return sigmoid(3 * (points[:, 0] + 2 * points[:, 1]))


# --- the words themselves ---


def test_a_line_about_the_figure_each_axes_and_each_kind_of_artist():
    figure = Figure(figsize=(7, 3))
    left, right = figure.subplots(1, 2)
    left.plot([0, 1], [0, 1], label="a", color=COLORS[0])
    left.plot([0, 1, 4], [1, 0, 2], label="b", color=COLORS[1])
    left.legend()
    left.set(title="Two\nlines", xlabel="t [s]", xlim=(0, 12345), ylim=(-0.00123456, 2 / 3))
    left.annotate("tip", (1, 0), (2, 0.5), arrowprops={"arrowstyle": "->"})
    right.imshow([[0, 1], [0, 1]])
    right.scatter([0, 1], [0, 0], label="corners", color=COLORS[2])
    figure.suptitle("All")
    assert describe_figure(figure).splitlines() == [
        'Figure 7 x 3 in, 2 axes, title "All"',
        '1. title "Two lines"; x "t [s]" from 0 to 1.23e+04; y from -0.00123 to 0.667; 2 lines; '
        'legend "a", "b"',
        '   lines: "a" #0072b2, (0, 0) to (1, 1); "b" #d55e00, (0, 1) to (1, 0) to (4, 2)',
        '   texts: "tip" arrow (2, 0.5) to (1, 0)',
        "2. x from -0.5 to 1.5; y from 1.5 to -0.5; 1 collection, 1 image",
        '   points: "corners" 2 points, #009e73, x 0 to 1, y 0 to 0, mean (0.5, 0)',
        "   images: 2 x 2, values 0 to 1, mean 0.5 (upper half 0.5, left half 0)",
    ]


def test_empty_axes():
    figure = Figure(figsize=(6.4, 4.8))
    assert describe_figure(figure) == "Figure 6.4 x 4.8 in, 0 axes"
    figure.subplots().set(xlim=(0, 1), ylim=(-0.0, 1))
    assert describe_figure(figure).endswith("1. x from 0 to 1; y from 0 to 1; empty")


def test_bars_by_their_heights_and_many_by_their_sum():
    text = on_axes("bar", ["a", "b"], [1, 3])
    assert 'x from -0.49 to 1.49 named "a", "b"' in text
    assert "2 bars, #1f77b4, heights 1, 3, x -0.4 to 1.4, y 0 to 3" in text
    assert "widths 1, 3, x 0 to 3" in on_axes("barh", ["a", "b"], [1, 3])
    text = on_axes("hist", [0] * 5 + [1] * 7 + [9], bins=9, range=(0, 9))
    assert "9 bars, #1f77b4, heights in all 13, the largest 7 at 1, x 0 to 9, y 0 to 7" in text


def test_a_wave_says_how_far_it_goes_beyond_the_points_shown():
    t = np.linspace(0, 2 * np.pi, 401)
    words = on_axes("plot", t, np.sin(4 * t))
    assert "(0, 0) to (1.57, 0) to (3.14, 0) to (4.71, 0) to (6.28, 0), x 0 to 6.28, y -1" in words


def test_numbers_are_no_more_exact_than_their_axis_and_zero_has_no_sign():
    text = on_axes("plot", [0, 1, 2], [-1e-17, 1, 1.2e-17])
    assert "(0, 0) to (1, 1) to (2, 0)" in text
    assert "(1, 1e-17)" in on_axes("semilogy", [0, 1], [1, 1e-17])
    noisy, clean = (on_axes("plot", [0, value], [0, 1]) for value in (1.125 - 1e-13, 1.125))
    assert noisy == clean


def test_many_artists_are_described_together():
    figure = Figure()
    ax = figure.subplots()
    for k in range(20):
        ax.plot([0, k], [k, 0], color="k")
    (line,) = (line for line in describe_figure(figure).splitlines() if "lines:" in line)
    assert line.count(" to (") == 8
    assert line.endswith("; and 12 more, x 0 to 19, y 0 to 19, mean (6.75, 6.75)")


def test_points_told_apart_by_color_or_value():
    for colors, names in (([COLORS[k] for k in Y], COLORS), (Y, ("of value 0", "of value 1"))):
        text = on_axes("scatter", X[:, 0], X[:, 1], c=colors)
        for k in (0, 1):
            is_k = np.equal(Y, k)
            assert f"{is_k.sum()} {names[k].lower()} x -1 to 1, y " in text
            assert f", {X[is_k, 1].mean():.3g})" in text  # the mean


# --- faults that it must show ---


def test_swapped_data_under_kept_labels():
    history = {"loss": [1.0, 0.5, 0.25], "val_loss": [1.0, 0.75, 0.5]}
    swapped = {"loss": history["val_loss"], "val_loss": history["loss"]}
    assert words(plot_history, history) != words(plot_history, swapped)
    assert words(plot_points, X, Y) != words(plot_points, X, 1 - Y)
    rise = np.linspace(0, 1, 11)
    assert on_axes("plot", rise, rise**2) != on_axes("plot", rise, rise**3)  # the same ends


@pytest.mark.parametrize("as_probability", [False, True])
@pytest.mark.parametrize(
    "fault",
    [
        lambda points: probability(points[:, ::-1]),  # transposed
        lambda points: 1 - probability(points),  # classes swapped
        lambda points: np.clip(probability(points) + 0.1, 0, 1),  # at 0.4 instead of 0.5
    ],
)
def test_another_decision_boundary(fault, as_probability):
    right, wrong = (
        words(plot_decision_boundary, predict, X, Y, probability=as_probability)
        for predict in (probability, fault)
    )
    differing = [a for a, b in zip(right.splitlines(), wrong.splitlines(), strict=True) if a != b]
    assert differing and all("contours" in line for line in differing)


def test_boundary_of_classes_at_another_threshold():
    half, less = (
        words(plot_decision_boundary, lambda p, t=t: probability(p) > t, X, Y) for t in (0.5, 0.4)
    )
    assert half != less


def test_transposed_and_shifted_contours_of_a_symmetric_valley():
    w = np.linspace(-1, 1, 41)
    valley = w**2 + 25 * w[:, None] ** 2
    texts = {
        on_axes("contour", w, w, valley, [1, 10, 20]),
        on_axes("contour", w, w, valley.T, [1, 10, 20]),
        on_axes("contour", w, w, valley, [2, 10, 20]),
        on_axes("contourf", w, w, valley, [1, 10, 20]),
    }
    assert len(texts) == 4


def test_other_images():
    images = RNG.uniform(size=(2, 8, 8))
    texts = [
        words(plot_images, data, [0, 1])
        for data in (images, images[::-1], images.transpose(0, 2, 1), images[:, ::-1])
    ]
    assert len(set(texts)) == 4
    upper, lower = (on_axes("imshow", images[0], origin=origin) for origin in ("upper", "lower"))
    assert upper.splitlines()[-1] != lower.splitlines()[-1]


def test_bars_bands_arrows_texts_and_weights():
    weights = [np.array([[1.0], [2.0]]), np.array([[1.0], [-2.0]])]
    z = np.linspace(0, 1, 5)
    pairs = [
        (on_axes("bar", ["a", "b"], [1, 2]), on_axes("bar", ["b", "a"], [1, 2])),
        (on_axes("fill_between", z, z, 2 * z), on_axes("fill_between", z, z, 3 * z)),
        (on_axes("quiver", z, z, z, 2 * z), on_axes("quiver", z, z, 2 * z, z)),
        (on_axes("pcolormesh", [[0, 1], [0, 1]]), on_axes("pcolormesh", [[0, 0], [1, 1]])),
        (on_axes("text", 0.5, 0.5, "ReLU"), on_axes("text", 0.5, 0.5, "tanh")),
        (on_axes("text", 0.5, 0.5, "ReLU"), on_axes("text", 0.5, 0.2, "ReLU")),
        (on_axes("axline", (0, 0), slope=1), on_axes("axline", (0, 0), slope=2)),
        (on_axes("axvline", 0.2), on_axes("axvline", 0.4)),
        (on_axes("stairs", [1, 2, 3]), on_axes("stairs", [3, 2, 1])),
        (on_axes("add_patch", Circle((0, 0), 1)), on_axes("add_patch", Circle((0, 0.1), 1))),
        (
            on_axes("add_patch", FancyArrowPatch((0, 0), (1, 1))),
            on_axes("add_patch", FancyArrowPatch((0, 0), (1, 0.5))),
        ),
        (on_axes("errorbar", [0, 1], [0, 1], [1, 2]), on_axes("errorbar", [0, 1], [0, 1], [1, 3])),
        [words(plot_network, [2, 1], weights=[w]) for w in weights],
        (on_axes("set_xscale", "linear"), on_axes("set_xscale", "log")),
    ]
    for number, (one, other) in enumerate(pairs):
        assert one != other, number


# --- any figure, quickly, and without touching it ---


def test_odd_artists_are_named_by_their_class():
    class Odd(Line2D):
        def get_xdata(self, orig=True):
            raise RuntimeError("no data")

    class Foreign(Artist):
        pass

    figure = Figure()
    ax = figure.subplots()
    ax.plot([0, 1], [0, 1], color="k")
    ax.add_line(line := Odd([0, 1], [0, 1]))
    ax.add_artist(Foreign())
    text = describe_figure(figure)
    assert "   lines: #000000, (0, 0) to (1, 1); Odd" in text
    assert "   others: Foreign" in text
    assert line.axes is ax


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("plot", ([], [])),
        ("plot", ([0, 1], [np.nan, np.nan])),
        ("plot", (["a", "b"], [1, 2])),
        ("scatter", ([], [])),
        ("bar", ([], [])),
        ("imshow", (np.full((2, 2), np.nan),)),
        ("imshow", (np.ma.masked_equal([[0, 1], [1, 0]], 0),)),
        ("contour", (np.zeros((3, 3)), [1])),
        ("hist2d", ([0, 1], [0, 1])),
        ("pie", ([1, 2],)),
        ("table", ([["a"]],)),
        ("boxplot", ([1, 2, 3],)),
        ("tricontourf", ([0, 1, 0], [0, 0, 1], [0, 1, 2])),
    ],
)
@pytest.mark.filterwarnings("ignore:No contour levels")
def test_degenerate_data(method, arguments):
    assert on_axes(method, *arguments).startswith("Figure ")


@pytest.mark.parametrize("projection", ["polar", "3d"])
def test_other_projections(projection):
    figure = Figure()
    figure.add_subplot(projection=projection).plot([0, 1], [0, 1])
    assert "(0, 0) to (1, 1)" in describe_figure(figure)


def test_insets_texts_and_legends_beside_the_axes():
    figure = Figure()
    ax = figure.subplots()
    ax.inset_axes([0.5, 0.5, 0.4, 0.4]).plot([0, 3], [0, 1])
    figure.text(0.5, 0, "below")
    figure.legend([Line2D([], [])], ["shared"])
    lines = describe_figure(figure).splitlines()
    assert lines[0].endswith('1 axes, legend "shared"')
    assert lines[1] == '   texts: "below" at (0.5, 0)'
    assert lines[3].startswith("2. x from -0.15 to 3.15")


def crowded_figure():
    figure, ax = plt.subplots()
    plot_decision_boundary(probability, X, Y, ax=ax, probability=True)
    ax.scatter(*RNG.normal(size=(2, 5000)), c=RNG.integers(3, size=5000))
    for _ in range(10):
        ax.plot(RNG.normal(size=5000))
    ax.hist(RNG.normal(size=1000), bins=100)
    ax.legend(["curve"])
    return figure


def test_a_figure_is_neither_drawn_nor_changed(monkeypatch):
    def picture(figure):
        file = io.BytesIO()
        figure.savefig(file, format="rgba")
        return file.getvalue()

    state = RNG.bit_generator.state
    expected = picture(crowded_figure())
    RNG.bit_generator.state = state
    figure = crowded_figure()
    with monkeypatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("error")
        patch.setattr(Figure, "draw", lambda *_: pytest.fail("the figure was drawn"))
        before = describe_figure(figure)
    assert picture(figure) == expected
    assert describe_figure(figure) == before


def test_describing_a_crowded_figure_takes_a_small_part_of_the_time_of_drawing_it():
    def seconds(work):
        times = []
        for _ in range(5):
            started = time.process_time()
            work()
            times.append(time.process_time() - started)
        return min(times)

    figure = crowded_figure()
    assert seconds(lambda: describe_figure(figure)) < seconds(figure.canvas.draw) / 6


# --- players ---


def test_a_player_describes_its_first_middle_and_last_frame():
    def draw(figure, height):
        figure.subplots().bar(["a"], [height])

    lines = repr(player(draw, range(1, 6), alt="A bar that grows", labels="vwxyz")).splitlines()
    assert lines[0] == "Player: 5 frames, A bar that grows"
    headings = [line for line in lines if line.startswith("frame")]
    frames = ("1 / 5 · v", "3 / 5 · x", "5 / 5 · z")
    assert headings == [f"frame {frame}: Figure 6 x 4 in, 1 axes" for frame in frames]
    heights = [line.partition("heights ")[2][0] for line in lines if "heights" in line]
    assert heights == ["1", "3", "5"]
    assert repr(player(draw, [1], alt="One bar")).count("frame 1 / 1") == 1
