"""What a page relies on before its first line: setup, glue and ledger."""

import base64
import os
import platform
import random
import re
import subprocess
import sys
import types

import matplotlib
import nbclient
import nbformat
import numpy as np
import pytest

import annbook
from annbook.ledger_table import LedgerError

TENSORFLOW_VARIABLES = {
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TENSORFLOW_USE_CUSTOM_CONTRACTION_KERNEL": "0",
    "TF_NUM_INTRAOP_THREADS": "2",
    "TF_NUM_INTEROP_THREADS": "2",
}
# What setup() leaves in this process must not reach the fresh ones, or they would need no setup.
SET_BY_SETUP = {*TENSORFLOW_VARIABLES, "OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"}


def run_python(code, **environment):
    """Run code in a fresh interpreter and return what it prints."""
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k not in SET_BY_SETUP} | environment,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.fixture
def fresh_process(monkeypatch):
    """Behave as if TensorFlow had not been imported, and restore everything that setup changes."""
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    for name in TENSORFLOW_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with matplotlib.rc_context():
        yield monkeypatch


def notebook_outputs(*sources):
    """Execute cells in a kernel, as a page is, and return the outputs of each."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    return [cell.outputs for cell in notebook.cells]


# --- setup ---


def test_importing_annbook_leaves_the_thread_variables_to_setup():
    heavy = "{'numpy', 'matplotlib', 'IPython', 'tensorflow', 'keras'}"
    assert run_python(f"import annbook, sys; print({heavy} & set(sys.modules))") == "set()"


def test_setup_ledger_and_plotting_do_not_import_tensorflow():
    code = (
        "import annbook, sys; annbook.setup(); annbook.ledger('x', {'a': 1, 'b': 1}); "
        "import annbook.plotting; print({'tensorflow', 'keras', 'IPython'} & set(sys.modules))"
    )
    assert run_python(code) == "set()"


def test_setup_fixes_the_threads_of_numpy_even_if_numpy_was_loaded_before():
    code = (
        "import numpy, annbook, threadpoolctl; annbook.setup(); "
        "print({pool['num_threads'] for pool in threadpoolctl.threadpool_info()})"
    )
    assert run_python(code, OPENBLAS_NUM_THREADS="2", MKL_NUM_THREADS="2") == "{1}"


def test_setup_lets_all_processors_of_a_kind_compute_alike():
    kernels = (
        "import numpy, threadpoolctl; "
        "from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__; "
        "print({pool.get('architecture') for pool in threadpoolctl.threadpool_info()}, "
        "[name for name in __cpu_dispatch__ if __cpu_features__[name]])"
    )
    by_default = run_python(kernels)
    is_x86 = platform.machine() in ("x86_64", "AMD64")
    wanted = "{'Haswell'} ['X86_V3']" if is_x86 else by_default
    assert run_python(f"import annbook; annbook.setup(); {kernels}") == wanted


@pytest.mark.parametrize(
    ("machine", "core"), [("x86_64", "Haswell"), ("AMD64", "Haswell"), ("arm64", None)]
)
def test_setup_chooses_no_kernels_of_another_kind_of_processor(machine, core):
    code = f"import os, platform; platform.machine = lambda: {machine!r}; import annbook; "
    code += "annbook.setup(); print(os.environ.get('OPENBLAS_CORETYPE'))"
    assert run_python(code) == str(core)


def test_setup_tells_tensorflow_to_be_quiet_and_repeatable(fresh_process):
    annbook.setup()
    assert {name: os.environ[name] for name in TENSORFLOW_VARIABLES} == TENSORFLOW_VARIABLES
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"


def test_setup_seeds_and_a_second_call_seeds_again(fresh_process):
    annbook.setup(7)
    first = random.random(), np.random.random()
    annbook.setup(7)
    assert (random.random(), np.random.random()) == first
    annbook.setup(8)
    assert (random.random(), np.random.random()) != first


def test_setup_after_tensorflow_raises_and_changes_nothing(fresh_process):
    fresh_process.setitem(sys.modules, "tensorflow", types.ModuleType("tensorflow"))
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"call annbook\.setup\(\) first"):
            annbook.setup()
    assert not TENSORFLOW_VARIABLES.keys() & os.environ.keys()


def test_setup_may_be_repeated_once_tensorflow_is_loaded(fresh_process):
    annbook.setup()
    fresh_process.setitem(sys.modules, "tensorflow", types.ModuleType("tensorflow"))
    annbook.setup()
    assert os.environ["TF_NUM_INTEROP_THREADS"] == "2"


@pytest.mark.parametrize("seed", [1.0, "0", None, True])
def test_seed_must_be_an_integer(seed):
    with pytest.raises(TypeError, match="seed"):
        annbook.setup(seed)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_seed_must_be_in_range(seed):
    with pytest.raises(ValueError, match="seed"):
        annbook.setup(seed)


def test_figures_are_white_readable_and_distinguishable(fresh_process):
    annbook.setup()
    rc = matplotlib.rcParams
    assert rc["figure.facecolor"] == rc["savefig.facecolor"] == "white"
    assert rc["figure.figsize"][0] == 7
    for key in ("font.size", "xtick.labelsize", "ytick.labelsize", "legend.fontsize"):
        assert rc[key] >= 10
    assert rc["axes.prop_cycle"].by_key()["color"][:2] == ["#0072B2", "#D55E00"]


def test_unknown_attribute_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_part"):
        _ = annbook.no_such_part


# --- in a kernel ---


def test_a_page_in_a_kernel():
    from myst_nb.core.variables import format_plain_text
    from myst_nb.ext.glue import extract_glue_data_cell

    _, ours, theirs, (figure,) = notebook_outputs(
        "import annbook; annbook.setup(); annbook.setup()",
        "annbook.glue('rate', 0.1, '.2f'); annbook.glue('n', 60_000, ',d')",
        "import myst_nb; myst_nb.glue('rate', '0.10', display=False)",
        "import matplotlib.pyplot as plt\nplt.plot([0, 1]); plt.xlabel('epoch');",
    )
    assert ours[0] == theirs[0]
    glued = extract_glue_data_cell(nbformat.v4.new_code_cell(outputs=ours))
    texts = {name: format_plain_text(out["data"]["text/plain"], "s") for name, out in glued}
    assert texts == {"rate": "0.10", "n": "60,000"}

    assert figure["data"]["text/plain"].startswith('Figure 7 x 4 in, 1 axes\n1. x "epoch" from')
    # Twice as many pixels as the picture is shown with.
    assert 600 < figure["metadata"]["image/png"]["width"] <= 800
    width = int.from_bytes(base64.b64decode(figure["data"]["image/png"])[16:20])
    assert width == pytest.approx(2 * figure["metadata"]["image/png"]["width"], abs=1)


# --- glue ---


@pytest.mark.parametrize("value", [float("nan"), np.float32("inf"), -np.inf, ""])
def test_glue_refuses_what_would_print_badly(value):
    with pytest.raises(ValueError, match="accuracy"):
        annbook.glue("accuracy", value)


@pytest.mark.parametrize("value", [[0.5], np.zeros(1), None, {}, 1j])
def test_glue_wants_one_number_or_string(value):
    with pytest.raises(TypeError, match="accuracy"):
        annbook.glue("accuracy", value)


def test_glue_says_which_spec_is_wrong():
    with pytest.raises(ValueError, match=r"spec of 'accuracy': got 'd', want a format for 0\.5 "):
        annbook.glue("accuracy", 0.5, "d")


@pytest.mark.parametrize("name", ["", "1st", "two words", "a:b", "ä"])
def test_glue_refuses_names_that_a_role_cannot_use(name):
    with pytest.raises(ValueError, match="name"):
        annbook.glue(name, 1)


def test_glue_name_must_be_a_string():
    with pytest.raises(TypeError, match="name"):
        annbook.glue(1, 1)


# --- ledger ---


def test_ledger_shows_every_way_and_the_largest_difference():
    table = annbook.ledger("A <neuron>", {"by hand": 0.75, "NumPy": 0.75 + 2**-50, "Keras": 0.75})
    assert table.largest_difference == 2**-50
    page = table._repr_html_()
    assert page.count('<th scope="row">') == 3
    assert "<caption>A &lt;neuron&gt;</caption>" in page
    assert "8.9e-16" in page and repr(0.75 + 2**-50) in page


def test_ledger_text_does_not_depend_on_the_last_digits():
    one = annbook.ledger("q", {"a": 1 / 3, "b": 1 / 3})
    other = annbook.ledger("q", {"a": 1 / 3 - 1e-16, "b": 1 / 3 + 2e-16})
    assert repr(one) == repr(other)
    assert repr(one).splitlines() == [
        "q",
        "  a  0.33333333333",
        "  b  0.33333333333",
        "largest difference <= 1e-12",
    ]


def test_ledger_text_has_no_negative_zero():
    assert "-" not in repr(annbook.ledger("q", {"a": -1e-17, "b": 0.0})).replace("1e-12", "")


def test_ledger_shows_small_arrays_and_abbreviates_large_ones():
    small = annbook.ledger("q", {"a": [1, 2.5], "b": np.array([1, 2.5])})
    assert "a  1, 2.5" in repr(small)
    large = np.arange(12.0).reshape(3, 4)
    assert "shape (3, 4): 0, 1, 2, ..., 11" in repr(annbook.ledger("q", {"a": large, "b": large}))


def test_ledger_names_the_way_that_is_off_and_by_how_much():
    right = np.zeros((2, 2))
    wrong = np.array([[0, 0], [0, 0.25]])
    with pytest.raises(LedgerError, match=r"'NumPy' differs .* by 0\.25 at index \(1, 1\)"):
        annbook.ledger("q", {"hand": right, "Keras": right, "NumPy": wrong}, tolerance=0.2)
    assert annbook.ledger("q", {"a": right, "b": wrong}, tolerance=0.25).largest_difference == 0.25
    assert issubclass(LedgerError, AssertionError)


def test_ledger_with_zero_tolerance_wants_equality():
    assert annbook.ledger("count", {"a": 7, "b": 7}, tolerance=0).largest_difference == 0
    with pytest.raises(LedgerError):
        annbook.ledger("count", {"a": 7, "b": 8}, tolerance=0)


@pytest.mark.parametrize(
    ("quantities", "message"),
    [
        ({"a": 1.0}, "at least two"),
        ({}, "at least two"),
        ({"a": [1.0, 2.0], "b": 1.0}, re.escape("['b']: got shape (), want (2,), that of 'a'")),
        ({"a": 1.0, "b": float("nan")}, re.escape("quantities['b']: got nan, want finite")),
        ({"a": [], "b": []}, re.escape("quantities['a']: got shape (0,), want at least one")),
    ],
)
def test_ledger_refuses_bad_values(quantities, message):
    with pytest.raises(ValueError, match=message):
        annbook.ledger("q", quantities)


def test_ledger_refuses_bad_types_and_tolerances():
    with pytest.raises(TypeError, match=r"quantities\['b'\]: got an array of"):
        annbook.ledger("q", {"a": 1, "b": "1"})
    with pytest.raises(TypeError, match="dict"):
        annbook.ledger("q", [1, 1])
    for tolerance in (-1e-12, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="tolerance"):
            annbook.ledger("q", {"a": 1, "b": 1}, tolerance=tolerance)
    with pytest.raises(ValueError, match="title"):
        annbook.ledger(" ", {"a": 1, "b": 1})


def test_show_source_is_the_file_s_own_text_without_its_indentation():
    from annbook.network import Dense

    shown = annbook.show_source(Dense.forward).data
    assert shown.startswith("```python\ndef forward(self, X, training=False):\n    ")
    assert shown.endswith("    return Z\n```")


@pytest.mark.parametrize("thing", [3, len, "text"])
def test_show_source_of_something_without_source(thing):
    with pytest.raises(TypeError, match=r"thing: got .*, want a function, class or module"):
        annbook.show_source(thing)
