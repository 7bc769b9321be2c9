"""The toy sets, and the stand-ins of the real datasets."""

import numpy as np
import pytest
from sklearn.datasets import make_circles, make_moons
from sklearn.naive_bayes import BernoulliNB
from sklearn.neighbors import KNeighborsClassifier
from tests.package.data_server import without_data

from annbook import datasets
from annbook.datasets import stand_ins


@pytest.fixture(autouse=True)
def nothing_at_hand(monkeypatch, tmp_path):
    """Start without data, without caches and without a network."""
    without_data(monkeypatch, tmp_path)


# ---- toy sets ------------------------------------------------------------------------------------


def test_xor_is_the_truth_table():
    X, y = datasets.xor()
    assert [tuple(row) for row in X] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert list(y) == [0, 1, 1, 0]


def test_students_are_the_table_of_the_exercise():
    names, grades, exam_success, physics = datasets.students()
    assert names == ("Bob", "Eli", "Tom", "Ryan")
    np.testing.assert_array_equal(grades, [[12, 15], [10, 9], [18, 18], [13, 14]])
    np.testing.assert_array_equal(exam_success, [1, 0, 1, 1])
    np.testing.assert_array_equal(physics, [16, 10, 19, 16])


def test_moons_and_circles_are_those_of_scikit_learn():
    for ours, theirs in (
        (datasets.moons(150, 0.3, 7), make_moons(150, noise=0.3, random_state=7)),
        (
            datasets.circles(150, 0.1, 7),
            make_circles(150, noise=0.1, random_state=7, factor=0.5),
        ),
    ):
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])


def test_spirals_without_noise_lie_on_two_arms_that_are_point_reflections():
    X, y = datasets.spirals(200, noise=0, seed=1)
    radius = np.hypot(*X.T)
    assert radius.max() == pytest.approx(1)
    angle = 3 * np.pi * radius + np.pi * y
    np.testing.assert_allclose(X, radius[:, None] * np.c_[np.cos(angle), np.sin(angle)], atol=1e-12)
    assert sorted(map(tuple, X[y == 0].round(9))) == sorted(map(tuple, (-X[y == 1]).round(9)))


@pytest.mark.parametrize("make", [datasets.moons, datasets.circles, datasets.spirals])
@pytest.mark.parametrize(
    ("arguments", "error", "name"),
    [
        ({"n_samples": 1}, ValueError, "n_samples"),
        ({"n_samples": 10.0}, TypeError, "n_samples"),
        ({"noise": -0.1}, ValueError, "noise"),
        ({"noise": float("nan")}, ValueError, "noise"),
        ({"noise": "much"}, TypeError, "noise"),
        ({"seed": -1}, ValueError, "seed"),
        ({"seed": 2**32}, ValueError, "seed"),
        ({"seed": None}, TypeError, "seed"),
    ],
)
def test_toy_sets_name_a_wrong_argument(make, arguments, error, name):
    with pytest.raises(error, match=f"^{name}: got {arguments[name]!r}, want "):
        make(**arguments)


def test_imdb_names_a_wrong_argument():
    with pytest.raises(TypeError, match=r"^num_words: got 10000\.0, want "):
        datasets.imdb(num_words=1e4)
    with pytest.raises(ValueError, match=r"^num_words: got 0, want "):
        datasets.imdb(num_words=0)


@pytest.mark.parametrize("ask", [datasets.source, datasets.fetch, datasets.why_stand_in])
def test_questions_list_the_known_names(ask):
    known = "'mnist', 'fashion_mnist', 'imdb', 'california_housing'"
    with pytest.raises(ValueError, match=f"^name: got 'cifar', want one of {known}"):
        ask("cifar")


# ---- stand-ins -----------------------------------------------------------------------------------


def test_without_data_and_network_every_dataset_is_a_stand_in_and_says_so(capsys):
    for name in ("mnist", "fashion_mnist", "imdb", "california_housing"):
        assert datasets.source(name) == datasets.fetch(name) == "stand-in"
        assert datasets.why_stand_in(name) == "ANNBOOK_OFFLINE is set"
    assert capsys.readouterr().out == ""
    data = datasets.california_housing()
    assert data.source == "stand-in"
    assert not data.is_real
    printed = capsys.readouterr().out
    assert printed.count("Stand-in for California housing.") == 1
    assert "ANNBOOK_OFFLINE is set" in printed


@pytest.mark.parametrize("load", [datasets.mnist, datasets.fashion_mnist])
def test_image_stand_ins_look_like_the_real_thing_and_can_be_learned(load):
    (x_train, y_train), (x_test, y_test) = load()
    assert x_train.shape == (60_000, 28, 28)
    assert x_test.shape == (10_000, 28, 28)
    assert x_train.dtype == y_train.dtype == x_test.dtype == y_test.dtype == np.uint8
    assert set(y_train) == set(y_test) == set(range(10))
    assert x_train.min() == 0
    assert x_train.max() == 255
    flat = x_train[:2000].reshape(2000, -1) / 255
    model = KNeighborsClassifier(1).fit(flat, y_train[:2000])
    assert model.score(x_test[:1000].reshape(1000, -1) / 255, y_test[:1000]) > 0.75


def test_digits_of_training_and_test_come_from_different_originals():
    (x_train, y_train), (x_test, _) = stand_ins.mnist()
    (again, labels), _ = stand_ins.mnist()
    np.testing.assert_array_equal(x_train, again)
    np.testing.assert_array_equal(y_train, labels)
    assert not set(map(bytes, x_train[:5000])) & set(map(bytes, x_test))


def test_review_stand_ins_have_keras_layout_and_can_be_learned():
    (x_train, y_train), (x_test, y_test) = datasets.imdb(num_words=1000)
    assert len(x_train) == len(x_test) == 25_000
    assert x_train.dtype == object
    assert sorted(np.bincount(y_train)) == [12_500, 12_500]
    assert all(review[0] == 1 and max(review) < 1000 for review in x_train[:200])

    def multi_hot(reviews):
        X = np.zeros((len(reviews), 1000), dtype=np.uint8)
        for row, review in zip(X, reviews, strict=True):
            row[review] = 1
        return X

    model = BernoulliNB().fit(multi_hot(x_train[:2000]), y_train[:2000])
    assert model.score(multi_hot(x_test[:1000]), y_test[:1000]) > 0.7
    words = datasets.imdb_word_index()
    assert sorted(words.values())[:3] == [1, 2, 3]


def test_housing_stand_in_has_the_columns_and_the_cap():
    X, y = datasets.california_housing()
    assert X.shape == (20_640, 8)
    assert y.shape == (20_640,)
    assert X.dtype == y.dtype == np.float64
    assert y.max() == 5.00001
    assert 0.03 < np.mean(y == 5.00001) < 0.07
    assert np.all((X[:, 6] > 32) & (X[:, 6] < 43))  # latitude
