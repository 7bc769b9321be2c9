"""The list of topics (``book/topics.yml``) and what the pages say that they teach."""

import re
from pathlib import Path

import pytest
import yaml

BOOK = Path(__file__).resolve().parents[2] / "book"
PAGES = sorted(BOOK.rglob("*.md"))
LIST = (BOOK / "topics.yml").read_text(encoding="utf8")
TOPICS = {
    slug: sentence
    for part in yaml.safe_load(LIST)["topics"].values()
    for slug, sentence in part.items()
}
MISSING = yaml.safe_load(LIST)["missing"]


def name(page):
    return page.relative_to(BOOK).as_posix()


def covers(page):
    meta = re.match(r"---\n(.*?)^---\n", page.read_text(encoding="utf8"), re.DOTALL | re.MULTILINE)
    return yaml.safe_load(meta[1])["covers"]


def test_a_topic_stands_in_the_list_once():
    # YAML keeps the last of two equal keys without a word, so they are read off the text.
    assert re.findall(r"^ {4}([^\s#:]+):", LIST, re.MULTILINE) == list(TOPICS)
    assert len(set(MISSING)) == len(MISSING)


@pytest.mark.parametrize(("slug", "sentence"), TOPICS.items(), ids=list(TOPICS))
def test_a_topic_has_a_readable_slug_and_one_sentence(slug, sentence):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert re.fullmatch(r"[A-Z][^.]*(\.\d[^.]*)*\.", sentence)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_names_topics_of_the_list(page):
    named = covers(page)
    assert [slug for slug in named if slug not in TOPICS] == []
    assert len(set(named)) == len(named)
    assert named or page.stem == "index" or page.parent.name == "appendix"


def test_every_topic_is_either_taught_or_listed_as_missing():
    taught = {slug for page in PAGES for slug in covers(page)}
    assert sorted(taught & set(MISSING)) == []
    assert sorted(taught | set(MISSING)) == sorted(TOPICS)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_cites_no_numbered_list_that_is_not_in_the_project(page):
    text = page.read_text(encoding="utf8")
    assert re.findall(r"\b[SE]\d-Q?\d+\b", text) == []
