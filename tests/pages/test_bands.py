"""The bands within which numbers of a page may move are for numbers that are there, and narrow."""

import statistics

import pytest
from tests import recording
from tests.comparison import NUMBER, Band, is_count, value

from bookbuilder.pages import code_cells, code_lines, name_of, pages, read_page

PAGES = pages()
WIDEST = 0.5  # a band as a share of what it covers


def bands(page):
    """Return (where, band, counts, real numbers) for each cell with a band and its recording."""
    notebook, recorded = read_page(page), recording.read(page)["cells"]
    cells = code_cells(notebook)
    pairs = recording.align(
        [cell["cell"] for cell in recorded], [cell.source.splitlines()[0] for cell in cells]
    )
    lines, found = code_lines(notebook), []
    for old, new in pairs:
        if None in (old, new) or "tolerance" not in cells[new].metadata:
            continue
        outputs = recorded[old]["outputs"]
        text = "\n".join(line for output in outputs for ls in output.values() for line in ls)
        numbers = [n for n in NUMBER.findall(text) if n not in ("nan", "inf")]
        counts = [abs(value(number)) for number in numbers if is_count(number)]
        reals = [abs(value(number)) for number in numbers if not is_count(number)]
        where = f"{name_of(page)}.md:{lines[new]}"
        found.append((where, Band.of(cells[new]), counts, [r for r in reals if r]))
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_band_is_for_numbers_that_are_there_and_no_wider_than_half_of_them(page):
    faults = []
    for where, band, counts, reals in bands(page):
        if band == Band():
            faults.append(f"{where}: a band that allows nothing")
        if band.counts and not counts:
            faults.append(f"{where}: counts, and there is no whole number")
        elif band.counts > max(1, WIDEST * max(counts, default=0)):
            faults.append(f"{where}: counts {band.counts} for numbers up to {max(counts)}")
        if (band.absolute or band.relative) and not reals:
            faults.append(f"{where}: a band for real numbers, and there is none")
        elif band.absolute > WIDEST * statistics.median(reals or [0]):
            typical = statistics.median(reals)
            faults.append(f"{where}: absolute {band.absolute} for numbers around {typical:.3g}")
        if band.relative > WIDEST:
            faults.append(f"{where}: relative {band.relative} is more than half")
    assert not faults, "\n".join(faults)
