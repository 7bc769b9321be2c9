"""Generated data that take the place of a real dataset where there is no network.

Shapes, types, classes and value ranges are those of the real dataset; the same call always gives
the same data. How hard they are to learn resembles the real dataset only roughly.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from annbook.datasets.reading import IMDB_WORDS

DESCRIPTIONS = {
    "mnist": (
        "MNIST",
        "the 1,797 handwritten 8×8 digits that come with scikit-learn, enlarged to 28×28 and "
        "slanted, stretched and shifted at random",
    ),
    "fashion_mnist": ("Fashion-MNIST", "simple drawings of the ten kinds of clothes"),
    "imdb": (
        "the IMDB reviews",
        "random sequences of words, some of which are more frequent in favorable reviews and "
        "some in unfavorable ones",
    ),
    "california_housing": (
        "California housing",
        "random districts whose house values follow an invented formula",
    ),
}

_TRAIN, _TEST = 60_000, 10_000


# ---- MNIST ---------------------------------------------------------------------------------------


def mnist() -> tuple:
    """Return images made of scikit-learn's digits, other digits for the training than for the test.

    Returns
    -------
    ((x_train, y_train), (x_test, y_test))
        uint8 arrays of shapes (60000, 28, 28), (60000,), (10000, 28, 28) and (10000,).
    """
    from sklearn.datasets import load_digits

    digits = load_digits()
    rng = np.random.default_rng(0)
    order = rng.permutation(len(digits.images))
    images = digits.images[order].astype(np.float32) / 16
    labels = digits.target[order].astype(np.uint8)
    first_test = 1_500
    return (
        _vary_digits(images[:first_test], labels[:first_test], _TRAIN, rng),
        _vary_digits(images[first_test:], labels[first_test:], _TEST, rng),
    )


def _vary_digits(
    images: np.ndarray, labels: np.ndarray, n_samples: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw all ``images`` again and again, each time transformed in another way."""
    rounds = -(-n_samples // len(images))
    varied = np.concatenate([_enlarge(images, rng) for _ in range(rounds)])
    order = rng.permutation(len(varied))[:n_samples]
    return varied[order], np.tile(labels, rounds)[order]


def _enlarge(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Bring 8×8 images to about 20×20 in the middle of 28×28, all with one random distortion."""
    slant = rng.uniform(-0.2, 0.2)
    height, width = rng.uniform(2.3, 2.6, 2)  # pixels per pixel
    down, right = rng.integers(-1, 2, 2)
    pixel, source = np.arange(28) - 13.5, np.arange(8) - 3.5
    row = (pixel - down) / height
    column = (pixel - right)[None, :] / width + slant * row[:, None]
    row_weights = _interpolation(row[:, None] - source)
    column_weights = _interpolation(column[:, :, None] - source)
    stretched = (row_weights @ images).transpose(1, 0, 2)  # (28, n, 8)
    enlarged = (stretched @ column_weights.transpose(0, 2, 1)).transpose(1, 0, 2)
    return (255 * np.clip(1.8 * enlarged - 0.4, 0, 1)).astype(np.uint8)


def _interpolation(distance: np.ndarray) -> np.ndarray:
    """Return the weights of cubic convolution (Keys, 1981, with a = -1/2)."""
    d = np.abs(distance)
    near, far = (1.5 * d - 2.5) * d**2 + 1, ((-0.5 * d + 2.5) * d - 4) * d + 2
    return np.where(d < 1, near, np.where(d < 2, far, 0)).astype(np.float32)


# ---- Fashion-MNIST -------------------------------------------------------------------------------


def fashion_mnist() -> tuple:
    """Return drawings of clothes, equally many of each class.

    Returns
    -------
    ((x_train, y_train), (x_test, y_test))
        Shapes and types as :func:`mnist` has them.
    """
    rng = np.random.default_rng(1)
    return _draw_wardrobe(_TRAIN, rng), _draw_wardrobe(_TEST, rng)


def _draw_wardrobe(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    batch = 500  # small enough for the processor's cache: twice as fast as all at once
    labels = np.repeat(np.arange(10, dtype=np.uint8), n // 10)
    images = [_draw_garments(label, batch, rng) for label in labels[::batch]]
    order = rng.permutation(n)
    return np.concatenate(images)[order], labels[order]


def _draw_garments(label: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return ``n`` pictures of one class: a silhouette of random proportions, shaded, textured."""

    def uniform(low: float, high: float) -> np.ndarray:
        return rng.uniform(low, high, (n, 1, 1)).astype(np.float32)

    axis = np.linspace(-1, 1, 28, dtype=np.float32)  # x to the right, y down
    x = (axis[None, None, :] - uniform(-0.06, 0.06)) / uniform(0.9, 1.08)
    y = (axis[None, :, None] - uniform(-0.06, 0.06)) / uniform(0.9, 1.0)
    inside = _SILHOUETTES[label](x, y, uniform)  # positive inside, in half widths of the picture
    stripes = uniform(-0.25, 0.25) * np.sin(uniform(4, 25) * (x * uniform(-1, 1) + y))
    noise = 0.06 * rng.standard_normal(inside.shape, dtype=np.float32)
    shade = uniform(0.35, 1) * (1 + stripes) + noise
    return (255 * np.clip(14 * inside + 0.5, 0, 1) * np.clip(shade, 0.05, 1)).astype(np.uint8)


def _both(*shapes):
    return functools.reduce(np.minimum, shapes)


def _either(*shapes):
    return functools.reduce(np.maximum, shapes)


def _top(x, y, u, hem, sleeve_length, sleeve_gap=0.0):
    """Draw a torso with two sleeves and a neckline."""
    width, slope = u(0.36, 0.48), u(0.3, 0.6)
    torso = _both(width - np.abs(x), y + 0.85, hem - y)
    reach = np.abs(x) - width
    along = y + 0.85 - slope * np.maximum(reach, 0)
    sleeve = _both(reach + 0.1 - sleeve_gap, along, sleeve_length - along, u(0.28, 0.42) - reach)
    neckline = np.hypot(x / u(0.7, 1.2), y + 0.9) - u(0.12, 0.22)
    return _both(_either(torso, sleeve), neckline)


def _t_shirt(x, y, u):
    return _top(x, y, u, u(0.65, 0.9), u(0.4, 0.75))


def _trouser(x, y, u):
    width = u(0.28, 0.42)
    legs = _both(width - np.abs(x) + 0.05 * y, y + 0.95, 0.95 - y)
    return _both(legs, _either(np.abs(x) - u(0.01, 0.05) * (1 + y), u(-0.6, -0.3) - y))


def _pullover(x, y, u):
    return _top(x, y, u, u(0.6, 0.9), u(1.2, 1.7), 0.1)


def _dress(x, y, u):
    flare, waist = u(0.02, 0.3), u(0.18, 0.32)
    skirt = _both(waist + flare * np.maximum(y, -0.2) - np.abs(x), y + 0.95, 0.95 - y)
    return _both(skirt, np.hypot(x, y + 0.95) - u(0.08, 0.2))


def _coat(x, y, u):
    opening = np.abs(x - u(-0.04, 0.04)) - u(-0.05, 0.05)
    return _both(_top(x, y, u, u(0.7, 0.95), u(1.2, 1.7), 0.1), _either(opening, -0.9 - y))


def _shirt(x, y, u):
    buttons = np.hypot(x, (y % 0.3) - 0.15) - u(-0.1, 0.08)
    return _both(_top(x, y, u, u(0.65, 0.9), u(0.5, 1.7), 0.08), buttons)


def _sole(x, y, u):
    return _both(0.92 - np.abs(x), y - 0.3 - 0.1 * x * u(-1, 1), u(0.42, 0.5) - y)


def _sandal(x, y, u):
    straps = [
        _both(
            u(0.04, 0.09) - np.abs(x - place - u(-0.6, 0.6) * (y - 0.3)), y - u(-0.4, 0.0), 0.4 - y
        )
        for place in (-0.6, 0.0, 0.5)
    ]
    return _either(_sole(x, y, u), *straps)


def _sneaker(x, y, u):
    rise = y - 0.3 + u(0.3, 0.45) + u(0.1, 0.3) * x  # the toe, to the left, is low
    return _either(_sole(x, y, u), _both(0.88 - np.abs(x), rise - u(0.0, 0.15), 0.45 - y))


def _bag(x, y, u):
    box = _both(u(0.6, 0.9) - np.abs(x), y - u(-0.35, 0.0), u(0.6, 0.85) - y)
    handle = 0.06 - np.abs(np.hypot(x, (y + 0.1) / u(0.8, 1.4)) - u(0.3, 0.5))
    return _either(box, _both(handle, 0.1 - y))


def _ankle_boot(x, y, u):
    shaft = _both(x - u(-0.3, 0.0), 0.85 - x, y + u(0.1, 0.9), 0.45 - y)
    foot = _both(0.88 - np.abs(x), y - 0.1 + u(0.0, 0.3) + 0.2 * x, 0.45 - y)
    return _either(_sole(x, y, u), shaft, foot)


_SILHOUETTES = (
    *(_t_shirt, _trouser, _pullover, _dress, _coat),
    *(_sandal, _shirt, _sneaker, _bag, _ankle_boot),
)


# ---- IMDB ----------------------------------------------------------------------------------------

_FREQUENT = (
    "the",
    "and",
    "a",
    "of",
    "to",
    "is",
    "br",
    "in",
    "it",
    "i",
    "this",
    "that",
    "was",
    "as",
    "for",
    "with",
    "movie",
    "but",
    "film",
)
_FAVORABLE = (
    "great",
    "wonderful",
    "best",
    "excellent",
    "perfect",
    "loved",
    "beautiful",
    "brilliant",
    "amazing",
)
_UNFAVORABLE = ("bad", "awful", "worst", "terrible", "boring", "hated", "poor", "stupid", "waste")
_NEUTRAL = ("not", "too", "far", "long", "ending")  # from rank 22 on
# From rank 20 on, of every twenty words the first is more frequent in favorable reviews, the
# second in unfavorable ones.
_EVERY = 20


def imdb() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Return random reviews, the training half, then the test half.

    Yields
    ------
    reviews : array of shape (25000,), object
        Lists of ranks.
    labels : array of shape (25000,), int64
        12,500 of each class.
    """
    for seed in (2, 3):
        rng = np.random.default_rng(seed)
        labels = rng.permutation(np.repeat(np.array([0, 1]), 12_500))
        lengths = np.clip(rng.lognormal(5.2, 0.65, labels.size), 10, 2_500).astype(int)
        # Zipf's law: the logarithm of the rank is about uniformly distributed.
        uniform = rng.random(lengths.sum(), dtype=np.float32)
        ranks = np.minimum(np.exp(uniform * np.log(IMDB_WORDS + 1)).astype(np.int32), IMDB_WORDS)
        # In some reviews most words lean the wrong way: no model can reach 100 % on new ones.
        agreement = np.repeat(rng.normal(0.78, 0.12, labels.size), lengths)
        agrees = rng.random(ranks.size, dtype=np.float32) < agreement
        telling = (ranks >= _EVERY) & (ranks % _EVERY < 2)
        unfavorable = np.repeat(labels, lengths) != agrees
        ranks = np.where(telling, ranks // _EVERY * _EVERY + unfavorable, ranks)
        reviews = np.empty(labels.size, dtype=object)
        ends = np.cumsum(lengths)
        for i, (end, length) in enumerate(zip(ends, lengths, strict=True)):
            reviews[i] = ranks[end - length : end].tolist()
        yield reviews, labels


def imdb_word_index() -> dict[str, int]:
    """Return the words of the reviews; those without a spelling of their own are called word20 etc.

    Returns
    -------
    dict of str to int
        Word → rank, from 1 to ``IMDB_WORDS``.
    """
    words = [f"word{rank}" for rank in range(IMDB_WORDS + 1)]
    words[1:_EVERY] = _FREQUENT
    words[_EVERY + 2 : _EVERY + 2 + len(_NEUTRAL)] = _NEUTRAL
    for number, rank in enumerate(range(_EVERY, IMDB_WORDS, _EVERY)):
        known = number < len(_FAVORABLE)
        words[rank] = _FAVORABLE[number] if known else f"good{rank}"
        words[rank + 1] = _UNFAVORABLE[number] if known else f"bad{rank + 1}"
    return {word: rank for rank, word in enumerate(words) if rank}


# ---- California housing --------------------------------------------------------------------------

# Longitude, latitude, share of the districts, and how much its neighborhood adds to house values.
_CITIES = np.array(
    [
        (-118.3, 34.0, 0.42, 0.55),  # Los Angeles
        (-122.2, 37.7, 0.22, 0.80),  # San Francisco Bay
        (-117.1, 32.8, 0.09, 0.45),  # San Diego
        (-121.4, 38.6, 0.09, 0.05),  # Sacramento
        (-119.5, 36.4, 0.12, -0.15),  # Central Valley
        (-122.0, 39.9, 0.06, -0.20),  # the North
    ]
)


def california_housing() -> tuple[np.ndarray, np.ndarray]:
    """Return districts whose values income, rooms and the place decide, not linearly.

    Returns
    -------
    X : array of shape (20640, 8), float64
    y : array of shape (20640,), float64
    """
    rng = np.random.default_rng(4)
    n = 20_640
    city = rng.choice(len(_CITIES), n, p=_CITIES[:, 2])
    spread = rng.normal(0, 1, (n, 2)) * np.where(rng.random(n) < 0.75, 0.25, 0.9)[:, None]
    longitude = np.clip(_CITIES[city, 0] + spread[:, 0], -124.35, -114.31).round(2)
    latitude = np.clip(_CITIES[city, 1] + spread[:, 1], 32.54, 41.95).round(2)
    income = np.clip(rng.lognormal(1.26, 0.45, n), 0.4999, 15.0001).round(4)
    age = np.clip(rng.normal(29, 13, n), 1, 52).round()
    population = np.clip(rng.lognormal(7.03, 0.73, n), 3, 35_682).round()
    people = np.clip(1 + rng.lognormal(0.6, 0.35, n), 0.7, 1_243)
    rooms = np.clip((3.4 + 0.5 * income) * rng.lognormal(0, 0.18, n), 0.85, 141.9)
    bedrooms = np.clip(rng.lognormal(0.06, 0.1, n), 0.34, 34.0)

    distance = np.hypot(longitude - _CITIES[city, 0], latitude - _CITIES[city, 1])
    log_value = 0.9 * np.log(income) + _CITIES[city, 3] * np.exp(-2 * distance)
    log_value += 0.25 * np.log(rooms / people) + 0.15 * ((age - 25) / 25) ** 2
    value = np.exp(log_value + rng.normal(0, 0.22, n))
    value *= 5 / np.quantile(value, 1 - 0.0468)  # the share that the census cut off
    X = np.stack([income, age, rooms, bedrooms, population, people, latitude, longitude], axis=1)
    return X, np.clip(value, 0.14999, 5.00001).round(5)
