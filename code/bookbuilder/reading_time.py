"""How long a page takes to read: its main line, and all of it.

The rates are those of reading to understand; running and changing cells comes on top.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bookbuilder.pages import name_of, pages, read_page
from bookbuilder.shown_code import without_glue

WORDS_A_MINUTE = 140
SECONDS_A_LINE = 5  # of code that a reader sees
BESIDE = {"Exercises", "Self-quiz", "References"}  # sections that aren't part of the main line
HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}

FENCE = re.compile(r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w-]+)\}")
NOT_READ = re.compile(r"^(`{3,}|:{3,}|:[\w-]+:|---$|\([\w-]+\)=$)")  # marks, options, labels


def minutes(page: Path) -> tuple[float, float]:
    """Return the minutes of a page's main line, and of everything on it.

    The main line is what is read from the first line to the last, without exercises, quizzes,
    solutions, folds and the code of hidden cells. Everything has them all but cells that nobody
    sees.
    """
    main = everything = 0.0
    for words, lines, beside in parts(read_page(page)):
        time = words / WORDS_A_MINUTE + lines * SECONDS_A_LINE / 60
        everything += time
        main += 0 if beside else time
    return main, everything


def parts(notebook) -> Iterator[tuple[int, int, bool]]:
    """Yield words, lines of code and whether they are beside the main line, a part at a time."""
    for cell, line, beside in lines(notebook):
        if cell.cell_type != "code":
            yield len(line.split()), 0, beside
            continue
        tags = set(cell.metadata.get("tags", []))
        caption = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
        yield len(caption.split()), 0, beside
        if not tags & {"remove-input", "remove-cell"}:
            shown = without_glue(cell.source).splitlines()
            yield 0, len(shown), beside or bool(tags & HIDDEN)


def main_line(notebook) -> Iterator[str]:
    """Yield the lines of text of the main line, without code; empty lines part paragraphs."""
    for cell, line, beside in lines(notebook):
        yield line if cell.cell_type != "code" and not beside else ""


def lines(notebook) -> Iterator[tuple]:
    """Yield each line of text that is read, and each code cell, and whether it is beside."""
    section, fold = "", False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield cell, "", fold or section in BESIDE
            continue
        block, quiz, raw = "", False, False
        for line in cell.source.splitlines():
            fence = FENCE.match(line)
            if fence and not block:
                name = fence["name"]
                if name in {"beyond", "solution-start"}:
                    fold = True
                elif name in {"beyond-end", "solution-end"}:
                    fold = False
                block = fence["fence"] if not name.endswith(("-start", "-end")) else ""
                quiz, raw = name in {"quiz", "exercise"}, name == "raw"  # HTML of a widget
            elif block and line.strip() == block:
                block = ""
            if line.startswith("## ") and not block:
                section = line[3:].strip()
            if not NOT_READ.match(line) and not (block and raw):
                yield cell, line, fold or section in BESIDE or bool(block and quiz)


def as_text(page: Path) -> str:
    """Say both times, to five minutes."""
    main, everything = (max(5, 5 * round(time / 5)) for time in minutes(page))
    return f"about {main} min for the main line, {everything} min with everything beside it"


if __name__ == "__main__":
    for page in pages():
        if not sys.argv[1:] or name_of(page) in sys.argv[1:]:
            main, everything = minutes(page)
            print(f"{main:5.0f} {everything:5.0f} min  {name_of(page)}")
