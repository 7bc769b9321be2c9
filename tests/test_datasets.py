"""The data: where they come from, what damaged files do, and what stands in for them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import make_circles, make_moons
from sklearn.linear_model import LogisticRegression

from annbook import datasets
from annbook.datasets import real_files, stand_ins

LOCAL = os.environ.get("ANNBOOK_DATA")
needs_real_data = pytest.mark.skipif(not LOCAL, reason="ANNBOOK_DATA names no folder of real data")


@pytest.fixture(autouse=True)
def nothing_at_hand(monkeypatch, tmp_path):
    """Start without data, without caches and without a network."""
    monkeypatch.delenv("ANNBOOK_DATA", raising=False)
    monkeypatch.setenv("ANNBOOK_OFFLINE", "1")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "sklearn"))


@pytest.fixture
def keras_cache(tmp_path):
    """Return Keras's cache folder."""
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    return folder


def in_subprocess(code, **environment):
    """Run code in a fresh Python; return what it prints."""
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


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
        ({"seed": None}, TypeError, "seed"),
    ],
)
def test_toy_sets_name_a_wrong_argument(make, arguments, error, name):
    with pytest.raises(error, match=name):
        make(**arguments)


def test_imdb_names_a_wrong_argument():
    with pytest.raises(TypeError, match="num_words"):
        datasets.imdb(num_words=1e4)
    with pytest.raises(ValueError, match="num_words"):
        datasets.imdb(num_words=0)


def test_source_lists_the_known_names():
    with pytest.raises(ValueError, match="mnist, fashion_mnist, imdb, california_housing"):
        datasets.source("cifar")


# ---- stand-ins -----------------------------------------------------------------------------------


def test_without_data_and_network_every_dataset_is_a_stand_in_and_says_so(capsys):
    for name in ("mnist", "fashion_mnist", "imdb", "california_housing"):
        assert datasets.source(name) == "stand-in"
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
    model = LogisticRegression(max_iter=300).fit(flat, y_train[:2000])
    assert model.score(x_test[:1000].reshape(1000, -1) / 255, y_test[:1000]) > 0.8


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

    model = LogisticRegression(max_iter=200).fit(multi_hot(x_train[:2000]), y_train[:2000])
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


# ---- damaged files -------------------------------------------------------------------------------


def test_a_truncated_file_in_the_named_folder_is_named_and_kept(tmp_path, monkeypatch):
    (tmp_path / "mnist.npz").write_bytes(b"PK\x03\x04 and no more")
    monkeypatch.setenv("ANNBOOK_DATA", str(tmp_path))
    with pytest.raises(datasets.DatasetError, match=r"mnist\.npz is damaged or incomplete"):
        datasets.mnist()
    assert (tmp_path / "mnist.npz").read_bytes() == b"PK\x03\x04 and no more"


def test_a_file_with_the_same_arrays_but_another_sum_is_refused(tmp_path, monkeypatch):
    images, labels = np.zeros((4, 28, 28), np.uint8), np.zeros(4, np.uint8)
    arrays = {"x_train": images, "y_train": labels, "x_test": images, "y_test": labels}
    np.savez(tmp_path / "mnist.npz", **arrays)
    monkeypatch.setenv("ANNBOOK_DATA", str(tmp_path))
    with pytest.raises(datasets.DatasetError, match="SHA-256"):
        datasets.mnist()


@pytest.mark.parametrize("place", ["missing", "a file"])
def test_a_data_folder_that_is_none_is_an_error(place, tmp_path, monkeypatch):
    folder = tmp_path / "data"
    if place == "a file":
        folder.write_text("no folder")
    monkeypatch.setenv("ANNBOOK_DATA", str(folder))
    with pytest.raises(datasets.DatasetError, match="not a readable folder"):
        datasets.mnist()


def test_an_unreadable_data_folder_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("ANNBOOK_DATA", str(tmp_path))
    monkeypatch.setattr(real_files.os, "access", lambda path, mode: False)
    with pytest.raises(datasets.DatasetError, match="not a readable folder"):
        datasets.mnist()


def test_a_data_folder_that_lacks_the_file_leads_on_to_the_stand_in(tmp_path, monkeypatch):
    monkeypatch.setenv("ANNBOOK_DATA", str(tmp_path))
    assert datasets.source("mnist") == "stand-in"


def test_a_damaged_file_in_keras_own_cache_is_named_and_not_deleted(keras_cache):
    (keras_cache / "mnist.npz").write_bytes(b"half a download")
    with pytest.raises(datasets.DatasetError, match=r"mnist\.npz is damaged .* delete it"):
        datasets.mnist()
    assert (keras_cache / "mnist.npz").read_bytes() == b"half a download"


def test_a_cache_that_cannot_be_written_is_named_when_the_network_is_up(tmp_path, monkeypatch):
    monkeypatch.setenv("ANNBOOK_OFFLINE", "0")
    monkeypatch.setitem(real_files._network_problems, "storage.googleapis.com", "")
    (tmp_path / "keras").write_text("a file where Keras wants its folder")
    with pytest.raises(datasets.DatasetError, match=r"can't be stored in .*KERAS_HOME"):
        datasets.mnist()
    assert (tmp_path / "keras").read_text() == "a file where Keras wants its folder"


def test_a_full_disk_is_an_error_and_no_stand_in(monkeypatch, keras_cache):
    def download():
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("ANNBOOK_OFFLINE", "0")
    monkeypatch.setitem(real_files._network_problems, "storage.googleapis.com", "")
    monkeypatch.setattr(real_files, "_official_loader", lambda name: download)
    with pytest.raises(datasets.DatasetError, match="No space left on device"):
        datasets.mnist()


def test_a_server_that_fails_leads_to_the_stand_in_with_the_reason(
    monkeypatch, keras_cache, capsys
):
    def download():
        raise Exception("URL fetch failure on mnist.npz: 503")

    monkeypatch.setenv("ANNBOOK_OFFLINE", "0")
    monkeypatch.setitem(real_files._network_problems, "storage.googleapis.com", "")
    monkeypatch.setattr(real_files, "_official_loader", lambda name: download)
    assert not datasets.mnist().is_real
    assert "503" in capsys.readouterr().out


# ---- real data -----------------------------------------------------------------------------------

FIRST_DIGESTS = """
import hashlib, json, os, pathlib, tempfile
home = tempfile.mkdtemp()
os.symlink(os.environ["REAL"], home + "/datasets")
os.environ["KERAS_HOME"] = home
import keras, numpy as np
from sklearn.datasets import fetch_california_housing
def digest(*arrays):
    return [hashlib.sha256(repr(a.tolist()).encode() if a.dtype == object
            else np.ascontiguousarray(a).tobytes()).hexdigest() for a in arrays]
found = {}
for name in ("mnist", "fashion_mnist", "imdb"):
    arguments = {"num_words": 5000} if name == "imdb" else {}
    (a, b), (c, d) = getattr(keras.datasets, name).load_data(**arguments)
    found[name] = digest(a[:2000], b, c[:2000], d)
found["california_housing"] = digest(
    *fetch_california_housing(data_home=os.environ["REAL"], return_X_y=True))
print(json.dumps(found))
"""


def digest(*arrays):
    import hashlib

    return [
        hashlib.sha256(
            repr(a.tolist()).encode() if a.dtype == object else np.ascontiguousarray(a).tobytes()
        ).hexdigest()
        for a in arrays
    ]


@needs_real_data
def test_real_data_are_what_keras_and_scikit_learn_return(monkeypatch):
    theirs = json.loads(in_subprocess(FIRST_DIGESTS, REAL=LOCAL).splitlines()[-1])
    monkeypatch.setenv("ANNBOOK_DATA", LOCAL)
    for name, load in (
        ("mnist", datasets.mnist),
        ("fashion_mnist", datasets.fashion_mnist),
        ("imdb", lambda: datasets.imdb(num_words=5000)),
    ):
        data = load()
        (a, b), (c, d) = data
        assert data.source == "local folder"
        assert data.is_real
        assert digest(a[:2000], b, c[:2000], d) == theirs[name], name
    assert digest(*datasets.california_housing()) == theirs["california_housing"]


@needs_real_data
def test_a_good_file_in_keras_own_cache_is_used_without_importing_keras(keras_cache):
    shutil.copyfile(Path(LOCAL, "mnist.npz"), keras_cache / "mnist.npz")
    code = (
        "import sys; from annbook import datasets; print(datasets.mnist().source);"
        "print('keras' in sys.modules or 'tensorflow' in sys.modules)"
    )
    assert in_subprocess(code).split() == ["official", "False"]


@needs_real_data
def test_the_named_folder_is_never_written_to(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    shutil.copytree(LOCAL, folder)
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(folder.rglob("*"))}
    monkeypatch.setenv("ANNBOOK_DATA", str(folder))
    for load in (datasets.mnist, datasets.fashion_mnist, datasets.california_housing):
        assert load().is_real
    datasets.imdb_word_index()
    after = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(folder.rglob("*"))}
    assert after == before


@needs_real_data
def test_real_reviews_begin_as_everybody_knows_them(monkeypatch):
    monkeypatch.setenv("ANNBOOK_DATA", LOCAL)
    words = {rank + 3: word for word, rank in datasets.imdb_word_index().items()}
    (x_train, _), _ = datasets.imdb()
    assert " ".join(words[i] for i in x_train[0][1:6]) == "this film was just brilliant"


def test_importing_the_data_imports_no_tensorflow():
    code = "import sys, annbook.datasets; print('tensorflow' in sys.modules)"
    assert in_subprocess(code) == "False"
