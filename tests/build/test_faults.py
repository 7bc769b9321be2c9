"""What a build does with faults of the book, of the machine and of the person who stops it.

A fault fails every build until it is mended; it is said once, with its place; and after a build
that was killed the next one is right.
"""

import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from tests.small_book import HEADER, SmallBook

KILLS = int(os.environ.get("ANNBOOK_KILLS", "2"))  # builds that are killed; weekly some more
CELL = "\n```{code-cell} ipython3\n%s\n```\n"
GOOD = HEADER + CELL % "print('computed', 6 * 7)"
LOOP = "---\nmystnb: {execution_timeout: 1}\n" + HEADER.removeprefix("---\n")
QUIZ = "\n```{quiz}\nWhat?\n- [x] This.\n\n  Yes.\n- [x] That.\n\n  Yes.\n```\n"
FAULTS = {  # name of the page: its text, what the build says about it
    "reference": (HEADER + "\nSee {ref}`no-such-label`.\n", "no-such-label"),
    "label": (
        HEADER + "\n(twice)=\n## One\n\n(twice)=\n## Two\n",
        "Duplicate explicit target name",
    ),
    "stderr": (
        HEADER + CELL % "import sys\nprint('careful', file=sys.stderr)",
        "stderr was found in the cell outputs",
    ),
    "quiz": (HEADER + QUIZ, "a quiz ends with a list of answers"),
    "formula": (HEADER + "\nIt is $\\frca{1}{2}$.\n", "a formula can't be set"),
    "sign": (HEADER + "\nIt is $∮$.\n", "∮ isn't in the font of formulas"),
    "image": (HEADER + "\n![A picture](nowhere.png)\n", "image file not readable: nowhere.png"),
    "citation": (HEADER + "\nSee {footcite:t}`nobody1900`.\n", "nobody1900"),
    "glue": (HEADER + "\nIt is {glue:text}`unknown-value`.\n", "unknown-value"),
    "failing": (HEADER + CELL % "x = 1\nundefined_name", "NameError: name 'undefined_name'"),
    "importing": (HEADER + CELL % "import nbval", "No module named 'nbval'"),
    "looping": (LOOP + CELL % "while True:\n    pass", "this cell takes too long"),
    "killed": (HEADER + CELL % "import os\nos.kill(os.getpid(), 9)", "the kernel died"),
    "metadata": (HEADER + "\n```{code-cell} ipython3\n---\ntags: [\n---\n1\n```\n", "metadata.md"),
}


def test_every_fault_fails_every_build_until_it_is_mended(tmp_path):
    book = SmallBook(tmp_path, index=GOOD, **{name: text for name, (text, _) in FAULTS.items()})
    said = []
    for _ in range(2):
        result = book.build()
        assert result.returncode == 1
        said.append(result.stdout)
        for name, (_, message) in FAULTS.items():
            lines = [line for line in result.stdout.splitlines() if message in line]
            assert lines, f"{name} is not said:\n{result.stdout}"
            assert any(f"book/{name}.md" in line for line in lines), f"{name}: {lines}"
            assert result.stdout.count(f"failed  book/{name}.md") <= 1, f"{name} is executed twice"
        assert "Traceback" not in result.stdout
        assert result.stdout.splitlines()[-1] == "The book has errors (above): no site."
    line = FAULTS["failing"][0].splitlines().index("x = 1") + 1
    assert f"error: book/failing.md:{line}: NameError" in said[0]
    for name, (text, _) in FAULTS.items():  # where the cells were right, none is executed again
        book.write(name, GOOD if text.count("{code-cell}") > 1 else HEADER)
    result = book.build()
    assert result.returncode == 0, result.stdout


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A built book of two pages."""
    book = SmallBook(tmp_path_factory.mktemp("faults"), index=GOOD, other=GOOD)
    assert book.build().returncode == 0
    return book


def one_line(result, *parts):
    """Check that a build has ended with one line, an error with these parts."""
    lines = [line for line in result.stdout.splitlines() if not line.startswith("Executing")]
    assert result.returncode == 1
    assert len(lines) == 1, result.stdout
    assert lines[0].startswith("error: ")
    for part in parts:
        assert part in lines[0]


def test_a_table_of_contents_that_is_missing_malformed_or_names_what_is_not_there(book):
    toc = book.folder / "_toc.yml"
    text = toc.read_text()
    toc.unlink()
    one_line(book.build(), "_toc.yml", "No such file")
    toc.write_text("format: [")
    one_line(book.build(), "_toc.yml")
    book.name_pages("index", "other", "nowhere")
    one_line(book.build(), "_toc.yml", "nowhere")
    toc.write_text(text)
    assert book.build().returncode == 0


def test_a_page_that_is_gone_fails_every_build_while_something_leads_to_it(tmp_path):
    book = SmallBook(
        tmp_path,
        index=HEADER + "\nSee {ref}`the-other`.\n",
        other=HEADER.replace("# A page", "(the-other)=\n# Another page"),
    )
    assert book.build().returncode == 0
    book.name_pages("index")
    for _ in range(2):
        result = book.build()
        assert result.returncode == 1
        assert re.search(r"book/index\.md.*'the-other'", result.stdout)
    book.name_pages("index", "other")
    book.page("other").unlink()
    for _ in range(2):
        one_line(book.build(), "_toc.yml names pages that don't exist: other")


def test_a_page_that_is_no_text_is_named(book):
    book.page("other").write_bytes(b"\xff\xfe not text")
    result = book.build()
    assert result.returncode == 1
    assert "book/other.md: not UTF-8" in result.stdout
    book.write("other", GOOD)
    assert book.build().returncode == 0


def test_damaged_data_stop_the_build_in_one_line_and_stay_as_they_are(book, tmp_path):
    (tmp_path / "mnist.npz").write_bytes(b"PK truncated")
    book.write("other", GOOD.replace("jupytext:", "data: mnist\njupytext:"))
    one_line(book.build(ANNBOOK_DATA=str(tmp_path)), str(tmp_path / "mnist.npz"))
    assert (tmp_path / "mnist.npz").read_bytes() == b"PK truncated"


def test_stand_ins_are_said_and_where_the_site_is_published_refused(book):
    book.write("other", GOOD.replace("jupytext:", "data: mnist\njupytext:"))
    result = book.build()
    assert result.returncode == 0, result.stdout
    assert "Stand-in data for mnist: ANNBOOK_OFFLINE is set" in result.stdout
    one_line(book.build(ANNBOOK_REQUIRE_REAL="1"), "mnist", "ANNBOOK_REQUIRE_REAL")


def test_unknown_data_are_named_with_the_page(book):
    book.write("other", GOOD.replace("jupytext:", "data: [cifar]\njupytext:"))
    one_line(book.build(), "book/other.md: data: name: got 'cifar', want one of 'mnist'")
    book.write("other", GOOD)


@pytest.mark.parametrize("folder", ["_build", "_build/executed/index"])
def test_a_folder_that_cannot_be_written_is_named_in_one_line(tmp_path, folder):
    book = SmallBook(tmp_path, index=GOOD)
    path = book.folder / folder
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a file where the folder should be")
    one_line(book.build(), str(path))
    assert path.read_text() == "a file where the folder should be"


def test_a_full_disk_is_one_line_and_leaves_all_as_it_was(book):
    book.build()
    before = {p: p.read_bytes() for p in (book.folder / "_build/executed").rglob("*.json")}
    book.write("other", HEADER + CELL % "print('x' * 3_000_000)")

    def small_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

    result = subprocess.run(
        [sys.executable, "code/build_book.py"],
        cwd=book.folder,
        env=book.environment(),
        preexec_fn=small_disk,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    one_line(result, "can't write", "_build/executed/other", "File too large")
    now = {p: p.read_bytes() for p in (book.folder / "_build/executed").rglob("*") if p.is_file()}
    assert now == before
    book.write("other", GOOD)


def test_settings_of_the_person_who_builds_reach_no_page(tmp_path):
    home = tmp_path / "home"
    for name, text in {
        ".keras/keras.json": '{"floatx": "float64", "backend": "jax"}',
        ".ipython/profile_default/ipython_config.py": "c.PlainTextFormatter.float_precision = 2",
        ".config/matplotlib/matplotlibrc": "lines.dashed_pattern: 1, 1",
        "startup.py": "print = None",
        "kernels/python3/kernel.json": "not JSON",
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    cell = (
        "annbook.setup()\nimport keras\nimport matplotlib\n\n"
        "print(keras.config.floatx(), keras.config.backend())\n"
        "print(matplotlib.rcParams['lines.dashed_pattern'])\n1 / 3"
    )
    folder = (
        "import os\nfrom pathlib import Path\n\nbook = Path(annbook.__file__).parents[2]\n"
        "print('files:', os.listdir(), ' in the book:', book in Path.cwd().parents)"
    )
    page = HEADER + CELL.replace("\n%s", "\n:tags: [remove-stderr]\n%s") % cell
    book = SmallBook(tmp_path, index=page + CELL % folder)
    result = book.build(
        HOME=str(home),
        KERAS_BACKEND="jax",
        PYTHONSTARTUP=str(home / "startup.py"),
        MPLBACKEND="pdf",
        JUPYTER_PATH=str(home),
    )
    assert result.returncode == 0, result.stdout
    assert "float32 tensorflow\n[3.7, 1.6]" in book.html("index")
    assert "0.3333333333333333" in book.html("index")
    assert "files: []  in the book: False" in book.html("index")


def test_a_home_that_cannot_be_written_and_long_names_of_temporary_files(tmp_path):
    long = tmp_path / "temporary" / ("files" * 20)
    long.mkdir(parents=True)
    book = SmallBook(tmp_path, index=GOOD + CELL % "import matplotlib.pyplot\n\nprint('drawn')")
    result = book.build(HOME="/dev/null", TMPDIR=str(long))
    assert result.returncode == 0, result.stdout
    assert "drawn" in book.html("index")


def started(book, **environment):
    """Start a build of a changed page that sleeps; return it when its kernel is at work."""
    book.write("index", HEADER + CELL % f"import time\n\ntime.sleep(60)  # {random.random()}")
    process = book.start_build(**environment)
    deadline = time.monotonic() + 30
    while not book.kernels():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(1)
    return process


def test_a_kernel_that_ends_just_before_it_is_killed_is_no_error(monkeypatch):
    from bookbuilder import kernels

    ended = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    ended.wait()
    manager = SimpleNamespace(provisioner=SimpleNamespace(pgid=ended.pid))
    monkeypatch.setattr(kernels, "STARTED", [manager])
    kernels.kill_all()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_build_that_is_stopped_ends_at_once_and_leaves_no_kernel(book, stop):
    process = started(book)
    stopped = time.monotonic()
    process.send_signal(stop)
    try:
        said, _ = process.communicate(timeout=10)
    finally:
        process.kill()
    assert time.monotonic() - stopped < 1.5
    deadline = time.monotonic() + 5
    while book.kernels():
        assert time.monotonic() < deadline, "a kernel outlives its build"
        time.sleep(0.1)
    assert "Traceback" not in said
    if stop != signal.SIGKILL:
        assert process.returncode == 130
        assert said.splitlines()[-1] == "Interrupted: what was finished is kept."
    book.write("index", GOOD)


@pytest.mark.parametrize("number", range(KILLS))
def test_after_a_build_that_was_killed_the_next_one_is_right_and_complete(book, number):
    word = f"quixotic{number}"
    book.write("index", f"{GOOD}\nThe word is {word}.\n" + CELL % f"print('cell', {number})")
    begun = time.monotonic()
    process = book.start_build()
    try:
        process.wait(random.uniform(0.3, 5))
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()
    killed_after = time.monotonic() - begun
    result = book.build()
    assert result.returncode == 0, f"killed after {killed_after:.2f} s\n{result.stdout}"
    html = book.folder / "_build" / "html"
    index = (html / "searchindex.js").read_text()
    assert word in index, f"killed after {killed_after:.2f} s: search doesn't know the new word"
    assert '"index"' in index
    assert '"other"' in index
    assert f"The word is {word}." in book.html("index")
    assert f"cell {number}" in book.html("index")
    assert "computed 42" in book.html("other")
    assert (html / "_sources" / "other.ipynb").exists()
    assert (html / "_static" / "book.css").exists()
