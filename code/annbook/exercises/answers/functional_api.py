"""Answers to the exercises of the page "The functional API"."""

from collections.abc import Callable
from functools import cache
from itertools import permutations
from typing import Any

import numpy as np

from annbook.exercises.answer_types import Property, Table

# Inputs and hidden units of the network with two paths.
PATHS = {"house": (6, 16), "place": (2, 8)}


def _built(build: Any) -> tuple[Any, str | None]:
    """Return the functional model that a function builds, and what is wrong if it isn't one."""
    import keras

    if not callable(build) or isinstance(build, keras.Model):
        return None, "hand over the function itself, without parentheses, not a model."
    model = build()
    if model is None:
        return None, "it returns None; is a `return` missing?"
    if not isinstance(model, keras.Model) or not getattr(model, "inputs", None):
        return None, f"it returns {type(model).__name__}, not a functional keras.Model."
    return model, None


def weather_fault(build: Any) -> str | None:
    """Say what is wrong with a function that builds the network of temperature and rain."""
    model, fault = _built(build)
    if fault:
        return fault
    if [tensor.name for tensor in model.inputs] != ["today"]:
        return "want one input, named today."
    if tuple(model.inputs[0].shape) != (None, 5):
        return f"its input has the shape {model.inputs[0].shape}; count the columns again."
    if not isinstance(model.output, dict):
        return "its outputs aren't in a dictionary."
    if set(model.output) != {"temperature", "rain"}:
        return f"its outputs are named {sorted(model.output)}; read the exercise again."
    shapes = {name: tuple(tensor.shape)[1:] for name, tensor in model.output.items()}
    if shapes != {"temperature": (2,), "rain": (1,)}:
        return f"its outputs have the columns {shapes}; count again."
    for name, tensor in model.output.items():
        layer = tensor._keras_history[0].name
        if layer != name and layer in model.output:
            return f"the layer that makes the output {name} is named {layer}."
    return _weather_values_fault(model)


def _weather_values_fault(model: Any) -> str | None:
    """Compare the network of temperature and rain, with random weights, with NumPy."""
    import keras

    random_weights(model)
    weights = {w.shape: w for w in model.get_weights()}
    if (10, 2) not in weights and (10, 1) in weights:
        return "the output temperature isn't made by one dense layer with two units."
    if (5, 10) not in weights or (10, 2) not in weights:
        return "10 hidden units read the input, and the temperatures read these."
    if (12, 1) not in weights:
        return "the rain reads one row of all hidden units and both temperatures."
    if model.count_params() != 60 + 22 + 13:
        return f"it has {model.count_params()} parameters; is there a layer too many?"
    rows = np.random.default_rng(1).normal(size=(200, 5)).astype("float32")
    fed = keras.tree.pack_sequence_as(model.input, [rows])  # a list if the model has one
    got, trained = (
        {name: np.asarray(values) for name, values in model(fed, training=training).items()}
        for training in (False, True)
    )
    if not all(_near(trained[name], got[name]) for name in got):
        return "in training it computes something else; is there a layer that isn't asked for?"
    sums = rows @ weights[5, 10] + weights[10,]
    hidden = np.maximum(sums, 0)
    temperature = hidden @ weights[10, 2] + weights[2,]
    if not _near(got["temperature"], temperature):
        if _near(got["temperature"], sums @ weights[10, 2] + weights[2,]):
            return "the hidden units have no activation; ReLU is asked for."
        return (
            "with other weights the temperatures aren't those of ReLU units and a linear output; "
            "which activations do the layers have?"
        )
    for both in (np.hstack([hidden, temperature]), np.hstack([temperature, hidden])):
        logit = both @ weights[12, 1] + weights[1,]
        if _near(got["rain"], 1 / (1 + np.exp(-np.clip(logit, -50, 50)))):
            return None
        if _near(got["rain"], logit):
            return "the rain has no activation, but a probability lies between 0 and 1."
    return "with other weights the rain isn't what NumPy computes; which activation does it have?"


def two_paths_fault(build: Any) -> str | None:
    """Say what is wrong with a function that builds the network of house and place."""
    model, fault = _built(build)
    if fault:
        return fault
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
    for columns, units in ((4, 4), (4, 7), (7, 4)):
        x = keras.Input((columns,))
        case = f"for {columns} columns and units = {units}"
        try:
            result = block(x, units)
        except ValueError as error:
            if "incompatible shapes" not in str(error) and "broadcast" not in str(error):
                raise
            return f"{case} the two terms of the sum have different widths."
        if result is None:
            return "it returns None; is a `return` missing?"
        if not isinstance(result, keras.KerasTensor):
            return (
                f"it returns {type(result).__name__}; call the layers, and return what comes out."
            )
        if tuple(result.shape) != (None, units):
            return f"{case} it returns the shape {result.shape}."
        model = keras.Model(x, result)
        expected = (columns + 1) * units + (units + 1) * units
        expected += columns * units * (columns != units)
        if columns != units and model.count_params() == expected + (units - columns) * units:
            return (
                f"{case} the first of the two layers reads the changed input; "
                "it has to read the input itself."
            )
        if model.count_params() != expected:
            return (
                f"{case} it has {model.count_params()} parameters; "
                "which layers are asked for, and which of them have a bias?"
            )
        fault = _block_values_fault(model, columns, units)
        if fault:
            return f"{case}: {fault}"
    x = keras.Input((4,))
    try:
        keras.Model(x, block(block(x, 7), 4))
        twice = keras.Model(x, block(block(x, 4), 4))
    except ValueError as error:
        if "used 2 times" not in str(error):
            raise
        return "the block can't be used twice in one model: drop the fixed names of its layers."
    if twice.count_params() != 2 * (5 * 4 + 5 * 4):
        return "two calls share their weights; make new layers in each call."
    return None


def _block_values_fault(model: Any, columns: int, units: int) -> str | None:
    """Compare a residual block, with random weights, with NumPy."""
    random_weights(model)
    rows = np.random.default_rng(0).normal(size=(50, columns)).astype("float32")
    weights = model.get_weights()
    matrices = [w for w in weights if w.ndim == 2]
    shapes = [(columns, units), (units, units)] + [(columns, units)] * (units != columns)
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


def build_weather(
    *,
    hidden: str | None = "relu",
    temperature: str | None = None,
    rain: str | None = "sigmoid",
    alone: bool = False,
    in_a_list: bool = False,
    rain_first: bool = False,
    dropout: float = 0.0,
    keys: tuple[str, str] = ("temperature", "rain"),
    name: str = "today",
) -> Any:
    """Build the network of temperature and rain; the options make mistakes."""
    import keras
    from keras import layers

    today = keras.Input((5,), name=name)
    units = layers.Dense(10, activation=hidden)(today)
    units = layers.Dropout(dropout)(units) if dropout else units
    degrees = layers.Dense(2, activation=temperature)(units)
    both = units if alone else layers.concatenate([units, degrees])
    chance = layers.Dense(1, activation=rain)(both)
    if in_a_list:
        return keras.Model(today, [degrees, chance])
    outputs = dict(zip(keys, (degrees, chance), strict=True))
    return keras.Model(today, dict(reversed(outputs.items())) if rain_first else outputs)


def _weather_with(**options: Any) -> Callable:
    return lambda: build_weather(**options)


def _weather_in_other_form() -> Any:
    import keras
    from keras import layers, ops

    today = keras.Input((5,), name="today")
    hidden = layers.ReLU()(layers.Dense(10)(today))
    temperature = layers.Dense(2)(hidden)
    rain = ops.sigmoid(layers.Dense(1)(ops.concatenate([temperature, hidden], axis=-1)))
    return keras.Model([today], {"rain": rain, "temperature": temperature})


def _weather_from_temperature() -> Any:
    import keras
    from keras import layers

    today = keras.Input((5,), name="today")
    temperature = layers.Dense(2)(layers.Dense(10, activation="relu")(today))
    rain = layers.Dense(1, activation="sigmoid")(temperature)
    return keras.Model(today, {"temperature": temperature, "rain": rain})


def _weather_misnamed() -> Any:
    import keras
    from keras import layers

    today = keras.Input((5,), name="today")
    hidden = layers.Dense(10, activation="relu")(today)
    temperature = layers.Dense(2, name="rain")(hidden)
    both = layers.concatenate([hidden, temperature])
    rain = layers.Dense(1, activation="sigmoid", name="temperature")(both)
    return keras.Model(today, {"temperature": temperature, "rain": rain})


def _weather_in_two_layers() -> Any:
    import keras
    from keras import layers

    today = keras.Input((5,), name="today")
    hidden = layers.Dense(10, activation="relu")(today)
    temperature = layers.concatenate([layers.Dense(1)(hidden), layers.Dense(1)(hidden)])
    both = layers.concatenate([hidden, temperature])
    rain = layers.Dense(1, activation="sigmoid", name="rain")(both)
    return keras.Model(today, {"temperature": temperature, "rain": rain})


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


@cache
def _dense(name: str, columns: int, units: int) -> Any:
    from keras import layers

    return layers.Dense(units, use_bias=name != "past")


def _block_that_shares(x: Any, units: int) -> Any:
    """Make the layers for a width once, so that two calls share them."""
    from keras import ops

    columns = x.shape[-1]
    inner = _dense("second", units, units)(ops.relu(_dense("first", columns, units)(x)))
    return inner + (x if columns == units else _dense("past", columns, units)(x))


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


def _block_widens_only(x: Any, units: int) -> Any:
    from keras import layers

    inner = layers.Dense(units)(layers.Dense(units, activation="relu")(x))
    if x.shape[-1] < units:
        x = layers.Dense(units, use_bias=False)(x)
    return layers.add([x, inner])


def _block_widens_only_plus(x: Any, units: int) -> Any:
    from keras import layers

    inner = layers.Dense(units)(layers.Dense(units, activation="relu")(x))
    return inner + (layers.Dense(units, use_bias=False)(x) if x.shape[-1] < units else x)


def _block_changes_first(x: Any, units: int) -> Any:
    from keras import layers

    if x.shape[-1] != units:
        x = layers.Dense(units, use_bias=False)(x)
    return x + layers.Dense(units)(layers.Dense(units, activation="relu")(x))


def _block_named(*, inner: str | None = None, past: str | None = None) -> Callable:
    """Return a block whose layers have fixed names."""

    def block(x: Any, units: int) -> Any:
        from keras import layers

        total = layers.Dense(units)(layers.Dense(units, activation="relu", name=inner)(x))
        if x.shape[-1] != units:
            x = layers.Dense(units, use_bias=False, name=past)(x)
        return layers.add([x, total])

    return block


def _block_minus(x: Any, units: int) -> Any:
    from keras import layers

    inner = layers.Dense(units)(layers.Dense(units, activation="relu")(x))
    return (x if x.shape[-1] == units else layers.Dense(units, use_bias=False)(x)) - inner


# Targets and predictions that tell right and wrong losses for capped rows apart, the right loss of
# each row, and what is wrong if a loss differs first in that row.
CAPPED_ROWS = [
    (1.0, 2.0, 1.0, "a row that isn't capped counts with its squared error."),
    (1.0, 0.5, 0.25, "a row that isn't capped counts with its squared error."),
    (5.0, 6.0, 1.0, "a target of exactly 5 isn't above 5, so this row isn't capped."),
    (4.0, 5.5, 2.25, "whether a row is capped is said by its target, not by its prediction."),
    (5.00001, 4.5, 0.25, "for a capped row predicted below its target the squared error counts."),
    (5.00001, 7.0, 0.0, "for a capped row a prediction above the target is no error."),
    (6.0, 5.5, 0.25, "for a capped row predicted below its target the squared error counts."),
    (6.0, 7.0, 0.0, "any target above 5 is capped, whatever its value."),
]


def capped_loss_fault(loss: Any) -> str | None:
    """Say what is wrong with a loss function for capped targets."""
    import keras
    from keras import ops

    if not callable(loss):
        return "hand over the function itself, without parentheses."
    truth, predicted = (
        ops.convert_to_tensor(np.array([row[i] for row in CAPPED_ROWS], "float32")[:, None])
        for i in range(2)
    )
    try:
        result = loss(truth, predicted)
    except ValueError as error:
        if "truth value" not in str(error):
            raise
        return "Python's `if` and `max` can't choose row by row; use `ops.where` or `ops.maximum`."
    if result is None:
        return "it returns None; is a `return` missing?"
    got = np.asarray(result)
    n = len(CAPPED_ROWS)
    if got.shape not in ((n,), (n, 1)):
        return f"for {n} rows it returns the shape {got.shape}; want a loss for each row."
    for (y, p, want, hint), value in zip(CAPPED_ROWS, got.ravel(), strict=True):
        if not abs(value - want) < 1e-3:
            return f"for the target {y} and the prediction {p} it returns {value:.4g}: {hint}"
    try:
        symbolic = loss(keras.Input((1,)), keras.Input((1,)))
    except Exception:  # whatever NumPy or TensorFlow says about a placeholder
        symbolic = None
    if not isinstance(symbolic, keras.KerasTensor):
        return (
            "its numbers are right, but placeholders can't go through it (is it NumPy's or "
            "TensorFlow's function?); use functions of keras.ops."
        )
    return None


def _positive_part_squared(difference: Any) -> Any:
    from keras import ops

    return ops.square(ops.maximum(difference, 0.0))


def _mean_of_columns(rows: Any) -> Any:
    from keras import ops

    return ops.mean(rows, axis=-1)


def _mean_of_all(rows: Any) -> Any:
    from keras import ops

    return ops.mean(rows)


def _negative_part_squared(difference: Any) -> Any:
    return _positive_part_squared(-difference)


def _positive_part(difference: Any) -> Any:
    from keras import ops

    return ops.maximum(difference, 0.0)


def _capped_loss(
    condition: Callable = lambda y, p: y > 5,
    error: Callable = lambda d: d**2,
    capped: Callable = _positive_part_squared,
    reduce: Callable = lambda losses: losses,
) -> Callable:
    """Return a loss for capped rows; the options make mistakes."""

    def loss(truth: Any, predicted: Any) -> Any:
        from keras import ops

        difference = truth - predicted
        rows = ops.where(condition(truth, predicted), capped(difference), error(difference))
        return reduce(rows)

    return loss


def _capped_in_numpy(truth: Any, predicted: Any) -> np.ndarray:
    truth, predicted = np.asarray(truth), np.asarray(predicted)
    difference = truth - predicted
    return np.where(truth > 5, np.maximum(difference, 0), difference) ** 2


def _capped_in_numpy_rows(truth: Any, predicted: Any) -> np.ndarray:
    return _capped_in_numpy(truth, predicted).mean(axis=-1)


def _capped_in_tensorflow(truth: Any, predicted: Any) -> Any:
    import tensorflow as tf

    difference = truth - predicted
    return tf.where(truth > 5, tf.maximum(difference, 0.0), difference) ** 2


def _capped_by_if(truth: Any, predicted: Any) -> Any:
    if truth > 5:
        return _positive_part_squared(truth - predicted)
    return (truth - predicted) ** 2


def _capped_by_minimum(truth: Any, predicted: Any) -> Any:
    from keras import ops

    at_most = ops.where(truth > 5, ops.minimum(predicted, truth), predicted)
    return ops.square(truth - at_most)


def _capped_by_minimum_of_cap(truth: Any, predicted: Any) -> Any:
    from keras import ops

    at_most = ops.where(truth > 5, ops.minimum(predicted, 5.0), predicted)
    return ops.square(truth - at_most)


def _capped_by_weights(truth: Any, predicted: Any) -> Any:
    from keras import ops

    counts = ops.logical_not(ops.logical_and(truth > 5.0, predicted > truth))
    return ops.mean(ops.cast(counts, "float32") * (truth - predicted) ** 2, axis=-1)


def _rents() -> dict[str, float]:
    """Return the answer about the table of rents."""
    source = np.random.default_rng(3)
    area = source.uniform(30, 150, size=300)
    rent = np.maximum(9 * area + source.normal(scale=150, size=300), 500).round(-1)
    area[250] *= 10.76
    line = np.polyfit(area[:200], rent[:200], 1)
    errors = (rent[200:] - np.polyval(line, area[200:])) ** 2
    floor = rent.min()
    return {
        "floor": float(floor),
        "count": int(np.sum(rent == floor)),
        "share": float(errors.max() / errors.sum()),
    }


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
    Table(
        "functional-loss",
        {"0.8 and 0.2": 0.8 * 0.36 + 0.2 * 0.81, "8 and 2": 4.5, "dollars": 60_000.0},
        hint="the loss is the sum of the outputs' losses, each times its weight.",
        hints={
            ("0.8 and 0.2", 1.17): "0.8 and 0.2: that is the sum without the weights.",
            ("0.8 and 0.2", 0.72): "0.8 and 0.2: the weights are exchanged.",
            ("8 and 2", 0.45): "8 and 2: Keras doesn't divide by the sum of the weights.",
            ("dollars", 36_000): "dollars: that is the squared error; its root is asked for.",
            ("dollars", 60): "dollars: those are thousands of dollars; dollars are asked for.",
            ("dollars", 0.6): "dollars: the unit of the target is 100,000 dollars.",
        },
    ),
    Table(
        "functional-shared",
        {"first call": -18, "second call": 30, "weight": 12, "bias": 0},
        hint="the loss depends on the weight through both calls; use the chain rule for each call, "
        "and add.",
        hints={
            ("first call", -9): "first call: the derivative of a square has the factor 2.",
            ("second call", 15): "second call: the derivative of a square has the factor 2.",
            ("first call", -6): "first call: that is the derivative by s1; go on to the weight.",
            ("second call", 6): "second call: that is the derivative by s2; go on to the weight.",
            ("first call", 18): "first call: which sign has s1 - s2 + 1?",
            ("second call", -30): "second call: s2 is subtracted.",
            ("first call", -24): "first call: the loss subtracts s2 and adds 1.",
            ("weight", 6): "weight: the calls are added, not averaged.",
            ("weight", 48): "weight: mind the signs of the two contributions.",
            ("bias", -12): "bias: the second call has the opposite sign.",
            ("bias", -6): "bias: it takes part in both calls.",
            ("bias", 12): "bias: the weight's input differs from call to call, the bias's is 1.",
        },
        wrong=[
            {"weight": 12, "bias": 0},
            {"first call": -18, "second call": 30, "weight": 12, "bias": 1},
        ],
    ),
    Property(
        "functional-weather",
        weather_fault,
        right=[build_weather, _weather_in_other_form, _weather_with(rain_first=True)],
        wrong=[
            _weather_with(hidden=None),
            _weather_with(hidden="tanh"),
            _weather_with(temperature="relu"),
            _weather_with(rain=None),
            _weather_with(rain="relu"),
            _weather_with(alone=True),
            _weather_with(in_a_list=True),
            _weather_with(keys=("temperatures", "rain")),
            _weather_with(keys=("rain", "temperature")),
            _weather_with(name="features"),
            _weather_from_temperature,
            _weather_misnamed,
            _weather_in_two_layers,
            _weather_with(dropout=0.5),
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
            _block_changes_first,
            _block_minus,
            _block_named(inner="inner"),
            _block_named(past="past"),
            _block_widens_only,
            _block_widens_only_plus,
            _block_that_shares,
            lambda x, units: None,
            lambda x, units: x,
            5,
        ],
    ),
    Table(
        "functional-rents",
        _rents,
        rtol=1e-3,
        hint="the floor and the count come from all rows, the share from the squared errors of the "
        "validation rows.",
        hints={
            ("count", 46): "count: those are the training rows; all rows are asked for.",
            ("count", 19): "count: those are the validation rows; all rows are asked for.",
            ("share", 0.177): "share: fit to the training rows, take the validation errors.",
            ("share", 0.378237): "share: fit the line to the training rows only.",
            ("share", 0.406119): "share: those are the absolute errors; square them.",
            ("share", 96.4792): "share: divide by the sum of all; want a number from 0 to 1.",
            ("share", 27.4024): "share: divide by the sum of all squared errors, the largest, too.",
            ("share", 0.00407995): "share: that is the row with the second largest error.",
        },
        wrong=[{"floor": 500.0, "count": 65}, {"floor": 1_500.0, "count": 1, "share": 0.96479}],
    ),
    Property(
        "functional-capped",
        capped_loss_fault,
        right=[
            _capped_loss(),
            _capped_loss(lambda y, p: y >= np.float32(5.00001)),
            _capped_loss(reduce=_mean_of_columns),
            _capped_by_minimum,
            _capped_by_weights,
        ],
        wrong=[
            _capped_loss(capped=lambda d: d**2),
            _capped_loss(capped=lambda d: 0 * d),
            _capped_loss(capped=_negative_part_squared),
            _capped_loss(capped=_positive_part),
            _capped_loss(lambda y, p: y >= 5),
            _capped_loss(lambda y, p: y == np.float32(5.00001)),
            _capped_by_minimum_of_cap,
            _capped_loss(lambda y, p: p > 5),
            _capped_loss(lambda y, p: y < 5),
            _capped_loss(error=abs),
            _capped_loss(reduce=_mean_of_all),
            _capped_in_numpy,
            _capped_in_tensorflow,
            _capped_in_numpy_rows,
            _capped_by_if,
            lambda truth, predicted: None,
            "mse",
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
