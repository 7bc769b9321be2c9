"""A reader who begins at the first page meets no term before it is explained, or linked.

And the page to which an entry of the glossary leads is one that explains the term: in bold.
"""

import re
from functools import cache

import pytest

from bookbuilder import glossary, pages, reading_time
from bookbuilder.pages import name_of, read_text

TAUGHT_IN_ORDER = ("foundations", "networks", "training")  # the parts that teach the terms
IN_ORDER = [page for page in pages.pages() if page.parent.name in TAUGHT_IN_ORDER]
ENTRY = re.compile(
    r"^((?:\S.*\n)+)  .+\n(?:\n  .+\n)*?\n  \{ref\}`(?:.*<)?page-([\w-]+)", re.MULTILINE
)
SYNONYMS = re.compile(r"^((?:\S.*\n)+)  See \{term\}`([^`]+)`\.\n", re.MULTILINE)
SEVERAL = re.compile(r"^  See \{term\}`[^`]+`(?:,| and) ", re.MULTILINE)
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")  # in a line of text


# Entries whose page explains the term without setting it in bold.
NOT_IN_BOLD = {
    "Sequential API": "the title of its page, which says **Sequential** model",
    "checkpoint": "its page explains it as what Keras's `ModelCheckpoint` writes",
    "auxiliary output": "its page has **auxiliary** in bold",
    "convolutional network": "its page has **convolutional** in bold",
    "Nesterov's momentum": "its page has **Nesterov's** in bold",
    "wide and deep network": "its page has **wide** and **deep** in bold",
    **dict.fromkeys(("broadcasting", "hyperplane", "large language model"), "in italics"),
    **dict.fromkeys(("depth", "TensorBoard", "TensorFlow Playground"), "in a title"),
    **dict.fromkeys(
        (
            *("accuracy", "chain rule", "gradient check", "Kullback–Leibler divergence"),
            *("linear model", "MNIST", "neural network", "outlier", "patience", "quantile"),
            *("seed", "sentiment analysis", "shape", "target", "TensorFlow"),
            *("weighted sum", "width"),
        ),
        "in plain words",
    ),
}


def text_of_glossary() -> str:
    """Return what the glossary holds, as it is written."""
    page = read_text(pages.PAGES / f"{glossary.GLOSSARY}.md")
    return page.partition(":::{glossary}\n:sorted:\n")[2]


@cache
def entries() -> list[tuple[list[str], str]]:
    """Return the names of each entry of the glossary, and the page that it leads to (first).

    The synonyms that are sent there from elsewhere in the alphabet are among the names.
    """
    found = [(terms.splitlines(), page) for terms, page in ENTRY.findall(text_of_glossary())]
    by_name = {term: terms for terms, _ in found for term in terms}
    for synonyms, term in SYNONYMS.findall(text_of_glossary()):
        by_name[term] += synonyms.splitlines()
    return found


def explained_on() -> dict[str, int]:
    """Return for each term of the glossary the number of the page that explains it, in order."""
    number = {page.stem: n for n, page in enumerate(IN_ORDER)}
    found = {}
    for terms, page in entries():
        for term in terms:
            if term not in glossary.AMBIGUOUS:
                found[term] = number.get(page, len(IN_ORDER))
    return found


@cache
def in_bold(page: str) -> list[str]:
    """Return what the prose of a page, such as ``layers``, sets in bold."""
    path = next(path for path in pages.pages() if path.stem == page)
    prose = "\n\n".join(
        CODE.sub("", cell.source)
        for cell in pages.read_page(path).cells
        if cell.cell_type == "markdown"
    )
    return [" ".join(bold.split()) for bold in re.findall(r"\*\*([^*]+)\*\*", prose)]


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


@pytest.mark.parametrize(("terms", "page"), entries(), ids=[terms[0] for terms, _ in entries()])
def test_an_entry_leads_to_a_page_that_sets_its_term_in_bold(terms, page):
    names = [re.escape(re.sub(r" \(.*\)$", "", term)) for term in terms]
    wanted = re.compile(rf"(?:\S+ ){{0,2}}(?:{'|'.join(names)})(?:s|es)?", re.IGNORECASE)
    explained = any(wanted.fullmatch(bold) for bold in in_bold(page))
    assert explained != (terms[0] in NOT_IN_BOLD), f"{terms[0]} in bold on {page}: {explained}"


def test_all_entries_of_the_glossary_are_read():
    text = text_of_glossary()
    synonyms, several = SYNONYMS.findall(text), SEVERAL.findall(text)
    assert len(several) >= 2
    definitions = re.findall(r"^(?=\S)(?!:::)(?:.+\n)+?  \S", text, re.MULTILINE)
    assert len(entries()) + len(synonyms) + len(several) == len(definitions)
    assert NOT_IN_BOLD.keys() <= {terms[0] for terms, _ in entries()}


def test_the_glossary_is_in_the_order_of_the_alphabet_as_it_is_written_too():
    # Sphinx sorts by the first name of each entry; the notebook shows them as they are written.
    blocks = text_of_glossary().partition("\n:::")[0].split("\n\n")
    names = [block.splitlines()[0].lower() for block in blocks if block[0] != " "]
    assert names == sorted(names)
    assert len(names) > 200


def test_what_is_not_linked_is_in_the_glossary():
    names = re.findall(r"^(\S.*)\n", text_of_glossary(), re.MULTILINE)
    assert sorted(glossary.AMBIGUOUS - set(names)) == []
