"""The one function that a page calls under an exercise."""

from __future__ import annotations

import difflib
from typing import Any

from annbook.exercises.answer_lookup import all_answers, find_answer


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
            f"exercise_id: got {type(exercise_id).__name__}, want a text in quotes: "
            'check("exercise-id", your_answer)'
        )
    expected = find_answer(exercise_id) or all_answers().get(exercise_id)
    if expected is None:
        close = difflib.get_close_matches(exercise_id, all_answers())
        similar = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
        raise ValueError(f"exercise_id: got {exercise_id!r}, want an exercise's label{similar}")

    if _is_open(answer):
        print(f"○ {exercise_id}: put your answer in place of the dots.")
        return
    fault = expected.fault(answer)
    print(f"✓ {exercise_id}: right." if fault is None else f"✗ {exercise_id}: {fault}")


def _is_open(answer: Any) -> bool:
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, list | tuple):
        return any(map(_is_open, answer))
    return answer is ...
