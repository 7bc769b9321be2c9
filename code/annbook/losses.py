"""The losses of `annbook.network`, each fused with the activation of its output layer.

All take the last layer's outputs before any activation: that is shorter, and never overflows.
"""

import numpy as np

from annbook.layers import sigmoid


class MeanSquaredError:
    """For regression: the mean of (output - y)²."""

    def value_and_gradient(self, outputs, y):
        """Return the mean over all numbers and its gradient by the outputs."""
        error = outputs - y
        return np.mean(error * error), 2 / error.size * error

    def predict(self, outputs):
        """Return the outputs."""
        return outputs

    def check(self, y, width):
        """Return y with shape (samples, width)."""
        if y.ndim == 1 and width == 1:
            y = y[:, None]
        if y.shape[1:] != (width,):
            raise ValueError(f"y: got shape {y.shape}, want ({len(y)}, {width})")
        return y


class SigmoidCrossentropy(MeanSquaredError):
    """For two classes 0 and 1: the last layer gives one logit for each answer."""

    def value_and_gradient(self, logits, y):
        """Return the mean of -ln(probability of y); the gradient is (p - y) / number of y."""
        losses = np.maximum(logits, 0) - logits * y + np.log1p(np.exp(-np.abs(logits)))
        return np.mean(losses), (sigmoid(logits) - y) / y.size

    def predict(self, logits):
        """Return the probabilities of class 1."""
        return sigmoid(logits)

    def correct(self, logits, y):
        """Return how many answers are right."""
        return np.mean((logits > 0) == (y > 0.5), axis=1).sum()

    def check(self, y, width):
        """Return y as 0s and 1s with shape (samples, width)."""
        if not np.isin(y, (0, 1)).all():
            raise ValueError(f"y: got {_first(y, ~np.isin(y, (0, 1)))}, want the classes 0 and 1")
        return super().check(y, width)


class SoftmaxCrossentropy:
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
        """Return the probabilities of the classes."""
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True)

    def correct(self, logits, y):
        """Return how many samples are classified right."""
        return np.count_nonzero(logits.argmax(axis=1) == y)

    def check(self, y, width):
        """Return y as integers, one class for each sample."""
        if y.ndim != 1:
            raise ValueError(f"y: got shape {y.shape}, want ({len(y)},): class numbers")
        outside = (y != np.floor(y)) | (y < 0) | (y >= width)
        if outside.any():
            raise ValueError(f"y: got {_first(y, outside)}, want a class from 0 to {width - 1}")
        return y.astype(int)


LOSSES = {
    "mean_squared_error": MeanSquaredError(),
    "sigmoid_crossentropy": SigmoidCrossentropy(),
    "softmax_crossentropy": SoftmaxCrossentropy(),
}


def _first(y, where):
    """Return the first number at fault and its place, in words."""
    place = tuple(map(int, np.argwhere(where)[0]))
    return f"{y[place]} at {place}"
