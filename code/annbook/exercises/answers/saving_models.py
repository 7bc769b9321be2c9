"""Answers to the exercises of the page "Saving and loading models"."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from annbook.exercises.answer_types import Property, Table
from annbook.exercises.saving_checks import (
    RIGHT_READERS,
    RIGHT_SAVES,
    WRONG_READERS,
    WRONG_SAVES,
    safely_fault,
    weights_fault,
)

PARAMETERS = (20 + 1) * 30 + (30 + 1) * 5
UPDATES = -(-600 // 32)  # in an epoch; the last batch is smaller


def same_weights(a, b):
    """Return whether two lists of arrays are equal, shapes included."""
    return len(a) == len(b) and all(map(np.array_equal, a, b))


def _up_to_the_shorter(a, b):
    return all(np.array_equal(one, other) for one, other in zip(a, b, strict=False))


def _nearly(a, b):
    return len(a) == len(b) and all(
        one.shape == other.shape and np.allclose(one, other)
        for one, other in zip(a, b, strict=True)
    )


def _stretched(a, b):
    try:
        return len(a) == len(b) and all(
            bool(np.all(one == other)) for one, other in zip(a, b, strict=True)
        )
    except ValueError:
        return False


def _flat(a, b):
    return np.array_equal(
        np.concatenate([w.ravel() for w in a]), np.concatenate([w.ravel() for w in b])
    )


def _shapes_only(a, b):
    return [w.shape for w in a] == [w.shape for w in b]


_A, _B = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, 0.5])
_PAIRS = [  # two lists, whether they are the same, what is special about them
    ([_A, _B], [_A, _B], True, "two equal lists"),
    ([], [], True, "two empty lists"),
    ([_A, _B], [_A], False, "a second list that ends earlier"),
    ([_A], [_A, _B], False, "a first list that ends earlier"),
    ([_B], [_B + 1e-12], False, "a tiny difference between two numbers"),
    ([_A], [_A[::-1]], False, "the same numbers in another order"),
    ([_B, 2 * _B], [2 * _B, _B], False, "the same arrays in another order"),
    ([_B], [_B[np.newaxis]], False, "a row and a table with this one row"),
    ([np.stack([_B, _B])], [_B], False, "a table of equal rows and one of its rows"),
    ([_B[:1], _A[0]], [_A[:, 0], _B[:1]], False, "arrays of other lengths"),
]


def same_fault(function: Any) -> str | None:
    """Say what is wrong with a function same_weights(a, b)."""
    if not callable(function):
        return "hand over the function itself, without parentheses."
    for a, b, expected, case in _PAIRS:
        try:
            got = function([w.copy() for w in a], [w.copy() for w in b])
        except Exception as error:
            return f"for {case}, it raises {type(error).__name__}."
        if not isinstance(got, bool | np.bool_):
            return f"for {case}, it returns {type(got).__name__}, neither True nor False."
        if got != expected:
            return f"for {case}, it returns {got}."
    return None


def layer_fault(layer_class: Any) -> str | None:
    """Say what is wrong with a Keras layer class Standardize(mean, scale)."""
    import keras

    if not isinstance(layer_class, type) or not issubclass(layer_class, keras.layers.Layer):
        return "hand over the class itself; it inherits from keras.layers.Layer."
    x = np.array([[1.0, 2.0, 3.0], [4.0, 0.0, -2.0]], dtype="float32")
    for mean, scale in (
        (np.array([1.0, 0.5, -1.0]), np.array([2.0, 0.25, 5.0])),
        ([0.0, 3.0, 1.0], [1.0, 2.0, 4.0]),
        (np.array([0.0, 1.0, 2.0]), np.array([2.0, 0.0, 0.5])),
    ):
        kind = type(mean).__name__
        expected = (x - np.asarray(mean)) / np.where(np.equal(scale, 0), 1, scale)
        network = keras.Sequential([keras.Input((3,)), layer_class(mean, scale, name="scaler")])
        if not np.allclose(network(x), expected, atol=1e-5):
            if 0 in scale:
                return "a column with the scale 0 has to be divided by 1."
            return "its output isn't (x - mean) / scale."
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "network.keras")
            try:
                network.save(path)
            except Exception as error:
                return f"made with {kind}s it can't be saved ({type(error).__name__}); " + (
                    "what does get_config return, and can that be JSON?"
                )
            try:
                objects = {layer_class.__name__: layer_class}
                loaded = keras.models.load_model(path, custom_objects=objects)
            except Exception as error:
                config = network.layers[0].get_config()
                arrays = [name for name, value in config.items() if hasattr(value, "shape")]
                if arrays:
                    return f"get_config returns {arrays[0]} as an array: make it a list (tolist)."
                return f"it can be saved, but not loaded ({type(error).__name__}); " + (
                    "does get_config name the arguments of __init__?"
                )
        if not np.allclose(loaded(x), expected, atol=1e-5):
            return "after loading, its output is another one."
        if loaded.layers[0].name != "scaler":
            return "after loading it has another name: what does Layer's own get_config know?"
    return None


def _standardize(**changes: Any) -> type:
    """Return a layer class; ``changes`` replace its methods (None removes one)."""
    import keras

    def __init__(self, mean, scale, **kwargs):
        super(layer, self).__init__(**kwargs)
        self.mean = np.asarray(mean, dtype="float32")
        scale = np.asarray(scale, dtype="float32")
        self.scale = np.where(scale == 0, np.float32(1), scale)

    def call(self, x):
        return (x - self.mean) / self.scale

    def get_config(self):
        numbers = {"mean": self.mean.tolist(), "scale": self.scale.tolist()}
        return {**super(layer, self).get_config(), **numbers}

    methods = {"__init__": __init__, "call": call, "get_config": get_config, **changes}
    methods = {name: method for name, method in methods.items() if method is not None}
    layer = type("Standardize", (keras.layers.Layer,), methods)
    return layer


class _Lazily:
    """A layer class that is made, with Keras, when it is first handed over."""

    def __init__(self, **changes):
        self.changes = changes


def standardize_fault(layer_class: Any) -> str | None:
    """Say what is wrong with a layer class; an example of the tests is made first."""
    if isinstance(layer_class, _Lazily):
        layer_class = _standardize(**layer_class.changes)
    return layer_fault(layer_class)


def _keeps_zeros(self, mean, scale, **kwargs):
    super(type(self), self).__init__(**kwargs)
    self.mean = np.asarray(mean, dtype="float32")
    self.scale = np.asarray(scale, dtype="float32")


def _adds_a_little(self, mean, scale, **kwargs):
    super(type(self), self).__init__(**kwargs)
    self.mean = np.asarray(mean, dtype="float32")
    self.scale = np.asarray(scale, dtype="float32") + np.float32(1e-7)


def _multiplies(self, x):
    return (x - self.mean) * self.scale


def _config_without_arguments(self):
    return {"name": self.name}


def _config_without_name(self):
    return {"mean": self.mean.tolist(), "scale": self.scale.tolist()}


def _config_with_arrays(self):
    return {"name": self.name, "mean": self.mean, "scale": self.scale}


def _config_of_own(self):
    return {"name": self.name, "mean": self.mean.tolist(), "scale": self.scale.tolist()}


ANSWERS = [
    Table(
        "updates-after-loading",
        {"a": 8 * UPDATES, "b": 8 * UPDATES, "c": 3 * UPDATES, "d": 3 * UPDATES},
        hint="first the updates in one epoch; then: where does the counter begin after loading?",
        hints={
            ("a", 8 * (600 // 32)): "a: the last, smaller batch of an epoch makes an update, too.",
            ("a", 8 * 600 / 32): "a: an epoch has a whole number of updates.",
            ("a", 5 * UPDATES): "a: the epochs after loading count, too.",
            ("a", 3 * UPDATES): "a: this file holds the counter.",
            ("a", 8): "a: the counter counts updates, not epochs.",
            (
                "b",
                3 * UPDATES,
            ): "b: this file holds the counter, and the optimizer has a place for it.",
            ("c", 8 * UPDATES): "c: is there a place for the counter when the file is loaded?",
            ("d", 8 * UPDATES): "d: these arrays hold no counter.",
            ("d", 0): "d: the network is trained after loading.",
        },
    ),
    Table(
        "optimizer-numbers",
        {"SGD": PARAMETERS, "momentum": 2 * PARAMETERS, "Adam": 3 * PARAMETERS},
        hint="first the parameters, biases included; then what the optimizer keeps for each.",
        hints={
            ("SGD", 20 * 30 + 30 * 5): "SGD: these are the kernels only; units have biases, too.",
            ("SGD", PARAMETERS + 2): "SGD: leave out the counter and the learning rate.",
            ("momentum", 2 * PARAMETERS + 2): "momentum: leave out counter and learning rate.",
            ("Adam", 3 * PARAMETERS + 2): "Adam: leave out the counter and the learning rate.",
            ("SGD", 0): "SGD: the optimizer adds nothing, but the weights are there.",
            ("momentum", PARAMETERS): "momentum: the velocities are in the file, too.",
            ("Adam", 2 * PARAMETERS): "Adam: two averages for each weight, besides the weight.",
            ("Adam", PARAMETERS): "Adam: what does it remember of past gradients?",
        },
    ),
    Property(
        "same-weights",
        same_fault,
        right=[
            same_weights,
            lambda a, b: (
                [w.shape for w in a] == [w.shape for w in b]
                and all((one == other).all() for one, other in zip(a, b, strict=True))
            ),
        ],
        wrong=[
            _up_to_the_shorter,
            _nearly,
            _stretched,
            _flat,
            _shapes_only,
            lambda a, b: True,
            lambda a, b: a == b,
            lambda a, b: None,
            True,
        ],
    ),
    Table(
        "silent-failures",
        {"a": 5, "b": 141, "c": 4, "d": 5, "e": 5, "f": 21},
        hint="with which mean and variance, or which factor, does each of them compute?",
        hints={
            ("a", 1.4): "a: the layer divides by the standard deviation, not by the variance.",
            ("a", 141): "a: this layer was adapted to the data.",
            ("b", 5): "b: does set_weights change what the Normalization layer computes with?",
            ("c", 5): "c: does set_weights change what the Normalization layer computes with?",
            ("c", 141): "c: this layer was adapted before it was filled.",
            ("c", 1.15): "c: the layer divides by the standard deviation, not by the variance.",
            ("d", 4): "d: what does finalize_state do with the copied mean and variance?",
            ("e", 141): "e: load_weights does more than set_weights.",
            ("f", 63): "f: nothing in the file says with which factor the model was made.",
        },
    ),
    Property("save-safely", safely_fault, right=RIGHT_SAVES, wrong=WRONG_SAVES),
    Property(
        "standardize-layer",
        standardize_fault,
        right=[_Lazily(), _Lazily(get_config=_config_of_own)],
        wrong=[
            _Lazily(get_config=None),
            _Lazily(get_config=_config_without_arguments),
            _Lazily(get_config=_config_without_name),
            _Lazily(get_config=_config_with_arrays),
            _Lazily(call=_multiplies),
            _Lazily(__init__=_keeps_zeros),
            _Lazily(__init__=_adds_a_little),
            3,
        ],
    ),
    Property("read-weights", weights_fault, right=RIGHT_READERS, wrong=WRONG_READERS),
]

QUIZ = [
    "Adam keeps two numbers",
    "The class: the file holds its name",
    "Ask for the code",
    "Adam's averages and its counter",
    "The scaler isn't in the file",
]
