"""The page regression bites: a number that moves is seen, with page, line and both values."""

import json

import pytest
from tests.page_regression import differences
from tests.small_book import HEADER, ROOT, SmallBook

PAGE = HEADER + (
    "\n```{code-cell} ipython3\nz = 0 * 2 + 1 * 3 + 4\nprint(f'z = {z:.3f}')\n```\n"
    "\n```{code-cell} ipython3\n:tolerance: 0.02\nannbook.glue('accuracy', z / 7.5, '.4f')\n```\n"
)


def run_pages(book, *options):
    return book.run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "book", *options
    )


@pytest.fixture
def book(tmp_path):
    """A recorded book of one page."""
    book = SmallBook(tmp_path, index=PAGE)
    result = run_pages(book, "--record")
    assert result.returncode == 0, result.stdout
    return book


def change(book, old, new):
    text = book.page("index").read_text(encoding="utf8")
    assert old in text
    book.page("index").write_text(text.replace(old, new), encoding="utf8")


def test_the_recorded_page_passes(book):
    result = run_pages(book)
    assert result.returncode == 0, result.stdout
    assert "4 passed" in result.stdout


def test_a_moved_number_fails_with_page_line_and_both_values(book):
    change(book, "1 * 3 + 4", "1 * 3 + 4.002")
    result = run_pages(book)
    assert result.returncode == 1
    line = PAGE.splitlines().index("z = 0 * 2 + 1 * 3 + 4") + 1
    assert f"book/index.md:{line}" in result.stdout
    assert "recorded: z = 7.000" in result.stdout
    assert "found:    z = 7.002" in result.stdout


def test_within_its_tolerance_a_number_may_move_and_no_further(book):
    change(book, "z / 7.5", "z / 7.4")
    assert run_pages(book).returncode == 0
    change(book, "z / 7.4", "z / 7")
    result = run_pages(book)
    assert result.returncode == 1
    assert "recorded: '0.9333'" in result.stdout
    assert "found:    '1.0000'" in result.stdout


def test_a_page_without_a_recording_fails(book):
    (book.folder / "tests" / "recorded" / "index.json").unlink()
    result = run_pages(book)
    assert result.returncode == 1
    assert "there is no recording of this cell" in result.stdout


def test_a_cell_too_many_fails(book):
    change(book, "# A page", "# A page\n\n```{code-cell} ipython3\nprint(1)\n```\n")
    result = run_pages(book)
    assert result.returncode != 0
    assert "3 recorded code cells, 4 on the page" in result.stdout


def test_a_failing_cell_fails(book):
    change(book, "print(f'z", "print(undefined_name, f'z")
    result = run_pages(book)
    assert result.returncode == 1
    assert "NameError" in result.stdout


def test_stand_in_outputs_are_executed_and_counted_but_not_compared(book):
    change(book, ":tolerance: 0.02", ":data: mnist")
    change(book, "z / 7.5", "z / 6")
    result = run_pages(book)
    assert result.returncode == 0, result.stdout
    assert "1 cells ran on stand-in data (mnist): executed, not compared" in result.stdout


def test_stand_in_outputs_are_not_recorded(book):
    change(book, ":tolerance: 0.02", ":data: mnist")
    result = run_pages(book, "--record")
    assert result.returncode == 1
    assert "recordings need the real data" in result.stdout


def test_a_perturbed_copy_of_a_real_page_fails(tmp_path):
    name = "artificial-neuron"
    page = (ROOT / "book" / "foundations" / f"{name}.md").read_text(encoding="utf8")
    recording = ROOT / "tests" / "recorded" / "foundations" / f"{name}.json"
    assert "0.99908894" in json.dumps(json.loads(recording.read_text(encoding="utf8")))
    old = "b = 4  # bias"
    assert old in page
    book = SmallBook(tmp_path, index=HEADER, **{name: page.replace(old, "b = 4.5  # bias")})
    (book.folder / "tests" / "recorded").mkdir()
    (book.folder / "tests" / "recorded" / f"{name}.json").write_bytes(recording.read_bytes())
    result = book.run(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"book/{name}.md"
    )
    assert result.returncode == 1
    assert f"book/{name}.md:" in result.stdout
    assert "recorded:" in result.stdout
    assert "0.99908894" in result.stdout


@pytest.mark.parametrize(
    ("recorded", "found", "tolerance", "same"),
    [
        ("loss 0.50", "loss 0.51", 0, False),
        ("loss 0.50", "loss 0.51", 0.02, True),
        ("loss 0.50", "loss 0.53", 0.02, False),
        ("loss 0.50", "acc 0.50", 0.02, False),
        ("a  9.5 | b", "a 10.0 | b", 1, True),
        ("loss nan", "loss 0.5", 1, False),
        ("x1 = 3", "x2 = 3", 5, False),
        ("1e-3", "2e-3", 0.01, True),
        ("one", "one\ntwo", 1, False),
        ("between 1 and 2", "between 1 and -2", 0.5, False),
    ],
)
def test_numbers_are_compared_within_the_tolerance_and_text_exactly(
    recorded, found, tolerance, same
):
    assert (not differences(recorded, found, tolerance)) == same
