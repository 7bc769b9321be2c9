"""The check of an exercise about a layer class, ``ClipAndScale``, and of its way through a file."""

import inspect
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from annbook.exercises.class_checks import class_of, first_line

LOW, HIGH = [0.0, -2.0, 10.0], [1.0, 2.0, 30.0]
ROWS = np.array([[0.5, 0.0, 15.0], [-3.0, 5.0, 10.0], [1.0, -2.0, 99.0], [0.25, -7.0, 28.0]])
NAME = "raw_rows"


def layer_fault(layer_class: Any) -> str | None:
    """Say what is wrong with the layer class ClipAndScale(low, high)."""
    import keras

    layer_class, fault = class_of(layer_class, "Layer")
    if fault:
        return fault
    kinds = {"lists": list, "arrays": np.array}
    kinds["lists of whole numbers"] = lambda values: [int(value) for value in values]
    for kind, make in kinds.items():
        try:
            layer = layer_class(make(LOW), make(HIGH))
            fault = _rows_fault(layer)
        except Exception as error:
            fault = f"it raises {first_line(error)}"
            if "double" in str(error) or "int32" in str(error):
                fault += "; turn low and high into plain floats."
        if fault:
            return f"with {kind} for low and high: {fault}"
    try:
        layer(keras.Input((len(LOW),)))
    except Exception as error:
        return (
            f"on a placeholder it raises {type(error).__name__}; "
            "use keras.ops in call, which works without numbers, too."
        )
    if layer.trainable_weights:
        return "it has weights to train; low and high are settings."
    try:
        layer = layer_class(np.array(LOW), np.array(HIGH), name=NAME)
    except Exception as error:
        return f"with the argument name it raises {first_line(error)}; Keras needs **kwargs."
    if layer.name != NAME:
        return "it forgets the argument name; hand **kwargs on to super().__init__."
    other = layer_class(LOW, HIGH, name="other_rows")
    return (
        _config_fault(layer_class, layer)
        or _config_fault(layer_class, other)
        or _file_fault(layer_class, layer)
    )


def _config_fault(layer_class: type, layer: Any) -> str | None:
    """Make the layer again from its config."""
    try:
        config = layer.get_config()
    except Exception as error:
        own = "get_config" in vars(layer_class)
        advice = "what does it do with low and high?" if own else "write a get_config."
        return f"with arrays for low and high, get_config() raises {type(error).__name__}; {advice}"
    try:
        again = layer_class.from_config(dict(config))
    except Exception as error:
        parameters = inspect.signature(layer_class.__init__).parameters.values()
        needed = [p.name for p in parameters if p.default is p.empty and p.kind != p.VAR_KEYWORD]
        missing = [name for name in needed[1:] if name not in config]
        if missing:
            return f"get_config() returns nothing for {', '.join(missing)}."
        return f"from_config(get_config()) raises {first_line(error)}."
    fault = _rows_fault(again)
    if fault:
        return f"after from_config(get_config()): {fault}"
    if again.name != layer.name:
        return "from_config(get_config()) loses the name; what does super().get_config() return?"
    return None


def _file_fault(layer_class: type, layer: Any) -> str | None:
    """Save a network that holds the layer, and load it."""
    import keras

    inputs = keras.Input((len(LOW),))
    network = keras.Model(inputs, layer(inputs))
    own = {layer_class.__name__: layer_class}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "network.keras")
        try:
            network.save(file)
        except Exception as error:
            return f"a network that holds it can't be saved: {first_line(error)}."
        try:
            loaded = keras.models.load_model(file, custom_objects=own).get_layer(NAME)
            fault = _rows_fault(loaded)
        except Exception as error:
            fault = f"{first_line(error)}."
    if fault:
        return (
            f"after saving and loading a network that holds it: {fault}\n"
            "  A file holds plain numbers, strings and lists; what does get_config() return?"
        )
    return None


def _rows_fault(layer: Any) -> str | None:
    low, high = np.array(LOW), np.array(HIGH)
    expected = (np.clip(ROWS, low, high) - low) / (high - low)
    rows = ROWS.astype("float32")
    got, in_training = np.asarray(layer(rows)), np.asarray(layer(rows, training=True))
    if got.shape != expected.shape:
        return f"for rows of shape {expected.shape} it returns the shape {got.shape}."
    if not np.allclose(got, expected, atol=1e-5):
        if got.min() < 0 or got.max() > 1:
            return "some results lie outside of 0 and 1."
        return "some results are wrong; what becomes of low, of high, and of the middle?"
    if not np.array_equal(got, in_training):
        return "with training=True it computes something else."
    return None


OTHER_FORMS = ("weights", "NumPy in the constructor", "named config", "own from_config")
MISTAKES = (
    *("not in training", "of the rows", "no clipping", "no scaling", "to -1 and 1", "one scale"),
    *("NumPy", "trainable", "no config", "empty config", "swapped config", "arrays in the config"),
    *("tensors in the config", "config without super", "no kwargs", "kwargs ignored"),
    "not converted",
)


def clip_and_scale(form: str = "") -> type:
    """Return the layer class of the exercise: as on the page, in another form, or wrong."""
    import keras
    from keras import ops

    class ClipAndScale(keras.layers.Layer):
        def __init__(self, low, high, **kwargs):
            super().__init__(**({} if form == "kwargs ignored" else kwargs))
            if form in ("arrays in the config", "NumPy in the constructor", "own from_config"):
                self.low, self.high = np.array(low), np.array(high)
            elif form == "tensors in the config":
                self.low, self.high = ops.array(low), ops.array(high)
            elif form == "not converted":
                self.low, self.high = np.asarray(low).tolist(), np.asarray(high).tolist()
            else:
                self.low, self.high = [float(x) for x in low], [float(x) for x in high]

        def build(self, input_shape):
            for name in ("low", "high") if form in ("weights", "trainable") else ():
                constant = np.array(getattr(self, name))
                self.add_weight(
                    shape=constant.shape,
                    initializer=lambda shape, dtype, constant=constant: ops.array(constant, dtype),
                    trainable=form == "trainable",
                )

        def call(self, x, training=False):
            dtype = None if form == "not converted" else x.dtype
            low, high = ops.array(self.low, dtype), ops.array(self.high, dtype)
            if form in ("weights", "trainable"):
                low, high = self.weights
            if form == "not in training" and training:
                return x
            if form == "of the rows":
                low, high = ops.min(x, axis=0), ops.max(x, axis=0)
            if form == "NumPy":
                width = np.subtract(self.high, self.low)
                return (np.clip(x, self.low, self.high) - self.low) / width
            if form == "no clipping":
                return (x - low) / (high - low)
            if form == "no scaling":
                return ops.clip(x, low, high)
            if form == "to -1 and 1":
                return 2 * (ops.clip(x, low, high) - low) / (high - low) - 1
            if form == "one scale":
                return (ops.clip(x, low, high) - low) / ops.max(high - low)
            return (ops.clip(x, low, high) - low) / (high - low)

        def get_config(self):
            config = super().get_config()
            low, high = self.low, self.high
            if form == "empty config":
                return config
            if form == "swapped config":
                low, high = high, low
            if form == "config without super":
                return {"low": low, "high": high}
            if form == "named config":
                return {"name": self.name, "low": low, "high": high}
            if form == "own from_config":
                return {**config, "limits": [low.tolist(), high.tolist()]}
            if form == "NumPy in the constructor":
                low, high = low.tolist(), high.tolist()
            return {**config, "low": low, "high": high}

    if form == "no config":
        del ClipAndScale.get_config
    if form == "own from_config":

        def from_config(cls, config):
            low, high = config.pop("limits")
            return cls(low, high, **config)

        ClipAndScale.from_config = classmethod(from_config)
    if form == "no kwargs":

        class WithoutKwargs(ClipAndScale):
            def __init__(self, low, high):
                super().__init__(low, high)

        return WithoutKwargs
    return ClipAndScale
