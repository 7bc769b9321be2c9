"""The same experiments twice: with plain ``fit`` calls in Keras, and with the pages' own code.

One MNIST network of 10 epochs, seven networks on the moons of 5,000 full-batch steps each, four
networks on the film reviews of 20 epochs each. Run by hand, with the real data:

    ANNBOOK_DATA=/path/to/data .venv/bin/python -m tests.benchmarks.same_experiments

All of Keras's part takes half an hour on two cores. ``--share 0.02`` lets Keras do that share of
each training's epochs (at least one) and multiplies its time; then its accuracies mean nothing.
"""

import argparse
import os
import sys
import time

import numpy as np

import annbook

annbook.setup()

from annbook import datasets  # noqa: E402
from annbook.network import (  # noqa: E402
    Activation,
    Dense,
    Dropout,
    Network,
    RMSprop,
    Stack,
)

MOONS = [  # hidden units, L1, L2, dropout
    *((h, 0, 0, 0) for h in (1, 5, 20, 50)),
    *((50, 0.001, 0, 0), (50, 0, 0.001, 0), (50, 0, 0, 0.25)),
]
REVIEWS = [(16, 0, 0), (8, 0, 0), (8, 0.001, 0), (8, 0.001, 0.5)]  # units, L2, dropout


def mnist():
    """Return flat images from 0 to 1 and their classes, for training and test."""
    (X, y), (X_test, y_test) = datasets.mnist()
    flat = [(part.reshape(len(part), 784) / 255).astype("float32") for part in (X, X_test)]
    return (flat[0], y), (flat[1], y_test)


def reviews():
    """Return sparse 0/1 rows of 10,000 words: 15,000 reviews for training, 25,000 for test."""
    from scipy.sparse import csr_array

    pairs = []
    for indices, y in datasets.imdb():
        words = [np.unique(review) for review in indices]
        ends = np.cumsum([0, *map(len, words)])
        data = np.ones(ends[-1], "float32")
        rows = csr_array((data, np.concatenate(words), ends), shape=(len(words), 10_000))
        pairs.append((rows, y))
    (X, y), test = pairs
    return (X[10_000:], y[10_000:]), test


def with_keras(share):
    """Train all with ``fit``; yield name, seconds for all epochs, test accuracy."""
    import keras
    from keras import layers, regularizers

    def seconds_of(model, X, y, epochs, **fit):
        done = max(1, round(share * epochs))
        model.fit(X, y, epochs=1, verbose=0, **fit)  # tracing
        start = time.perf_counter()
        model.fit(X, y, epochs=done, verbose=0, **fit)
        return (time.perf_counter() - start) * epochs / done

    (X, y), test = mnist()
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((784,)), layers.Dense(15, "sigmoid")])
    model.add(layers.Dense(10, "softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    seconds = seconds_of(model, X, y, 10, batch_size=128)
    yield "MNIST", seconds, model.evaluate(*test, verbose=0, batch_size=1000)[1]

    data, test = datasets.moons(n_samples=200), datasets.moons(n_samples=20_000, seed=12_345)
    for units, l1, l2, dropout in MOONS:
        keras.utils.set_random_seed(0)
        penalty = {"kernel_regularizer": regularizers.L1L2(l1, l2)}
        model = keras.Sequential([keras.Input((2,)), layers.Dense(units, "tanh", **penalty)])
        model.add(layers.Dropout(dropout))
        model.add(layers.Dense(1, "sigmoid", **penalty))
        model.compile(keras.optimizers.SGD(1.0), "binary_crossentropy", metrics=["accuracy"])
        seconds = seconds_of(model, *data, 5000, batch_size=200)
        yield "moons", seconds, model.evaluate(*test, verbose=0, batch_size=1000)[1]

    (X, y), (X_test, y_test) = reviews()
    X = X.toarray()
    for units, l2, dropout in REVIEWS:
        keras.utils.set_random_seed(0)
        penalty = {"kernel_regularizer": regularizers.L2(l2)}
        model = keras.Sequential([keras.Input((10_000,))])
        for _ in range(2):
            model.add(layers.Dense(units, "relu", **penalty))
            model.add(layers.Dropout(dropout))
        model.add(layers.Dense(1, "sigmoid"))
        model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
        seconds = seconds_of(model, X, y, 20, batch_size=512)
        parts = [slice(i, i + 5000) for i in range(0, 25_000, 5000)]
        right = [(model.predict(X_test[p].toarray(), verbose=0) > 0.5)[:, 0] for p in parts]
        yield "reviews", seconds, np.mean(np.concatenate(right) == y_test)


def with_annbook():
    """Train all with the pages' code; yield name, seconds, test accuracy."""
    (X, y), test = mnist()
    start = time.perf_counter()
    layers = [Dense(784, 15), Activation("sigmoid"), Dense(15, 10)]
    network = Network(layers, "softmax_crossentropy", dtype="float32")
    network.fit(X, y, optimizer="adam", epochs=10, batch_size=128)
    yield "MNIST", time.perf_counter() - start, network.evaluate(*test)["accuracy"]

    data, test = datasets.moons(n_samples=200), datasets.moons(n_samples=20_000, seed=12_345)
    for units, l1, l2, dropout in MOONS:
        start = time.perf_counter()
        stack = Stack(2, units, [0], l1=l1, l2=l2, dropout=dropout)
        stack.train(*data, 5000)
        yield "moons", time.perf_counter() - start, stack.scores(*test)[1][0]

    (X, y), test = reviews()
    for units, l2, dropout in REVIEWS:
        start = time.perf_counter()
        layers = [Dense(10_000, units, l2=l2), Activation("relu"), Dropout(dropout)]
        layers += [Dense(units, units, l2=l2), Activation("relu"), Dropout(dropout)]
        network = Network([*layers, Dense(units, 1)], "sigmoid_crossentropy", dtype="float32")
        network.fit(X, y, optimizer=RMSprop(), epochs=20, batch_size=512)
        yield "reviews", time.perf_counter() - start, network.evaluate(*test)["accuracy"]


def main():
    """Print seconds and accuracies of both, and the ratio of the sums."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--share", type=float, default=1.0, help="share of the epochs for Keras")
    share = parser.parse_args().share
    if not 0 < share <= 1:
        sys.exit(f"--share: got {share}, want a number above 0 and up to 1")
    totals = []
    print(f"{os.cpu_count()} cores; Keras does {share:.0%} of the epochs")
    for name, runs in (("Keras", with_keras(share)), ("annbook", with_annbook())):
        total = 0.0
        for task, seconds, accuracy in runs:
            print(f"{name:8} {task:8} {seconds:8.2f} s  test accuracy {accuracy:.4f}", flush=True)
            total += seconds
        print(f"{name:8} in all {total:10.1f} s")
        totals.append(total)
    print(f"ratio {totals[0] / totals[1]:.0f}")


if __name__ == "__main__":
    main()
