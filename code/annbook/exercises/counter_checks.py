"""The check of an exercise about a layer class with a weight of its own, ``Counter``."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from annbook.exercises.class_checks import class_of, first_line

ROWS = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
ROWS[2] = 0  # a row of zeros counts, too
TARGETS = np.random.default_rng(1).normal(size=(20, 1)).astype("float32")
BATCH, EPOCHS = 8, 3  # so the last batch is smaller
BATCHES = EPOCHS * -(-len(ROWS) // BATCH)
SEEN = EPOCHS * len(ROWS)
LARGE = 1_000_000


def counter_fault(layer_class: Any) -> str | None:
    """Say what is wrong with the layer class Counter()."""
    import keras

    layer_class, fault = class_of(layer_class, "Layer")
    if fault:
        return fault
    keras.utils.set_random_seed(0)
    inputs = keras.Input((ROWS.shape[1],))
    try:
        layer = layer_class()
        network = keras.Model(inputs, keras.layers.Dense(1)(layer(inputs)))
    except Exception as error:
        return f"used in a functional model it raises {first_line(error)}."
    fault = _weight_fault(layer) or _rows_fault(layer_class)
    if fault:
        return fault
    network.compile("adam", loss="mse")
    try:
        network.fit(ROWS, TARGETS, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    except Exception as error:
        told = f"fit raises {first_line(error)}."
        if "None values" in told:
            told += " On placeholders Python doesn't know how many rows a batch has."
        return told
    return (
        _count_fault(layer, network)
        or _file_fault(layer_class, network)
        or _large_fault(layer, network)
    )


def _weight_fault(layer: Any) -> str | None:
    if not layer.weights and getattr(layer, "metrics_variables", None):
        return (
            "it counts in a metric. Keras sets metrics back to 0 in each epoch, and doesn't take "
            "them for weights; keep the number in a weight of the layer."
        )
    if not layer.weights:
        return (
            "it has no weight. What Python adds up in an attribute isn't saved, and in fit Python "
            "runs call only a few times."
        )
    if len(layer.weights) > 1:
        return f"it has {len(layer.weights)} weights; one number is to be kept."
    if np.size(layer.weights[0]) != 1:
        return f"its weight has the shape {tuple(layer.weights[0].shape)}; it is to be one number."
    if layer.trainable_weights:
        return "its weight is among those that an optimizer may change."
    if np.any(np.asarray(layer.weights[0]) != 0):
        return "before any training its weight isn't 0."
    return None


def _rows_fault(layer_class: type) -> str | None:
    for training in (False, True):
        try:
            got = layer_class()(ROWS, training=training)
        except Exception as error:
            return f"called with training={training} it raises {first_line(error)}."
        if got is None:
            return f"with training={training} call returns None."
        if not np.array_equal(np.asarray(got), ROWS):
            return f"with training={training} it doesn't return the rows unchanged."
    return None


def _count_fault(layer: Any, network: Any) -> str | None:
    found = _count(layer)
    if found != SEEN:
        advice = f"instead of {SEEN}; remember that in fit Python runs call only a few times"
        if found == BATCHES:
            advice = "which is the number of batches, not of rows"
        elif found == SEEN * ROWS.shape[1]:
            advice = "which is the number of all entries, not of rows"
        return f"after {EPOCHS} epochs with {len(ROWS)} rows it holds {found:g}, {advice}."
    uses = {
        "predict": lambda: network.predict(ROWS, verbose=0),
        "evaluate": lambda: network.evaluate(ROWS, TARGETS, verbose=0),
        "a call of the network without training=True": lambda: network(ROWS),
    }
    for name, use in uses.items():
        use()
        if _count(layer) != SEEN:
            return f"{name} changes the number, too; only rows seen in training count."
    network(ROWS[:5], training=True)
    if _count(layer) != SEEN + 5:
        return "a call of the network with training=True is training, too, but isn't counted right."
    return None


def _file_fault(layer_class: type, network: Any) -> str | None:
    import keras

    own = {layer_class.__name__: layer_class}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "network.keras")
        try:
            network.save(file)
            loaded = keras.models.load_model(file, custom_objects=own)
        except Exception as error:
            told = first_line(error)
            return (
                f"a network that holds it can't be saved and loaded: {told}.\n"
                "  Does the constructor take what get_config() returns, such as the name?"
            )
    same = [layer for layer in loaded.layers if isinstance(layer, layer_class)]
    if not same or not same[0].weights or _count(same[0]) != SEEN + 5:
        return "after saving and loading a network that holds it, the number is another one."
    return None


def _large_fault(layer: Any, network: Any) -> str | None:
    """Go on counting from a number that small types can't hold."""
    layer.weights[0].assign(np.full(layer.weights[0].shape, LARGE))
    network(ROWS[:5], training=True)
    if _count(layer) != LARGE + 5:
        return (
            f"from {LARGE} on it doesn't count one by one; "
            f"which numbers can the type {layer.weights[0].dtype} hold?"
        )
    return None


def _count(layer: Any) -> float:
    return float(np.asarray(layer.weights[0]).reshape(-1)[0])


COUNTERS = (
    *("in the constructor", "whole numbers", "Variable", "assign", "no cast", "one entry"),
    "name lost",  # the text asks for the number only
)
WRONG_COUNTERS = (
    *("metric", "attribute", "attribute into weight", "batches", "entries", "always", "trainable"),
    *("static shape", "last batch", "only when not training", "begins at one", "two weights"),
    *("returns nothing", "doubles", "no kwargs", "forgotten in the file"),
    *("without zeros", "float16", "int16"),
)


def counter(form: str = "") -> type:
    """Return the layer class of the exercise: as on the page, in another form, or wrong."""
    import keras
    from keras import ops

    class Counter(keras.layers.Layer):
        def __init__(self, **kwargs):
            if form == "name lost":
                kwargs.pop("name", None)
            super().__init__(**kwargs)
            self.python_count = 0
            if form == "metric":
                self.total = keras.metrics.Sum()
            if form == "in the constructor":
                self._make()

        def build(self, input_shape):
            if form == "Variable":
                self.seen = keras.Variable(0.0, trainable=False)
            elif form not in ("attribute", "metric", "in the constructor"):
                self._make()
            if form == "two weights":
                self.other = self.add_weight(shape=(), initializer="zeros", trainable=False)

        def _make(self):
            self.seen = self.add_weight(
                shape=(1,) if form == "one entry" else (),
                initializer="ones" if form == "begins at one" else "zeros",
                trainable=form == "trainable",
                dtype={"whole numbers": "int32", "float16": form, "int16": form}.get(form),
                name="seen",
            )

        def call(self, x, training=False):
            n = ops.shape(x)[0]
            if form == "static shape":
                n = x.shape[0]
            elif form == "batches":
                n = 1
            elif form == "entries":
                n = ops.size(x)
            elif form == "without zeros":
                n = ops.sum(ops.cast(ops.any(x != 0, axis=1), "int32"))
            counting = not training if form == "only when not training" else training
            if counting or form == "always":
                self._count(n)
            if form == "returns nothing":
                return None
            return 2 * x if form == "doubles" else x

        def _count(self, n):
            if form == "metric":
                self.total.update_state(n)
            elif form in ("attribute", "attribute into weight"):
                self.python_count += 1
            if form == "attribute into weight":
                self.seen.assign(self.python_count)
            elif form in ("no cast", "static shape"):
                self.seen.assign_add(n)
            elif form == "last batch":
                self.seen.assign(ops.cast(n, self.seen.dtype))
            elif form == "assign":
                self.seen.assign(self.seen + ops.cast(n, self.seen.dtype))
            elif form == "one entry":
                self.seen.assign_add([ops.cast(n, self.seen.dtype)])
            elif form not in ("attribute", "metric"):
                self.seen.assign_add(ops.cast(n, self.seen.dtype))

        if form == "forgotten in the file":

            def save_own_variables(self, store):
                store["0"] = np.zeros(())

    if form == "no kwargs":

        class WithoutKwargs(Counter):
            def __init__(self):
                super().__init__()

        return WithoutKwargs
    return Counter
