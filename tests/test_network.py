"""The network from scratch: against finite differences, closed forms and Keras."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annbook.datasets import moons
from annbook.deep_layers import BatchNormalization, Residual
from annbook.layers import ACTIVATIONS, INITIALIZERS
from annbook.losses import LOSSES
from annbook.network import Activation, Dense, Dropout, Network
from annbook.optimizers import OPTIMIZERS, SGD, Adam

WIDE = {
    "sgd": {"learning_rate": 0.01},
    "adagrad": {"learning_rate": 0.001, "initial_accumulator_value": 0.1},
    "rmsprop": {"learning_rate": 0.001, "rho": 0.9},
    "adam": {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999},
    "adamw": {"learning_rate": 0.001, "weight_decay": 0.004, "beta_1": 0.9, "beta_2": 0.999},
}


def targets(loss, rng, samples, outputs):
    if loss == "softmax_crossentropy":
        return rng.integers(outputs, size=samples)
    if loss == "sigmoid_crossentropy":
        return rng.integers(2, size=(samples, outputs))
    return rng.normal(size=(samples, outputs))


def small(*layers, loss="mean_squared_error", **options):
    return Network(layers or [Dense(2, 1)], loss, **options)


def assert_gradient_is_slope(network, X, y):
    """Compare the gradient of a training pass with finite differences."""

    def value_and_delta():
        network.rng.bit_generator.state = start  # the same masks
        outputs = network.forward(X, training=True)
        value, delta = network.loss.value_and_gradient(outputs, y)
        return value + sum(layer.penalty() for layer in network.layers), delta

    start = network.rng.bit_generator.state
    _, delta = value_and_delta()
    network.backward(delta)
    gradient = network.gradient.copy()
    step = 1e-6
    for i, weight in enumerate(network.weights.copy()):
        values = []
        for moved in (weight - step, weight, weight + step):
            network.weights[i] = moved
            values.append(value_and_delta()[0])
        network.weights[i] = weight
        low, middle, high = values
        slopes = (middle - low) / step, (high - middle) / step
        if abs(slopes[0] - slopes[1]) < 1e-3 * (1 + abs(gradient[i])):  # else a corner of ReLU, L1
            assert gradient[i] == pytest.approx((high - low) / (2 * step), rel=1e-5, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=4),
    activation=st.sampled_from([*ACTIVATIONS]),
    loss=st.sampled_from([*LOSSES]),
    initializer=st.sampled_from([*INITIALIZERS]),
    penalties=st.tuples(st.sampled_from([0, 0.3]), st.sampled_from([0, 0.2])),
    rate=st.sampled_from([0, 0.5]),
    samples=st.integers(1, 6),
    seed=st.integers(0, 999),
)
def test_gradients_agree_with_finite_differences(
    sizes, activation, loss, initializer, penalties, rate, samples, seed
):
    l1, l2 = penalties
    layers = []
    for inputs, units in pairwise(sizes):
        layers += [Dense(inputs, units, initializer=initializer, l1=l1, l2=l2)]
        layers += [Activation(activation), Dropout(rate)]
    network = Network(layers[:-2], loss)
    rng = np.random.default_rng(seed)
    network.weights[:] = rng.normal(size=network.weights.shape)
    X = rng.normal(size=(samples, sizes[0]))
    y = network.loss.check(targets(loss, rng, samples, sizes[-1]), sizes[-1])

    assert_gradient_is_slope(network, X, y)


@settings(max_examples=40, deadline=None)
@given(
    units=st.integers(1, 4),
    samples=st.integers(2, 7),
    activation=st.sampled_from([*ACTIVATIONS]),
    l2=st.sampled_from([0, 0.2]),
    seed=st.integers(0, 999),
)
def test_gradients_of_deep_layers_agree_with_finite_differences(
    units, samples, activation, l2, seed
):
    inner = Dense(units, 3, l2=l2), BatchNormalization(3), Activation(activation), Dense(3, units)
    layers = Dense(2, units), BatchNormalization(units), Residual(*inner), Dense(units, 1)
    network = Network(layers, "mean_squared_error")
    rng = np.random.default_rng(seed)
    network.weights[:] = rng.normal(size=network.weights.shape)
    assert_gradient_is_slope(network, rng.normal(size=(samples, 2)), rng.normal(size=(samples, 1)))


@settings(max_examples=20, deadline=None)
@given(st.sampled_from([*ACTIVATIONS]), st.booleans(), st.integers(0, 99))
def test_layers_return_the_gradient_by_their_inputs(activation, training, seed):
    rng = np.random.default_rng(seed)
    layers = Dense(4, 3), BatchNormalization(3), Residual(Dense(3, 3), Activation(activation))
    Network(layers, "mean_squared_error")
    X, delta = rng.normal(size=(5, 4)), rng.normal(size=(5, 3))

    def weighted_sum(X):
        for layer in layers:
            X = layer.forward(X, training)
        return np.sum(X * delta)

    weighted_sum(X)
    slope = delta
    for layer in reversed(layers):
        slope = layer.backward(slope)
    direction = rng.normal(size=X.shape) * 1e-6
    difference = weighted_sum(X + direction) - weighted_sum(X - direction)
    assert np.sum(slope * direction) * 2 == pytest.approx(difference, rel=1e-4, abs=1e-11)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_the_weights_after_100_steps_are_those_of_keras(optimizer, loss):
    import keras

    policy = keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
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
        for layer in model.layers:
            assert layer.kernel.dtype == "float64"
        losses = {
            "mean_squared_error": keras.losses.MeanSquaredError(),
            "sigmoid_crossentropy": keras.losses.BinaryCrossentropy(from_logits=True),
            "softmax_crossentropy": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        }
        # Keras rounds numbers to 32 bits, unless they say that they have 64 or need no more.
        wide = {key: np.float64(x) for key, x in WIDE[optimizer].items()}
        theirs = getattr(keras.optimizers, OPTIMIZERS[optimizer].__name__)(**wide)
        model.compile(theirs, losses[loss])
        network = Network(
            [
                Dense(4, 7, l2=1 / 128),
                Activation("relu"),
                Dense(7, 6, l1=1 / 1024),
                Activation("tanh"),
                Dense(6, 5),
                Activation("sigmoid"),
                Dense(5, 3),
            ],
            loss,
        )
        network.set_parameters(model.get_weights())
        rng = np.random.default_rng(2)
        X, y = rng.normal(size=(100, 4)), targets(loss, rng, 100, 3)
        model.fit(X, y, epochs=20, batch_size=20, shuffle=False, verbose=0)
        network.fit(X, y, optimizer=optimizer, epochs=20, batch_size=20, shuffle=False)
        for mine, theirs in zip(network.parameters, model.get_weights(), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-12)
        loss_of_keras = model.evaluate(X, y, verbose=0)
        assert network.evaluate(X, y)["loss"] == pytest.approx(loss_of_keras, rel=1e-12)
    finally:
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy(policy)


def test_batch_normalization_and_residual_blocks_are_those_of_keras():
    import keras

    policy = keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        keras.utils.set_random_seed(1)
        inputs = keras.Input((4,))
        block = keras.layers.BatchNormalization()(inputs)
        block = keras.layers.Dense(4, "tanh")(block)
        outputs = keras.layers.Dense(3)(keras.layers.add([inputs, block]))
        model = keras.Model(inputs, outputs)
        model.compile(keras.optimizers.SGD(np.float64(0.02)), "mean_squared_error")
        inner = BatchNormalization(4), Dense(4, 4), Activation("tanh")
        network = Network([Residual(*inner), Dense(4, 3)], "mean_squared_error")
        network.set_parameters([weight.numpy() for weight in model.trainable_weights])
        rng = np.random.default_rng(2)
        X, y = rng.normal(2, 3, size=(100, 4)), rng.normal(size=(100, 3))
        model.fit(X, y, epochs=20, batch_size=20, shuffle=False, verbose=0)
        network.fit(X, y, optimizer=SGD(0.02), epochs=20, batch_size=20, shuffle=False)
        averages = [weight.numpy() for weight in model.non_trainable_weights]
        pairs = [
            *zip(network.parameters, model.trainable_weights, strict=True),
            *zip((inner[0].mean, inner[0].variance), averages, strict=True),
            (network.predict(X), model.predict(X, verbose=0)),
        ]
        for mine, theirs in pairs:
            np.testing.assert_allclose(mine, np.asarray(theirs), rtol=0, atol=1e-12)
    finally:
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy(policy)


def test_initializers_have_the_variance_in_their_formula():
    variances = {"glorot_uniform": 2 / (200 + 300), "he_normal": 2 / 200, "lecun_normal": 1 / 200}
    assert variances.keys() == INITIALIZERS.keys()
    for name, variance in variances.items():
        W, b = small(Dense(200, 300, initializer=name)).parameters
        assert W.var() == pytest.approx(variance, rel=0.03)
        assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)
        assert not b.any()


def test_dropout_keeps_the_mean_and_rests_outside_training():
    dropout = Dropout(0.3)
    dropout.initialize(np.random.default_rng(0))
    A = np.ones((200, 500))
    dropped = dropout.forward(A, training=True)
    assert set(np.unique(dropped)) == {0, 1 / 0.7}
    assert np.mean(dropped == 0) == pytest.approx(0.3, abs=0.01)
    assert (dropout.backward(A) == dropped).all()
    assert (dropout.forward(A) == A).all()


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


def test_probabilities_and_accuracy_of_known_logits():
    network = Network([Dense(1, 3)], "softmax_crossentropy")
    network.set_parameters([np.array([[1.0, 0, -1]]), np.log([1.0, 2, 3])])
    assert network.predict(np.zeros((1, 1))) == pytest.approx(np.array([[1, 2, 3]]) / 6)
    result = network.evaluate(np.array([[0.0], [5.0]]), [2, 1])
    assert result["accuracy"] == 0.5
    late = np.exp([5, 0, -5]) * [1, 2, 3]
    assert result["loss"] == pytest.approx(-(np.log(1 / 2) + np.log(late[1] / late.sum())) / 2)


def test_weights_and_layers_share_their_memory():
    network = Network([Dense(2, 3), Activation("relu"), Dense(3, 1)], "mean_squared_error")
    assert network.weights.size == 3 * 3 + 4
    network.weights[:] = 7
    assert all((array == 7).all() for array in network.parameters)


def test_history_is_what_keras_would_report():
    X, y = moons(n_samples=100)
    network = small(Dense(2, 8), Activation("tanh"), Dense(8, 1), loss="sigmoid_crossentropy")
    before = network.evaluate(X, y)
    history = network.fit(
        X, y, optimizer="adam", epochs=3, batch_size=100, validation_data=(X[:50], y[:50])
    )
    assert [*history] == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert [len(values) for values in history.values()] == [3, 3, 3, 3]
    assert history["loss"][0] == pytest.approx(before["loss"])
    assert history["val_loss"][-1] == network.evaluate(X[:50], y[:50])["loss"]


def test_regression_has_no_accuracy():
    X = np.random.default_rng(0).normal(size=(50, 2))
    network = small(Dense(2, 1))
    history = network.fit(X, X @ [2, -1] + 3, optimizer=SGD(0.1), epochs=50, batch_size=10)
    assert [*history] == ["loss"]
    assert [*np.concatenate([p.ravel() for p in network.parameters])] == pytest.approx([2, -1, 3])


def test_it_learns_the_moons():
    X, y = moons(n_samples=200, noise=0.1)
    network = small(
        Dense(2, 20), Activation("relu"), Dropout(0.1), Dense(20, 1), loss="sigmoid_crossentropy"
    )
    history = network.fit(X, y, optimizer=Adam(0.02), epochs=100)
    assert history["loss"][-1] < 0.2 < history["loss"][0]
    assert network.evaluate(X, y)["accuracy"] > 0.95


def test_the_same_seed_gives_the_same_run_and_another_one_another():
    X, y = moons()

    def run(seed):
        layers = [Dense(2, 5), Activation("relu"), Dropout(0.5), Dense(5, 1)]
        network = Network(layers, "sigmoid_crossentropy", seed=seed)
        network.fit(X, y, optimizer="sgd", epochs=2)
        return network.weights

    assert (run(3) == run(3)).all()
    assert not np.allclose(run(3), run(4))


def test_fit_continues_with_the_same_optimizer_as_one_run_would():
    X, y = moons()
    parts, whole = (small(Dense(2, 1), loss="sigmoid_crossentropy") for _ in range(2))
    adam = Adam(0.1)
    for _ in range(2):
        parts.fit(X, y, optimizer=adam, epochs=3, shuffle=False)
    whole.fit(X, y, optimizer=Adam(0.1), epochs=6, shuffle=False)
    assert (parts.weights == whole.weights).all()


def test_32_bits_stay_32_bits():
    X, y = moons()
    network = small(
        Dense(2, 4, l1=0.1, l2=0.1),
        Activation("sigmoid"),
        Dropout(0.2),
        Dense(4, 2),
        loss="softmax_crossentropy",
        dtype="float32",
    )
    network.fit(X, y, optimizer="adam")
    assert network.predict(X).dtype == network.weights.dtype == "float32"


X4, Y4 = np.zeros((4, 2)), np.zeros(4)


def fit(X=X4, y=Y4, network=None, **options):
    network = network or small()
    return network.fit(X, y, **{"optimizer": "sgd", **options})


def two_outputs():
    return small(Dense(2, 2), loss="softmax_crossentropy")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Dense(0, 3), ValueError, "inputs: got 0, want an integer >= 1"),
        (lambda: Dense(3, 2.5), TypeError, "units: got 2.5, want an integer"),
        (lambda: Dense(3, 2, l2=-1), ValueError, "l2: got -1, want a number >= 0"),
        (lambda: Dense(3, 2, initializer="he"), ValueError, "initializer: got 'he'.*'he_normal'"),
        (lambda: Activation("gelu"), ValueError, "activation: got 'gelu'.*'relu', 'sigmoid'"),
        (lambda: Dropout(1), ValueError, "rate: got 1, want a number >= 0 and < 1"),
        (lambda: Dropout("half"), TypeError, "rate: got 'half', want a number"),
        (lambda: BatchNormalization(0), ValueError, "units: got 0"),
        (lambda: BatchNormalization(2, momentum=1), ValueError, "momentum: got 1.* < 1"),
        (lambda: BatchNormalization(2, epsilon=0), ValueError, "epsilon: got 0, want .* > 0"),
        (lambda: Residual(Activation("relu")), ValueError, "layers: got none with parameters"),
        (lambda: Residual(Dense(2, 3)), ValueError, "layers: take 2 numbers and give 3"),
        (lambda: Residual(Dense(2, 3), Dense(4, 2)), ValueError, "one gives 3 numbers, the next"),
        (lambda: small(loss="mse"), ValueError, "loss: got 'mse', want one of 'mean_sq"),
        (lambda: small(dtype="int"), ValueError, "dtype: got 'int'.*'float32'"),
        (lambda: Network([Activation("relu")], "mean_squared_error"), ValueError, "at least one"),
        (
            lambda: Network([Dense(2, 3), Activation("relu"), Dense(4, 1)], "mean_squared_error"),
            ValueError,
            "one gives 3 numbers, the next takes 4",
        ),
        (lambda: fit(optimizer="adamm"), ValueError, "optimizer: got 'adamm'.*'adam', 'adamw'"),
        (lambda: fit(epochs=0), ValueError, "epochs: got 0"),
        (lambda: fit(batch_size=2.0), TypeError, r"batch_size: got 2\.0, want an integer"),
        (lambda: fit(np.zeros((4, 3))), ValueError, r"X: got shape \(4, 3\), want \(samples, 2\)"),
        (lambda: fit(np.zeros(4)), ValueError, r"X: got shape \(4,\)"),
        (lambda: fit(X4[:0], Y4[:0]), ValueError, r"X: got shape \(0, 2\)"),
        (lambda: fit(X4 + np.nan), ValueError, "X: got float64 with NaN"),
        (lambda: fit(X4 + np.inf), ValueError, "X: got float64 with NaN, infinity"),
        (lambda: fit(X4.astype(str)), ValueError, "X: got .* no numbers"),
        (lambda: fit(y=np.zeros(3)), ValueError, r"y: got shape \(3,\), want 4 targets"),
        (lambda: fit(y=np.zeros((4, 2))), ValueError, r"y: got shape \(4, 2\), want \(4, 1\)"),
        (lambda: fit(y=Y4 + np.nan), ValueError, "y: got float64 with NaN"),
        (
            lambda: fit(y=[0, 1, 2, 0], network=two_outputs()),
            ValueError,
            r"y: got 2 at \(2,\), want a class from 0 to 1",
        ),
        (lambda: fit(y=[0, 1, -1, 0], network=two_outputs()), ValueError, "got -1 at"),
        (lambda: fit(y=[0, 1, 0.5, 0], network=two_outputs()), ValueError, "got 0.5 at"),
        (lambda: fit(y=np.eye(4), network=two_outputs()), ValueError, "want .*class numbers"),
        (
            lambda: fit(y=[0, 1, 2, 0], network=small(loss="sigmoid_crossentropy")),
            ValueError,
            r"y: got 2 at \(2,\), want the classes 0 and 1",
        ),
        (
            lambda: small().set_parameters([np.ones((2, 1))]),
            ValueError,
            r"arrays: got shapes \[\(2, 1\)\], want \[\(2, 1\), \(1,\)\]",
        ),
    ],
)
def test_bad_input_gets_a_clear_error(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.filterwarnings("error")
def test_a_diverging_run_stops_and_says_where():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 2))
    with pytest.raises(FloatingPointError, match=r"step \d+ .*smaller learning rate"):
        fit(X, X.sum(axis=1), optimizer=SGD(10.0), epochs=1000)
