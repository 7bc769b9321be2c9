"""Several ReLU networks side by side: each learns as it would alone."""

import numpy as np
import pytest

from annbook.many_networks import ManyNetworks
from annbook.network import SGD, Activation, Dense, Network


def networks(k=3):
    def one(seed):
        layers = [Dense(4, 6), Activation("relu"), Dense(6, 5), Activation("relu"), Dense(5, 3)]
        return Network(layers, "softmax_crossentropy", seed=seed)

    return [one(seed) for seed in range(k)]


def test_each_network_learns_as_it_would_alone():
    rng = np.random.default_rng(0)
    many, alone = ManyNetworks(networks()), networks()
    optimizer, own = SGD(0.1, momentum=0.5), [SGD(0.1, momentum=0.5) for _ in alone]
    for _ in range(20):
        X, y = rng.normal(size=(3, 7, 4)), rng.integers(3, size=(3, 7))
        optimizer.step(many.weights, many.gradient(X, y))
        for network, its, X_i, y_i in zip(alone, own, X, y, strict=True):
            network.train_on_batch(X_i, y_i, its)
    np.testing.assert_allclose(many.weights, [network.weights for network in alone], rtol=1e-9)
    X, y = rng.normal(size=(50, 4)), rng.integers(3, size=50)
    losses, accuracies = many.evaluate(X, y)
    for network, loss, accuracy in zip(alone, losses, accuracies, strict=True):
        expected = network.evaluate(X, y)
        assert loss == pytest.approx(expected["loss"])
        assert accuracy == pytest.approx(expected["accuracy"])


def test_the_given_networks_stay_as_they_are():
    given = networks()
    many = ManyNetworks(given)
    many.weights += 1
    for network, fresh in zip(given, networks(), strict=True):
        np.testing.assert_array_equal(network.weights, fresh.weights)


@pytest.mark.parametrize(
    "layers, loss",
    [
        ([Dense(4, 3)], "mean_squared_error"),
        ([Dense(4, 6), Activation("tanh"), Dense(6, 3)], "softmax_crossentropy"),
        ([Dense(4, 6, l2=0.1), Activation("relu"), Dense(6, 3)], "softmax_crossentropy"),
        ([Dense(4, 6), Dense(6, 3)], "softmax_crossentropy"),
        ([Dense(4, 3), Activation("relu")], "softmax_crossentropy"),
        ([Dense(4, 3)], "softmax_crossentropy"),
    ],
)
def test_other_networks_are_refused(layers, loss):
    with pytest.raises(ValueError, match=r"^networks: (want dense|got 2 different sizes)"):
        ManyNetworks([*networks(), Network(layers, loss)])


def test_no_network_is_refused():
    with pytest.raises(ValueError, match=r"^networks: got 0 different sizes"):
        ManyNetworks([])


def test_a_network_that_has_diverged_leaves_the_others_alone():
    X, y = np.ones((3, 2, 4)), np.zeros((3, 2), int)
    healthy = ManyNetworks(networks()).gradient(X, y).copy()
    many = ManyNetworks(networks())
    many.weights[1] = np.nan
    gradient = many.gradient(X, y)
    assert not gradient[1].any()
    np.testing.assert_array_equal(gradient[[0, 2]], healthy[[0, 2]])
    losses, _ = many.evaluate(X[0], y[0])
    assert np.isinf(losses).tolist() == [False, True, False]
