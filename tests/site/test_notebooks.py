"""The notebooks published with the site are plain Markdown, install what they need, and run."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

from bookbuilder.executed import executed_page, figure_texts
from bookbuilder.kernels import missing_modules
from bookbuilder.pages import PAGES as BOOK
from bookbuilder.pages import code_cells, glued_values, name_of, pages
from bookbuilder.shown_code import without_glue

PAGES = [name_of(page) for page in pages()]


def read(site_folder, page):
    return nbformat.read(site_folder / "_sources" / f"{page}.ipynb", as_version=4)


def prose(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_is_valid_plain_and_shows_the_outputs_of_the_page(site_folder, page):
    notebook = read(site_folder, page)
    nbformat.validate(notebook)
    install = r'%pip install --quiet "annbook @ git\+https://github.com/\S+@([0-9a-f]{40}|main)"'
    assert re.search(install, notebook.cells[0].source), "not pinned to what the page was made with"
    text = prose(notebook)
    assert text.startswith("# ")
    plain = re.sub(r"\$\$.*?\$\$|\$[^$\n]*\$|`[^`\n]*`", "", text, flags=re.DOTALL)
    assert not re.search(r"^(`{3,}|:{3,})\{|\{[a-z:]+\}`|^\([\w-]+\)=$|^%", plain, re.MULTILINE)
    assert not re.search(r"\*(page|sec|fig)-[\w-]+\*", plain), "a label instead of a title"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(output.output_type != "error" for cell in code for output in cell.get("outputs", []))
    assert any(cell.get("outputs") for cell in code) or len(code) == 1, "only the installing cell"


@pytest.mark.parametrize("page", PAGES[1:])
def test_numbers_and_references_are_filled_in(site_folder, page):
    executed, notebook = executed_page(BOOK / f"{page}.md"), read(site_folder, page)
    source, text = prose(executed), prose(notebook)
    values = glued_values(executed)
    used = set(re.findall(r"\{glue:text\}`([\w-]+)`", source))
    assert used or page.startswith("appendix/")
    assert [name for name in used if values[name] not in text] == []
    assert "{glue:" not in nbformat.writes(notebook), "in a caption or an alternative text"
    captions = [o[key] for c in code_cells(executed) for o, key in figure_texts(c) if key != "alt"]
    first = [re.match(r"[\w ,]*", caption.strip())[0] for caption in captions]
    assert [words for words in first if f"*{words}" not in text] == []
    if "{footbibliography}" in source:
        assert text.rpartition("## References")[2].count("\n- ") >= 1


def test_a_notebook_installs_the_libraries_that_its_page_needs_and_colab_lacks(site_folder):
    first = {page: read(site_folder, page).cells[0].source for page in PAGES}
    search = first.pop("generalization/hyperparameter-search")
    assert re.search(r'"annbook @ \S+" distributed optuna$', search, re.MULTILINE)
    assert not any("optuna" in source for source in first.values())


@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_has_run_in_an_empty_folder_with_the_pages_requirements_only(site_folder, page):
    """No second run is needed to show that the cells of every published notebook run.

    The build has executed the page's cells, in their order, in an empty folder outside of the
    repository, in a process that can't import what ``requirements-pages.txt`` doesn't bring (both
    are tested with small pages in ``tests/build``). An artifact that was made otherwise has another
    key, so it wouldn't be found. What remains to be shown is that the notebook holds these very
    cells but for their calls of glue, after the one that installs annbook, with the outputs of that
    execution.
    """
    executed, notebook = executed_page(BOOK / f"{page}.md"), read(site_folder, page)
    install, *published = code_cells(notebook)
    assert "%pip install" in install.source
    ran = [cell for cell in code_cells(executed) if without_glue(cell.source)]
    assert all(cell.execution_count for cell in ran), "the page could not be executed"
    shown = [without_glue(cell.source) for cell in ran]
    assert [cell.source for cell in published] == shown
    assert all(
        output in ours.outputs
        for ours, theirs in zip(ran, published, strict=True)
        for output in theirs.outputs
    )


def test_a_page_may_import_what_its_readers_install_and_nothing_else():
    missing = missing_modules()
    assert {"keras", "tensorflow", "seaborn", "h5py", "annbook", "pip"}.isdisjoint(missing)
    assert {"nbval", "sphinx", "pytest", "bookbuilder", "build_book"} <= set(missing)


def test_the_notebook_of_the_neuron_runs_on_its_own(site_folder, tmp_path):
    notebook = read(site_folder, "foundations/artificial-neuron")
    before = [cell.get("outputs") for cell in notebook.cells]
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "".join(o.get("text", "") for c in notebook.cells for o in c.get("outputs", []))
    assert "0.9990889488055994" in printed
    assert len(before) == len(notebook.cells)
