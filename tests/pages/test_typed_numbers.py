"""Numbers that somebody typed where a cell should have computed them.

A number that looks measured (with a point, with a percent sign, or a whole one over twenty) in
prose, captions, alternative texts, quizzes or hints must be glued, stand in a formula or in code,
be part of what is set up (a literal in the cells of the page, or in the answers to its exercises),
or be on the list of exceptions below, with the reason.

All typed numbers, also in formulas and solutions, are recorded: a change is seen in the diff.
"""

import ast
import difflib
import re
from pathlib import Path

import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from tests import recording

from annbook.exercises import answers
from bookbuilder.executed import figure_texts
from bookbuilder.pages import code_cells, code_lines, name_of, pages, read_page

PAGES = pages()
EXCEPTIONS = yaml.safe_load(Path(__file__).with_name("typed_numbers.yml").read_text()) or {}
NUMBER = re.compile(r"(?<![\w.,/])\d{1,3}(?:[,\u202f]\d{3})+(?:\.\d+)?|(?<![\w.,/-])\d+(?:\.\d+)?")
YEARS = range(1700, 2100)
NOT_PROSE = re.compile(
    r"\$\$.*?\$\$|\$[^$\n]+\$|`{3,}\{math\}.*?`{3,}|\\begin\{.*?\\end\{[a-z*]+\}"  # formulas
    r"|\{[a-z:]+\}`[^`]*`|`[^`\n]+`"  # roles and code
    r"|<svg.*?</svg>|<[^>\n]+>|\]\([^)\s]*\)|https?://\S+"
    r"|^%.*?$|^\([\w-]+\)=$|^:(?!alt:)[\w-]+:.*?$|^`{3,}\{(?:figure|footbibliography).*?$",
    re.DOTALL | re.MULTILINE,
)


def literals(source: str) -> set[float]:
    """Return the numbers that stand in a piece of code."""
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {abs(float(node.value)) for node in nodes if type(node.value) in (int, float)}


def code_of(cell) -> str:
    """Return a cell's code without lines that only IPython understands."""
    return "\n".join(line for line in cell.source.splitlines() if not line.startswith(("%", "!")))


def answers_module(page: Path) -> Path:
    """Return the file that holds the answers to the exercises of a page."""
    return Path(answers.__path__[0], page.stem.replace("-", "_") + ".py")


def set_up(page: Path) -> set[float]:
    """Return the numbers that a page, or the answers to its exercises, compute with."""
    found = set()
    for cell in code_cells(read_page(page)):
        found |= literals(code_of(cell))
    module = answers_module(page)
    return found | (literals(module.read_text(encoding="utf8")) if module.exists() else set())


def blanked(match: re.Match) -> str:
    """Return blanks for what is no prose; a formula that is nothing but a number is prose."""
    number = re.fullmatch(r"\$(\d+(?:\.\d+)?)(?:\\?%)?\$", match[0])
    return f" {number[1]} " if number else re.sub(r"[^\n]", " ", match[0])


def texts(page: Path) -> list[tuple[str, str]]:
    """Return (where, text) for all that a page says to its reader outside of code."""
    notebook = read_page(page)
    found = []
    for cell, line in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        if cell.cell_type == "markdown":
            prose = NOT_PROSE.sub(blanked, cell.source)
            lines = enumerate(prose.splitlines(), line + 1)
            found += [(f"{name_of(page)}.md:{number}", text) for number, text in lines]
    for cell, line in zip(code_cells(notebook), code_lines(notebook), strict=True):
        said = [options[key] for options, key in figure_texts(cell)]
        said += re.findall(r"\balt=\(?\s*f?\"(.*?)\"(?:,|\)|\s*\n\s*\))", cell.source, re.DOTALL)
        found += [(f"{name_of(page)}.md:{line}", NOT_PROSE.sub(blanked, text)) for text in said]
    return found


def hints(page: Path) -> list[tuple[str, str]]:
    """Return (where, text) for the texts in the answers to a page's exercises."""
    module = answers_module(page)
    if not module.exists():
        return []
    tree = ast.parse(module.read_text(encoding="utf8"))
    return [
        (f"{module.name}:{node.lineno}", node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    ]


def looks_measured(text: str, match: re.Match) -> bool:
    """Tell whether a number in a text looks as if somebody had measured it."""
    number = match[0]
    after = re.match(
        r"\s?(%|percent|times (as|more|less|better|worse|faster|slower))", text[match.end() :]
    )
    if "." in number or after or text[: match.start()].endswith("factor of "):
        return True
    value = float(re.sub(r"[,\u202f]", "", number))
    return value > 20 and not (number.isdigit() and int(number) in YEARS)


def typed_numbers(page: Path) -> list[tuple[str, str, str]]:
    """Return (where, number, text) for each number that no cell computes."""
    known = set_up(page)
    excepted = EXCEPTIONS.get(name_of(page), {}) | EXCEPTIONS.get("everywhere", {})
    found = []
    for where, text in texts(page) + hints(page):
        for match in NUMBER.finditer(text):
            value = float(re.sub(r"[,\u202f]", "", match[0]))
            percent = text[match.end() :].lstrip().startswith(("%", "percent"))
            stated = value in known or (percent and value / 100 in known)
            if looks_measured(text, match) and not stated and match[0] not in excepted:
                found.append((where, match[0], text.strip()))
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_number_is_typed_that_a_cell_should_compute(page):
    found = [f"{where}: {number}: {text[:120]}" for where, number, text in typed_numbers(page)]
    assert not found, "glue these, or say it without a number:\n" + "\n".join(found)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_typed_numbers_are_as_recorded(page):
    path = recording.path_of(page).with_suffix(".txt")
    recorded = path.read_text(encoding="utf8") if path.exists() else ""
    texts = recorded, recording.typed_numbers(read_page(page))
    lines = (text.splitlines() for text in texts)
    diff = difflib.unified_diff(*lines, "recorded", "found", n=1, lineterm="")
    assert texts[0] == texts[1], "look at these, then `make record`:\n" + "\n".join(diff)


def test_numbers_are_read_wherever_somebody_types_them():
    text = new_markdown_cell(
        "# One page of 2\n\n"
        "It took 1,000 steps, not −3.5: $0 < e^{-7}$, `rate=0.1`, {math}`\\frac14`.\n"
        "No number, {glue:text}`loss-2`, {ref}`page-3`, [a link](#at-4), <b id='5'>none</b>.\n"
        "```{exercise} ★ Six is 6\n:label: exercise-7\nGive 8 %.\n```\n\n## Next\n\n- [x] 9\n"
    )
    options = {
        "figure": {"caption": "At 10.", "name": "fig-11"},
        "image": {"alt": "It ends at 12."},
    }
    picture = new_code_cell("plot(13)", metadata={"mystnb": options})
    assert recording.typed_numbers(new_notebook(cells=[text, picture])) == (
        "# One page of 2\n1,000  −3.5  0  -7  0.1  14\n6\n8\n\n## Next\n9\n10\n12\n"
    )
