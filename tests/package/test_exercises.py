import importlib
import re
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from annbook.exercises import (
    Array,
    Choice,
    Class,
    Function,
    Number,
    Property,
    Table,
    all_answers,
    answers,
    check,
)

# Every exercise of the book


def wrong_answers():
    return [
        pytest.param(exercise, answer, id=f"{exercise.id}-{place}")
        for exercise in all_answers().values()
        for place, answer in enumerate(exercise.wrong_answers())
    ]


def right_answers():
    return [
        pytest.param(exercise, answer, id=f"{exercise.id}-{place}")
        for exercise in all_answers().values()
        for place, answer in enumerate(exercise.right_answers())
    ]


def contains(text, value):
    """Whether the text names a value: a number or a word."""
    if isinstance(value, str):
        return value != "a" and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None
    numbers = re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", text)
    return any(np.isclose(float(number), value, rtol=1e-4, atol=1e-12) for number in numbers)


def expected_values(exercise):
    if isinstance(exercise, Number):
        return [exercise.expected]
    if isinstance(exercise, Choice):
        return [exercise.expected] if isinstance(exercise.expected, str) else exercise.expected
    if isinstance(exercise, Array):  # whole numbers may be indices and shapes in the line
        return [x for x in np.ravel(exercise.expected).tolist() if x != round(x)]
    if isinstance(exercise, Table):
        return [x for x in exercise.expected.values() if isinstance(x, str | int | float)]
    return []


@pytest.mark.parametrize("exercise", all_answers().values(), ids=all_answers().keys())
def test_every_exercise_has_samples_and_waits_for_an_answer(exercise, capsys):
    assert exercise.right_answers()
    assert exercise.wrong_answers(), "give at least one wrong answer, in hints or wrong"
    assert check(exercise.id, ...) is None
    expected = f"○ {exercise.id}: put your answer in place of the dots.\n"
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(("exercise", "answer"), right_answers())
def test_right_answers_pass(exercise, answer, capsys):
    assert check(exercise.id, answer) is None
    assert capsys.readouterr().out == f"✓ {exercise.id}: right.\n"


@pytest.mark.parametrize(("exercise", "answer"), wrong_answers())
def test_wrong_answers_fail_with_a_hint_that_keeps_the_answer_secret(exercise, answer, capsys):
    assert check(exercise.id, answer) is None
    start, printed = f"✗ {exercise.id}: ", capsys.readouterr().out
    assert printed.startswith(start)
    hint = printed.removeprefix(start).rstrip()
    assert len(hint) > 8
    assert len(hint.splitlines()) <= 2
    if "none of the options" not in hint:  # that line lists all options
        leaked = [value for value in expected_values(exercise) if contains(hint, value)]
        assert not leaked


# check


ONE_HALF = """
from annbook.exercises.answer_types import Number
ANSWERS = [Number('one-half', 1 / 2, hint="Look at the scale.", hints={2: "Other way round."})]
"""


@pytest.fixture
def answers_of(tmp_path, monkeypatch):
    """Put modules of our own in place of the answers to the pages' exercises."""

    def replace(**modules):
        for page, text in modules.items():
            (tmp_path / f"{page}.py").write_text(text)
        monkeypatch.setattr(answers, "__path__", [str(tmp_path)])
        importlib.invalidate_caches()
        all_answers.cache_clear()

    yield replace
    all_answers.cache_clear()
    for file in tmp_path.glob("*.py"):
        sys.modules.pop(f"{answers.__name__}.{file.stem}", None)


@pytest.fixture
def one_half(answers_of):
    answers_of(page_for_test=ONE_HALF)


def test_unknown_exercise_names_similar_ones(one_half):
    with pytest.raises(ValueError, match=r"exercise_id: got 'one-hafl', .*'one-half'"):
        check("one-hafl", 1)
    with pytest.raises(ValueError, match=r"exercise_id: got 'sigmoid', want an exercise's label$"):
        check("sigmoid", 1)


@pytest.mark.parametrize("exercise_id", [0.999, None])
def test_exercise_id_must_be_a_text(exercise_id):
    with pytest.raises(TypeError, match="exercise_id"):
        check(exercise_id, 0.999)


@pytest.mark.parametrize("answer", [(1, ..., -2), {"w": ..., "b": 0}, [[..., 1], 2]])
def test_dots_inside_an_answer_mean_not_answered(answer, one_half, capsys):
    check("one-half", answer)
    assert capsys.readouterr().out.startswith("○ one-half:")


def test_hint_stands_on_a_second_line_but_a_specific_one_alone(one_half, capsys):
    check("one-half", 0.6)
    check("one-half", 2)
    assert capsys.readouterr().out.splitlines() == [
        "✗ one-half: not right.",
        "  Look at the scale.",
        "✗ one-half: Other way round.",
    ]


def test_nothing_imports_tensorflow():
    code = (
        "import sys; from annbook.exercises import all_answers;"
        "assert all(exercise.right_answers() for exercise in all_answers().values());"
        "sys.exit(bool({'tensorflow', 'keras'} & {*sys.modules}))"
    )
    run = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


def test_check_imports_the_answers_of_one_page_only():
    code = (
        "import sys, annbook.exercises\n"
        "prefix = 'annbook.exercises.answers.'\n"
        "def pages(): return sorted(name for name in sys.modules if name.startswith(prefix))\n"
        "print(pages())\n"
        "annbook.exercises.check('nand-net', 1)\n"
        "print(pages())"
    )
    run = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    before, fault, after = run.stdout.splitlines()
    assert (before, fault[:10]) == ("[]", "✗ nand-net")
    assert after == "['annbook.exercises.answers.history']"


def test_an_id_that_another_page_mentions_is_found_where_it_is_answered(answers_of, capsys):
    mention = ONE_HALF.replace("one-half", "other").replace("Look", "('one-half')")
    answers_of(page_a_for_test=mention, page_b_for_test=ONE_HALF)
    check("one-half", 0.5)
    assert capsys.readouterr().out == "✓ one-half: right.\n"


def test_an_id_that_no_text_quotes_is_found_as_well(answers_of, capsys):
    answers_of(page_c_for_test=ONE_HALF.replace("'one-half'", "'one' + '-half'"))
    check("one-half", 0.5)
    assert capsys.readouterr().out == "✓ one-half: right.\n"


def test_id_used_twice_names_both_pages(answers_of):
    answers_of(page_one_for_test=ONE_HALF, page_two_for_test=ONE_HALF)
    with pytest.raises(ValueError, match=r"'one-half'.*page_one_for_test.*page_two_for_test"):
        all_answers()


# Numbers


@pytest.mark.parametrize(
    "answer", [0.25, np.float32(0.25), np.array(0.25), Fraction(1, 4), 0.25001]
)
def test_number_takes_every_kind_of_number(answer):
    assert Number("x", 0.25).fault(answer) is None


def test_whole_number_must_be_exact():
    assert Number("x", 11935).fault(11935.0) is None
    assert "off by one" in Number("x", 11935).fault(11934)
    assert Number("x", 11935.0).fault(11934.5) is None


@pytest.mark.parametrize(
    ("expected", "answer", "words"),
    [
        (2.5, -2.5, "sign"),
        (-2.5, 2.5, "sign"),
        (0.8421, 84.21, "percent or fraction"),
        (84.21, 0.8421, "percent or fraction"),
        (89, 90, "off by one"),
        (89, 88, "off by one"),
        (408, 406, "not right"),
        (0.9990889, 0.9999, "rounded"),
        (3.14159, 3.1, "not right"),
        (3.14159, 3.14, "rounded"),
        (0, 0.1, "not right"),
        (np.inf, 0.1, "not right"),
        (0.5, "0.5", "text in quotes"),
        (0.5, None, "None"),
        (0.5, np.nan, "nan"),
        (0.5, -np.inf, "inf"),
        (0.5, [0.5], r"shape \(1,\)"),
        (0.5, np.array([[0.5]]), r"shape \(1, 1\)"),
        (0.5, 0.5 + 0j, "complex"),
        (0.5, {0.5}, "set"),
        (0.5, {"x": 0.5}, "dict"),
        (1, True, "True or False"),
        (0.5, [[1, 2], [3]], "different lengths"),
        (0.5, lambda: 0.5, "call it"),
        (0.5, object(), "other objects"),
    ],
)
def test_number_faults(expected, answer, words):
    fault = Number("x", expected).fault(answer)
    assert re.search(words, fault)
    assert not contains(fault, expected)


def test_expected_value_may_be_computed_late_and_once():
    calls = []
    exercise = Number("x", lambda: calls.append(1) or 3.5)
    assert calls == []
    assert exercise.fault(3.5) is None
    assert exercise.fault(3.0) is not None
    assert calls == [1]


def test_known_wrong_number_is_met_within_the_tolerance():
    exercise = Number("x", 0.25, hints={1 / 3: "Count again."}, hint="Look there.")
    assert exercise.fault(0.33333) == "Count again."
    assert exercise.fault(0.3) == "not right.\n  Look there."


# Arrays


A = np.array([[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]])


@pytest.mark.parametrize("answer", [A, A.tolist(), A.astype(np.float32), tuple(map(tuple, A))])
def test_array_takes_arrays_lists_and_tuples(answer):
    assert Array("x", A).fault(answer) is None


@pytest.mark.parametrize(
    ("expected", "answer", "words"),
    [
        (A, A.T, "transposed"),
        (A[:, :2], A[:, :2].T, "transposed"),
        (A, -A, "sign"),
        (A, 100 * A, "percent"),
        (A, A[::-1], "wrong order"),
        (A, A.ravel(), r"right numbers, wrong shape: yours is \(6,\), asked for is \(2, 3\)"),
        (A, A[:1], r"^wrong shape: yours is \(1, 3\)"),
        (A, 0.5, r"wrong shape: yours is \(\)"),
        (A, A * 1.005, "rounded"),
        (A, A + np.array([[0, 0, 9], [0, 9, 0]]), r"2 of 6.*first at index \(0, 2\)"),
        (A[0], A[0] + np.array([0, 1, 0]), "1 of 3.*first at index 1"),
        (A, np.where(A > 5, np.nan, A), "1 of 6 entries are nan"),
        (np.array([1, 4, 9]), [2, 5, 10], "off by one"),
        (np.array([1, 4, 9]), [1, 4, 10], "1 of 3"),
        (np.array([True, False, True]), [False, True, False], "3 of 3"),
        (A, "0.5", "text"),
        (A, [[1, 2], [3]], "different lengths"),
        (A, A.astype(str), "holds texts"),
        (A, None, "None"),
        (A, np.sum, "call it"),
    ],
)
def test_array_faults(expected, answer, words):
    fault = Array("x", expected).fault(answer)
    assert re.search(words, fault)
    assert str(expected) not in fault
    assert not any(contains(fault, value) for value in A.ravel())


def test_shape_can_stay_secret():
    fault = Array("x", A, tell_shape=False).fault(A[:1])
    assert "(1, 3)" in fault
    assert "(2, 3)" not in fault


def test_scalar_is_not_broadcast():
    assert Array("x", np.ones(3)).fault(1.0) is not None
    assert Array("x", np.ones((3, 1))).fault(np.ones(3)) is not None


def test_known_wrong_array():
    exercise = Array("x", np.array([1.0, 2.0]), hints={(2.0, 1.0): "Weights first, then bias."})
    assert exercise.fault([2, 1]) == "Weights first, then bias."
    assert "wrong shape" in exercise.fault([2, 1, 0])
    assert "text" in exercise.fault("two, one")


# Choices and tables


def test_single_choice():
    exercise = Choice("x", "ReLU", options=["ReLU", "tanh", "sigmoid"], hints={"tanh": "Bounded?"})
    assert exercise.fault(" relu ") is None
    assert exercise.fault({"ReLU"}) is None
    assert exercise.fault("TANH") == "Bounded?"
    assert exercise.fault("sigmoid") == "not right."
    assert exercise.fault({"relu", "tanh"}) == "only one option is right."
    assert "'step' is none of the options" in exercise.fault("step")
    assert "in quotes" in exercise.fault(3)
    assert "in quotes" in exercise.fault([1, 2])
    assert "in quotes" in exercise.fault(None)


def test_multiple_choice():
    exercise = Choice("x", {"A", "c"}, options="abcd", hints={frozenset("ad"): "d needs a bias."})
    assert exercise.fault({"a", "C"}) is None
    assert exercise.fault(["c", "a"]) is None
    assert "missing" in exercise.fault("a")
    assert "too much" in exercise.fault({"a", "b", "c"})
    assert "some belong" in exercise.fault({"b", "c"})
    assert exercise.fault({"b", "d"}) == "not right."
    assert exercise.fault({"d", "A"}) == "d needs a bias."


def test_table():
    exercise = Table(
        "x",
        {"spam": "sigmoid", "digits": 10, "shares": np.array([0.25, 0.75])},
        hints={("spam", "softmax"): "One output only."},
    )
    right = {"spam": "Sigmoid", "digits": 10, "shares": [0.25, 0.75]}
    assert exercise.fault(right) is None
    assert exercise.fault(right | {"spam": "softmax"}) == "One output only."
    assert exercise.fault(right | {"spam": "tanh"}) == "'spam': not right."
    assert "'digits': off by one" in exercise.fault(right | {"digits": 9})
    assert "'shares'" in exercise.fault(right | {"shares": [0.75, 0.25]})
    fault = exercise.fault({"spam": 3, "digits": "ten", "shares": [0.25, 0.75]})
    assert fault == "not right for 'spam', 'digits'."
    one_column = {"digits": [10], "shares": [0.25]}
    assert "'digits', 'shares': this has shape (1,)" in Table(
        "x", {"digits": 10, "shares": 3}
    ).fault(one_column)
    assert exercise.fault({"spam": "sigmoid"}) == "no entry for 'digits', 'shares'."
    assert exercise.fault(right | {"ham": 1}) == "unknown key 'ham'."
    assert "give a dictionary" in exercise.fault(["sigmoid", 10])
    assert all(exercise.fault(wrong) for wrong in exercise.wrong_answers())


# Functions and classes


def relu(z):
    return np.maximum(z, 0)


RELU = Function(
    "x",
    relu,
    cases=[3.0, -2.0, np.array([-1.0, 0.0, 2.0])],
    hints={np.abs: "What happens left of zero?"},
)


def in_place(z):
    z *= z > 0
    return z


@pytest.mark.parametrize(
    "answer", [relu, lambda z: z * (z > 0), lambda x: np.float32(np.maximum(0, x)), in_place]
)
def test_right_functions(answer):
    assert RELU.fault(answer) is None


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (np.abs, "What happens left of zero?"),
        (lambda z: -relu(z), "for z = 3.0: the size is right, the sign is not."),
        (lambda z: z, "for z = -2.0: not right."),
        (lambda z: max(z, 0), "for z = [-1., 0., 2.]: it raises ValueError: The truth value"),
        (lambda z: None, "for z = 3.0: it returns None; is a `return` missing?"),
        (lambda: 0, "for z = 3.0: it raises TypeError"),
        (lambda z: {}["no"], "for z = 3.0: it raises KeyError: 'no'"),
        (lambda z: float(np.sum(relu(z))), "for z = [-1., 0., 2.]: wrong shape: yours is ()"),
        (relu(3.0), "this is no function"),
    ],
)
def test_wrong_functions(answer, fault):
    assert RELU.fault(answer).startswith(fault)


def test_function_that_prints_nothing_but_raises_without_a_message():
    def broken(z):
        raise NotImplementedError

    assert RELU.fault(broken) == "for z = 3.0: it raises NotImplementedError"


def test_function_of_several_arguments_with_mixed_results():
    def reference(weights, bias, name):
        return {"norm": np.linalg.norm(weights), "shifted": (weights + bias, name)}

    exercise = Function("x", reference, cases=[(np.array([3.0, 4.0]), 1.0, "hidden")])
    assert exercise.fault(reference) is None
    swapped = exercise.fault(lambda w, b, n: {"norm": 5.0, "shifted": (n, w + b)})
    assert swapped.startswith(
        "for weights = [3., 4.], bias = 1.0, name = 'hidden': 'shifted': item"
    )
    short = exercise.fault(lambda w, b, n: {"norm": 5.0, "shifted": (w + b,)})
    assert "2 things are asked for, yours are 1" in short


def test_large_inputs_are_shown_by_their_shape():
    exercise = Function("x", relu, cases=[np.zeros((100, 2))])
    assert exercise.fault(lambda z: z + 1).startswith("for z = an array of shape (100, 2): ")


def test_threshold_unit_may_return_true_or_one():
    exercise = Function("x", lambda z: int(z >= 0), cases=[-1.0, 0.0, 1.0])
    assert exercise.fault(lambda z: z >= 0) is None
    assert exercise.fault(lambda z: z > 0).startswith("for ")


class Neuron:
    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def feedforward(self, inputs):
        return np.dot(self.weights, inputs) + self.bias


NEURON = Class(
    "x",
    Neuron,
    cases=[(np.array([0, 1]), 4, np.array([2, 3]))],
    use=lambda Neuron, weights, bias, inputs: Neuron(weights, bias).feedforward(inputs),
)


def test_class_is_used_as_its_reference_is():
    class Same(Neuron):
        pass

    class NoBias(Neuron):
        def feedforward(self, inputs):
            return np.dot(self.weights, inputs)

    class Unfinished:
        def __init__(self, weights, bias):
            pass

    assert NEURON.fault(Same) is None
    assert NEURON.fault(NoBias) == "for weights = [0, 1], bias = 4, inputs = [2, 3]: not right."
    assert "raises AttributeError" in NEURON.fault(Unfinished)
    assert (
        NEURON.fault(Neuron([0, 1], 4))
        == "this is no class: hand over its name, without parentheses."
    )


# Properties


def test_property():
    def fault(numbers):
        first, second = numbers
        return None if first + second == 10 else "they don't add up."

    exercise = Property("x", fault, right=[(4, 6)], wrong=[(1, 2)])
    assert exercise.fault((3, 7)) is None
    assert exercise.fault((3, 8)) == "they don't add up."
    assert "form asked for (TypeError" in exercise.fault(5)
