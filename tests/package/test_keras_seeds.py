import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import pytest
from keras import layers

from annbook.keras_seeds import train_with_seeds

source = np.random.default_rng(0)
X = source.normal(size=(70, 3)).astype("float32")
y = (X[:, 0] * X[:, 1] + 0.1 * source.normal(size=70)).astype("float32")


def build(by_name=False):
    inputs = keras.Input((3,), name="rows")
    outputs = layers.Dense(1)(layers.Dense(4, activation="relu")(inputs))
    return keras.Model({"rows": inputs} if by_name else inputs, outputs)


def plain_loop(seed):
    keras.utils.set_random_seed(seed)
    model = build()
    model.compile(keras.optimizers.Adam(0.05), loss="mae")
    source = np.random.default_rng(seed)
    for _ in range(2):
        order = source.permutation(len(X))
        for start in range(0, len(X), 16):  # the last batch is smaller
            rows = order[start : start + 16]
            model.train_on_batch(X[rows], y[rows])
    return model


def test_each_network_is_trained_as_by_keras_whatever_was_trained_before():
    networks = train_with_seeds(
        build, X, y, seeds=(5, 3), loss="mae", learning_rate=0.05, batch_size=16, epochs=2
    )
    for network, seed in zip(networks, (5, 3), strict=True):
        expected = plain_loop(seed)(X).numpy()
        np.testing.assert_allclose(network(X).numpy(), expected, rtol=0, atol=1e-5)


def test_inputs_may_go_by_name():
    by_name = train_with_seeds(lambda: build(by_name=True), {"rows": X}, y, seeds=[0], epochs=1)
    alone = train_with_seeds(build, X, y, seeds=[0], epochs=1)
    got, expected = by_name[0]({"rows": X}).numpy(), alone[0](X).numpy()
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"build": 3}, TypeError, "build: got int"),
        ({"build": lambda: None}, TypeError, "build: got one that returns NoneType"),
        ({"y": []}, ValueError, "y"),
        ({"learning_rate": 0}, ValueError, "learning_rate"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"epochs": 1.5}, TypeError, "epochs"),
    ],
)
def test_wrong_arguments_are_named(options, error, message):
    with pytest.raises(error, match=message):
        train_with_seeds(**{"build": build, "X": X, "y": y, **options})
