"""Answers to the exercises of the page "Making deep networks trainable"."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from annbook.exercises.answer_types import Function, Number, Property, Table

OUTPUTS = 2 * (np.array([1.0, 3.0, 5.0, 7.0]) - 4) / math.sqrt(5) + 1
PREDICTION = 2 * (4 - 0.4) / math.sqrt(1.4) + 1


def dead_units(A):
    """Return the indices of the columns that are 0 throughout."""
    return np.flatnonzero((A == 0).all(axis=0))


def clip(gradients, limit):
    """Scale all arrays to a common length of at most limit."""
    length = math.sqrt(sum(np.sum(g**2) for g in gradients))
    return [limit / max(length, limit) * g for g in gradients]


def _clip_each(gradients, limit):
    return [clip([g], limit)[0] for g in gradients]


def _clip_values(gradients, limit):
    return [np.clip(g, -limit, limit) for g in gradients]


def _to_length_one(gradients, limit):
    return clip(gradients, 1.0)


def _always_limit(gradients, limit):
    length = math.sqrt(sum(np.sum(g**2) for g in gradients)) or 1.0
    return [limit / length * g for g in gradients]


def order_fault(build: Any) -> str | None:
    """Say what is wrong with a function that builds residual blocks with the ReLU first."""
    import keras

    if not callable(build) or isinstance(build, keras.Model):
        return "hand over the function itself, without parentheses."
    for blocks in (1, 3):
        model = build(blocks)
        if model is None:
            return "it returns None; is a `return` missing?"
        if not isinstance(model, keras.Model):
            return f"it returns {type(model).__name__}, not a keras.Model."
        fault = _layers_fault(model, blocks) or _optimizer_fault(model)
        fault = fault or _order_values_fault(model, blocks)
        if fault:
            return f"for blocks = {blocks}: {fault}"
    return None


def _of_kind(model: Any, kind: Any) -> list:
    """Return the layers of a kind, also those of models that are layers of this one."""
    import keras

    found = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found += _of_kind(layer, kind)
        elif isinstance(layer, kind):
            found.append(layer)
    return found


def _begins_with_he(layer: Any) -> bool:
    """Whether the weights have He's size, however their initializer is written."""
    kernel = np.asarray(layer.kernel)
    return bool(abs(kernel.std() / math.sqrt(2 / len(kernel)) - 1) < 0.1)


def _layers_fault(model: Any, blocks: int) -> str | None:
    from keras import activations, layers

    dense = _of_kind(model, layers.Dense)
    norms = _of_kind(model, layers.BatchNormalization)
    if any(layer.activation is not activations.linear for layer in dense[:-1]):
        return "a layer of 32 units has an activation of its own."
    if dense and dense[-1].activation not in (activations.linear, activations.softmax):
        return "the ten outputs are logits, with no activation."
    units = [layer.units for layer in dense]
    if units != [32] * (2 * blocks + 1) + [10]:
        return f"its dense layers have {units} units; count the layers of a block again."
    if len(norms) != 2 * blocks:
        return f"it has {len(norms)} layers of normalization; each block has two."
    if not all(_begins_with_he(layer) for layer in dense[:-1]):
        return "not all layers of 32 units begin with He's weights."
    return None


def _optimizer_fault(model: Any) -> str | None:
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return "it isn't compiled."
    if optimizer.global_clipnorm is not None:
        return None
    if optimizer.clipnorm is not None or optimizer.clipvalue is not None:
        return "this kind of clipping can change the direction of the gradient."
    return "the gradient isn't clipped."


def _order_values_fault(model: Any, blocks: int) -> str | None:
    """Compare the model, with random weights, with NumPy."""
    from keras import layers

    source = np.random.default_rng(0)
    for w in model.weights:
        values = source.normal(size=w.shape) / math.sqrt(w.shape[0])
        w.assign(np.abs(values) + 0.5 if "variance" in w.name else values)
    rows = source.normal(size=(40, 64)).astype("float32")
    got = np.asarray(model(rows, training=False))
    dense, norms = (_of_kind(model, k) for k in (layers.Dense, layers.BatchNormalization))

    def linear(layer: Any, A: np.ndarray) -> np.ndarray:
        return np.asarray(layer(A))

    def relu(A: np.ndarray) -> np.ndarray:
        return np.maximum(A, 0)

    def outputs(block: Callable) -> np.ndarray:
        A = linear(dense[0], rows)
        for k in range(blocks):
            A = block(A, dense[2 * k + 1 : 2 * k + 3], norms[2 * k : 2 * k + 2])
        return linear(dense[-1], A)

    def inner(A: np.ndarray, d: list, n: list) -> np.ndarray:
        A = linear(d[0], relu(linear(n[0], A)))
        return linear(d[1], relu(linear(n[1], A)))

    def without_second(A: np.ndarray, d: list, n: list) -> np.ndarray:
        return linear(d[1], linear(n[1], linear(d[0], relu(linear(n[0], A)))))

    def without_first(A: np.ndarray, d: list, n: list) -> np.ndarray:
        return linear(d[1], relu(linear(n[1], linear(d[0], linear(n[0], A)))))

    def late(A: np.ndarray, d: list, n: list) -> np.ndarray:
        A = relu(linear(n[0], linear(d[0], A)))
        return linear(n[1], linear(d[1], A))

    forms = [
        (None, lambda A, d, n: A + inner(A, d, n)),
        ("is the sum missing?", inner),
        ("a block's second ReLU is missing.", lambda A, d, n: A + without_second(A, d, n)),
        ("a block's first ReLU is missing.", lambda A, d, n: A + without_first(A, d, n)),
        ("there is a ReLU after the sum.", lambda A, d, n: relu(A + inner(A, d, n))),
        ("normalization and ReLU come after the layers.", lambda A, d, n: A + late(A, d, n)),
        ("that is the order of the page.", lambda A, d, n: relu(A + late(A, d, n))),
    ]
    for hint, block in forms:
        if np.allclose(got, outputs(block), rtol=1e-3, atol=1e-3):
            return hint or _logits_fault(model, rows, got)
    return "with other weights it doesn't compute what NumPy does; compare layer by layer."


def _logits_fault(model: Any, rows: np.ndarray, logits: np.ndarray) -> str | None:
    y = np.arange(len(rows)) % 10
    wanted = np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(y)), y])
    try:
        loss = model.evaluate(rows, y, batch_size=len(y), verbose=0, return_dict=True)["loss"]
    except Exception:
        loss = math.nan
    if np.isclose(loss, wanted, rtol=1e-3):
        return None
    return "its loss isn't the cross-entropy of integer labels and outputs without softmax."


def build_order(
    blocks: int,
    *,
    skip: bool = True,
    late: bool = False,
    relu_at_end: bool = False,
    relus: tuple = (True, True),
    nested: bool = False,
    initializer: Any = "he_normal",
    first: str | None = None,
    own: str | None = None,
    last: str | None = None,
    softmax: bool = False,
    from_logits: bool = True,
    **clip: float,
) -> Any:
    """Build the residual network with the ReLU first; the options make mistakes."""
    import keras
    from keras import layers

    def part(x: Any, relu: bool = True) -> Any:
        dense = layers.Dense(32, own, kernel_initializer=initializer, use_bias=not late)
        x = layers.BatchNormalization()(dense(x) if late else x)
        x = layers.ReLU()(x) if relu else x
        return x if late else dense(x)

    def in_a_row() -> list:
        dense = layers.Dense(32, kernel_initializer=initializer)
        return [layers.BatchNormalization(), layers.Activation("relu"), dense]

    inputs = keras.Input((64,))
    x = layers.Dense(32, first, kernel_initializer=initializer)(inputs)
    for _ in range(blocks):
        if nested:
            inner = keras.Sequential([layer for _ in range(2) for layer in in_a_row()])(x)
        else:
            inner = part(part(x, relus[0]), relu=relus[1] and not late)
        x = layers.add([x, inner]) if skip else inner
        x = layers.ReLU()(x) if relu_at_end else x
    outputs = layers.Dense(10, activation="softmax" if softmax else last)(x)
    model = keras.Model(inputs, outputs)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
    model.compile(keras.optimizers.Adam(0.01, **(clip or {"global_clipnorm": 1.0})), loss=loss)
    return model


def _order_with(**options: Any) -> Callable:
    return lambda blocks: build_order(blocks, **options)


def _scaled_by_two(blocks: int) -> Any:
    import keras

    he = keras.initializers.VarianceScaling(2.0, "fan_in", "truncated_normal")
    return build_order(blocks, nested=True, initializer=he)


def _not_compiled(blocks: int) -> Any:
    import keras

    model = build_order(blocks)
    return keras.Model(model.inputs, model.outputs)


def _one_block(blocks: int) -> Any:
    return build_order(1)


def _not_clipped(blocks: int) -> Any:
    model = build_order(blocks)
    model.compile("adam", loss=model.loss)
    return model


ACTIVE = np.array([[0.0, 1.0, 0.0, 0.2], [0.0, 0.0, 0.0, 3.0], [0.0, 0.5, 2.0, 0.0]])
SMALL = np.array([[1e-30, 0.0, 0.05], [0.0, 0.0, 0.0]])
SIGNED = np.array([[1.0, -1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, -2.0, 0.0]])
CLIP_CASES = [
    ([np.array([[3.0, 0.0], [0.0, 4.0]]), np.array([12.0])], 2.0),
    ([np.array([[3.0, 0.0], [0.0, 4.0]]), np.array([12.0])], 20.0),
    ([np.array([0.3, -0.4]), np.array([[0.1]])], 1.0),
    ([np.zeros(2), np.zeros((1, 2))], 0.5),
]

ANSWERS = [
    Table(
        "deep-scale",
        {"He": math.sqrt(2 / 300), "Glorot": math.sqrt(2 / 400), "limit": math.sqrt(6 / 400)},
        rtol=1e-3,
        hint="The variance has two in the numerator; a uniform number on [-a, a] has a²/3.",
        hints={
            ("He", 2 / 300): "He: that is the variance.",
            ("He", math.sqrt(2 / 100)): "He: what is added up are the inputs.",
            ("Glorot", math.sqrt(1 / 400)): "Glorot: divide by the mean of both numbers.",
            ("limit", math.sqrt(2 / 400)): "limit: that is the standard deviation.",
        },
    ),
    Number(
        "deep-unit",
        math.sqrt(10),
        hint="What counts is the mean square of an input.",
        hints={
            10.0: "That is the variance.",
            math.sqrt(2): "The inputs' mean isn't 0: their mean square is more than 1.",
            math.sqrt(50): "The variance of a weight is the square of 0.2.",
        },
    ),
    Number(
        "deep-leaky",
        math.sqrt(2 / (200 * (1 + 0.2**2))),
        rtol=2e-3,
        hint="Which share of its square does a negative z keep, and how many are negative?",
        hints={
            math.sqrt(2 / 200): "That is for ReLU; here the negative half isn't lost.",
            2 / (200 * (1 + 0.2**2)): "That is the variance.",
            math.sqrt(1 / (200 * (1 + 0.2**2))): "Only half of the numbers are positive.",
            math.sqrt(2 / (200 * 1.2)): "The slope counts in the mean square, so square it.",
            math.sqrt(1 / 200): "That would be for a function with slope 1 on both sides.",
        },
    ),
    Table(
        "deep-diagnose",
        {"A": "nothing", "B": "slopes", "C": "small", "D": "large", "E": "dead"},
        hint="Compare the activations of layers 1 and 20, then the two gradients, then their size.",
        hints={
            ("A", "small"): "A: the activations keep their size.",
            ("A", "slopes"): "A: the first gradient is about equal to the last.",
            ("A", "large"): "A: the activations keep their size.",
            ("A", "dead"): "A: look at the last column.",
            ("B", "small"): "B: the activations keep their size on the way to the last layer.",
            ("B", "nothing"): "B: compare the first gradient with the last.",
            ("B", "dead"): "B: look at the last column.",
            ("C", "slopes"): "C: then the first gradient would be much smaller than the last.",
            ("C", "nothing"): "C: equal gradients can be equally useless.",
            ("C", "large"): "C: the activations shrink.",
            ("C", "dead"): "C: look at the last column.",
            ("D", "slopes"): "D: then the first gradient would be much smaller than the last.",
            ("D", "small"): "D: the activations grow.",
            ("D", "nothing"): "D: equal gradients can be equally useless.",
            ("D", "dead"): "D: look at the last column.",
            ("E", "nothing"): "E: look at the last column.",
            ("E", "small"): "E: look at the last column.",
            ("E", "large"): "E: then the gradients would be huge, not 0.",
            ("E", "slopes"): "E: no derivative makes an activation 0; look at the last column.",
        },
    ),
    Table(
        "deep-normalize",
        {"outputs": OUTPUTS, "mean": 0.4, "variance": 1.4, "prediction": PREDICTION},
        rtol=5e-3,
        hint="The batch has mean 4; its variance divides by the number of samples.",
        hints={
            (
                "outputs",
                tuple((OUTPUTS - 1) / 2),
            ): "outputs: that is normalized; gamma and beta are missing.",
            (
                "outputs",
                tuple((OUTPUTS - 1) * math.sqrt(3 / 4) + 1),
            ): "outputs: divide the squares by 4, not by 3.",
            ("mean", 4.0): "mean: it moves by one tenth of the way.",
            ("mean", 3.6): "mean: the momentum is the share of the old value.",
            ("variance", 5.0): "variance: it moves by one tenth of the way.",
            ("variance", 0.9 + 2 / 3): "variance: divide the squares by 4, not by 3.",
            ("variance", 4.6): "variance: the momentum is the share of the old value.",
            ("prediction", 1.0): "prediction: the moving averages are used, not the batch.",
            (
                "prediction",
                2 * 3.6 / 1.4 + 1,
            ): "prediction: divide by the root of the variance.",
        },
    ),
    Function(
        "deep-dead",
        dead_units,
        cases=[ACTIVE, SIGNED, SMALL, np.ones((2, 3)), np.zeros((4, 2))],
        hint="Zero for all samples: look down the columns.",
        hints={
            lambda A: np.flatnonzero((A == 0).any(axis=0)): "Zero for some samples is normal.",
            lambda A: np.flatnonzero(
                A.sum(axis=0) == 0
            ): "Positive and negative values can cancel.",
            lambda A: np.flatnonzero(A.max(axis=0) <= 0): "A negative value isn't 0.",
            lambda A: np.flatnonzero(np.isclose(A, 0).all(axis=0)): "A small value isn't 0.",
            lambda A: np.flatnonzero((abs(A) < 0.1).all(axis=0)): "A small value isn't 0.",
            lambda A: (A == 0).all(axis=0): "Asked for are the indices.",
            lambda A: np.flatnonzero((A == 0).all(axis=1)): "Those are samples, not units.",
        },
    ),
    Function(
        "deep-clip",
        clip,
        cases=CLIP_CASES,
        hint="One length for all arrays together; nothing changes where it is below the limit.",
        hints={
            _clip_each: "That scales each array by itself and changes the direction.",
            _clip_values: "That clips each number and changes the direction.",
            _to_length_one: "The length must be at most `limit`, which isn't always 1.",
            _always_limit: "A gradient that is short enough stays as it is.",
        },
    ),
    Property(
        "deep-order",
        order_fault,
        right=[
            build_order,
            _order_with(initializer="he_uniform"),
            _order_with(nested=True),
            _scaled_by_two,
        ],
        wrong=[
            _order_with(skip=False),
            _order_with(first="relu"),
            _order_with(own="tanh"),
            _order_with(last="relu"),
            _order_with(relus=(True, False)),
            _order_with(relus=(False, True)),
            _order_with(initializer="lecun_normal"),
            _order_with(late=True),
            _order_with(late=True, relu_at_end=True),
            _order_with(relu_at_end=True),
            _order_with(initializer="glorot_uniform"),
            _order_with(softmax=True, from_logits=False),
            _order_with(from_logits=False),
            _order_with(clipnorm=1.0),
            _order_with(clipvalue=1.0),
            _not_compiled,
            _not_clipped,
            _one_block,
            lambda blocks: None,
        ],
        hint="Compare layer by layer with the exercise.",
    ),
]

QUIZ = [
    "The layer acts as if it had one unit",
    "The weights start too small",
    "So that a prediction doesn't depend",
    f"divides all numbers by {10 // 1}",
    "Because the sum passes it on",
    "The outputs stay the same",
]
