"""All exercises that can be checked, collected from the modules in ``answers``."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from annbook.exercises.kinds import Kind


@functools.cache
def bank() -> dict[str, Kind]:
    """Return every checkable exercise by its id.

    Raises
    ------
    ValueError
        Two exercises have the same id.
    """
    from annbook.exercises import answers

    found: dict[str, Kind] = {}
    page_of: dict[str, str] = {}
    for module in pkgutil.iter_modules(answers.__path__):
        page = importlib.import_module(f"{answers.__name__}.{module.name}")
        for exercise in page.ANSWERS:
            if exercise.id in found:
                raise ValueError(
                    f"exercise id {exercise.id!r} is used twice: in answers/"
                    f"{page_of[exercise.id]}.py and in answers/{module.name}.py"
                )
            found[exercise.id] = exercise
            page_of[exercise.id] = module.name
    return found
