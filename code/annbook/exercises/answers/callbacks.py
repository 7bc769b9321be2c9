"""Answers to the exercises of the page "Callbacks and TensorBoard"."""

from itertools import combinations, pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np

from annbook.exercises.answer_types import Function, Property, Table

LOSSES = (0.70, 0.52, 0.48, 0.50, 0.47, 0.49, 0.49, 0.48, 0.46)


def stopping(losses, patience, min_delta=0):
    """Return (epochs trained, best epoch), counted from 1."""
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best - min_delta:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return epoch, best_epoch


def _compared_with_the_last(losses, patience, min_delta=0):
    best_epoch, waited = 1, 0
    for epoch in range(2, len(losses) + 1):
        if losses[epoch - 1] < losses[epoch - 2] - min_delta:
            best_epoch, waited = epoch, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch, best_epoch
    return len(losses), best_epoch


def _one_epoch_late(losses, patience, min_delta=0):
    return stopping(losses, patience + 1, min_delta)


def _without_min_delta(losses, patience, min_delta=0):
    return stopping(losses, patience)


def _counted_from_zero(losses, patience, min_delta=0):
    epochs, best_epoch = stopping(losses, patience, min_delta)
    return epochs - 1, best_epoch - 1


def _never_stops(losses, patience, min_delta=0):
    return len(losses), int(np.argmin(losses)) + 1


def _lowest_of_all(losses, patience, min_delta=0):
    return stopping(losses, patience, min_delta)[0], int(np.argmin(losses)) + 1


def _ties_count(losses, patience, min_delta=0):
    return stopping(losses, patience, min_delta - 1e-12)


def _waits_are_never_reset(losses, patience, min_delta=0):
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best - min_delta:
            best, best_epoch = loss, epoch
        else:
            waited += 1
            if waited >= patience:
                break
    return epoch, best_epoch


def best_file(names):
    """Return the name with the lowest loss; of equal ones that of the earliest epoch."""

    def loss_and_epoch(name):
        _, epoch, loss = name.removesuffix(".keras").split("-")
        return float(loss), int(epoch)

    return min(names, key=loss_and_epoch)


def _loss_of(name):
    return name.removesuffix(".keras").split("-")[2]


def _first_name(names):
    return min(names)


def _last_epoch(names):
    return max(names, key=lambda name: int(name.split("-")[1]))


def _loss_as_text(names):
    return min(sorted(names), key=_loss_of)


def _ties_by_position(names):
    return min(names, key=lambda name: float(_loss_of(name)))


def _ties_by_text(names):
    return min(names, key=lambda name: (float(_loss_of(name)), name))


def _loss_itself(names):
    return min(float(_loss_of(name)) for name in names)


def batch_losses(means):
    """Return the loss of each batch from the running means after the batches."""
    sums = [b * mean for b, mean in enumerate(means, 1)]
    return [later - earlier for earlier, later in zip([0, *sums], sums, strict=False)]


def _differences(means):
    return np.diff(means, prepend=0)


def _sums(means):
    return [b * mean for b, mean in enumerate(means, 1)]


def _counted_from_zero_sums(means):
    return np.diff([b * mean for b, mean in enumerate(means)], prepend=0)


def _first_is_lost(means):
    return batch_losses(means)[1:]


def warm_up(epoch):
    """Return the learning rate of an epoch, counted from 0."""
    return 0.002 * (epoch + 1) if epoch < 5 else 0.01 * 0.5 ** ((epoch - 5) // 10)


def stop_fault(callback: Any) -> str | None:
    """Say what is wrong with a callback class StopAt(target, monitor="val_accuracy")."""
    if not isinstance(callback, type):
        return "hand over the class itself, without parentheses."
    if not hasattr(callback, "set_model"):
        return "the class has to inherit from keras.callbacks.Callback."
    if not hasattr(callback, "on_epoch_end"):
        return "which method does fit call when the metrics of an epoch are known?"

    def stopped(target, *epochs, **options):
        model = SimpleNamespace(stop_training=False)
        stopper = callback(target, **options)
        stopper.set_model(model)
        for number, logs in enumerate(epochs):
            stopper.on_epoch_end(number, logs)
            if model.stop_training:
                return number
        return None

    for logs in (None, {}, {"accuracy": 0.99, "loss": 0.1}):
        for target in (0.9, 0, -0.5):
            case = f"with logs = {logs!r} and the target {target}"
            try:
                if stopped(target, logs) is not None:
                    return f"{case} it stops, although the monitored name isn't there."
            except (KeyError, TypeError, AttributeError) as error:
                return f"{case} it raises {type(error).__name__}."
    if stopped(0.9, {"val_accuracy": 0.5}, {"val_accuracy": 0.89}) is not None:
        return "it stops below the target."
    if stopped(0.9, {"val_accuracy": 0.5}, {"val_accuracy": 0.93}) != 1:
        return "it goes on although the target is reached."
    if stopped(0.9, {"val_accuracy": 0.9}) != 0:
        return "at or above the target: what if the value is exactly the target?"
    if stopped(0, {"val_accuracy": 0.0}) != 0 or stopped(-0.5, {"val_accuracy": 0.0}) != 0:
        return "a value of 0 is a value, too: it goes on although 0 reaches the target."
    if stopped(-0.5, {"val_accuracy": -0.6}, {"val_accuracy": -0.4}) != 1:
        return "a target may be negative: with -0.5 it doesn't stop at -0.4, or stops at -0.6."
    other = {"monitor": "val_recall"}
    if stopped(0.7, {"val_recall": 0.6, "val_accuracy": 0.9}, {"val_recall": 0.8}, **other) != 1:
        return "it doesn't watch the name given as monitor."
    return None


class _Callback:
    """What the page's callbacks inherit from, as far as the check needs it."""

    def __init__(self, target=None, monitor="val_accuracy"):
        self.target, self.monitor, self.model = target, monitor, None

    def set_model(self, model):
        self.model = model

    def stop_if(self, condition):
        if condition:
            self.model.stop_training = True


class _StopAt(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        self.stop_if(value is not None and value >= self.target)


class _MustBeThere(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.stop_if(logs[self.monitor] >= self.target)


class _LogsMustBeThere(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.stop_if(logs.get(self.monitor, 0) >= self.target)


class _AboveOnly(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.stop_if((logs or {}).get(self.monitor, -np.inf) > self.target)


class _MissingIsZero(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.stop_if((logs or {}).get(self.monitor, 0) >= self.target)


class _ZeroIsMissing(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        self.stop_if(value and value >= self.target)


class _OneName(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.stop_if((logs or {}).get("val_accuracy", -np.inf) >= self.target)


class _Returns(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        return (logs or {}).get(self.monitor, 0) >= self.target


class _WrongMoment(_Callback):
    def on_train_end(self, logs=None):
        self.stop_if(True)


class _NoCallback:
    def __init__(self, target, monitor="val_accuracy"):
        self.target = target

    def on_epoch_end(self, epoch, logs=None):
        pass


def order_fault(order: Any) -> str | None:
    """Say what is wrong with a function order(epoch, n)."""
    if not callable(order):
        return "hand over the function itself, without parentheses."
    before = np.random.get_state()  # an answer may seed the global generator
    try:
        seen = []
        for epoch in (*range(31), 83):
            np.random.seed(epoch + 11)
            first = np.asarray(order(epoch, 50))
            np.random.seed(3)
            order(epoch + 1, 50)  # a resumed run has asked for other epochs before
            again = np.asarray(order(epoch, 50))
            if first.shape != (50,) or sorted(first.tolist()) != list(range(50)):
                return "it has to return each of 0, 1, … n - 1 exactly once."
            if first.tolist() != again.tolist():
                return "two calls with the same epoch give different orders: what remembers?"
            seen.append(tuple(first.tolist()))
        if len(set(seen)) < len(seen):
            return "two epochs have the same order."
        if tuple(range(50)) in seen:
            return "there is an epoch whose rows aren't shuffled."
        neighbors = [_neighbors(rows) for rows in (tuple(range(50)), *seen)]
        if any(len(a & b) > 20 for a, b in combinations(neighbors, 2)):
            return "the rows are only rotated, or moved in blocks: neighbors stay neighbors."
        if any(len({(b - a) % 50 for a, b in pairwise(rows)}) < 10 for rows in seen):
            return "the rows come in equal steps; that doesn't look random."
        if sorted(np.asarray(order(4, 3)).tolist()) != [0, 1, 2]:
            return "for n = 3 it has to return 0, 1 and 2 in some order."
        return None
    finally:
        np.random.set_state(before)


def _neighbors(order):
    """Return the pairs of rows that follow each other; two random orders share about two."""
    return {frozenset(pair) for pair in pairwise(order)}


def _order(epoch, n):
    return np.random.default_rng(epoch).permutation(n)


def _order_of_global_generator(epoch, n):
    np.random.seed(epoch)
    return np.random.permutation(n).tolist()


def _rate_steps_too_early(epoch):
    return 0.002 * (epoch + 1) if epoch < 5 else 0.01 * 0.5 ** (epoch // 10)


def _rate_counted_from_one(epoch):
    return warm_up(epoch - 1)


def _rate_falls_smoothly(epoch):
    return 0.002 * (epoch + 1) if epoch < 5 else 0.01 * 0.5 ** ((epoch - 5) / 10)


def _rate_falls_once(epoch):
    return min(warm_up(epoch), 0.01) if epoch < 15 else 0.005


def _rate_starts_at_zero(epoch):
    return 0.002 * epoch if epoch < 5 else warm_up(epoch)


ANSWERS = [
    Table(
        "stop-by-hand",
        {
            "stops after": stopping(LOSSES, 3)[0],
            "best epoch": stopping(LOSSES, 3)[1],
            "without": LOSSES[stopping(LOSSES, 3)[0] - 1],
            "with": min(LOSSES[: stopping(LOSSES, 3)[0]]),
        },
        hint="each epoch is compared with the best so far; a new best sets the counter to 0.",
        hints={
            ("stops after", 9): "stops after: count again how many epochs follow the best one.",
            ("stops after", 7): "stops after: three epochs have to pass without an improvement.",
            ("stops after", 6): "stops after: was the counter set to 0 at the new best?",
            ("best epoch", 9): "best epoch: is that epoch trained at all?",
            ("best epoch", 3): "best epoch: a later one is lower.",
            ("best epoch", 4): "best epoch: count epochs from 1.",
            ("without", 0.46): "without: is that epoch trained at all?",
            ("without", 0.47): "without: nothing is restored; which weights are the last ones?",
            ("with", 0.46): "with: is that epoch trained at all?",
            ("with", 0.48): "with: restoring goes back to the best epoch.",
        },
    ),
    Function(
        "stopping-function",
        stopping,
        cases=[
            (list(LOSSES), 3),
            (list(LOSSES), 5),
            ([0.9, 0.8, 0.7, 0.6], 1),
            ([0.5, 0.5, 0.5, 0.4], 2),
            ([0.5, 0.6, 0.55, 0.52, 0.3], 2),
            ([0.5, 0.4, 0.395, 0.39, 0.2], 2, 0.05),
            ([0.5, 0.48, 0.46, 0.44, 0.42], 3, 0.03),
            ([0.5], 1),
        ],
        hint="go through the epochs as a learner of the page would, with a counter.",
        hints={
            _compared_with_the_last: "compare with the best so far, not with the epoch before.",
            _one_epoch_late: "stop in the epoch that makes the counter reach the patience.",
            _without_min_delta: "min_delta isn't used.",
            _counted_from_zero: "count epochs from 1.",
            _never_stops: "the patience isn't used.",
            _lowest_of_all: "the best epoch can't be one that is never trained.",
            _ties_count: "an equal loss isn't smaller.",
            _waits_are_never_reset: "an improvement sets the counter back to 0.",
        },
    ),
    Function(
        "best-file",
        best_file,
        cases=[
            ["epoch-01-0.700.keras", "epoch-02-0.500.keras", "epoch-03-0.600.keras"],
            ["epoch-03-0.600.keras", "epoch-01-0.450.keras", "epoch-02-0.500.keras"],
            ["epoch-01-10.250.keras", "epoch-02-9.125.keras", "epoch-03-12.000.keras"],
            ["epoch-12-0.400.keras", "epoch-07-0.400.keras", "epoch-09-0.400.keras"],
            ["epoch-100-0.300.keras", "epoch-99-0.300.keras", "epoch-101-0.310.keras"],
            ["epoch-05-1.000.keras"],
        ],
        hint="which parts of a name are numbers, and which of them counts first?",
        hints={
            _first_name: "this is the first name in alphabetical order; look at the loss.",
            _last_epoch: "this is the last epoch, not the best one.",
            _loss_as_text: "as texts, '10' comes before '9': make the losses numbers.",
            _ties_by_position: "of equal losses the earliest epoch is wanted, in any order.",
            _ties_by_text: "as texts, 'epoch-100' comes before 'epoch-99'.",
            _loss_itself: "return the name, not the loss.",
        },
        right=[
            lambda names: sorted(
                sorted(names, key=lambda name: int(name.split("-")[1])),
                key=lambda name: float(_loss_of(name)),
            )[0],
        ],
        wrong=[lambda names: names[0]],
    ),
    Function(
        "batch-losses",
        batch_losses,
        cases=[[0.8, 0.7, 0.9], [0.5], [1.0, 2.0, 3.0, 2.5], [0.3, 0.3]],
        hint="a mean over b batches is a sum divided by b.",
        hints={
            _differences: "differences of means aren't losses; take differences of sums.",
            _sums: "these are the sums up to each batch.",
            _counted_from_zero_sums: "after the first batch, one loss is in the mean, not none.",
            _first_is_lost: "the first batch has a loss, too.",
        },
        right=[
            lambda means: np.diff(np.asarray(means) * np.arange(1, len(means) + 1), prepend=0),
        ],
        wrong=[lambda means: means],
    ),
    Property(
        "stop-at-target",
        stop_fault,
        right=[_StopAt],
        wrong=[
            _MustBeThere,
            _LogsMustBeThere,
            _MissingIsZero,
            _ZeroIsMissing,
            _AboveOnly,
            _OneName,
            _Returns,
            _WrongMoment,
            _NoCallback,
            0.9,
        ],
    ),
    Function(
        "warm-up",
        warm_up,
        cases=[0, 1, 4, 5, 9, 10, 14, 15, 24, 25, 34, 60],
        hint="which epochs share a rate? Subtract what makes the first of them a round number.",
        hints={
            _rate_steps_too_early: "the ten epochs at the full rate begin with epoch 5.",
            _rate_counted_from_one: "epoch 0 is the first one.",
            _rate_falls_smoothly: "the rate stays the same for ten epochs.",
            _rate_falls_once: "it is halved again and again.",
            _rate_starts_at_zero: "in epoch 0 the rate isn't 0.",
        },
        wrong=[lambda epoch: 0.01],
    ),
    Property(
        "resume-order",
        order_fault,
        right=[_order, _order_of_global_generator],
        wrong=[
            lambda epoch, n: np.random.permutation(n),
            lambda epoch, n: np.random.default_rng(0).permutation(n),
            lambda epoch, n: np.random.default_rng(epoch).integers(n, size=n),
            lambda epoch, n: np.arange(n),
            lambda epoch, n: np.roll(np.arange(n), epoch + 1),
            lambda epoch, n: np.roll(np.random.default_rng(0).permutation(n), epoch),
            lambda epoch, n: np.roll(np.arange(n), epoch + 1)[::-1],
            lambda epoch, n: np.random.default_rng(epoch % 8).permutation(n),
            lambda epoch, n: np.random.default_rng(epoch // 2).permutation(n),
            lambda epoch, n: (7 * np.arange(n) + epoch) % n,
            lambda epoch, n: np.random.default_rng(epoch).permutation(50),
            lambda epoch, n: np.random.default_rng(epoch).permutation(n) + 1,
            _order(0, 50),
        ],
    ),
]

QUIZ = [
    f"Those of epoch {12 + 5}",
    "All epochs are trained",
    "Weights, optimizer state and the order",
    "The rate is zero before the first epoch ends",
    "The rate is cut",
]
