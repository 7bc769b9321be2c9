"""The losses of a network, each fused with the activation of its output layer.

All take the last layer's outputs before any activation: that is shorter, and never overflows.
"""

import numpy as np

from annbook.network.layers import sigmoid
from annbook.validation import first_entry


class Loss:
    """What all losses share.

    A loss of your own defines ``value_and_gradient(outputs, y)``, ``predict(outputs)`` and
    ``check(y, width)``, as those here do.
    """

    def counts(self, outputs, y):
        """Count over the samples what is reported as a share of them, such as right answers.

        Parameters
        ----------
        outputs : array of shape (samples, width)
        y : array
            Targets as ``check`` returns them.

        Returns
        -------
        dict of str to number
            Counts by the name of the share; empty if there is nothing to count.
        """
        return {}


class MeanSquaredError(Loss):
    """For regression: the mean of (output - y)²."""

    def value_and_gradient(self, outputs, y):
        """Return the loss and its gradient by the outputs.

        Parameters
        ----------
        outputs, y : arrays of shape (samples, width)

        Returns
        -------
        value : float
            The mean over all numbers.
        gradient : array of shape (samples, width)
        """
        error = outputs - y
        return np.mean(error * error), 2 / error.size * error

    def predict(self, outputs):
        """Return the outputs themselves, shape (samples, width)."""
        return outputs

    def check(self, y, width):
        """Return the targets in the shape of the outputs.

        Parameters
        ----------
        y : array of shape (samples, width), or (samples,) if the width is 1
        width : int
            How many numbers the network gives for a sample.

        Returns
        -------
        array of float, shape (samples, width)

        Raises
        ------
        ValueError
            If y has another shape.
        """
        if y.ndim == 1 and width == 1:
            y = y[:, None]
        if y.shape[1:] != (width,):
            raise ValueError(f"y: got shape {y.shape}, want ({len(y)}, {width})")
        return y.astype(float)


class SigmoidCrossentropy(MeanSquaredError):
    """For two classes 0 and 1: the last layer gives one logit for each answer."""

    def value_and_gradient(self, logits, y):
        """Return the mean of -ln(probability of y), and its gradient (p - y) / number of y.

        Parameters
        ----------
        logits, y : arrays of shape (samples, width)

        Returns
        -------
        value : float
        gradient : array of shape (samples, width)
        """
        losses = np.maximum(logits, 0) - logits * y + np.log1p(np.exp(-np.abs(logits)))
        return np.mean(losses), (sigmoid(logits) - y) / y.size

    def predict(self, logits):
        """Return the probabilities of class 1, shape (samples, width)."""
        return sigmoid(logits)

    def counts(self, logits, y):
        """Return how many answers are right, for the accuracy: a dict."""
        return {"accuracy": np.mean((logits > 0) == (y > 0.5), axis=1).sum()}

    def check(self, y, width):
        """Return the classes in the shape of the logits.

        Parameters
        ----------
        y : array of shape (samples, width), or (samples,) if the width is 1
            0s and 1s.
        width : int
            How many logits the network gives for a sample.

        Returns
        -------
        array of float, shape (samples, width)

        Raises
        ------
        ValueError
            If y has another shape or holds other numbers.
        """
        others = ~np.isin(y, (0, 1))
        if others.any():
            raise ValueError(f"y: got {first_entry(y, others)}, want the classes 0 and 1")
        return super().check(y, width)


class SoftmaxCrossentropy(Loss):
    """For k classes 0 ... k-1: the last layer gives k logits."""

    def value_and_gradient(self, logits, y):
        """Return the mean of -ln(probability of y); the gradient is (p - one-hot y) / samples."""
        rows = np.arange(len(y))
        shifted = logits - logits.max(axis=1, keepdims=True)  # the largest is 0: no overflow
        p = np.exp(shifted)
        total = p.sum(axis=1, keepdims=True)
        value = np.mean(np.log(total[:, 0]) - shifted[rows, y])
        p /= total
        p[rows, y] -= 1
        p /= len(y)
        return value, p

    def predict(self, logits):
        """Return the probabilities of the classes, shape (samples, k)."""
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True)

    def counts(self, logits, y):
        """Return how many samples are classified right, for the accuracy: a dict."""
        return {"accuracy": np.count_nonzero(logits.argmax(axis=1) == y)}

    def check(self, y, width):
        """Return the classes as integers.

        Parameters
        ----------
        y : array of shape (samples,)
            Whole numbers from 0 to k-1.
        width : int
            k, how many logits the network gives for a sample.

        Returns
        -------
        array of int, shape (samples,)

        Raises
        ------
        ValueError
            If y has another shape or holds other numbers.
        """
        if y.ndim != 1:
            raise ValueError(f"y: got shape {y.shape}, want ({len(y)},): class numbers")
        outside = (y != np.floor(y)) | (y < 0) | (y >= width)
        if outside.any():
            raise ValueError(
                f"y: got {first_entry(y, outside)}, want a class from 0 to {width - 1}"
            )
        return y.astype(int)


LOSSES = {
    "mean_squared_error": MeanSquaredError(),
    "sigmoid_crossentropy": SigmoidCrossentropy(),
    "softmax_crossentropy": SoftmaxCrossentropy(),
}
