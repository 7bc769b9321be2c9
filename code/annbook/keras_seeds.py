"""The same Keras network trained with several seeds, faster than one ``fit`` after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from annbook.validation import check_array, check_integer, check_number

if TYPE_CHECKING:
    import keras


def train_with_seeds(
    build: Callable[[], keras.Model],
    X: Any,
    y: np.ndarray,
    *,
    seeds: Iterable[int] = (0, 1, 2),
    loss: Any = "mse",
    learning_rate: float = 0.01,
    batch_size: int = 512,
    epochs: int = 20,
) -> list[keras.Model]:
    """Build and train one network for each seed, with Adam, and return the trained networks.

    Each network is trained as these lines do it::

        keras.utils.set_random_seed(seed)
        model = build()
        model.compile(keras.optimizers.Adam(learning_rate), loss=loss)
        model.fit(X, y, batch_size=batch_size, epochs=epochs)

    only that NumPy shuffles the rows, with ``default_rng(seed)``, in each epoch. For small networks
    ``fit`` spends most of its time on preparation and between epochs. Here one model is compiled,
    all its updates run in one call, and it begins again at the initial weights of each seed.

    Parameters
    ----------
    build : callable
        Returns a new model with its weights, not compiled, with one output.
    X : array, or list or dict of arrays
        Inputs, as ``fit`` takes them.
    y : array of shape (n,) or (n, 1)
        Targets.
    seeds : iterable of int
        One training run each.
    loss : str or callable
        As for ``compile``.
    learning_rate : float
        Of Adam.
    batch_size, epochs : int
        As for ``fit``.

    Returns
    -------
    list of keras.Model
        Not compiled, in the order of the seeds.

    Raises
    ------
    TypeError
        ``build`` is not callable or returns no Keras model, or a number has the wrong type.
    ValueError
        There are no targets, or a number is out of range.
    """
    import keras
    import tensorflow as tf

    if not callable(build):
        raise TypeError(f"build: got {type(build).__name__}, want a function that returns a model")
    y = check_array("y", y, ("n", ...)).astype("float32")
    check_number("learning_rate", learning_rate, low_is_allowed=False)
    check_integer("batch_size", batch_size)
    check_integer("epochs", epochs)
    worker = build()
    if not isinstance(worker, keras.Model):
        raise TypeError(f"build: got one that returns {type(worker).__name__}, want a keras.Model")

    def constant(rows):  # images stay bytes, a quarter of the memory
        rows = np.asarray(rows)
        return tf.constant(rows if rows.dtype == np.uint8 else rows.astype("float32"))

    def gather(array, rows):
        return tf.cast(tf.gather(array, rows), "float32")

    X = tf.nest.map_structure(constant, X)
    steps = -(-len(y) // batch_size)  # of an epoch, rounded up
    optimizer = keras.optimizers.Adam(learning_rate)
    worker.compile(optimizer, loss=loss)

    def batch(rows):
        return tf.nest.map_structure(lambda array: gather(array, rows), X), gather(y, rows)

    @tf.function(autograph=False)
    def train(orders):  # of the rows, one for each epoch
        def one_step(step):
            start = step % steps * batch_size
            worker.train_step(batch(orders[step // steps, start : start + batch_size]))
            return step + 1

        tf.while_loop(lambda step: step < steps * epochs, one_step, [tf.constant(0)])

    # Variables can't be created inside a traced loop, so metrics and optimizer come first.
    worker.test_step(batch(np.arange(min(2, len(y)))))
    optimizer.build(worker.trainable_variables)
    start = [variable.numpy() for variable in optimizer.variables]
    # Traced by hand: TensorFlow warns where the same function is traced again and again.
    traced = train.get_concrete_function(tf.TensorSpec((epochs, len(y)), "int64"))
    models = []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        model = build()
        worker.set_weights(model.get_weights())
        for variable, value in zip(optimizer.variables, start, strict=True):
            variable.assign(value)  # Adam forgets the run before
        shuffled = np.random.default_rng(seed)
        orders = [shuffled.permutation(len(y)) for _ in range(epochs)]
        traced(tf.constant(np.array(orders), "int64"))
        model.set_weights(worker.get_weights())
        models.append(model)
    return models
