"""Readers see a cell's code without the calls that only pass numbers on to the text."""

import ast

import pytest

from bookbuilder import pages
from bookbuilder.shown_code import without_glue


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a = 1\nglue('a', a)", "a = 1"),
        ("a = 1\nannbook.glue(\n    'a',\n    a,\n)\nb = 2", "a = 1\nb = 2"),
        ("for k in x:\n    f(k)\n    glue(k, 1)", "for k in x:\n    f(k)"),
        ("f(x)\nfor k in x:\n    glue(k, 1)", "f(x)"),
        ("if x:\n    f()\nelse:\n    glue('x', 1)", "if x:\n    f()\nelse:\n    glue('x', 1)"),
        ("a = glue('a', 1)", "a = glue('a', 1)"),
        ("f(1); glue('a', 1)", "f(1); glue('a', 1)"),
        ("%pip install x\nglue('a', 1)", "%pip install x\nglue('a', 1)"),
        ("glue('a', 1)", ""),
    ],
)
def test_glue_is_not_shown(source, shown):
    assert without_glue(source) == shown


@pytest.mark.parametrize("page", pages.pages(), ids=pages.name_of)
def test_what_is_left_is_python(page):
    for cell in pages.code_cells(pages.read_page(page)):
        try:
            ast.parse(cell.source)
        except SyntaxError:
            continue
        ast.parse(without_glue(cell.source))
