"""Several ReLU networks for classes, with batches of their own, trained side by side."""

from collections.abc import Sequence

import numpy as np

from annbook.network import Dense, Network
from annbook.network.layers import ACTIVATIONS
from annbook.network.losses import LOSSES

RELU, _ = ACTIVATIONS["relu"]  # the function and its slope


class ManyNetworks:
    """Dense ReLU networks with softmax outputs and equal sizes, each with its own weights.

    Parameters
    ----------
    networks : sequence of Network
        Dense layers with ReLU between them and the loss ``softmax_crossentropy``; they only
        give the sizes and the initial weights, and are left as they are.

    Attributes
    ----------
    weights : array of shape (k, n)
        One row for each of k networks, as in ``Network.weights``.

    Raises
    ------
    ValueError
        If there are none, or one has other layers, another loss or other sizes.
    """

    def __init__(self, networks: Sequence[Network]) -> None:
        for network in networks:
            dense, between = network.layers[::2], network.layers[1::2]
            if (
                len(dense) != len(between) + 1
                or any(type(layer) is not Dense or layer.l1 or layer.l2 for layer in dense)
                or any(getattr(layer, "function", None) is not RELU for layer in between)
                or network.loss is not LOSSES["softmax_crossentropy"]
            ):
                raise ValueError(
                    "networks: want dense layers without penalties, relu between them and the loss "
                    "softmax_crossentropy"
                )
        sizes = {tuple(array.shape for array in network.parameters) for network in networks}
        if len(sizes) != 1:
            raise ValueError(f"networks: got {len(sizes)} different sizes, want one")
        shapes = [*sizes.pop()]
        self.weights = np.array([network.weights for network in networks])
        self._gradient = np.empty_like(self.weights)
        self._parameters = _views(self.weights, shapes)
        self._gradients = _views(self._gradient, shapes)

    def _forward(self, X: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """Return what goes into each layer, and the probabilities of the classes."""
        inputs = [X]
        for W, b in zip(self._parameters[:-2:2], self._parameters[1:-2:2], strict=True):
            inputs.append(np.maximum(inputs[-1] @ W + b, 0))
        Z = inputs[-1] @ self._parameters[-2] + self._parameters[-1]
        P = np.exp(Z - Z.max(axis=-1, keepdims=True))
        return inputs, P / P.sum(axis=-1, keepdims=True)

    @np.errstate(over="ignore", invalid="ignore")
    def gradient(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the gradients of all networks, one in each row; 0 if one has diverged.

        Parameters
        ----------
        X : array of shape (k, batch size, inputs)
            A batch for each network.
        y : integer array of shape (k, batch size)
            Their classes.
        """
        inputs, delta = self._forward(X)
        delta -= np.eye(delta.shape[-1], dtype=delta.dtype)[y]
        delta /= y.shape[1]
        for i in reversed(range(len(inputs))):
            np.matmul(inputs[i].transpose(0, 2, 1), delta, out=self._gradients[2 * i])
            np.sum(delta, axis=1, keepdims=True, out=self._gradients[2 * i + 1])
            if i > 0:
                delta = (delta @ self._parameters[2 * i].transpose(0, 2, 1)) * (inputs[i] > 0)
        self._gradient[~(np.abs(self._gradient).max(axis=1) < 1e30)] = 0
        return self._gradient

    @np.errstate(over="ignore", invalid="ignore")
    def evaluate(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return a loss and an accuracy for each network; the loss is inf if one has diverged.

        Parameters
        ----------
        X : array of shape (n, inputs)
            The same samples for all networks.
        y : integer array of shape (n,)
            Their classes.
        """
        P = self._forward(X)[1]
        of_class = P[:, np.arange(len(y)), y]
        loss = -np.log(np.maximum(of_class, 1e-30)).mean(axis=1)
        accuracy = (P.argmax(axis=-1) == y).mean(axis=1)
        return np.where(np.isfinite(loss), loss, np.inf), accuracy


def _views(vectors: np.ndarray, shapes: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
    """Return W_1, b_1, W_2, ... of several networks, as views of their vectors."""
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    parts = zip(np.split(vectors, ends[:-1], axis=1), shapes, strict=True)
    return [part.reshape(len(vectors), -1, shape[-1]) for part, shape in parts]
