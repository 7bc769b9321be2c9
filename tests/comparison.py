"""How an output is compared with its recording: text exactly, numbers within a stated band.

A band says what it is for: ``counts`` (numbers written without a point), ``absolute`` and
``relative`` (all others). A number that no band is for must be the same. In the words that describe
a picture, a number with a point may differ by one in its last digit, of three: nobody reads a
picture more exactly.
"""

import math
import re
from dataclasses import dataclass
from difflib import SequenceMatcher

NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
    r"(?![\w.]*\w)|\b(?:nan|inf)\b"
)
FIGURE = "Figure "  # what the description of a picture begins with


@dataclass(frozen=True)
class Band:
    """How far numbers may move: by ``counts`` or ``absolute``, or by a ``relative`` share."""

    counts: int = 0
    absolute: float = 0.0
    relative: float = 0.0

    @classmethod
    def of(cls, cell) -> "Band":
        """Return the band that the metadata of a cell state."""
        stated = cell.metadata.get("tolerance", {})
        if not isinstance(stated, dict) or not set(stated) <= set(cls.__dataclass_fields__):
            kinds = ", ".join(cls.__dataclass_fields__)
            raise ValueError(f"tolerance: got {stated!r}, want a band for each of {kinds}")
        return cls(**stated)

    def __or__(self, other: "Band") -> "Band":
        """Return the band that allows what either allows."""
        return Band(
            max(self.counts, other.counts),
            max(self.absolute, other.absolute),
            max(self.relative, other.relative),
        )


def is_count(number: str) -> bool:
    """Tell whether a number is written as a whole one."""
    return bool(re.fullmatch(r"[-+]?[\d,]+", number))


def value(number: str) -> float:
    """Return what a number in a text says."""
    return float(number.replace(",", ""))


def third_digit(a: float, b: float) -> float:
    """Return what one in the third digit of the larger number is worth; 0 beside a 0."""
    return 10.0 ** (math.floor(math.log10(max(abs(a), abs(b)))) - 2) if a and b else 0.0


def same_number(recorded: str, found: str, band: Band, in_figure: bool = False) -> bool:
    """Tell whether two numbers agree within the band for their kind."""
    if recorded == found:
        return True
    a, b = value(recorded), value(found)
    if is_count(recorded) and is_count(found):
        return abs(a - b) <= band.counts
    allowed = max(band.absolute, band.relative * abs(a))
    if in_figure:
        allowed = max(allowed, third_digit(a, b))
    return abs(a - b) <= allowed + 1e-9 * max(abs(a), abs(b))


def same_line(recorded: str, found: str, band: Band, in_figure: bool = False) -> bool:
    """Tell whether two lines have the same text around numbers that agree."""
    if recorded == found:
        return True
    if band == Band() and not in_figure:
        return False

    def squeeze(line):  # the width of a number moves the blanks and rules around it
        return re.sub(r"[ ─━-]+", " ", NUMBER.sub("#", line))

    if squeeze(recorded) != squeeze(found):
        return False
    pairs = zip(NUMBER.findall(recorded), NUMBER.findall(found), strict=True)
    return all(same_number(a, b, band, in_figure) for a, b in pairs)


def differences(recorded: list[str], found: list[str], band: Band) -> list[tuple[str, str]]:
    """Return the pairs of lines (recorded, found) that differ; a missing line is ``""``."""
    in_figure = bool(recorded) and recorded[0].startswith(FIGURE)
    matcher = SequenceMatcher(None, recorded, found, autojunk=False)
    pairs = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        before, after = recorded[i1:i2], found[j1:j2]
        length = max(len(before), len(after))
        before += [""] * (length - len(before))
        after += [""] * (length - len(after))
        pairs += [
            (a, b)
            for a, b in zip(before, after, strict=True)
            if not same_line(a, b, band, in_figure)
        ]
    return pairs
