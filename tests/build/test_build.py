"""The build: what it executes, and that the site shows the book as it is."""

import os
import re
import time
from itertools import pairwise

import pytest
from nbformat.v4 import new_notebook
from tests.small_book import HEADER, SmallBook

from bookbuilder import artifacts

SECOND = HEADER.replace("# A page", "(second)=\n# Another page") + (
    "\n```{code-cell} ipython3\n"
    "from annbook.network.layers import sigmoid\n\nprint(sigmoid(0.0))\n```\n"
)
THIRD = (
    HEADER
    + """
```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-line
    caption: Up to {glue:text}`top` it goes.
  image:
    alt: A line up to {glue:text}`top`.
---
import matplotlib.pyplot as plt

annbook.setup()
figure, ax = plt.subplots()
ax.plot([0, 7])
figure;
```

```{code-cell} ipython3
from annbook.exercises import check

check("nand-net", ...)
annbook.glue("top", 7, "d")
```

```{claim} It goes up.
It does.
```
"""
)
FIRST = HEADER + "\nSee {ref}`second`.\n\n```{code-cell} ipython3\nprint('computed', 6 * 7)\n```\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A built book of three pages; the tests of this module change it one after another."""
    book = SmallBook(tmp_path_factory.mktemp("built"), index=FIRST, second=SECOND, third=THIRD)
    result = book.build()
    assert result.returncode == 0, result.stdout
    assert executed(result) == ["index", "second", "third"]
    assert result.stdout.splitlines()[-1].endswith("index.html")
    return book


def executed(result):
    """Return the names of the pages that a build has executed, sorted."""
    return sorted(re.findall(r"^ +[\d.]+ s  book/(\S+)\.md", result.stdout, re.MULTILINE))


def build(book, **environment):
    result = book.build(**environment)
    assert result.returncode == 0, result.stdout
    return executed(result)


def test_nothing_changed_nothing_is_done(book):
    started = time.monotonic()
    assert build(book) == []
    assert time.monotonic() - started < 8


def test_captions_and_alternative_texts_show_computed_values(book):
    assert "Up to 7 it goes." in book.html("third")
    assert 'alt="A line up to 7."' in book.html("third")


def test_prose_captions_and_bands_execute_nothing(book):
    book.change("book/third.md", "caption: Up to", "caption: To the height of")
    book.change("book/third.md", "---\nmystnb:", "---\ntolerance: {counts: 3}\nmystnb:")
    book.change("book/third.md", "It does.", "It really does.")
    assert build(book) == []
    assert "To the height of 7 it goes." in book.html("third")
    assert "It really does." in book.html("third")


def test_a_changed_module_executes_the_pages_that_load_it(book):
    book.change("code/annbook/network/layers.py", "import math\n", "import math  # a comment\n")
    assert build(book) == ["second"]
    book.change("code/annbook/style.py", '"lines.linewidth": 2.0', '"lines.linewidth": 2.5')
    assert build(book) == ["index", "second", "third"]


def test_changed_answers_execute_the_page_that_asks_for_them(book):
    answers = sorted((book.folder / "code/annbook/exercises/answers").glob("*.py"))
    own = [file for file in answers if '"nand-net"' in file.read_text(encoding="utf8")]
    other = next(file for file in answers if file not in own and file.stem != "__init__")
    for file, pages in ((other, []), (own[0], ["third"])):
        file.write_text(file.read_text(encoding="utf8") + "\n# a comment\n", encoding="utf8")
        assert build(book) == pages


def test_a_page_depends_on_the_data_that_it_names_and_no_other(monkeypatch):
    asked = []
    monkeypatch.setattr(artifacts, "is_real", lambda name: asked.append(name) or True)
    page = new_notebook(metadata={"data": ["mnist"]})
    assert artifacts.dependencies(page)["data"] == {"mnist": "real"}
    assert asked == ["mnist"]


def test_a_page_with_real_data_does_not_depend_on_the_stand_ins(book):
    module = artifacts.STAND_INS
    assert (book.folder / "code" / module).is_file()
    loaded = ["annbook/page.py", module]
    assert artifacts.that_matter(loaded, {"mnist": "real"}) == ["annbook/page.py"]
    assert artifacts.that_matter(loaded, {"mnist": "real", "imdb": "stand-in"}) == loaded
    (book.folder / "code" / module).open("a").write("\n# a comment\n")
    assert build(book) == []


def test_a_new_version_in_the_lock_executes_all(book):
    lock = book.folder / "constraints.txt"
    lock.write_text(lock.read_text() + "\nsome-transitive-package==1.2.3\n")
    assert build(book) == ["index", "second", "third"]


def test_a_changed_directive_stylesheet_or_title_reaches_unchanged_pages(book):
    book.change(
        "code/bookbuilder/sphinx_extension.py",
        'box(self, "claim",',
        'box(self, "claim brand-new",',
    )
    css = book.folder / "book/_static/book.css"
    css.write_text(css.read_text() + "\n.brand-new {}\n")
    assert build(book) == []
    assert "brand-new" in book.html("third")
    assert "brand-new" in (book.folder / "_build/html/_static/book.css").read_text()
    book.change("book/second.md", "# Another page", "# A page renamed")
    assert build(book) == []
    assert "A page renamed" in re.sub(r"<[^>]+>", "", book.html("index").partition("See ")[2])[:40]


def test_a_changed_template_or_script_reaches_unchanged_pages(book):
    book.change(
        "code/bookbuilder/templates/layout.html", "Skip to the text", "Skip to what follows"
    )
    version = re.search(r"book\.js\?(\w+)", book.html("third"))[1]
    assert build(book) == []
    assert all("Skip to what follows" in book.html(name) for name in ("index", "second", "third"))
    changed = re.search(r"book\.js\?(\w+)", book.html("third"))[1]
    assert changed != version
    script = book.folder / "book/_static/book.js"
    script.write_text(script.read_text() + "\n// a comment\n")
    assert build(book) == []
    assert changed not in book.html("third")


def test_every_page_names_the_commit_that_is_built(book):
    for commit in ("0123456789abcdef", "fedcba9876543210"):
        assert build(book, GITHUB_SHA=commit) == []
        for name in ("index", "second", "third", "404"):
            assert f"/commit/{commit}" in book.html(name)
            assert f"<code>{commit[:7]}</code>" in book.html(name)


def test_an_older_version_of_a_page_that_comes_back_is_read_again(book):
    page = book.page("index")
    text, times = page.read_text(encoding="utf8"), page.stat()
    book.write("index", text + "\nAn afterthought.\n")
    build(book)
    book.write("index", text)
    os.utime(page, (times.st_atime - 9999, times.st_mtime - 9999))
    build(book)
    assert "An afterthought." not in book.html("index")


def test_a_failed_build_leaves_the_last_good_site_and_says_so(book):
    book.change("book/second.md", "A page renamed", "A page that fails {ref}`nowhere`")
    for _ in range(2):
        result = book.build()
        assert result.returncode == 1
        assert "book/second.md" in result.stdout
        assert "'nowhere'" in result.stdout
        assert re.search(r"is that of the last good build \(\d{4}-", result.stdout.splitlines()[-1])
        assert "A page renamed" in book.html("second")
    book.change("book/second.md", "A page that fails {ref}`nowhere`", "A page mended")
    assert build(book) == []
    assert "A page mended" in book.html("second")


def damage(book, page, how):
    """Damage the artifact of a page; return the line with which a build says so."""
    folder = book.folder / "_build/executed" / page
    newest = max(folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
    for file in folder.glob("*.json"):
        if file != newest:
            file.unlink()
    text = newest.read_text()
    newest.write_text(
        {
            "cut short": text[: len(text) // 2],
            "not JSON": "nonsense\n" + text,
            "another key": text.replace('"cells": "', '"cells": "0', 1),
            "another output": text.replace("computed", "imagined"),
        }[how]
    )
    return f"_build/executed/{page}/{newest.name} is damaged: its page is executed again"


@pytest.mark.parametrize(
    "damages",
    [
        {"index": "cut short", "second": "not JSON", "third": "another key"},
        {"index": "another output"},
    ],
)
def test_a_damaged_artifact_is_named_and_made_anew(book, damages):
    lines = [damage(book, page, how) for page, how in damages.items()]
    result = book.build()
    assert result.returncode == 0, result.stdout
    assert executed(result) == sorted(damages)
    for line in lines:
        assert result.stdout.splitlines().count(line) == 1
    assert "computed 42" in book.html("index")


def test_a_page_that_is_gone_leaves_the_site(book):
    book.name_pages("index", "second")
    assert build(book) == []
    left = [file.name for file in (book.folder / "_build/html").rglob("third*")]
    assert left == []


def test_two_builds_at_once_are_both_right_and_execute_each_page_once(book):
    book.change("book/index.md", "6 * 7", "7 * 6")
    book.change("book/second.md", "sigmoid(0.0)", "sigmoid(-0.0)")
    both = [book.start_build() for _ in range(2)]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], "\n".join(said)
    assert "\n".join(said).count("s  book/index.md") == 1
    assert "Another build works in this folder: waiting for it" in "\n".join(said)


def test_pages_that_measure_time_are_executed_alone(tmp_path):
    file = tmp_path / "spans"
    slow = HEADER + (
        "\n```{code-cell} ipython3\nimport time\n\n"
        "start = time.perf_counter()\ntime.sleep(0.5)\nend = time.perf_counter()\n"
        f"with open({str(file)!r}, 'a') as file:\n    print(start, end, file=file)\n```\n"
    )
    timed = slow.replace("import time", ":tags: [nbval-ignore-output]\nimport time")
    book = SmallBook(tmp_path, index=slow, timed=timed)
    result = book.build()
    assert result.returncode == 0, result.stdout
    spans = sorted(tuple(map(float, line.split())) for line in file.read_text().splitlines())
    assert len(spans) == 2
    assert all(end < start for (_, end), (start, _) in pairwise(spans))


def test_an_old_address_leads_on_and_must_lead_to_a_page(book):
    language = "    language: en\n"
    moved = "    moved_pages: {old/place: second}\n"
    book.change("_config.yml", language, language + moved)
    build(book)
    assert 'url=../second.html"' in book.html("old/place")
    book.change("_config.yml", ": second}", ": nowhere}")
    result = book.build()
    assert result.returncode == 1
    assert "'nowhere'" in result.stdout
    book.change("_config.yml", moved.replace("second", "nowhere"), "")
    build(book)
