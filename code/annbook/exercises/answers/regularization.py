"""Answers to the exercises of the page on regularization and dropout."""

import numpy as np

from annbook.exercises.answer_types import Function, Number, Table


def l1_step(w, gradient, rate, strength):
    """Step along the gradient, then towards zero and never past it."""
    w = w - rate * gradient
    return np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)


def past_zero(w, gradient, rate, strength):
    """Subtract the sign times the strength, and jump over zero."""
    w = w - rate * gradient
    return w - rate * strength * np.sign(w)


def sign_before(w, gradient, rate, strength):
    """Use the sign that the weight had before the step along the gradient."""
    return w - rate * gradient - rate * strength * np.sign(w)


def uphill(w, gradient, rate, strength):
    """Add the gradient of the data."""
    return l1_step(w, -np.asarray(gradient), rate, strength)


def without_rate(w, gradient, rate, strength):
    """Shrink by the strength, whatever the learning rate."""
    return _shrink(w - rate * np.asarray(gradient), strength)


def without_data(w, gradient, rate, strength):
    """Leave out the step along the gradient of the data."""
    return _shrink(np.asarray(w), rate * strength)


def penalty_first(w, gradient, rate, strength):
    """Shrink first, then step along the gradient."""
    return _shrink(np.asarray(w), rate * strength) - rate * np.asarray(gradient)


def without_sign(w, gradient, rate, strength):
    """Clip at zero, also weights that are negative."""
    return np.maximum(w - rate * np.asarray(gradient) - rate * strength, 0)


def step_by_cases(w, gradient, rate, strength):
    """Say the same with cases in place of a sign."""
    w, pull = w - rate * np.asarray(gradient), rate * strength
    return np.where(w > pull, w - pull, np.where(w < -pull, w + pull, 0.0))


def dropout_backward(delta, H, kept, rate):
    """Back through the mask and its factor, then through tanh."""
    return delta * kept / (1 - rate) * (1 - np.square(H))


def back_by_entries(delta, H, kept, rate):
    """Say the same for one entry after the other."""
    result = np.zeros_like(H)
    for place in np.ndindex(H.shape):
        if kept[place]:
            result[place] = delta[place] * (1 - H[place] ** 2) / (1 - rate)
    return result


def mask_after_tanh(delta, H, kept, rate):
    """Go through tanh first: the order of factors doesn't matter."""
    delta = delta * (1 - H * H)
    delta[~kept] = 0
    return delta / (1 - rate)


def without_mask(delta, H, kept, rate):
    """Leave the mask out."""
    return delta / (1 - rate) * (1 - np.square(H))


def without_factor(delta, H, kept, rate):
    """Leave the factor out."""
    return delta * kept * (1 - np.square(H))


def times_share(delta, H, kept, rate):
    """Multiply by the share that is kept, in place of dividing."""
    return delta * kept * (1 - rate) * (1 - np.square(H))


def over_rate(delta, H, kept, rate):
    """Divide by the rate."""
    return delta * kept / rate * (1 - np.square(H))


def mask_turned(delta, H, kept, rate):
    """Pass on what was dropped."""
    return delta * ~kept / (1 - rate) * (1 - np.square(H))


def without_tanh(delta, H, kept, rate):
    """Stop in front of tanh."""
    return delta * kept / (1 - rate)


def slope_after_dropout(delta, H, kept, rate):
    """Take the slope of tanh from the values that dropout has multiplied."""
    return delta * kept / (1 - rate) * (1 - np.square(H * kept / (1 - rate)))


def tanh_twice(delta, H, kept, rate):
    """Take the tanh of the values of tanh."""
    return delta * kept / (1 - rate) * (1 - np.tanh(H) ** 2)


def column_by_column(W, longest):
    """Shorten one column after the other, in place."""
    for column in W.T:
        length = np.linalg.norm(column)
        if length > longest:
            column *= longest / length
    return W


def _shrink(w, amount):
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)


def max_norm(W, longest):
    """Shorten the columns that are too long."""
    return W * (longest / np.maximum(np.linalg.norm(W, axis=0), longest))


def rows(W, longest):
    """Shorten the rows."""
    return max_norm(np.asarray(W).T, longest).T


def all_to_length(W, longest):
    """Give every column the same length, also the short ones."""
    lengths = np.linalg.norm(W, axis=0)
    return W * (longest / np.where(lengths == 0, 1, lengths))


def whole_matrix(W, longest):
    """Shorten the matrix as a whole."""
    return W * (longest / max(np.linalg.norm(W), longest))


def clipped(W, longest):
    """Clip each single weight."""
    return np.clip(W, -longest, longest)


def squared(W, longest):
    """Use squared lengths."""
    lengths = np.sum(np.square(W), axis=0)
    return W * (longest / np.maximum(lengths, longest))


w_l2 = -0.8 - 0.1 * (0.5 + 2 * 0.05 * -0.8)
w_l1 = -0.8 - 0.1 * (0.5 - 0.05)

ANSWERS = [
    Table(
        "regularization-one-step",
        {"L2": w_l2, "L1": w_l1},
        rtol=1e-6,
        hints={
            ("L2", -0.8 - 0.1 * (0.5 - 0.05 * 0.8)): "the derivative of w² is 2w.",
            ("L2", -0.8 - 0.1 * (0.5 + 2 * 0.05 * 0.8)): "L2 pulls towards zero: mind the sign.",
            ("L1", -0.85 + 0.05): "the learning rate multiplies the penalty's gradient, too.",
            ("L2", -0.85 + 0.08): "the learning rate multiplies the penalty's gradient, too.",
            ("L2", -0.85 * 0.995): "the derivative of w² is 2w, taken before the step.",
            ("L2", -0.85 * 0.99): "take the penalty's gradient at the weight before the step.",
            ("L2", -0.8 + 2 * 0.1 * 0.05 * 0.8): "the data loss has a gradient, too.",
            ("L2", -0.8 + 0.1 * (0.5 - 2 * 0.05 * 0.8)): "go downhill: subtract the gradient.",
            ("L1", -0.8 + 0.1 * (0.5 - 0.05)): "go downhill: subtract the gradient.",
            ("L1", -0.8 - 0.1 * (0.5 + 0.05)): "the weight is negative: what is its sign?",
            ("L1", -0.8 + 0.1 * 0.05): "the data loss has a gradient, too.",
            ("L1", -0.8 - 0.1 * (0.5 - 0.05 * 0.8)): "the pull of L1 doesn't depend on the size.",
            ("L2", w_l1): "that is the weight after a step with L1.",
            ("L1", w_l2): "that is the weight after a step with L2.",
            ("L2", -0.8 - 0.1 * 0.5): "the penalty has a gradient, too.",
            ("L1", -0.8 - 0.1 * 0.5): "the penalty has a gradient, too.",
        },
        wrong=[{"L2": w_l1, "L1": w_l2}, {"L2": -0.8, "L1": -0.8}],
    ),
    Number(
        "regularization-reported-loss",
        0.26,
        hints={
            0.52: "that is what `evaluate` reports; the penalties are in it.",
            0.52 + 0.26: "the penalties are in the reported loss: subtract them.",
            0.52 - 0.07 - 0.12: "Keras has no ½ in its L2 penalty.",
            0.52 - 0.14 - 0.04: "L1 adds absolute values: −2 doesn't cancel anything.",
            0.52 - 0.14 - 0.02 * 20: "the second layer has L1: no squares.",
            0.52 - 0.14: "the second layer has a penalty, too.",
            0.52 - 0.12: "the first layer has a penalty, too.",
            0.52 - 0.16 - 0.14: "the biases are not penalized.",
        },
        wrong=[0.0],
    ),
    Table(
        "regularization-dropout-moments",
        {"kept": 5.0, "mean": 3.0, "standard deviation": np.sqrt(6)},
        hints={
            ("kept", 3.0): "inverted dropout multiplies what is kept.",
            ("kept", 3 / 0.4): "the rate is the share that is dropped.",
            ("kept", 1.8): "what is kept is divided by its probability, not multiplied.",
            ("mean", 1.8): "what is kept has been multiplied.",
            ("mean", 5.0): "that is the value when it is kept; sometimes it is 0.",
            ("standard deviation", 6.0): "that is the variance.",
            ("standard deviation", np.sqrt(15)): "subtract the squared mean before the root.",
            ("standard deviation", np.sqrt(0.24)): "that is for a value of 1 when kept.",
            ("standard deviation", 3 * np.sqrt(0.24)): "what is kept has been multiplied.",
        },
    ),
    Number(
        "regularization-weight-decay",
        0.006,
        hints={
            0.003: "the derivative of w² is 2w; and Keras multiplies the decay by the rate itself.",
            0.0015: "Keras multiplies the decay by the learning rate itself, and w² gives 2w.",
            0.012: "the learning rate is on both sides and cancels.",
        },
        wrong=[0.5, 0.994],
    ),
    Table(
        "regularization-choose",
        {"chosen": "noise", "reported": 0.358},
        hints={
            ("chosen", "early stopping"): "the test data must have no part in the choice.",
            ("chosen", "no remedy"): "a low training loss may come from learning by heart.",
            ("reported", 0.351): "that is the test loss of another network than the chosen one.",
            ("reported", 0.341): "this loss had a part in the choice, so it looks too good.",
            ("reported", 0.322): "the network was trained on these points.",
        },
        wrong=[
            {"chosen": "early stopping", "reported": 0.351},
            {"chosen": "no remedy", "reported": 0.389},
            {"chosen": "dropout", "reported": 0.354},
        ],
    ),
    Function(
        "regularization-never-past-zero",
        l1_step,
        cases=[
            (np.array([0.5, 0.05, -0.3]), np.array([1.0, 0.0, -1.0]), 0.1, 1.0),
            (np.array([0.02, -0.02, 0.0]), np.array([0.3, 0.3, 0.0]), 0.1, 0.1),
            (np.array([[1.0, -1.0], [0.01, -0.4]]), np.zeros((2, 2)), 0.5, 0.1),
            (np.array([0.05, -2.0]), np.array([4.0, 0.0]), 0.5, 0.2),
        ],
        hints={
            past_zero: "a weight nearer to zero than the pull must stop at zero.",
            sign_before: "move towards zero after the step, from where the weight then is.",
            uphill: "the step along the data's gradient goes downhill: subtract it.",
            without_rate: "the pull is `rate * strength`.",
            without_data: "the step along the gradient of the data loss is missing.",
            penalty_first: "first the step along the gradient, then the pull towards zero.",
            without_sign: "negative weights move up, towards zero.",
        },
        right=[step_by_cases],
        wrong=[lambda w, gradient, rate, strength: w],
    ),
    Function(
        "regularization-dropout-backward",
        dropout_backward,
        cases=[
            (
                np.array([[2.0, 1.0, -3.0]]),
                np.tanh([[0.4, -1.0, 0.7]]),
                np.array([[True, False, True]]),
                0.25,
            ),
            (
                np.array([[1.0, -2.0], [0.5, 4.0], [-1.0, 3.0]]),
                np.tanh([[1.5, -0.2], [0.0, -0.9], [2.0, 0.3]]),
                np.array([[True, False], [True, True], [False, True]]),
                0.4,
            ),
            (
                np.array([[1.0, 1.0, 1.0, 1.0]]),
                np.tanh([[0.1, -0.5, 1.1, 0.6]]),
                np.array([[True, False, False, True]]),
                0.5,
            ),
            (
                np.array([[3.0, -1.0]]),
                np.tanh([[0.8, -0.4]]),
                np.array([[True, True]]),
                0.1,
            ),
        ],
        hints={
            without_mask: "a unit that was off passes no gradient on.",
            without_factor: "dropout also multiplies what it keeps; so does its backward pass.",
            times_share: "the factor is the same as in the forward pass.",
            over_rate: "the rate is the share that is dropped.",
            mask_turned: "`kept` is True where a unit was kept.",
            without_tanh: "that is the gradient by H: the step through tanh is missing.",
            slope_after_dropout: "the slope of tanh needs its own values, before dropout.",
            tanh_twice: "`H` already holds the values of tanh.",
        },
        right=[back_by_entries, mask_after_tanh],
        wrong=[lambda delta, H, kept, rate: delta],
    ),
    Function(
        "regularization-max-norm",
        max_norm,
        cases=[
            (np.array([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]]), 1.0),
            (np.array([[3.0, 0.3], [4.0, 0.4], [12.0, 0.0]]), 2.0),
            (np.array([[1.0, -6.0], [1.0, 8.0]]), 4.0),
            (np.array([[0.0, 0.6], [0.2, 0.8]]), 0.5),
        ],
        hints={
            rows: "a unit's incoming weights are a column of the kernel.",
            all_to_length: "columns that are short enough must stay as they are.",
            whole_matrix: "each unit has a length of its own.",
            clipped: "shorten the vector as a whole; its direction stays.",
            squared: "a length is the root of the sum of squares.",
        },
        right=[column_by_column],
        wrong=[lambda W, longest: W],
    ),
]

QUIZ = [
    "It takes the same share",
    "These two numbers can't tell",
    "So that the next layer gets the same sum",
    "the mean of the logits over all masks",
    "No: Adam divides",
    "Choose by validation loss",
]
