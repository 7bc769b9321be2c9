"""What the checks of answers that are classes of Keras share."""

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LateClass:
    """A class for the tests, made when it is checked: modules of answers import no Keras."""

    make: Callable[[str], type]
    form: str = ""


def class_of(answer: Any, parent: str) -> tuple[Any, str | None]:
    """Return the class that was handed over, and what is wrong with handing it over, if anything.

    Parameters
    ----------
    answer
        What the learner handed over, or a class for the tests.
    parent
        What it has to inherit from: ``"Layer"`` or ``"Model"``.
    """
    import keras

    if isinstance(answer, LateClass):
        answer = answer.make(answer.form)
    if not isinstance(answer, type):
        return answer, "this is no class: hand over its name, without parentheses."
    if not issubclass(answer, getattr(keras, parent)):
        module = "keras.layers" if parent == "Layer" else "keras"
        return answer, f"the class has to inherit from {module}.{parent}."
    return answer, None


def first_line(error: Exception) -> str:
    """Return the kind of an error and what its message says first, without its last period."""
    text = re.sub(r"\x1b\[\d*m", "", str(error))  # no bold print
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith("Exception encountered")]
    first = told[0].split(". ")[0] if told else ""
    first = re.sub(r"\{\{function_node.*?\}\} | \[Op:.*", "", first)  # TensorFlow's own marks
    first = textwrap.shorten(first, 140, placeholder=" …")
    return f"{type(error).__name__}: {first}".rstrip(": .")
