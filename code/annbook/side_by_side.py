"""Several networks that differ in their initial weights, trained at the same time in NumPy."""

import math
from collections.abc import Sequence

import numpy as np

from annbook.network.layers import ACTIVATIONS, sigmoid
from annbook.validation import check_array, check_integer, check_number, choose


def train_side_by_side(
    starts: Sequence,
    X: np.ndarray,
    y: np.ndarray,
    X_valid: np.ndarray,
    y_valid: np.ndarray,
    *,
    learning_rate: float,
    batch_size: int = 32,
    epochs: int = 50,
    hidden: str = "sigmoid",
    shuffle: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """Train dense networks for a yes-or-no question with Adam, one for each list of weights.

    Each network ends in one sigmoid unit and learns as in Keras with these lines::

        model.set_weights(start)
        model.compile(keras.optimizers.Adam(learning_rate), loss="binary_crossentropy")
        model.fit(X, y, batch_size=batch_size, epochs=epochs, shuffle=shuffle)

    only that NumPy draws the orders of the rows, from a fixed seed and another for each network.
    Networks as small as these cost ``fit`` mostly preparation. Here each array of weights has one
    more axis in front, for the networks, so that one product of arrays serves them all.

    Parameters
    ----------
    starts : sequence of lists of arrays
        For each network its initial weights, as ``model.get_weights()`` returns those of a stack of
        ``Dense`` layers with biases: kernel, bias, kernel, bias and so on.
    X : array of shape (rows, inputs)
        Inputs.
    y : array of shape (rows,)
        Classes 0 and 1.
    X_valid, y_valid : arrays of shape (validation rows, inputs) and (validation rows,)
        For the accuracies.
    learning_rate : float
        Of Adam.
    batch_size, epochs, shuffle
        As for ``fit``.
    hidden : str
        Activation of all hidden layers: ``"sigmoid"``, ``"relu"`` or ``"tanh"``.

    Returns
    -------
    accuracies : array of shape (epochs, networks)
        Validation accuracy at the end of each epoch.
    probabilities : array of shape (networks, validation rows)
        What the networks predict for the validation rows at the end.

    Raises
    ------
    TypeError
        If data hold no numbers or a number has the wrong type.
    ValueError
        If the shapes don't fit, a number is out of range or the activation is unknown.
    """
    X, X_valid = (
        check_array(name, rows, ("rows", "inputs")).astype("float32")
        for name, rows in (("X", X), ("X_valid", X_valid))
    )
    targets = check_array("y", y, (len(X),)).astype("float32")[:, None]
    y_valid = check_array("y_valid", y_valid, (len(X_valid),))
    check_number("learning_rate", learning_rate, low_is_allowed=False)
    check_integer("batch_size", batch_size)
    check_integer("epochs", epochs)
    function, slope = choose("hidden", hidden, ACTIVATIONS)
    parameters = _stacked(starts, X.shape[1])
    means = [np.zeros_like(p) for p in parameters]
    squares = [np.zeros_like(p) for p in parameters]

    def activations(X):
        """Return the inputs and what each layer gives, the probabilities last."""
        outputs = [X]
        for W, b in zip(parameters[::2], parameters[1::2], strict=True):
            z = outputs[-1] @ W + b
            outputs.append(sigmoid(z) if W is parameters[-2] else function(z))
        return outputs

    rng = np.random.default_rng(0)
    orders = np.tile(np.arange(len(X)), (len(starts), 1))  # each network has its own
    step, accuracies = 0, []
    for _ in range(epochs):
        orders = rng.permuted(orders, axis=1) if shuffle else orders
        for start in range(0, len(X), batch_size):
            rows = orders[:, start : start + batch_size]
            *inputs, probabilities = activations(X[rows])
            delta = (probabilities - targets[rows]) / rows.shape[1]
            gradients = []
            for a, W in zip(reversed(inputs), parameters[-2::-2], strict=True):  # the last first
                gradients = [a.mT @ delta, delta.sum(axis=1, keepdims=True), *gradients]
                if W is not parameters[0]:
                    delta = delta @ W.mT * slope(a)
            step += 1
            size = np.float32(learning_rate * math.sqrt(1 - 0.999**step) / (1 - 0.9**step))
            for p, m, v, g in zip(parameters, means, squares, gradients, strict=True):
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                p -= size * m / (np.sqrt(v) + 1e-7)
        probabilities = activations(X_valid)[-1][:, :, 0]
        accuracies.append(np.mean((probabilities > 0.5) == (y_valid > 0.5), axis=1))
    return np.array(accuracies), probabilities


def _stacked(starts: Sequence, inputs: int) -> list[np.ndarray]:
    """Return kernels (networks, inputs, units) and biases (networks, 1, units) in turn."""
    counts = {len(start) for start in starts}
    if len(counts) != 1 or counts & {0} or counts.pop() % 2:
        raise ValueError(
            "starts: got lists of different lengths, empty or odd ones, "
            "want kernel, bias, kernel, bias ... for each network"
        )
    parameters = []
    for number, arrays in enumerate(zip(*starts, strict=True)):
        shape = ("inputs", "units") if number % 2 == 0 else ("units",)
        wanted = np.shape(arrays[0])
        for array in arrays:
            check_array("starts", array, shape)
            check_array("starts", array, wanted)
        if number % 2 == 0:
            check_array("starts", arrays[0], (inputs, "units"))
            inputs = wanted[1]
        else:
            check_array("starts", arrays[0], (inputs,))
        stacked = np.array(arrays, dtype="float32")
        parameters.append(stacked if number % 2 == 0 else stacked[:, None, :])
    if inputs != 1:
        raise ValueError(f"starts: got a last layer of {inputs} units, want one")
    return parameters
