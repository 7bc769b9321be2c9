"""The whole book as one file, which ``make pdf`` prints."""

import os
import re
import subprocess
import sys
from collections import Counter

import pytest
from bs4 import BeautifulSoup

from bookbuilder import pdf
from bookbuilder.pages import ROOT, name_of, pages

A_PAGE = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture(scope="module")
def book(site_folder):
    return BeautifulSoup(pdf.whole_book({}), "html.parser")


def test_every_page_is_in_the_book_in_its_order(book):
    chapters = [article["id"] for article in book.select("article.chapter")]
    assert chapters == [pdf.anchor(name_of(page)) for page in pages()]
    listed = [link["href"][1:] for link in book.select(".contents a")]
    assert listed == chapters


def test_every_link_within_the_book_has_its_one_target(book):
    ids = Counter(element["id"] for element in book.select("[id]"))
    assert [name for name, count in ids.items() if count > 1] == []
    wanted = {link["href"][1:] for link in book.select("a[href^='#']")}
    assert len(wanted) > 500
    assert sorted(wanted - set(ids)) == []
    others = {link["href"] for link in book.select("a[href]")} - {f"#{name}" for name in wanted}
    assert [href for href in others if not re.match(r"https?://|mailto:", href)] == []


def test_every_picture_is_there_and_every_fold_is_open(book, site_folder):
    folder = site_folder.parent / "pdf"
    pictures = {picture["src"] for picture in book.select("[src]")}
    assert [src for src in sorted(pictures) if not (folder / src).resolve().exists()] == []
    assert not book.select("details:not([open]), script, button")


def test_chromium_prints_it(book, chromium, tmp_path):
    """Print the first page only: the whole book takes half a minute."""
    for article in book.select("article.chapter")[1:]:
        article.extract()
    source, target = tmp_path / "book.html", tmp_path / "book.pdf"
    source.write_text(str(book), encoding="utf8")
    code = "import sys; from pathlib import Path; from bookbuilder.pdf import print_pages\n"
    code += "print_pages(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])"
    # In a process of its own: one process can't drive two browsers in Playwright's simple way.
    command = [sys.executable, "-c", code, source, target, chromium]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "code")}
    subprocess.run(command, check=True, env=environment)
    content = target.read_bytes()
    number = pdf.page_numbers(content)[pdf.anchor("index")]
    assert 2 <= number <= 4  # behind the title and the table of contents
    assert len(A_PAGE.findall(content)) >= 3
    assert b"/Outlines" in content
