"""TensorBoard, opened as the page on callbacks says: it starts, answers, and shows the runs."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

EPOCHS = 3


@pytest.fixture
def runs(tmp_path):
    """Train two networks with the callback; return the folder of the logs, and the histories."""
    X = np.random.default_rng(0).normal(size=(40, 2))
    histories = {}
    for rate in (0.1, 0.01):
        network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        network.compile(keras.optimizers.SGD(rate), loss="mse")
        board = keras.callbacks.TensorBoard(tmp_path / "runs" / f"rate-{rate}")
        options = {"validation_data": (X, X[:, 1]), "callbacks": [board], "verbose": 0}
        history = network.fit(X, X[:, 0], epochs=EPOCHS, **options)
        histories[f"rate-{rate}"] = history.history
    return tmp_path / "runs", histories


@pytest.fixture
def server(runs, tmp_path):
    """Start ``tensorboard --logdir runs`` on a free port; return its address."""
    log = tmp_path / "log.txt"
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", "runs"]
    with log.open("w") as stream:
        process = subprocess.Popen(
            [*command, "--port", "0", "--host", "127.0.0.1"],
            cwd=runs[0].parent,
            stdout=stream,
            stderr=stream,
        )
    try:
        deadline = time.monotonic() + 120
        while " at http://" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield "http://" + log.read_text().partition(" at http://")[2].split("/")[0].split()[0]
    finally:
        process.terminate()
        process.wait(timeout=30)


def ask(server, path, **arguments):
    """Return what the server answers, from JSON; wait until it has read the logs."""
    url = f"{server}/{path}?{urllib.parse.urlencode(arguments)}"
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                found = json.load(answer)
        except urllib.error.HTTPError as error:  # a run that it hasn't read yet
            found = None
            assert time.monotonic() < deadline, error
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


def test_the_server_shows_the_runs_that_the_callback_wrote(server, runs):
    with urllib.request.urlopen(server, timeout=30) as page:
        assert "TensorBoard" in page.read().decode()

    parts = ("train", "validation")
    expected = {f"{name}/{part}" for name in runs[1] for part in parts}
    deadline = time.monotonic() + 60
    while {*ask(server, "data/runs")} != expected and time.monotonic() < deadline:
        time.sleep(0.2)
    assert {*ask(server, "data/runs")} == expected

    for name, history in runs[1].items():
        for part, key in zip(parts, ("loss", "val_loss"), strict=True):
            arguments = {"run": f"{name}/{part}", "tag": "epoch_loss"}
            curve = ask(server, "data/plugin/scalars/scalars", **arguments)
            assert [step for _, step, _ in curve] == list(range(EPOCHS))
            assert [value for _, _, value in curve] == pytest.approx(history[key], rel=1e-5)
