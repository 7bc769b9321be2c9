"""Optimizers in NumPy, in one sitting: each is a rule that changes a vector of weights.

All follow the formulas of Keras 3, so that the same gradients give the same weights.
"""

import math

import numpy as np

from annbook.arguments import check_number


class Optimizer:
    """What all optimizers share: a learning rate, a count of steps, and memory.

    Parameters
    ----------
    learning_rate
        A positive number, or a function of the number of steps done so far: a schedule.

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
        weights, gradient
            Floating-point arrays of the same shape; of the same shape in every step.

        Raises
        ------
        ValueError
            If the shapes differ.
        FloatingPointError
            If the gradient holds NaN or an infinity.
        """
        if self.iterations == 0:
            self.memory = [np.full_like(weights, start) for start in self.memory_starts_at]
        shapes = [np.shape(array) for array in (gradient, *self.memory)]
        if any(shape != weights.shape for shape in shapes):
            raise ValueError(f"gradient, memory: got shapes {shapes}, want {weights.shape}")
        rate = self.learning_rate
        rate = float(rate(self.iterations) if callable(rate) else rate)
        if not math.isfinite(np.sum(gradient)):
            raise FloatingPointError(
                f"training diverged: the gradient of step {self.iterations + 1} is not finite; "
                f"try a smaller learning rate than {rate:g}"
            )
        self.iterations += 1
        self.update(weights, gradient, rate, *self.memory)


class SGD(Optimizer):
    """Gradient descent, with momentum (Polyak 1964) or Nesterov's variant of it (1983)."""

    memory_starts_at = (0.0,)

    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False):
        super().__init__(learning_rate)
        check_number("momentum", momentum, 0, 1)
        self.momentum, self.nesterov = momentum, nesterov

    def update(self, w, g, rate, velocity):
        """Step along the velocity, a decaying sum of all steps."""
        velocity *= self.momentum
        velocity -= rate * g
        w += self.momentum * velocity - rate * g if self.nesterov else velocity


class Adagrad(Optimizer):
    """Divide by the root of the sum of all squared gradients (Duchi et al. 2011)."""

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
    """Divide by the root of a moving average of the squared gradients (Tieleman, Hinton 2012)."""

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
    """Moving averages of gradients and squares, both without bias (Kingma, Ba 2015)."""

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
    """Adam, and in each step all weights shrink a little (Loshchilov, Hutter 2019)."""

    def __init__(self, learning_rate=0.001, weight_decay=0.004, **adam):
        super().__init__(learning_rate, **adam)
        check_number("weight_decay", weight_decay)
        self.weight_decay = weight_decay

    def update(self, w, g, rate, m, v):
        """Shrink, then step like Adam."""
        w *= 1 - rate * self.weight_decay
        super().update(w, g, rate, m, v)


OPTIMIZERS = {"sgd": SGD, "adagrad": Adagrad, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}
