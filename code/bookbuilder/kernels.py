"""One page in one fresh kernel, as for a reader: in an empty folder outside of the repository.

The kernel sees nothing of the settings of the person who builds, and of the installed packages only
those that requirements-pages.txt brings.
"""

import contextlib
import json
import os
import re
import sys
import tempfile
import time
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement

from bookbuilder.errors import blaming
from bookbuilder.pages import BUILD, ROOT, code_lines

# Asked in the kernel after the last cell. Linux's ru_maxrss begins with that of the process that
# forked; macOS counts bytes.
QUESTION = """\
import json, resource, sys
try:
    peak = int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) // 1024
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 // 1024
files = {getattr(module, "__file__", None) for name, module in list(sys.modules.items())
         if name.partition(".")[0] == "annbook"}
print(json.dumps([peak, sorted(files - {None})]))
"""
SETTINGS = BUILD / "settings"
STARTED = set()  # the managers of kernels that run


IN_KERNEL = Path(__file__).with_name("in_kernel")
ALWAYS = ["annbook", "pip"]  # the first cell of a published notebook installs the one by the other


class PageError(Exception):
    """A page can't be executed to its end; the message is ``page:line: reason``."""


@cache
def missing_modules() -> list[str]:
    """Return the modules that are installed here, or lie in ``code/``, but not at a reader's."""
    lines = (ROOT / "requirements-pages.txt").read_text().splitlines()
    todo = [Requirement(line) for line in lines if line and line[0] not in "#-"]
    todo += map(Requirement, ALWAYS)
    there: set[str] = set()
    asked: set[tuple] = set()
    while todo:
        wanted = todo.pop()
        name, extras = plain_name(wanted.name), wanted.extras or {""}
        if (name, *sorted(extras)) in asked:
            continue
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        asked.add((name, *sorted(extras)))
        try:
            needs = [Requirement(need) for need in requires(wanted.name) or []]
        except PackageNotFoundError:  # of another system
            continue
        there.add(name)
        for need in needs:
            if not need.marker or any(need.marker.evaluate({"extra": extra}) for extra in extras):
                need.marker = None
                todo.append(need)
    installed = packages_distributions().items()
    others = [module for module, names in installed if there.isdisjoint(map(plain_name, names))]
    return sorted([*others, "bookbuilder", "build_book"])


def plain_name(package: str) -> str:
    """Return the name of a package as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def kernel_environment() -> dict[str, str]:
    """Return the environment of a kernel: this one's, without what could change an output."""
    private = ("PYTHON", "IPYTHON", "JUPYTER", "MPL", "KERAS_", "TF_", "ANNBOOK_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(private)}
    keras = SETTINGS / "keras"
    home = os.path.expanduser(os.environ.get("KERAS_HOME") or "~/.keras")
    with blaming(keras, "write to"):
        keras.mkdir(parents=True, exist_ok=True)
        downloads = keras / "datasets"  # Keras keeps its data beside its settings
        downloads.unlink(missing_ok=True)
        downloads.symlink_to(Path(home, "datasets").absolute())
    if "ANNBOOK_DATA" in os.environ:
        kept["ANNBOOK_DATA"] = os.path.abspath(os.path.expanduser(os.environ["ANNBOOK_DATA"]))
    return {
        **kept,
        "ANNBOOK_OFFLINE": "1",  # the build has fetched what there is to be had
        "BOOK_MISSING": " ".join(missing_modules()),
        "PYTHONPATH": f"{ROOT / 'code'}{os.pathsep}{IN_KERNEL}",
        "IPYTHONDIR": str(SETTINGS / "ipython"),
        "MPLCONFIGDIR": str(SETTINGS / "matplotlib"),
        "KERAS_HOME": str(keras),
        "KERAS_BACKEND": "tensorflow",
        "TQDM_DISABLE": "1",
        "MALLOC_ARENA_MAX": "2",  # glibc's pools of many threads: 140 MB more with TensorFlow
    }


async def execute_page(page: Path, notebook, timeout: float) -> tuple[list, float, int, list[str]]:
    """Execute the code cells of a page in a fresh kernel, which works in an empty folder.

    Parameters
    ----------
    page
        Gives errors their address.
    notebook
        As `bookbuilder.pages.read_page` gives it; stays as it is.
    timeout
        Seconds that a cell may take, unless the page's front matter says otherwise.

    Returns
    -------
    outputs : list of list
        For each code cell.
    seconds : float
    peak_memory_mb : int
    modules : list of str
        The files of annbook that the page has loaded, below ``code/``.

    Raises
    ------
    PageError
        A cell raises or takes too long, or the kernel dies.
    """
    import nbformat
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    class OwnPython(KernelSpecManager):
        """The Python that builds, whatever kernels are installed for the reader."""

        def get_kernel_spec(self, kernel_name):
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            return KernelSpec(argv=argv, display_name="Python 3", language="python")

    class Manager(AsyncKernelManager):
        """Kernels that start together race for TCP ports; sockets in a folder each can't."""

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.kernel_spec_manager = OwnPython()
            self.transport, self.ip = "ipc", f"{sockets}/s"
            self.connection_file = f"{sockets}/kernel.json"
            STARTED.add(self)

    copy = nbformat.v4.new_notebook(cells=[nbformat.from_dict(c) for c in notebook.cells])
    copy.cells.append(nbformat.v4.new_code_cell(QUESTION))
    code = [cell for cell in copy.cells if cell.cell_type == "code"]
    lines = code_lines(notebook)
    with tempfile.TemporaryDirectory(prefix="k", dir=folder_for_sockets()) as sockets:
        workplace = Path(sockets, "empty")
        workplace.mkdir()
        started = time.monotonic()
        client = NotebookClient(
            copy,
            kernel_manager_class=Manager,
            timeout=notebook.metadata.get("mystnb", {}).get("execution_timeout", timeout),
            shutdown_kernel="immediate",
            record_timing=False,
            resources={"metadata": {"path": str(workplace)}},
        )
        try:
            await client.async_execute(env=kernel_environment())
        except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError) as error:
            reached = sum(bool(cell.get("execution_count")) for cell in code)
            # A cell that is stopped, or kills its kernel, has no count yet.
            number = reached - 1 if isinstance(error, CellExecutionError) else reached
            line = lines[min(max(number, 0), len(lines) - 1)]
            raise PageError(f"{page.relative_to(ROOT)}:{line}: {_reason(error)}") from error
        finally:
            STARTED.discard(client.km)
        seconds = time.monotonic() - started
    outputs = [joined_streams(cell.outputs) for cell in code[:-1]]
    peak, files = json.loads(code[-1].outputs[0].text)
    outside = [file for file in files if not Path(file).is_relative_to(ROOT / "code")]
    if outside:
        raise PageError(f"{page.relative_to(ROOT)}: annbook was imported from {outside[0]}")
    modules = [Path(file).relative_to(ROOT / "code").as_posix() for file in files]
    return outputs, round(seconds, 1), peak, modules


def joined_streams(outputs: list) -> list:
    """Join what a cell has printed in several messages, cut by the clock, to one output."""
    joined: list = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last["text"] += output.text
        else:
            joined.append(output)
    return joined


def folder_for_sockets() -> str | None:
    """Return a folder whose name is short enough for the address of a Unix socket."""
    return None if len(tempfile.gettempdir()) < 60 else "/tmp"


def _reason(error: Exception) -> str:
    """Say in a line why the execution ended."""
    if hasattr(error, "ename"):
        return f"{error.ename}: {error.evalue}".splitlines()[0]
    kind = type(error).__name__
    if kind == "CellTimeoutError":
        return "this cell takes too long: " + str(error).splitlines()[0]
    if kind == "DeadKernelError":
        return "the kernel died (out of memory, or a cell ended its process)"
    return str(error).splitlines()[0]


def kill_all() -> None:
    """Kill the kernels that are running."""
    import signal

    for manager in list(STARTED):
        pgid = getattr(manager.provisioner, "pgid", None)
        if pgid:
            with contextlib.suppress(ProcessLookupError):  # it has ended in the meantime
                os.killpg(pgid, signal.SIGKILL)
