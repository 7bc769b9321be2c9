"""The build: what it executes again, and what it does with errors."""

import time
from itertools import pairwise

import pytest
from tests.small_book import HEADER, SmallBook

PRINTS = HEADER + '\n```{code-cell} ipython3\nprint("computed", 6 * 7)\n```\n'
FAILS = HEADER + "\n```{code-cell} ipython3\nx = 1\nundefined_name\n```\n"
WARNS = HEADER + '\n```{code-cell} ipython3\nimport sys\nprint("careful", file=sys.stderr)\n```\n'
SLOW = (
    HEADER
    + """
```{code-cell} ipython3
import time
start = time.time()
time.sleep(3)
with open("spans", "a") as file:
    print(start, time.time(), file=file)
```
"""
)
TIMED = SLOW.replace("import time", ":tags: [nbval-ignore-output]\nimport time")
BAD_REFERENCE = HEADER + "\nSee {ref}`no-such-label`.\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A built book of one page."""
    book = SmallBook(tmp_path_factory.mktemp("built"), index=PRINTS)
    result = book.build()
    assert result.returncode == 0, result.stdout
    assert "Executing 1 of 1 pages" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("index.html")
    return book


def html(book):
    return (book.folder / "_build" / "html" / "index.html").read_text(encoding="utf8")


def test_a_second_build_executes_nothing_and_is_quick(book):
    started = time.monotonic()
    result = book.build()
    assert result.returncode == 0, result.stdout
    assert "Executing" not in result.stdout
    assert time.monotonic() - started < 15


def test_a_change_of_prose_executes_nothing(book):
    book.page("index").write_text(PRINTS + "\nA new sentence.\n", encoding="utf8")
    result = book.build()
    assert "Executing" not in result.stdout
    assert "A new sentence." in html(book)


def test_a_change_of_the_helper_package_executes_the_pages_and_shows(book):
    book.page("index").write_text(
        HEADER + "\n```{code-cell} ipython3\nprint(annbook.WORD)\n```\n", encoding="utf8"
    )
    package = book.folder / "code" / "annbook" / "__init__.py"
    package.write_text(package.read_text() + '\nWORD = "first word"\n')
    assert book.build().returncode == 0
    assert "first word" in html(book)
    package.write_text(package.read_text().replace("first word", "second word"))
    result = book.build()
    assert result.returncode == 0, result.stdout
    assert "second word" in html(book)
    assert "first word" not in html(book)


def test_all_failures_are_reported_in_one_run_with_page_and_line(tmp_path):
    book = SmallBook(tmp_path, index=PRINTS, fails=FAILS, warns=WARNS, reference=BAD_REFERENCE)
    result = book.build()
    assert result.returncode == 1
    line = FAILS.splitlines().index("x = 1") + 1
    assert f"book/fails.md:{line}: NameError: name 'undefined_name' is not defined" in result.stdout
    assert "warns.md" in result.stdout
    assert "stderr was found" in result.stdout
    assert "no-such-label" in result.stdout
    assert "index.html" not in result.stdout.splitlines()[-1]


def test_pages_that_measure_time_are_executed_alone(tmp_path):
    book = SmallBook(tmp_path, index=SLOW, first=TIMED, second=TIMED)
    result = book.build()
    assert result.returncode == 0, result.stdout
    lines = (book.folder / "book" / "spans").read_text().splitlines()
    spans = sorted(tuple(map(float, line.split())) for line in lines)
    assert len(spans) == 3
    assert all(end < start for (_, end), (start, _) in pairwise(spans))


def test_a_cache_that_cannot_be_written_is_named_in_one_line(tmp_path):
    book = SmallBook(tmp_path, index=PRINTS)
    (book.folder / "_build").mkdir()
    (book.folder / "_build" / "cache").write_text("a file where the folder should be")
    result = book.build()
    assert result.returncode == 1
    assert len(result.stdout.splitlines()) == 1
    assert str(book.folder / "_build" / "cache") in result.stdout


def test_damaged_data_stop_the_build_in_one_line_and_stay_as_they_are(tmp_path):
    book = SmallBook(tmp_path, index=PRINTS)
    data = tmp_path / "data"
    data.mkdir()
    (data / "mnist.npz").write_bytes(b"PK truncated")
    result = book.build(ANNBOOK_DATA=str(data))
    assert result.returncode == 1
    assert len(result.stdout.splitlines()) == 1
    assert "mnist.npz" in result.stdout
    assert (data / "mnist.npz").read_bytes() == b"PK truncated"
