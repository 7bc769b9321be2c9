"""The drawn graph of a Keras model: boxes, arrows, branches, shared layers, wrong arguments."""

import itertools

import matplotlib

matplotlib.use("agg")

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers
from matplotlib.colors import to_hex

from annbook.model_graph import plot_model_graph


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def wide_and_deep(outputs=("main", "aux")):
    """Two inputs, two hidden layers on one of them, and up to two outputs."""
    wide = keras.Input((5,), name="wide")
    deep = keras.Input((6,), name="deep")
    hidden = layers.Dense(30, name="hidden_1")(deep)
    hidden = layers.Dense(30, name="hidden_2")(hidden)
    both = layers.Concatenate(name="both")([wide, hidden])
    ends = {
        "main": layers.Dense(1, name="main")(both),
        "aux": layers.Dense(1, name="aux")(hidden),
    }
    return keras.Model([wide, deep], [ends[name] for name in outputs])


def boxes(ax):
    """Place of each box by its text."""
    return {text.get_text(): text.get_position() for text in ax.texts}


def box_at(ax, x, y):
    """Name of the layer whose box holds a point or ends just there."""
    names = [
        text.get_text().splitlines()[0]
        for text, patch in zip(ax.texts, ax.patches, strict=True)
        if patch.get_x() <= x <= patch.get_x() + patch.get_width()
        and patch.get_y() - 0.1 <= y <= patch.get_y() + patch.get_height() + 0.1
    ]
    assert len(names) == 1, names
    return names[0]


def arrows(ax):
    """(layer, layer) of each arrow."""
    lines = [line for line in ax.lines if line.get_marker() in ("None", None, "")]
    return sorted(
        (box_at(ax, *line.get_xydata()[0]), box_at(ax, *line.get_xydata()[-1])) for line in lines
    )


def test_a_stack_is_one_column_from_top_to_bottom_with_names_classes_and_shapes():
    model = keras.Sequential(
        [keras.Input((8,), name="x"), layers.Dense(30, name="hidden"), layers.Dense(1, name="y")]
    )
    ax = plot_model_graph(model)
    assert [*boxes(ax)] == ["x\nInputLayer (n, 8)", "hidden\nDense (n, 30)", "y\nDense (n, 1)"]
    x, y = np.transpose([*boxes(ax).values()])
    assert np.ptp(x) == pytest.approx(0)
    assert (np.diff(y) > 0).all() and ax.yaxis_inverted()
    assert arrows(ax) == [("hidden", "y"), ("x", "hidden")]


def test_branches_several_inputs_and_outputs():
    ax = plot_model_graph(wide_and_deep())
    assert arrows(ax) == [
        ("both", "main"),
        ("deep", "hidden_1"),
        ("hidden_1", "hidden_2"),
        ("hidden_2", "aux"),
        ("hidden_2", "both"),
        ("wide", "both"),
    ]
    colors = {
        text.get_text()[:4]: to_hex(p.get_facecolor())
        for text, p in zip(ax.texts, ax.patches, strict=True)
    }
    assert colors["wide"] == colors["deep"] != colors["main"] == colors["aux\n"] != colors["both"]


def test_only_what_lies_between_inputs_and_outputs_is_drawn():
    assert not any("aux" in text for text in boxes(plot_model_graph(wide_and_deep(("main",)))))


def test_boxes_do_not_overlap_and_no_arrow_crosses_a_box():
    x = keras.Input((8,), name="x")
    hidden = x
    for i in range(4):  # each layer sees all before it
        new = layers.Dense(8, name=f"dense_{i}")(hidden)
        hidden = layers.Concatenate(name=f"join_{i}")([x, hidden, new])
    ax = plot_model_graph(keras.Model(x, hidden))
    places = [*boxes(ax).values()]
    for i, (x1, y1) in enumerate(places):
        assert all(abs(y1 - y2) >= 0.99 or abs(x1 - x2) >= 0.99 for x2, y2 in places[:i])
    for line in ax.lines:
        points = line.get_xydata()
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            for t in np.linspace(0.02, 0.98, 40):
                px, py = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
                assert not any(
                    p.get_x() < px < p.get_x() + p.get_width()
                    and p.get_y() < py < p.get_y() + p.get_height()
                    for p in ax.patches
                )


def test_an_arrow_that_passes_a_layer_needs_less_room_than_a_box():
    x = keras.Input((8,), name="x")
    hidden = layers.Dense(8, name="hidden")(x)
    ax = plot_model_graph(keras.Model(x, layers.Add(name="sum")([x, hidden])))
    left, right = ax.get_xlim()
    assert 1 < right - left < 1.5
    ends = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in ax.patches]
    drawn = [x for pair in ends for x in pair]
    drawn += [x for line in ax.lines for x in line.get_xdata()]
    assert min(drawn) - left < 0.1 and right - max(drawn) < 0.1  # no empty side


def test_a_shared_layer_has_a_dashed_box_for_each_call():
    a, b = keras.Input((8,), name="a"), keras.Input((8,), name="b")
    score = layers.Dense(1, name="score")
    model = keras.Model([a, b], layers.Subtract(name="difference")([score(a), score(b)]))
    ax = plot_model_graph(model)
    dashed = [patch.get_linestyle() == "--" for patch in ax.patches]
    texts = [text.get_text() for text in ax.texts]
    assert [text for text, is_dashed in zip(texts, dashed, strict=True) if is_dashed] == [
        "score\nDense, call 1 of 2 (n, 1)",
        "score\nDense, call 2 of 2 (n, 1)",
    ]
    assert arrows(ax) == [
        ("a", "score"), ("b", "score"), ("score", "difference"), ("score", "difference")
    ]  # fmt: skip


def test_a_layer_of_an_earlier_model_is_drawn_with_the_calls_of_this_model_only():
    shared = layers.Dense(3, name="shared")
    first, second = keras.Input((2,), name="first"), keras.Input((2,), name="second")
    keras.Model(first, shared(first))
    ax = plot_model_graph(keras.Model(second, shared(second)))
    assert [*boxes(ax)] == ["second\nInputLayer (n, 2)", "shared\nDense (n, 3)"]


def test_a_nested_model_is_one_box_and_a_tensor_used_twice_has_two_arrows():
    x = keras.Input((4,), name="x")
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(4)], name="inner")
    h = inner(x)
    ax = plot_model_graph(keras.Model(x, layers.Add(name="twice")([h, h])))
    assert "inner\nSequential (n, 4)" in boxes(ax)
    assert arrows(ax) == [("inner", "twice"), ("inner", "twice"), ("x", "inner")]


def test_two_arrows_between_the_same_boxes_end_beside_each_other():
    x = keras.Input((3,), name="x")
    ax = plot_model_graph(keras.Model(x, layers.Add(name="twice")([x, x])))
    assert arrows(ax) == [("x", "twice"), ("x", "twice")]
    ends = {tuple(line.get_xydata()[-1]) for line in ax.lines if len(line.get_xdata()) > 1}
    assert len(ends) == 2


def test_it_draws_on_given_axes_and_highlights():
    _, ax = plt.subplots()
    assert plot_model_graph(wide_and_deep(), ax, highlight=["both"]) is ax
    wide = {
        text.get_text()[:4]: p.get_linewidth() for text, p in zip(ax.texts, ax.patches, strict=True)
    }
    assert [name for name, width in wide.items() if width > 1] == ["both"]


def test_a_highlighted_input_or_output_keeps_its_color():
    model = wide_and_deep()
    plain, marked = plot_model_graph(model), plot_model_graph(model, highlight=["wide", "main"])
    colors = [[to_hex(patch.get_facecolor()) for patch in ax.patches] for ax in (plain, marked)]
    assert colors[0] == colors[1]


class Subclassed(keras.Model):
    def call(self, x):
        return x


@pytest.mark.parametrize(
    ("model", "options", "error", "message"),
    [
        (5, {}, TypeError, "model: got int"),
        (Subclassed, {}, TypeError, "model: got type"),
        (Subclassed(), {}, ValueError, "model: got a Subclassed whose graph"),
        (keras.Sequential([layers.Dense(1)]), {}, ValueError, "model: got a Sequential"),
        (wide_and_deep(), {"highlight": "nobody"}, ValueError, "highlight: got 'nobody'"),
    ],
)
def test_wrong_arguments_are_named(model, options, error, message):
    with pytest.raises(error, match=message):
        plot_model_graph(model, **options)
