"""What ends a build, in one line each."""

import contextlib
from pathlib import Path


class BookError(Exception):
    """A fault of the book or of the machine; its message is a line for the person who builds."""


@contextlib.contextmanager
def blaming(path: Path, action: str):
    """Turn an OSError into a BookError that names `path` and what could not be done with it."""
    try:
        yield
    except OSError as error:
        raise BookError(f"can't {action} {path}: {error.strerror or error}") from error
