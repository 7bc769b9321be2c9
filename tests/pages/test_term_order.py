"""A reader who begins at the first page meets no term before it is explained, or linked."""

import re

import pytest

from bookbuilder import glossary, pages, reading_time
from bookbuilder.pages import name_of, read_text

TAUGHT_IN_ORDER = ("foundations", "networks", "training")  # the parts that teach the terms
IN_ORDER = [page for page in pages.pages() if page.parent.name in TAUGHT_IN_ORDER]
ENTRY = re.compile(
    r"^((?:\S.*\n)+)  .+\n(?:\n  .+\n)*?\n  \{ref\}`(?:.*<)?page-([\w-]+)", re.MULTILINE
)


def explained_on() -> dict[str, int]:
    """Return for each term of the glossary the number of the page that explains it, in order."""
    text = read_text(pages.PAGES / f"{glossary.GLOSSARY}.md").partition(":::{glossary}\n")[2]
    number = {page.stem: n for n, page in enumerate(IN_ORDER)}
    found = {}
    for terms, page in ENTRY.findall(text):
        for term in terms.splitlines():
            if term not in glossary.AMBIGUOUS and not term.startswith(":"):
                found[term] = number.get(page, len(IN_ORDER))
    return found


def main_line(page) -> list[str]:
    """Return the paragraphs of a page's main line, from its first section on.

    What comes before the first section says what the page will explain.
    """
    paragraphs, begun = [""], False
    for line in reading_time.main_line(pages.read_page(page)):
        begun = begun or line.startswith("## ")
        if line.strip() and begun:
            paragraphs[-1] += line + "\n"
        else:
            paragraphs.append("")
    return [p for p in paragraphs if p and not p.startswith("#")]


def is_explained(paragraph: str, term: str) -> bool:
    """Tell whether a paragraph sets the term in bold, to explain it, or has a link to follow."""
    bold = re.search(rf"\*\*[^*]*{re.escape(term)}[^*]*\*\*", paragraph, re.IGNORECASE)
    return bool(bold or "{ref}`" in paragraph)


@pytest.fixture(scope="module")
def too_early() -> dict[str, list[str]]:
    """Return for each page the terms that it uses before they are explained, with the text."""
    explained, known, found = explained_on(), set(), {}
    for number, page in enumerate(IN_ORDER):
        found[name_of(page)] = []
        known |= {term for term, where in explained.items() if where <= number}
        paragraphs = main_line(page)
        for term in sorted(explained.keys() - known):
            pattern = re.compile(rf"(?<![\w-]){re.escape(term)}(s|es)?(?![\w-])", re.IGNORECASE)
            first = next((p for p in paragraphs if pattern.search(p)), None)
            if first is None:
                continue
            known.add(term)
            if not is_explained(first, term):
                found[name_of(page)].append(f"{term}: {' '.join(first.split())[:200]}")
    return found


def test_the_glossary_says_where_most_terms_are_explained():
    explained = explained_on()
    assert len(explained) > 100
    assert explained["perceptron"] < explained["gradient descent"] < explained["dropout"]


@pytest.mark.parametrize("page", IN_ORDER, ids=name_of)
def test_no_term_comes_before_its_explanation(too_early, page):
    assert too_early[name_of(page)] == []
