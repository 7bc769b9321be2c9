"""Answers to the exercises of the page "The functional API"."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np

from annbook.exercises.answer_types import Choice, Property, Table

# Inputs and hidden units of the network with two paths.
PATHS = {"house": (6, 16), "place": (2, 8)}


def two_paths_fault(build: Any) -> str | None:
    """Say what is wrong with a function that builds the network of house and place."""
    import keras

    if not callable(build) or isinstance(build, keras.Model):
        return "hand over the function itself, without parentheses, not a model."
    model = build()
    if model is None:
        return "it returns None; is a `return` missing?"
    if not isinstance(model, keras.Model) or not getattr(model, "inputs", None):
        return f"it returns {type(model).__name__}, not a functional keras.Model."
    shapes = {tensor.name: tuple(tensor.shape) for tensor in model.inputs}
    wanted = {name: (None, columns) for name, (columns, _) in PATHS.items()}
    if set(shapes) != set(wanted):
        return f"its inputs are named {sorted(shapes)}; read the exercise again."
    if shapes != wanted:
        return f"its inputs have the shapes {shapes}; count the columns again."
    if isinstance(model.input, dict) and set(model.input) != set(wanted):
        return f"the keys of its inputs are {sorted(model.input)}; want the names of the inputs."
    if len(model.outputs) != 1 or tuple(model.outputs[0].shape) != (None, 1):
        return "it has to have one output with one number for each row."
    keys = list(model.output) if isinstance(model.output, dict) else []
    if "price" not in [*keys, model.outputs[0]._keras_history[0].name]:
        return "the layer that makes the output isn't named price."
    if keys not in ([], ["price"]):
        return f"the key of its output is {keys[0]!r}, want 'price'."
    for name, (columns, _) in PATHS.items():
        rows = {other: np.zeros((3, n), "float32") for other, (n, _) in PATHS.items()}
        base = _predict(model, rows)
        rows[name] = np.random.default_rng(0).normal(size=(3, columns)).astype("float32")
        if np.ptp(_predict(model, rows) - base) < 1e-7:
            return f"the output doesn't depend on {name}; is it connected?"
    return _two_paths_values_fault(model)


def _two_paths_values_fault(model: Any) -> str | None:
    """Compare the network of house and place, with random weights, with NumPy."""
    random_weights(model)
    weights = {w.shape: w for w in model.get_weights()}
    for name, shape in PATHS.items():
        if shape not in weights:
            return f"no layer of {shape[1]} units reads {name}, and {name} alone."
    if model.count_params() != sum((n + 1) * m for n, m in PATHS.values()) + 25:
        return (
            f"it has {model.count_params()} parameters; which layers does the exercise ask for, "
            "and what does each of them read?"
        )
    if (24, 1) not in weights:
        return "the output reads one row of all hidden units, side by side."
    source = np.random.default_rng(1)
    rows = {name: source.normal(size=(200, n)).astype("float32") for name, (n, _) in PATHS.items()}
    sums = [rows[name] @ weights[shape] + weights[shape[1:]] for name, shape in PATHS.items()]
    kernel, bias = weights[24, 1], weights[1,]
    found = [_predict(model, rows, training) for training in (False, True)]

    def equal(function: Callable) -> bool:
        orders = (np.hstack(sums), np.hstack(sums[::-1]))
        results = [(function(both) @ kernel + bias).ravel() for both in orders]
        return any(all(_near(values, one) for values in found) for one in results)

    if equal(lambda both: np.maximum(both, 0)):
        return None
    if equal(lambda both: both):
        return "the hidden units have no activation; ReLU is asked for."
    if not (found[0].min() < -1 and found[0].max() > 1):
        return "the output can't be any number; does it have an activation?"
    return (
        "with other weights it doesn't compute what NumPy does with ReLU units and a linear "
        "output; are all hidden units ReLU units, and is there a layer too many?"
    )


def random_weights(model: Any) -> None:
    """Give a model large random weights and biases, so that nothing can hide behind a zero."""
    source = np.random.default_rng(2)
    model.set_weights([source.normal(scale=2, size=w.shape) for w in model.get_weights()])


def _predict(model: Any, rows: Any, training: bool = False) -> np.ndarray:
    import keras

    return np.asarray(keras.tree.flatten(model(rows, training=training))[0]).ravel()


def _near(got: np.ndarray, want: np.ndarray) -> bool:
    return got.shape == want.shape and np.allclose(got, want, rtol=1e-3, atol=1e-2)


def residual_fault(block: Any) -> str | None:
    """Say what is wrong with a function block(x, units) that builds a residual block."""
    import keras

    if not callable(block) or isinstance(block, keras.layers.Layer):
        return "hand over the function itself, without parentheses."
    for units in (4, 7):
        x = keras.Input((4,))
        result = block(x, units)
        if result is None:
            return "it returns None; is a `return` missing?"
        if not isinstance(result, keras.KerasTensor):
            return (
                f"it returns {type(result).__name__}; call the layers, and return what comes out."
            )
        if tuple(result.shape) != (None, units):
            return f"for 4 columns and units = {units} it returns the shape {result.shape}."
        model = keras.Model(x, result)
        expected = 5 * units + (units + 1) * units + (4 * units if units != 4 else 0)
        if model.count_params() != expected:
            return (
                f"for 4 columns and units = {units} it has {model.count_params()} parameters; "
                "which layers are asked for, and which of them have a bias?"
            )
        fault = _block_values_fault(model, units)
        if fault:
            return f"for 4 columns and units = {units}: {fault}"
    return None


def _block_values_fault(model: Any, units: int) -> str | None:
    """Compare a residual block of 4 columns, with random weights, with NumPy."""
    random_weights(model)
    rows = np.random.default_rng(0).normal(size=(50, 4)).astype("float32")
    weights = model.get_weights()
    matrices = [w for w in weights if w.ndim == 2]
    shapes = [(4, units), (units, units)] + [(4, units)] * (units != 4)
    biases = [w for w in weights if w.shape == (units,)]
    if sorted(w.shape for w in matrices) != sorted(shapes) or len(biases) != 2:
        return "want two dense layers with a bias; where the width changes, one more without."
    hints = [
        None,
        "is the sum missing?",
        "there is no ReLU after the first layer.",
        "there is an activation after the second layer.",
        "there is an activation after the sum.",
    ]
    found = [_predict(model, rows, training) for training in (False, True)]
    # The order of the weights is that of the calls: try each that fits.
    for W1, W2, *shortcut in permutations(matrices):
        if [W1.shape, W2.shape, *(w.shape for w in shortcut)] != shapes:
            continue
        for b1, b2 in permutations(biases):
            past = rows @ shortcut[0] if shortcut else rows
            inner = np.maximum(rows @ W1 + b1, 0) @ W2 + b2
            linear = (rows @ W1 + b1) @ W2 + b2
            forms = [past + inner, inner, past + linear]
            forms += [past + np.maximum(inner, 0), np.maximum(past + inner, 0)]
            for form, hint in zip(forms, hints, strict=True):
                if all(_near(values, form.ravel()) for values in found):
                    return hint
    return (
        "with other weights it doesn't compute x + (ReLU(x W1 + b1) W2 + b2); compare term by term."
    )


def build_two_paths(
    *,
    hidden: str | None = "relu",
    output: str | None = None,
    names: tuple[str, str] = ("house", "place"),
    connect: bool = True,
    mixed: bool = False,
) -> Any:
    """Build the network of house and place; the options make mistakes."""
    import keras
    from keras import layers

    house, place = keras.Input((6,), name=names[0]), keras.Input((2,), name=names[1])
    if mixed:
        both = layers.Dense(24, activation=hidden)(layers.concatenate([house, place]))
    else:
        a = layers.Dense(16, activation=hidden)(house)
        b = layers.Dense(8, activation=hidden)(place)
        both = layers.concatenate([a, b if connect else layers.Rescaling(0.0)(b)])
    return keras.Model([house, place], layers.Dense(1, activation=output, name="price")(both))


def _with(**options: Any) -> Callable:
    return lambda: build_two_paths(**options)


def _two_paths_in_other_form() -> Any:
    import keras
    from keras import layers

    place, house = keras.Input((2,), name="place"), keras.Input((6,), name="house")
    paths = [layers.ReLU()(layers.Dense(n)(x)) for n, x in ((8, place), (16, house))]
    price = layers.Dense(1, name="price")(layers.Concatenate()(paths))
    return keras.Model({"place": place, "house": house}, {"price": price})


def _two_paths_misnamed() -> Any:
    import keras
    from keras import layers

    house, place = keras.Input((6,), name="house"), keras.Input((2,), name="place")
    a = layers.Dense(16, activation="relu", name="price")(house)
    b = layers.Dense(8, activation="relu")(place)
    return keras.Model([house, place], layers.Dense(1)(layers.concatenate([a, b])))


def residual_block(
    x: Any,
    units: int,
    *,
    activations: tuple[str | None, str | None] = ("relu", None),
    skip: bool = True,
    bias: bool = False,
    always: bool = False,
    after: str | None = None,
) -> Any:
    """Return the residual block of the exercise; the options make mistakes."""
    from keras import layers

    inner = layers.Dense(units, activation=activations[0])(x)
    inner = layers.Dense(units, activation=activations[1])(inner)
    if not skip:
        return inner
    if always or x.shape[-1] != units:
        x = layers.Dense(units, use_bias=bias)(x)
    total = layers.add([x, inner])
    return layers.Activation(after)(total) if after else total


def _block_with(**options: Any) -> Callable:
    return lambda x, units: residual_block(x, units, **options)


def _block_in_other_form(x: Any, units: int) -> Any:
    from keras import layers

    inner = layers.Dense(units)(layers.ReLU()(layers.Dense(units)(x)))
    return inner + (x if x.shape[-1] == units else layers.Dense(units, use_bias=False)(x))


def _block_of(relu: Callable) -> Callable:
    """Return a block that calls relu(inner) between its two layers."""

    def block(x: Any, units: int) -> Any:
        from keras import layers

        past = x if x.shape[-1] == units else layers.Dense(units, use_bias=False)(x)
        return past + layers.Dense(units)(relu(layers.Dense(units)(x)))

    return block


def _ops_relu(x: Any) -> Any:
    from keras import ops

    return ops.relu(x)


def _activations_relu(x: Any) -> Any:
    from keras import activations

    return activations.relu(x)


def _ops_maximum(x: Any) -> Any:
    from keras import ops

    return ops.maximum(x, 0.0)


def _relu_and_dropout(x: Any) -> Any:
    from keras import layers

    return layers.Dropout(0.5)(layers.ReLU()(x))


def _block_relu_first(x: Any, units: int) -> Any:
    from keras import layers

    inner = layers.Dense(units)(layers.Dense(units)(layers.ReLU()(x)))
    return inner + (x if x.shape[-1] == units else layers.Dense(units, use_bias=False)(x))


def _block_minus(x: Any, units: int) -> Any:
    from keras import layers

    inner = layers.Dense(units)(layers.Dense(units, activation="relu")(x))
    return (x if x.shape[-1] == units else layers.Dense(units, use_bias=False)(x)) - inner


ANSWERS = [
    Table(
        "functional-parameters",
        {"hidden_1": 450, "hidden_2": 1_020, "main": 24, "aux": 21, "total": 1_515},
        hint="a Dense layer with n inputs and m units has n times m weights and m biases; the "
        "total is the sum of all four layers.",
        hints={
            ("hidden_1", 400): "hidden_1: those are the weights; each unit has a bias, too.",
            ("hidden_1", 600): "hidden_1: the wide columns don't take the deep path.",
            ("hidden_2", 1_000): "hidden_2: those are the weights; each unit has a bias, too.",
            ("main", 23): "main: those are the weights; each unit has a bias, too.",
            ("main", 21): "main: the wide columns go there, too.",
            ("aux", 20): "aux: those are the weights; each unit has a bias, too.",
            ("aux", 24): "aux: it reads the second hidden layer only.",
        },
        wrong=[
            {"total": 1_515},
            {"hidden_1": 450, "hidden_2": 1_020, "main": 24, "aux": 21, "total": 1_500},
        ],
    ),
    Choice(
        "functional-scalings",
        {"standardize", "robust", "min-max"},
        options=["standardize", "robust", "min-max", "clip", "log"],
        hint="which of them can a weight and the bias undo?",
        hints={
            frozenset({"robust"}): "that one, but others have the same form.",
        },
        wrong=[{"standardize", "robust"}, {"robust", "clip"}, "standardize", {"clip", "log"}],
    ),
    Table(
        "functional-loss",
        {"0.8 and 0.2": 0.8 * 0.36 + 0.2 * 0.81, "8 and 2": 4.5, "dollars": 60_000.0},
        hint="the loss is the sum of the outputs' losses, each times its weight.",
        hints={
            ("0.8 and 0.2", 1.17): "0.8 and 0.2: that is the sum without the weights.",
            ("0.8 and 0.2", 0.72): "0.8 and 0.2: the weights are exchanged.",
            ("8 and 2", 0.45): "8 and 2: Keras doesn't divide by the sum of the weights.",
            ("dollars", 36_000): "dollars: that is the squared error; its root is asked for.",
            ("dollars", 0.6): "dollars: the unit of the target is 100,000 dollars.",
        },
    ),
    Property(
        "functional-two-paths",
        two_paths_fault,
        right=[build_two_paths, _two_paths_in_other_form],
        wrong=[
            _with(hidden=None),
            _with(hidden="sigmoid"),
            _with(hidden="tanh"),
            _with(hidden="relu6"),
            _with(hidden="leaky_relu"),
            _two_paths_misnamed,
            _with(output="sigmoid"),
            _with(output="relu"),
            _with(names=("house", "location")),
            _with(names=("place", "house")),
            _with(connect=False),
            _with(mixed=True),
            lambda: None,
            5,
        ],
    ),
    Property(
        "functional-residual",
        residual_fault,
        right=[
            residual_block,
            _block_in_other_form,
            *map(_block_of, (_ops_relu, _activations_relu, _ops_maximum)),
        ],
        wrong=[
            _block_with(skip=False),
            _block_with(activations=("relu", "relu")),
            _block_with(activations=(None, None)),
            _block_with(activations=(None, "relu")),
            _block_with(activations=("tanh", None)),
            _block_with(bias=True),
            _block_with(always=True),
            _block_with(after="relu"),
            _block_of(_relu_and_dropout),
            _block_relu_first,
            _block_minus,
            lambda x, units: None,
            lambda x, units: x,
            5,
        ],
    ),
]

QUIZ = [
    "A placeholder with a shape",
    f"{1 - 0.1:.1f} times the gradient of the main loss plus 0.1 times",
    "One.",
    "Sort the validation rows by their squared error",
    "`layers.Dense(20)(layers.Concatenate()([x, hidden]))`",
]
