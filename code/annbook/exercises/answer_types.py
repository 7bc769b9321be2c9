"""The types of answer that an exercise can ask for.

Each type knows the expected answer and has a method ``fault(answer)``: None if the answer is right,
else one or two short lines that say what is wrong with it, and never what would be right.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from annbook.exercises.comparison import (
    NOT_RIGHT,
    array_fault,
    dict_fault,
    equal,
    fault_of,
    number_fault,
    show,
    type_fault,
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer:
    """What every exercise states besides its answer.

    Parameters
    ----------
    id : str
        The exercise's label on its page; the first argument of every type.
    hint : str, optional
        Where to look; a second line under whatever is said about a wrong answer.
    hints : dict, optional
        A wrong answer that learners give -> what went wrong there, said instead of all else.
    right, wrong : sequence, optional
        Further right and wrong answers, for the tests. The tests want at least one wrong answer,
        here or in ``hints``.
    """

    id: str = field(kw_only=False)
    hint: str = ""
    hints: dict[Any, str] = field(default_factory=dict)
    right: Sequence = ()
    wrong: Sequence = ()

    def fault(self, answer: Any) -> str | None:
        """Say what is wrong with a learner's answer.

        Parameters
        ----------
        answer : object
            Whatever the learner handed over.

        Returns
        -------
        str or None
            None if it is right, else one or two lines that don't contain the expected answer.
        """
        fault = self._fault(answer)
        if fault is None:
            return None
        for wrong, hint in self.hints.items():
            if self._is(wrong, answer):
                return hint
        return f"{fault}\n  {self.hint}" if self.hint else fault

    def right_answers(self) -> list:
        """Return answers that must pass, for the tests.

        Returns
        -------
        list
            ``right``, and the expected answer or a reference that gives it.
        """
        return [*self.right]

    def wrong_answers(self) -> list:
        """Return answers that must fail, for the tests.

        Returns
        -------
        list
            The keys of ``hints``, as answers, and ``wrong``.
        """
        return [*self.hints, *self.wrong]

    def _fault(self, answer: Any) -> str | None:
        raise NotImplementedError

    def _is(self, wrong: Any, answer: Any) -> bool:
        """Whether ``answer`` is this known wrong answer."""
        return fault_of(wrong, answer, rtol=1e-4, atol=1e-9) is None


@dataclass(frozen=True, eq=False)
class Value(Answer):
    """An answer that is a value.

    Parameters
    ----------
    value : object
        The expected answer, or a function without arguments that gives it: what takes long is
        computed when the exercise is checked, and once.
    """

    value: Any

    @cached_property
    def expected(self) -> Any:
        """The expected answer itself."""
        return self.value() if callable(self.value) else self.value

    def right_answers(self) -> list:
        """Return answers that must pass, the expected one first."""
        return [self.expected, *self.right]


@dataclass(frozen=True, eq=False)
class Number(Value):
    """One number. An int must be met exactly, a float within ``rtol`` and ``atol``.

    Parameters
    ----------
    value : int, float or callable
        The expected number, or a function that gives it.
    rtol, atol : float
        Allowed are ``rtol * abs(value) + atol``. The default wants four correct digits;
        ``rtol=1e-2`` suits a value read off a figure.
    """

    rtol: float = field(default=1e-4, kw_only=True)
    atol: float = field(default=1e-9, kw_only=True)

    def _fault(self, answer: Any) -> str | None:
        return number_fault(self.expected, answer, self.rtol, self.atol)

    def _is(self, wrong: float, answer: Any) -> bool:
        return number_fault(float(wrong), answer, self.rtol, self.atol) is None


@dataclass(frozen=True, eq=False)
class Array(Value):
    """Numbers in an array, list or tuple of exactly the expected shape.

    Parameters
    ----------
    value : array_like or callable
        The expected array, or a function that gives it.
    hints : dict
        Its keys are tuples: arrays can't be keys.
    rtol, atol : float
        As for `Number`, for each entry.
    tell_shape : bool
        False keeps the expected shape secret, where it is what the exercise asks.
    """

    rtol: float = field(default=1e-4, kw_only=True)
    atol: float = field(default=1e-9, kw_only=True)
    tell_shape: bool = field(default=True, kw_only=True)

    def _fault(self, answer: Any) -> str | None:
        return array_fault(self.expected, answer, self.rtol, self.atol, self.tell_shape)

    def _is(self, wrong: tuple, answer: Any) -> bool:
        return type_fault(answer, "") is None and equal(
            np.asarray(wrong, dtype=float), answer, self.rtol, self.atol
        )


@dataclass(frozen=True, eq=False)
class Choice(Value):
    """One of several options, or all that apply; case and outer blanks don't matter.

    Parameters
    ----------
    value : str, set of str or callable
        The right option; a set where all that apply are asked for.
    options : sequence of str
        What can be chosen; named to a learner who gives something else.
    hints : dict
        Its keys are texts, or frozensets of texts.
    """

    options: Sequence[str] = field(kw_only=True)

    def _fault(self, answer: Any) -> str | None:
        chosen = self._chosen(answer)
        if chosen is None:
            return "give one option as a text in quotes, or several as a set of texts."
        known = {option.casefold() for option in self.options}
        unknown = sorted(chosen - known)
        if unknown:
            return f"{unknown[0]!r} is none of the options: {', '.join(self.options)}."
        expected = self._chosen(self.expected)
        if chosen == expected:
            return None
        if isinstance(self.expected, str):
            return "only one option is right." if len(chosen) > 1 else NOT_RIGHT
        if chosen < expected:
            return "nothing wrong among these, but something is missing."
        if chosen > expected:
            return "all that belong are there, but something is too much."
        return "some belong and some don't." if chosen & expected else NOT_RIGHT

    def _is(self, wrong: str | frozenset, answer: Any) -> bool:
        return self._chosen(wrong) == self._chosen(answer)

    @staticmethod
    def _chosen(answer: Any) -> set[str] | None:
        texts = [answer] if isinstance(answer, str) else answer
        if not isinstance(texts, list | tuple | set | frozenset):
            return None
        if not all(isinstance(text, str) for text in texts):
            return None
        return {text.strip().casefold() for text in texts}


@dataclass(frozen=True, eq=False)
class Table(Value):
    """A dictionary of numbers, arrays and texts; says which keys are wrong.

    Parameters
    ----------
    value : dict or callable
        The expected dictionary, or a function that gives it.
    hints : dict
        Its keys are pairs: (key, wrong value).
    rtol, atol : float
        As for `Number`, for each value.
    """

    rtol: float = field(default=1e-4, kw_only=True)
    atol: float = field(default=1e-9, kw_only=True)

    def wrong_answers(self) -> list:
        """Return answers that must fail, each key of ``hints`` as a whole dictionary."""
        return [*({**self.expected, key: value} for key, value in self.hints), *self.wrong]

    def _fault(self, answer: Any) -> str | None:
        return dict_fault(self.expected, answer, self.rtol, self.atol)

    def _is(self, wrong: tuple, answer: Any) -> bool:
        key, value = wrong
        return isinstance(answer, dict) and key in answer and super()._is(value, answer[key])


@dataclass(frozen=True, eq=False)
class Function(Answer):
    """A function, called on every one of the ``cases`` and compared with ``reference``.

    Parameters
    ----------
    reference : callable
        A right answer.
    cases : sequence
        Inputs: a tuple holds the arguments of one call, anything else is a single argument.
        Each call gets its own copies.
    hints : dict
        A wrong function -> what went wrong in an answer that agrees with it in all cases.
    rtol, atol : float
        As for `Number`, for each result.
    """

    reference: Callable
    cases: Sequence = field(kw_only=True)
    rtol: float = field(default=1e-5, kw_only=True)
    atol: float = field(default=1e-8, kw_only=True)

    def right_answers(self) -> list:
        """Return answers that must pass, the expected one first."""
        return [self.reference, *self.right]

    def _fault(self, answer: Any) -> str | None:
        if not callable(answer):
            return "this is no function: hand over its name, without parentheses."
        for case in self.cases:
            fault = self._case_fault(answer, case)
            if fault:
                return f"for {self._inputs(case)}: {fault}"
        return None

    def _case_fault(self, answer: Callable, case: Any) -> str | None:
        expected = self._result(self.reference, case)
        try:
            got = self._result(answer, case)
        except Exception as error:
            return f"it raises {_first_line(error)}"
        if got is None and expected is not None:
            return "it returns None; is a `return` missing?"
        return fault_of(expected, got, self.rtol, self.atol)

    def _is(self, wrong: Callable, answer: Any) -> bool:
        try:
            return all(
                fault_of(
                    self._result(wrong, case), self._result(answer, case), self.rtol, self.atol
                )
                is None
                for case in self.cases
            )
        except Exception:  # an answer that raises isn't the known wrong one
            return False

    def _result(self, function: Callable, case: Any) -> Any:
        result = self._call(function, copy.deepcopy(_arguments(case)))
        return int(result) if isinstance(result, bool | np.bool_) else result

    def _call(self, function: Callable, arguments: tuple) -> Any:
        return function(*arguments)

    def _inputs(self, case: Any) -> str:
        names = self._parameter_names()
        arguments = _arguments(case)
        return ", ".join(
            f"{name} = {show(value)}" for name, value in zip(names, arguments, strict=False)
        )

    def _parameter_names(self) -> list[str]:
        return list(inspect.signature(self.reference).parameters)


@dataclass(frozen=True, eq=False)
class Class(Function):
    """A class, used like ``reference`` on every one of the ``cases``.

    Parameters
    ----------
    reference : type
        A right answer.
    cases, hints, rtol, atol
        As for `Function`.
    use : callable
        Takes the class and the arguments of one case, and returns what is compared:
        ``use=lambda Neuron, weights, bias, inputs: Neuron(weights, bias).feedforward(inputs)``.
    """

    use: Callable = field(kw_only=True)

    def _fault(self, answer: Any) -> str | None:
        if not isinstance(answer, type):
            return "this is no class: hand over its name, without parentheses."
        return super()._fault(answer)

    def _call(self, function: Callable, arguments: tuple) -> Any:
        return self.use(function, *arguments)

    def _parameter_names(self) -> list[str]:
        return list(inspect.signature(self.use).parameters)[1:]


@dataclass(frozen=True, eq=False)
class Property(Answer):
    """Any answer with a property, where several are right.

    Parameters
    ----------
    holds : callable
        Takes the answer and returns None if it is right, else what is wrong with it. If it raises,
        the answer doesn't have the form asked for.
    right : sequence
        Must hold an example.
    """

    holds: Callable[[Any], str | None]

    def _fault(self, answer: Any) -> str | None:
        try:
            return self.holds(answer)
        except Exception as error:
            return f"this doesn't have the form asked for ({_first_line(error)})."


def _arguments(case: Any) -> tuple:
    return case if isinstance(case, tuple) else (case,)


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return type(error).__name__ + (f": {text.splitlines()[0][:100]}" if text else "")
