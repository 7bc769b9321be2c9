"""The optimizers: by hand, against Keras's on the same gradients, and against closed forms."""

import math

import numpy as np
import pytest

from annbook.network import OPTIMIZERS, SGD, Adagrad, Adam, AdamW, RMSprop

# Each variant has a case of its own, and each number once a value that isn't its default.
VARIANTS = {
    "plain": (SGD, {"learning_rate": 0.1}),
    "momentum": (SGD, {"learning_rate": 0.1, "momentum": 0.9}),
    "less momentum": (SGD, {"learning_rate": 0.02, "momentum": 0.5}),
    "Nesterov": (SGD, {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    "Nesterov, less momentum": (
        SGD,
        {"learning_rate": 0.02, "momentum": 0.5, "nesterov": True},
    ),
    "Adagrad": (Adagrad, {"learning_rate": 0.1}),
    "Adagrad, large epsilon": (Adagrad, {"learning_rate": 0.1, "epsilon": 0.5}),
    "RMSprop": (RMSprop, {"learning_rate": 0.1, "rho": 0.9}),
    "RMSprop, short memory": (RMSprop, {"learning_rate": 0.1, "rho": 0.3, "epsilon": 0.5}),
    "Adam": (Adam, {"learning_rate": 0.1, "beta_1": 0.9, "beta_2": 0.999}),
    "Adam, short memory": (
        Adam,
        {"learning_rate": 0.1, "beta_1": 0.3, "beta_2": 0.6, "epsilon": 0.5},
    ),
    "AdamW": (
        AdamW,
        {"learning_rate": 0.1, "beta_1": 0.9, "beta_2": 0.999, "weight_decay": 0.004},
    ),
    "AdamW, strong decay": (
        AdamW,
        {"learning_rate": 0.1, "beta_1": 0.3, "beta_2": 0.6, "weight_decay": 0.5},
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_fifty_steps_are_those_of_keras(keras_in_64_bits, variant):
    keras, (ours, options) = keras_in_64_bits, VARIANTS[variant]
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(2, 3))
    variable = keras.Variable(weights)
    # Keras rounds hyperparameters to 32 bits, unless they say that they have 64.
    wide = {key: np.float64(x) if isinstance(x, float) else x for key, x in options.items()}
    if ours is Adagrad:
        wide["initial_accumulator_value"] = np.float64(0.1)
    mine, theirs = ours(**options), getattr(keras.optimizers, ours.__name__)(**wide)
    for step in range(50):
        gradient = rng.normal(size=weights.shape) * 10.0 ** rng.integers(-3, 3)
        mine.step(weights, gradient)
        theirs.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        np.testing.assert_allclose(
            weights, variable.numpy(), rtol=1e-11, atol=1e-12, err_msg=f"step {step + 1}"
        )


ADAM = {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 1.0}
SECOND = 0.5 * math.sqrt(7 / 16) / 0.75 * 0.5 / (math.sqrt(0.75) + 1)  # m = 1/2, v = 3/4


@pytest.mark.parametrize(
    ("optimizer", "gradients", "by_hand"),
    [
        # from the weight 1: rate times gradient
        (SGD(0.5), [2, -1, 4], [0, 0.5, -1.5]),
        # velocities -1, 0, -2
        (SGD(0.5, momentum=0.5), [2, -1, 4], [0, 0, -2]),
        # the same, and each step is half the velocity and the plain step
        (SGD(0.5, momentum=0.5, nesterov=True), [2, -1, 4], [-0.5, 0, -3]),
        # 0.1 + 1.44 + 0.15 = 1.3²; later 1 is added to the sum
        (
            Adagrad(0.5, epsilon=0.15),
            [1.2, 0, -1],
            [1 - 0.6 / 1.3, 1 - 0.6 / 1.3, 1 - 0.6 / 1.3 + 0.5 / math.sqrt(2.69)],
        ),
        # averages 1, 0.75, 0.8125; with epsilon 1.44 = 1.2², then 1.19, then 1.2525
        (
            RMSprop(0.5, rho=0.75, epsilon=0.44),
            [2, 0, -1],
            [1 - 1 / 1.2, 1 - 1 / 1.2, 1 - 1 / 1.2 + 0.5 / math.sqrt(1.2525)],
        ),
        # m = 1, v = 1 and the correction of the bias is 1
        (Adam(0.5, **ADAM), [2, 0], [0.75, 0.75 - SECOND]),
        # a tenth of the weight is lost before each of these steps
        (
            AdamW(0.5, weight_decay=0.2, **ADAM),
            [2, 0],
            [0.9 - 0.25, 0.9 * (0.9 - 0.25) - SECOND],
        ),
    ],
    ids=["plain", "momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "AdamW"],
)
def test_the_first_steps_are_those_by_hand(optimizer, gradients, by_hand):
    weights, path = np.ones(1), []
    for gradient in gradients:
        optimizer.step(weights, np.array([gradient], dtype=float))
        path.append(weights[0])
    assert path == pytest.approx(by_hand, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(("name", "optimizer"), OPTIMIZERS.items())
def test_the_defaults_are_those_of_keras(keras_in_64_bits, name, optimizer):
    theirs = keras_in_64_bits.optimizers.get(name)
    assert type(theirs).__name__ == optimizer.__name__
    config = theirs.get_config()
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
        (
            lambda: SGD().step(np.ones(3), np.ones(1)),
            ValueError,
            r"gradient: got shape \(1,\), want \(3,\)",
        ),
        (
            lambda: SGD().step(np.ones(3, dtype=int), np.ones(3)),
            TypeError,
            "weights: got an array of int64, want floats",
        ),
        (
            lambda: SGD(lambda step: -0.1).step(np.ones(3), np.ones(3)),
            ValueError,
            "learning_rate of the schedule: got -0.1, want a number >= 0",
        ),
        (
            lambda: SGD(lambda step: math.nan).step(np.ones(3), np.ones(3)),
            ValueError,
            "learning_rate of the schedule: got nan",
        ),
    ],
)
def test_bad_input_gets_a_clear_error(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_an_optimizer_is_for_one_vector():
    optimizer = Adam()
    optimizer.step(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match=r"weights: got shape \(2,\), want \(3,\) as before"):
        optimizer.step(np.ones(2), np.ones(2))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gradient_that_is_not_finite_stops_the_run_and_changes_nothing(bad):
    weights, optimizer = np.ones(2), SGD(0.25)
    optimizer.step(weights, np.zeros(2))
    with pytest.raises(FloatingPointError, match=r"step 2 .* smaller learning rate than 0\.25"):
        optimizer.step(weights, np.array([0.0, bad]))
    assert weights.tolist() == [1, 1]
