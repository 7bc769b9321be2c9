"""What every page has, read off its source: front matter, anatomy, devices, exercises."""

import re
from pathlib import Path

import pytest
import yaml

import build_book
from annbook.exercises import bank

ROOT = Path(__file__).resolve().parent.parent
PAGES = build_book.pages()
LESSONS = [page for page in PAGES if page.stem != "index"]
LAST_SECTIONS = [
    "Common misreadings",
    "Exercises",
    "Self-quiz",
    "What to remember",
    "References",
]
# Items of the syllabus whose pages are not written yet: this set only shrinks.
STILL_MISSING = {
    *("S0-08", "S1-01", "S1-02", "S1-09", "S1-10", "S1-11", "S1-12", "S2-Q1", "S2-Q10"),
    *(f"S4-{n:02d}" for n in range(4, 11)),
}
LINE, CELL, FOLDED_CELL = 88, 26, 40  # characters that fit beside both sidebars; lines of code


def name(page):
    return page.relative_to(build_book.PAGES).as_posix()


def text_of(page):
    return page.read_text(encoding="utf8")


def front_matter(page):
    return yaml.safe_load(text_of(page).split("---\n")[1])


def code_cells(page):
    """Return (line, metadata, source) of each code cell."""
    notebook = build_book.read_page(page)
    lines = notebook.metadata["source_map"]
    return [
        (lines[i] + 1, cell.metadata, cell.source)
        for i, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
    ]


def test_every_page_is_in_the_table_of_contents():
    assert {*build_book.PAGES.rglob("*.md")} == {*PAGES}


def test_code_is_no_package_that_shadows_the_standard_library():
    assert not (ROOT / "code" / "__init__.py").exists()


def test_every_exercise_of_the_bank_is_on_a_page():
    on_pages = set()
    for page in PAGES:
        on_pages |= set(re.findall(r'check\(\s*"([\w-]+)"', text_of(page)))
    assert set(bank()) == on_pages


def test_every_item_of_the_syllabus_is_taught_or_known_to_be_missing():
    numbers = {"S0-": 8, "S1-": 12, "S2-Q": 10, "S3-": 8, "S4-": 10}
    syllabus = {
        f"{part}{n}" if part.endswith("Q") else f"{part}{n:02d}"
        for part, last in numbers.items()
        for n in range(1, last + 1)
    }
    covered = {item for page in PAGES for item in front_matter(page)["covers"]}
    assert syllabus - covered == STILL_MISSING


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_front_matter(page):
    meta = front_matter(page)
    assert meta["jupytext"]["text_representation"]["format_name"] == "myst"
    assert meta["kernelspec"]["name"] == "python3"
    assert len(meta["myst"]["html_meta"]["description"]) > 40
    assert all(re.fullmatch(r"S[0-4]-(\d\d|Q\d{1,2})", item) for item in meta["covers"])
    assert meta["covers"] or page.stem == "index"
    assert re.fullmatch(r"[a-z0-9-]+", page.stem), "hyphens in names, for readable addresses"
    assert f"(page-{page.stem})=" in text_of(page)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_cells_are_short_and_touch_no_paths(page):
    for number, (line, metadata, source) in enumerate(code_cells(page)):
        where = f"{name(page)}:{line}"
        folded = "hide-input" in metadata.get("tags", [])
        length = len(source.splitlines())
        assert number == 0 or length <= (FOLDED_CELL if folded else CELL), (
            f"{where}: {length} lines"
        )
        long = [text for text in source.splitlines() if len(text) > LINE]
        assert not long, f"{where}: wider than the page: {long[0]}"
        assert "sys.path" not in source, where
        assert not re.search(r"[\"'](/|[A-Z]:\\|\.\./)\w", source), f"{where}: a path"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_set_up_comes_first(page):
    cells = code_cells(page)
    assert cells[0][2].startswith("import annbook\n\nannbook.setup()")
    for line, metadata, source in cells[1:]:
        assert "annbook.setup(" not in source, f"{name(page)}:{line}"
        imports_keras = re.search(r"^(import|from) (keras|tensorflow)", source, re.MULTILINE)
        if imports_keras:
            assert "remove-stderr" in metadata.get("tags", []), f"{name(page)}:{line}"
        elif "remove-stderr" in metadata.get("tags", []):
            pytest.fail(f"{name(page)}:{line}: hides its stderr")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_figures_have_names_captions_and_alternative_texts(page):
    for line, metadata, source in code_cells(page):
        draws = re.search(
            r"plt\.(subplots|figure)\(|^\s*plot_\w+\(|= plot_\w+\(", source, re.MULTILINE
        )
        makes_player = re.search(r"^player\(", source, re.MULTILINE)
        if makes_player:
            assert "alt=" in source, f"{name(page)}:{line}: a player without alt"
        elif draws and "def draw" not in source and "check(" not in source:
            figure = metadata.get("mystnb", {})
            assert figure.get("figure", {}).get("caption"), f"{name(page)}:{line}: no caption"
            assert figure["figure"].get("name"), f"{name(page)}:{line}: no name"
            assert len(figure.get("image", {}).get("alt", "")) > 30, f"{name(page)}:{line}: no alt"


@pytest.mark.parametrize("page", LESSONS, ids=name)
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


@pytest.mark.parametrize("page", LESSONS, ids=name)
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
        assert solution, f"{name(page)}: no solution of {label}"
        check = re.compile(rf'check\(\s*"{label}",')
        open_check = bool(check.search(text.replace(solution[0], "")))
        assert open_check == (label in bank()), f"{name(page)}: check cell of {label}"
        if open_check:
            assert check.search(solution[1]), f"{name(page)}: {label} is not checked"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_recorded_solutions_pass_their_checks(page):
    recording = (
        ROOT / "tests" / "recorded" / page.relative_to(build_book.PAGES).with_suffix(".json")
    )
    text = recording.read_text(encoding="utf8")
    for label in set(re.findall(r'check\(\s*"([\w-]+)"', text_of(page))):
        assert f"✓ {label}: right." in text
        assert f"○ {label}: put your answer" in text
    assert "✗" not in text
