"""The same hyperparameter search on this machine or on a Dask cluster, whichever is named."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import threading
from collections.abc import Iterator

from annbook.validation import check_number, check_text

SCHEDULER_VARIABLE = "ANNBOOK_SCHEDULER"
_ADDRESS = re.compile(r"(tcp://|tls://)?(\[[0-9a-fA-F:]+\]|[\w.-]+):(\d{1,5})")


@contextlib.contextmanager
def search_backend(scheduler: str | None = None, *, timeout: float = 6) -> Iterator[str]:
    """Run what joblib parallelizes inside the ``with`` block here, or on a Dask cluster.

    Scikit-learn's searches hand their trainings to joblib. Without a scheduler nothing changes:
    they run in this process, or in ``n_jobs`` processes of this machine. With one, all workers of
    the cluster share them. The trainings of a worker that dies are done again by the others.

    Parameters
    ----------
    scheduler : str, optional
        Address of a running Dask scheduler, such as ``"tcp://10.0.0.5:8786"``. By default the
        value of the environment variable ``ANNBOOK_SCHEDULER``; unset or empty means here.
    timeout : float
        Seconds to wait for the scheduler to answer, and then for a first worker to come.

    Yields
    ------
    str
        Where the trainings run, for people to read.

    Raises
    ------
    TypeError
        If ``scheduler`` is no text, or ``timeout`` no number.
    ValueError
        If ``scheduler`` is no address with a port, or ``timeout`` isn't positive and finite.
    ConnectionError
        If no scheduler answers in time, or it has no workers.
    ImportError
        If a scheduler is given and Dask isn't installed.

    Notes
    -----
    The workers need the packages that they use, in the same versions; functions and classes
    of a notebook travel with them. In the block the scheduler's active memory manager rests:
    it would keep one copy of the data only, and a search can't outlive the worker that has it.
    """
    if scheduler is None:
        name = f"{SCHEDULER_VARIABLE} (environment variable)"
        scheduler = os.environ.get(SCHEDULER_VARIABLE, "").strip()
        if not scheduler:
            scheduler = None
    else:
        name = "scheduler"
        check_text(name, scheduler, "an address such as tcp://10.0.0.5:8786")
    check_number("timeout", timeout, low_is_allowed=False)
    if scheduler is None:
        yield "this machine"
        return
    match = _ADDRESS.fullmatch(scheduler)
    if match is None or not 0 < int(match[3]) < 65536:
        raise ValueError(f"{name}: got {scheduler!r}, want an address such as tcp://10.0.0.5:8786")
    with _connected(name, scheduler, timeout) as client:
        import joblib

        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        with joblib.parallel_config("dask", client=client):
            yield f"{workers} workers of {scheduler}"


@contextlib.contextmanager
def _connected(name, scheduler, timeout):
    """Connect to a scheduler that has a worker, and disconnect at the end."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ImportError(
            f"{name}: got {scheduler!r}, but the package distributed is missing: install it with "
            f"pip install distributed; {_how_to_run_here(name)}"
        ) from error

    class BroadcastingClient(Client):
        """Gives data to all workers: joblib's backend gives them to one, and lost if it dies."""

        def scatter(self, data, **options):
            return super().scatter(data, **{"broadcast": True, **options})

    unreachable = (
        f"{name}: no Dask scheduler answers at {scheduler} within {timeout:g} s; start one "
        f"(dask scheduler) or mend the address; {_how_to_run_here(name)}"
    )
    if not _answers(scheduler, timeout):
        raise ConnectionError(unreachable)
    try:
        client = BroadcastingClient(scheduler, timeout=timeout, set_as_default=False)
    except OSError as error:
        raise ConnectionError(unreachable) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=timeout)
        except TimeoutError as error:
            raise ConnectionError(
                f"{name}: the Dask scheduler at {scheduler} has no workers after {timeout:g} s; "
                f"start some (dask worker {scheduler}); {_how_to_run_here(name)}"
            ) from error
        with _all_replicas_kept(client):
            yield client


@contextlib.contextmanager
def _all_replicas_kept(client):
    """Keep the scheduler from dropping the copies that were sent to all workers."""
    was_running = client.amm.running()  # the active memory manager
    client.amm.stop()
    try:
        yield
    finally:
        if was_running:
            client.amm.start()


def _answers(scheduler, timeout):
    """Ask the scheduler who it is; Dask's client would wait forever for a silent server."""
    from distributed import rpc

    async def ask():
        async with rpc(scheduler) as remote:
            answers.append(await remote.identity())

    def ask_in_time():
        with contextlib.suppress(Exception):
            asyncio.run(asyncio.wait_for(ask(), timeout))

    answers: list = []
    logger = logging.getLogger("distributed")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # what it has to say becomes one exception
    thread = threading.Thread(target=ask_in_time, daemon=True)  # the caller may have a loop
    thread.start()
    thread.join(timeout + 0.5)
    logger.setLevel(level)
    return bool(answers) and answers[0].get("type") == "Scheduler"


def _how_to_run_here(name):
    if name == "scheduler":
        return "to run on this machine, leave scheduler out"
    return f"to run on this machine, unset {SCHEDULER_VARIABLE}"
