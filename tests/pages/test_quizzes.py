"""The marks of the quizzes agree with the keys that the answers modules hold."""

import importlib
import re
from pathlib import Path

import pytest

BOOK = Path(__file__).resolve().parents[2] / "book"
PAGES = [page for page in sorted(BOOK.rglob("*.md")) if "{quiz}" in page.read_text("utf8")]


def name(page):
    return page.relative_to(BOOK).as_posix()


def quizzes(page):
    """Return (question, {answer: whether it is marked as right}) of each quiz of a page."""
    text = page.read_text(encoding="utf8")
    found = []
    for _, body in re.findall(r"^(`{3,})\{quiz\}\n(.*?)^\1$", text, re.DOTALL | re.MULTILINE):
        question, *options = re.split(r"^- (?=\[[ x]\] )", body, flags=re.MULTILINE)
        answers = {
            " ".join(option[4:].split("\n\n")[0].split()): option[1] == "x" for option in options
        }
        assert len(answers) == len(options), f"{name(page)}: one answer twice: {question}"
        found.append((question.strip(), answers))
    return found


def key(page):
    module = page.stem.replace("-", "_")
    return importlib.import_module(f"annbook.exercises.answers.{module}").QUIZ


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_quiz_has_a_key(page):
    assert len(quizzes(page)) == page.read_text(encoding="utf8").count("{quiz}")
    assert len(key(page)) == len(quizzes(page))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_answer_of_the_key_and_no_other_is_marked_as_right(page):
    for (question, answers), right in zip(quizzes(page), key(page), strict=True):
        assert sum(answer.startswith(right) for answer in answers) == 1, f"{right}: {[*answers]}"
        for answer, marked in answers.items():
            assert marked == answer.startswith(right), f"{name(page)}: {question}\n{answer}"
