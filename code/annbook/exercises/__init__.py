"""Check a learner's answer to an exercise of the book without giving the answer away."""

from annbook.exercises.answer_lookup import all_answers, find_answer
from annbook.exercises.answer_types import (
    Answer,
    Array,
    Choice,
    Class,
    Function,
    Number,
    Property,
    Table,
)
from annbook.exercises.checking import check

__all__ = [
    "Answer",
    "Array",
    "Choice",
    "Class",
    "Function",
    "Number",
    "Property",
    "Table",
    "all_answers",
    "check",
    "find_answer",
]
