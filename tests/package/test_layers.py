"""The layers of the network: gradients, first weights, and the network that each belongs to."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from annbook.network import (
    ACTIVATIONS,
    INITIALIZERS,
    LOSSES,
    Activation,
    BatchNormalization,
    Dense,
    Dropout,
    Layer,
    Network,
    Residual,
)

# A failing example is small already: shrinking it further would only take time.
EXAMPLES = {"deadline": None, "phases": (Phase.reuse, Phase.generate)}


def targets(loss, rng, samples, outputs):
    if loss == "softmax_crossentropy":
        return rng.integers(outputs, size=samples)
    if loss == "sigmoid_crossentropy":
        return rng.integers(2, size=(samples, outputs))
    return rng.normal(size=(samples, outputs))


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


@settings(max_examples=60, **EXAMPLES)
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


@settings(max_examples=40, **EXAMPLES)
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


@settings(max_examples=20, **EXAMPLES)
@given(st.sampled_from([*ACTIVATIONS]), st.booleans(), st.integers(0, 99))
def test_layers_return_the_gradient_by_their_inputs(activation, training, seed):
    rng = np.random.default_rng(seed)
    layers = [Dense(4, 3), BatchNormalization(3), Residual(Dense(3, 3), Activation(activation))]
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


def test_initializers_have_the_variance_in_their_formula():
    variances = {"glorot_uniform": 2 / (200 + 300), "he_normal": 2 / 200, "lecun_normal": 1 / 200}
    assert variances.keys() == INITIALIZERS.keys()
    for name, variance in variances.items():
        W, b = Network([Dense(200, 300, initializer=name)], "mean_squared_error").parameters
        assert W.var() == pytest.approx(variance, rel=0.03)
        assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)
        assert not b.any()


def test_dropout_keeps_the_mean_and_rests_outside_training():
    dropout = Dropout(0.3)
    dropout.bind([], [], np.random.default_rng(0))
    A = np.ones((200, 500))
    dropped = dropout.forward(A, training=True)
    assert set(np.unique(dropped)) == {0, 1 / 0.7}
    assert np.mean(dropped == 0) == pytest.approx(0.3, abs=0.01)
    assert (dropout.backward(A) == dropped).all()
    assert (dropout.forward(A) == A).all()


def network_of(*layers):
    return Network([Dense(2, 2), *layers], "mean_squared_error")


@pytest.mark.parametrize(
    "use",
    [
        lambda: Dense(2, 3).forward(np.ones((4, 2))),
        lambda: Dense(2, 3, l2=0.1).penalty(),
        lambda: BatchNormalization(2).forward(np.ones((4, 2))),
        lambda: Dropout(0.5).forward(np.ones((4, 2)), training=True),
        lambda: Residual(Dense(2, 2)).forward(np.ones((4, 2))),
        lambda: Dense(2, 3).gradients,
    ],
    ids=["Dense", "penalty", "BatchNormalization", "Dropout", "Residual", "gradients"],
)
def test_a_layer_outside_of_a_network_says_that_it_needs_one(use):
    with pytest.raises(
        RuntimeError, match=r"\w+: got a layer outside of a network, want .*Network"
    ):
        use()


def test_layers_without_parameters_need_no_network():
    assert Activation("relu").forward(np.array([[-1.0, 2.0]])).tolist() == [[0, 2]]
    assert Dropout(0.5).forward(np.ones((1, 2))).tolist() == [[1, 1]]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Dense(2, 2),
        lambda: Activation("tanh"),
        lambda: Dropout(0.5),
        lambda: BatchNormalization(2),
        lambda: Residual(Dense(2, 2)),
    ],
    ids=["Dense", "Activation", "Dropout", "BatchNormalization", "Residual"],
)
def test_a_layer_belongs_to_one_place_of_one_network(make):
    layer, other = make(), make()
    words = f"layers: got the same {type(layer).__name__} {{}}, want a new {type(layer).__name__}"
    twice, in_use = words.format("in two places"), words.format("that is in a network already")
    for stack in ([layer, layer], [layer, Residual(Dense(2, 2), layer)]):
        with pytest.raises(ValueError, match=twice):
            network_of(*stack)
    with pytest.raises(ValueError, match=twice):
        Residual(Dense(2, 2), layer, layer)
    network = network_of(layer, Residual(Dense(2, 2), other))
    X = np.ones((3, 2))
    before = network.predict(X)
    for used in (layer, other):  # also one inside of a Residual
        for build in (network_of, lambda used: Residual(Dense(2, 2), used)):
            with pytest.raises(ValueError, match=in_use):
                build(used)
    assert (network.predict(X) == before).all()


def test_a_refused_network_leaves_its_new_layers_free():
    fresh, used = Dense(2, 2), Dense(2, 2)
    network_of(used)
    with pytest.raises(ValueError, match="already"):
        network_of(fresh, used)
    network_of(fresh)


def test_a_layer_of_one_s_own_needs_two_methods():
    class Double(Layer):
        def forward(self, X, training=False):
            return 2 * X

        def backward(self, delta, inputs_too=True):
            return 2 * delta

    network = Network([Dense(2, 3), Double(), Dense(3, 1)], "mean_squared_error")
    rng = np.random.default_rng(0)
    assert_gradient_is_slope(network, rng.normal(size=(4, 2)), rng.normal(size=(4, 1)))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Dense(0, 3), ValueError, "inputs: got 0, want an integer >= 1"),
        (lambda: Dense(3, 2.5), TypeError, "units: got 2.5, want an integer"),
        (lambda: Dense(3, 2, l2=-1), ValueError, "l2: got -1, want a number >= 0"),
        (lambda: Dense(3, 2, l1="much"), TypeError, "l1: got 'much', want a number"),
        (lambda: Dense(3, 2, initializer="he"), ValueError, "initializer: got 'he'.*'he_normal'"),
        (lambda: Activation("gelu"), ValueError, "activation: got 'gelu'.*'relu', 'sigmoid'"),
        (lambda: Dropout(1), ValueError, "rate: got 1, want a number >= 0 and < 1"),
        (lambda: Dropout("half"), TypeError, "rate: got 'half', want a number"),
        (lambda: BatchNormalization(0), ValueError, "units: got 0"),
        (lambda: BatchNormalization(2, momentum=1), ValueError, "momentum: got 1.* < 1"),
        (lambda: BatchNormalization(2, epsilon=0), ValueError, "epsilon: got 0, want .* > 0"),
        (lambda: Residual(Activation("relu")), ValueError, "layers: got none with parameters"),
        (lambda: Residual(), ValueError, "layers: got none with parameters"),
        (lambda: Residual(Dense(2, 3)), ValueError, "layers: got ones that take 2 .* give 3, want"),
        (
            lambda: Residual(Dense(2, 3), Dense(4, 2)),
            ValueError,
            "layers: got one that takes 4 numbers after one that gives 3, want equal",
        ),
        (
            lambda: Residual(np.tanh),
            TypeError,
            "layers: got <ufunc 'tanh'> among them, want layers",
        ),
    ],
)
def test_bad_input_gets_a_clear_error(make, error, words):
    with pytest.raises(error, match=words):
        make()
