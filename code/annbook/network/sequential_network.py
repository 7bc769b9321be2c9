"""A neural network in NumPy: layers one after another, a loss, and training.

A network keeps all its parameters in one long vector; the matrices and biases of its layers are
windows on it, and so are their gradients. An optimizer sees nothing but these two vectors.
"""

import math
from collections import Counter

import numpy as np

from annbook.network.layers import Dense, check_stack
from annbook.network.losses import LOSSES
from annbook.network.optimizers import OPTIMIZERS, Optimizer
from annbook.validation import check_finite, check_integer, choose


class Network:
    """Layers one after another, and a loss.

    Parameters
    ----------
    layers : list of Layer
        New layers; what one gives must be as wide as what the next takes.
    loss : str
        One of `LOSSES`.
    seed : int
        For the initial weights, dropout and the order of the samples.
    dtype : str
        ``"float64"`` or ``"float32"``.

    Attributes
    ----------
    weights, gradient : arrays of shape (number of parameters,)
        All parameters, and the gradient of the loss of the last batch.
    parameters : list of arrays
        The same weights as matrices and biases, in the order of the layers.
    inputs, outputs : int
        How many numbers it takes and gives for a sample.

    Raises
    ------
    TypeError
        If ``layers`` is no list of layers or the seed no integer.
    ValueError
        If layers don't fit, one is in use already (here or in another network), the seed is
        negative, or a name is unknown.
    """

    def __init__(self, layers, loss, *, seed=0, dtype="float64"):
        self.loss = choose("loss", loss, LOSSES)
        choose("dtype", dtype, {"float64": 64, "float32": 32})
        check_integer("seed", seed, 0)
        self.inputs, self.outputs = check_stack(layers)
        self.layers = list(layers)
        size = sum(math.prod(shape) for layer in self.layers for shape in layer.shapes)
        self.weights, self.gradient = np.zeros(size, dtype), np.zeros(size, dtype)
        self.rng = np.random.default_rng(seed)
        start = 0
        for layer in self.layers:
            parameters, gradients = [], []
            for shape in layer.shapes:
                window = slice(start, start + math.prod(shape))
                parameters.append(self.weights[window].reshape(shape))
                gradients.append(self.gradient[window].reshape(shape))
                start = window.stop
            layer.bind(parameters, gradients, self.rng)
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
        X : array or sparse matrix of shape (samples, inputs)
            Sparse in any format of SciPy, if the first layer is `Dense`.
        y : array
            Targets in the shape that the loss wants.
        optimizer : Optimizer or str
            An `Optimizer`, which goes on where it stopped, or one of `OPTIMIZERS` by name.
        epochs, batch_size : int
            Passes over the data; samples of one step (the last batch may be smaller).
        shuffle : bool
            Whether each epoch draws a new order.
        validation_data : tuple of (X, y), optional
            Data that are evaluated after each epoch.

        Returns
        -------
        dict of str to list
            For each epoch ``loss`` and, for classes, ``accuracy``: means of what the batches had
            before their steps; and ``val_loss``, ``val_accuracy``.

        Raises
        ------
        TypeError
            If the data hold no numbers, ``validation_data`` is no pair, or a number of passes or
            samples is no integer.
        ValueError
            If data, numbers or names don't fit.
        FloatingPointError
            If the loss or the gradient is no longer finite.
        """
        X, y = self._checked(X, y)
        if not isinstance(optimizer, Optimizer):
            optimizer = choose("optimizer", optimizer, OPTIMIZERS)()
        check_integer("epochs", epochs)
        check_integer("batch_size", batch_size)
        if validation_data is not None:
            validation_data = self._checked_pair(validation_data)
        history = {}
        for _ in range(epochs):
            sums = Counter()
            order = self.rng.permutation(len(y)) if shuffle else None
            for start in range(0, len(y), batch_size):
                batch = slice(start, start + batch_size)
                batch = order[batch] if shuffle else batch
                with np.errstate(over="ignore", invalid="ignore"):  # a diverging run is stopped
                    loss, outputs = self.train_on_batch(X[batch], y[batch], optimizer)
                sums.update(loss=loss * len(outputs), **self.loss.counts(outputs, y[batch]))
            results = {name: value / len(y) for name, value in sums.items()}
            if validation_data is not None:
                values = self.evaluate(*validation_data)
                results |= {f"val_{name}": value for name, value in values.items()}
            for name, value in results.items():
                history.setdefault(name, []).append(float(value))
        return history

    def evaluate(self, X, y):
        """Return the loss and, for classes, the accuracy, without dropout.

        Parameters
        ----------
        X : array or sparse matrix of shape (samples, inputs)
            Sparse in any format of SciPy, if the first layer is `Dense`.
        y : array
            Targets in the shape that the loss wants.

        Returns
        -------
        dict of str to float
            ``loss``, with the penalties of the layers, and for classes ``accuracy``.

        Raises
        ------
        TypeError, ValueError
            If the data hold no numbers, or don't fit the network.
        """
        X, y = self._checked(X, y)
        outputs = self.forward(X)
        loss, _ = self.loss.value_and_gradient(outputs, y)
        results = {"loss": float(loss + sum(layer.penalty() for layer in self.layers))}
        counts = self.loss.counts(outputs, y)
        return results | {name: float(count / len(y)) for name, count in counts.items()}

    def predict(self, X):
        """Return outputs or, for classes, probabilities, without dropout.

        Parameters
        ----------
        X : array or sparse matrix of shape (samples, inputs)
            Sparse in any format of SciPy, if the first layer is `Dense`.

        Returns
        -------
        array of shape (samples, outputs)

        Raises
        ------
        TypeError, ValueError
            If X holds no numbers, or doesn't fit the network.
        """
        return self.loss.predict(self.forward(self._checked_inputs(X)))

    def set_parameters(self, arrays):
        """Copy trainable weights, such as ``model.get_weights()`` of dense layers in Keras.

        Parameters
        ----------
        arrays : list of arrays
            As many as ``parameters``, in their shapes.

        Raises
        ------
        TypeError, ValueError
            If number or shapes differ, or one holds something else than finite numbers; then no
            weight is changed.
        """
        arrays = [np.asarray(array) for array in arrays]
        shapes, wanted = ([array.shape for array in some] for some in (arrays, self.parameters))
        if shapes != wanted:
            raise ValueError(f"arrays: got shapes {shapes}, want {wanted}")
        for array in arrays:
            check_finite("arrays", array)
        for mine, array in zip(self.parameters, arrays, strict=True):
            mine[...] = array

    def _checked_inputs(self, X):
        is_sparse = hasattr(X, "tocsr")  # a matrix or array of SciPy, in any of its formats
        X = X.tocsr() if is_sparse else np.asarray(X)
        if is_sparse and not isinstance(self.layers[0], Dense):
            name = type(self.layers[0]).__name__
            raise TypeError(f"X: got a sparse matrix, want an array: the first layer is a {name}")
        if X.ndim != 2 or X.shape[1] != self.inputs or X.shape[0] == 0:
            raise ValueError(f"X: got shape {X.shape}, want (samples, {self.inputs})")
        check_finite("X", X.data if is_sparse else X)
        return X.astype(self.weights.dtype, copy=False)

    def _checked(self, X, y):
        X, y = self._checked_inputs(X), np.asarray(y)
        samples = X.shape[0]  # a sparse matrix has no len()
        if len(np.atleast_1d(y)) != samples:
            raise ValueError(f"y: got shape {y.shape}, want {samples} targets, one for each row")
        check_finite("y", y)
        y = self.loss.check(y, self.outputs)
        return X, y if y.dtype == int else y.astype(self.weights.dtype)

    def _checked_pair(self, validation_data):
        if not isinstance(validation_data, tuple | list) or len(validation_data) != 2:
            raise TypeError(f"validation_data: got {type(validation_data).__name__}, want (X, y)")
        return self._checked(*validation_data)
