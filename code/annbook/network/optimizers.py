"""Optimizers in NumPy, in one sitting: each is a rule that changes a vector of weights.

All follow the formulas of Keras 3, so that the same gradients give the same weights.
"""

import math

import numpy as np

from annbook.validation import check_number


class Optimizer:
    """What all optimizers share: a learning rate, a count of steps, and memory.

    An optimizer of your own says in ``memory_starts_at`` what it remembers (one number for each
    vector) and defines ``update(w, g, rate, *memory)``, which changes weights and memory in place.

    Parameters
    ----------
    learning_rate : float or callable
        A positive number, or a schedule: a function of the number of steps done so far.

    Attributes
    ----------
    iterations : int
        The number of steps done so far.

    Raises
    ------
    TypeError, ValueError
        If the learning rate, or another number, is not one or is out of range.
    """

    memory_starts_at = ()  # one number for each vector that the rule remembers

    def __init__(self, learning_rate):
        if not callable(learning_rate):
            check_number("learning_rate", learning_rate, low_is_allowed=False)
        self.learning_rate = learning_rate
        self.iterations = 0

    def step(self, weights, gradient):
        """Change ``weights`` in place, given the gradient of the loss with respect to them.

        Parameters
        ----------
        weights, gradient : arrays of float
            Of the same shape, in every step.

        Raises
        ------
        TypeError
            If the weights are integers, which can't hold a small step.
        ValueError
            If the shapes differ, or a schedule gives a rate that is negative or not finite.
        FloatingPointError
            If the gradient holds NaN or an infinity.
        """
        if weights.dtype.kind != "f":
            raise TypeError(f"weights: got an array of {weights.dtype}, want floats")
        if np.shape(gradient) != weights.shape:
            raise ValueError(f"gradient: got shape {np.shape(gradient)}, want {weights.shape}")
        if self.iterations == 0:
            self.memory = [np.full_like(weights, start) for start in self.memory_starts_at]
        if any(vector.shape != weights.shape for vector in self.memory):
            raise ValueError(
                f"weights: got shape {weights.shape}, want {self.memory[0].shape} as before"
            )
        rate = self.learning_rate
        if callable(rate):
            rate = float(rate(self.iterations))
            check_number("learning_rate of the schedule", rate)
        if not math.isfinite(np.sum(gradient)):
            raise FloatingPointError(
                f"training diverged: the gradient of step {self.iterations + 1} is not finite; "
                f"try a smaller learning rate than {rate:g}"
            )
        self.iterations += 1
        self.update(weights, gradient, float(rate), *self.memory)


class SGD(Optimizer):
    """Gradient descent, with momentum (Polyak 1964) or Nesterov's variant of it (1983).

    Parameters
    ----------
    learning_rate : float or callable
        See `Optimizer`.
    momentum : float
        What the velocity keeps in a step, at least 0 and below 1.
    nesterov : bool
        Whether the gradient counts as one measured where the velocity leads.

    Raises
    ------
    TypeError, ValueError
        If a number is not one or is out of range.
    """

    memory_starts_at = (0.0,)

    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False):
        super().__init__(learning_rate)
        check_number("momentum", momentum, 0, 1)
        self.momentum, self.nesterov = momentum, nesterov

    def update(self, w, g, rate, velocity):
        """Step along the velocity, a decaying sum of all steps."""
        velocity *= self.momentum
        velocity -= rate * g
        if self.nesterov:
            w += self.momentum * velocity - rate * g
        else:
            w += velocity


class Adagrad(Optimizer):
    """Divide by the root of the sum of all squared gradients (Duchi et al. 2011).

    Parameters
    ----------
    learning_rate : float or callable
        See `Optimizer`.
    epsilon : float
        Added to the sum under the root, above 0.

    Raises
    ------
    TypeError, ValueError
        If a number is not one or is out of range.
    """

    memory_starts_at = (0.1,)

    def __init__(self, learning_rate=0.001, epsilon=1e-7):
        super().__init__(learning_rate)
        check_number("epsilon", epsilon, low_is_allowed=False)
        self.epsilon = epsilon

    def update(self, w, g, rate, total):
        """Add the squares, then step."""
        total += g * g
        w -= rate * g / np.sqrt(total + self.epsilon)


class RMSprop(Optimizer):
    """Divide by the root of a moving average of the squared gradients (Tieleman, Hinton 2012).

    Parameters
    ----------
    learning_rate : float or callable
        See `Optimizer`.
    rho : float
        What the average keeps in a step, at least 0 and below 1.
    epsilon : float
        Added to the average under the root, above 0.

    Raises
    ------
    TypeError, ValueError
        If a number is not one or is out of range.
    """

    memory_starts_at = (0.0,)

    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        super().__init__(learning_rate)
        check_number("rho", rho, 0, 1)
        check_number("epsilon", epsilon, low_is_allowed=False)
        self.rho, self.epsilon = rho, epsilon

    def update(self, w, g, rate, v):
        """Average the squares, then step."""
        v += (1 - self.rho) * (g * g - v)
        w -= rate * g / np.sqrt(v + self.epsilon)


class Adam(Optimizer):
    """Moving averages of gradients and squares, both without bias (Kingma, Ba 2015).

    Parameters
    ----------
    learning_rate : float or callable
        See `Optimizer`.
    beta_1, beta_2 : float
        What the averages of gradients and of squares keep in a step, at least 0 and below 1.
    epsilon : float
        Added to the root of the average of squares, above 0.

    Raises
    ------
    TypeError, ValueError
        If a number is not one or is out of range.
    """

    memory_starts_at = (0.0, 0.0)

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate)
        check_number("beta_1", beta_1, 0, 1)
        check_number("beta_2", beta_2, 0, 1)
        check_number("epsilon", epsilon, low_is_allowed=False)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def update(self, w, g, rate, m, v):
        """Average, then step; epsilon is added to the root of the biased average."""
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        t = self.iterations
        unbias = math.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        w -= rate * unbias * m / (np.sqrt(v) + self.epsilon)


class AdamW(Adam):
    """Adam, and in each step all weights shrink a little (Loshchilov, Hutter 2019).

    Parameters
    ----------
    learning_rate : float or callable
        See `Optimizer`.
    weight_decay : float
        The share that weights lose in a step, divided by the learning rate, at least 0.
    **adam : float
        ``beta_1``, ``beta_2`` and ``epsilon`` of `Adam`.

    Raises
    ------
    TypeError, ValueError
        If a number is not one or is out of range.
    """

    def __init__(self, learning_rate=0.001, weight_decay=0.004, **adam):
        super().__init__(learning_rate, **adam)
        check_number("weight_decay", weight_decay)
        self.weight_decay = weight_decay

    def update(self, w, g, rate, m, v):
        """Shrink, then step like Adam."""
        w *= 1 - rate * self.weight_decay
        super().update(w, g, rate, m, v)


OPTIMIZERS = {"sgd": SGD, "adagrad": Adagrad, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}
