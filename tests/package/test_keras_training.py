import os
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import pytest
from sklearn.datasets import make_moons

from annbook.keras_training import train_full_batch

X, y = make_moons(200, noise=0.4, random_state=42)
FIT_STEPS = 50


def moons_model(optimizer, *, regularizer=None, dropout=None, hidden_units=8, built=True):
    keras.utils.set_random_seed(0)
    layers = [keras.Input((2,))] if built else []
    layers.append(keras.layers.Dense(hidden_units, "tanh", kernel_regularizer=regularizer))
    if dropout is not None:
        layers.append(keras.layers.Dropout(dropout))
    layers.append(keras.layers.Dense(1, "sigmoid"))
    model = keras.Sequential(layers)
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model


def linear_model(weights, *, learning_rate=0.1, loss="mse", regularizer=None, dropout=None):
    layers = [keras.Input((len(weights),))]
    if dropout is not None:
        layers.append(keras.layers.Dropout(dropout, seed=1))
    layers.append(keras.layers.Dense(1, use_bias=False, kernel_regularizer=regularizer))
    model = keras.Sequential(layers)
    model.set_weights([np.reshape(weights, (-1, 1))])
    model.compile(keras.optimizers.SGD(learning_rate), loss)
    return model


def largest_difference(first, second):
    pairs = zip(first.get_weights(), second.get_weights(), strict=True)
    return max(np.abs(a - b).max() for a, b in pairs)


def fit(model, X=X, y=y):
    history = model.fit(X, y, batch_size=len(X), epochs=FIT_STEPS, shuffle=False, verbose=0)
    return history.history


# The same training as Keras's own


OPTIMIZERS = {
    "sgd": lambda: keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(1.0, 10, 0.5)),
    "momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9),
    "adam": lambda: keras.optimizers.Adam(0.01),
}


@pytest.mark.parametrize(
    ("optimizer", "options"),
    [
        ("sgd", {}),
        ("momentum", {"regularizer": keras.regularizers.L1(0.01), "built": False}),
        ("adam", {"regularizer": keras.regularizers.L2(0.01)}),
    ],
)
def test_weights_and_losses_equal_those_of_fit(optimizer, options):
    ours, keras_own = (moons_model(OPTIMIZERS[optimizer](), **options) for _ in range(2))
    history = train_full_batch(ours, X, y, steps=FIT_STEPS)
    expected = fit(keras_own)

    assert largest_difference(ours, keras_own) < 1e-5
    assert largest_difference(ours, moons_model(OPTIMIZERS[optimizer]())) > 0.05  # it moved
    # fit reports the loss before each update, we the loss after it.
    np.testing.assert_allclose(history["loss"][:-1], expected["loss"], atol=1e-5)
    np.testing.assert_allclose(history["accuracy"][:-1], expected["accuracy"], atol=1e-6)


def test_dropout_draws_the_masks_that_fit_draws():
    ours, keras_own, without = (
        moons_model(OPTIMIZERS["adam"](), dropout=rate) for rate in (0.5, 0.5, 0.0)
    )
    train_full_batch(ours, X, y, steps=FIT_STEPS)
    fit(keras_own)
    train_full_batch(without, X, y, steps=FIT_STEPS)

    assert largest_difference(ours, keras_own) < 1e-5
    assert largest_difference(ours, without) > 1e-2


def test_dropout_draws_a_new_rescaled_mask_at_every_step():
    # The loss is the mean output on one sample of ones, so a step moves a weight by
    # learning_rate / (1 - rate) if its input is kept, else not at all: moves are binomial.
    features, steps, rate, learning_rate = 4000, 20, 0.25, 0.01
    model = linear_model(
        np.zeros(features),
        learning_rate=learning_rate,
        loss=lambda y_true, y_pred: keras.ops.mean(y_pred),
        dropout=rate,
    )
    train_full_batch(model, np.ones((1, features)), np.zeros((1, 1)), steps=steps)
    moves = -model.get_weights()[0].ravel() * (1 - rate) / learning_rate

    np.testing.assert_allclose(moves, moves.round(), atol=1e-3)
    variance = steps * rate * (1 - rate)
    assert moves.mean() == pytest.approx(steps * (1 - rate), abs=5 * np.sqrt(variance / features))
    assert moves.var() == pytest.approx(variance, rel=0.15)


def test_gradient_descent_on_a_quadratic_follows_its_closed_form():
    # Mean squared error with X'X/n = I shrinks the error by 1 - 2 * learning_rate each step.
    inputs = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    target = np.array([2.0, -3.0])
    model = linear_model([0.0, 0.0], learning_rate=0.1)
    history = train_full_batch(model, inputs, inputs @ target, steps=12, record_at=1)

    shrink = 0.8 ** np.arange(13)
    np.testing.assert_allclose(history["loss"], 13 * shrink**2, rtol=1e-5)
    np.testing.assert_allclose(model.get_weights()[0].ravel(), target * (1 - shrink[-1]), rtol=1e-5)


def test_two_calls_continue_where_one_would_go_on():
    once, twice = (moons_model(OPTIMIZERS["adam"](), dropout=0.25) for _ in range(2))
    train_full_batch(once, X, y, steps=50)
    first = train_full_batch(twice, X, y, steps=30)
    second = train_full_batch(twice, X, y, steps=20)

    assert largest_difference(once, twice) < 1e-6
    assert second["loss"][0] == pytest.approx(first["loss"][-1], abs=1e-6)


@pytest.mark.parametrize("target_shape", [(150,), (150, 1)])
def test_integer_classes_in_either_shape_train_as_with_fit(target_shape):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(150, 4))
    classes = np.argmax(inputs[:, :3], axis=1)

    def model():
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    ours, keras_own = model(), model()
    train_full_batch(ours, inputs, classes.reshape(target_shape), steps=FIT_STEPS)
    fit(keras_own, inputs, classes)
    assert largest_difference(ours, keras_own) < 1e-5


def test_a_train_step_of_ones_own_is_used_and_gets_what_fit_hands_over():
    handed_over = []

    class Model(keras.Sequential):
        def train_step(self, data):
            handed_over.append([(tensor.dtype, tuple(tensor.shape)) for tensor in data])
            return super().train_step(data)

    model = Model([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    train_full_batch(model, X.astype("float64"), y.astype("int64"), steps=5)
    assert handed_over[0] == [("float32", (200, 2)), ("int64", (200,))]
    assert int(model.optimizer.iterations) == 5


def test_five_thousand_steps_are_quick():
    model = moons_model(keras.optimizers.SGD(1.0), hidden_units=50)
    start = time.perf_counter()
    history = train_full_batch(model, X, y, steps=5000)
    assert time.perf_counter() - start < 15  # about 1 s on an idle laptop; minutes with fit
    assert history["accuracy"][-1] > 0.84


# What is recorded


def test_first_and_last_record_are_what_evaluate_says_before_and_after():
    X_new, y_new = make_moons(500, noise=0.4, random_state=1)
    model = moons_model(OPTIMIZERS["sgd"](), regularizer="l2", dropout=0.5)

    def evaluate(X, y):
        return model.evaluate(X, y, batch_size=len(X), verbose=0, return_dict=True)

    before, before_new = evaluate(X, y), evaluate(X_new, y_new)
    history = train_full_batch(model, X, y, steps=20, validation_data=(X_new, y_new))
    after, after_new = evaluate(X, y), evaluate(X_new, y_new)

    assert list(history) == ["step", "loss", "accuracy", "val_loss", "val_accuracy"]
    for name in ("loss", "accuracy"):
        assert history[name][0] == pytest.approx(before[name], abs=1e-6)
        assert history[name][-1] == pytest.approx(after[name], abs=1e-6)
        assert history[f"val_{name}"][0] == pytest.approx(before_new[name], abs=1e-6)
        assert history[f"val_{name}"][-1] == pytest.approx(after_new[name], abs=1e-6)


def test_recorded_loss_includes_the_penalty():
    model = linear_model([1.0, 2.0], regularizer=keras.regularizers.L2(0.1))
    history = train_full_batch(model, np.eye(2), np.array([1.0, 2.0]), steps=1, record_at=[0])
    assert history["loss"] == [pytest.approx(0.1 * (1 + 4))]  # the error itself is 0


@pytest.mark.parametrize(
    ("steps", "record_at", "expected"),
    [
        (3, None, [0, 1, 2, 3]),
        (1000, None, list(range(0, 1001, 10))),
        (10, 4, [0, 4, 8, 10]),
        (8, 4, [0, 4, 8]),
        (10, [0, 3, 7], [0, 3, 7]),
        (10, np.array([10]), [10]),
        (np.int64(2), range(3), [0, 1, 2]),
    ],
)
def test_recorded_steps(steps, record_at, expected):
    model = linear_model([1.0])
    history = train_full_batch(model, X[:, :1], y, steps=steps, record_at=record_at)
    assert history["step"] == expected
    assert list(history) == ["step", "loss"]
    assert len(history["loss"]) == len(expected)
    assert int(model.optimizer.iterations) == steps  # also the steps after the last record
    assert {type(step) for step in history["step"]} == {int}
    assert {type(loss) for loss in history["loss"]} == {float}


def test_records_do_not_disturb_the_training():
    seldom, often = (moons_model(OPTIMIZERS["adam"](), dropout=0.5) for _ in range(2))
    train_full_batch(seldom, X, y, steps=40, record_at=[40])
    train_full_batch(often, X, y, steps=40, record_at=1, validation_data=(X, y))
    assert largest_difference(seldom, often) < 1e-6


# Bad input


def test_divergence_names_the_step_and_a_remedy():
    model = linear_model([1.0, 1.0], learning_rate=1e6)
    with pytest.raises(FloatingPointError, match=r"at step 50.*smaller learning rate"):
        train_full_batch(model, X, y, steps=100, record_at=50)


def test_divergence_after_the_last_record_is_found():
    model = linear_model([1.0, 1.0], learning_rate=1e6)
    with pytest.raises(FloatingPointError, match="at step 100"):
        train_full_batch(model, X, y, steps=100, record_at=[0])


def with_value(array, value):
    array = np.array(array, dtype=float)
    array.flat[3] = value
    return array


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"model": "net"}, TypeError, "model: got str, want a keras.Model"),
        ({"steps": 0}, ValueError, "steps: got 0, want an integer >= 1"),
        ({"steps": -5}, ValueError, "steps: got -5"),
        ({"steps": 2.0}, TypeError, "steps: got 2.0"),
        ({"steps": True}, TypeError, "steps: got True"),
        ({"y": y[:-1]}, ValueError, "y: got 199 targets, want 200"),
        ({"X": X[:0], "y": y[:0]}, ValueError, r"X: got shape \(0, 2\), want at least one"),
        ({"X": 3.0}, ValueError, r"X: got shape \(\), want \(n, ...\)"),
        ({"X": with_value(X, np.nan)}, ValueError, r"X: got nan at \(1, 1\), want finite numbers"),
        ({"y": with_value(y, np.nan)}, ValueError, r"y: got nan at \(3,\), want finite numbers"),
        ({"X": with_value(X, np.inf)}, ValueError, r"X: got inf at \(1, 1\), want finite numbers"),
        ({"y": y.astype(str)}, TypeError, "y: got an array of <U21, want numbers"),
        ({"X": [[1, 2], [3]]}, ValueError, "X: got rows of different lengths"),
        ({"record_at": 0}, ValueError, "record_at: got 0, want an integer >= 1 and < 11"),
        ({"record_at": 11}, ValueError, "record_at: got 11"),
        ({"record_at": [0, 11]}, ValueError, r"record_at: got \[0, 11\], want .* from 0 to 10"),
        ({"record_at": [-1, 5]}, ValueError, r"record_at: got \[-1, 5\], want"),
        ({"record_at": [5, 2]}, ValueError, r"record_at: got \[5, 2\], want increasing steps"),
        ({"record_at": [2, 2]}, ValueError, r"record_at: got \[2, 2\], want .* each once"),
        ({"record_at": []}, ValueError, r"record_at: got shape \(0,\)"),
        ({"record_at": [1.0, 2.0]}, TypeError, r"record_at: got \[1.0, 2.0\], want integers"),
        ({"record_at": 2.5}, TypeError, "record_at: got 2.5, want an integer"),
        ({"record_at": True}, TypeError, "record_at: got True, want an integer"),
        ({"validation_data": X}, TypeError, "validation_data: got ndarray, want a pair"),
        ({"validation_data": (X, y[:5])}, ValueError, r"data\[1\]: got 5 targets, want 200"),
        ({"validation_data": (with_value(X, np.nan), y)}, ValueError, r"data\[0\]: got nan"),
    ],
)
def test_bad_input_is_refused_and_leaves_the_model_alone(changes, error, message):
    model = linear_model([1.0, 2.0])
    arguments = {"model": model, "X": X, "y": y, "steps": 10} | changes
    with pytest.raises(error, match=message):
        train_full_batch(**arguments)
    assert model.get_weights()[0].ravel().tolist() == [1.0, 2.0]


def test_model_must_be_compiled():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match=r"not compiled.*model\.compile"):
        train_full_batch(model, X, y, steps=1)


def test_importing_the_module_does_not_import_tensorflow():
    heavy = "{'tensorflow', 'keras'} & {*sys.modules}"
    code = f"import sys, annbook.keras_training; sys.exit(bool({heavy}))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
