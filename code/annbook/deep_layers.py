"""Layers for deep networks: batch normalization and residual blocks.

They go into an `annbook.network.Network` like those of `annbook.layers`.
"""

import numpy as np

from annbook.arguments import check_count, check_number
from annbook.layers import Layer, widths


class BatchNormalization(Layer):
    """Each unit centered and scaled by the batch, then stretched by learned numbers.

    Outside training it uses moving averages of the batches' means and variances instead; like
    Keras (Ioffe, Szegedy 2015, with its momentum 0.99 and epsilon 0.001).
    """

    def __init__(self, units, *, momentum=0.99, epsilon=1e-3):
        check_count("units", units)
        check_number("momentum", momentum, 0, 1)
        check_number("epsilon", epsilon, low_is_allowed=False)
        self.inputs = self.units = units
        self.shapes = (units,), (units,)
        self.momentum, self.epsilon = momentum, epsilon

    def initialize(self, rng):
        """Begin with no stretch, and with averages that change nothing."""
        gamma, beta = self.parameters
        gamma[...], beta[...] = 1, 0
        self.mean, self.variance = np.zeros_like(beta), np.ones_like(gamma)

    def forward(self, Z, training=False):
        """Return the normalized and stretched numbers, same shape."""
        self.training, (gamma, beta) = training, self.parameters
        mean, variance = self.mean, self.variance
        if training:
            mean = Z.mean(axis=0)
            variance = np.mean((Z - mean) ** 2, axis=0)
            self.mean += (1 - self.momentum) * (mean - self.mean)
            self.variance += (1 - self.momentum) * (variance - self.variance)
        self.scale = 1 / np.sqrt(variance + self.epsilon)
        self.normalized = (Z - mean) * self.scale
        return gamma * self.normalized + beta

    def backward(self, delta, inputs_too=True):
        """Take dL/doutput, set dL/dgamma and dL/dbeta, return dL/dZ."""
        (gamma, _), (dgamma, dbeta) = self.parameters, self.gradients
        np.sum(delta * self.normalized, axis=0, out=dgamma)
        np.sum(delta, axis=0, out=dbeta)
        if self.training:  # mean and variance depend on Z, too
            delta = delta - (dbeta + self.normalized * dgamma) / len(delta)
        return gamma * self.scale * delta


class Residual(Layer):
    """X + what the inner layers make of X (He et al. 2016)."""

    def __init__(self, *layers):
        self.layers, (self.inputs, self.units) = layers, widths(layers)
        if self.inputs != self.units:
            raise ValueError(
                f"layers: take {self.inputs} numbers and give {self.units}, want equal"
            )
        self.shapes = tuple(shape for layer in layers for shape in layer.shapes)

    def initialize(self, rng):
        """Hand the windows on to the inner layers."""
        start = 0
        for layer in self.layers:
            own = slice(start, start + len(layer.shapes))
            layer.parameters, layer.gradients = self.parameters[own], self.gradients[own]
            layer.initialize(rng)
            start = own.stop

    def forward(self, X, training=False):
        """Return X plus the inner layers' output."""
        A = X
        for layer in self.layers:
            A = layer.forward(A, training)
        return X + A

    def backward(self, delta, inputs_too=True):
        """Send the delta through the inner layers and past them."""
        inner = delta
        for layer in reversed(self.layers):
            inner = layer.backward(inner)
        return delta + inner

    def penalty(self):
        """Return the inner layers' penalties."""
        return sum(layer.penalty() for layer in self.layers)
