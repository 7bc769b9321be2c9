"""Terms are linked where a page first uses them, and carry their definition."""

import re

import pytest
from tests.small_book import HEADER, SmallBook

INDEX = (
    HEADER
    + """
(page-index)=
## About momentum

`momentum` in code, [momentum](https://example.org) in a link.

*Learning rate* is set off.

Learning rates differ, and the learning rate stays; a mini-batch is no batch.

Gradients help; a weight, momentum and learning-rate stay plain.
"""
)
GLOSSARY = (
    HEADER
    + """
:::{glossary}
batch
  Some < all samples.

  {ref}`page-index`

mini-batch
  See {term}`batch`.

Gradients and weights
  See {term}`gradient` and {term}`weight`.

learning rate
  The factor of a step.

gradient
  All the slopes.

momentum
  A share of the last step.

weight
  A factor.
:::
"""
)
GLOSSARY_HTML = "appendix/notation-and-glossary.html"
LINK = re.compile(r'<a class="term" data-definition="([^"]*)" href="([^"]*)">([^<]*)</a>')


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    pages = {"index": INDEX, "appendix/notation-and-glossary": GLOSSARY}
    book = SmallBook(tmp_path_factory.mktemp("glossary"), **pages)
    result = book.build()
    assert result.returncode == 0, result.stdout
    return book


def test_the_first_use_of_a_term_leads_to_its_definition(book):
    assert LINK.findall(book.html("index")) == [
        ("The factor of a step.", f"{GLOSSARY_HTML}#term-learning-rate", "Learning rates"),
        ("Some &lt; all samples.", f"{GLOSSARY_HTML}#term-batch", "mini-batch"),
        ("All the slopes.", f"{GLOSSARY_HTML}#term-gradient", "Gradients"),
    ]
    anchors = re.findall(r'id="(term-[^"]*)"', book.html("appendix/notation-and-glossary"))
    assert {"term-learning-rate", "term-batch", "term-momentum"} <= set(anchors)
    assert LINK.findall(book.html("appendix/notation-and-glossary")) == []


def test_letters_lead_to_the_first_term_that_begins_with_each(book):
    row = re.search(r'<p class="letters">(.*?)</p>', book.html("appendix/notation-and-glossary"))[1]
    assert re.findall(r'href="#([^"]*)">(.)</a>', row) == [
        ("term-batch", "B"),
        ("term-mini-batch", "M"),
        ("term-Gradients-and-weights", "G"),
        ("term-learning-rate", "L"),
        ("term-weight", "W"),
    ]


def test_a_changed_definition_reaches_pages_that_have_not_changed(book):
    book.change("book/appendix/notation-and-glossary.md", "All the slopes", "All slopes")
    result = book.build()
    assert result.returncode == 0, result.stdout
    assert "All slopes." in book.html("index")
