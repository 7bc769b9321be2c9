"""The losses of the network: known values, and what targets they take."""

import numpy as np
import pytest

from annbook.network import LOSSES


@pytest.mark.parametrize("loss", ["sigmoid_crossentropy", "softmax_crossentropy"])
def test_extreme_logits_give_finite_losses_and_certain_answers(loss):
    outputs = 1 if loss.startswith("sigmoid") else 2
    logits = np.array([[-1e4], [1e4]]) * ([1] if outputs == 1 else [-0.5, 0.5])
    for y, expected in (([0, 1], 0), ([1, 0], 1e4)):
        y = LOSSES[loss].check(np.array(y), outputs)
        value, gradient = LOSSES[loss].value_and_gradient(logits, y)
        assert value == pytest.approx(expected)
        assert np.isfinite(gradient).all()
    assert LOSSES[loss].predict(logits)[:, -1].tolist() == [0, 1]


def test_squared_errors_are_averaged_over_all_numbers():
    outputs, y = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[1.0, 0.0], [2.0, 8.0]])
    value, gradient = LOSSES["mean_squared_error"].value_and_gradient(outputs, y)
    assert value == (0 + 4 + 1 + 9) / 4
    assert gradient.tolist() == [[0, 1], [0.5, -1.5]]
    assert LOSSES["mean_squared_error"].predict(outputs) is outputs


@pytest.mark.parametrize(
    ("loss", "outputs", "y", "expected"),
    [
        ("mean_squared_error", [[1.0], [2.0]], [[1.0], [2.0]], {}),
        ("sigmoid_crossentropy", [[-2.0], [3.0], [1.0]], [[0], [1], [0]], {"accuracy": 2}),
        ("sigmoid_crossentropy", [[-2.0, 3.0], [1.0, 1.0]], [[0, 0], [1, 1]], {"accuracy": 1.5}),
        ("softmax_crossentropy", [[0.0, 2.0, 1.0], [5.0, 1.0, 0.0]], [1, 2], {"accuracy": 1}),
    ],
)
def test_right_answers_are_counted(loss, outputs, y, expected):
    assert LOSSES[loss].counts(np.array(outputs), np.array(y)) == expected


@pytest.mark.parametrize(
    ("loss", "y", "words"),
    [
        ("mean_squared_error", np.zeros(4), r"y: got shape \(4,\), want \(4, 3\)"),
        ("sigmoid_crossentropy", np.zeros((4, 2)), r"y: got shape \(4, 2\), want \(4, 3\)"),
        (
            "sigmoid_crossentropy",
            np.eye(3) * 2,
            r"y: got 2.0 at \(0, 0\), want the classes 0 and 1",
        ),
        (
            "softmax_crossentropy",
            np.array([0, 1, 3]),
            r"y: got 3 at \(2,\), want a class from 0 to 2",
        ),
        ("softmax_crossentropy", np.array([0, -1]), r"y: got -1 at \(1,\)"),
        ("softmax_crossentropy", np.array([0.5, 0]), r"y: got 0.5 at \(0,\)"),
        ("softmax_crossentropy", np.eye(3), r"y: got shape \(3, 3\), want \(3,\): class numbers"),
    ],
)
def test_wrong_targets_get_a_clear_error(loss, y, words):
    with pytest.raises(ValueError, match=words):
        LOSSES[loss].check(y, 3)
