"""What every page begins with (``setup``), and how its numbers reach the prose (``glue``)."""

import inspect
import math
import numbers
import os
import platform
import random
import re
import sys
import textwrap
import warnings
from typing import Any

from annbook.style import COLORS, RC_PARAMS
from annbook.validation import check_integer, check_number, check_text

# TensorFlow reads these while it is imported (oneDNN) or at its first operation (threads).
_TENSORFLOW_NUMERICS = {
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TENSORFLOW_USE_CUSTOM_CONTRACTION_KERNEL": "0",  # oneDNN's products, which remain otherwise
    "TF_NUM_INTRAOP_THREADS": "2",
    "TF_NUM_INTEROP_THREADS": "2",
}
# The last digits of a sum depend on the order of its terms, and training makes large differences
# of small ones. Each kind of processor has its own order in OpenBLAS, NumPy and oneDNN; on all of
# Intel and AMD with AVX2 (2015 and later) we take the same one.
_SAME_ON_ALL_PROCESSORS = {
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}
# One thread for NumPy's linear algebra: on the small matrices of these pages a second one waits
# more than it works (up to seven times the processor time), and sums don't depend on the machine.
BLAS_THREADS = 1
_ENVIRONMENT = {
    **_TENSORFLOW_NUMERICS,
    **(_SAME_ON_ALL_PROCESSORS if platform.machine() in ("x86_64", "AMD64") else {}),
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "OMP_NUM_THREADS": str(BLAS_THREADS),
    "OPENBLAS_NUM_THREADS": str(BLAS_THREADS),
    "MKL_NUM_THREADS": str(BLAS_THREADS),
}


def setup(seed: int = 0) -> None:
    """Prepare a page: quiet and repeatable libraries, one plot style, seeded generators.

    Fixes the threads and the numerics of TensorFlow (without importing it) and of NumPy's linear
    algebra, seeds ``random`` and ``numpy.random``, sets the style of Matplotlib and seaborn, and
    inside IPython lets a figure describe itself in words. Calling it again only seeds again.

    Parameters
    ----------
    seed
        For ``random.seed`` and ``numpy.random.seed``. Keras has generators of its own: seed them
        with ``keras.utils.set_random_seed``.

    Raises
    ------
    TypeError
        If ``seed`` is not an integer.
    ValueError
        If ``seed`` is outside of 0 ... 2**32 - 1.
    RuntimeError
        If TensorFlow was imported before the first call: its numerics are fixed by then.
    """
    check_integer("seed", seed, 0, 2**32)
    if "tensorflow" in sys.modules and any(
        os.environ.get(name) != value for name, value in _TENSORFLOW_NUMERICS.items()
    ):
        raise RuntimeError(
            "tensorflow: got it imported before annbook.setup() could fix its threads, want it "
            "later: restart the kernel and call annbook.setup() first"
        )
    numpy_was_loaded = "numpy" in sys.modules
    os.environ.update(_ENVIRONMENT)
    if numpy_was_loaded:  # it has read the variables already
        import threadpoolctl

        threadpoolctl.threadpool_limits(limits=BLAS_THREADS)

    import numpy as np

    random.seed(int(seed))
    np.random.seed(int(seed))
    # Keras variables predate the copy argument that NumPy 2 passes; harmless.
    warnings.filterwarnings(
        "ignore",
        message="__array__ implementation doesn't accept a copy keyword",
        category=DeprecationWarning,
    )
    _style_figures()


def _style_figures() -> None:
    import seaborn
    from cycler import cycler
    from matplotlib.figure import Figure

    own = RC_PARAMS | {"axes.prop_cycle": cycler(color=COLORS)}
    seaborn.set_theme("paper", "ticks", font="DejaVu Sans", rc=own)

    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    from annbook.figure_description import describe_figure

    set_matplotlib_formats("retina", bbox_inches="tight")
    shell.display_formatter.formatters["text/plain"].for_type(
        Figure, lambda figure, printer, cycle: printer.text(describe_figure(figure))
    )


def glue(name: str, value: Any, spec: str = "") -> None:
    """Store ``format(value, spec)`` so that the page's prose can show it by ``name``.

    Parameters
    ----------
    name
        What the prose calls it: letters, digits, ``_`` and ``-``, beginning with a letter.
    value
        A finite number, or a string.
    spec
        Format specification, such as ``".3f"`` or ``",d"``.

    Raises
    ------
    TypeError
        If ``name`` is not a string, or ``value`` has no format ``spec``.
    ValueError
        If ``name`` has other characters, or ``value`` is NaN, infinite or an empty string.
    """
    check_text("name", name, "a text that begins with a letter")
    if not re.fullmatch(r"[A-Za-z][\w-]*", name, re.ASCII):
        raise ValueError(f"name: got {name!r}, want letters, digits, _ and -, a letter first")
    if getattr(value, "shape", None) == ():  # a NumPy number, or a tensor of one
        import numpy as np

        value = np.asarray(value).item()
    if not isinstance(value, (str, numbers.Real)):
        raise TypeError(
            f"value of {name!r}: got {type(value).__name__}, want a single number or a text"
        )
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        check_number(f"value of {name!r}", value, -math.inf, low_is_allowed=False)
    try:
        text = format(value, spec)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"spec of {name!r}: got {spec!r}, want a format for {value!r} ({error})"
        ) from None
    check_text(f"value of {name!r}", text, "something to print")

    from IPython.display import display

    # The bundle that MyST-NB's own glue makes. It evaluates the text as a Python literal, which
    # would turn 0.50 into 0.5 and 1,000 into a tuple; the quotes of repr prevent that.
    prefix = "application/papermill.record/"
    display(
        {prefix + "text/plain": repr(text)},
        raw=True,
        metadata={"scrapbook": {"name": name, "mime_prefix": prefix}},
    )


def show_source(thing: Any) -> Any:
    """Return the program text of a function, method, class or module, to be displayed as code.

    A page that explains code of ``annbook`` shows the file's own text, never a copy of it.

    Parameters
    ----------
    thing
        A function, method, class or module written in Python.

    Returns
    -------
    IPython.display.Markdown
        Its text without the indentation that it has in the file, displayed with colors.

    Raises
    ------
    TypeError
        If ``thing`` has no source, such as a number or a built-in function.
    """
    from IPython.display import Markdown

    try:
        source = inspect.getsource(thing)
    except (TypeError, OSError):
        raise TypeError(
            f"thing: got {thing!r}, want a function, class or module written in Python"
        ) from None
    return Markdown(f"```python\n{textwrap.dedent(source).strip()}\n```")
