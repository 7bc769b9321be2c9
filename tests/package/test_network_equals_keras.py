"""The network against Keras: the same weights after the same steps, in 64 bits."""

import numpy as np
import pytest
from scipy import sparse

from annbook.network import (
    SGD,
    Activation,
    Adam,
    BatchNormalization,
    Dense,
    Network,
    Residual,
    RMSprop,
)

# 50 rows in batches of 16: the last one has 2.
RUN = {"epochs": 5, "batch_size": 16, "shuffle": False}


def wide(number):
    """Say that a number has 64 bits: others are rounded to 32 bits by Keras."""
    return np.float64(number)


def loss_of_keras(keras, loss):
    """Return the loss, the metrics, the optimizer and ours."""
    if loss == "mean_squared_error":
        theirs = keras.optimizers.SGD(wide(0.05), momentum=wide(0.9))
        return keras.losses.MeanSquaredError(), [], theirs, SGD(0.05, momentum=0.9)
    if loss == "sigmoid_crossentropy":
        accuracy = keras.metrics.BinaryAccuracy("accuracy", threshold=0.0)
        theirs = keras.optimizers.SGD(wide(0.5), momentum=wide(0.5), nesterov=True)
        ours = SGD(0.5, momentum=0.5, nesterov=True)
        return keras.losses.BinaryCrossentropy(from_logits=True), [accuracy], theirs, ours
    accuracy = keras.metrics.SparseCategoricalAccuracy("accuracy")
    rates = {"learning_rate": wide(0.01), "beta_1": wide(0.9), "beta_2": wide(0.999)}
    theirs = keras.optimizers.Adam(**rates)
    return keras.losses.SparseCategoricalCrossentropy(True), [accuracy], theirs, Adam(0.01)


def targets(loss, rng, samples, outputs):
    if loss == "mean_squared_error":
        return rng.normal(size=(samples, outputs))
    if loss == "sigmoid_crossentropy":
        return rng.integers(2, size=(samples, outputs))
    return rng.integers(outputs, size=samples)


@pytest.mark.parametrize(
    "loss", ["mean_squared_error", "sigmoid_crossentropy", "softmax_crossentropy"]
)
def test_training_is_that_of_keras(keras_in_64_bits, loss):
    keras = keras_in_64_bits
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(7, "relu", kernel_regularizer=keras.regularizers.L2(1 / 128)),
            keras.layers.Dense(6, "tanh", kernel_regularizer=keras.regularizers.L1(1 / 1024)),
            keras.layers.Dense(5, "sigmoid"),
            keras.layers.Dense(3),
        ]
    )
    their_loss, metrics, their_optimizer, optimizer = loss_of_keras(keras, loss)
    model.compile(their_optimizer, their_loss, metrics=metrics)
    layers = [Dense(4, 7, l2=1 / 128), Activation("relu"), Dense(7, 6, l1=1 / 1024)]
    layers += [Activation("tanh"), Dense(6, 5), Activation("sigmoid"), Dense(5, 3)]
    network = Network(layers, loss)
    network.set_parameters(model.get_weights())
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(50, 4)), targets(loss, rng, 50, 3)
    held_out = rng.normal(size=(20, 4)), targets(loss, rng, 20, 3)
    theirs = model.fit(X, y, validation_data=held_out, verbose=0, **RUN).history
    ours = network.fit(X, y, optimizer=optimizer, validation_data=held_out, **RUN)
    for mine, array in zip(network.parameters, model.get_weights(), strict=True):
        assert array.dtype == "float64"
        np.testing.assert_allclose(mine, array, rtol=0, atol=1e-12)
    assert ours.keys() == theirs.keys()
    for name, values in theirs.items():
        assert ours[name] == pytest.approx(values, rel=1e-12)


def test_batch_normalization_and_residual_blocks_are_those_of_keras(keras_in_64_bits):
    keras = keras_in_64_bits
    keras.utils.set_random_seed(1)
    inputs = keras.Input((4,))
    block = keras.layers.BatchNormalization()(inputs)
    block = keras.layers.Dense(4, "tanh")(block)
    outputs = keras.layers.Dense(3)(keras.layers.add([inputs, block]))
    model = keras.Model(inputs, outputs)
    model.compile(keras.optimizers.SGD(wide(0.02)), "mean_squared_error")
    inner = BatchNormalization(4), Dense(4, 4), Activation("tanh")
    network = Network([Residual(*inner), Dense(4, 3)], "mean_squared_error")
    network.set_parameters([weight.numpy() for weight in model.trainable_weights])
    rng = np.random.default_rng(2)
    X, y = rng.normal(2, 3, size=(50, 4)), rng.normal(size=(50, 3))
    model.fit(X, y, verbose=0, **RUN)
    network.fit(X, y, optimizer=SGD(0.02), **RUN)
    averages = [weight.numpy() for weight in model.non_trainable_weights]
    pairs = [
        *zip(network.parameters, model.trainable_weights, strict=True),
        *zip((inner[0].mean, inner[0].variance), averages, strict=True),
        (network.predict(X), model.predict(X, verbose=0)),
    ]
    for mine, theirs in pairs:
        np.testing.assert_allclose(mine, np.asarray(theirs), rtol=0, atol=1e-12)


@pytest.mark.parametrize("form", [sparse.csr_matrix, sparse.csc_array, sparse.coo_array])
def test_a_sparse_first_layer_is_trained_as_keras_trains_a_dense_one(keras_in_64_bits, form):
    keras = keras_in_64_bits
    keras.utils.set_random_seed(1)
    penalty = keras.regularizers.L2(1 / 1024)
    model = keras.Sequential([keras.Input((300,))])
    model.add(keras.layers.Dense(8, "relu", kernel_regularizer=penalty))
    model.add(keras.layers.Dense(8, "relu", kernel_regularizer=penalty))
    model.add(keras.layers.Dense(1))
    theirs = keras.optimizers.RMSprop(wide(0.001), rho=wide(0.9))
    model.compile(theirs, keras.losses.BinaryCrossentropy(from_logits=True))
    layers = [Dense(300, 8, l2=1 / 1024), Activation("relu"), Dense(8, 8, l2=1 / 1024)]
    network = Network([*layers, Activation("relu"), Dense(8, 1)], "sigmoid_crossentropy")
    network.set_parameters(model.get_weights())
    rng = np.random.default_rng(2)
    X, y = (rng.random((50, 300)) < 0.05).astype(float), rng.integers(2, size=50)
    held_out, held_out_y = (rng.random((20, 300)) < 0.05).astype(float), rng.integers(2, size=20)
    history = model.fit(X, y, validation_data=(held_out, held_out_y), verbose=0, **RUN).history
    pair = form(held_out), held_out_y
    ours = network.fit(form(X), y, optimizer=RMSprop(), validation_data=pair, **RUN)
    for mine, array in zip(network.parameters, model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, array, rtol=0, atol=1e-8)
    for name in ("loss", "val_loss"):
        assert ours[name] == pytest.approx(history[name], rel=1e-7)
    np.testing.assert_allclose(network.predict(form(X)), network.predict(X), atol=1e-14)
