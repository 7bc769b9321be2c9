"""The layers of a network: each has a forward and a backward pass.

Arrays have one row for each sample.
"""

import math
from itertools import pairwise

import numpy as np

from annbook.validation import check_integer, check_number, choose


def sigmoid(z):
    """Return the logistic function 1 / (1 + exp(-z)), without overflow for any z.

    Parameters
    ----------
    z : array or float

    Returns
    -------
    array or float
        Numbers from 0 to 1, same shape.
    """
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
    """A function with a backward pass, and maybe parameters: what all layers share.

    A layer of your own defines ``forward(X, training=False)``, which returns the outputs, and
    ``backward(delta, inputs_too=True)``, which takes the gradient of the loss by these outputs,
    fills the gradients by the parameters, and returns the gradient by the inputs.

    Attributes
    ----------
    inputs, units : int or None
        How many numbers it takes and gives for a sample; None: any, and as many.
    shapes : tuple of tuples of int
        Shapes of the parameters.
    layers : tuple of Layer
        Layers inside of this one.
    parameters, gradients : list of arrays
        Windows on the weights of the network and on their gradient, in these shapes.
    rng : numpy.random.Generator
        The generator of the network.

    Raises
    ------
    RuntimeError
        By the last three, as long as no network has the layer.
    """

    inputs = units = None
    shapes = ()
    layers = ()
    _bound = None  # parameters, gradients and generator, once a network has the layer

    def bind(self, parameters, gradients, rng):
        """Become a part of a network.

        Parameters
        ----------
        parameters, gradients : list of arrays
            Windows on the network's two vectors, one for each of ``shapes``.
        rng : numpy.random.Generator
            For the initial weights, and for what is random in training.
        """
        self._bound = parameters, gradients, rng
        self.initialize()

    def initialize(self):
        """Fill the parameters."""

    def penalty(self):
        """Return what the parameters add to the loss, a number."""
        return 0.0

    @property
    def is_bound(self):
        """Whether a network has this layer."""
        return self._bound is not None

    @property
    def parameters(self):
        """Windows on the weights of the network."""
        return self._of_the_network(0)

    @property
    def gradients(self):
        """Windows on the gradient of the network."""
        return self._of_the_network(1)

    @property
    def rng(self):
        """The generator of the network."""
        return self._of_the_network(2)

    def _of_the_network(self, place):
        if not self.is_bound:
            name = type(self).__name__
            raise RuntimeError(
                f"{name}: got a layer outside of a network, want one inside: put it into a "
                "Network([...], loss) first, which makes its parameters"
            )
        return self._bound[place]


def check_stack(layers):
    """Check that layers are new and that each fits the next.

    Parameters
    ----------
    layers : list or tuple of Layer

    Returns
    -------
    inputs, units : int
        How many numbers the stack takes and gives.

    Raises
    ------
    TypeError
        If it is no list, or one is no `Layer`.
    ValueError
        If one is in a network already or comes twice, also inside of a `Residual`; if widths
        differ; if no layer says how wide it is.
    """
    if not isinstance(layers, list | tuple):
        raise TypeError(f"layers: got {type(layers).__name__}, want a list of layers")
    for layer in layers:
        if not isinstance(layer, Layer):
            raise TypeError(f"layers: got {layer!r} among them, want layers such as Dense(2, 3)")
    seen = set()
    for layer in _with_inner_layers(layers):
        name, is_twice = type(layer).__name__, id(layer) in seen
        if is_twice or layer.is_bound:
            where = "in two places" if is_twice else "that is in a network already"
            raise ValueError(
                f"layers: got the same {name} {where}, want a new {name}(...) for each place"
            )
        seen.add(id(layer))
    ends = [layer for layer in layers if layer.inputs]  # the others take any width
    if not ends:
        raise ValueError("layers: got none with parameters, want at least one Dense")
    for before, after in pairwise(ends):
        if before.units != after.inputs:
            raise ValueError(
                f"layers: got one that takes {after.inputs} numbers after one that gives "
                f"{before.units}, want equal numbers"
            )
    return ends[0].inputs, ends[-1].units


def _with_inner_layers(layers):
    for layer in layers:
        yield layer
        yield from _with_inner_layers(layer.layers)


class Dense(Layer):
    """X W + b: fully connected, without an activation.

    ``l1`` and ``l2`` add ``l1 * sum(abs(W)) + l2 * sum(W**2)`` to the loss. As the first layer of a
    network it takes a sparse matrix of SciPy as well as an array, and never makes it dense.

    Parameters
    ----------
    inputs, units : int
        How many numbers it takes and gives for a sample: W has shape (inputs, units), b (units,).
    initializer : str
        The distribution of W at the start, one of `INITIALIZERS`; b is 0.
    l1, l2 : float
        Penalties of W, at least 0.

    Raises
    ------
    TypeError, ValueError
        If a number is not one or is out of range, or the initializer is unknown.
    """

    def __init__(self, inputs, units, *, initializer="glorot_uniform", l1=0.0, l2=0.0):
        check_integer("inputs", inputs)
        check_integer("units", units)
        check_number("l1", l1)
        check_number("l2", l2)
        self.initializer = choose("initializer", initializer, INITIALIZERS)
        self.inputs, self.units = inputs, units
        self.shapes = (inputs, units), (units,)
        self.l1, self.l2 = l1, l2

    def initialize(self):
        """Draw W, set b to 0."""
        W, b = self.parameters
        W[...] = self.initializer(self.rng, W.shape)
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
        dW[...] = self.X.T @ delta
        np.sum(delta, axis=0, out=db)
        if self.l1:
            dW += self.l1 * np.sign(W)
        if self.l2:
            dW += 2 * self.l2 * W
        return delta @ W.T if inputs_too else None

    def penalty(self):
        """Return l1 and l2 of W, a number."""
        W, _ = self.parameters
        l1 = self.l1 * np.sum(np.abs(W)) if self.l1 else 0.0
        return l1 + (self.l2 * np.sum(W * W) if self.l2 else 0.0)


class Activation(Layer):
    """A function of each number by itself.

    Parameters
    ----------
    activation : str
        One of `ACTIVATIONS`.

    Raises
    ------
    ValueError
        If the name is unknown.
    """

    def __init__(self, activation):
        self.function, self.slope = choose("activation", activation, ACTIVATIONS)

    def forward(self, Z, training=False):
        """Return the activations, same shape."""
        self.A = self.function(Z)
        return self.A

    def backward(self, delta, inputs_too=True):
        """Take dL/dA, return dL/dZ."""
        return delta * self.slope(self.A)


class Dropout(Layer):
    """In training, a random share of the numbers becomes 0, the others grow to match.

    Parameters
    ----------
    rate : float
        The share, at least 0 and below 1.

    Raises
    ------
    TypeError, ValueError
        If the rate is no number or out of range.
    """

    def __init__(self, rate):
        check_number("rate", rate, 0, 1)
        self.rate = rate

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


class BatchNormalization(Layer):
    """Each unit centered and scaled by the batch, then stretched by learned numbers.

    Outside training it uses moving averages of the batches' means and variances instead; like
    Keras (Ioffe, Szegedy 2015, with its momentum 0.99 and epsilon 0.001).

    Parameters
    ----------
    units : int
        How many numbers it takes and gives; gamma (stretch), beta (shift) have shape (units,).
    momentum : float
        What the averages keep in a step, at least 0 and below 1.
    epsilon : float
        Added to the variance, above 0.

    Attributes
    ----------
    mean, variance : array of shape (units,)
        The moving averages, once a network has the layer.

    Raises
    ------
    TypeError, ValueError
        If a number is not one or is out of range.
    """

    def __init__(self, units, *, momentum=0.99, epsilon=1e-3):
        check_integer("units", units)
        check_number("momentum", momentum, 0, 1)
        check_number("epsilon", epsilon, low_is_allowed=False)
        self.inputs = self.units = units
        self.shapes = (units,), (units,)
        self.momentum, self.epsilon = momentum, epsilon

    def initialize(self):
        """Begin with no stretch, and with averages that change nothing."""
        gamma, beta = self.parameters
        gamma[...], beta[...] = 1, 0
        self.mean, self.variance = np.zeros_like(beta), np.ones_like(gamma)

    def forward(self, Z, training=False):
        """Return the normalized and stretched numbers, same shape."""
        self.training = training
        gamma, beta = self.parameters
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
        gamma, _ = self.parameters
        dgamma, dbeta = self.gradients
        np.sum(delta * self.normalized, axis=0, out=dgamma)
        np.sum(delta, axis=0, out=dbeta)
        if self.training:  # mean and variance depend on Z, too
            delta = delta - (dbeta + self.normalized * dgamma) / len(delta)
        return gamma * self.scale * delta


class Residual(Layer):
    """X + what the inner layers make of X (He et al. 2016).

    Parameters
    ----------
    *layers : Layer
        New layers that fit; the last gives as many numbers as the first takes.

    Raises
    ------
    TypeError, ValueError
        If one is no layer, is in use already, doesn't fit, or the ends have different widths.
    """

    def __init__(self, *layers):
        self.layers, (self.inputs, self.units) = layers, check_stack(layers)
        if self.inputs != self.units:
            raise ValueError(
                f"layers: got ones that take {self.inputs} numbers and give {self.units}, "
                "want as many"
            )
        self.shapes = tuple(shape for layer in layers for shape in layer.shapes)

    def initialize(self):
        """Hand the windows on to the inner layers."""
        start = 0
        for layer in self.layers:
            own = slice(start, start + len(layer.shapes))
            layer.bind(self.parameters[own], self.gradients[own], self.rng)
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
        """Return the inner layers' penalties, a number."""
        return sum(layer.penalty() for layer in self.layers)
