"""The formulas of the pages: every equality between two numbers is computed and must hold."""

import itertools
import math
import re
from fractions import Fraction

import numpy as np
import pytest

from bookbuilder.pages import pages

PAGES = pages()
ENOUGH = 20  # equalities between numbers on all pages: 21 when this was written
MATH = re.compile(
    r"(?<!\\)\$\$(.+?)\$\$"
    r"|(?<![\\$])\$((?:[^$\n]|\n(?!\s*\n))+)\$"  # within a paragraph
    r"|\{math\}`([^`]+)`"
    r"|`{3,}\{math\}[^\n]*\n(?::[^\n]*\n)*(.+?)`{3,}",
    re.DOTALL,
)


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


# The step at 0 is not here: 0 or 1 there is a convention, and the pages speak about both.
FUNCTIONS = {
    "exp": math.exp,
    "ln": math.log,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "tanh'": lambda z: 1 - math.tanh(z) ** 2,
    "sigma": sigmoid,
    "sigma'": lambda z: sigmoid(z) * sigmoid(-z),
    "ReLU": lambda z: max(z, 0),
    "max": max,
    "min": min,
}
# Only with a number as its argument: alone, \sigma is a standard deviation.
FUNCTION = rf"\\(?:{'|'.join(FUNCTIONS)})(?=\s*(?:[(\d]|e\^|\\(?:frac|sqrt|pi)))"
KNOWN = re.compile(rf"{FUNCTION}|\\(?:frac|sqrt|cdot|times|pi)(?![a-zA-Z])|\\%|e(?=\^)")
TYPED = re.compile(  # a number as one types it: 0.35, 35\%, 9.1\cdot10^{-4}, 10^{-4}
    r"[+-]?(?:\d+(?P<decimals>\.\d+)?(?P<percent>\\%)?(?:\\(?:cdot|times)(?=10\^)|$))?"
    r"(?:10\^\{?(?P<power>-?\d+)\}?)?"
)
PIECE = re.compile(
    r"(?P<open>[({\[])|(?P<close>[)}\]])|(?P<equality>=|\\approx(?![a-zA-Z]))"
    r"|(?P<relation>[<>]|\\(?:[lg]eq?|neq?|sim|in|equiv|propto|to)(?![a-zA-Z]))"
    r"|(?P<stop>[,;:]|\\\\|\\text\{[^}]*\}|\\(?:q?quad|implies|iff|Rightarrow)(?![a-zA-Z]))"
    r"|\\[a-zA-Z]+|.",
    re.DOTALL,
)


class Reader:
    """Computes a purely numeric TeX expression: in fractions where it can, else in floats."""

    def __init__(self, tex):
        self.rest = tex

    def value(self):
        value = self.sum()
        return self.fail() if self.rest.strip() else value

    def fail(self):
        raise SyntaxError(f"can't read {self.rest!r}")

    def comes(self, pattern):
        return re.match(rf"\s*({pattern})", self.rest)

    def take(self, pattern):
        match = self.comes(pattern)
        self.rest = self.rest[match.end() :] if match else self.rest
        return match and match[1]

    def sum(self):
        value = self.product()
        while sign := self.take(r"[+-]"):
            value = value + self.product() if sign == "+" else value - self.product()
        return value

    def product(self):
        value = self.signed()
        while operator := self.take(r"\\cdot|\\times|/"):
            value = value / self.signed() if operator == "/" else value * self.signed()
        return value

    def signed(self):
        sign = self.take(r"[+-]")
        value = self.power()
        while self.comes(rf"\(|{FUNCTION}|\\(?:frac|sqrt|pi)"):  # 2(3 + 4), \frac24\ln 2
            value = value * self.power()
        return -value if sign == "-" else value

    def power(self):
        base = self.atom()
        return base ** self.argument() if self.take(r"\^") else base

    def argument(self):
        """Read what TeX takes for an argument: a group, a single digit, or a command."""
        if self.take(r"\{"):
            return self.group(r"\}")
        digit = self.take(r"\d")
        return Fraction(digit) if digit else self.atom()

    def group(self, end):
        values = [self.sum()]
        while self.take(","):
            values.append(self.sum())
        self.take(end) or self.fail()
        return values[0] if len(values) == 1 else np.array(values, dtype=object)

    def atom(self):
        if number := self.take(r"\d+(?:\.\d+)?"):
            return Fraction(number) / (100 if self.take(r"\\%") else 1)
        if self.take(r"\("):
            return self.group(r"\)")
        if self.take(r"e(?=\^)"):
            return math.e
        if self.take(r"\\pi"):
            return math.pi
        if self.take(r"\\sqrt"):
            return self.argument() ** Fraction(1, 2)
        if self.take(r"\\frac"):
            return self.argument() / self.argument()
        function = FUNCTIONS[(self.take(FUNCTION) or self.fail())[1:]]
        return function(self.atom() if self.comes(r"\(") else self.signed())


def last_digit(side, relation):
    """Return one unit of the last digit of a typed number (or vector), 0 for what is exact."""
    units = [0]
    for part in re.sub(r"\s", "", side).strip("()").split(","):
        typed = TYPED.fullmatch(part)
        if not typed or (relation == "=" and not (typed["decimals"] or typed["percent"])):
            return 0  # an expression, or a whole number that is said to be equal
        digits = len(typed["decimals"] or ".") - 1 + 2 * bool(typed["percent"])
        units.append(Fraction(10) ** (int(typed["power"] or 0) - digits))
    return max(units)


def complaint(left, relation, right):
    """Return what is wrong with an equality, None if it holds to the digits shown."""
    try:
        a, b = Reader(left).value(), Reader(right).value()
    except (SyntaxError, ArithmeticError, ValueError, TypeError) as error:
        return f"{left} {relation} {right}: {error}"
    allowed = max(last_digit(left, relation), last_digit(right, relation))
    if relation == "=":
        allowed /= 2
    if isinstance(a - b, float):
        allowed += 1e-12 * abs(a)
    if np.all(abs(a - b) <= allowed):
        return None
    shown = [", ".join(f"{float(v):.10g}" for v in np.ravel(value)) for value in (a, b)]
    return f"{left} {relation} {right}: got {shown[0]} and {shown[1]}"


def is_numeric(side):
    return bool(side) and not re.search(r"[^\W\d]|\\", KNOWN.sub("", side))


def equalities(formula):
    """Return (left, relation, right) for each equality of numbers; of a chain, for each link."""
    if re.search(r"\\begin\{(?!aligned)", formula):
        return []
    formula = re.sub(r"\\(?:begin|end)\{aligned\}", "", formula)
    formula = re.sub(r"\\operatorname\{(\w+)\}", r"\\\1", formula)
    formula = re.sub(r"\\[td]frac", r"\\frac", formula)
    formula = re.sub(r"\\(?:left|right|[bB]igg?[lr]?)(?![a-zA-Z])|\{,\}", "", formula)
    formula = re.sub(r"(?<!\\)\\[,;:! ]", " ", formula)
    formula = re.sub(r"\\\\\s*&?\s*(?==|\\approx)", "", formula)  # the row continues a chain
    formula = re.sub(r"&\s*&", r"\\quad", formula).replace("&", " ")
    depth, sides = 0, [[None, ""]]  # each side, and the equality sign before it
    for piece in PIECE.finditer(formula):
        depth += bool(piece["open"]) - bool(piece["close"])
        if depth == 0 and piece.lastgroup in ("equality", "relation", "stop"):
            sides.append([piece["equality"], ""])
        else:
            sides[-1][1] += piece[0]
    sides = [(relation, side.strip(" \n.")) for relation, side in sides]
    return [
        (left, relation, right)
        for (_, left), (relation, right) in itertools.pairwise(sides)
        if relation and is_numeric(left) and is_numeric(right)
    ]


def equalities_of(text):
    """Return (line, equality) for each in a page's text."""
    text = re.sub(r"^- \[ \].*$", "", text, flags=re.MULTILINE)  # may be wrong on purpose
    return [
        (text.count("\n", 0, match.start()) + 1, equality)
        for match in MATH.finditer(text)
        for equality in equalities(match[match.lastindex])
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_equalities_of_numbers_on_the_pages_hold(page):
    found = equalities_of(page.read_text(encoding="utf8"))
    wrong = [(line, complaint(*equality)) for line, equality in found]
    assert [f"{page.name}:{line}: {text}" for line, text in wrong if text] == []


def test_enough_equalities_are_seen():
    assert sum(len(equalities_of(page.read_text(encoding="utf8"))) for page in PAGES) >= ENOUGH


RIGHT = {
    r"0 \cdot 2 + 1 \cdot 3 + 4 = 7": 1,
    r"z = 3\cdot 1 + 1\cdot(-2) + 2 = 3": 1,
    r"\begin{aligned} z &= 1 + 2\\ &= 3 = 6/2,\\ y &= 2 \cdot 4 = 8. \end{aligned}": 3,
    r"\sqrt{3^2 + 4^2} = 5": 1,
    r"\sigma(1\cdot 2 + 2\cdot 3 - 1) = \sigma(7) = \frac{1}{1 + e^{-7}} \approx 0.99909": 3,
    r"e^{-7} \approx 0.000912 = 9.12 \cdot 10^{-4}": 2,
    r"\frac24\ln 2 \approx 0.347, \qquad \tfrac12 = 0.5 = 50\%": 3,
    r"1{,}797 \times 2 = 3{,}594": 1,
    r"-\ln\tfrac12 = \ln 2 = 0.6931": 2,
    r"\operatorname{ReLU}(-3) = \max(0, -3) = 0": 2,
    r"\sigma'(0) = \frac14, \quad \tanh'(0) = 1": 2,
    r"(0,0) + (1,1) = (0,1) + (1,0)": 1,
    r"(1, 2)/3 \approx (0.33, 0.67)": 1,
    r"2\bigl(3 + 4\bigr) = 14 = 2^3 + 6": 2,
    r"2^{10} \approx 10^3": 1,
    r"0.125 = 0.13": 1,  # a tie: either digit is a rounding
}
WRONG = [
    r"0 \cdot 2 + 2 \cdot 3 + 4 = 7",
    r"z = 0 \cdot 2 + 1 \cdot 3 - 4 = 7",
    r"\begin{aligned} z &= 1 + 2\\ &= 4 \end{aligned}",
    r"\sqrt{3^2 + 4^2} = 6",
    r"\sqrt{26} = 5",
    r"\sigma(7) = \frac{1}{1 + e^{7}}",
    r"\sigma(7) = 0.9919",
    r"e^{-7} \approx 0.000921",
    r"e^{-7} \approx 9.12 \cdot 10^{-3}",
    r"\frac24\ln 2 \approx 0.345",
    r"\ln 2 = 0.694",
    r"2/3 = 66\%",
    r"1{,}797 \times 2 = 3{,}954",
    r"(0,0) + (1,1) = (0,1) + (1,1)",
    r"(1, 2)/3 = (0.33, 0.66)",
    r"2^{53} + 1 = 2^{53}",
    r"1/0 = 1",
    r"5! = 120",  # can't be read, and says so instead of being skipped
]
NO_NUMBERS = [
    "x = 3",
    r"3 + b = 0, \quad \sigma^2 = 1",
    r"\sigma = 0.5",
    r"0 > 0",
    r"\operatorname{step}(0) = 1",
    r"\sum_{i=0}^{3} i = 6",
    r"\begin{pmatrix} 1 & 2 \end{pmatrix} = 3",
    r"2 + 3 \ne 6",
]


@pytest.mark.parametrize("formula", RIGHT)
def test_right_formulas_pass(formula):
    found = equalities(formula)
    assert len(found) == RIGHT[formula]
    assert [complaint(*equality) for equality in found] == [None] * len(found)


@pytest.mark.parametrize("formula", WRONG)
def test_wrong_formulas_fail(formula):
    assert [text for text in map(lambda e: complaint(*e), equalities(formula)) if text]


@pytest.mark.parametrize("formula", NO_NUMBERS)
def test_what_holds_a_variable_is_left_alone(formula):
    assert equalities(formula) == []


def test_formulas_are_found_wherever_a_page_has_them():
    text = r"""Inline $1 + 1 = 2$, of two
lines $1 + 2
= 3$, as a role {math}`1 + 3 = 4`.
$$
x = 1 + 4 = 5
$$
```{math}
:label: sum
1 + 5 = 6
```
    caption: |
      In a caption $1 + 6 = 7$.
```{quiz}
What is $1 + 7 = 8$?
- [ ] $1 + 1 = 3$

  A reason: $1 + 8 = 9$.
- [x] $1 + 9 = 10$
```
It costs \$5, $x$ and `$HOME`.
"""
    found = [(line, right) for line, (_, _, right) in equalities_of(text)]
    lines = [1, 2, 3, 4, 7, 12, 14, 17, 18]
    assert found == [(line, str(total)) for line, total in zip(lines, range(2, 11), strict=True)]
