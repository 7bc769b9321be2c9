"""Full-batch training of a compiled Keras model in one traced loop.

``keras.Model.fit`` spends tens of milliseconds of overhead on every epoch; on a few hundred points
that is nearly all of its time. Here thousands of the same updates run inside TensorFlow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from annbook.validation import check_array, check_integer

if TYPE_CHECKING:
    import keras


def train_full_batch(
    model: keras.Model,
    X: np.ndarray,
    y: np.ndarray,
    *,
    steps: int,
    record_at: int | Sequence[int] | None = None,
    validation_data: tuple[np.ndarray, np.ndarray] | None = None,
) -> dict[str, list]:
    """Train ``model`` in place, each step on all of ``X`` at once, and return its history.

    One step is the model's own ``train_step``: the update that
    ``model.fit(X, y, batch_size=len(X), epochs=1)`` makes, with the compiled optimizer and loss,
    the regularizers, and dropout switched on. Training twice continues where the first call ended.

    Step *k* of the history is the model *after* *k* updates of this call; step 0 is the model
    before the first one. What is recorded is what ``model.evaluate`` reports: dropout off, the
    regularization penalty included in ``loss``. (``fit`` prints the loss *before* each update, with
    dropout on: without dropout, its epoch *k* is our step *k* - 1.)

    Parameters
    ----------
    model : keras.Model
        Compiled, with one input and one output, on the TensorFlow backend.
    X : array of shape (n_samples, ...)
        Inputs. Floating-point data are cast to ``keras.config.floatx()``, as ``fit`` does.
    y : array of shape (n_samples,) or (n_samples, ...)
        Targets, in any shape that ``fit`` takes for this model.
    steps : int
        Number of updates, at least 1.
    record_at : int, sequence of int or None
        When to record. None: at step 0 and about 100 evenly spaced steps up to the last one.
        An integer k: at 0, k, 2k, ... and at the last step. A sequence: at exactly these steps,
        strictly increasing, from 0 to ``steps``.
    validation_data : tuple of (X, y), optional
        Evaluated, in one batch, at every recorded step.

    Returns
    -------
    dict of str to list
        ``step`` (int), ``loss`` and every compiled metric (float), and with ``validation_data``
        the same names with the prefix ``val_``; all lists are equally long.

    Raises
    ------
    TypeError
        ``model`` is no Keras model; ``steps``, ``record_at`` or the data have the wrong type.
    ValueError
        The model isn't compiled, the lengths of ``X`` and ``y`` differ, the data are empty or hold
        a NaN or an infinity, ``steps`` or ``record_at`` is out of range.
    RuntimeError
        Keras runs on another backend than TensorFlow.
    FloatingPointError
        The loss was not finite at a recorded step or at the end: training diverged.

    Notes
    -----
    No callbacks run, and weights are not averaged at the end (``use_ema``).
    """
    import keras
    import tensorflow as tf

    if not isinstance(model, keras.Model):
        raise TypeError(f"model: got {type(model).__name__}, want a keras.Model")
    if keras.config.backend() != "tensorflow":
        raise RuntimeError(f"backend: got {keras.config.backend()}, want Keras on TensorFlow")
    if not model.compiled:
        raise ValueError(
            "model: got one that is not compiled, want model.compile(optimizer=..., loss=...) first"
        )
    recorded = _recorded_steps(steps, record_at)
    if validation_data is not None and not (
        isinstance(validation_data, tuple | list) and len(validation_data) == 2
    ):
        raise TypeError(
            f"validation_data: got {type(validation_data).__name__}, want a pair (X, y)"
        )
    floatx = keras.config.floatx()
    data = {"": _check_pair(X, y, "X", "y", floatx)}
    if validation_data is not None:
        names = "validation_data[0]", "validation_data[1]"
        data["val_"] = _check_pair(*validation_data, *names, floatx)
    data = {prefix: tuple(map(tf.convert_to_tensor, pair)) for prefix, pair in data.items()}

    # Variables can't be created inside a traced loop, so layers, metrics and optimizer come first.
    model.test_step(data[""])
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)

    @tf.function(autograph=False)
    def train(pair, n_steps):
        def one_step(step):
            model.train_step(pair)
            return step + 1

        tf.while_loop(lambda step: step < n_steps, one_step, [tf.constant(0)])

    @tf.function(autograph=False)
    def evaluate(pair):
        model.reset_metrics()
        return model.test_step(pair)

    history: dict[str, list] = {"step": []}
    done = 0
    for step in sorted({*recorded, int(steps)}):
        if step > done:
            train(data[""], tf.constant(step - done))
            done = step
        values: dict[str, Any] = {
            prefix + name: float(value)
            for prefix, pair in data.items()
            for name, value in evaluate(pair).items()
        }
        for name in ("loss", "val_loss"):
            if name in values and not np.isfinite(values[name]):
                raise FloatingPointError(
                    f"training diverged: {name} is {values[name]} at step {step}; "
                    "try a smaller learning rate"
                )
        if step in recorded:
            for name, value in {"step": step, **values}.items():
                history.setdefault(name, []).append(value)
    return history


def _recorded_steps(steps: int, record_at: int | Sequence[int] | None) -> list[int]:
    """Check both arguments and return the steps to record, increasing."""
    check_integer("steps", steps)
    if record_at is None:
        return np.unique(np.linspace(0, steps, 101).round().astype(int)).tolist()
    if np.ndim(record_at) == 0:
        check_integer("record_at", record_at, 1, steps + 1)
        return sorted({*range(0, steps, record_at), int(steps)})
    wanted = check_array("record_at", record_at, ("n",))
    if wanted.dtype.kind not in "iu":
        raise TypeError(f"record_at: got {record_at!r}, want integers")
    if wanted[0] < 0 or wanted[-1] > steps or np.any(wanted[:-1] >= wanted[1:]):
        raise ValueError(
            f"record_at: got {record_at!r}, want increasing steps from 0 to {steps}, each once"
        )
    return wanted.tolist()


def _check_pair(X, y, X_name: str, y_name: str, floatx: str) -> tuple[np.ndarray, np.ndarray]:
    """Return both as finite arrays of the same length; floats have type ``floatx``."""
    X, y = check_array(X_name, X, ("n", ...)), check_array(y_name, y, ("n", ...))
    if len(X) != len(y):
        raise ValueError(f"{y_name}: got {len(y)} targets, want {len(X)}, one for each row")
    return tuple(a.astype(floatx) if a.dtype.kind == "f" else a for a in (X, y))
