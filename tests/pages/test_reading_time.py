"""The reading times of the header cards: how they are counted, and that main lines are short."""

import nbformat
import pytest
from tests.pages.test_style import LESSONS

from bookbuilder import reading_time
from bookbuilder.pages import name_of

MAIN_LINE = 40  # minutes


def minutes(*cells):
    """Return the words and lines of code (main line, beside it) of a page."""
    total = {False: [0, 0], True: [0, 0]}
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    for words, lines, beside in reading_time.parts(notebook):
        total[beside][0] += words
        total[beside][1] += lines
    return total[False], total[True]


def text(source):
    return nbformat.v4.new_markdown_cell(source)


def code(source, *tags):
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})


def test_text_and_visible_code_count():
    assert minutes(text("# Title\n\nThree more words."), code("a = 1\nb = 2")) == ([5, 2], [0, 0])


def test_hidden_code_is_beside_the_main_line_and_removed_code_is_nowhere():
    assert minutes(code("a = 1", "hide-input"), code("b = 2", "remove-cell")) == ([0, 0], [0, 1])


def test_folds_solutions_quizzes_and_exercises_are_beside_it():
    fold = (
        text("one\n\n```{beyond} A title\n```\ntwo words"),
        code("a = 1"),
        text("```{beyond-end}\n```\nlast"),
    )
    assert minutes(*fold) == ([2, 0], [2, 1])
    assert minutes(text("```{quiz}\nIs it?\n- [x] Yes\n\n  So.\n```\nlast")) == ([1, 0], [6, 0])
    assert minutes(text("## Exercises\n\ntwo words"), code("a = 1")) == ([0, 0], [4, 1])


def test_the_html_of_a_widget_is_not_read():
    widget = text("one\n\n```{raw} html\n<p>two words</p>\n```\nlast")
    assert minutes(widget) == ([2, 0], [0, 0])


@pytest.mark.parametrize("page", LESSONS, ids=name_of)
def test_a_main_line_is_short(page):
    assert reading_time.minutes(page)[0] <= MAIN_LINE
