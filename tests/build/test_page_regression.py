"""The page regression bites: what moves is seen, with page, line and both values."""

import json

import pytest
from tests.comparison import Band, differences
from tests.recording import align
from tests.small_book import HEADER, SmallBook

PAGE = (
    HEADER
    + """
```{code-cell} ipython3
z = 0 * 2 + 1 * 3 + 4
print(f"z = {z:.3f}")
print("twice:", 2 * z)
```

```{code-cell} ipython3
---
tolerance: {absolute: 0.02}
---
annbook.glue("accuracy", z / 7.5, ".4f")
annbook.glue("share", z / 10, ".1f")
```

It is right in {glue:text}`accuracy` of all cases, with a share of {glue:text}`share`.

```{code-cell} ipython3
annbook.show_source(annbook.glue)
```
"""
)


def run_pages(book, *options):
    without = ("cacheprovider", "xdist", "hypothesispytest", "anyio")  # quicker to start
    arguments = ["-q", *(f"-pno:{plugin}" for plugin in without), "book", *options]
    # The package first: it keeps nbval from loading what takes a second.
    return book.run("-c", f"import bookbuilder, pytest; raise SystemExit(pytest.main({arguments}))")


def record(book, *names, **environment):
    return book.run("-m", "tests.recording", *names, **environment)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A recorded book of one page."""
    book = SmallBook(tmp_path_factory.mktemp("recorded"), index=PAGE)
    result = record(book)
    assert result.returncode == 0, result.stdout
    return book, book.recording("index").read_text(encoding="utf8")


@pytest.fixture
def book(recorded):
    """The recorded book as it was first."""
    book, recording = recorded
    book.write("index", PAGE)
    book.recording("index").write_text(recording, encoding="utf8")
    return book


def test_the_recorded_page_passes_without_a_kernel(book):
    result = run_pages(book)
    assert result.returncode == 0, result.stdout
    assert "6 passed" in result.stdout
    assert "Executing" not in result.stdout


def test_a_recording_is_read_line_by_line(book):
    text = book.recording("index").read_text(encoding="utf8")
    lines = [line.strip().rstrip(",") for line in text.splitlines()]
    assert '"z = 7.000"' in lines
    assert '"twice: 14"' in lines
    assert '"cell": "z = 0 * 2 + 1 * 3 + 4"' in lines
    assert '"sentence": "It is right in 0.9333 of all cases, with a share of 0.7."' in lines
    assert any(line.startswith('"def glue(name') for line in lines), "code that a page shows"


def test_all_that_moves_is_said_at_once_with_page_line_and_both_values(book):
    book.change("book/index.md", "1 * 3 + 4", "1 * 3 + 4.002")
    book.change("book/index.md", "z / 7.5", "z / 7")
    result = run_pages(book)
    assert result.returncode == 1
    assert "Executing 1 of 1 pages" in result.stdout
    lines = book.page("index").read_text(encoding="utf8").splitlines()
    moved = ("z = 7.000", "z = 7.002"), ("twice: 14", "twice: 14.004"), ("'0.9333'", "'1.0003'")
    for old, new in moved:
        assert f"recorded: {old}" in result.stdout
        assert f"found:    {new}" in result.stdout
    assert f"book/index.md:{lines.index('z = 0 * 2 + 1 * 3 + 4.002') + 1}" in result.stdout
    assert "recorded: It is right in 0.9333 of all cases" in result.stdout


def test_within_its_band_a_number_may_move_also_in_the_sentence(book):
    book.change("book/index.md", "z / 7.5", "z / 7.4")
    assert run_pages(book).returncode == 0
    assert run_pages(book, "--exact").returncode == 1


def test_swapped_values_in_a_sentence_are_seen(book):
    text = (
        PAGE.replace("`accuracy`", "`x`").replace("`share`", "`accuracy`").replace("`x`", "`share`")
    )
    book.write("index", text)
    result = run_pages(book)
    assert result.returncode == 1
    assert "found:    It is right in 0.7 of all cases, with a share of 0.9333." in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("`share`.", "`shore`.", "no cell glues 'shore'"),
        (", with a share of {glue:text}`share`", "", "'share' is glued and never shown"),
        ('annbook.glue("share"', 'annbook.glue("accuracy"', "'accuracy' is glued 2 times"),
    ],
)
def test_glued_names_are_unique_and_used(book, old, new, problem):
    book.change("book/index.md", old, new)
    result = run_pages(book)
    assert result.returncode == 1
    assert problem in result.stdout


def test_code_that_a_page_shows_is_compared(book):
    book.change("book/index.md", "show_source(annbook.glue)", "show_source(annbook.setup)")
    result = run_pages(book)
    assert result.returncode == 1
    assert "found:    def setup" in result.stdout


def test_a_page_without_a_recording_fails(book):
    book.recording("index").unlink()
    result = run_pages(book)
    assert result.returncode == 1
    assert "there is no recording of this cell" in result.stdout


def test_a_new_cell_and_a_cell_that_is_gone_are_one_finding_each(book):
    book.change("book/index.md", "# A page", "# A page\n\n```{code-cell} ipython3\nprint(1)\n```\n")
    result = run_pages(book)
    assert "1 failed, 6 passed" in result.stdout
    assert "there is no recording of this cell" in result.stdout
    book.write("index", PAGE.partition("```{code-cell} ipython3\nannbook.show_source")[0])
    result = run_pages(book)
    assert "1 failed, 5 passed" in result.stdout
    assert "the recorded cell 'annbook.show_source(annbook.glue)' is gone" in result.stdout


def test_a_failing_cell_fails_once_and_is_no_reason_to_record(book):
    before = book.recording("index").read_text(encoding="utf8")
    book.change("book/index.md", 'print(f"z', 'print(undefined_name, f"z')
    result = run_pages(book)
    assert result.returncode == 1
    assert result.stdout.count("failed  book/index.md") == 1
    line = PAGE.splitlines().index("z = 0 * 2 + 1 * 3 + 4") + 1
    assert f"book/index.md:{line}" in result.stdout
    assert "NameError" in result.stdout
    # The cell fails and so does the page; its other cells are skipped, since they have no outputs.
    assert "FAILED book/index.md::time and memory" in result.stdout
    assert "2 failed, 4 skipped" in result.stdout
    result = record(book)
    assert result.returncode == 1
    assert "NameError" in result.stdout
    assert book.recording("index").read_text(encoding="utf8") == before


def test_stand_in_outputs_are_counted_not_compared_and_not_recorded(book):
    before = book.recording("index").read_text(encoding="utf8")
    book.change("book/index.md", "tolerance: {absolute: 0.02}", "data: mnist")
    book.change("book/index.md", "kernelspec:", "data: [mnist]\nkernelspec:")
    book.change("book/index.md", "z / 7.5", "z / 6")
    result = run_pages(book)
    assert result.returncode == 0, result.stdout
    assert "1 cells ran on stand-in data (mnist): executed, not compared" in result.stdout
    result = record(book)
    assert result.returncode == 1
    assert "recordings need the real data, and mnist is a stand-in here" in result.stdout
    assert "Executing" not in result.stdout
    assert book.recording("index").read_text(encoding="utf8") == before


def test_recording_takes_the_names_of_pages(book):
    result = record(book, "nowhere")
    assert result.returncode == 1
    assert result.stdout == "error: PAGE: got nowhere, want one of index\n"
    book.change("book/index.md", "2 * z", "3 * z")
    assert "recorded   index.md" in record(book, "index").stdout
    assert "unchanged  index.md" in record(book, "index").stdout
    assert run_pages(book).returncode == 0


def test_fresh_runs_execute_what_has_an_artifact(book):
    run_pages(book)
    assert "Executing" not in run_pages(book).stdout
    result = run_pages(book, "--fresh")
    assert result.returncode == 0, result.stdout
    assert "(anew)" in result.stdout


def test_a_memory_address_is_not_recorded(book):
    before = json.loads(book.recording("index").read_text(encoding="utf8"))
    book.change("book/index.md", 'print("twice:", 2 * z)', "print(object())")
    result = record(book)
    assert result.returncode == 1
    assert "prints the memory address 0x" in result.stdout
    assert json.loads(book.recording("index").read_text(encoding="utf8")) == before


NO_BAND = Band()
FIGURE = "Figure 7 x 4 in, 1 axes"


@pytest.mark.parametrize(
    ("recorded", "found", "band", "same"),
    [
        ("loss 0.50", "loss 0.51", NO_BAND, False),
        ("loss 0.50", "loss 0.51", Band(absolute=0.02), True),
        ("loss 0.50", "loss 0.53", Band(absolute=0.02), False),
        ("loss 0.50", "loss 0.51", Band(relative=0.03), True),
        ("loss 0.50", "loss 0.52", Band(relative=0.03), False),
        ("loss 0.50", "acc 0.50", Band(absolute=1), False),
        ("12 of 500, 0.3466", "15 of 500, 0.3466", Band(counts=12), True),
        ("12 of 500, 0.3466", "12 of 500, 9.9999", Band(counts=12), False),
        ("12 of 500", "13 of 500", Band(absolute=12, relative=1), False),
        ("13,781 points", "14,781 points", Band(counts=1), False),
        ("13,781 points", "13,782 points", Band(counts=1), True),
        ("13,781.5", "13,782.0", Band(absolute=1), True),
        ("a  9.5 | b", "a 10.0 | b", Band(absolute=1), True),
        ("loss nan", "loss 0.5", Band(absolute=1), False),
        ("x1 = 3", "x2 = 3", Band(counts=5), False),
        ("1e-3", "2e-3", Band(absolute=0.01), True),
        ("between 1 and 2", "between 1 and -2", Band(counts=1), False),
        (f"{FIGURE}\n1.23 to 4", f"{FIGURE}\n1.24 to 4", NO_BAND, True),
        (f"{FIGURE}\n1.23 to 4", f"{FIGURE}\n1.25 to 4", NO_BAND, False),
        (f"{FIGURE}\n1.23e-05", f"{FIGURE}\n1.22e-05", NO_BAND, True),
        (f"{FIGURE}\n3 lines", f"{FIGURE}\n4 lines", NO_BAND, False),
        (f"{FIGURE}\n0.4", f"{FIGURE}\n0.5", NO_BAND, False),
        (f"{FIGURE}\n0.1", f"{FIGURE}\n1e-12", NO_BAND, False),
        (f"{FIGURE}\n0.95", f"{FIGURE}\n0", NO_BAND, False),
        (f"{FIGURE}\n1e+20", f"{FIGURE}\n2e+20", NO_BAND, False),
    ],
)
def test_numbers_are_compared_within_their_band_and_text_exactly(recorded, found, band, same):
    assert (not differences(recorded.splitlines(), found.splitlines(), band)) == same


def test_all_lines_that_differ_are_returned():
    pairs = differences(["a 1", "b 2", "c 3"], ["a 1", "b 5", "new", "c 4"], NO_BAND)
    assert pairs == [("b 2", "b 5"), ("c 3", "new"), ("", "c 4")]


@pytest.mark.parametrize(
    ("before", "after", "pairs"),
    [
        ("abc", "abc", [(0, 0), (1, 1), (2, 2)]),
        ("abc", "axbc", [(0, 0), (None, 1), (1, 2), (2, 3)]),
        ("abc", "ac", [(0, 0), (1, None), (2, 1)]),
        ("abc", "axc", [(0, 0), (1, 1), (2, 2)]),
    ],
)
def test_cells_are_aligned_by_their_first_lines(before, after, pairs):
    assert align(list(before), list(after)) == pairs


def test_a_band_says_what_it_is_for(book):
    book.change("book/index.md", "tolerance: {absolute: 0.02}", "tolerance: 0.02")
    result = run_pages(book)
    assert result.returncode == 1
    assert (
        "tolerance: got 0.02, want a band for each of counts, absolute, relative" in result.stdout
    )
