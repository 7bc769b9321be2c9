"""Page regression: nbval executes the MyST pages and compares what they print with tests/recorded.

Each code cell of a page is a test. Text must be the same; a number must be the same within the
`tolerance` in the cell's metadata (an absolute band; exact where there is none). A picture is
compared by the description that ``annbook.setup`` gives it (size, axes, labels). A cell that names
its dataset (`data: mnist`) is executed but not compared while that dataset is a stand-in; the
summary says how many.

``pytest book --record`` writes new recordings.
"""

import json
import math
import re
import sys
import time
from pathlib import Path

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "code"))

from annbook import datasets

NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]*\w)|\b(?:nan|inf)\b"
)
PEAK_MEMORY_MB = 1500  # Binder kills a kernel at 2 GB
# Code that sets _peak, in kB. Linux's ru_maxrss begins with that of the process that forked.
PEAK_MEMORY = {
    True: "_status = open('/proc/self/status').read()\n"
    "_peak = int(_status.partition('VmHWM:')[2].split()[0])",
    False: "import resource\n"
    "_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024",  # macOS counts bytes
}


def differences(recorded: str, found: str, tolerance: float) -> list[tuple[str, str]]:
    """Return the pairs of lines (recorded, found) that differ by more than `tolerance`."""
    before, after = recorded.splitlines(), found.splitlines()
    if len(before) != len(after):
        return [(recorded, found)]
    return [(a, b) for a, b in zip(before, after, strict=True) if not is_same(a, b, tolerance)]


def is_same(recorded: str, found: str, tolerance: float) -> bool:
    """Tell whether two lines have the same text around numbers that agree within `tolerance`."""
    if recorded == found:
        return True
    if not tolerance:
        return False

    def squeeze(line):  # the width of a number moves the blanks and rules around it
        return re.sub(r"[ ─━-]+", " ", NUMBER.sub("#", line))

    if squeeze(recorded) != squeeze(found):
        return False
    pairs = zip(NUMBER.findall(recorded), NUMBER.findall(found), strict=True)
    return all(
        a == b or math.isclose(float(a), float(b), rel_tol=1e-9, abs_tol=tolerance)
        for a, b in pairs
    )


def normalize(outputs) -> list[dict]:
    """Return what is compared of a cell's outputs: printed text, text/plain, glued values."""
    kept = []
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stdout":
                kept.append({"stdout": output.text})
        elif output.output_type == "error":
            kept.append({"error": f"{output.ename}: {output.evalue}"})
        else:
            scrapbook = output.get("metadata", {}).get("scrapbook")
            key = f"glue {scrapbook['name']}" if scrapbook else "text/plain"
            mime = f"{scrapbook['mime_prefix']}text/plain" if scrapbook else "text/plain"
            kept.append({key: output.data.get(mime, "")})
    return kept


class Page(IPyNbFile):
    """A page of the book: a kernel, and one test for each code cell."""

    def collect(self):
        """Yield a test for each code cell, and one for the page's time and memory."""
        from build_book import read_page

        self.nb = read_page(self.path)
        if self.nb is None:
            return
        relative = self.path.relative_to(self.config.rootpath)
        self.recording = (
            self.config.rootpath
            / "tests"
            / "recorded"
            / relative.with_suffix(".json").relative_to("book")
        )
        exists = self.recording.exists() and not self.config.option.record
        recorded = json.loads(self.recording.read_text(encoding="utf8")) if exists else []
        lines = self.nb.metadata["source_map"]
        cells = [(lines[i] + 1, c) for i, c in enumerate(self.nb.cells) if c.cell_type == "code"]
        self.found = []
        for number, (line, cell) in enumerate(cells):
            options = {
                "check": True,
                "skip": False,
                "check_exception": "raises-exception" in cell.metadata.get("tags", []),
            }
            item = PageCell.from_parent(
                self, name=f"line {line}", cell_num=number, cell=cell, options=options
            )
            item.line = line
            item.recorded = recorded[number] if number < len(recorded) else None
            cell.execution_count = 1  # nbval compares no cell without one
            yield item
        if exists and len(recorded) != len(cells):
            counts = (
                f"{len(recorded)} recorded code cells, {len(cells)} on the page: run `make record`"
            )
            raise self.CollectError(f"{relative}: {counts}")
        yield PageCost.from_parent(self, name="time and memory")

    def setup(self):
        """Start the kernel, and the clock."""
        super().setup()
        # IPython heeds a semicolon at a cell's end only if the cell goes into the history.
        self.kernel.execute_cell_input = lambda source, allow_stdin=False: self.kernel.kc.execute(
            source, allow_stdin=allow_stdin, stop_on_error=False
        )
        self.started = time.monotonic()

    def teardown(self):
        """Stop the kernel; write the recording if that was asked for."""
        super().teardown()
        complete = len(self.found) == sum(c.cell_type == "code" for c in self.nb.cells)
        if self.config.option.record and complete:
            self.recording.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self.found, indent=1, ensure_ascii=False)
            self.recording.write_text(text + "\n", encoding="utf8")


class PageCell(IPyNbCell):
    """One code cell of a page."""

    def compare_outputs(self, test, ref, skip_compare=None) -> bool:
        """Compare what the cell gave with its recording (or record it)."""
        if "nbval-ignore-output" in self.cell.metadata.get("tags", []):
            test = []
        found = {"cell": self.cell.source.splitlines()[0], "outputs": normalize(test)}
        self.parent.found.append(found)
        names = self.cell.metadata.get("data", [])
        stand_ins = [
            n
            for n in ([names] if isinstance(names, str) else names)
            if datasets.source(n) == "stand-in"
        ]
        if stand_ins:
            self.user_properties.append(("stand-in", " ".join(stand_ins)))
            if self.config.option.record:
                return self.explain(
                    f"recordings need the real data; {stand_ins[0]} is a stand-in here"
                )
            return True
        if self.config.option.record:
            address = re.search(r".*\b0x[0-9a-f]{6,}.*", json.dumps(found["outputs"]))
            return not address or self.explain("prints a memory address, other in every run")
        if self.recorded is None:
            return self.explain("there is no recording of this cell: run `make record`")
        return self.compare(self.recorded["outputs"], found["outputs"])

    def compare(self, recorded: list[dict], found: list[dict]) -> bool:
        """Compare two lists of outputs, explaining the first difference."""
        before, after = [[next(iter(o)) for o in outputs] for outputs in (recorded, found)]
        if before != after:
            return self.explain(f"recorded outputs: {before}\nfound outputs:    {after}")
        for old, new in zip(recorded, found, strict=True):
            (kind, old_text), (_, new_text) = *old.items(), *new.items()
            pairs = differences(old_text, new_text, self.cell.metadata.get("tolerance", 0))
            if pairs:
                shown = "\n".join(f"recorded: {a}\nfound:    {b}" for a, b in pairs)
                band = f" (tolerance {self.cell.metadata.get('tolerance', 0)})"
                return self.explain(f"{kind} differs{band}\n{shown}")
        return True

    def explain(self, text: str) -> bool:
        """Keep `text` for the report; return False, as nbval wants it."""
        self.comparison_traceback = [text]
        return False

    def repr_failure(self, excinfo):
        """Report the page and the line of the cell, then what differs."""
        return (
            f"{self.path.relative_to(self.config.rootpath)}:{self.line}\n"
            + super().repr_failure(excinfo)
        )

    def reportinfo(self):
        """Name the page and the cell's line."""
        return self.path, self.line - 1, f"{self.path.stem}: {self.name}"


class PageCost(pytest.Item):
    """The time and the memory that the page's kernel took."""

    def runtest(self):
        """Ask the kernel itself; it has run all cells by now."""
        seconds = time.monotonic() - self.parent.started
        question = PEAK_MEMORY[sys.platform == "linux"] + "\nprint(_peak // 1024)"
        kernel = self.parent.kernel
        message_id = kernel.execute_cell_input(question, allow_stdin=False)
        kernel.await_reply(message_id, timeout=10)
        text = ""
        while not text.strip():
            message = kernel.get_message("iopub", timeout=10)
            if (
                message["msg_type"] == "stream"
                and message["parent_header"].get("msg_id") == message_id
            ):
                text = message["content"]["text"]
        peak = int(text)
        self.user_properties.append(
            ("page", f"{self.parent.path.stem}: {seconds:.0f} s, peak memory {peak} MB")
        )
        assert peak < PEAK_MEMORY_MB, (
            f"the page's kernel took {peak} MB, allowed are {PEAK_MEMORY_MB}"
        )

    def reportinfo(self):
        """Name the page."""
        return self.parent.path, 0, f"{self.parent.path.stem}: {self.name}"


def pytest_addoption(parser):
    """Add --record."""
    parser.addoption(
        "--record", action="store_true", help="write what the pages print into tests/recorded"
    )


def pytest_configure(config):
    """Let nbval use this environment's kernel, and give a cell the time that the build gives."""
    config.option.nbval_current_env = True
    config.option.nbval_cell_timeout = 300


def pytest_collect_file(file_path, parent):
    """Collect the pages."""
    if file_path.suffix == ".md" and (parent.config.rootpath / "book") in file_path.parents:
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
