"""The files of the datasets: how each format is read, and what damaged or missing ones do."""

import gzip
import hashlib
import io
import itertools
import json
import os
import pickle
import shutil
import struct
import subprocess
import sys
import tarfile
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.datasets import _california_housing as sklearn_housing
from sklearn.datasets import fetch_california_housing
from tests.package.data_server import without_data

from annbook import datasets
from annbook.datasets import finding, published

LOCAL = os.environ.get("ANNBOOK_DATA")
needs_real_data = pytest.mark.skipif(not LOCAL, reason="ANNBOOK_DATA names no folder of real data")


@pytest.fixture(autouse=True)
def nothing_at_hand(monkeypatch, tmp_path):
    """Start without data, without caches and without a network."""
    without_data(monkeypatch, tmp_path)


@pytest.fixture
def keras_cache(tmp_path):
    """Return Keras's cache folder."""
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    """Return an empty folder that ANNBOOK_DATA names."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("ANNBOOK_DATA", str(folder))
    return folder


def in_subprocess(code, **options):
    """Run code in a fresh Python; return what it prints."""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, **options)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


# ---- files in each format ------------------------------------------------------------------------


def publish(monkeypatch, folder, file, content):
    """Write a file that the published one is replaced by."""
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    monkeypatch.setitem(published.SHA256, file, hashlib.sha256(content).hexdigest())


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def images(n, first):
    """Return n images that differ in every pixel, and in every image."""
    return (first + np.arange(n * 784) % 251).astype(np.uint8).reshape(n, 28, 28)


def assert_same(found, wanted):
    """Compare the parts of a dataset exactly, with their types."""
    for found_part, wanted_part in zip(found, wanted, strict=True):
        for array, values in zip(found_part, wanted_part, strict=True):
            assert array.dtype == values.dtype
            assert array.shape == values.shape
            assert array.tolist() == values.tolist()


TRAIN = images(5, 0), np.array([3, 1, 4, 1, 5], np.uint8)
TEST = images(2, 3), np.array([9, 2], np.uint8)


def test_mnist_is_read_part_by_part(data_folder, monkeypatch):
    arrays = dict(zip(("x_train", "y_train", "x_test", "y_test"), TRAIN + TEST, strict=True))
    publish(monkeypatch, data_folder, "mnist.npz", npz(**arrays))
    data = datasets.mnist()
    assert data.source == datasets.source("mnist") == "local folder"
    assert_same(data, (TRAIN, TEST))


def test_fashion_mnist_is_read_part_by_part(data_folder, monkeypatch):
    for part, (x, y) in (("train", TRAIN), ("t10k", TEST)):
        for kind, array in (("images-idx3", x), ("labels-idx1", y)):
            # idx: two zeros, 8 for unsigned bytes, the number of axes; the length of each
            header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
            content = gzip.compress(header + array.tobytes())
            publish(monkeypatch, data_folder, f"fashion-mnist/{part}-{kind}-ubyte.gz", content)
    data = datasets.fashion_mnist()
    assert data.source == "local folder"
    assert_same(data, (TRAIN, TEST))
    data[0][0][:] = 0  # the arrays can be written to, as those of Keras


def objects(rows):
    array = np.empty(len(rows), dtype=object)
    array[:] = rows
    return array


REVIEWS = {
    "x_train": objects([[1, 10], [2, 20], [3, 30], [4, 40], [5, 50, 500]]),
    "y_train": np.array([0, 1, 0, 1, 1]),
    "x_test": objects([[6, 60], [7, 70, 7], [8, 80], [9, 90], [6, 7]]),
    "y_test": np.array([1, 1, 0, 0, 1]),
}


def test_reviews_are_read_as_keras_reads_them(data_folder, monkeypatch):
    publish(monkeypatch, data_folder, "imdb.npz", npz(**REVIEWS))
    # what keras.datasets.imdb.load_data(num_words=45) of Keras 3.15 makes of that file
    train = objects([[1, 5, 23], [1, 4, 13], [1, 7, 43], [1, 6, 33], [1, 8, 2, 2]])
    test = objects([[1, 12, 2], [1, 9, 2], [1, 10, 2, 10], [1, 9, 10], [1, 11, 2]])
    wanted = (train, np.array([1, 0, 1, 0, 1])), (test, np.array([0, 1, 1, 1, 0]))
    assert_same(datasets.imdb(num_words=45), wanted)
    third = [datasets.imdb(num_words=n)[0][0][2] for n in (43, 44)]
    assert third == [[1, 7, 2], [1, 7, 43]]
    every_word = datasets.imdb(num_words=100_000)
    assert every_word[0][0][4] == [1, 8, 53, 503]


def test_reviews_that_bring_code_are_refused(data_folder, monkeypatch):
    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(data_folder / "evil"),)

    evil = {**REVIEWS, "x_train": objects([Evil()] * 5)}
    publish(monkeypatch, data_folder, "imdb.npz", npz(**evil))
    with pytest.raises(pickle.UnpicklingError, match="refused to unpickle"):
        datasets.imdb()
    assert not (data_folder / "evil").exists()


def test_the_word_index_is_read_with_all_letters(data_folder, monkeypatch):
    publish(monkeypatch, data_folder, "imdb.npz", npz(**REVIEWS))
    words = {"the": 1, "naïve": 2}
    content = json.dumps(words, ensure_ascii=False).encode()
    publish(monkeypatch, data_folder, "imdb_word_index.json", content)
    assert datasets.imdb_word_index() == words


@pytest.fixture(scope="module")
def districts():
    """Return districts as in the published archive: longitude, latitude, ..., income, value."""
    return np.random.default_rng(0).uniform(1, 100, (20_640, 9)).round(4)


@pytest.fixture(scope="module")
def archive(districts):
    """Return an archive like the published one."""
    rows = "".join(",".join(f"{x:.6f}" for x in row) + "\n" for row in districts.tolist()).encode()
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as tar:
        member = tarfile.TarInfo("CaliforniaHousing/cal_housing.data")
        member.size = len(rows)
        tar.addfile(member, io.BytesIO(rows))
    return file.getvalue()


def test_housing_is_computed_from_the_archive_with_every_column_in_its_place(
    districts, archive, data_folder, monkeypatch
):
    publish(monkeypatch, data_folder, "cal_housing.tgz", archive)
    X, y = data = datasets.california_housing()
    assert data.source == "local folder"
    longitude, latitude, age, rooms, bedrooms, people, households, income, value = districts.T
    ratios = rooms / households, bedrooms / households, people, people / households
    np.testing.assert_array_equal(X.T, [income, age, *ratios, latitude, longitude])
    np.testing.assert_array_equal(y, value / 100_000)


def test_scikit_learn_and_the_book_read_each_others_files(archive, tmp_path, monkeypatch):
    folder = tmp_path / "sklearn"
    folder.mkdir()
    publish(monkeypatch, folder, "cal_housing.tgz", archive)
    ours = datasets.california_housing()
    its_archive = sklearn_housing.ARCHIVE._replace(checksum=published.SHA256["cal_housing.tgz"])
    monkeypatch.setattr(sklearn_housing, "ARCHIVE", its_archive)
    theirs = fetch_california_housing(return_X_y=True)  # reads our archive, and replaces it
    assert os.listdir(folder) == ["cal_housing_py3.pkz"]
    table = np.ascontiguousarray(joblib.load(folder / "cal_housing_py3.pkz"))
    monkeypatch.setitem(published.SHA256, "cal_housing_py3.pkz", hashlib.sha256(table).hexdigest())
    again = datasets.california_housing()
    assert ours.source == again.source == "official"
    for a, b, c in zip(ours, theirs, again, strict=True):
        np.testing.assert_array_equal(a, b, strict=True)
        np.testing.assert_array_equal(c, b, strict=True)


@pytest.mark.parametrize("damage", ["another number", "not compressed", "too short"])
def test_a_damaged_table_of_scikit_learn_is_named(damage, districts, data_folder):
    file = data_folder / "cal_housing_py3.pkz"
    if damage == "not compressed":
        file.write_bytes(b"half a download")
    else:
        joblib.dump(districts[:: 1 if damage == "another number" else 2], file, compress=1)
    with pytest.raises(datasets.DatasetError, match=f"^{file}: got a wrong checksum"):
        datasets.california_housing()


# ---- damaged files -------------------------------------------------------------------------------


def test_a_truncated_file_in_the_named_folder_is_named_and_kept(data_folder):
    (data_folder / "mnist.npz").write_bytes(b"PK\x03\x04 and no more")
    for ask in (datasets.mnist, lambda: datasets.source("mnist")):
        with pytest.raises(datasets.DatasetError, match=r"mnist\.npz: got a wrong checksum"):
            ask()
    assert (data_folder / "mnist.npz").read_bytes() == b"PK\x03\x04 and no more"


def test_a_file_with_the_same_arrays_but_another_sum_is_refused(data_folder):
    arrays = dict(zip(("x_train", "y_train", "x_test", "y_test"), TRAIN + TEST, strict=True))
    (data_folder / "mnist.npz").write_bytes(npz(**arrays))
    with pytest.raises(datasets.DatasetError, match=r"mnist\.npz: got a wrong checksum"):
        datasets.mnist()


def test_a_file_that_changes_is_checked_again(data_folder, monkeypatch):
    publish(monkeypatch, data_folder, "mnist.npz", b"right")
    assert datasets.source("mnist") == "local folder"
    (data_folder / "mnist.npz").write_bytes(b"wrong")
    with pytest.raises(datasets.DatasetError, match="wrong checksum"):
        datasets.source("mnist")


def test_a_link_to_nowhere_is_named(data_folder):
    (data_folder / "mnist.npz").symlink_to("nowhere")
    with pytest.raises(datasets.DatasetError, match=r"mnist\.npz: got No such file"):
        datasets.mnist()


@pytest.mark.parametrize("place", ["missing", "a file"])
def test_a_data_folder_that_is_none_is_an_error(place, tmp_path, monkeypatch):
    folder = tmp_path / "data"
    if place == "a file":
        folder.write_text("no folder")
    monkeypatch.setenv("ANNBOOK_DATA", str(folder))
    for ask in (datasets.mnist, lambda: datasets.source("mnist")):
        with pytest.raises(
            datasets.DatasetError, match=f"^ANNBOOK_DATA: got {folder}, want a readable folder"
        ):
            ask()


def test_an_unreadable_data_folder_is_an_error(data_folder, monkeypatch):
    monkeypatch.setattr(finding.os, "access", lambda path, mode: False)
    with pytest.raises(datasets.DatasetError, match="want a readable folder"):
        datasets.mnist()


def test_a_relative_data_folder_counts_from_where_the_process_started(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mnist.npz").write_bytes(b"found, and damaged")
    (tmp_path / "page").mkdir()
    code = (
        "import os; from annbook import datasets; os.chdir('page')\n"
        "try: datasets.mnist()\n"
        "except datasets.DatasetError as error: print(error)"
    )
    for setting, said in (("data", "data/mnist.npz: got a wrong"), ("nowhere", "nowhere, want")):
        environment = {**os.environ, "ANNBOOK_DATA": setting}
        assert f"{tmp_path}/{said}" in in_subprocess(code, cwd=tmp_path, env=environment)


def test_a_data_folder_that_lacks_the_file_leads_on(data_folder, monkeypatch, keras_cache):
    assert datasets.source("mnist") == "stand-in"
    publish(monkeypatch, keras_cache, "mnist.npz", b"here")
    assert datasets.source("mnist") == "official"
    shutil.move(keras_cache / "mnist.npz", data_folder)
    assert datasets.source("mnist") == "local folder"


def test_a_damaged_file_in_keras_own_cache_is_named_and_not_deleted(keras_cache):
    (keras_cache / "mnist.npz").write_bytes(b"half a download")
    with pytest.raises(datasets.DatasetError, match=r"mnist\.npz: got a wrong .* delete it"):
        datasets.mnist()
    assert (keras_cache / "mnist.npz").read_bytes() == b"half a download"


# ---- real data -----------------------------------------------------------------------------------

# The digests of what keras.datasets (3.15) and scikit-learn (1.9) return, IMDB with 5,000 words.
DIGESTS = {
    "mnist": "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16",
    "fashion_mnist": "ca3ab2a37f845e1b8ae23cab1b51749a3011ba3bf1d9016176d75cbaabac376f",
    "imdb": "c5f45de0983399a430febda860921badce6cc17641dddafb987d3ab38269e51b",
    "california_housing": "f8ce03213e1c375e51c57d02cb41558c30b643325347f1cc0b26ce713ce3a0b7",
}


def digest(arrays):
    """Return the SHA-256 of the bytes of arrays, of reviews their lengths and their indices."""
    sha256 = hashlib.sha256()
    for array in arrays:
        if array.dtype == object:
            sha256.update(np.array([len(review) for review in array]))
            array = np.fromiter(itertools.chain.from_iterable(array), np.int64)
        sha256.update(np.ascontiguousarray(array))
    return sha256.hexdigest()


@needs_real_data
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "california_housing"])
def test_real_data_are_what_keras_and_scikit_learn_return(name, monkeypatch):
    monkeypatch.setenv("ANNBOOK_DATA", LOCAL)
    data = getattr(datasets, name)()
    assert (data.source, data.is_real) == ("local folder", True)
    parts = data if name == "california_housing" else itertools.chain.from_iterable(data)
    assert digest(parts) == DIGESTS[name]


@needs_real_data
def test_real_reviews_are_those_of_keras_and_begin_as_everybody_knows_them(monkeypatch):
    monkeypatch.setenv("ANNBOOK_DATA", LOCAL)
    words = {rank + 3: word for word, rank in datasets.imdb_word_index().items()}
    (x_train, y_train), (x_test, y_test) = datasets.imdb(num_words=5000)
    assert " ".join(words[i] for i in x_train[0][1:6]) == "this film was just brilliant"
    assert digest((x_train, y_train, x_test, y_test)) == DIGESTS["imdb"]


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


def test_importing_and_reading_the_data_import_neither_tensorflow_nor_pooch(
    data_folder, monkeypatch
):
    publish(monkeypatch, data_folder, "mnist.npz", b"here")
    code = (
        "import sys; from annbook import datasets; from annbook.datasets import published;"
        f"published.SHA256['mnist.npz'] = {published.SHA256['mnist.npz']!r};"
        "print(datasets.fetch('mnist'));"
        "print(*{'keras', 'tensorflow', 'pooch', 'requests'} & sys.modules.keys())"
    )
    assert in_subprocess(code) == "local folder"
