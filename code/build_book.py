"""Build the book: ``python code/build_book.py``, which is what ``make book`` does."""

import sys

from bookbuilder.build import main

if __name__ == "__main__":
    sys.exit(main())
