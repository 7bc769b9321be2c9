"""A search on a real Dask cluster of processes: same results as here, also when a worker dies."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest
from scipy.stats import loguniform
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.model_selection import RandomizedSearchCV

from annbook.distributed_search import SCHEDULER_VARIABLE, search_backend

pytest.importorskip("distributed")
TRIALS, FOLDS = 8, 3


@pytest.fixture(autouse=True)
def no_scheduler(monkeypatch):
    monkeypatch.delenv(SCHEDULER_VARIABLE, raising=False)


@pytest.fixture
def cluster(tmp_path):
    """Start a scheduler and hand over its address and a function that starts n workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    processes = []

    def start(kind, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--host", "127.0.0.1"]
        command += ["--no-dashboard", *arguments]
        with open(tmp_path / f"{kind}-{len(processes)}.log", "w") as log:
            processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path))
        return processes[-1]

    def start_workers(n):
        options = address, "--no-nanny", "--nthreads", "1"
        return [start("worker", *options) for _ in range(n)]

    start("scheduler", "--port", str(port))
    yield address, start_workers
    for process in processes:
        process.kill()
        process.wait()


def slow_search(folder):
    """Return a search whose trials take a moment each and leave a file with their process."""

    class SlowRidge(RegressorMixin, BaseEstimator):  # local: it travels to the workers by value
        def __init__(self, penalty=1.0):
            self.penalty = penalty

        def fit(self, X, y):
            time.sleep(0.08)
            self.w_ = np.linalg.solve(X.T @ X + self.penalty * np.eye(X.shape[1]), X.T @ y)
            name = f"{os.getpid()}-{self.penalty:.6g}-{time.time_ns()}"
            (folder / name).touch()
            return self

        def predict(self, X):
            return X @ self.w_

    space = {"penalty": loguniform(1e-2, 1e3)}
    return RandomizedSearchCV(SlowRidge(), space, n_iter=TRIALS, cv=FOLDS, random_state=0)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 20))  # arrays large enough for joblib to keep them on workers
    return X, X @ rng.normal(size=20) + rng.normal(size=600)


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.02)


def test_a_dying_worker_loses_no_trial(cluster, data, tmp_path, monkeypatch):
    address, start_workers = cluster
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    victim, survivor = start_workers(2)
    with search_backend() as where:
        expected = slow_search(here).fit(*data)
    assert where == "this machine"
    assert {name.name.split("-")[0] for name in here.iterdir()} == {str(os.getpid())}

    def pids():
        return [int(name.name.split("-")[0]) for name in there.iterdir()]

    def kill_when_both_have_worked():
        wait_for(lambda: {victim.pid, survivor.pid} <= set(pids()))
        victim.send_signal(signal.SIGKILL)
        return len(pids())

    monkeypatch.setenv(SCHEDULER_VARIABLE, address)
    with search_backend() as where, ThreadPoolExecutor(1) as pool:
        wait_for(lambda: joblib.effective_n_jobs(-1) == 2)
        done_before = pool.submit(kill_when_both_have_worked)
        search = slow_search(there).fit(*data)
        assert 2 <= done_before.result() < TRIALS * FOLDS - 2  # there was work left
    assert address in where
    assert victim.wait(5) == -signal.SIGKILL and survivor.poll() is None
    workers = set(pids()) - {os.getpid()}  # the last fit, on all rows, is done here
    assert workers == {victim.pid, survivor.pid}
    assert len(pids()) >= TRIALS * FOLDS + 1
    for name in ("params", *(f"split{fold}_test_score" for fold in range(FOLDS))):
        assert np.array_equal(search.cv_results_[name], expected.cv_results_[name]), name
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_params_ == expected.best_params_


def test_a_cluster_without_workers_is_said(cluster):
    address, _ = cluster
    wait_for(lambda: can_connect(address))
    start = time.monotonic()
    with pytest.raises(ConnectionError) as raised, search_backend(address, timeout=1.5):
        pass
    assert time.monotonic() - start < 10
    message = str(raised.value)
    assert message.startswith(f"scheduler: the Dask scheduler at {address} has no workers after")
    assert "dask worker" in message and message.endswith("leave scheduler out")


def can_connect(address):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) == 0


def test_an_unreachable_scheduler_is_one_line_within_ten_seconds(monkeypatch, capfd):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setenv(SCHEDULER_VARIABLE, f" {address} ")
    start = time.monotonic()
    with pytest.raises(ConnectionError) as raised, search_backend():
        pass
    assert time.monotonic() - start < 10
    message = str(raised.value)
    assert message == (
        f"ANNBOOK_SCHEDULER (environment variable): no Dask scheduler answers at {address} within "
        "6 s; start one (dask scheduler) or mend the address; to run on this machine, unset "
        "ANNBOOK_SCHEDULER"
    )
    assert capfd.readouterr().err == ""


def test_a_server_that_says_nothing_is_no_scheduler():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        start = time.monotonic()
        with (
            pytest.raises(ConnectionError, match="no Dask scheduler answers"),
            search_backend(address, timeout=1),
        ):
            pass
        assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    "address", ["", "localhost", "localhost:", ":8786", "host:0", "host:65536", "http://host:8786"]
)
def test_bad_addresses(address):
    with (
        pytest.raises(ValueError, match=r"scheduler: got .*, want an address"),
        search_backend(address),
    ):
        pass


def test_bad_addresses_in_the_environment(monkeypatch):
    monkeypatch.setenv(SCHEDULER_VARIABLE, "localhost")
    with (
        pytest.raises(ValueError, match=r"^ANNBOOK_SCHEDULER .*: got 'localhost', want"),
        search_backend(),
    ):
        pass


def test_bad_arguments():
    with pytest.raises(TypeError, match="scheduler: got 8786, want"), search_backend(8786):
        pass
    with (
        pytest.raises(TypeError, match="timeout: got '5', want a number"),
        search_backend(timeout="5"),
    ):
        pass
    for timeout in (0, -1, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="timeout: got"), search_backend(timeout=timeout):
            pass


def test_a_missing_package_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with search_backend() as where:
        assert where == "this machine"
    with (
        pytest.raises(ImportError, match="pip install distributed; to run on this machine"),
        search_backend("localhost:8786"),
    ):
        pass


def test_an_error_of_the_search_passes_through():
    with pytest.raises(ZeroDivisionError), search_backend():
        raise ZeroDivisionError
