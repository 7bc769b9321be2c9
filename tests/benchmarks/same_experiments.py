"""The same experiments twice: with plain ``fit`` calls in Keras, and with the pages' own code.

One MNIST network of 10 epochs, seven networks on the moons of 5,000 full-batch steps each, four
networks on the film reviews of 20 epochs each. The pages' code trains nine more of each, with other
seeds and not timed: an accuracy of Keras should lie among those of the ten. Run by hand, with the
real data:

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
    """Train all with the pages' code; yield name, seconds of one seed, accuracies of ten."""

    def timed(train):
        start = time.perf_counter()
        first = train(0)
        seconds = time.perf_counter() - start
        return seconds, [first, *map(train, range(1, 10))]

    (X, y), test = mnist()

    def on_mnist(seed):
        layers = [Dense(784, 15), Activation("sigmoid"), Dense(15, 10)]
        network = Network(layers, "softmax_crossentropy", seed=seed, dtype="float32")
        network.fit(X, y, optimizer="adam", epochs=10, batch_size=128)
        return network.evaluate(*test)["accuracy"]

    yield "MNIST", *timed(on_mnist)

    moons, new_moons = datasets.moons(200), datasets.moons(20_000, seed=12_345)
    for units, l1, l2, dropout in MOONS:

        def on_moons(seed, units=units, l1=l1, l2=l2, dropout=dropout):
            stack = Stack(2, units, [seed], l1=l1, l2=l2, dropout=dropout)
            stack.train(*moons, 5000)
            return stack.scores(*new_moons)[1][0]

        yield "moons", *timed(on_moons)

    (X_reviews, y_reviews), test_reviews = reviews()
    for units, l2, dropout in REVIEWS:

        def on_reviews(seed, units=units, l2=l2, dropout=dropout):
            layers = [Dense(10_000, units, l2=l2), Activation("relu"), Dropout(dropout)]
            layers += [Dense(units, units, l2=l2), Activation("relu"), Dropout(dropout)]
            layers.append(Dense(units, 1))
            network = Network(layers, "sigmoid_crossentropy", seed=seed, dtype="float32")
            network.fit(X_reviews, y_reviews, optimizer=RMSprop(), epochs=20, batch_size=512)
            return network.evaluate(*test_reviews)["accuracy"]

        yield "reviews", *timed(on_reviews)


def main():
    """Print seconds and accuracies of both, and the ratio of the sums."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--share", type=float, default=1.0, help="share of the epochs for Keras")
    share = parser.parse_args().share
    if not 0 < share <= 1:
        sys.exit(f"--share: got {share}, want a number above 0 and up to 1")
    print(f"{os.cpu_count()} cores; Keras does {share:.0%} of the epochs")
    totals = {"Keras": 0.0, "annbook": 0.0}
    for (task, keras_seconds, accuracy), (_, seconds, accuracies) in zip(
        with_keras(share), with_annbook(), strict=True
    ):
        low, high = min(accuracies), max(accuracies)
        print(
            f"{task:8} Keras {keras_seconds:7.2f} s, accuracy {accuracy:.4f}; annbook "
            f"{seconds:5.2f} s, accuracies {low:.4f} to {high:.4f}",
            flush=True,
        )
        totals["Keras"] += keras_seconds
        totals["annbook"] += seconds
    print(f"in all: Keras {totals['Keras']:.1f} s, annbook {totals['annbook']:.1f} s")
    print(f"ratio {totals['Keras'] / totals['annbook']:.0f}")


if __name__ == "__main__":
    main()
