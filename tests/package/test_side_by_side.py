import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import pytest
from keras import layers

from annbook.side_by_side import train_side_by_side

source = np.random.default_rng(0)
X = source.normal(size=(70, 3))
y = (X[:, 0] * X[:, 1] > 0).astype(int)
X_valid, y_valid = X[:20] + 0.1, y[:20]


def build(hidden, seed):
    keras.utils.set_random_seed(seed)
    dense = [layers.Dense(units, activation=hidden) for units in (6, 4)]
    return keras.Sequential([keras.Input((3,)), *dense, layers.Dense(1, activation="sigmoid")])


STARTS = [build("relu", seed).get_weights() for seed in (5, 3, 4)]


def train(**changed):
    arguments = {"starts": STARTS, "X": X, "y": y, "X_valid": X_valid, "y_valid": y_valid}
    return train_side_by_side(
        **{**arguments, "learning_rate": 0.02, "batch_size": 16, "epochs": 3, **changed}
    )


@pytest.mark.parametrize("hidden", ["sigmoid", "relu", "tanh"])
def test_a_network_is_trained_as_by_fit(hidden):
    accuracies, probabilities = train(hidden=hidden, shuffle=False)
    assert accuracies.shape == (3, 3) and probabilities.shape == (3, 20)
    model = build(hidden, 0)
    model.set_weights(STARTS[1])
    model.compile(keras.optimizers.Adam(0.02), loss="binary_crossentropy", metrics=["accuracy"])
    history = model.fit(
        X,
        y,
        batch_size=16,
        epochs=3,
        shuffle=False,
        validation_data=(X_valid, y_valid),
        verbose=0,
    ).history
    expected = model.predict(X_valid, verbose=0)[:, 0]
    np.testing.assert_allclose(probabilities[1], expected, rtol=0, atol=1e-4)
    np.testing.assert_allclose(accuracies[:, 1], history["val_accuracy"], atol=1e-6)


def test_each_network_has_its_own_order_and_every_call_the_same_ones():
    twins = [STARTS[0], STARTS[0]]
    _, first = train(starts=twins)
    _, again = train(starts=twins)
    np.testing.assert_array_equal(first, again)
    assert np.abs(first[0] - first[1]).max() > 1e-4


def test_the_given_weights_are_left_alone():
    before = [array.copy() for array in STARTS[0]]
    train()
    for array, copy in zip(STARTS[0], before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"starts": []}, ValueError, "starts"),
        ({"starts": [[]]}, ValueError, "starts"),
        ({"starts": [STARTS[0], STARTS[1][:4]]}, ValueError, "starts"),
        ({"starts": [STARTS[0][:3]]}, ValueError, "starts"),
        ({"starts": [STARTS[0][:4]]}, ValueError, "starts: got a last layer of 4 units"),
        ({"starts": [STARTS[0][2:]]}, ValueError, "starts: got shape"),
        ({"X": X[:, :2]}, ValueError, "starts: got shape"),
        ({"X": X[0]}, ValueError, "X: got shape"),
        ({"y": y[1:]}, ValueError, "y: got shape"),
        ({"y_valid": y}, ValueError, "y_valid: got shape"),
        ({"learning_rate": 0}, ValueError, "learning_rate"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"epochs": 1.5}, TypeError, "epochs"),
        ({"hidden": "softmax"}, ValueError, "hidden"),
    ],
)
def test_wrong_arguments_are_named(changed, error, message):
    with pytest.raises(error, match=message):
        train(**changed)
