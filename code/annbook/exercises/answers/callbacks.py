"""Answers to the exercises of the page "Callbacks and TensorBoard"."""

import numpy as np

from annbook.exercises.answer_types import Function, Property, Table
from annbook.exercises.callback_checks import (
    RIGHT_ORDERS,
    RIGHT_STOPS,
    WRONG_ORDERS,
    WRONG_STOPS,
    order_fault,
    resumed_fault,
    right_runs,
    stop_fault,
    wrong_runs,
)

LOSSES = (0.70, 0.52, 0.48, 0.50, 0.47, 0.49, 0.49, 0.48, 0.46)


def stopping(
    losses, patience, min_delta=0, is_better=lambda loss, best, delta: loss < best - delta
):
    """Return (epochs trained, best epoch), counted from 1."""
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, 1):
        if is_better(loss, best, min_delta):
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


def _lowest_trained(losses, patience, min_delta=0):
    epochs, _ = stopping(losses, patience, min_delta)
    return epochs, int(np.argmin(losses[:epochs])) + 1


def _best_is_lowest(losses, patience, min_delta=0):
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best - min_delta:
            best_epoch, waited = epoch, 0
        else:
            waited += 1
            if waited >= patience:
                break
        best = min(best, loss)
    return epoch, best_epoch


def _begins_with(best):
    def wrong(losses, patience, min_delta=0):
        epochs, best_epoch = stopping([best, *losses], patience, min_delta)
        return epochs - 1, max(best_epoch - 1, 0)

    return wrong


def _best_is_positive(losses, patience, min_delta=0):
    return stopping([abs(loss) for loss in losses], patience, min_delta)


def _first_epoch_waits(losses, patience, min_delta=0):
    epochs, best_epoch = stopping([losses[0], *losses], patience, min_delta)
    return epochs - 1, max(best_epoch - 1, 1)


def _min_delta_is_added(losses, patience, min_delta=0):
    return stopping(losses, patience, -min_delta)


def _relative_margin(losses, patience, min_delta=0):
    def is_better(loss, best, min_delta):
        return best == float("inf") or loss < best - min_delta * abs(best)

    return stopping(losses, patience, min_delta, is_better)


def _share_of_the_first(losses, patience, min_delta=0):
    return stopping(losses, patience, min_delta * abs(losses[0]))


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


def _latest_of_equals(names):
    return min(names, key=lambda name: (float(_loss_of(name)), -int(name.split("-")[1])))


def _loss_itself(names):
    return min(float(_loss_of(name)) for name in names)


def _rounded_loss(names):
    return min(names, key=lambda name: (round(float(_loss_of(name)), 2), int(name.split("-")[1])))


def _five_characters(names):
    return min(names, key=lambda name: (float(_loss_of(name)[:5]), int(name.split("-")[1])))


def _whole_loss(names):
    return min(names, key=lambda name: (int(float(_loss_of(name))), int(name.split("-")[1])))


def batch_losses(means, sizes):
    """Return the loss of each batch from the running means and the batches' numbers of rows."""
    sums = np.asarray(means) * np.cumsum(sizes)
    return np.diff(sums, prepend=0) / sizes


def _plain_loop(means, sizes):
    losses, rows, total = [], 0, 0
    for mean, size in zip(means, sizes, strict=True):
        rows += size
        losses.append((mean * rows - total) / size)
        total = mean * rows
    return losses


def _equal_sizes(means, sizes):
    return np.diff(np.asarray(means) * np.arange(1, len(means) + 1), prepend=0)


def _not_divided(means, sizes):
    return batch_losses(means, sizes) * sizes


def _divided_by_all_rows(means, sizes):
    return batch_losses(means, sizes) * sizes / np.cumsum(sizes)


def _weighted_by_own_size(means, sizes):
    return np.diff(np.asarray(means) * sizes, prepend=0) / sizes


def _differences(means, sizes):
    return np.diff(means, prepend=0)


def _sums(means, sizes):
    return np.asarray(means) * np.cumsum(sizes)


def _three_batches(means, sizes):
    return batch_losses(means, sizes)[:3]


def _only_the_last(means, sizes):
    return batch_losses(means, sizes)[-1]


def _first_is_lost(means, sizes):
    return batch_losses(means, sizes)[1:]


MANY = [0.7 + 0.2 * float(np.cos(b)) for b in range(60)]  # running means of 60 batches


def warm_up(epoch):
    """Return the learning rate of an epoch, counted from 0."""
    return 0.002 * (epoch + 1) if epoch < 5 else 0.01 * 0.5 ** ((epoch - 5) // 10)


def _rate_steps_too_early(epoch):
    return 0.002 * (epoch + 1) if epoch < 5 else 0.01 * 0.5 ** (epoch // 10)


def _rate_counted_from_one(epoch):
    return warm_up(epoch - 1)


def _rate_falls_smoothly(epoch):
    return 0.002 * (epoch + 1) if epoch < 5 else 0.01 * 0.5 ** ((epoch - 5) / 10)


def _rate_falls_once(epoch):
    return min(warm_up(epoch), 0.01) if epoch < 15 else 0.005


def _rate_falls_twice(epoch):
    return max(warm_up(epoch), 0.0025)


class _CountsItsCalls:
    """A rate that counts its calls, which goes wrong in a resumed run."""

    def __init__(self):
        self.calls = 0

    def __call__(self, epoch):
        self.calls += 1
        return warm_up(self.calls - 1)


def _rate_starts_at_zero(epoch):
    return 0.002 * epoch if epoch < 5 else warm_up(epoch)


def _rate_is_an_array(epoch):
    return np.where(epoch < 5, 0.002 * (epoch + 1), 0.01 * 0.5 ** ((epoch - 5) // 10))


class Rate(Function):
    """A function for `LearningRateScheduler`, which refuses whatever isn't a float."""

    def fault(self, answer):
        """Say what is wrong with the rates, and then whether they are floats."""
        fault = super().fault(answer)
        if fault:
            return fault
        results = (self._result(answer, case) for case in self.cases)
        if all(isinstance(result, float | np.float32 | np.float64) for result in results):
            return None
        return "Keras wants a float: use `float(…)`."


class ResumedRun(Property):
    """A property whose examples are trained, and only where the tests ask for them."""

    def right_answers(self):
        """Return a right answer."""
        return right_runs()

    def wrong_answers(self):
        """Return wrong answers."""
        return wrong_runs()


UPDATES = -(-1050 // 32)  # of an epoch: the last batch is smaller
FIRST_IS_BEST = "the first loss is the best so far, however large it is."
WHOLE_UPDATES = "decay_steps: count whole updates in each epoch, then multiply."

ANSWERS = [
    Table(
        "cosine-by-hand",
        {
            "decay_steps": 40 * UPDATES,
            "after 10 epochs": 0.01 * (1 + np.cos(np.pi / 4)) / 2,
            "after 20 epochs": 0.005,
            "zero in epoch": 13,
        },
        hint="the schedule counts updates, and the last batch of an epoch may be smaller.",
        rtol=6e-4,  # three significant digits: 0.00854, and not 0.00853 or 0.00855
        hints={
            ("decay_steps", 40 * 32): "decay_steps: the last, smaller batch is an update, too.",
            ("decay_steps", 40): "decay_steps: a schedule counts updates, not epochs.",
            ("decay_steps", 33): "decay_steps: that is one epoch.",
            ("decay_steps", 1312.5): WHOLE_UPDATES,
            ("decay_steps", 1312): WHOLE_UPDATES,
            ("decay_steps", 1313): WHOLE_UPDATES,
            ("decay_steps", 42000): "decay_steps: an update takes a whole batch.",
            ("after 10 epochs", 0.0075): "after 10 epochs: a cosine isn't a straight line.",
            ("after 10 epochs", 0.01 * np.cos(np.pi / 4)): "after 10 epochs: half of 1 + cos.",
            ("after 10 epochs", 0.0085): "after 10 epochs: give three significant digits.",
            ("after 10 epochs", 0.0086): "after 10 epochs: give three significant digits.",
            ("after 10 epochs", 0.009): "after 10 epochs: give three significant digits.",
            ("after 20 epochs", 0.0): "after 20 epochs: half a wave takes all 40 epochs.",
            ("zero in epoch", 12): "zero in epoch: count epochs from 1.",
            ("zero in epoch", 400): "zero in epoch: that is the number of updates.",
            ("zero in epoch", 40): "zero in epoch: the schedule doesn't know of the epochs.",
        },
        right=[
            {
                "decay_steps": 1320,
                "after 10 epochs": 0.00854,
                "after 20 epochs": 0.005,
                "zero in epoch": 13,
            },
        ],
    ),
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
            ("stops after", 7): "stops after: three epochs in a row have to miss the best so far.",
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
            ([2.5, 1.8, 1.9, 1.75, 1.85, 1.76, 1.2], 2),
            ([2.5, 2.25, 1.75, 1.5, 1.625, 1.0], 2, 0.25),
            ([1.0, 1.125, 1.0625, 0.5], 2, 0.25),
            ([4.0, 3.5, 3.25, 3.125, 2.0], 2, 0.25),
            ([0.5], 1),
            ([3e6, 2e6, 2.5e6, 1e6, 4e6, 5e6, 1.5e6, 0.5], 3),
            ([3e300, 2e300, 2.5e300, 1e300], 2),
            ([-1.0, -2.0, -1.5, -1.75, -3.0], 2),
            ([0.9, 0.8, 0.85, 0.7, 0.75, 0.72, 0.71, 0.6], 4),
        ],
        hint="keep the best loss so far, its epoch, and the number of epochs since then.",
        hints={
            _compared_with_the_last: "compare with the best so far, not with the epoch before.",
            _one_epoch_late: "stop in the epoch that makes the counter reach the patience.",
            _without_min_delta: "min_delta isn't used.",
            _counted_from_zero: "count epochs from 1.",
            _never_stops: "the patience isn't used.",
            _lowest_of_all: "the best epoch can't be one that is never trained.",
            _lowest_trained: "with min_delta, the lowest loss needn't be the best epoch.",
            _best_is_lowest: "a loss that is no improvement doesn't become the best so far.",
            _begins_with(1.0): "a first loss above 1 is the best so far, too.",
            _first_epoch_waits: "the first epoch is a best so far; there is nothing to wait for.",
            _min_delta_is_added: "min_delta makes it harder to improve, not easier.",
            _ties_count: "a loss that equals the best so far minus min_delta isn't smaller.",
            _begins_with(1e3): FIRST_IS_BEST,
            _begins_with(1e9): FIRST_IS_BEST,
            _best_is_positive: "losses below 0 can be the best so far, too.",
            _waits_are_never_reset: "an improvement sets the counter back to 0.",
            _relative_margin: "min_delta is a difference, not a share of the loss.",
            _share_of_the_first: "min_delta is a difference, not a share of the loss.",
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
            ["epoch-01-0.412.keras", "epoch-02-0.408.keras"],
            ["epoch-01-10.254.keras", "epoch-02-10.251.keras"],
            ["epoch-02-2.250.keras", "epoch-01-2.125.keras", "epoch-03-1.875.keras"],
            ["epoch-05-1.000.keras"],
            ["epoch-01-3000000000000000.000.keras", "epoch-02-2000000000000000.000.keras"],
            ["epoch-1000-0.250.keras", "epoch-998-0.250.keras", "epoch-999-0.250.keras"],
            ["epoch-03-100.500.keras", "epoch-01-99.750.keras", "epoch-02-101.000.keras"],
        ],
        hint="which parts of a name are numbers, and which of them counts first?",
        hints={
            _first_name: "this is the first name in alphabetical order; look at the loss.",
            _last_epoch: "this is the last epoch, not the best one.",
            _loss_as_text: "as texts, '10' comes before '9': make the losses numbers.",
            _ties_by_position: "of equal losses the earliest epoch is wanted, in any order.",
            _latest_of_equals: "of equal losses the earliest epoch is wanted.",
            _ties_by_text: "as texts, 'epoch-100' comes before 'epoch-99'.",
            _loss_itself: "return the name, not the loss.",
            _five_characters: "a loss may have more than five characters.",
            _rounded_loss: "compare the losses with all their decimals.",
            _whole_loss: "compare the losses with all their decimals.",
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
        cases=[
            ([0.8, 0.7, 0.9], [20, 20, 20]),
            ([0.8, 0.7, 0.9], [20, 20, 10]),
            ([0.5], [7]),
            ([1.0, 2.0, 3.0, 2.5], [32, 32, 32, 1]),
            ([0.3, 0.3], [8, 3]),
            (MANY, [16] * 59 + [5]),
        ],
        hint="a mean over some rows is a sum divided by their number.",
        hints={
            _equal_sizes: "a batch of fewer rows counts for less in the mean.",
            _not_divided: "these are sums over the rows of a batch; the mean over them is wanted.",
            _divided_by_all_rows: "divide by the rows of the batch itself.",
            _weighted_by_own_size: "a running mean is over all rows so far.",
            _differences: "differences of means aren't losses; take differences of sums.",
            _sums: "these are the sums up to each batch.",
            _three_batches: "it has to work for any number of batches.",
            _only_the_last: "the losses of all batches are wanted.",
            _first_is_lost: "the first batch has a loss, too.",
        },
        right=[_plain_loop],
        wrong=[lambda means, sizes: means],
    ),
    Property(
        "stop-at-target",
        stop_fault,
        right=RIGHT_STOPS,
        wrong=WRONG_STOPS,
    ),
    Rate(
        "warm-up",
        warm_up,
        cases=[24, 3, 0, 1, 2, 4, 5, 9, 10, 14, 15, 25, 34, 35, 44, 45, 60, 104, 204],
        hint="which epochs share a rate? Subtract what makes the first of them a round number.",
        hints={
            _rate_steps_too_early: "the ten epochs at the full rate begin with epoch 5.",
            _rate_counted_from_one: "epoch 0 is the first one.",
            _rate_falls_smoothly: "the rate stays the same for ten epochs.",
            _rate_falls_once: "it is halved again and again.",
            _CountsItsCalls(): "the rate depends on the epoch, not on the calls before.",
            _rate_falls_twice: "it is halved again and again.",
            _rate_starts_at_zero: "in epoch 0 the rate isn't 0.",
        },
        right=[
            lambda epoch: np.float32(warm_up(epoch)),
            lambda epoch: float(_rate_is_an_array(epoch)),
        ],
        wrong=[lambda epoch: 0.01, _rate_is_an_array],
    ),
    Property(
        "resume-order",
        order_fault,
        right=RIGHT_ORDERS,
        wrong=WRONG_ORDERS,
    ),
    ResumedRun("resumed-run", resumed_fault),
]

QUIZ = [
    f"From epoch {12 + 5}",
    "All epochs are trained",
    "Weights, optimizer state and the order",
    "The rate is zero before the first epoch ends",
    "The rate is cut",
]
