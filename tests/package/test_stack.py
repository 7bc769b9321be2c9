"""Many networks at once: each is trained as it would be alone."""

import numpy as np
import pytest

from annbook.datasets import moons
from annbook.network import SGD, Activation, Dense, Network, Stack


def sets(seeds, n=40):
    pairs = [moons(n_samples=n, seed=seed) for seed in seeds]
    return [np.stack(part) for part in zip(*pairs, strict=True)]


def alone(stack, i, l1=0.0, l2=0.0):
    """Return a `Network` with the weights of one network of a stack."""
    _, inputs, hidden = stack.parameters[0].shape
    layers = [Dense(inputs, hidden, l1=l1, l2=l2), Activation("tanh")]
    layers.append(Dense(hidden, 1, l1=l1, l2=l2))
    network = Network(layers, "sigmoid_crossentropy")
    W1, b1, W2, b2 = (array[i] for array in stack.parameters)
    network.set_parameters([W1, b1[0], W2, b2[0]])
    return network


@pytest.mark.parametrize("own_data", [True, False])
@pytest.mark.parametrize("penalty", [{}, {"l1": 0.003}, {"l2": 0.01}, {"l1": 0.002, "l2": 0.001}])
def test_each_network_is_trained_as_it_would_be_alone(penalty, own_data):
    stack = Stack(2, 7, seeds=[3, 4, 5], **penalty)
    X, y = sets([0, 1, 2]) if own_data else moons(n_samples=40)
    networks = [alone(stack, i, **penalty) for i in range(3)]
    stack.train(X, y, 60, learning_rate=0.5)
    losses, accuracies = stack.scores(X, y)
    for i, network in enumerate(networks):
        X_i, y_i = (X[i], y[i]) if own_data else (X, y)
        network.fit(X_i, y_i, optimizer=SGD(0.5), epochs=60, batch_size=40, shuffle=False)
        for mine, theirs in zip(stack.parameters, network.parameters, strict=True):
            np.testing.assert_allclose(mine[i].reshape(theirs.shape), theirs, atol=2e-5)
        without_penalty = alone(stack, i).evaluate(X_i, y_i)
        assert losses[i] == pytest.approx(without_penalty["loss"], abs=1e-5)
        assert accuracies[i] == without_penalty["accuracy"]


def test_a_network_does_not_depend_on_its_neighbors():
    X, y = moons(n_samples=40)
    many, one = Stack(2, 5, seeds=range(6)), Stack(2, 5, seeds=[4])
    many.train(X, y, 20)
    one.train(X, y, 20)
    np.testing.assert_allclose(many.parameters[0][4], one.parameters[0][0], atol=1e-6)


def test_gradient_with_dropout_and_noise_is_the_slope():
    stack = Stack(2, 4, seeds=[0, 1], dropout=0.5, noise=0.1)
    X, y = (part.astype("float32") for part in sets([0, 1], n=10))
    start = stack.rng.bit_generator.state
    gradients = stack._gradients(X, y)

    def loss():
        """The loss of the same masks and noise, summed over the networks, in 64 bits."""
        stack.rng.bit_generator.state = start
        W1, b1, W2, b2 = (array.astype(float) for array in stack.parameters)
        noisy = X + 0.1 * stack.rng.standard_normal((2, *X.shape[1:]), dtype=np.float32)
        mask = (stack.rng.random((2, 10, 4), dtype=np.float32) >= 0.5) / 0.5
        z = ((np.tanh(noisy @ W1 + b1) * mask) @ W2 + b2)[..., 0]
        return (np.logaddexp(0, z) - y * z).mean(axis=1).sum()

    for array, gradient in zip(stack.parameters, gradients, strict=True):
        for place in np.ndindex(array.shape):
            before, values = array[place], []
            for step in (0.01, -0.01):
                array[place] = before + step
                values.append(loss())
            array[place] = before
            assert gradient[place] == pytest.approx((values[0] - values[1]) / 0.02, abs=2e-4)


def test_predictions_use_all_units_and_no_noise():
    X, _ = moons(n_samples=30)
    plain, noisy = Stack(2, 9, seeds=[1]), Stack(2, 9, seeds=[1], dropout=0.5, noise=1)
    assert (plain.logits(X) == noisy.logits(X)).all()


def test_copies_are_kept_on_the_way():
    X, y = moons(n_samples=20)
    whole, parts = Stack(2, 3, seeds=[0, 1]), Stack(2, 3, seeds=[0, 1])
    kept = whole.train(X, y, 25, every=10)
    assert [*kept] == [0, 10, 20]
    assert parts.train(X, y, 20) == {}
    assert (kept[20][0] == parts.parameters[0]).all()
    assert not (kept[0][0] == kept[10][0]).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dropout": 1}, "dropout: got 1"),
        ({"l1": -0.1}, "l1: got -0.1"),
        ({"l2": -0.1}, "l2: got -0.1"),
        ({"noise": -1}, "noise: got -1"),
    ],
)
def test_options_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        Stack(2, 3, seeds=[0], **options)


def test_data_that_do_not_fit():
    stack, (X, y) = Stack(2, 3, seeds=[0, 1]), moons(n_samples=20)
    with pytest.raises(ValueError, match="X: got shape"):
        stack.train(X[:, :1], y, 1)
    with pytest.raises(ValueError, match="X: got shape"):
        stack.train(np.stack([X, X, X]), y, 1)
    with pytest.raises(ValueError, match="y: got shape"):
        stack.train(X, y[:-1], 1)
    with pytest.raises(ValueError, match="steps: got 0"):
        stack.train(X, y, 0)


def test_divergence_is_reported():
    X, y = moons(n_samples=20)
    stack = Stack(2, 3, seeds=[0], l2=1e6)
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="diverged"):
        stack.train(X, y, 50)
