"""The network as a whole: its memory, training, history, and errors."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

from annbook.datasets import moons
from annbook.network import (
    LOSSES,
    SGD,
    Activation,
    Adam,
    BatchNormalization,
    Dense,
    Dropout,
    Layer,
    Network,
)


def small(*layers, loss="mean_squared_error", **options):
    return Network(layers or [Dense(2, 1)], loss, **options)


def test_the_network_needs_no_keras():
    code = """
import sys
import annbook
import annbook.network
assert "numpy" in sys.modules
print(sorted({"tensorflow", "keras"} & {name.split(".")[0] for name in sys.modules}))
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"


def test_weights_and_layers_share_their_memory():
    network = Network([Dense(2, 3), Activation("relu"), Dense(3, 1)], "mean_squared_error")
    assert network.weights.size == 3 * 3 + 4
    network.weights[:] = 7
    assert all((array == 7).all() for array in network.parameters)


def test_probabilities_and_accuracy_of_known_logits():
    network = Network([Dense(1, 3)], "softmax_crossentropy")
    network.set_parameters([np.array([[1.0, 0, -1]]), np.log([1.0, 2, 3])])
    assert network.predict(np.zeros((1, 1))) == pytest.approx(np.array([[1, 2, 3]]) / 6)
    result = network.evaluate(np.array([[0.0], [5.0]]), [2, 1])
    assert result["accuracy"] == 0.5
    late = np.exp([5, 0, -5]) * [1, 2, 3]
    assert result["loss"] == pytest.approx(-(np.log(1 / 2) + np.log(late[1] / late.sum())) / 2)


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


def test_fit_continues_with_the_same_optimizer_as_one_run_would():
    X, y = moons()
    parts, whole = (small(Dense(2, 1), loss="sigmoid_crossentropy") for _ in range(2))
    adam = Adam(0.1)
    for _ in range(2):
        parts.fit(X, y, optimizer=adam, epochs=3, shuffle=False)
    whole.fit(X, y, optimizer=Adam(0.1), epochs=6, shuffle=False)
    assert (parts.weights == whole.weights).all()


@pytest.mark.parametrize("loss", LOSSES)
def test_32_bits_stay_32_bits(loss):
    dtypes = set()

    class Spy(Layer):
        def forward(self, X, training=False):
            dtypes.add(X.dtype)
            return X

        def backward(self, delta, inputs_too=True):
            dtypes.add(delta.dtype)
            return delta

    X, y = moons()  # labels are integers
    units = 2 if loss == "softmax_crossentropy" else 1
    layers = [Dense(2, 4, l1=0.1, l2=0.1), BatchNormalization(4), Activation("sigmoid")]
    layers += [Dropout(0.2), Dense(4, units), Spy()]
    network = small(*layers, loss=loss, dtype="float32")
    network.fit(X, y, optimizer="adam")
    assert {*dtypes, network.predict(X).dtype, network.weights.dtype} == {np.dtype("float32")}


def test_parameters_are_copied_in():
    network = small(Dense(2, 3), Activation("tanh"), Dense(3, 1))
    arrays = [np.full(array.shape, number) for number, array in enumerate(network.parameters)]
    network.set_parameters(arrays)
    arrays[0][...] = 9
    assert network.weights.tolist() == [0] * 6 + [1] * 3 + [2] * 3 + [3]


X4, Y4 = np.zeros((4, 2)), np.zeros(4)


def fit(X=X4, y=Y4, network=None, **options):
    network = network or small()
    return network.fit(X, y, **{"optimizer": "sgd", **options})


def two_outputs():
    return small(Dense(2, 2), loss="softmax_crossentropy")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: small(loss="mse"), ValueError, "loss: got 'mse', want one of 'mean_sq"),
        (lambda: small(dtype="int"), ValueError, "dtype: got 'int'.*'float32'"),
        (lambda: small(seed=-1), ValueError, "seed: got -1, want an integer >= 0"),
        (lambda: small(seed=0.5), TypeError, "seed: got 0.5, want an integer"),
        (lambda: small(Activation("relu")), ValueError, "layers: got none .*at least one Dense"),
        (lambda: small(Dense(2, 1), "relu"), TypeError, "layers: got 'relu' among them, want"),
        (lambda: small(Dense), TypeError, "layers: got <class .*Dense'> among them, want layers"),
        (
            lambda: Network(Dense(2, 1), "mean_squared_error"),
            TypeError,
            "layers: got Dense, want a list of layers",
        ),
        (
            lambda: small(Dense(2, 3), Activation("relu"), Dense(4, 1)),
            ValueError,
            "layers: got one that takes 4 numbers after one that gives 3, want equal",
        ),
        (lambda: fit(optimizer="adamm"), ValueError, "optimizer: got 'adamm'.*'adam', 'adamw'"),
        (lambda: fit(epochs=0), ValueError, "epochs: got 0"),
        (lambda: fit(batch_size=2.0), TypeError, r"batch_size: got 2\.0, want an integer"),
        (lambda: fit(batch_size=0), ValueError, "batch_size: got 0, want an integer >= 1"),
        (lambda: fit(np.zeros((4, 3))), ValueError, r"X: got shape \(4, 3\), want \(samples, 2\)"),
        (lambda: fit(np.zeros(4)), ValueError, r"X: got shape \(4,\)"),
        (lambda: fit(X4[:0], Y4[:0]), ValueError, r"X: got shape \(0, 2\)"),
        (lambda: fit(X4 + np.nan), ValueError, r"X: got nan at \(0, 0\), want finite numbers"),
        (lambda: fit(X4 + np.inf), ValueError, r"X: got inf at \(0, 0\), want finite numbers"),
        (lambda: fit(X4.astype(str)), TypeError, "X: got an array of .*, want numbers"),
        (lambda: fit(y=np.zeros(3)), ValueError, r"y: got shape \(3,\), want 4 targets"),
        (lambda: fit(y=np.zeros((4, 2))), ValueError, r"y: got shape \(4, 2\), want \(4, 1\)"),
        (lambda: fit(y=[0, 0, np.nan, 0]), ValueError, r"y: got nan at \(2,\), want finite"),
        (lambda: fit(y=["a"] * 4), TypeError, "y: got an array of .*, want numbers"),
        (
            lambda: fit(y=[0, 1, 2, 0], network=two_outputs()),
            ValueError,
            r"y: got 2 at \(2,\), want a class from 0 to 1",
        ),
        (
            lambda: fit(validation_data=X4),
            TypeError,
            r"validation_data: got ndarray, want \(X, y\)",
        ),
        (lambda: fit(validation_data=(X4, Y4[:3])), ValueError, "y: got .* want 4 targets"),
        (lambda: small().evaluate(X4, Y4[:3]), ValueError, "y: got .* want 4 targets"),
        (lambda: small().predict(X4[0]), ValueError, r"X: got shape \(2,\), want \(samples, 2\)"),
        (
            lambda: small().set_parameters([np.ones((2, 1))]),
            ValueError,
            r"arrays: got shapes \[\(2, 1\)\], want \[\(2, 1\), \(1,\)\]",
        ),
        (
            lambda: small().set_parameters([np.ones((2, 1)), np.array([np.nan])]),
            ValueError,
            r"arrays: got nan at \(0,\), want finite numbers",
        ),
    ],
)
def test_bad_input_gets_a_clear_error(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_nothing_is_trained_before_all_data_are_checked():
    network = small()
    before = network.weights.copy()
    with pytest.raises(ValueError, match="y: got"):
        fit(X4 + 1, Y4 + 1, network=network, validation_data=(X4, Y4[:3]))
    assert (network.weights == before).all()


@pytest.mark.filterwarnings("error")
def test_a_diverging_run_stops_and_says_where():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 2))
    with pytest.raises(FloatingPointError, match=r"step \d+ .*smaller learning rate"):
        fit(X, X.sum(axis=1), optimizer=SGD(10.0), epochs=1000)


def test_a_sparse_matrix_is_as_good_as_an_array():
    rng = np.random.default_rng(0)
    X, y = rng.random((30, 6)) < 0.3, rng.integers(2, size=30)
    parameters = []
    forms = sparse.csr_array, sparse.csr_matrix, sparse.dok_array
    for data in (X, *(form(X) for form in forms)):
        network = small(Dense(6, 4, l1=0.01), Activation("tanh"), Dense(4, 1), seed=3)
        history = network.fit(data, y, optimizer="adam", epochs=4, batch_size=8)
        assert network.evaluate(data, y)["loss"] < history["loss"][0]
        parameters.append(network.weights)
    for weights in parameters[1:]:
        np.testing.assert_allclose(weights, parameters[0], atol=1e-13)


def test_sparse_matrices_that_do_not_fit():
    X, y = sparse.csr_array(np.eye(5)), np.arange(5)
    with pytest.raises(ValueError, match=r"X: got shape \(5, 5\), want \(samples, 2\)"):
        small().predict(X)
    network = small(Dense(5, 1))
    with pytest.raises(ValueError, match="want 5 targets"):
        network.fit(X, y[:3], optimizer="sgd")
    with pytest.raises(ValueError, match="X: got nan"):
        network.predict(X * np.nan)
    with pytest.raises(TypeError, match=r"want an array: the first layer is a Dropout"):
        small(Dropout(0.5), Dense(5, 1)).predict(X)
