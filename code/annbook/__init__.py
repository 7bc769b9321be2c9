"""Helpers shared by the pages of the book."""

import importlib
from typing import Any

from annbook.page import glue, setup, show_source

__all__ = ["glue", "ledger", "setup", "show_source"]


def __getattr__(name: str) -> Any:
    """Load ``annbook.ledger`` and submodules on first use, after setup has fixed the threads."""
    if name == "ledger":
        from annbook.ledger_table import ledger

        return ledger
    if not name.startswith("_"):
        try:
            return importlib.import_module(f"annbook.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"annbook.{name}":
                raise
    raise AttributeError(f"module 'annbook' has no attribute {name!r}")
