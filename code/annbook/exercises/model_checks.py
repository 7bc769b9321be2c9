"""Checks of two exercises about model classes: a tower of any depth, and a training step."""

import functools
from itertools import permutations
from typing import Any
from unittest.mock import patch

import numpy as np

from annbook.exercises.class_checks import class_of, first_line

ROWS = np.random.default_rng(0).normal(size=(24, 3)).astype("float32")
TARGETS = np.random.default_rng(1).normal(size=(24, 1)).astype("float32")
COUNTS = np.random.default_rng(2).integers(0, 4, size=24).astype("float32")
CASES = {  # optimizer, its settings, sample weights
    "without sample weights": ("SGD", {"learning_rate": 0.2, "momentum": 0.5}, None),
    "with sample weights": ("SGD", {"learning_rate": 0.2, "momentum": 0.5}, COUNTS),
    "with Adam and sample weights": ("Adam", {"learning_rate": 0.1}, COUNTS),
}


def tower_fault(model_class: Any) -> str | None:
    """Say what is wrong with a model class Tower(depth, units)."""
    model_class, fault = class_of(model_class, "Model")
    if fault:
        return fault
    for depth, units in ((1, 4), (3, 2)):
        try:
            fault = _one_tower_fault(model_class, depth, units)
        except Exception as error:
            fault = f"it raises {first_line(error)}."
            if "incompatible with the layer" in str(error):
                fault += "\n  Is the same layer used twice?"
        if fault:
            return f"for depth = {depth} and units = {units}: {fault}"
    return None


def _one_tower_fault(model_class: type, depth: int, units: int) -> str | None:
    model = model_class(depth, units)
    fault = _outputs_fault(model, depth, units)
    if fault:
        return fault
    model.compile(loss="mse")
    try:
        model.fit(ROWS, TARGETS, verbose=0)
    except Exception as error:
        return f"fit raises {first_line(error)}."
    try:
        named = model_class(depth, units, name="high")
    except TypeError:
        return "it doesn't take the argument name; Keras needs **kwargs."
    try:
        again = model_class.from_config(named.get_config())
    except Exception as error:
        return f"from_config(get_config()) raises {type(error).__name__}; what is in the config?"
    if again.name != "high":
        return "from_config(get_config()) loses the name; what does super().get_config() return?"
    fault = _outputs_fault(again, depth, units)
    return fault and f"after from_config(get_config()): {fault}"


def _outputs_fault(model: Any, depth: int, units: int) -> str | None:
    got = np.asarray(model(ROWS))
    if got.shape != (len(ROWS), 1):
        return f"for rows of shape {ROWS.shape} it returns the shape {got.shape}."
    source, before = np.random.default_rng(3), len(model.weights)
    model.set_weights([source.normal(size=w.shape) for w in model.get_weights()])
    found = [np.asarray(model(ROWS, training=training)) for training in (False, True)]
    weights = model.get_weights()
    if len(weights) != before:
        return "each call makes new weights; where are the layers made?"
    shapes = [(3, units), *[(units, units)] * (depth - 1), (units, 1)]
    wanted = [*shapes, *[(units,)] * depth, (1,)]
    if sorted(w.shape for w in weights) != sorted(wanted):
        return f"it has {len(weights)} arrays of weights with the shapes " + (
            f"{[w.shape for w in weights]}; which layers are asked for?"
        )
    matrices = [w for w in weights if w.ndim == 2]
    biases = [w for w in weights if w.ndim == 1 and len(w) == units][:depth]
    last_bias = next(w for w in weights[::-1] if w.shape == (1,))
    middle = [w for w in matrices if w.shape == (units, units)]
    first = next(w for w in matrices if w.shape == (3, units))
    last = next(w for w in matrices if w.shape == (units, 1))
    # The order of the weights needn't be that of the calls.
    for order in permutations(middle):
        for bias_order in permutations(biases):
            x = ROWS
            for W, b in zip((first, *order), bias_order, strict=True):
                x = np.maximum(x @ W + b, 0)
            if all(np.allclose(one, x @ last + last_bias, rtol=1e-3, atol=1e-3) for one in found):
                return None
    return "with other weights it doesn't compute what NumPy does; compare layer by layer."


def weighted_fault(model_class: Any) -> str | None:
    """Say what is wrong with a model class whose train_step takes sample weights."""
    import keras

    model_class, fault = class_of(model_class, "Model")
    if fault:
        return fault
    if model_class.train_step is keras.Model.train_step:
        return "it has no train_step of its own."
    for case in CASES:
        expected, expected_loss = _trained_by_keras(case)
        got, loss, fault = _trained_alone(model_class, case)
        if fault:
            return f"{case}, {fault}"
        if loss is None:
            return "the history holds no loss; what does train_step return?"
        if not all(np.allclose(a, b, atol=1e-4) for a, b in zip(got, expected, strict=True)):
            return (
                f"{case}, the trained weights aren't those of Keras's own step; "
                "compare the steps one by one (the optimizer isn't always plain SGD)."
            )
        if not np.allclose(loss, expected_loss, rtol=1e-3):
            return f"{case}, the loss in the history isn't the mean over the batches of each epoch."
    return None


def _trained_alone(model_class: type, case: str) -> tuple[list, list | None, str | None]:
    """Train like ``_trained``, while Keras's own training step refuses to work."""
    import keras

    owner = next(parent for parent in keras.Model.__mro__ if "train_step" in vars(parent))
    used = []

    def refuse(model: Any, data: Any) -> None:
        used.append(model)
        raise RuntimeError("Keras's own step is switched off")

    got, loss, fault = [], None, None
    with patch.object(owner, "train_step", refuse):
        try:
            got, loss = _trained(model_class, case)
        except Exception as error:
            fault = f"fit raises {first_line(error)}."
    if used:
        fault = "it calls Keras's own train_step; write prediction, loss, gradients and update."
    return got, loss, fault


@functools.cache
def _trained_by_keras(case: str) -> tuple[list, list | None]:
    """Return what Keras's own step gives."""
    import keras

    return _trained(keras.Model, case)


def _trained(model_class: type, case: str) -> tuple[list, list | None]:
    """Train a network with a regularizer and dropout, and return its weights and its losses."""
    import keras
    from keras import layers

    kind, settings, weight = CASES[case]
    keras.utils.set_random_seed(0)
    inputs = keras.Input((3,))
    hidden = layers.Dense(6, activation="tanh", kernel_regularizer=keras.regularizers.L2(0.1))
    dropped = layers.Dropout(0.5, seed=4)(hidden(inputs))
    model = model_class(inputs, layers.Dense(1)(dropped))
    model.compile(getattr(keras.optimizers, kind)(**settings), loss="mse")
    history = model.fit(
        ROWS, TARGETS, sample_weight=weight, batch_size=8, epochs=2, shuffle=False, verbose=0
    ).history
    return model.get_weights(), history.get("loss")


TOWERS = ("output first", "sequential", "setattr")
WRONG_TOWERS = (
    "one layer for all",
    *("one layer again", "no relu", "sigmoid", "relu at the end", "one too few", "made in call"),
    *("no config", "config without super", "swapped config", "no kwargs", "no last layer"),
)


def tower(form: str = "") -> type:
    """Return the class Tower of the exercise: as on the page, in another form, or wrong."""
    import keras
    from keras import layers

    class Tower(keras.Model):
        def __init__(self, depth, units, **kwargs):
            super().__init__(**kwargs)
            self.depth, self.units = depth, units
            if form == "output first":
                self.price = layers.Dense(1)
            number = depth - 1 if form == "one too few" else depth
            activation = {"no relu": None, "sigmoid": "sigmoid"}.get(form, "relu")
            hidden = [layers.Dense(units, activation=activation) for _ in range(number)]
            if form == "one layer again":
                hidden = [hidden[0], *[layers.Dense(units, activation="relu")] * (depth - 1)]
            if form == "one layer for all":
                hidden = hidden[:1] * depth
            if form == "sequential":
                hidden = [keras.Sequential(hidden)]
            if form == "setattr":
                for i, layer in enumerate(hidden):
                    setattr(self, f"layer_{i}", layer)
                self.number = number
            else:
                self.hidden = hidden
            if form != "output first":
                last = "relu" if form == "relu at the end" else None
                self.price = layers.Dense(1, activation=last)

        def call(self, x):
            hidden = (
                [getattr(self, f"layer_{i}") for i in range(self.number)]
                if form == "setattr"
                else self.hidden
            )
            for layer in hidden:
                x = layer(x)
            if form == "no last layer":
                return x
            return layers.Dense(1)(x) if form == "made in call" else self.price(x)

        def get_config(self):
            depth, units = self.depth, self.units
            if form == "swapped config":
                depth, units = units, depth
            own = {"depth": depth, "units": units}
            return own if form == "config without super" else {**super().get_config(), **own}

    if form == "no config":
        del Tower.get_config
    if form == "no kwargs":

        class WithoutKwargs(Tower):
            def __init__(self, depth, units):
                super().__init__(depth, units)

        return WithoutKwargs
    return Tower


WEIGHTED = ("own loss", "len")
WRONG_WEIGHTED = (
    *("of the page", "weights ignored", "not training", "no mean", "no update", "returns nothing"),
    *("weights as targets", "squared error by hand", "no train_step"),
    *("parent's step", "parent's loss", "plain step", "momentum by hand"),
)


def weighted(form: str = "") -> type:
    """Return the class Weighted of the exercise: as on the page, in another form, or wrong."""
    import keras
    import tensorflow as tf

    class Weighted(keras.Model):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.mean_loss = keras.metrics.Mean(name="mean_loss")

        def train_step(self, data):
            if form == "parent's step":
                return super().train_step(data)
            if form == "parent's loss":
                return {"loss": super().train_step(data)["loss"]}
            weight = None
            if form == "of the page":
                x, y = data
            elif form == "len":
                x, y = data[:2]
                weight = data[2] if len(data) > 2 else None
            else:
                x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
            if form == "weights ignored":
                weight = None
            if form == "weights as targets" and weight is not None:
                y, weight = y * weight[:, None], None
            with tf.GradientTape() as tape:
                prediction = self(x, training=form != "not training")
                if form == "squared error by hand":
                    loss = tf.reduce_mean((y - prediction) ** 2)
                elif form == "own loss":
                    errors = tf.reduce_mean((tf.cast(y, "float32") - prediction) ** 2, axis=-1)
                    if weight is not None:
                        errors = errors * tf.reshape(tf.cast(weight, "float32"), (-1,))
                    loss = tf.reduce_mean(errors) + sum(self.losses)
                else:
                    loss = self.compute_loss(x, y, prediction, sample_weight=weight)
            gradients = tape.gradient(loss, self.trainable_variables)
            if form == "plain step":
                for variable, gradient in zip(self.trainable_variables, gradients, strict=True):
                    variable.assign_sub(self.optimizer.learning_rate * gradient)
            elif form == "momentum by hand":
                if not hasattr(self, "steps"):
                    self.steps = [tf.Variable(tf.zeros_like(w)) for w in self.trainable_variables]
                lists = zip(self.trainable_variables, gradients, self.steps, strict=True)
                for variable, gradient, step in lists:
                    step.assign(0.5 * step - self.optimizer.learning_rate * gradient)
                    variable.assign_add(step)
            elif form != "no update":
                self.optimizer.apply(gradients, self.trainable_variables)
            self.mean_loss.update_state(loss)
            if form == "returns nothing":
                return {}
            return {"loss": loss if form == "no mean" else self.mean_loss.result()}

    if form == "no train_step":
        del Weighted.train_step
    return Weighted
