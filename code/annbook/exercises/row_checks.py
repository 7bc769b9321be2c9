"""The check of an exercise about a layer class that decides for each row, ``Flip``."""

from typing import Any

import numpy as np

from annbook.exercises.class_checks import class_of, first_line

ROWS = np.array(
    [
        *([3.0, -1.0, 1.0], [1.0, -2.0, 0.5], [2.0, -2.0, 0.0], [-4.0, 1.0, 1.0]),
        *([0.5, 4.0, -3.0], [-0.6, 0.4, 0.3], [0.02, -0.01, 0.0]),
    ]
).astype("float32")


def flip_fault(layer_class: Any) -> str | None:
    """Say what is wrong with the layer class Flip()."""
    import keras

    layer_class, fault = class_of(layer_class, "Layer")
    if fault:
        return fault
    inputs = keras.Input((ROWS.shape[1],))
    for training in (False, True):
        fault = _rows_fault(layer_class, ROWS, training)
        if fault:
            return fault
    fault = _rows_fault(layer_class, ROWS[:2, :2], False) or _rows_fault(
        layer_class, np.tile(np.hstack([ROWS, -3 * ROWS]), (2, 1)), False
    )
    if fault:
        return f"for another number of rows or columns, {fault}"
    try:
        outputs = layer_class()(inputs)
        network = keras.Model(inputs, keras.layers.Dense(1)(outputs))
        network.compile("adam", loss="mse")
        network.fit(ROWS, ROWS[:, :1], batch_size=2, verbose=0)
        got = keras.Model(inputs, outputs).predict(ROWS, verbose=0)
    except Exception as error:
        return (
            f"in a model that is trained with fit it raises {first_line(error)}.\n"
            "  There call gets placeholders: it can use keras.ops, but neither a Python if on the "
            "data nor the number of rows nor NumPy."
        )
    if not np.allclose(got, _flipped(ROWS), atol=1e-6):
        return "in a model it computes something else than when it is called directly."
    return None


def _flipped(rows: np.ndarray) -> np.ndarray:
    return np.where(rows.sum(axis=1, keepdims=True) > 0, -rows, rows)


def _rows_fault(layer_class: type, rows: np.ndarray, training: bool) -> str | None:
    try:
        got = layer_class()(rows, training=training)
    except Exception as error:
        return (
            f"called on rows of shape {rows.shape} it raises {first_line(error)}.\n"
            "  If two shapes don't fit: the sums have to be a column, of shape (n, 1)."
        )
    if got is None:
        return "call returns None."
    got = np.asarray(got)
    if got.shape != rows.shape:
        return f"rows of the shape {rows.shape} come back in the shape {got.shape}."
    if np.allclose(got, _flipped(rows), atol=1e-6):
        return None
    mistakes = (
        (rows, "no row changes its sign."),
        (-_flipped(rows), "it changes the sign of the other rows."),
        (np.where(rows > 0, -rows, rows), "it decides for each number, not for each row."),
        (np.where(rows.sum(axis=0) > 0, -rows, rows), "it decides for each column."),
        (-rows, "every row changes its sign; each is to be decided by its own sum."),
    )
    for mistake, told in mistakes:
        if np.array_equal(got, mistake):
            return told
    right = np.isclose(got, _flipped(rows)).all(axis=1)
    if np.all(rows.sum(axis=1)[~right] == 0):
        return "a row whose sum is 0 is to stay as it is."
    return "some rows are wrong; which sum, and which of two cases, does each row get?"


FLIPS = ("mean", "at most", "factor", "row by row")
WRONG_FLIPS = (
    *("Python's if", "numbers", "all rows", "columns", "others", "zero", "sign", "no column"),
    *("Python's for", "NumPy", "returns nothing", "nothing", "only when training", "magnitudes"),
    *("three columns", "threshold"),
)


def flip(form: str = "") -> type:
    """Return the layer class of the exercise: as on the page, in another form, or wrong."""
    import keras
    from keras import ops

    def flipped(x):
        sums = ops.sum(x, axis=1, keepdims=True)
        results = {
            "mean": lambda: ops.where(ops.mean(x, axis=-1)[:, None] > 0, -x, x),
            "at most": lambda: ops.where(sums <= 0, x, -x),
            "factor": lambda: x * (1 - 2 * ops.cast(sums > 0, x.dtype)),
            "row by row": lambda: ops.vectorized_map(
                lambda row: ops.where(ops.sum(row) > 0, -row, row), x
            ),
            "Python's if": lambda: -x if ops.sum(x) > 0 else x,
            "numbers": lambda: ops.where(x > 0, -x, x),
            "all rows": lambda: ops.where(ops.sum(x) > 0, -x, x),
            "columns": lambda: ops.where(ops.sum(x, axis=0) > 0, -x, x),
            "others": lambda: ops.where(sums > 0, x, -x),
            "zero": lambda: ops.where(sums >= 0, -x, x),
            "threshold": lambda: ops.where(sums > 0.05, -x, x),
            "sign": lambda: -ops.sign(sums) * x,
            "three columns": lambda: ops.where(ops.sum(x[:, :3], axis=1, keepdims=True) > 0, -x, x),
            "no column": lambda: ops.where(ops.sum(x, axis=1) > 0, -x, x),
            "Python's for": lambda: ops.stack(
                [-x[i] if ops.sum(x[i]) > 0 else x[i] for i in range(x.shape[0])]
            ),
            "NumPy": lambda: np.where(np.sum(x, axis=1, keepdims=True) > 0, -x, x),
            "returns nothing": lambda: None,
            "nothing": lambda: x,
            "magnitudes": lambda: -ops.abs(x),
        }
        return results.get(form, lambda: ops.where(sums > 0, -x, x))()

    class Flip(keras.layers.Layer):
        def call(self, x, training=False):
            if form == "only when training" and not training:
                return x
            return flipped(x)

    return Flip
