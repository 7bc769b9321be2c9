"""Find the answer to an exercise in the modules of ``annbook.exercises.answers``."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from importlib.util import find_spec
from pathlib import Path

from annbook.exercises import answers
from annbook.exercises.answer_types import Answer


def find_answer(exercise_id: str) -> Answer | None:
    """Return the answer to one exercise, importing no page's module but its own.

    So a page depends on its own answers only, and needs no execution when another's change.

    Parameters
    ----------
    exercise_id : str
        The exercise's label.

    Returns
    -------
    Answer or None
        None if no module's text holds the quoted label as the first argument of an answer.
    """
    entry = re.compile(rf"\(\s*(['\"]){re.escape(exercise_id)}\1")
    for name in _module_names():
        if entry.search(Path(find_spec(name).origin).read_text(encoding="utf8")):
            for answer in importlib.import_module(name).ANSWERS:
                if answer.id == exercise_id:
                    return answer
    return None


@functools.cache
def all_answers() -> dict[str, Answer]:
    """Return the answer to every checkable exercise by the exercise's id.

    Returns
    -------
    dict of str to Answer
        In the alphabetical order of the pages' modules, all of which it imports.

    Raises
    ------
    ValueError
        Two answers have the same id.
    """
    found: dict[str, Answer] = {}
    module_of: dict[str, str] = {}
    for name in _module_names():
        for answer in importlib.import_module(name).ANSWERS:
            if answer.id in found:
                raise ValueError(
                    f"ANSWERS: got {answer.id!r} in {module_of[answer.id]} and in {name}, "
                    "want each id once"
                )
            found[answer.id] = answer
            module_of[answer.id] = name
    return found


def _module_names() -> list[str]:
    return [
        f"{answers.__name__}.{module.name}" for module in pkgutil.iter_modules(answers.__path__)
    ]
