"""What the book's figures contain, looked at from outside: artists, texts, limits, positions."""

import base64
import html
import io
import itertools
import json
import re
import types

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Circle
from PIL import Image
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.tree import DecisionTreeClassifier

from annbook.plotting import (
    COLORS,
    player,
    plot_decision_boundary,
    plot_history,
    plot_images,
    plot_network,
    plot_points,
)

X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0], [1.0, 2.0]])
Y = np.array([0, 0, 1, 1])


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def boundaries(ax):
    """Points of the lines that separate the regions, one array a contour."""
    contours = [c for c in ax.collections if hasattr(c, "levels") and not c.filled]
    return [np.concatenate([path.vertices for path in c.get_paths()]) for c in contours]


def shaded_classes(ax):
    """Colors of the filled regions."""
    return {to_hex(c.get_facecolor()[0]) for c in ax.collections if getattr(c, "filled", False)}


def shade_at(ax, point):
    """Red, green and blue of the region that holds a point."""
    (shade,) = (
        color
        for region in ax.collections
        if getattr(region, "filled", False)
        for path, color in zip(region.get_paths(), itertools.cycle(region.get_facecolor()))
        if path.contains_point(point)
    )
    return shade[:3]


# --- plot_points ---


def test_points_of_each_class_have_their_own_color_and_marker():
    ax = plot_points(X, Y)
    first, second = ax.collections
    np.testing.assert_array_equal(first.get_offsets(), X[:2])
    np.testing.assert_array_equal(second.get_offsets(), X[2:])
    assert [to_hex(c.get_facecolor()[0]) for c in (first, second)] == [
        "#0072b2",
        "#d55e00",
    ]
    assert len(first.get_paths()[0]) != len(second.get_paths()[0])  # circle, triangle
    assert ax.get_legend() is None
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x_1$", "$x_2$")


def test_a_class_keeps_its_color_when_another_is_absent():
    (only,) = plot_points(X, np.ones(4)).collections
    assert to_hex(only.get_facecolor()[0]) == COLORS[1].lower()


def test_points_draw_on_given_axes_and_keep_their_labels():
    _, ax = plt.subplots()
    ax.set_xlabel("petal length [cm]")
    assert plot_points(X, Y, ax=ax, class_names=["cat", "dog"]) is ax
    assert ax.get_xlabel() == "petal length [cm]"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["cat", "dog"]
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize(
    ("points", "classes", "message"),
    [
        (X[:, 0], Y, r"X: got shape \(4,\), want \(n, 2\)"),
        (np.zeros((4, 3)), Y, r"X: got shape \(4, 3\), want \(n, 2\)"),
        (np.zeros((0, 2)), [], r"X: got shape \(0, 2\), want at least one entry"),
        (np.where(X == 2, np.nan, X), Y, r"X: got nan at \(2, 1\), want finite numbers"),
        (X, Y[:3], r"y: got shape \(3,\), want \(4,\)"),
        (X, Y[:, None], r"y: got shape \(4, 1\), want \(4,\)"),
        (X, Y + 0.5, r"y: got 0\.5 at \(0,\), want whole numbers"),
        (X, Y - 1, "y: got class -1"),
        (X, Y + 6, "y: got class 7"),
    ],
)
def test_points_refuse_bad_data(points, classes, message):
    with pytest.raises(ValueError, match=message):
        plot_points(points, classes)


def test_points_refuse_classes_that_are_no_numbers():
    with pytest.raises(TypeError, match="y: got an array of <U1, want numbers"):
        plot_points(X, ["a", "a", "b", "b"])


def test_points_want_a_name_for_each_class():
    with pytest.raises(ValueError, match="class_names: got 1, want 2"):
        plot_points(X, Y, class_names=["cat"])


# --- plot_decision_boundary ---


@pytest.mark.parametrize("probability", [False, True])
@pytest.mark.parametrize("column", [False, True])
def test_boundary_of_a_neuron_is_its_line(probability, column):
    def neuron(points):
        p = sigmoid(points[:, 0] + 2 * points[:, 1] - 2)
        return p[:, None] if column else p

    ax = plot_decision_boundary(neuron, X, Y, probability=probability)
    (line,) = boundaries(ax)
    np.testing.assert_allclose(line @ [1, 2], 2, atol=1e-3)
    assert line[:, 0].min() == pytest.approx(-0.5) and line[:, 0].max() == pytest.approx(1.5)


def test_boundary_between_classes_is_within_a_grid_cell():
    ax = plot_decision_boundary(lambda p: p[:, 0] > 0.3, X, Y, resolution=101)
    (line,) = boundaries(ax)
    assert np.abs(line[:, 0] - 0.3).max() <= 2 / 100
    assert shaded_classes(ax) == {COLORS[0].lower(), COLORS[1].lower()}


def test_plot_extends_beyond_the_points_by_the_padding():
    ax = plot_decision_boundary(lambda p: p[:, 0] > 0, X, Y, padding=0.25)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-0.25, 1.25), (-0.25, 2.25))


def test_predictor_is_called_once_with_the_whole_grid():
    shapes = []

    def classify(points):
        shapes.append(points.shape)
        return np.zeros(len(points), dtype=int)

    ax = plot_decision_boundary(classify, X, resolution=30)
    assert shapes == [(900, 2)]
    assert boundaries(ax) == []  # one class everywhere: no boundary, and no warning
    assert shaded_classes(ax) == {COLORS[0].lower()}
    assert len(ax.collections) == 1  # no points without y


@pytest.mark.parametrize(
    "classifier", [Perceptron(), LogisticRegression(C=1e6), DecisionTreeClassifier(max_depth=1)]
)
def test_scikit_learn_classifiers(classifier):
    x = np.array([[0.0, 0.0], [1.0, 1.0], [3.0, 0.0], [4.0, 1.0]])
    ax = plot_decision_boundary(classifier.fit(x, Y), x, Y)
    (line,) = boundaries(ax)
    step = np.array([0.05, 0])
    sides = classifier.predict(line + step) - classifier.predict(line - step)
    assert (sides == 1).all()


def test_scikit_learn_probability():
    model = LogisticRegression().fit(X, Y)
    ax = plot_decision_boundary(model, X, Y, probability=True)
    (line,) = boundaries(ax)
    np.testing.assert_allclose(model.predict_proba(line)[:, 1], 0.5, atol=1e-3)
    assert ax.figure.axes[1].get_ylabel() == "probability of class 1"
    with pytest.raises(TypeError, match=r"predict: got Perceptron, want .* predict_proba"):
        plot_decision_boundary(Perceptron().fit(X, Y), X, Y, probability=True)


def test_color_bar_is_left_to_the_page_on_given_axes():
    figure, ax = plt.subplots()
    plot_decision_boundary(lambda p: sigmoid(p[:, 0]), X, ax=ax, probability=True)
    assert figure.axes == [ax]


def test_three_classes_meet_where_their_scores_are_equal():
    directions = np.array([[1, 0], [0, 1], [-1, -1]])
    square = np.array([[-1, -1], [1, 1]])
    ax = plot_decision_boundary(lambda p: p @ directions.T, square, [2, 0])
    assert shaded_classes(ax) == {color.lower() for color in COLORS[:3]}
    for line in boundaries(ax):
        best_two = np.sort(line @ directions.T, axis=1)[:, 1:]
        np.testing.assert_allclose(best_two[:, 0], best_two[:, 1], atol=0.03)


def test_keras_model():
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    model.layers[0].set_weights([np.array([[1.0], [2.0]]), np.array([-2.0])])
    for probability in (False, True):
        ax = plot_decision_boundary(model, X, Y, probability=probability)
        (line,) = boundaries(ax)
        np.testing.assert_allclose(line @ [1, 2], 2, atol=1e-3)
    logits = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    logits.layers[0].set_weights(model.layers[0].get_weights())
    with pytest.raises(ValueError, match="for a logit pass a function"):
        plot_decision_boundary(logits, X, Y)


@pytest.mark.parametrize(
    ("predict", "message"),
    [
        (lambda p: np.zeros(3), r"predict: got shape \(3,\) for 40000 points"),
        (lambda p: np.zeros((len(p), 1, 1)), "predict: got shape"),
        (lambda p: 0.5, r"predict: got shape \(\)"),
        (lambda p: np.full(len(p), np.nan), r"predict: got nan at \(0,\), want finite"),
        (lambda p: 5 * p[:, 0], "for a logit"),
        (lambda p: np.full(len(p), -1), "got class -1"),
        (lambda p: np.zeros((len(p), 8)), "predict: got 8 classes"),
    ],
)
def test_boundary_refuses_bad_predictions(predict, message):
    with pytest.raises(ValueError, match=message):
        plot_decision_boundary(predict, X, Y)


@pytest.mark.parametrize(
    "predict",
    [
        lambda p: (p[:, 0] > 0).astype(int),
        lambda p: 3 * p[:, 0],
        lambda p: p,
        lambda p: np.full((len(p), 3), 1 / 3),
    ],
)
def test_probability_shading_wants_probabilities(predict):
    with pytest.raises(ValueError, match="want the probability of class 1"):
        plot_decision_boundary(predict, X, Y, probability=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"resolution": 1}, "resolution: got 1, want an integer >= 2"),
        ({"padding": -1}, "padding: got -1, want a number >= 0"),
        ({"padding": float("nan")}, "padding: got nan, want a number >= 0"),
    ],
)
def test_boundary_refuses_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        plot_decision_boundary(lambda p: p[:, 0] > 0, X, Y, **options)


def test_boundary_refuses_no_predictor_no_numbers_and_no_area():
    with pytest.raises(TypeError, match="predict: got int"):
        plot_decision_boundary(3, X, Y)
    with pytest.raises(TypeError, match="predict: got an array of <U1"):
        plot_decision_boundary(lambda p: np.full(len(p), "a"), X, Y)
    with pytest.raises(TypeError, match=r"resolution: got 10\.0, want an integer"):
        plot_decision_boundary(lambda p: p[:, 0] > 0, X, Y, resolution=10.0)
    with pytest.raises(ValueError, match="span no area"):
        plot_decision_boundary(lambda p: p[:, 0] > 0, X[:2], padding=0)


@pytest.mark.parametrize("probability", [False, True])
@pytest.mark.parametrize(
    "predict",
    [
        LogisticRegression().fit([[0, 0], [1, 0]], [0, 1]),
        lambda p: sigmoid(9 * p[:, 0] - 4),
        lambda p: np.column_stack([p[:, 0] < 0.5, p[:, 0] >= 0.5]).astype(float),
    ],
)
def test_class_0_is_shaded_blue_and_class_1_red(predict, probability):
    ax = plot_decision_boundary(predict, X, Y, probability=probability)
    red, _, blue = shade_at(ax, (-0.4, 1))
    assert blue > red
    red, _, blue = shade_at(ax, (1.4, 1))
    assert red > blue


# --- plot_history ---

HISTORY = {
    "loss": [1.0, 0.5, 0.25],
    "val_loss": [1.0, 0.75, 0.5],
    "accuracy": [0.5, 0.75, 0.875],
    "val_accuracy": [0.5, 0.5, 0.875],
}


def test_history_tells_training_and_validation_apart_without_color():
    axes = plot_history(HISTORY)
    assert [ax.get_ylabel() for ax in axes] == ["loss", "accuracy"]
    for ax, metric in zip(axes, ("loss", "accuracy"), strict=True):
        training, validation = ax.lines
        np.testing.assert_array_equal(training.get_xdata(), [1, 2, 3])
        np.testing.assert_array_equal(training.get_ydata(), HISTORY[metric])
        np.testing.assert_array_equal(validation.get_ydata(), HISTORY[f"val_{metric}"])
        assert (training.get_linestyle(), validation.get_linestyle()) == ("-", "--")
        assert ax.get_xlabel() == "epoch"
    legend = [text.get_text() for text in axes[0].get_legend().get_texts()]
    assert legend == ["training", "validation"]


def test_history_writes_the_last_values_where_they_do_not_cover_each_other():
    loss, accuracy = plot_history(HISTORY)
    loss.figure.draw_without_rendering()
    for ax, values in ((loss, ["0.250", "0.500"]), (accuracy, ["0.875", "0.875"])):
        assert [text.get_text() for text in ax.texts] == values
        boxes = [text.get_window_extent() for text in ax.texts]
        assert not boxes[0].overlaps(boxes[1])


def test_second_history_on_the_same_axes_adds_only_its_own_lines_and_values():
    axes = plot_history(HISTORY)
    plot_history({"loss": [1.0, 0.5, 0.125]}, axes=axes[0], metrics="loss")
    assert len(axes[0].lines) == 3
    assert [text.get_text() for text in axes[0].texts] == ["0.250", "0.500", "0.125"]


def test_history_takes_keras_history_and_what_it_holds():
    record = types.SimpleNamespace(history={"loss": [3.0, 2.0]}, epoch=[0, 1])
    (ax,) = plot_history(record, title="Regression")
    assert len(ax.lines) == 1 and ax.get_legend() is None
    assert ax.get_title() == "Regression"
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [1, 2])


@pytest.mark.parametrize("key", ["step", "epoch"])
def test_history_uses_recorded_positions(key):
    (ax,) = plot_history({"loss": [3.0, 2.0], key: [0, 100]})
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [0, 100])
    assert ax.get_xlabel() == key


def test_history_draws_on_given_axes():
    figure, (left, right) = plt.subplots(1, 2)
    assert list(plot_history(HISTORY, axes=[left, right], title="Both")) == [left, right]
    assert figure.get_suptitle() == "Both"
    assert list(plot_history(HISTORY, axes=left, metrics="loss")) == [left]
    with pytest.raises(ValueError, match="axes: got 1, want one for each of"):
        plot_history(HISTORY, axes=left)


@pytest.mark.parametrize(
    ("history", "options", "message"),
    [
        ({}, {}, "want also"),
        ({"loss": []}, {}, r"history\['loss'\]: got shape \(0,\)"),
        ({"loss": [1.0, 0.5]}, {"metrics": ("loss", "mae")}, r"want also \['mae'\]"),
        (HISTORY, {"metrics": ()}, "want also"),
        ({"loss": [1.0, 0.5], "val_loss": [1.0]}, {}, r"_loss'\]: got shape \(1,\), want \(2,\)"),
        ({"loss": [1.0, 0.5], "step": [1]}, {}, r"history\['step'\]: got shape"),
        ({"loss": [1.0, float("nan")]}, {}, r"history\['loss'\]: got nan at \(1,\), want finite"),
    ],
)
def test_history_refuses_bad_records(history, options, message):
    with pytest.raises(ValueError, match=message):
        plot_history(history, **options)


def test_history_must_be_a_record():
    with pytest.raises(TypeError, match="history: got list"):
        plot_history([1.0, 0.5])
    with pytest.raises(TypeError, match=r"history\['loss'\]: got an array of <U1"):
        plot_history({"loss": ["a", "b"]})


# --- plot_images ---


def test_images_are_labeled_and_wrong_predictions_marked_in_text_and_frame():
    images = np.zeros((3, 4, 4), dtype=np.uint8)
    axes = plot_images(images, [5, 5, 2], [5, 3, 2], columns=2)
    assert [ax.get_title() for ax in axes] == ["5", "5 → 3", "2"]
    widths = [ax.spines["left"].get_linewidth() for ax in axes]
    assert widths[1] >= 3 * max(widths[0], widths[2])
    assert len(axes[0].figure.axes) == 4 and not axes[0].figure.axes[3].axison


def test_image_names():
    names = ["T-shirt/top", "Trouser"]
    axes = plot_images(np.zeros((12, 28, 28)), [0] * 12, [0, 1] * 6, class_names=names)
    assert axes[0].get_title() == "T-shirt/top"
    assert axes[1].get_title() == "T-shirt/top\n→ Trouser"
    axes[0].figure.draw_without_rendering()
    boxes = [ax.title.get_window_extent() for ax in axes[:5]]
    assert not any(a.overlaps(b) for a, b in itertools.pairwise(boxes))


@pytest.mark.parametrize(
    ("images", "limits"),
    [
        (np.full((1, 2, 2), 7, dtype=np.uint8), (0, 255)),
        (np.full((1, 2, 2), 0.5), (0, 1)),
        (np.array([[[-1.0, 3.0]]]), (-1, 3)),
    ],
)
def test_gray_levels_are_comparable_between_images(images, limits):
    (ax,) = plot_images(images)
    assert ax.images[0].get_clim() == limits


def test_image_pixels_and_channel_axis():
    images = np.arange(8.0).reshape(2, 2, 2, 1)
    axes = plot_images(images)
    np.testing.assert_array_equal(axes[1].images[0].get_array(), [[4, 5], [6, 7]])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.zeros((2, 4)),), "images: got shape"),
        ((np.zeros((0, 4, 4)),), "images: got shape"),
        ((np.zeros((2, 4, 4, 3)),), "images: got shape"),
        ((np.full((2, 4, 4), np.nan),), r"images: got nan at \(0, 0, 0\)"),
        ((np.zeros((2, 4, 4)), [1]), r"labels: got shape \(1,\), want \(2,\)"),
        ((np.zeros((2, 4, 4)), [1, 2], [1]), "predictions: got shape"),
        ((np.zeros((2, 4, 4)), None, [1, 2]), "predictions: got them without labels"),
        ((np.zeros((2, 4, 4)), [1, 2], np.eye(2)), r"predictions: got shape \(2, 2\)"),
    ],
)
def test_images_refuse_bad_data(arguments, message):
    with pytest.raises(ValueError, match=message):
        plot_images(*arguments)


def test_images_refuse_bad_options():
    with pytest.raises(ValueError, match="columns"):
        plot_images(np.zeros((2, 4, 4)), columns=0)
    with pytest.raises(ValueError, match="class_names: got 2, want 4"):
        plot_images(np.zeros((2, 4, 4)), [0, 1], [0, 3], class_names=["a", "b"])


# --- plot_network ---


def units(ax):
    return [patch for patch in ax.patches if isinstance(patch, Circle)]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_network_has_a_circle_for_each_unit_and_an_edge_for_each_weight():
    ax = plot_network([2, 3, 1], input_names=["$x_1$", "$x_2$"], output_names=["y"])
    assert len(units(ax)) == 6
    assert [len(edges.get_segments()) for edges in ax.collections] == [6, 3]
    assert {"input\n2", "hidden\n3", "output\n1", "$x_1$", "$x_2$", "y"} == set(texts(ax))


def test_network_shows_the_biases():
    ax = plot_network([2, 3, 1], show_bias=True)
    assert len(units(ax)) == 6 + 2
    assert sum(len(edges.get_segments()) for edges in ax.collections) == 9 + 3 + 1
    assert texts(ax).count("1") == 2


def test_large_layers_are_abbreviated_and_counted():
    names = [str(digit) for digit in range(10)]
    ax = plot_network([784, 8, 10], output_names=names)
    assert len(units(ax)) == 6 + 8 + 6
    assert {"input\n784", "hidden\n8", "output\n10"} < set(texts(ax))
    assert [text for text in texts(ax) if text in names] == ["0", "1", "2", "7", "8", "9"]
    assert len(ax.lines) == 2 * 3  # three dots in each abbreviated layer


def test_weights_set_width_color_and_dashes_of_their_edges():
    weights = [np.array([[1.0, -4.0], [0.0, 2.0]]), np.array([[-1.0], [1.0]])]
    first, second = plot_network([2, 2, 1], weights=weights).collections
    assert np.argsort(first.get_linewidths()).tolist() == [2, 0, 3, 1]
    assert [to_hex(color) for color in first.get_colors()] == [
        COLORS[1 if w < 0 else 0].lower() for w in (1, -4, 0, 2)
    ]
    assert [dashes is not None for _, dashes in second.get_linestyles()] == [True, False]
    (x0, y0), (x1, y1) = first.get_segments()[1]  # from the first input to the second unit
    assert x0 < x1 and y0 > y1


def test_weights_of_abbreviated_layers_belong_to_the_units_shown():
    weights = np.zeros((20, 1))
    weights[18] = 5.0
    (edges,) = plot_network([20, 1], weights=[weights]).collections
    assert np.argmax(edges.get_linewidths()) == 4  # units 0, 1, 2, 17, 18, 19 are shown


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ([3], {}, "at least two"),
        ([3, 0], {}, r"layer_sizes\[1\]: got 0, want an integer >= 1"),
        ([2, 1], {"weights": [np.zeros((1, 2))]}, r"weights\[0\]: got .* \(1, 2\), want \(2, 1\)"),
        ([2, 1], {"weights": [np.zeros((2, 1)), np.zeros(1)]}, "weights: got 2, want 1"),
        ([2, 1], {"weights": [np.full((2, 1), np.nan)]}, r"weights\[0\]: got nan at \(0, 0\)"),
        ([2, 1], {"input_names": ["a"]}, "input_names"),
        ([2, 1], {"output_names": "y"}, "output_names"),
    ],
)
def test_network_refuses_bad_arguments(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        plot_network(arguments, **options)


def test_network_sizes_are_integers():
    with pytest.raises(TypeError, match=r"layer_sizes\[1\]: got 2.0, want an integer"):
        plot_network([3, 2.0])


# --- player ---


def draw_bar(figure, height):
    figure.subplots().bar(["a"], [height])


def pictures(fragment):
    """Decode the pictures of a player's HTML in order."""
    first = re.search(r'src="data:image/webp;base64,([^"]+)"', fragment)[1]
    others = re.search(r'data-frames="([^"]*)"', fragment)[1].split()
    return [Image.open(io.BytesIO(base64.b64decode(picture))) for picture in [first, *others]]


def test_player_has_one_picture_a_frame():
    moving = player(draw_bar, range(1, 5), figsize=(3, 2), alt="A bar that grows")
    images = pictures(moving._repr_html_())
    assert [image.format for image in images] == ["WEBP"] * 4
    assert len({image.size for image in images}) == 1
    assert images[0].size[0] / images[0].size[1] == pytest.approx(1.5)
    assert len({image.tobytes() for image in images}) == 4
    assert repr(moving).startswith("Player: 4 frames, A bar that grows\n")


def test_player_can_be_operated_and_read_without_seeing_it():
    fragment = player(draw_bar, [1, 2], alt='A "bar" <grows>', labels=["low", "high"]).html
    assert 'alt="A &quot;bar&quot; &lt;grows&gt;"' in fragment
    assert re.search(
        r'<input type="range" min="0" max="1" value="0"[^>]* aria-label="Frame"', fragment
    )
    assert "<button" in fragment and 'class="player-controls"' in fragment
    assert ">1 / 2 · low</output>" in fragment
    labels = json.loads(html.unescape(re.search(r'data-labels="([^"]+)"', fragment)[1]))
    assert labels == ["1 / 2 · low", "2 / 2 · high"]


def test_player_is_self_contained():
    fragment = player(draw_bar, [1, 2], alt="A bar").html
    assert "<script" not in fragment and "http" not in fragment and "autoplay" not in fragment


def test_player_is_deterministic_and_its_id_depends_on_its_pictures():
    one, same, other = (player(draw_bar, [1, k], alt="A bar").html for k in (2, 2, 3))
    assert one == same
    identity = re.compile(r'id="(player-[0-9a-f]+)"')
    assert identity.search(one)[1] != identity.search(other)[1]


def test_player_starts_each_frame_on_an_empty_figure_and_leaves_none_open():
    seen = []
    player(lambda fig, _: seen.append(len(fig.axes)) or fig.subplots(), "abc", alt="Empty axes")
    assert seen == [0, 0, 0]
    assert plt.get_fignums() == []


def test_player_of_one_frame_needs_no_controls():
    assert "<button" not in player(draw_bar, [1], alt="A bar").html


def test_player_stays_small():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(200, 2))

    def draw(figure, angle):
        normal = np.array([np.cos(angle), np.sin(angle)])
        plot_decision_boundary(
            lambda p: sigmoid(p @ normal),
            points,
            (points[:, 0] > 0).astype(int),
            ax=figure.subplots(),
            probability=True,
        )

    assert len(player(draw, [0, 1, 2], alt="A line that turns").html) < 3 * 50_000


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"frames": []}, "frames: got none"),
        ({"alt": " "}, "alt: got ' ', want words"),
        ({"interval": 0}, "interval: got 0, want a number > 0"),
        ({"interval": float("nan")}, "interval: got nan, want a number > 0"),
        ({"labels": ["one"]}, "labels: got 1, want one for each of 2 frames"),
        ({"draw": lambda figure, frame: None}, "draw: got an empty figure for frame 1"),
    ],
)
def test_player_refuses_bad_arguments(options, message):
    arguments = {"draw": draw_bar, "frames": [1, 2], "alt": "A bar"} | options
    with pytest.raises(ValueError, match=message):
        player(**arguments)


def test_player_draw_must_be_a_function():
    with pytest.raises(TypeError, match="draw: got str"):
        player("draw", [1], alt="A bar")


def test_player_wants_words():
    with pytest.raises(TypeError, match="alt: got None, want words"):
        player(draw_bar, [1], alt=None)
