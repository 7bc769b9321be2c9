"""What every page has, read off its source: front matter, anatomy, devices, exercises."""

import ast
import re
from pathlib import Path

import pytest
import yaml
from tests import recording

from annbook.exercises import all_answers
from bookbuilder import pages as book
from bookbuilder.pages import code_cells, code_lines, name_of

ROOT = Path(__file__).resolve().parents[2]
PAGES = book.pages()
LESSONS = [p for p in PAGES if p.stem != "index" and p.parent.name != "appendix"]
LAST_SECTIONS = [
    "Common misreadings",
    "Exercises",
    "Self-quiz",
    "What to remember",
    "References",
]
LINE, CELL, FOLDED_CELL = 88, 26, 40  # characters that fit beside both sidebars; lines of code


def text_of(page):
    return page.read_text(encoding="utf8")


def front_matter(page):
    return yaml.safe_load(text_of(page).split("---\n")[1])


def cells_of(page):
    """Return (line, metadata, source) of each code cell."""
    notebook = book.read_page(page)
    cells = zip(code_lines(notebook), code_cells(notebook), strict=True)
    return [(line, cell.metadata, cell.source) for line, cell in cells]


def test_every_page_is_in_the_table_of_contents():
    assert {*book.PAGES.rglob("*.md")} == {*PAGES}


def test_code_is_no_package_that_shadows_the_standard_library():
    assert not (ROOT / "code" / "__init__.py").exists()


def test_every_exercise_with_an_answer_is_on_a_page():
    on_pages = set()
    for page in PAGES:
        on_pages |= set(re.findall(r'check\(\s*"([\w-]+)"', text_of(page)))
    assert set(all_answers()) == on_pages


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_front_matter(page):
    meta = front_matter(page)
    assert meta["jupytext"]["text_representation"]["format_name"] == "myst"
    assert meta["kernelspec"]["name"] == "python3"
    assert len(meta["myst"]["html_meta"]["description"]) > 40
    assert re.fullmatch(r"[a-z0-9-]+", page.stem), "hyphens in names, for readable addresses"
    assert f"(page-{page.stem})=" in text_of(page)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_cells_are_short_and_touch_no_paths(page):
    for number, (line, metadata, source) in enumerate(cells_of(page)):
        where = f"{name_of(page)}:{line}"
        folded = "hide-input" in metadata.get("tags", [])
        length = len(source.splitlines())
        assert number == 0 or length <= (FOLDED_CELL if folded else CELL), (
            f"{where}: {length} lines"
        )
        long = [text for text in source.splitlines() if len(text) > LINE]
        assert not long, f"{where}: wider than the page: {long[0]}"
        assert "sys.path" not in source, where
        assert "default_rng()" not in source, f"{where}: a generator without a seed"
        assert not re.search(r"[\"'](/|[A-Z]:\\|\.\./)\w", source), f"{where}: a path"


def names_in(source):
    """Return the names that a cell gives a value to, and those that it uses."""
    given, used = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else given).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            given.add(node.name)
        elif isinstance(node, ast.arg):
            given.add(node.arg)
        elif isinstance(node, ast.alias):
            given.add((node.asname or node.name).split(".")[0])
    return given, used


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_cell_needs_one_that_readers_cannot_see(page):
    seen, unseen = set(), set()
    for line, metadata, source in cells_of(page):
        given, used = names_in(source)
        if "remove-cell" in metadata.get("tags", []):
            unseen |= given - seen
        else:
            assert not (used - given - seen) & unseen, f"{name_of(page)}:{line}"
            seen |= given


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_title_of_a_fence_of_backticks_holds_one(page):
    # Markdown takes such a line for text, and the fence's end for the beginning of another one,
    # which then swallows the next cell: write ::: there.
    assert re.findall(r"^`{3,}\{[\w-]+\}.*`.*$", text_of(page), re.MULTILINE) == []


@pytest.mark.parametrize("page", [page for page in PAGES if cells_of(page)], ids=name_of)
def test_set_up_comes_first(page):
    cells = cells_of(page)
    assert cells[0][2].startswith("import annbook\n\nannbook.setup()")
    for line, metadata, source in cells[1:]:
        assert "annbook.setup(" not in source, f"{name_of(page)}:{line}"
        imports_keras = re.search(r"^(import|from) (keras|tensorflow)", source, re.MULTILINE)
        if imports_keras:
            assert "remove-stderr" in metadata.get("tags", []), f"{name_of(page)}:{line}"
        elif "remove-stderr" in metadata.get("tags", []):
            pytest.fail(f"{name_of(page)}:{line}: hides its stderr")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_figures_have_names_captions_and_alternative_texts(page):
    for line, metadata, source in cells_of(page):
        draws = re.search(
            r"plt\.(subplots|figure)\(|^\s*plot_\w+\(|= plot_\w+\(", source, re.MULTILINE
        )
        makes_player = re.search(r"^player\(", source, re.MULTILINE)
        if makes_player:
            assert "alt=" in source, f"{name_of(page)}:{line}: a player without alt"
        elif draws:
            figure = metadata.get("mystnb", {})
            assert figure.get("figure", {}).get("caption"), f"{name_of(page)}:{line}: no caption"
            assert figure["figure"].get("name"), f"{name_of(page)}:{line}: no name"
            assert len(figure.get("image", {}).get("alt", "")) > 30, (
                f"{name_of(page)}:{line}: no alt"
            )


@pytest.mark.parametrize("page", LESSONS, ids=name_of)
def test_anatomy(page):
    text = text_of(page)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[-5:] == LAST_SECTIONS
    assert (
        len(re.findall(r"^# ", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)) == 1
    )
    assert text.count("```{page-header}") == 1
    assert text.count("```{claim}") >= 2
    assert "annbook.ledger(" in text or re.search(r"^ledger\(", text, re.MULTILINE)
    assert re.search(r"^player\(", text, re.MULTILINE)
    assert text.count("```{misreadings}") == text.count("```{remember}") == 1
    assert text.count("```{quiz}") >= 5
    assert "{glue:text}" in text
    assert "```{footbibliography}" in text


@pytest.mark.parametrize("page", LESSONS, ids=name_of)
def test_exercises_have_checks_and_solutions(page):
    text = text_of(page)
    titles = re.findall(r"`{3,}\{exercise\} (.+)\n:label: ([\w-]+)", text)
    assert len(titles) >= 6
    assert all(re.match(r"★{1,3} ", title) for title, _ in titles)
    assert any(title.startswith("★★★") for title, _ in titles)
    for _, label in titles:
        solution = re.search(
            rf"\{{solution-start\}} {label}\n(.*?)\{{solution-end\}}", text, re.DOTALL
        )
        assert solution, f"{name_of(page)}: no solution of {label}"
        check = re.compile(rf'check\(\s*"{label}",')
        open_check = bool(check.search(text.replace(solution[0], "")))
        assert open_check == (label in all_answers()), f"{name_of(page)}: check cell of {label}"
        if open_check:
            assert check.search(solution[1]), f"{name_of(page)}: {label} is not checked"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_recorded_solutions_pass_their_checks(page):
    text = recording.path_of(page).read_text(encoding="utf8")
    for label in set(re.findall(r'check\(\s*"([\w-]+)"', text_of(page))):
        assert f"✓ {label}: right." in text
        assert f"○ {label}: put your answer" in text
    assert "✗" not in text
