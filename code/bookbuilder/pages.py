"""The pages of the book: which there are, and each as a notebook without outputs."""

import ast
import copy
import re
from functools import cache
from pathlib import Path

import yaml

from bookbuilder.errors import BookError, blaming

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "book"
BUILD = ROOT / "_build"


def name_of(page: Path) -> str:
    """Return what the table of contents calls a page, such as ``training/backpropagation``."""
    return page.relative_to(PAGES).with_suffix("").as_posix()


def read_text(path: Path) -> str:
    """Return the text of a file of the book; a BookError if that can't be had."""
    with blaming(path.relative_to(ROOT), "read"):
        content = path.read_bytes()
    try:
        return content.decode("utf8")
    except UnicodeDecodeError as error:
        raise BookError(f"{path.relative_to(ROOT)}: not UTF-8 at byte {error.start}") from error


def pages() -> list[Path]:
    """Return the pages that the table of contents names, in its order.

    Raises
    ------
    BookError
        If there is no table of contents, it can't be understood, or it names a missing page.
    """
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    try:
        named = list(parse_toc_data(yaml.safe_load(read_text(ROOT / "_toc.yml"))))
    except (yaml.YAMLError, MalformedError, AttributeError) as error:
        raise BookError(f"_toc.yml: {' '.join(str(error).split())}") from error
    missing = [name for name in named if not (PAGES / f"{name}.md").exists()]
    if missing:
        raise BookError(f"_toc.yml names pages that don't exist: {', '.join(missing)}")
    return [PAGES / f"{name}.md" for name in named]


def read_page(page: Path):
    """Return a page as a notebook without outputs, as MyST-NB reads it.

    ``metadata["source_map"]`` holds the line, counted from 0, at which each cell begins.

    Raises
    ------
    BookError
        If the page can't be read, or its front matter or the options of a cell are malformed.
    """
    return copy.deepcopy(_parsed(page, read_text(page)))


@cache  # a build asks for each page several times
def _parsed(page: Path, text: str):
    from myst_nb.core.read import read_myst_markdown_notebook

    try:
        return read_myst_markdown_notebook(text, add_source_map=True, path=page)
    except Exception as error:  # MyST-NB and YAML raise what they please
        reason = " ".join(str(error).split())
        raise BookError(f"{page.relative_to(ROOT)}: {reason}") from error


def code_cells(notebook) -> list:
    """Return the code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def code_lines(notebook) -> list[int]:
    """Return the line of the page, counted from 1, at which each code cell begins."""
    starts = zip(notebook.cells, notebook.metadata["source_map"], strict=True)
    return [line + 1 for cell, line in starts if cell.cell_type == "code"]


def data_of(notebook) -> list[str]:
    """Return the datasets that a page names in its front matter."""
    return as_list(notebook.metadata.get("data", []))


def as_list(value) -> list:
    """Return the value of an option that may be one thing or a list of them as a list."""
    return [value] if isinstance(value, str) else list(value)


def measures_time(notebook) -> bool:
    """Tell whether a page takes times and shows some of them."""
    tags = {tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])}
    clock = any("perf_counter" in cell.source for cell in code_cells(notebook))
    return clock and "nbval-ignore-output" in tags


def glued(cell) -> list[tuple[str, str]]:
    """Return the names and texts that an executed cell stored with ``annbook.glue``."""
    found = []
    for output in cell.get("outputs", []):
        scrapbook = output.get("metadata", {}).get("scrapbook")
        if scrapbook:
            data = output["data"][f"{scrapbook['mime_prefix']}text/plain"]
            found.append((scrapbook["name"], ast.literal_eval(data)))
    return found


def glued_values(notebook) -> dict[str, str]:
    """Return all that the cells of an executed notebook stored with ``annbook.glue``."""
    return dict(pair for cell in code_cells(notebook) for pair in glued(cell))


GLUE_ROLE = re.compile(r"\{glue:text\}`([^`]+)`")


def fill_in(text: str, values: dict[str, str]) -> str:
    """Put the glued values into a text; a role without a value stays as it is."""
    return GLUE_ROLE.sub(lambda role: values.get(role[1], role[0]), text)
