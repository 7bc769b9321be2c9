"""Download the published files into the caches of Keras and scikit-learn, through pooch."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from annbook.datasets import published
from annbook.datasets.finding import DatasetError, is_set

_CONNECT_SECONDS = 3  # a server that can't be reached is given up after that
_SILENCE_SECONDS = 6  # and one that sends nothing for so long, after a second try
_RETRIES = 1

_problems: dict[str, str] = {}  # host -> why it is of no use; "" if it answered


def download(name: str) -> str:
    """Download what the cache lacks of a dataset. No host that failed is asked a second time.

    Parameters
    ----------
    name : str
        A key of ``published.FORMS``.

    Returns
    -------
    str
        Why the dataset can't be downloaded; "" if its files are in the cache now.

    Raises
    ------
    DatasetError
        The server sent something else than the published file, or the cache can't be written to.
    """
    cache = published.cache(name)
    for file in published.FORMS[name][-1]:
        problem = known_problem(name) or _download(file, cache)
        if problem:
            return problem
    return ""


def known_problem(name: str) -> str:
    """Return what prevents the download of a dataset, as far as it is known without asking.

    Parameters
    ----------
    name : str
        A key of ``published.FORMS``.

    Returns
    -------
    str
        "" if nothing is known to prevent it.
    """
    if is_set("ANNBOOK_OFFLINE"):
        return "ANNBOOK_OFFLINE is set"
    return _problems.get(_host(published.FORMS[name][-1][0]), "")


def _download(file: str, cache: published.Cache) -> str:
    host = _host(file)
    with _quiet_imports():
        import pooch
        import requests
    if host not in _problems:
        _problems[host] = "" if _answers(published.url(file)) else f"{host} can't be reached"
    if _problems[host]:
        return _problems[host]
    files = pooch.create(
        path=cache.folder,
        base_url="",
        registry={file: published.SHA256[file]},
        urls={file: published.url(file)},
        retry_if_failed=_RETRIES,
        allow_updates=False,
    )
    try:
        _require_writable((cache.folder / file).parent)
        with _quiet_log(pooch.get_logger()):
            files.fetch(file, downloader=_stream)
    except requests.RequestException as error:
        _problems[host] = _in_words(error, host)
    except ValueError as error:
        raise DatasetError(
            f"{file}: got a wrong checksum from {published.url(file)}, want the published file; "
            "try again later, or set ANNBOOK_OFFLINE=1 to do without it"
        ) from error
    except OSError as error:
        raise DatasetError(
            f"{cache.variable}: got {cache.folder}, where {file} can't be stored "
            f"({error.strerror or error}), want a folder that can be written to, with room"
        ) from error
    return _problems[host]


def _host(file: str) -> str:
    return urlsplit(published.url(file)).netloc


def _answers(url: str) -> bool:
    """Return whether a web server (through the proxy, if one is set) answers within seconds."""
    import requests

    answered = threading.Event()

    def ask() -> None:
        with contextlib.suppress(Exception):  # whatever it is, there is no network to use
            requests.head(url, timeout=_CONNECT_SECONDS)  # refusing is answering, too
            answered.set()

    thread = threading.Thread(target=ask, daemon=True)  # as a name look-up knows no time-out
    thread.start()
    thread.join(_CONNECT_SECONDS + 1)
    return answered.is_set()


def _require_writable(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=folder).close()


def _stream(url: str, path: str, files: object) -> None:
    """Download to ``path``, a temporary file of pooch's, which checks it and gives it its name."""
    import requests
    from tqdm import tqdm

    response = requests.get(
        url,
        stream=True,
        timeout=(_CONNECT_SECONDS, _SILENCE_SECONDS),
        headers={"Accept-Encoding": "identity"},  # the published bytes, not compressed once more
    )
    with response, open(path, "wb") as file:
        if response.status_code != 200:  # 202 comes from a server that takes us for a robot
            raise requests.HTTPError(response=response)
        screen = _screen()
        bar = tqdm(
            desc=urlsplit(url).path.rpartition("/")[2],
            total=int(response.headers.get("Content-Length", 0)) or None,
            unit="B",
            unit_scale=True,
            ncols=79,
            file=screen,
            disable=screen is None or is_set("TQDM_DISABLE"),
        )
        with bar:
            for chunk in response.iter_content(2**16):
                file.write(chunk)
                bar.update(len(chunk))
    with contextlib.suppress(OSError):
        os.chmod(path, 0o644)  # only its owner can read a temporary file, but caches are shared


def _screen() -> TextIO | None:
    """Return where a progress bar is seen: a notebook's output, a terminal, or nowhere."""
    ipython = sys.modules.get("IPython")
    if hasattr(ipython and ipython.get_ipython(), "kernel"):
        return sys.stdout  # stderr would look like an error
    return sys.stderr if sys.stderr and sys.stderr.isatty() else None


def _in_words(error: Exception, host: str) -> str:
    response = getattr(error, "response", None)
    if response is not None:
        return f"{host} answered {response.status_code} {response.reason}".strip()
    return f"{host} fell silent, or the connection broke"


@contextlib.contextmanager
def _quiet_imports() -> Iterator[None]:
    """Keep from stderr what the libraries say about packages that are not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _quiet_log(logger: logging.Logger) -> Iterator[None]:
    """Keep from stderr what pooch logs."""
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
