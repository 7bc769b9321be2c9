"""Many networks with one hidden layer, trained side by side: for studies over samples and seeds.

Each array has one more axis in front, one entry for each network. A step is the same as that of a
`Network`: full-batch gradient descent. Training twenty small networks at once takes little longer
than training two one after the other, because a small network keeps a computer busy with overhead.
"""

import math

import numpy as np

from annbook.validation import check_array, check_integer, check_number


class Stack:
    """Networks inputs - hidden tanh units - 1 sigmoid output, each with weights of its own.

    Parameters
    ----------
    inputs, hidden : int
        Sizes of all networks.
    seeds : sequence of int
        One for each network: for its initial weights (Glorot-uniform, biases 0).
    l1, l2 : float
        Penalties of both matrices, as in `Dense`.
    dropout : float
        The share of hidden units that are dropped in each training step, below 1.
    noise : float
        Standard deviation of normal noise, drawn anew for the inputs of each training step.

    Attributes
    ----------
    parameters : list of arrays
        Of k networks, in 32 bits: (k, inputs, hidden), (k, 1, hidden), (k, hidden, 1), (k, 1, 1).

    Raises
    ------
    TypeError, ValueError
        If a number is not one or is out of range.
    """

    def __init__(self, inputs, hidden, seeds, *, l1=0.0, l2=0.0, dropout=0.0, noise=0.0):
        check_integer("inputs", inputs)
        check_integer("hidden", hidden)
        for name, value in (("l1", l1), ("l2", l2), ("noise", noise)):
            check_number(name, value)
        check_number("dropout", dropout, 0, 1)
        self.l1, self.l2, self.dropout, self.noise = map(np.float32, (l1, l2, dropout, noise))
        self.rng = np.random.default_rng([*seeds])
        first, last = [], []
        for seed in seeds:
            rng = np.random.default_rng(seed)
            first.append(rng.uniform(-1, 1, (inputs, hidden)) * math.sqrt(6 / (inputs + hidden)))
            last.append(rng.uniform(-1, 1, (hidden, 1)) * math.sqrt(6 / (hidden + 1)))
        k = len(first)
        start = [first, np.zeros((k, 1, hidden)), last, np.zeros((k, 1, 1))]
        self.parameters = [np.array(array, "float32") for array in start]

    def logits(self, X):
        """Return the logits of all networks, without dropout and noise.

        Parameters
        ----------
        X : array of shape (n, inputs), or (k, n, inputs)
            The same points for all networks, or a set of its own for each of k networks.

        Returns
        -------
        array of shape (k, n)
        """
        W1, b1, W2, b2 = self.parameters
        H = np.matmul(np.asarray(X, "float32"), W1)
        H += b1
        return (np.tanh(H, out=H) @ W2 + b2)[..., 0]

    def scores(self, X, y):
        """Return the mean log loss, without penalties, and the accuracy of each network.

        Parameters
        ----------
        X : array
            As for ``logits``.
        y : array of shape (n,) or (k, n)
            Classes 0 and 1.

        Returns
        -------
        losses, accuracies : arrays of shape (k,)
        """
        z = self.logits(X)
        losses = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
        return losses.mean(axis=1), ((z > 0) == (y == 1)).mean(axis=1)

    def train(self, X, y, steps, *, learning_rate=1.0, every=None):
        """Do steps of gradient descent, each on all points; training twice continues.

        Parameters
        ----------
        X, y : arrays
            As for ``scores``.
        steps : int
        learning_rate : float
        every : int, optional
            Keep a copy of the parameters each time after so many steps.

        Returns
        -------
        dict of int to list of arrays
            Copies of the parameters after 0, ``every``, 2 ``every``, ... steps; without ``every``
            empty.

        Raises
        ------
        TypeError, ValueError
            If the shapes of X and y don't fit, or a number is not one or is out of range.
        FloatingPointError
            If a weight is no longer finite.
        """
        check_integer("steps", steps)
        check_number("learning_rate", learning_rate, low_is_allowed=False)
        k, inputs, _ = self.parameters[0].shape
        X = check_array("X", X, ("n", inputs) if np.ndim(X) == 2 else (k, "n", inputs))
        y = check_array("y", y, X.shape[:-1])
        X, y, rate = X.astype("float32"), y.astype("float32"), np.float32(learning_rate)
        kept = {}
        for step in range(steps + 1):
            if every and step % every == 0:
                kept[step] = [array.copy() for array in self.parameters]
            if step < steps:
                for array, gradient in zip(self.parameters, self._gradients(X, y), strict=True):
                    array -= rate * gradient
        if not all(np.isfinite(array).all() for array in self.parameters):
            raise FloatingPointError("training diverged: try a smaller learning rate")
        return kept

    def _gradients(self, X, y):
        W1, b1, W2, b2 = self.parameters
        if self.noise:
            noise = self.rng.standard_normal((len(W1), *X.shape[-2:]), dtype=np.float32)
            X = X + self.noise * noise
        H = np.matmul(X, W1)
        H += b1
        np.tanh(H, out=H)
        dropped = H
        if self.dropout:
            mask = self.rng.random(H.shape, dtype=np.float32) >= self.dropout
            mask = mask / (1 - self.dropout)
            dropped = H * mask
        z = dropped @ W2 + b2
        dz = ((0.5 + 0.5 * np.tanh(0.5 * z)) - y[..., None]) / np.float32(y.shape[-1])
        dW2, db2 = dropped.swapaxes(1, 2) @ dz, dz.sum(1, keepdims=True)
        delta = dz * W2.swapaxes(1, 2)
        if self.dropout:
            delta *= mask
        np.multiply(H, H, out=H)
        delta *= np.subtract(1, H, out=H)  # the slope of tanh
        dW1, db1 = X.swapaxes(-1, -2) @ delta, delta.sum(1, keepdims=True)
        for W, dW in ((W1, dW1), (W2, dW2)):
            if self.l1:
                dW += self.l1 * np.sign(W)
            if self.l2:
                dW += 2 * self.l2 * W
        return dW1, db1, dW2, db2
