"""Which rows a network trains on, and what its seed decides: a layer records what it is given."""

import numpy as np
import pytest

from annbook.network import SGD, Dense, Dropout, Layer, Network, Optimizer, Residual

EPOCHS = 4
SIZES = [(10, 4, [4, 4, 2]), (10, 5, [5, 5]), (7, 3, [3, 3, 1]), (5, 1, [1] * 5), (6, 32, [6])]


class Recorder(Layer):
    """Hands everything on, and keeps what it was given in training."""

    def __init__(self):
        self.batches = []

    def forward(self, X, training=False):
        if training:
            self.batches.append(X.copy())
        return X

    def backward(self, delta, inputs_too=True):
        return delta


class Still(Optimizer):
    """Never moves a weight."""

    def __init__(self):
        super().__init__(1.0)

    def update(self, w, g, rate):
        pass


def epochs_of(rows, batch_size, *, seed=0, epochs=EPOCHS, **options):
    """Train on numbered rows; return for each epoch the batches, each a list of row numbers."""
    recorder = Recorder()
    network = Network([recorder, Dense(1, 1)], "mean_squared_error", seed=seed)
    X = np.arange(float(rows))[:, None]
    network.fit(X, X, optimizer=Still(), epochs=epochs, batch_size=batch_size, **options)
    batches = [batch[:, 0].astype(int).tolist() for batch in recorder.batches]
    steps = len(batches) // epochs
    assert len(batches) == steps * epochs
    return [batches[start : start + steps] for start in range(0, len(batches), steps)]


def order(batches):
    return [row for batch in batches for row in batch]


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize(("rows", "batch_size", "sizes"), SIZES)
def test_the_last_batch_is_smaller_and_not_dropped(rows, batch_size, sizes, shuffle):
    for batches in epochs_of(rows, batch_size, shuffle=shuffle):
        assert [len(batch) for batch in batches] == sizes


@pytest.mark.parametrize(("rows", "batch_size"), [case[:2] for case in SIZES])
def test_each_epoch_is_a_permutation_of_all_rows(rows, batch_size):
    for batches in epochs_of(rows, batch_size):
        assert sorted(order(batches)) == [*range(rows)]


def test_each_epoch_has_an_order_of_its_own():
    orders = [tuple(order(batches)) for batches in epochs_of(10, 4)]
    assert len({*orders, tuple(range(10))}) == EPOCHS + 1


def test_rows_are_shuffled_and_not_just_batches():
    first_batches = {frozenset(batches[0]) for batches in epochs_of(12, 4, epochs=9)}
    assert len(first_batches) > 3  # as many as there are batches, if they kept their rows


def test_every_row_comes_everywhere():
    orders = np.array([order(batches) for batches in epochs_of(5, 2, epochs=500)])
    for place in range(5):
        assert (np.bincount(orders[:, place], minlength=5) > 60).all()  # 100 on average


def test_without_shuffling_every_epoch_keeps_the_order():
    for batches in epochs_of(10, 4, shuffle=False):
        assert batches == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_shuffled_rows_keep_their_targets():
    X = np.eye(7)
    network = Network([Dense(7, 1)], "mean_squared_error")
    network.fit(X, X @ np.arange(7) ** 2, optimizer=SGD(0.5), epochs=60, batch_size=2)
    assert network.predict(X)[:, 0] == pytest.approx(np.arange(7) ** 2, abs=1e-2)


def test_each_batch_is_one_step():
    optimizer = Still()
    network = Network([Dense(2, 1)], "mean_squared_error")
    network.fit(np.ones((10, 2)), np.ones(10), optimizer=optimizer, epochs=3, batch_size=4)
    assert optimizer.iterations == 9


def test_the_history_gives_each_row_the_same_weight():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(10, 2)), rng.integers(2, size=10)
    network = Network([Dense(2, 1, l2=0.1)], "sigmoid_crossentropy", seed=1)
    expected = network.evaluate(X, y)
    assert 0 < expected["accuracy"] < 1
    history = network.fit(X, y, optimizer=Still(), epochs=2, batch_size=4)
    for name, value in expected.items():
        assert history[name] == pytest.approx([value] * 2, rel=1e-14)


def test_validation_rows_are_not_trained_on():
    recorder = Recorder()
    network = Network([recorder, Dense(1, 1)], "mean_squared_error")
    X, X_val = np.zeros((4, 1)), np.ones((4, 1))
    network.fit(X, X, optimizer="sgd", epochs=2, validation_data=(X_val, X_val))
    assert len(recorder.batches) == 2
    assert not np.any(recorder.batches)


# One seed decides three things, each tested by itself: first weights, masks, and orders.


def first_weights(seed):
    layers = [Dense(3, 3), Residual(Dense(3, 3))]
    return Network(layers, "mean_squared_error", seed=seed).parameters[::2]


def test_the_seed_decides_the_first_weights():
    weights = first_weights(3)
    assert np.array_equal(weights, first_weights(3))
    for one, other in zip(weights, first_weights(4), strict=True):
        assert (one != other).all()
    assert (weights[0] != weights[1]).all()  # two layers, two draws


@pytest.mark.parametrize("initializer", ["glorot_uniform", "he_normal", "lecun_normal"])
def test_the_seed_decides_the_first_weights_of_each_initializer(initializer):
    def weights(seed):
        return Network([Dense(3, 3, initializer=initializer)], "mean_squared_error", seed=seed)

    assert (weights(3).weights == weights(3).weights).all()
    assert (weights(3).parameters[0] != weights(4).parameters[0]).all()


def masks(seed):
    """Return the masks of two layers of dropout in two passes, shape (2, 2, 20, 5)."""
    outer, inner = Dropout(0.5), Dropout(0.5)
    layers = [outer, Residual(Dense(5, 5), inner), Dense(5, 1)]
    network = Network(layers, "mean_squared_error", seed=seed)
    passes = []
    for _ in range(2):
        network.forward(np.ones((20, 5)), training=True)
        passes.append([outer.mask, inner.mask])
    return np.array(passes)


def test_the_seed_decides_the_masks_of_dropout():
    drawn = masks(3)
    assert (drawn == masks(3)).all()
    assert (drawn != masks(4)).any(axis=(2, 3)).all()
    assert (drawn[0] != drawn[1]).any(axis=(1, 2)).all()  # a new one in each pass
    assert (drawn[:, 0] != drawn[:, 1]).any(axis=(1, 2)).all()  # and in each layer


def test_the_seed_decides_the_order_of_the_rows():
    assert epochs_of(10, 4, seed=3) == epochs_of(10, 4, seed=3)
    for one, other in zip(epochs_of(10, 4, seed=3), epochs_of(10, 4, seed=4), strict=True):
        assert one != other


def test_the_first_seed_is_0_and_global_generators_decide_nothing():
    def run(**seed):
        np.random.seed(len(seed))
        network = Network([Dense(2, 3), Dropout(0.5), Dense(3, 1)], "mean_squared_error", **seed)
        network.fit(np.eye(2), np.ones(2), optimizer="sgd", epochs=3, batch_size=1)
        return network.weights

    assert (run() == run(seed=0)).all()
