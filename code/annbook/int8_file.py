"""A trained dense network in a small JSON file, with weights of one byte, for the digit widget.

Each unit has a scale of its own: its largest weight becomes ±127, the others are rounded to whole
numbers. A weight is read back as ``scale * whole number``.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from annbook.validation import check_array

if TYPE_CHECKING:
    import keras

FORMAT = "annbook-int8-1"
LARGEST = 127  # of a signed byte, so that zero is in the middle
_ACTIVATIONS = ("relu", "softmax", "linear")


@dataclass(frozen=True)
class Int8Layer:
    """A dense layer: whole numbers, the scale and the bias of each unit, and an activation.

    Attributes
    ----------
    whole : array of shape (inputs, units), int8
    scale, bias : array of shape (units,), float32
    activation : str
        "relu", "softmax" or "linear".
    """

    whole: np.ndarray
    scale: np.ndarray
    bias: np.ndarray
    activation: str

    @property
    def weights(self) -> np.ndarray:
        """The weights that the bytes stand for, shape (inputs, units), float32."""
        return self.whole * self.scale


@dataclass(frozen=True)
class Int8Network:
    """What a file holds: the factor for the inputs, and the layers.

    Attributes
    ----------
    input_shape : tuple of int
        Shape of one input, such as (28, 28).
    input_scale : float
        Every input is multiplied by it first.
    layers : tuple of Int8Layer
    """

    input_shape: tuple[int, ...]
    input_scale: float
    layers: tuple[Int8Layer, ...]

    def predict(self, X: Any) -> np.ndarray:
        """Return the outputs for inputs as the Keras network took them.

        Parameters
        ----------
        X : array of shape (n, *input_shape)
            For digits the raw gray levels from 0 to 255.

        Returns
        -------
        array of shape (n, units of the last layer), float32

        Raises
        ------
        TypeError
            ``X`` holds no numbers.
        ValueError
            ``X`` has another shape, is empty, or holds a NaN or an infinity.
        """
        X = check_array("X", X, ("n", *self.input_shape))
        A = X.reshape(len(X), -1).astype(np.float32) * np.float32(self.input_scale)
        for layer in self.layers:
            A = A @ layer.weights + layer.bias
            if layer.activation == "relu":
                A = np.maximum(A, 0)
            elif layer.activation == "softmax":
                A = np.exp(A - A.max(axis=1, keepdims=True))
                A /= A.sum(axis=1, keepdims=True)
        return A

    def keras_weights(self) -> list[np.ndarray]:
        """Return weights and biases, layer by layer, for ``model.set_weights``."""
        return [array for layer in self.layers for array in (layer.weights, layer.bias)]


def quantize(W: Any) -> tuple[np.ndarray, np.ndarray]:
    """Round the weights of a dense layer to whole numbers from -127 to 127.

    Parameters
    ----------
    W : array of shape (inputs, units)

    Returns
    -------
    whole : array of shape (inputs, units), int8
    scale : array of shape (units,), float32
        ``whole * scale`` is near ``W``: no weight moves by more than half a scale. A unit whose
        weights are all 0 has the scale 1.

    Raises
    ------
    TypeError
        ``W`` holds no numbers.
    ValueError
        ``W`` is no matrix, is empty, or holds a NaN or an infinity.
    """
    W = check_array("W", W, ("inputs", "units")).astype(np.float32)
    scale = np.abs(W).max(axis=0) / np.float32(LARGEST)
    scale = np.where(scale > 0, scale, np.float32(1))
    return np.round(W / scale).astype(np.int8), scale


def save_int8(model: keras.Model, path: str | Path) -> int:
    """Write a trained network into a JSON file with one byte for each weight.

    Parameters
    ----------
    model : keras.Sequential
        Built of ``Rescaling`` (at most one, without an offset), ``Flatten``, ``Dropout`` and
        ``Dense`` with the activation relu, softmax or linear.
    path : str or Path
        The file to write.

    Returns
    -------
    int
        Size of the file in bytes.

    Raises
    ------
    TypeError
        ``model`` is no ``keras.Sequential``.
    ValueError
        ``model`` isn't built, has another layer, another activation or no ``Dense``, or a weight is
        NaN or infinite.
    """
    import keras

    if not isinstance(model, keras.Sequential):
        raise TypeError(f"model: got {type(model).__name__}, want a keras.Sequential")
    if not model.built:
        raise ValueError("model: got one that isn't built, want keras.Input(...) as its beginning")
    layers, scale, kinds = [], 1.0, keras.layers
    for layer in model.layers:
        if isinstance(layer, kinds.Dense):
            layers.append(_dense(layer))
        elif isinstance(layer, kinds.Rescaling) and not layers and np.all(layer.offset == 0):
            scale *= float(layer.scale)
        elif not isinstance(layer, kinds.Flatten | kinds.Dropout):
            raise ValueError(
                f"model: got the layer {layer.name} ({type(layer).__name__}), want only Rescaling "
                "at the beginning (without offset), Flatten, Dropout and Dense"
            )
    if not layers:
        raise ValueError("model: got no Dense layer, want at least one")
    text = json.dumps(
        {
            "format": FORMAT,
            "input_shape": list(model.input_shape[1:]),
            "input_scale": scale,
            "layers": layers,
        },
        separators=(",", ":"),
    )
    Path(path).write_text(text, encoding="ascii")
    return len(text)


def _dense(layer: keras.layers.Dense) -> dict[str, Any]:
    activation = getattr(layer.activation, "__name__", "?")
    if activation not in _ACTIVATIONS:
        raise ValueError(
            f"model: got the activation {activation} in {layer.name}, want one of {_ACTIVATIONS}"
        )
    W, *bias = layer.get_weights()
    whole, scale = quantize(W)
    bias = check_array(f"bias of {layer.name}", bias[0] if bias else np.zeros(W.shape[1]))
    return {
        "units": whole.shape[1],
        "activation": activation,
        "weights": base64.b64encode(whole.tobytes()).decode("ascii"),  # row by row
        "scale": [_short(number) for number in scale],
        "bias": [_short(number) for number in bias],
    }


def _short(number: float) -> float:
    return float(f"{number:.9g}")  # nine digits bring back the same float32


def load_int8(path: str | Path) -> Int8Network:
    """Read a file of `save_int8`.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Int8Network

    Raises
    ------
    ValueError
        It is no such file, or its layers don't fit together.
    OSError
        The file can't be read.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="ascii"))
        if content.get("format") != FORMAT:
            raise ValueError(f"format {content.get('format')!r}")
        shape, layers = tuple(content["input_shape"]), []
        for entry in content["layers"]:
            whole = np.frombuffer(base64.b64decode(entry["weights"], validate=True), np.int8)
            inputs = layers[-1].whole.shape[1] if layers else int(np.prod(shape))
            scale, bias = (np.array(entry[key], np.float32) for key in ("scale", "bias"))
            units = entry["units"]
            if scale.shape != (units,) or bias.shape != (units,):
                raise ValueError(f"{scale.size} scales and {bias.size} biases for {units} units")
            whole = whole.reshape(inputs, units)
            layers.append(Int8Layer(whole, scale, bias, entry["activation"]))
        return Int8Network(shape, float(content["input_scale"]), tuple(layers))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise ValueError(f"path: got {path}, want a file that save_int8 wrote ({reason})") from None
