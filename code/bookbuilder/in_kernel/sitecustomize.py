"""A page's Python imports this first: what the book's readers needn't install can't be found."""

import os
from importlib.machinery import PathFinder

MISSING = set(os.environ.get("BOOK_MISSING", "").split())
find_spec = PathFinder.find_spec


def find_what_pages_require(name, path=None, target=None):
    """Find a module as Python does, but for those that a page has to do without."""
    return None if name.partition(".")[0] in MISSING else find_spec(name, path, target)


PathFinder.find_spec = find_what_pages_require
