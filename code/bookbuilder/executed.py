"""A page with what its execution gave: what the site, the notebooks and the tests read."""

from pathlib import Path

from bookbuilder import artifacts
from bookbuilder.errors import BookError
from bookbuilder.pages import (
    GLUE_ROLE,
    ROOT,
    code_cells,
    code_lines,
    fill_in,
    glued_values,
    read_page,
)


def executed_page(page: Path):
    """Return a page as a notebook with its outputs, captions and alternative texts filled in.

    A page that could not be executed comes without outputs: the build has said so.

    Raises
    ------
    BookError
        If a caption or an alternative text names a value that no cell glues.
    """
    notebook = read_page(page)
    artifact = artifacts.find(page, notebook)
    if artifact is None:
        return notebook
    for number, (cell, outputs) in enumerate(
        zip(code_cells(notebook), artifact.outputs, strict=True), 1
    ):
        cell.outputs, cell.execution_count = outputs, number
    values = glued_values(notebook)
    for line, cell in zip(code_lines(notebook), code_cells(notebook), strict=True):
        for options, key in figure_texts(cell):
            options[key] = fill_in(options[key], values)
            left = GLUE_ROLE.search(options[key])
            if left:
                where = f"{page.relative_to(ROOT)}:{line}"
                raise BookError(f"{where}: the {key} names {left[1]!r}, which no cell glues")
    return notebook


def figure_texts(cell) -> list[tuple[dict, str]]:
    """Return where the texts of a cell's figure are: pairs of a dictionary and a key."""
    options = cell.metadata.get("mystnb", {})
    places = [(options.get("figure", {}), "caption"), (options.get("image", {}), "alt")]
    return [(place, key) for place, key in places if key in place]
