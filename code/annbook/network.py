"""A neural network in NumPy: layers one after another, a loss, and training.

A network keeps all its parameters in one long vector; the matrices and biases of its layers are
windows on it, and so are their gradients. An optimizer sees nothing but these two vectors.
"""

import math

import numpy as np

from annbook.arguments import check_count, choose
from annbook.layers import Activation, Dense, Dropout, Layer, widths
from annbook.losses import LOSSES
from annbook.optimizers import OPTIMIZERS, Optimizer

__all__ = ["Activation", "Dense", "Dropout", "Layer", "Network"]


class Network:
    """Layers one after another, and a loss.

    Parameters
    ----------
    layers
        New layers; what one gives must be as wide as what the next takes.
    loss
        One of `LOSSES`.
    seed
        For the initial weights, dropout and the order of the samples.
    dtype
        ``"float64"`` or ``"float32"``.

    Attributes
    ----------
    weights, gradient
        All parameters, and the gradient of the loss of the last batch: vectors.
    parameters
        The same weights as matrices and biases, in the order of the layers.

    Raises
    ------
    ValueError
        If layers don't fit or a name is unknown.
    """

    def __init__(self, layers, loss, *, seed=0, dtype="float64"):
        self.layers, self.loss = list(layers), choose("loss", loss, LOSSES)
        choose("dtype", dtype, {"float64": 64, "float32": 32})
        self.inputs, self.outputs = widths(self.layers)
        size = sum(math.prod(shape) for layer in self.layers for shape in layer.shapes)
        self.weights, self.gradient = np.zeros(size, dtype), np.zeros(size, dtype)
        self.rng = np.random.default_rng(seed)
        start = 0
        for layer in self.layers:
            layer.parameters, layer.gradients = [], []
            for shape in layer.shapes:
                window = slice(start, start + math.prod(shape))
                layer.parameters.append(self.weights[window].reshape(shape))
                layer.gradients.append(self.gradient[window].reshape(shape))
                start = window.stop
            layer.initialize(self.rng)
        self.parameters = [array for layer in self.layers for array in layer.parameters]

    def forward(self, X, training=False):
        """Return the last layer's outputs, shape (samples, outputs)."""
        for layer in self.layers:
            X = layer.forward(X, training)
        return X

    def backward(self, delta):
        """Take the gradient of the loss by the outputs, set that by all parameters."""
        for layer in reversed(self.layers):
            delta = layer.backward(delta, inputs_too=layer is not self.layers[0])

    def train_on_batch(self, X, y, optimizer):
        """Do one step on checked data, and return the loss before it and the outputs."""
        outputs = self.forward(X, training=True)
        loss, delta = self.loss.value_and_gradient(outputs, y)
        loss += sum(layer.penalty() for layer in self.layers)
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"training diverged: the loss of step {optimizer.iterations + 1} is {loss}; "
                "try a smaller learning rate"
            )
        self.backward(delta)
        optimizer.step(self.weights, self.gradient)
        return float(loss), outputs

    def fit(self, X, y, *, optimizer, epochs=1, batch_size=32, shuffle=True, validation_data=None):
        """Train, and return the history, as Keras does.

        Parameters
        ----------
        X, y
            Shape (samples, inputs), and targets in the shape that the loss wants.
        optimizer
            An `Optimizer`, which goes on where it stopped, or one of `OPTIMIZERS` by name.
        epochs, batch_size
            Passes over the data; samples of one step (the last batch may be smaller).
        shuffle
            Whether each epoch draws a new order.
        validation_data
            A pair (X, y) that is evaluated after each epoch.

        Returns
        -------
        dict of str to list
            For each epoch ``loss`` and, for classes, ``accuracy``: means of what the batches had
            before their steps; and ``val_loss``, ``val_accuracy``.

        Raises
        ------
        ValueError
            If data, batch size or names don't fit.
        FloatingPointError
            If the loss or the gradient is no longer finite.
        """
        X, y = self._checked(X, y)
        if not isinstance(optimizer, Optimizer):
            optimizer = choose("optimizer", optimizer, OPTIMIZERS)()
        check_count("epochs", epochs)
        check_count("batch_size", batch_size)
        history = {}
        for _ in range(epochs):
            total = correct = 0
            order = self.rng.permutation(len(X)) if shuffle else None
            for start in range(0, len(X), batch_size):
                batch = slice(start, start + batch_size)
                batch = order[batch] if shuffle else batch
                with np.errstate(over="ignore", invalid="ignore"):  # a diverging run is stopped
                    loss, outputs = self.train_on_batch(X[batch], y[batch], optimizer)
                total += loss * len(outputs)
                if hasattr(self.loss, "correct"):
                    correct += self.loss.correct(outputs, y[batch])
            results = {"loss": total / len(X), "accuracy": correct / len(X)}
            if validation_data is not None:
                values = self.evaluate(*validation_data)
                results |= {f"val_{name}": value for name, value in values.items()}
            for name, value in results.items():
                if "loss" in name or hasattr(self.loss, "correct"):
                    history.setdefault(name, []).append(float(value))
        return history

    def evaluate(self, X, y):
        """Return the loss and, for classes, the accuracy, without dropout: a dict."""
        X, y = self._checked(X, y)
        outputs = self.forward(X)
        loss, _ = self.loss.value_and_gradient(outputs, y)
        results = {"loss": float(loss + sum(layer.penalty() for layer in self.layers))}
        if hasattr(self.loss, "correct"):
            results["accuracy"] = float(self.loss.correct(outputs, y) / len(X))
        return results

    def predict(self, X):
        """Return outputs or, for classes, probabilities, shape (samples, outputs)."""
        return self.loss.predict(self.forward(self._checked_inputs(X)))

    def set_parameters(self, arrays):
        """Copy trainable weights, such as ``model.get_weights()`` of dense layers in Keras."""
        shapes = [np.shape(array) for array in arrays]
        if shapes != [array.shape for array in self.parameters]:
            wanted = [array.shape for array in self.parameters]
            raise ValueError(f"arrays: got shapes {shapes}, want {wanted}")
        for mine, array in zip(self.parameters, arrays, strict=True):
            mine[...] = array

    def _checked_inputs(self, X):
        X = np.asarray(X)
        if X.ndim != 2 or X.shape[1] != self.inputs or len(X) == 0:
            raise ValueError(f"X: got shape {X.shape}, want (samples, {self.inputs})")
        if X.dtype.kind not in "biuf" or not np.isfinite(X).all():
            raise ValueError(f"X: got {X.dtype} with NaN, infinity or no numbers, want numbers")
        return X.astype(self.weights.dtype, copy=False)

    def _checked(self, X, y):
        X, y = self._checked_inputs(X), np.asarray(y)
        if len(np.atleast_1d(y)) != len(X):
            raise ValueError(f"y: got shape {y.shape}, want {len(X)} targets, one for each row")
        if y.dtype.kind not in "biuf" or not np.isfinite(y).all():
            raise ValueError(f"y: got {y.dtype} with NaN, infinity or no numbers, want numbers")
        y = self.loss.check(y, self.outputs)
        return X, y if y.dtype == int else y.astype(self.weights.dtype)
