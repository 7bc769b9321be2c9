"""Checks of exercises about callbacks: one that stops a run, an order of rows, a resumed run."""

import copy
import functools
import random
from itertools import combinations, pairwise
from types import CellType, CodeType, FunctionType, SimpleNamespace
from typing import Any

import numpy as np

from annbook import datasets
from annbook.network import Activation, Adam, Dense, Network

MISSING = (None, {}, {"accuracy": 0.99, "loss": 0.1})
TARGETS = (0.9, 0, -0.5, -5, -1e9)


def stop_fault(callback: Any) -> str | None:
    """Say what is wrong with a callback class StopAt(target, monitor="val_accuracy")."""
    if not isinstance(callback, type):
        return "hand over the class itself, without parentheses."
    if not hasattr(callback, "set_model"):
        return "the class has to inherit from keras.callbacks.Callback."
    if not hasattr(callback, "on_epoch_end"):
        return "which method does fit call when the metrics of an epoch are known?"

    def stopped(target, *values, already=False, **options):
        """Return the epoch in which it stops, and None for never."""
        model = SimpleNamespace(stop_training=already)
        stopper = callback(target, **options)
        stopper.set_model(model)
        if hasattr(stopper, "set_params"):
            stopper.set_params({"epochs": 10, "steps": 10, "verbose": 0})
        stopper.on_train_begin({})
        for epoch, value in enumerate(values):
            logs = value if value is None or isinstance(value, dict) else {"val_accuracy": value}
            stopper.on_epoch_begin(epoch, {})
            stopper.on_epoch_end(epoch, logs)
            if model.stop_training:
                return epoch
        return None

    for logs in MISSING:
        for target in TARGETS:
            case = f"with logs = {logs!r} and the target {target:g}"
            try:
                if stopped(target, logs) is not None:
                    return f"{case} it stops, although the monitored name isn't there."
                if stopped(target, logs, already=True) is None:
                    return f"{case} it takes back that another callback has asked to stop."
            except (KeyError, TypeError, AttributeError) as error:
                return f"{case} it raises {type(error).__name__}."
    if stopped(0.9, 0.5, 0.93) is None:
        return "it goes on although the target is reached."
    for target, below, above in ((0.9, 0.896, 0.904), (0, -0.1, 0.1), (-5, -6, -4)):
        case = f"with the target {target} it"
        if stopped(target, below) is not None:
            return f"{case} stops at {below}, which is below the target."
        if stopped(target, below, above) is None:
            return f"{case} goes on at {above}, which is above the target."
        if stopped(target, target) is None:
            return f"{case} goes on when the value is exactly the target."
        if stopped(target, below, already=True) is None:
            return f"{case} takes back at {below} that another callback has asked to stop."
    values = 0.5, 0.95, 0.2, 0.97
    if stopped(0.9, *values) != 1 or stopped(0.96, *values) != 3:
        return "it has to stop at the end of the first epoch that reaches the target."
    if stopped(0.9, float("nan"), already=False) is not None:
        return "it stops at a value that is not a number, which doesn't reach the target."
    if stopped(-0.5, 0.0) is None:
        return "a value of 0 is a value, too: with the target -0.5 it goes on at 0."
    other = {"monitor": "val_recall"}
    if stopped(0.7, {"val_recall": 0.6, "val_accuracy": 0.9}, {"val_recall": 0.8}, **other) != 1:
        return "it doesn't watch the name given as monitor."
    stopper = callback(0.7, "val_recall")
    stopper.set_model(SimpleNamespace(stop_training=False))
    if hasattr(stopper, "set_params"):
        stopper.set_params({"epochs": 10, "steps": 10, "verbose": 0})
    stopper.on_train_begin({})
    stopper.on_epoch_begin(0, {})
    stopper.on_epoch_end(0, {"val_recall": 0.8})
    if not stopper.model.stop_training:
        return 'monitor has to be the second argument, too: StopAt(0.7, "val_recall").'
    return None


def order_fault(order: Any) -> str | None:
    """Say what is wrong with a function order(epoch, n)."""
    if not callable(order):
        return "hand over the function itself, without parentheses."
    states = np.random.get_state(), random.getstate()  # an answer may seed the global generators
    first, restarted = _as_new(order), _as_new(order)
    if isinstance(restarted, FunctionType):
        restarted.__globals__.setdefault("hash", _hash_of_another_program)
    try:
        return _order_fault(first, restarted)
    finally:
        np.random.set_state(states[0])
        random.setstate(states[1])


def _order_fault(order, restarted):
    seen = []
    epochs = (*range(31), 83, 100, 256)
    for epoch in epochs:
        _seed(epoch + 11)
        rows = np.asarray(order(epoch, 50))
        if rows.ndim != 1 or sorted(rows.tolist()) != list(range(50)):
            return "it has to return a row of numbers with each of 0, 1, … n - 1 exactly once."
        if rows.dtype.kind not in "iu":
            return "numbers of rows are integers; yours are of another type."
        _seed(3)
        order(epoch + 1, 50)  # a run has asked for other epochs before
        if rows.tolist() != np.asarray(order(epoch, 50)).tolist():
            return "two calls with the same epoch and n give different orders."
        seen.append(tuple(rows.tolist()))
    _seed(5)
    if any(tuple(np.asarray(restarted(e, 50)).tolist()) != seen[epochs.index(e)] for e in (7, 2)):
        return "a program that is started again and first asks for epoch 7 gets another order."
    if len(set(seen)) < len(seen):
        return "two epochs have the same order."
    if tuple(range(50)) in seen:
        return "there is an epoch whose rows aren't shuffled."
    neighbors = [_neighbors(rows) for rows in (tuple(range(50)), *seen)]
    if any(len(a & b) > 20 for a, b in combinations(neighbors, 2)):
        return "many rows keep their neighbors from one order to another; shuffle them all."
    if any(len({(b - a) % 50 for a, b in pairwise(rows)}) < 10 for rows in seen):
        return "from row to row it takes only a few different steps; that doesn't look random."
    if sorted(np.asarray(order(4, 3)).tolist()) != [0, 1, 2]:
        return "for n = 3 it has to return 0, 1 and 2 in some order."
    return None


def _hash_of_another_program(value):
    """Return a hash as after a restart of Python: texts get another one, numbers don't."""
    has_text = isinstance(value, str | bytes) or "'" in repr(value)
    return hash((value, "another program")) if has_text else hash(value)


def resumed_fault(run: Any) -> str | None:
    """Say what is wrong with a run that was interrupted in epoch 1 of 3, and resumed.

    It is a dictionary: "order", the function; "start" and "resumed", lists of weights. The same
    training without a break, in NumPy, has to end at the same weights.
    """
    names = {"order", "start", "resumed"}
    if not isinstance(run, dict) or set(run) != names:
        return 'hand over {"order": …, "start": …, "resumed": …}.'
    fault = order_fault(run["order"])
    if fault:
        return f"order: {fault}"
    start = [np.array(array, float) for array in run["start"]]
    resumed = [np.array(array, float) for array in run["resumed"]]
    shapes = [[array.shape for array in weights] for weights in (start, resumed)]
    if shapes[0] != shapes[1] or len(start) < 2 or start[0].shape[0] != 2:
        return "start and resumed have to be what get_weights() of the same network returns."
    start, resumed = (np.concatenate([a.ravel() for a in w]) for w in (start, resumed))
    orders = [np.asarray(run["order"](epoch, 200)) for epoch in range(3)]
    unbroken = _trained(run["start"], orders)

    def is_near(weights):  # 32 bits, and another order of the sums, make a small difference
        return np.linalg.norm(resumed - weights) < 0.02 * np.linalg.norm(unbroken - start)

    if is_near(unbroken):
        return None
    if is_near(start):
        return "resumed: these are the weights of start; nothing was trained in between."
    for hint, other_orders, reset in _faulty_runs(orders):
        if is_near(_trained(run["start"], other_orders, reset)):
            return f"resumed: {hint}"
    return "resumed: three epochs without a break, in your orders, end at other weights."


def _faulty_runs(orders):
    """Yield a hint, the orders of the epochs, and the epoch in which Adam is new."""
    first, second, third = orders
    rows = np.arange(len(first))
    yield "all epochs have the order of epoch 0.", [first] * 3, None
    yield "the rows come in their own order in each epoch.", [rows] * 3, None
    twice = [first, second[:100], second, third]
    yield "the batches before the interruption are trained twice.", twice, None
    yield "the optimizer has forgotten its averages at the interruption.", orders, 1
    yield "the epoch of the interruption is missing.", [first, third], None
    yield "the run ends before its last epoch.", [first, second], None
    yield "the orders count from 0 again after the interruption.", [first, first, second], None


def _trained(start, orders, reset=None):
    """Return the weights after one epoch for each order: what `fit` does, in NumPy."""
    X, y = datasets.moons(200, seed=42)
    layers = []
    for matrix in start[::2]:
        layers += [Dense(*np.shape(matrix)), Activation("relu")]
    network = Network(layers[:-1], "sigmoid_crossentropy")
    for parameter, value in zip(network.parameters, start, strict=True):
        parameter[...] = value
    for epoch, order in enumerate(orders):
        if epoch in (0, reset):
            optimizer = Adam(0.005)
        for rows in order.reshape(-1, 20):
            network.train_on_batch(X[rows], y[rows, None], optimizer)
    return network.weights.copy()


def _seed(seed):
    np.random.seed(seed)
    random.seed(seed)


def _neighbors(order):
    """Return the pairs of rows that follow each other; two random orders share about two."""
    return {frozenset(pair) for pair in pairwise(order)}


MEMORY = (dict, list, set, np.random.Generator, np.random.RandomState, random.Random)


def _as_new(function, known=None):
    """Return a function with a memory of its own, as in a program that is started again."""
    known = {} if known is None else known
    if hasattr(function, "cache_info"):
        return functools.cache(_as_new(function.__wrapped__, known))
    if not isinstance(function, FunctionType):
        return copy.deepcopy(function)
    if id(function) in known:
        return known[id(function)]
    own = dict(function.__globals__)
    cells = tuple(CellType(cell.cell_contents) for cell in function.__closure__ or ())
    new = FunctionType(function.__code__, own, function.__name__, None, cells or None)
    known[id(function)] = new
    new.__defaults__ = copy.deepcopy(function.__defaults__)
    new.__kwdefaults__ = copy.deepcopy(function.__kwdefaults__)
    new.__dict__.update(copy.deepcopy(function.__dict__))

    def renewed(value):
        if isinstance(value, MEMORY):
            return copy.deepcopy(value)
        helper = value.__wrapped__ if hasattr(value, "cache_info") else value
        same = isinstance(helper, FunctionType) and helper.__globals__ is function.__globals__
        return _as_new(value, known) if same else value

    for cell in cells:
        cell.cell_contents = renewed(cell.cell_contents)
    for name in _names(function.__code__) & own.keys():
        own[name] = renewed(own[name])
    return new


def _names(code):
    inner = (_names(const) for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*inner)


class _Callback:
    """What the page's callbacks inherit from, as far as the check needs it."""

    def __init__(self, target=None, monitor="val_accuracy"):
        self.target, self.monitor, self.model = target, monitor, None

    def set_model(self, model):
        self.model = model

    def on_train_begin(self, logs=None):
        pass

    def on_epoch_begin(self, epoch, logs=None):
        pass

    def stop_if(self, condition):
        if condition:
            self.model.stop_training = True


class _StopAt(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        self.stop_if(value is not None and value >= self.target)


class _NotesWhatItSees(_StopAt):
    def on_train_begin(self, logs=None):
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append((logs or {}).get(self.monitor))
        super().on_epoch_end(epoch, logs)


class _NotesTheEpoch(_StopAt):
    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        if self.epoch == epoch:
            super().on_epoch_end(epoch, logs)


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

    def on_train_begin(self, logs=None):
        pass

    def on_epoch_end(self, epoch, logs=None):
        pass


class _DefaultBelow(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.stop_if((logs or {}).get(self.monitor, -1) >= self.target)


class _InfinityIsMissing(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.stop_if((logs or {}).get(self.monitor, float("-inf")) >= self.target)


class _Rounded(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        self.stop_if(value is not None and round(value, 2) >= self.target)


class _TakesBack(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is not None:
            self.model.stop_training = value >= self.target


class _TakesBackIfMissing(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        if value is None:
            self.model.stop_training = False
        elif value >= self.target:
            self.model.stop_training = True


class _PositiveOnly(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        self.stop_if(value is not None and abs(value) >= abs(self.target))


def _order(epoch, n):
    return np.random.default_rng(epoch).permutation(n)


def _order_of_global_generator(epoch, n):
    np.random.seed(epoch)
    return np.random.permutation(n).tolist()


def _remembering():
    """Return an order that is drawn once for each epoch and then looked up."""
    draws, orders = np.random.default_rng(0), {}

    def order(epoch, n):
        if (epoch, n) not in orders:
            orders[epoch, n] = draws.permutation(n)
        return orders[epoch, n]

    return order


_draws = np.random.default_rng(1)


def _draw(n):
    return _draws.permutation(n)


@functools.cache
def _cached_order(epoch, n):
    return _draw(n)


def _order_with_a_helper(epoch, n):
    return _looked_up(epoch, n).copy()


@functools.cache
def _looked_up(epoch, n):
    return np.random.default_rng([epoch, n]).permutation(n)


def _order_of_random(epoch, n):
    rows = list(range(n))
    random.Random(epoch).shuffle(rows)
    return rows


def _recursive_order(epoch, n):
    return _recursive_order(-epoch, n) if epoch < 0 else _order(epoch, n)


class _Order:
    """An order that is an object, and remembers nothing."""

    def __init__(self, seed):
        self.seed = seed

    def __call__(self, epoch, n):
        return np.random.default_rng([self.seed, epoch]).permutation(n)


class _OrderOfOneGenerator(_Order):
    """One that remembers what it drew."""

    def __init__(self, seed):
        self.draws, self.orders = np.random.default_rng(seed), {}

    def __call__(self, epoch, n):
        return self.orders.setdefault((epoch, n), self.draws.permutation(n))


class _LaterEpoch(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        self.stop_if(epoch != 1 and value is not None and value >= self.target)


class _BelowIsGoOn(_Callback):
    def on_epoch_end(self, epoch, logs=None):
        value = (logs or {}).get(self.monitor)
        self.stop_if(value is not None and not value < self.target)


class _KeywordOnly(_StopAt):
    def __init__(self, target, *, monitor="val_accuracy"):
        super().__init__(target, monitor)


def _hashed_order(epoch, n):
    return np.random.default_rng(abs(hash(f"epoch {epoch}"))).permutation(n)


def _order_of_hashed_numbers(epoch, n):
    return np.random.default_rng(abs(hash((epoch, n)))).permutation(n)


def _run(order=_order, fault=None, start=None, resumed=None):
    """Return a learner's answer whose run is right or has one of the faults."""
    rng = np.random.default_rng(0)
    first = []
    for inputs, units in ((2, 100), (100, 100), (100, 1)):
        limit = np.sqrt(6 / (inputs + units))
        first += [rng.uniform(-limit, limit, (inputs, units)), np.zeros(units)]
    first = [array.astype("float32") for array in first]
    orders, reset = [_order(epoch, 200) for epoch in range(3)], None
    if fault is not None:
        _, orders, reset = list(_faulty_runs(orders))[fault]
    weights = _trained(first, orders, reset).astype("float32")
    ends = np.cumsum([array.size for array in first])
    last = [
        part.reshape(array.shape)
        for part, array in zip(np.split(weights, ends[:-1]), first, strict=True)
    ]
    answer = {"order": order, "start": first, "resumed": last}
    if start:
        answer["start"] = start(first, last)
    if resumed:
        answer["resumed"] = resumed(first, last)
    return answer


RIGHT_STOPS = [_StopAt, _NotesWhatItSees, _NotesTheEpoch, _InfinityIsMissing]
WRONG_STOPS = [
    _MustBeThere,
    _LogsMustBeThere,
    _MissingIsZero,
    _ZeroIsMissing,
    _DefaultBelow,
    _PositiveOnly,
    _AboveOnly,
    _Rounded,
    _TakesBack,
    _TakesBackIfMissing,
    _OneName,
    _Returns,
    _WrongMoment,
    _NoCallback,
    _LaterEpoch,
    _BelowIsGoOn,
    _KeywordOnly,
    0.9,
]
RIGHT_ORDERS = [
    _order,
    _order_of_global_generator,
    _order_of_random,
    _order_with_a_helper,
    _recursive_order,
    _order_of_hashed_numbers,
    _Order(3),
    _Order(3).__call__,
]
WRONG_ORDERS = [
    _remembering(),
    _cached_order,
    _OrderOfOneGenerator(0),
    _hashed_order,
    lambda epoch, n: np.random.permutation(n),
    lambda epoch, n: random.sample(range(n), n),
    lambda epoch, n: np.random.default_rng(0).permutation(n),
    lambda epoch, n: np.random.default_rng(epoch).integers(n, size=n),
    lambda epoch, n: np.random.default_rng(epoch).permutation(n).astype(float),
    lambda epoch, n: np.random.default_rng(epoch).permutation(n)[:, None],
    lambda epoch, n: np.random.default_rng(epoch % 100).permutation(n),
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
]


def right_runs():
    """Return right answers to the exercise about a resumed run; training them takes a second."""
    return [_run()]


def wrong_runs():
    """Return wrong answers to that exercise."""
    return [
        *(_run(fault=fault) for fault in range(7)),
        _run(order=lambda epoch, n: np.random.default_rng(0).permutation(n)),
        _run(order=_Order(4)),
        _run(start=lambda first, last: last),
        _run(resumed=lambda first, last: first),
        _run(resumed=lambda first, last: last[:2]),
        _run(resumed=lambda first, last: [array[::-1] for array in last]),
        _order,
    ]
