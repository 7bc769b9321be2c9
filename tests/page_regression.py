"""Page regression: nbval collects the pages, compares what they printed, and reports.

Each code cell of a page is a test. Its outputs come from the page's artifact; a page that has none
is executed first, before the tests begin. Text must be as recorded in ``tests/recorded``, numbers
too unless the cell states a band (tests/comparison.py). Each page has two more tests: its sentences
with computed values, and its time and memory. A cell that names its dataset (`data: mnist`) is not
compared while that dataset is a stand-in; the summary says how many.

``--fresh`` executes all pages anew, in the reverse order; ``--exact`` leaves out all bands.
"""

import functools
from pathlib import Path

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile
from tests import recording
from tests.comparison import Band, differences

from bookbuilder import artifacts, execution
from bookbuilder.errors import BookError
from bookbuilder.pages import (
    PAGES,
    ROOT,
    as_list,
    code_cells,
    code_lines,
    data_of,
    glued,
    pages,
    read_page,
)

PEAK_MEMORY_MB = 1500  # Binder kills a kernel at 2 GB
FAULTS = pytest.StashKey[list]()


class Page(IPyNbFile):
    """A page of the book: a test for each code cell, for the sentences, for time and memory."""

    def collect(self):
        """Yield the tests."""
        try:
            self.nb = read_page(self.path)
            recorded = recording.read(self.path)
        except (BookError, ValueError) as error:
            raise self.CollectError(f"{self.path.relative_to(ROOT)}: {error}") from error
        cells, lines = code_cells(self.nb), code_lines(self.nb)
        self.recorded_sentences = recorded["sentences"]
        pairs = recording.align(
            [cell["cell"] for cell in recorded["cells"]],
            [cell.source.splitlines()[0] for cell in cells],
        )
        for old, new in pairs:
            if new is None:
                gone = recorded["cells"][old]["cell"]
                yield GoneCell.from_parent(self, name=f"recorded cell {old}", first_line=gone)
                continue
            item = PageCell.from_parent(
                self, name=f"line {lines[new]}", cell_num=new, cell=cells[new], options={}
            )
            item.line = lines[new]
            item.recorded = None if old is None else recorded["cells"][old]["outputs"]
            yield item
        yield PageSentences.from_parent(self, name="sentences")
        yield PageCost.from_parent(self, name="time and memory")

    def setup(self):
        """Start no kernel: the pages have been executed."""

    def teardown(self):
        """Stop nothing."""

    @functools.cached_property
    def artifact(self):
        """What the execution of the page gave; None if it failed."""
        return artifacts.find(self.path, self.nb)

    @property
    def fault(self) -> str:
        """What ended the execution, as ``book/page.md:line: reason``."""
        own = f"{self.path.relative_to(ROOT)}:"
        return next(
            (fault for fault in self.config.stash[FAULTS] if fault.startswith(own)),
            f"{own} has not been executed",
        )

    @property
    def stand_ins(self) -> set[str]:
        """The datasets of the page that were not the real ones."""
        return {name for name in data_of(self.nb) if not artifacts.is_real(name)}

    def executed(self):
        """Return the page as a notebook with its outputs; skip the test if there are none."""
        if self.artifact is None:
            pytest.skip("the page could not be executed")
        cells = code_cells(self.nb)
        for cell, outputs in zip(cells, self.artifact.outputs, strict=True):
            cell.outputs = outputs
        return self.nb

    def band(self, cell) -> Band:
        """Return the band of a cell."""
        return Band() if self.config.option.exact else Band.of(cell)


class PageCell(IPyNbCell):
    """One code cell of a page."""

    def runtest(self):
        """Take the cell's outputs from the artifact and compare them with the recording."""
        if self.parent.artifact is None and self.parent.fault.split(":")[1] == str(self.line):
            self.raise_cell_error(self.parent.fault.partition(": ")[2])
        cell = code_cells(self.parent.executed())[self.cell_num]
        if not self.compare_outputs(cell.outputs, self.recorded):
            self.raise_cell_error("Cell outputs differ", "\n".join(self.comparison_traceback))

    def compare_outputs(self, test, ref, skip_compare=None) -> bool:
        """Compare what the cell gave with its recording, explaining all differences."""
        if "nbval-ignore-output" in self.cell.metadata.get("tags", []):
            test = []
        stand_ins = self.parent.stand_ins & set(as_list(self.cell.metadata.get("data", [])))
        if stand_ins:
            self.user_properties.append(("stand-in", " ".join(stand_ins)))
            return True
        found = recording.recorded_form(test)
        if ref is None:
            self.comparison_traceback = ["there is no recording of this cell: run `make record`"]
            return False
        self.comparison_traceback = self.compare(ref, found, self.parent.band(self.cell))
        return not self.comparison_traceback

    def compare(self, recorded: list[dict], found: list[dict], band: Band) -> list[str]:
        """Return lines that explain all differences between two lists of outputs."""
        before, after = ([next(iter(o)) for o in outputs] for outputs in (recorded, found))
        if before != after:
            return [f"recorded outputs: {before}", f"found outputs:    {after}"]
        explained = []
        for old, new in zip(recorded, found, strict=True):
            (kind, old_lines), (_, new_lines) = *old.items(), *new.items()
            pairs = differences(old_lines, new_lines, band)
            if pairs:
                explained.append(f"{kind} differs ({band})")
                explained += [
                    line for a, b in pairs for line in (f"recorded: {a}", f"found:    {b}")
                ]
        return explained

    def raise_cell_error(self, message, *args, **kwargs):
        """Let nbval report an error of this cell."""
        if not args:
            args = ("",)
        super().raise_cell_error(message, *args, **kwargs)

    def repr_failure(self, excinfo):
        """Report the page and the line of the cell, then what differs."""
        return f"{self.path.relative_to(ROOT)}:{self.line}\n" + super().repr_failure(excinfo)

    def reportinfo(self):
        """Name the page and the cell's line."""
        return self.path, self.line - 1, f"{self.path.stem}: {self.name}"


class PageItem(pytest.Item):
    """A test of a whole page."""

    def repr_failure(self, excinfo):
        """Report the page and the reason, without the code of the test."""
        if isinstance(excinfo.value, AssertionError):
            return f"{self.path.relative_to(ROOT)}: {excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self):
        """Name the page."""
        return self.path, 0, f"{self.path.stem}: {self.name}"


class GoneCell(PageItem):
    """A recorded cell that is no longer on the page."""

    def __init__(self, *, first_line, **kwargs):
        super().__init__(**kwargs)
        self.first_line = first_line

    def runtest(self):
        """Fail."""
        raise AssertionError(f"the recorded cell {self.first_line!r} is gone: run `make record`")


class PageSentences(PageItem):
    """The sentences of a page that show computed values, with these filled in."""

    def runtest(self):
        """Compare them with the recorded ones, each value within the band of its cell."""
        notebook = self.parent.executed()
        bands, times, stand_ins = {}, {}, set()
        for cell in code_cells(notebook):
            for name, _ in glued(cell):
                times[name] = times.get(name, 0) + 1
                bands[name] = self.parent.band(cell)
                if self.parent.stand_ins & set(as_list(cell.metadata.get("data", []))):
                    stand_ins.add(name)
        found = recording.sentences(notebook)
        used = {name for _, names in found for name in names}
        problems = [f"no cell glues {name!r}" for name in sorted(used - set(times))]
        problems += [f"{name!r} is glued and never shown" for name in sorted(set(times) - used)]
        problems += [f"{name!r} is glued {times[name]} times" for name in times if times[name] > 1]
        recorded = self.parent.recorded_sentences
        if len(recorded) != len(found):
            problems.append(
                f"{len(recorded)} recorded sentences with values, {len(found)} on the page: "
                "run `make record`"
            )
        for before, (new, names) in zip(recorded, found, strict=False):
            old = before["sentence"]
            if before["values"] != names:
                problems.append(f"other values: {before['values']} recorded, {names} found\n{new}")
            if stand_ins & set(names):
                continue
            band = functools.reduce(Band.__or__, (bands.get(n, Band()) for n in names), Band())
            for a, b in differences([old], [new], band):
                problems.append(f"a sentence differs ({band})\nrecorded: {a}\nfound:    {b}")
        assert not problems, "\n".join(problems)


class PageCost(PageItem):
    """The time and the memory that the page's kernel took."""

    def runtest(self):
        """Read them off the artifact."""
        artifact = self.parent.artifact
        assert artifact, self.parent.fault
        peak = artifact.peak_memory_mb
        what = f"{self.path.stem}: {artifact.seconds:.0f} s, peak memory {peak} MB"
        self.user_properties.append(("page", what))
        assert peak < PEAK_MEMORY_MB, f"took {peak} MB, allowed are {PEAK_MEMORY_MB}"


def pytest_addoption(parser):
    """Add the options."""
    parser.addoption("--fresh", action="store_true", help="execute all pages anew, reversed")
    parser.addoption("--exact", action="store_true", help="allow no number to move")


def pytest_configure(config):
    """Take over what the main process knows of pages that failed."""
    config.stash[FAULTS] = getattr(config, "workerinput", {}).get("faults", [])


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    """Execute the pages that are asked for and have no artifact, once, before workers start."""
    config = session.config
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    asked = [
        Path(config.invocation_params.dir, arg.split("::")[0]).resolve() for arg in config.args
    ]
    try:
        paths = [
            page for page in pages() if any(page == path or path in page.parents for path in asked)
        ]
        notebooks, _ = execution.read_pages(paths)
        execution.fetch_data(notebooks)
        with execution.only_build():
            faults = execution.execute_missing(notebooks, anew=config.option.fresh)
        config.stash[FAULTS] = faults
    except (BookError, execution.datasets.DatasetError) as error:
        pytest.exit(f"error: {error}", returncode=1)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Tell a worker which pages failed."""
    node.workerinput["faults"] = node.config.stash[FAULTS]


def pytest_collect_file(file_path, parent):
    """Collect the pages."""
    if file_path.suffix == ".md" and PAGES in file_path.parents:
        return Page.from_parent(parent, path=file_path)
    return None


def pytest_terminal_summary(terminalreporter):
    """Say what each page took, and how many outputs were not compared."""
    properties = [
        p
        for r in terminalreporter.getreports("passed")
        if r.when == "call"
        for p in r.user_properties
    ]
    for text in sorted(text for kind, text in properties if kind == "page"):
        terminalreporter.write_line(text)
    skipped = [text for kind, text in properties if kind == "stand-in"]
    if skipped:
        names = ", ".join(sorted(set(" ".join(skipped).split())))
        terminalreporter.write_line(
            f"{len(skipped)} cells ran on stand-in data ({names}): executed, not compared"
        )
