"""Downloads of the datasets: from servers that work, fail, lie and fall silent."""

import gzip
import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import time
from types import SimpleNamespace

import nbformat
import numpy as np
import pooch
import pytest
from nbclient import NotebookClient
from tests.package.data_server import DataServer, without_data

from annbook import datasets
from annbook.datasets import downloading, published

FASHION = published.FORMS["fashion_mnist"][0]


def mnist_file():
    """Return a small mnist.npz, incompressible, so that a half of it is not nothing."""
    rng = np.random.default_rng(0)
    file = io.BytesIO()
    np.savez(
        file,
        x_train=rng.integers(0, 256, (100, 28, 28), dtype=np.uint8),
        y_train=np.zeros(100, np.uint8),
        x_test=np.ones((3, 28, 28), np.uint8),
        y_test=np.ones(3, np.uint8),
    )
    return file.getvalue()


@pytest.fixture
def server(monkeypatch, tmp_path):
    """Return the server of all downloads, for a machine that has a network and no data."""
    without_data(monkeypatch, tmp_path)
    monkeypatch.delenv("ANNBOOK_OFFLINE")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = DataServer()
    monkeypatch.setattr(published, "KERAS_URL", server.url)
    monkeypatch.setattr(published, "HOUSING_URL", server.url + "5976036")
    monkeypatch.setattr(downloading, "_problems", {})
    monkeypatch.setattr(pooch.core, "time", SimpleNamespace(sleep=lambda seconds: None))

    def publish(file, content):
        server.files[published.url(file).rpartition("/")[2]] = content
        monkeypatch.setitem(published.SHA256, file, hashlib.sha256(content).hexdigest())

    server.publish = publish
    publish("mnist.npz", mnist_file())
    yield server
    server.close()


@pytest.fixture
def impatient(monkeypatch):
    """Wait for servers a moment only."""
    monkeypatch.setattr(downloading, "_CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(downloading, "_SILENCE_SECONDS", 0.2)


def cached(tmp_path):
    """Return all files of Keras's cache, name → content."""
    folder = tmp_path / "keras" / "datasets"
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


# ---- servers -------------------------------------------------------------------------------------


def test_fetch_downloads_once_into_the_cache_of_keras_and_says_nothing(server, tmp_path, capfd):
    assert datasets.fetch("mnist") == "official"
    assert cached(tmp_path) == {"mnist.npz": server.files["mnist.npz"]}
    (x_train, _), (x_test, y_test) = data = datasets.mnist()
    assert data.source == datasets.source("mnist") == datasets.fetch("mnist") == "official"
    assert (len(x_train), len(x_test), y_test.tolist()) == (100, 3, [1, 1, 1])
    assert datasets.why_stand_in("mnist") == ""
    assert server.asked == ["mnist.npz"]
    assert capfd.readouterr() == ("", "")


def test_a_loader_downloads(server):
    assert datasets.mnist().source == "official"


def test_a_downloaded_file_can_be_read_by_others(server, tmp_path):
    datasets.fetch("mnist")
    assert (tmp_path / "keras" / "datasets" / "mnist.npz").stat().st_mode & 0o777 == 0o644


def test_asking_for_the_source_asks_no_server(server, tmp_path):
    for name in ("mnist", "fashion_mnist", "imdb", "california_housing"):
        assert datasets.source(name) == "stand-in"
        assert datasets.why_stand_in(name) == "not downloaded yet"
    assert server.asked == []
    assert not (tmp_path / "keras").exists()


def test_offline_forbids_the_network_and_not_the_cache(server, monkeypatch):
    monkeypatch.setenv("ANNBOOK_OFFLINE", "1")
    assert datasets.fetch("mnist") == "stand-in"
    assert datasets.why_stand_in("mnist") == "ANNBOOK_OFFLINE is set"
    assert server.asked == []
    monkeypatch.setenv("ANNBOOK_OFFLINE", "0")
    assert datasets.fetch("mnist") == "official"
    monkeypatch.setenv("ANNBOOK_OFFLINE", "1")
    assert datasets.mnist().is_real


def test_another_file_than_the_published_one_is_an_error_that_names_it(server, tmp_path):
    server.ways = ["wrong", "wrong"]
    with pytest.raises(datasets.DatasetError, match=r"^mnist\.npz: got a wrong checksum from http"):
        datasets.mnist()
    assert cached(tmp_path) == {}


@pytest.mark.parametrize("way", ["wrong", "truncated", "silent", 503, 202, "redirected"])
def test_a_second_try_is_made(server, impatient, tmp_path, way):
    server.ways = [way]
    assert datasets.fetch("mnist") == "official"
    assert server.asked == ["mnist.npz", "mnist.npz"]
    assert cached(tmp_path) == {"mnist.npz": server.files["mnist.npz"]}


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("truncated", "fell silent, or the connection broke"),
        ("silent", "fell silent, or the connection broke"),
        (503, "answered 503 Service Unavailable"),
        (202, "answered 202 Accepted"),
    ],
)
def test_a_server_that_fails_twice_leads_to_the_stand_in_and_is_not_asked_again(
    server, impatient, tmp_path, capfd, way, reason
):
    server.ways = [way] * 9
    began = time.monotonic()
    assert datasets.fetch("mnist") == "stand-in"
    assert datasets.fetch("fashion_mnist") == "stand-in"  # of the same host
    assert time.monotonic() - began < 3
    assert server.asked == ["mnist.npz", "mnist.npz"]
    assert cached(tmp_path) == {}
    reason = f"127.0.0.1:{server.server_port} {reason}"
    assert datasets.why_stand_in("fashion_mnist") == reason
    assert capfd.readouterr() == ("", "")
    assert datasets.imdb_word_index()["the"] == 1
    out, err = capfd.readouterr()
    assert out.count("Stand-in for the IMDB reviews.") == out.count(reason) == 1
    assert err == ""


@pytest.mark.parametrize("behavior", ["refuses", "never answers"])
def test_a_server_that_cannot_be_reached_leads_to_the_stand_in(
    server, impatient, monkeypatch, behavior
):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        if behavior == "never answers":
            listening.listen()
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setattr(published, "KERAS_URL", f"http://{host}/")
        began = time.monotonic()
        assert datasets.fetch("mnist") == "stand-in"
        assert time.monotonic() - began < 2
    assert datasets.why_stand_in("mnist") == f"{host} can't be reached"


def test_hosts_are_judged_one_by_one(server, impatient, monkeypatch):
    monkeypatch.setattr(published, "HOUSING_URL", "http://127.0.0.1:9/5976036")
    assert datasets.fetch("california_housing") == "stand-in"
    assert datasets.fetch("mnist") == "official"


def test_only_what_is_missing_is_downloaded(server, tmp_path):
    for number, file in enumerate(FASHION):
        server.publish(file, gzip.compress(bytes([number]) * 1000))
    server.ways = ["right", "right", 503, 503]
    assert datasets.fetch("fashion_mnist") == "stand-in"
    assert set(cached(tmp_path)) == set(FASHION[:2])
    server.asked.clear()
    downloading._problems.clear()  # as in the next process
    assert datasets.fetch("fashion_mnist") == "official"
    assert server.asked == [file.rpartition("/")[2] for file in FASHION[2:]]


def test_the_reviews_come_with_their_words(server, tmp_path):
    server.publish("imdb.npz", b"reviews")
    server.publish("imdb_word_index.json", json.dumps({"the": 1}).encode())
    assert datasets.fetch("imdb") == "official"
    assert set(cached(tmp_path)) == {"imdb.npz", "imdb_word_index.json"}
    assert datasets.imdb_word_index() == {"the": 1}


def test_reviews_whose_words_cannot_be_had_get_no_invented_words(server):
    server.publish("imdb.npz", b"reviews")
    server.publish("imdb_word_index.json", b"words")
    server.ways = ["right", 503, 503]
    assert datasets.fetch("imdb") == "official"
    with pytest.raises(datasets.DatasetError, match=r"imdb_word_index\.json.* answered 503"):
        datasets.imdb_word_index()


# ---- disks ---------------------------------------------------------------------------------------


def test_a_cache_that_cannot_be_written_is_named(server, tmp_path):
    (tmp_path / "keras").write_text("a file where Keras wants its folder")
    with pytest.raises(datasets.DatasetError) as error:
        datasets.mnist()
    assert str(error.value).startswith(f"KERAS_HOME: got {tmp_path / 'keras' / 'datasets'}")
    assert (tmp_path / "keras").read_text() == "a file where Keras wants its folder"
    assert server.asked == []


def test_a_cache_without_permission_is_named(server, tmp_path, monkeypatch):
    def refused(dir):  # as root, who may write anywhere, would not be
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(downloading.tempfile, "TemporaryFile", refused)
    with pytest.raises(datasets.DatasetError, match=r"^KERAS_HOME: .*\(Permission denied\)"):
        datasets.mnist()
    assert server.asked == []


def test_a_full_disk_is_an_error_and_leaves_nothing(server, tmp_path, monkeypatch):
    def full(path, mode):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(downloading, "open", full, raising=False)
    with pytest.raises(datasets.DatasetError, match=r"KERAS_HOME: .*No space left on device"):
        datasets.mnist()
    assert cached(tmp_path) == {}


def test_a_damaged_file_in_the_cache_is_not_replaced(server, tmp_path):
    file = tmp_path / "keras" / "datasets" / "mnist.npz"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"half a download")
    for ask in (datasets.source, datasets.fetch):
        with pytest.raises(datasets.DatasetError, match=f"^{file}: got a wrong checksum"):
            ask("mnist")
    assert cached(tmp_path) == {"mnist.npz": b"half a download"}
    assert server.asked == []


# ---- real data required --------------------------------------------------------------------------


def test_where_real_data_are_required_a_stand_in_is_an_error(server, monkeypatch):
    monkeypatch.setenv("ANNBOOK_REQUIRE_REAL", "1")
    assert datasets.fetch("mnist") == "official"
    server.files["5976036"] = b""
    server.ways = [503] * 2
    what = r"^california_housing: .*answered 503 .*ANNBOOK_REQUIRE_REAL"
    for load in (datasets.california_housing, lambda: datasets.fetch("california_housing")):
        with pytest.raises(datasets.DatasetError, match=what):
            load()
    monkeypatch.setenv("ANNBOOK_OFFLINE", "1")
    for load in (datasets.fashion_mnist, datasets.imdb, datasets.imdb_word_index):
        with pytest.raises(datasets.DatasetError, match=r"OFFLINE is set.*ANNBOOK_REQUIRE_REAL"):
            load()
    assert datasets.source("imdb") == "stand-in"
    monkeypatch.setenv("ANNBOOK_REQUIRE_REAL", "0")
    assert datasets.fetch("imdb") == "stand-in"


# ---- the progress bar ----------------------------------------------------------------------------


def fetching(server):
    """Return a program that fetches MNIST from the server, twice."""
    return (
        "from annbook import datasets\n"
        "from annbook.datasets import published\n"
        f"published.KERAS_URL = {server.url!r}\n"
        f"published.SHA256['mnist.npz'] = {published.SHA256['mnist.npz']!r}\n"
        "assert datasets.fetch('mnist') == datasets.fetch('mnist') == 'official'\n"
    )


def test_a_terminal_shows_how_far_the_download_is(server):
    termios = pytest.importorskip("termios")
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    subprocess.run([sys.executable, "-c", fetching(server)], stderr=theirs, check=True, timeout=60)
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert "mnist.npz: 100%" in shown
    assert "Warning" not in shown
    assert server.asked == ["mnist.npz"]


def test_a_notebook_shows_how_far_the_download_is_and_no_warning(server):
    cell = nbformat.v4.new_code_cell(fetching(server))
    NotebookClient(nbformat.v4.new_notebook(cells=[cell]), kernel_name="python3").execute()
    assert {output.get("name") for output in cell.outputs} == {"stdout"}
    assert "mnist.npz: 100%" in "".join(output.text for output in cell.outputs)
    assert server.asked == ["mnist.npz"]
