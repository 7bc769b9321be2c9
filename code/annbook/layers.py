"""The layers of `annbook.network`: each has a forward and a backward pass.

Arrays have one row for each sample.
"""

import math
from itertools import pairwise

import numpy as np

from annbook.arguments import check_count, check_number, choose


def sigmoid(z):
    """Return the logistic function of z, without overflow for any z."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


ACTIVATIONS = {  # the function, and its slope computed from the function's value
    "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
    "sigmoid": (sigmoid, lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
}
INITIALIZERS = {  # of a matrix (fan_in, fan_out); see the page on deep networks
    "glorot_uniform": lambda rng, shape: rng.uniform(-1, 1, shape) * math.sqrt(6 / sum(shape)),
    "he_normal": lambda rng, shape: rng.normal(0, math.sqrt(2 / shape[0]), shape),
    "lecun_normal": lambda rng, shape: rng.normal(0, math.sqrt(1 / shape[0]), shape),
}


class Layer:
    """A function with a backward pass, and maybe parameters."""

    inputs = units = None  # how many numbers it takes and gives; None: any, and as many
    shapes = ()  # of the parameters

    def initialize(self, rng):
        """Fill ``self.parameters``; the network has made them."""

    def penalty(self):
        """Return what the parameters add to the loss."""
        return 0.0


def widths(layers):
    """Return how many numbers a stack of layers takes and gives; a ValueError if some don't fit."""
    ends = [layer for layer in layers if layer.inputs]  # the others take any width
    if not ends:
        raise ValueError("layers: got none with parameters, want at least one Dense")
    for before, after in pairwise(ends):
        if before.units != after.inputs:
            raise ValueError(
                f"layers: one gives {before.units} numbers, the next takes {after.inputs}"
            )
    return ends[0].inputs, ends[-1].units


class Dense(Layer):
    """X W + b: fully connected, without an activation.

    ``l1`` and ``l2`` add ``l1 * sum(abs(W)) + l2 * sum(W**2)`` to the loss.
    """

    def __init__(self, inputs, units, *, initializer="glorot_uniform", l1=0.0, l2=0.0):
        check_count("inputs", inputs)
        check_count("units", units)
        check_number("l1", l1)
        check_number("l2", l2)
        self.initializer = choose("initializer", initializer, INITIALIZERS)
        self.inputs, self.units = inputs, units
        self.shapes = (inputs, units), (units,)
        self.l1, self.l2 = l1, l2

    def initialize(self, rng):
        """Draw W, set b to 0."""
        W, b = self.parameters
        W[...] = self.initializer(rng, W.shape)
        b[...] = 0

    def forward(self, X, training=False):
        """Return X W + b, shape (samples, units)."""
        self.X = X
        W, b = self.parameters
        Z = X @ W
        Z += b
        return Z

    def backward(self, delta, inputs_too=True):
        """Take dL/dZ, set dL/dW and dL/db, return dL/dX."""
        W, _ = self.parameters
        dW, db = self.gradients
        np.matmul(self.X.T, delta, out=dW)
        np.sum(delta, axis=0, out=db)
        if self.l1:
            dW += self.l1 * np.sign(W)
        if self.l2:
            dW += 2 * self.l2 * W
        return delta @ W.T if inputs_too else None

    def penalty(self):
        """Return l1 and l2 of W."""
        W, _ = self.parameters
        l1 = self.l1 * np.sum(np.abs(W)) if self.l1 else 0.0
        return l1 + (self.l2 * np.sum(W * W) if self.l2 else 0.0)


class Activation(Layer):
    """One of `ACTIVATIONS`, for each number by itself."""

    def __init__(self, name):
        self.function, self.slope = choose("activation", name, ACTIVATIONS)

    def forward(self, Z, training=False):
        """Return the activations, same shape."""
        self.A = self.function(Z)
        return self.A

    def backward(self, delta, inputs_too=True):
        """Take dL/dA, return dL/dZ."""
        return delta * self.slope(self.A)


class Dropout(Layer):
    """In training, a random share ``rate`` of the numbers becomes 0, the others grow to match."""

    def __init__(self, rate):
        check_number("rate", rate, 0, 1)
        self.rate = rate

    def initialize(self, rng):
        """Keep the generator for the masks."""
        self.rng = rng

    def forward(self, A, training=False):
        """Return the masked numbers, divided by the share that is kept; not training: all."""
        self.mask = 1.0
        if training:
            kept = self.rng.random(A.shape, dtype=np.float32) >= self.rate
            self.mask = kept.astype(A.dtype) / (1 - self.rate)
        return A * self.mask

    def backward(self, delta, inputs_too=True):
        """Let the gradient pass where the numbers passed."""
        return delta * self.mask
