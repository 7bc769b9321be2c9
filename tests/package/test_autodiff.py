"""The scalar engine: against closed forms, finite differences and TensorFlow's."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annbook.autodiff import Value

UNARY = ("exp", "tanh", "relu", "square", "cube", "half", "negative", "reciprocal", "log", "root")
BINARY = ("add", "subtract", "multiply", "divide")


@st.composite
def programs(draw):
    """Draw inputs and steps: each step applies an operation to one or two earlier results."""
    inputs = draw(st.lists(st.floats(-2, 2), min_size=1, max_size=3))
    steps = []
    for number in range(len(inputs), len(inputs) + draw(st.integers(1, 8))):
        earlier = st.integers(0, number - 1)
        steps.append((draw(st.sampled_from(UNARY + BINARY)), draw(earlier), draw(earlier)))
    return inputs, steps


def run(values, steps, exp, log, tanh, relu):
    """Run the steps; log, root and division get arguments that they are defined for."""
    unary = {
        "exp": lambda a: exp(tanh(a)),
        "tanh": tanh,
        "relu": relu,
        "square": lambda a: a**2,
        "cube": lambda a: tanh(a) ** 3,
        "half": lambda a: a / 2,
        "negative": lambda a: -a,
        "reciprocal": lambda a: 1 / (a**2 + 0.5),
        "log": lambda a: log(a**2 + 0.5),
        "root": lambda a: (a**2 + 0.5) ** 0.5,
    }
    binary = {
        "add": lambda a, b: a + b,
        "subtract": lambda a, b: a - b,
        "multiply": lambda a, b: a * b,
        "divide": lambda a, b: a / (b**2 + 0.5),
    }
    values = list(values)
    for name, i, j in steps:
        unary_result = name in unary
        values.append(
            unary[name](values[i]) if unary_result else binary[name](values[i], values[j])
        )
        values[-1] = tanh(values[-1]) * 2  # keeps everything finite
    return values[-1]


def run_values(values, steps):
    return run(values, steps, Value.exp, Value.log, Value.tanh, Value.relu)


@settings(max_examples=60, deadline=None)
@given(programs())
def test_random_graphs_have_tensorflow_s_derivatives(program):
    import tensorflow as tf

    inputs, steps = program
    values = [Value(x) for x in inputs]
    result = run_values(values, steps)
    result.backward()
    variables = [tf.Variable(x, dtype="float64") for x in inputs]
    with tf.GradientTape() as tape:
        expected = run(variables, steps, tf.exp, tf.math.log, tf.tanh, tf.nn.relu)
    slopes = tape.gradient(expected, variables, unconnected_gradients="zero")
    assert result.data == pytest.approx(float(expected), rel=1e-12, abs=1e-14)
    for value, slope in zip(values, slopes, strict=True):
        assert value.grad == pytest.approx(float(slope), rel=1e-9, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(programs())
def test_random_second_derivatives_agree_with_a_difference_of_first_ones(program):
    inputs, steps = program
    steps = [(name if name != "relu" else "tanh", i, j) for name, i, j in steps]

    def slope(x):
        values = [Value(x), *map(Value, inputs[1:])]
        run_values(values, steps).backward()
        return values[0].grad

    nested = [Value(Value(x)) for x in inputs]
    run_values(nested, steps).backward()
    first = nested[0].grad
    if not isinstance(first, Value):  # the result does not depend on the first input
        assert first == slope(inputs[0]) == 0
        return
    first.backward()
    step = 1e-5
    difference = (slope(inputs[0] + step) - slope(inputs[0] - step)) / (2 * step)
    assert nested[0].data.grad == pytest.approx(difference, rel=1e-4, abs=1e-4)


def test_a_value_that_is_used_twice_collects_both_derivatives():
    x = Value(3.0)
    y = x * x + x
    y.backward()
    assert (y.data, x.grad) == (12, 7)


def test_reverse_order_matters_where_a_shared_value_is_reached_on_paths_of_different_length():
    x = Value(2.0)
    y = x**2
    z = y * y * x  # x⁵, y on two paths, x on three
    z.backward()
    assert (z.data, x.grad) == (32, 80)


def test_backward_twice_gives_the_same():
    x = Value(2.0)
    y = x**3
    y.backward()
    y.backward()
    assert x.grad == 12


def test_numbers_stand_on_either_side():
    x = Value(4.0)
    y = 1 + x - (2 - x) * 3 / (8 / x) ** 0.5
    y.backward()
    expected = 5 + 6 / math.sqrt(2)
    assert y.data == pytest.approx(expected, rel=1e-14)
    slope = 1 + 3 / math.sqrt(2) + 6 / math.sqrt(2) / 2 / 4
    assert x.grad == pytest.approx(slope, rel=1e-14)


def test_relu_has_slope_zero_at_zero():
    x = Value(0.0)
    x.relu().backward()
    assert x.grad == 0


def test_graph_lists_parents_before_children_each_once():
    a, b = Value(1.0), Value(2.0)
    c = a + b
    d = c * c
    assert d.graph()[-1] is d
    assert {id(v) for v in d.graph()} == {id(v) for v in (a, b, c, d)}
    assert len(d.graph()) == 4


def test_graphs_may_be_deeper_than_python_s_stack():
    x = total = Value(1.0)
    for _ in range(20_000):
        total = total + x
    total.backward()
    assert x.grad == 20_001


@pytest.mark.parametrize(
    ("compute", "error", "words"),
    [
        (lambda: Value("three"), TypeError, "data: got 'three', want a number"),
        (lambda: Value([1, 2]), TypeError, "want a number"),
        (lambda: Value(1) + None, TypeError, "data: got None"),
        (lambda: Value(math.nan), ValueError, "data: got nan, want a finite number"),
        (lambda: Value(math.inf), ValueError, "data: got inf"),
        (lambda: Value(1e300) * 1e300, ValueError, r"the result of '\*': got inf"),
        (lambda: Value(1000).exp(), ValueError, "exp: got 1000.0, want .* fits into a float"),
        (lambda: Value(0).log(), ValueError, "log: got 0.0, want a positive number"),
        (lambda: 1 / Value(0), ZeroDivisionError, "base: got 0, want another for exponent -1"),
        (lambda: Value(-2) ** 0.5, ValueError, "base: got -2.0, want one >= 0"),
        (lambda: Value(0) ** 0.5, ValueError, "no derivative"),
        (lambda: Value(2) ** Value(3), TypeError, "exponent: got a Value"),
        (lambda: Value(2) ** "3", TypeError, "exponent: got '3', want a number"),
    ],
)
def test_bad_input_gets_a_clear_error(compute, error, words):
    with pytest.raises(error, match=words):
        compute()
