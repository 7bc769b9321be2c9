"""Reverse-mode automatic differentiation for single numbers, in one sitting.

A `Value` is a number that remembers which values it was computed from, and how fast it changes
with each of them. `Value.backward` walks from a result back to all that it depends on and
multiplies and adds these local derivatives: the chain rule, once for every edge of the graph.

The idea of an engine this small, and the name ``Value``, come from Andrej Karpathy's micrograd.
"""

import math


class Value:
    """A number that remembers how it was computed.

    Parameters
    ----------
    data
        A finite number (or, for derivatives of derivatives, a `Value`).
    parents
        The values it was computed from, each with the local derivative: pairs (value, number).
    operation
        What made it, such as ``"+"``; empty for an input.

    Attributes
    ----------
    grad
        After ``result.backward()``: the derivative of ``result`` with respect to this value.

    Raises
    ------
    TypeError
        If ``data`` is not a number.
    ValueError
        If ``data`` is NaN or infinite.
    """

    def __init__(self, data, parents=(), operation=""):
        if not isinstance(data, Value):
            try:
                data = float(data)
            except (TypeError, ValueError):
                raise TypeError(f"data: got {data!r}, want a number") from None
            if not math.isfinite(data):
                name = f"the result of {operation!r}" if operation else "data"
                raise ValueError(f"{name}: got {data}, want a finite number")
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.operation = operation

    def __repr__(self):
        return f"Value({self.data!r}, grad={self.grad!r})"

    def __add__(self, other):
        other = as_value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)), "+")

    def __mul__(self, other):
        other = as_value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)), "*")

    def __pow__(self, exponent):
        if not isinstance(exponent, int | float):
            got = "a Value" if isinstance(exponent, Value) else repr(exponent)
            raise TypeError(f"exponent: got {got}, want a number (a**b is exp(b * log(a)))")
        if _number(self) < 0 and exponent != round(exponent):
            raise ValueError(f"base: got {_number(self)}, want one >= 0 for exponent {exponent}")
        if exponent == 0:
            return Value(self.data * 0.0 + 1.0, ((self, 0.0),), "**0")
        if _number(self) == 0 and exponent < 0:
            raise ZeroDivisionError(f"base: got 0, want another for exponent {exponent}")
        if _number(self) == 0 and exponent < 1:
            raise ValueError(
                f"base: got 0, want another: exponent {exponent} has no derivative there"
            )
        slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, ((self, slope),), f"**{exponent}")

    def exp(self):
        """Return e to this power."""
        result = _apply("exp", self.data)
        return Value(result, ((self, result),), "exp")

    def log(self):
        """Return the natural logarithm; ValueError unless the number is positive."""
        if _number(self) <= 0:
            raise ValueError(f"log: got {_number(self)}, want a positive number")
        return Value(_apply("log", self.data), ((self, self.data**-1),), "log")

    def tanh(self):
        """Return the hyperbolic tangent."""
        result = _apply("tanh", self.data)
        return Value(result, ((self, 1.0 - result * result),), "tanh")

    def relu(self):
        """Return the number if it is positive, else 0; the derivative at 0 is taken to be 0."""
        on = float(_number(self) > 0)
        return Value(self.data * on, ((self, on),), "relu")

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -as_value(other)

    def __rsub__(self, other):
        return as_value(other) + -self

    def __truediv__(self, other):
        return self * as_value(other) ** -1

    def __rtruediv__(self, other):
        return as_value(other) * self**-1

    __radd__, __rmul__ = __add__, __mul__

    def graph(self):
        """Return all values that this one depends on, and itself: parents before children."""
        order, seen, stack = [], set(), [(self, False)]
        while stack:  # no recursion: a graph may be deeper than Python's stack
            value, parents_are_done = stack.pop()
            if parents_are_done:
                order.append(value)
            elif id(value) not in seen:
                seen.add(id(value))
                stack.append((value, True))
                stack.extend((parent, False) for parent, _ in value.parents)
        return order

    def backward(self):
        """Set ``grad`` of every value in the graph to the derivative of this one by it."""
        order = self.graph()
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):  # children first: then a value's own grad is complete
            for parent, slope in value.parents:
                parent.grad = parent.grad + value.grad * slope


def as_value(number):
    """Return `number` itself if it is a `Value`, otherwise a new `Value`."""
    return number if isinstance(number, Value) else Value(number)


def _number(value):
    """Return the plain number inside, however deep."""
    while isinstance(value, Value):
        value = value.data
    return value


def _apply(name, data):
    """Return exp, log or tanh of a number, or of a `Value` by its method of that name."""
    if isinstance(data, Value):
        return getattr(data, name)()
    try:
        return getattr(math, name)(data)
    except OverflowError:
        raise ValueError(
            f"{name}: got {data}, want a number whose {name} fits into a float"
        ) from None
