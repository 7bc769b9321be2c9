"""The recordings in ``tests/recorded``: what each page printed when somebody last read the diff.

A file holds, for each code cell, its first line as address and its outputs, a line of output a line
of JSON; and each sentence that shows computed values, with these filled in.

Beside it stands a text: the numbers that somebody typed on the page, a line of them for each line
of prose, caption or alternative text, below its heading. So a number that changes, wherever it
stands, is seen in a diff.

    python -m tests.recording [training/backpropagation ...]

writes those of all pages, or of some. Of a page that runs on stand-in data or has a cell that
fails, only the typed numbers are written.
"""

import json
import re
import sys
from difflib import SequenceMatcher
from pathlib import Path

from annbook.datasets import DatasetError
from bookbuilder import artifacts
from bookbuilder.errors import BookError
from bookbuilder.executed import executed_page, figure_texts
from bookbuilder.execution import execute_missing, fetch_data, only_build, read_pages
from bookbuilder.pages import (
    GLUE_ROLE,
    PAGES,
    ROOT,
    code_cells,
    data_of,
    fill_in,
    glued_values,
    name_of,
    pages,
    read_page,
)

RECORDED = ROOT / "tests" / "recorded"
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")
TYPED = re.compile(r"[-−+]?\d+(?:[.,]\d+)*")
NOT_SAID = re.compile(  # names of things, addresses, options
    r"\{(?!math)[\w:-]+\}`[^`]*`|\]\([^)\s]*\)|https?://\S+|</?[a-z][^>\n]*>"
    r"|^\([\w-]+\)=$|^:(?:name|label|class|width):.*$",
    re.MULTILINE,
)


def path_of(page: Path) -> Path:
    """Return the file that holds the recording of a page."""
    return RECORDED / f"{name_of(page)}.json"


def recorded_form(outputs) -> list[dict[str, list[str]]]:
    """Return what is recorded of outputs, as lines: printed text, text/plain, glued values.

    Code that a page shows is Markdown; its text/plain would only name an object.
    """
    kept = []
    for output in outputs:
        if output["output_type"] == "stream":
            if output["name"] == "stdout":
                kept.append({"stdout": output["text"].splitlines()})
        elif output["output_type"] == "error":
            kept.append({"error": [f"{output['ename']}: {output['evalue']}"]})
        else:
            scrapbook = output.get("metadata", {}).get("scrapbook")
            if scrapbook:
                key, mime = f"glue {scrapbook['name']}", f"{scrapbook['mime_prefix']}text/plain"
            else:
                key = mime = "text/markdown" if "text/markdown" in output["data"] else "text/plain"
            kept.append({key: output["data"].get(mime, "").splitlines()})
    return kept


def is_ignored(cell) -> bool:
    """Tell whether a cell's outputs are neither recorded nor compared, such as measured times."""
    return "nbval-ignore-output" in cell.metadata.get("tags", [])


def recorded_cells(notebook) -> list[dict]:
    """Return the recorded form of the code cells of an executed page."""
    return [
        {
            "cell": cell.source.splitlines()[0],
            "outputs": [] if is_ignored(cell) else recorded_form(cell.outputs),
        }
        for cell in code_cells(notebook)
    ]


def sentences(notebook) -> list[tuple[str, list[str]]]:
    """Return each line of prose, caption or alternative text with computed values.

    The values are filled in, but for measured times, which no second execution would repeat; with
    each line come the names of its values.
    """
    found = []
    lasting = [cell for cell in notebook.cells if not is_ignored(cell)]
    values = glued_values(type(notebook)(cells=lasting))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            texts = [cell.source]
        else:
            texts = [options[key] for options, key in figure_texts(cell)]
        for line in "\n".join(texts).splitlines():
            names = GLUE_ROLE.findall(line)
            if names:
                found.append((fill_in(line, values).strip(), names))
    return found


def typed_numbers(notebook) -> str:
    """Return all numbers in the text of a page, a line for each line that has some."""
    found = []
    for cell in notebook.cells:
        said = [cell.source]
        if cell.cell_type == "code":
            said = [options[key] for options, key in figure_texts(cell)]
        for line in NOT_SAID.sub("", "\n".join(said)).splitlines():
            if line.startswith("#"):
                found += ["", line]
            elif numbers := TYPED.findall(line):
                found.append("  ".join(numbers))
    return "\n".join([*found, ""]).lstrip("\n")


def align(before: list[str], after: list[str]) -> list[tuple[int | None, int | None]]:
    """Pair the recorded cells with those of the page, by their first lines.

    Returns
    -------
    list of (int or None, int or None)
        Places in ``before`` and ``after``; None where one has no partner.
    """
    pairs = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        both = min(i2 - i1, j2 - j1)  # a changed first line: the cell at the same place
        pairs += [(i1 + k, j1 + k) for k in range(both)]
        pairs += [(i, None) for i in range(i1 + both, i2)]
        pairs += [(None, j) for j in range(j1 + both, j2)]
        assert kind != "equal" or i2 - i1 == j2 - j1
    return pairs


def read(page: Path) -> dict:
    """Return the recording of a page; an empty one if there is none."""
    path = path_of(page)
    if not path.exists():
        return {"cells": [], "sentences": []}
    return json.loads(path.read_text(encoding="utf8"))


def record(page: Path) -> bool:
    """Write the recording of an executed page; tell whether it has changed.

    Raises
    ------
    BookError
        If an output holds a memory address, which is another one in every run.
    """
    unfilled = read_page(page)
    for cell, executed in zip(code_cells(unfilled), artifacts.find(page).outputs, strict=True):
        cell.outputs = executed
    new = {
        "cells": recorded_cells(executed_page(page)),
        "sentences": [{"sentence": text, "values": names} for text, names in sentences(unfilled)],
    }
    text = json.dumps(new, indent=1, ensure_ascii=False) + "\n"
    address = ADDRESS.search(text)
    if address:
        raise BookError(f"{page.relative_to(ROOT)}: prints the memory address {address[0]}")
    path = path_of(page)
    if path.exists() and path.read_text(encoding="utf8") == text:
        return False
    artifacts.write_whole(path, text)
    return True


def main(names: list[str]) -> int:
    """Record the pages of these names, or all; return the exit status."""
    known = {name_of(page): page for page in pages()}
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"error: PAGE: got {unknown[0]}, want one of {', '.join(known)}", file=sys.stderr)
        return 1
    notebooks, errors = read_pages([known[name] for name in names or known])
    for page, notebook in notebooks.items():
        artifacts.write_whole(path_of(page).with_suffix(".txt"), typed_numbers(notebook))
    try:
        stand_ins = fetch_data(notebooks)
        for page, notebook in notebooks.items():
            lacking = [name for name in data_of(notebook) if name in stand_ins]
            if lacking:
                errors.append(
                    f"{page.relative_to(ROOT)}: recordings need the real data, and {lacking[0]} "
                    f"is a stand-in here ({stand_ins[lacking[0]]})"
                )
        notebooks = {p: n for p, n in notebooks.items() if not set(data_of(n)) & set(stand_ins)}
        with only_build():
            errors += execute_missing(notebooks)
        for page in notebooks:
            if artifacts.find(page):
                changed = record(page)
                print(f"  {'recorded ' if changed else 'unchanged'}  {page.relative_to(PAGES)}")
    except (BookError, DatasetError) as error:
        errors.append(str(error))
    for error in errors:
        print(f"error: {error}", file=sys.stderr)
    return int(bool(errors))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
