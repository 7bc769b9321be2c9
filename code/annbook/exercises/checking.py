"""The one function that a page calls under an exercise."""

from __future__ import annotations

import difflib
from typing import Any

from annbook.exercises.collection import bank


def check(exercise_id: str, answer: Any) -> None:
    """Print whether ``answer`` solves the exercise; if not, what is wrong and where to look.

    The expected answer is never printed. ``...`` as the answer, or anywhere inside a tuple, list or
    dictionary, stands for "not answered yet".

    Parameters
    ----------
    exercise_id : str
        The exercise's label, for example ``"neuron-by-hand"``.
    answer : object
        A number, an array, a text, a set of texts, a dictionary, a function or a class: what the
        exercise asks for.

    Raises
    ------
    TypeError
        ``exercise_id`` is no text.
    ValueError
        There is no exercise of that name; the message lists similar names.
    """
    if not isinstance(exercise_id, str):
        raise TypeError(
            f"exercise_id must be a text in quotes, got {type(exercise_id).__name__}; "
            'write check("exercise-id", your_answer)'
        )
    exercises = bank()
    if exercise_id not in exercises:
        close = difflib.get_close_matches(exercise_id, exercises)
        similar = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
        raise ValueError(f"exercise_id: there is no exercise {exercise_id!r}{similar}")

    if _is_open(answer):
        print(f"○ {exercise_id}: put your answer in place of the dots.")
        return
    fault = exercises[exercise_id].fault(answer)
    print(f"✓ {exercise_id}: right." if fault is None else f"✗ {exercise_id}: {fault}")


def _is_open(answer: Any) -> bool:
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, list | tuple):
        return any(map(_is_open, answer))
    return answer is ...
