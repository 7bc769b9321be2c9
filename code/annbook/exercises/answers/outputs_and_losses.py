"""Answers to the exercises of the page "Outputs and losses"."""

import math

import numpy as np

from annbook.exercises.answer_types import Function, Number, Table


def _softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def _sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def weighted_loss(z, y, w):
    """Log losses of truths y with logits z, those of y = 1 weighted with w, and their slopes."""
    loss = w * y * _softplus(-z) + (1 - y) * _softplus(z)
    return loss, w * y * (_sigmoid(z) - 1) + (1 - y) * _sigmoid(z)


def _by_factor(z, y, w):
    factor = np.where(y == 1, w, 1)
    return factor * (_softplus(z) - y * z), factor * (_sigmoid(z) - y)


_TOO_LARGE = (
    "Right for small logits. For large ones an exponential overflows, or a probability is "
    "rounded to zero or one. Stay with the logits, and with exponents that aren't positive."
)

_PLATEAU = "A clipped probability ends on a plateau. Stay with logits."

_SLOPE_FOR_P = "The loss is right. This is the slope with respect to p; asked for is that for z."


def _weighted_through_probabilities(z, y, w):
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-z))
        loss = -w * y * np.log(p) - (1 - y) * np.log(1 - p)
    return loss, weighted_loss(z, y, w)[1]


def _weighted_through_clipped(epsilon, slope_clipped=False):
    def clipped(z, y, w):
        p = np.clip(_sigmoid(z), epsilon, 1 - epsilon)
        loss = -w * y * np.log(p) - (1 - y) * np.log(1 - p)
        slope = np.where(y == 1, w, 1) * (p - y)
        return loss, slope if slope_clipped else weighted_loss(z, y, w)[1]

    return clipped


def _overflowing_slope(z, y, w):
    with np.errstate(all="ignore"):
        return np.where(y == 1, w, 1) * (np.exp(z) / (1 + np.exp(z)) - y)


def _weighted_slope_overflows(z, y, w):
    return weighted_loss(z, y, w)[0], _overflowing_slope(z, y, w)


def _weighted_fraction_of_exponentials(z, y, w):
    with np.errstate(all="ignore"):
        p = np.exp(z) / (1 + np.exp(z))
        loss = -w * y * np.log(p) - (1 - y) * np.log(1 - p)
    return loss, _overflowing_slope(z, y, w)


def _weighted_softplus_overflows(z, y, w):
    with np.errstate(all="ignore"):
        loss = np.where(y == 1, w, 1) * (np.log(1 + np.exp(z)) - y * z)
    return loss, weighted_loss(z, y, w)[1]


def _weighted_both_overflow(z, y, w):
    return _weighted_softplus_overflows(z, y, w)[0], _overflowing_slope(z, y, w)


def _slope_weighs_the_truth(z, y, w):
    return weighted_loss(z, y, w)[0], _sigmoid(z) - w * y


def _slope_for_probability(z, y, w):
    with np.errstate(all="ignore"):
        p = _sigmoid(z)
        slope = -w * y / p + (1 - y) / (1 - p)
    return weighted_loss(z, y, w)[0], slope


def _slope_for_probability_by_cases(z, y, w):
    with np.errstate(all="ignore"):
        p = _sigmoid(z)
        slope = np.where(y == 1, -w / p, 1 / (1 - p))
    return weighted_loss(z, y, w)[0], slope


def _weighted_by_cases(z, y, w):
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-z))
        loss = np.where(y == 1, -w * np.log(p), -np.log(1 - p))
    return loss, weighted_loss(z, y, w)[1]


def _unweighted(z, y, w):
    return weighted_loss(z, y, 1)


def _slope_unweighted(z, y, w):
    return weighted_loss(z, y, w)[0], weighted_loss(z, y, 1)[1]


def _slope_reversed(z, y, w):
    loss, slope = weighted_loss(z, y, w)
    return loss, -slope


def _all_weighted(z, y, w):
    loss, slope = weighted_loss(z, y, 1)
    return w * loss, w * slope


def _weight_of_the_healthy(z, y, w):
    loss, slope = weighted_loss(-z, 1 - y, w)
    return loss, -slope


def _means(z, y, w):
    loss, slope = weighted_loss(z, y, w)
    return np.mean(loss), np.mean(slope)


def batch_loss(Z, labels):
    """Mean categorical cross-entropy of logits, shape (m, K), and class numbers, shape (m,)."""
    top = Z.max(axis=1)
    lse = top + np.log(np.exp(Z - top[:, None]).sum(axis=1))
    return np.mean(lse - Z[np.arange(len(Z)), labels])


def _naive_batch_loss(Z, labels):
    with np.errstate(all="ignore"):
        P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        return -np.mean(np.log(P[np.arange(len(Z)), labels]))


def _one_maximum(Z, labels):
    with np.errstate(all="ignore"):
        lse = Z.max() + np.log(np.exp(Z - Z.max()).sum(axis=1))
        return np.mean(lse - Z[np.arange(len(Z)), labels])


def _through_probabilities(Z, labels):
    with np.errstate(all="ignore"):
        e = np.exp(Z - Z.max(axis=1, keepdims=True))
        P = e / e.sum(axis=1, keepdims=True)
        return -np.mean(np.log(P[np.arange(len(Z)), labels]))


def _batch_through_clipped(epsilon, upper):
    def clipped(Z, labels):
        e = np.exp(Z - Z.max(axis=1, keepdims=True))
        P = np.clip(e / e.sum(axis=1, keepdims=True), epsilon, upper)
        return -np.mean(np.log(P[np.arange(len(Z)), labels]))

    return clipped


def _all_columns(Z, labels):
    top = Z.max(axis=1)
    lse = top + np.log(np.exp(Z - top[:, None]).sum(axis=1))
    return np.mean(lse - Z[:, labels])


def _sum_of_batch(Z, labels):
    return batch_loss(Z, labels) * len(Z)


def softmax_regression():
    """Return the smallest penalized cross-entropy of softmax regression on the small digits."""
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression

    X, labels = load_digits(return_X_y=True)
    X, decay = X / 16, 0.01
    model = LogisticRegression(C=1 / (decay * len(X)), tol=1e-8, max_iter=1000).fit(X, labels)
    loss = batch_loss(model.decision_function(X), labels)
    return loss + decay / 2 * np.sum(model.coef_**2)


BIG = np.array([[1000.0, 1001.0, 0.0], [-1001.0, -1000.0, -1002.0]])


def pinball(y, prediction, tau):
    """Mean loss: tau a unit where the prediction is too low, 1 - tau where it is too high."""
    error = y - prediction
    return np.mean(np.maximum(tau * error, (tau - 1) * error))


def _pinball_reversed(y, prediction, tau):
    return pinball(y, prediction, 1 - tau)


def _pinball_sum(y, prediction, tau):
    return pinball(y, prediction, tau) * np.size(y)


def _pinball_sign_forgotten(y, prediction, tau):
    error = y - prediction
    return np.mean(np.where(error > 0, tau * error, (1 - tau) * error))


def _pinball_symmetric(y, prediction, tau):
    return tau * np.mean(np.abs(y - prediction))


def spread_loss(z, u, y):
    """Loss of a normal distribution with mean z and standard deviation exp(u), and its slopes."""
    scaled = (z - y) * np.exp(-u)
    loss = scaled**2 / 2 + u + math.log(2 * math.pi) / 2
    return loss, scaled * np.exp(-u), 1 - scaled**2


def _spread_by_variance(z, u, y):
    variance = np.exp(2 * u)
    loss = (z - y) ** 2 / (2 * variance) + np.log(np.sqrt(2 * np.pi * variance))
    return loss, (z - y) / variance, 1 - (z - y) ** 2 / variance


def _spread_ignored(z, u, y):
    return (z - y) ** 2 / 2, z - y, np.zeros_like(u)


def _spread_ignored_with_constant(z, u, y):
    return spread_loss(z, 0 * u, y)[0], z - y, np.zeros_like(u)


def _spread_without_constant(z, u, y):
    loss, slope_z, slope_u = spread_loss(z, u, y)
    return loss - math.log(2 * math.pi) / 2, slope_z, slope_u


def _spread_without_u(z, u, y):
    loss, slope_z, slope_u = spread_loss(z, u, y)
    return loss - u, slope_z, slope_u - 1


def _spread_likelihood(z, u, y):
    loss, slope_z, slope_u = spread_loss(z, u, y)
    return -loss, -slope_z, -slope_u


def _spread_slope_undivided(z, u, y):
    loss, _, slope_u = spread_loss(z, u, y)
    return loss, z - y, slope_u


def _spread_slope_divided_once(z, u, y):
    loss, slope_z, slope_u = spread_loss(z, u, y)
    return loss, slope_z * np.exp(u), slope_u


def _spread_slope_for_s(z, u, y):
    loss, slope_z, slope_u = spread_loss(z, u, y)
    return loss, slope_z, slope_u * np.exp(-u)


def _spread_u_is_s(z, u, y):
    with np.errstate(all="ignore"):
        loss, slope_z, slope_u = spread_loss(z, np.log(u), y)
    return loss, slope_z, slope_u / u


def _spread_u_is_log_variance(z, u, y):
    loss, slope_z, slope_u = spread_loss(z, u / 2, y)
    return loss, slope_z, slope_u / 2


def _spread_error_reversed(z, u, y):
    loss, slope_z, slope_u = spread_loss(z, u, y)
    return loss, -slope_z, slope_u


def _spread_u_reversed(z, u, y):
    loss, slope_z, slope_u = spread_loss(z, u, y)
    return loss, slope_z, -slope_u


def _spread_means(z, u, y):
    return tuple(np.mean(part) for part in spread_loss(z, u, y))


_SPREAD_IGNORED = "The spread is missing: what is u for?"


ANSWERS = [
    Table(
        "outputs-heads",
        {
            "rain": (1, "sigmoid", "binary_crossentropy"),
            "leaf": (7, "softmax", "sparse_categorical_crossentropy"),
            "change": (1, "linear", "mean_squared_error"),
            "symptoms": (12, "sigmoid", "binary_crossentropy"),
            "thermometer": (1, "linear", "huber"),
            "goals": (2, "exponential", "poisson"),
            "moon": (1, "sigmoid", "binary_crossentropy"),
        },
        hint="What can y be, and how many numbers are asked for? Head and loss follow.",
        hints={
            ("rain", (2, "softmax", "sparse_categorical_crossentropy")): (
                "rain: that works, but fewer units can say the same."
            ),
            ("rain", (1, "softmax", "binary_crossentropy")): (
                "rain: what does a softmax of a single logit give, whatever the logit?"
            ),
            ("rain", (1, "sigmoid", "mean_squared_error")): (
                "rain: where this is sure and wrong, its gradient fades."
            ),
            ("leaf", (1, "softmax", "sparse_categorical_crossentropy")): (
                "leaf: one unit for each possible answer."
            ),
            ("leaf", (7, "sigmoid", "binary_crossentropy")): (
                "leaf: can a leaf belong to two species at once?"
            ),
            ("symptoms", (12, "softmax", "sparse_categorical_crossentropy")): (
                "symptoms: must the probabilities of the symptoms add up to anything?"
            ),
            ("symptoms", (1, "sigmoid", "binary_crossentropy")): (
                "symptoms: how many questions are answered at once?"
            ),
            ("change", (1, "linear", "huber")): (
                "change: the mean is asked for; is it this loss that is smallest there?"
            ),
            ("thermometer", (1, "linear", "mean_squared_error")): (
                "thermometer: how hard would one of the wild values pull?"
            ),
            ("goals", (1, "exponential", "poisson")): "goals: of how many teams?",
            ("goals", (2, "linear", "mean_squared_error")): (
                "goals: can that be negative, and is there a distribution for counts?"
            ),
            ("moon", (1, "sigmoid", "mean_squared_error")): (
                "moon: is the slope of this loss with respect to z predicted minus observed?"
            ),
            ("moon", (1, "linear", "mean_squared_error")): (
                "moon: what keeps this output between zero and one?"
            ),
        },
        wrong=[{"rain": (1, "sigmoid", "binary_crossentropy")}],
    ),
    Table(
        "outputs-softmax-by-hand",
        {
            "probabilities": np.array([0.6, 0.3, 0.1]),
            "loss": -math.log(0.3),
            "gradient": np.array([0.6, -0.7, 0.1]),
        },
        hint="Probabilities: what is e to the power ln 6? Gradient: predicted minus observed.",
        hints={
            ("probabilities", (6.0, 3.0, 1.0)): "probabilities: do they add up to one?",
            ("probabilities", (2 / 3, 1 / 3, 0.0)): (
                "probabilities: e to the power of zero isn't zero."
            ),
            ("loss", -math.log(0.6)): "loss: which class is the true one?",
            ("loss", -math.log10(0.3)): "loss: natural logarithm, please.",
            ("gradient", (0.6, 0.3, 0.1)): "gradient: that is the prediction; what was observed?",
            ("loss", math.log(0.3)): "loss: a cross-entropy isn't negative.",
            ("gradient", (-0.6, 0.7, -0.1)): "gradient: predicted minus observed, not the reverse.",
            ("gradient", (-0.4, 0.3, 0.1)): "gradient: which class is the true one?",
            ("gradient", (0.0, -1 / 0.3, 0.0)): (
                "gradient: this is with respect to the probabilities, not to the logits."
            ),
        },
    ),
    Number(
        "outputs-temperature",
        2 / math.log(3),
        hint="Write the ratio of the two probabilities as one exponential.",
        hints={
            math.log(3) / 2: "Upside down: the logits are divided by the temperature.",
            2.0: "That is the difference of the logits.",
            3.0: "Three is the ratio of the probabilities, not of the logits.",
            2 / math.log10(3): "Natural logarithm, please.",
        },
        wrong=[1.0, -2 / math.log(3)],
    ),
    Function(
        "outputs-weighted",
        weighted_loss,
        cases=[
            (np.array([0.5, -1.0, 2.0]), np.array([1, 0, 0]), 3.0),
            (np.array([-2.0, 0.0, 1.5, 3.0]), np.array([1, 1, 0, 1]), 0.5),
            (np.array([-1000.0, 1000.0, 1000.0, -1000.0]), np.array([1, 1, 0, 0]), 5.0),
        ],
        right=[_by_factor],
        hint="What is the loss where y is 1, and where y is 0? Then take its derivative for z.",
        hints={
            _weighted_through_probabilities: _TOO_LARGE,
            _weighted_by_cases: _TOO_LARGE,
            **{
                _weighted_through_clipped(epsilon, slope_clipped): _PLATEAU
                for epsilon in (1e-7, 1e-12, 1e-15)
                for slope_clipped in (False, True)
            },
            _weighted_fraction_of_exponentials: _TOO_LARGE,
            _weighted_softplus_overflows: _TOO_LARGE,
            _weighted_both_overflow: _TOO_LARGE,
            _weighted_slope_overflows: (
                "The loss is right. For large z, the exponential overflows in the slope: divide "
                "above and below by it."
            ),
            _slope_weighs_the_truth: (
                "The loss is right. Where y is 1, the weight multiplies the whole of p - y."
            ),
            _slope_for_probability: _SLOPE_FOR_P,
            _slope_for_probability_by_cases: _SLOPE_FOR_P,
            _unweighted: "Where is the weight?",
            _slope_unweighted: "The loss is right. The weight multiplies its slope, too.",
            _slope_reversed: "The loss is right, and the slope has the wrong sign.",
            _all_weighted: "The weight is for y = 1 only.",
            _weight_of_the_healthy: "The weight is for y = 1, not for y = 0.",
            _means: "Each example's loss and slope are asked for, not their means.",
        },
    ),
    Function(
        "outputs-batch-loss",
        batch_loss,
        cases=[
            (np.array([[2.0, 1.0, 0.1]]), np.array([0])),
            (np.array([[0.5, -1.0], [2.0, 3.0], [0.0, 0.0]]), np.array([1, 1, 0])),
            (BIG, np.array([2, 0])),
        ],
        hint="Log-sum-exp of each row, minus the logit of the row's label.",
        hints={
            _naive_batch_loss: "Right for small logits. Shift each row before you exponentiate.",
            _one_maximum: "Each row needs its own maximum; the largest of all rows is too much.",
            _through_probabilities: (
                "No overflow, but a probability of zero has no logarithm. Stay with the logits."
            ),
            **{
                _batch_through_clipped(epsilon, upper): _PLATEAU
                for epsilon in (1e-7, 1e-10, 1e-12, 1e-15)
                for upper in (1, 1 - epsilon)
            },
            _all_columns: "Z[:, labels] takes all labels' columns from each row; one is wanted.",
            _sum_of_batch: "You add the losses up; asked for is their mean.",
        },
    ),
    Function(
        "outputs-pinball",
        pinball,
        cases=[
            (np.array([1.0, 2.0, 4.0]), np.array([2.0, 2.0, 2.0]), 0.75),
            (np.array([1.0, 5.0, -2.0, 0.0]), np.array([3.0, 1.0, -2.5, 0.5]), 0.1),
            (np.array([1.0, 2.0]), np.array([0.0, 4.0]), 0.5),
        ],
        hint="For each example, is the prediction too low or too high? Then take the mean.",
        hints={
            _pinball_reversed: "The factors are the wrong way round: tau is for too low.",
            _pinball_sum: "You add the losses up; asked for is their mean.",
            _pinball_sign_forgotten: ("A loss isn't negative: too high must cost something, too."),
            _pinball_symmetric: "Too low and too high cost the same here.",
        },
        wrong=[lambda y, prediction, tau: np.mean((y - prediction) ** 2)],
    ),
    Table(
        "outputs-bakery",
        {"tau": 0.75, "loaves": 75.0},
        hint="The two costs for a unit are tau and 1 - tau. Then try all numbers of loaves.",
        hints={
            ("tau", 0.25): "tau: which of the two mistakes does it price?",
            ("tau", 3.0): "tau: it lies between zero and one.",
            ("tau", 1 / 3): "tau: what does a loaf too many cost then?",
            ("tau", 2 / 3): "tau: what does a loaf too many cost then?",
            ("loaves", 50.0): "loaves: that would suit if both mistakes cost the same.",
            ("loaves", 25.0): "loaves: too few of them cost more than too many.",
            ("loaves", 100.0): "loaves: none is ever missing, but how many are left over?",
        },
    ),
    Function(
        "outputs-mean-and-spread",
        spread_loss,
        cases=[
            (np.array([1.0]), np.array([0.5]), np.array([3.0])),
            (np.array([0.0, 2.0, -1.0]), np.array([0.2, 1.0, -0.7]), np.array([0.5, -1.0, -1.5])),
        ],
        right=[_spread_by_variance],
        hint="Minus the logarithm of the density is a sum of three terms. Which contain u?",
        hints={
            _spread_ignored: _SPREAD_IGNORED,
            _spread_ignored_with_constant: _SPREAD_IGNORED,
            _spread_without_constant: "The constant with the root of two pi is missing.",
            _spread_without_u: (
                "The density is also divided by s. What does this add to minus its logarithm?"
            ),
            _spread_likelihood: "The sign: the loss is minus the logarithm.",
            _spread_slope_undivided: (
                "The loss is right. In the slope with respect to z, what happened to s?"
            ),
            _spread_slope_divided_once: (
                "The loss is right. In the slope with respect to z, s is squared."
            ),
            _spread_slope_for_s: (
                "The last slope is with respect to s; asked for is that for u, so the chain rule "
                "adds a factor."
            ),
            _spread_u_is_s: "u is the logarithm of s, not s itself.",
            _spread_u_is_log_variance: "u is the logarithm of s, not of its square.",
            _spread_error_reversed: "The slope with respect to z has the wrong sign.",
            _spread_u_reversed: "The loss is right, and the slope for u has the wrong sign.",
            _spread_means: "Each example's loss and slopes are asked for, not their means.",
        },
    ),
    Number(
        "outputs-softmax-regression",
        softmax_regression,
        hint="Is the gradient zero where you stopped? Does the penalty count, and is it halved?",
        hints={
            0.740708: "The bias isn't penalized.",
            0.741057: "The bias isn't penalized.",
            0.741462: "Where is the bias?",
            0.422366: "The penalty belongs to the objective.",
            0.983418: "The penalty is halved.",
            1.054662: "The penalty is halved.",
        },
        wrong=[math.log(10), 0.9],
    ),
]

QUIZ = [
    r"$-\ln\frac14$",
    "The tags compete",
    f"$({0.7 - 0:.1f}, {0.2 - 1:.1f}, {0.1 - 0:.1f})$",
    "The same decisions",
    r"$\sigma(40)$ is rounded",
    "Of a normal distribution",
    "the median",
]
