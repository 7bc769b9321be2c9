"""The optimizers: against Keras's, step by step, and against closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annbook.optimizers import OPTIMIZERS, SGD, Adagrad, Adam, AdamW, RMSprop

RATES = st.floats(1e-4, 1.0)
DECAYS = st.floats(0.05, 0.99)
EPSILONS = st.sampled_from([1e-8, 1e-7, 1e-3])
HYPERPARAMETERS = {
    SGD: {"momentum": st.sampled_from([0.0, 0.5, 0.9]), "nesterov": st.booleans()},
    Adagrad: {"epsilon": EPSILONS},
    RMSprop: {"rho": DECAYS, "epsilon": EPSILONS},
    Adam: {"beta_1": DECAYS, "beta_2": DECAYS, "epsilon": EPSILONS},
    AdamW: {"weight_decay": st.floats(0, 0.1), "beta_1": DECAYS, "beta_2": DECAYS},
}


@pytest.fixture(scope="module")
def keras_in_float64():
    """Let Keras's variables, its learning rates among them, have 64 bits."""
    import keras

    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    yield keras
    keras.config.set_floatx(before)


@pytest.mark.parametrize("ours", HYPERPARAMETERS)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_a_hundred_steps_are_those_of_keras(keras_in_float64, ours, data):
    keras = keras_in_float64
    options = data.draw(st.fixed_dictionaries({"learning_rate": RATES, **HYPERPARAMETERS[ours]}))
    if options.get("nesterov"):
        options["momentum"] = options["momentum"] or 0.5  # Keras wants one
    rows, columns = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    weights = rng.normal(size=(rows, columns))
    variable = keras.Variable(weights, dtype="float64")
    # Keras rounds hyperparameters to 32 bits, unless they say that they have 64.
    wide = {key: np.float64(x) if isinstance(x, float) else x for key, x in options.items()}
    if ours is Adagrad:
        wide["initial_accumulator_value"] = np.float64(0.1)
    mine, theirs = ours(**options), getattr(keras.optimizers, ours.__name__)(**wide)
    for _ in range(100):
        gradient = rng.normal(size=weights.shape) * rng.choice([1e-6, 1e-3, 1, 1e3])
        mine.step(weights, gradient)
        theirs.apply([keras.ops.convert_to_tensor(gradient)], [variable])
    np.testing.assert_allclose(weights, variable.numpy(), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(("name", "optimizer"), OPTIMIZERS.items())
def test_the_defaults_are_those_of_keras(keras_in_float64, name, optimizer):
    config = keras_in_float64.optimizers.get(name).get_config()
    mine = vars(optimizer())
    shared = {key: config[key] for key in mine.keys() & config.keys()}
    assert {"learning_rate"} <= shared.keys()
    assert {key: mine[key] for key in shared} == pytest.approx(shared, rel=1e-7)


def test_gradient_descent_without_momentum_is_one_subtraction():
    weights = np.array([1.0, -2.0])
    SGD(0.5).step(weights, np.array([2.0, 4.0]))
    assert weights.tolist() == [0, -4]


def test_momentum_adds_up_to_a_multiple_of_the_rate():
    weights, optimizer = np.zeros(1), SGD(0.01, momentum=0.9)
    for _ in range(500):
        before = weights.copy()
        optimizer.step(weights, np.ones(1))
    assert before - weights == pytest.approx(0.01 / (1 - 0.9))


def test_the_first_step_of_adam_is_the_learning_rate_for_any_gradient():
    for gradient in (1e-2, 1.0, 1e5):
        weights = np.zeros(1)
        Adam(0.01, epsilon=1e-12).step(weights, np.array([-gradient]))
        assert weights[0] == pytest.approx(0.01, rel=1e-6)


def test_adamw_shrinks_weights_without_any_gradient():
    weights, adam = np.ones(1), np.ones(1)
    AdamW(0.1, weight_decay=0.5).step(weights, np.zeros(1))
    Adam(0.1).step(adam, np.zeros(1))
    assert (weights[0], adam[0]) == (0.95, 1.0)


def test_a_schedule_is_asked_with_the_number_of_steps_done():
    weights, asked = np.zeros(1), []
    optimizer = SGD(lambda step: asked.append(step) or 1 / (step + 1))
    for _ in range(3):
        optimizer.step(weights, np.ones(1))
    assert asked == [0, 1, 2]
    assert weights[0] == pytest.approx(-(1 + 1 / 2 + 1 / 3))


def test_the_weights_keep_their_type():
    for optimizer in OPTIMIZERS.values():
        weights = np.ones(3, dtype="float32")
        optimizer(lambda step: np.float64(0.1)).step(weights, np.ones(3, dtype="float32"))
        assert weights.dtype == "float32"


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values())
@pytest.mark.parametrize("bad", [0, -0.1, math.inf, math.nan])
def test_a_learning_rate_is_positive(optimizer, bad):
    with pytest.raises(ValueError, match=f"learning_rate: got {bad}, want a number > 0"):
        optimizer(bad)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: SGD("fast"), TypeError, "learning_rate: got 'fast', want a number"),
        (lambda: SGD(momentum=1), ValueError, "momentum: got 1, want a number >= 0 and < 1"),
        (lambda: RMSprop(rho=-0.1), ValueError, "rho: got -0.1"),
        (lambda: Adam(beta_1=1.0), ValueError, "beta_1: got 1.0"),
        (lambda: Adam(beta_2=True), TypeError, "beta_2: got True, want a number"),
        (lambda: Adam(epsilon=0), ValueError, "epsilon: got 0, want a number > 0"),
        (lambda: AdamW(weight_decay=-1), ValueError, "weight_decay: got -1"),
        (lambda: SGD().step(np.ones(3), np.ones(1)), ValueError, r"got shapes \[\(1,\).*want"),
    ],
)
def test_bad_input_gets_a_clear_error(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_an_optimizer_is_for_one_vector():
    optimizer = Adam()
    optimizer.step(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match="memory"):
        optimizer.step(np.ones(2), np.ones(2))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gradient_that_is_not_finite_stops_the_run_and_changes_nothing(bad):
    weights, optimizer = np.ones(2), SGD(0.25)
    optimizer.step(weights, np.zeros(2))
    with pytest.raises(FloatingPointError, match=r"step 2 .* smaller learning rate than 0\.25"):
        optimizer.step(weights, np.array([0.0, bad]))
    assert weights.tolist() == [1, 1]
