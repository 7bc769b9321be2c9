"""The notebooks published with the site are plain Markdown, install what they need, and run."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

import build_book
from notebook_export import glued_values

PAGES = [p.relative_to(build_book.PAGES).with_suffix("").as_posix() for p in build_book.pages()]


def read(site_folder, page):
    return nbformat.read(site_folder / "_sources" / f"{page}.ipynb", as_version=4)


@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_is_valid_plain_and_shows_the_outputs_of_the_page(site_folder, page):
    notebook = read(site_folder, page)
    nbformat.validate(notebook)
    assert "%pip install" in notebook.cells[0].source
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert text.startswith("# ")
    prose = re.sub(r"\$\$.*?\$\$|\$[^$\n]*\$|`[^`\n]*`", "", text, flags=re.DOTALL)
    assert not re.search(r"^(`{3,}|:{3,})\{|\{[a-z:]+\}`|^\([\w-]+\)=$|^%", prose, re.MULTILINE)
    assert not re.search(r"\*(page|sec|fig)-[\w-]+\*", prose), "a label instead of a title"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(output.output_type != "error" for cell in code for output in cell.get("outputs", []))
    assert any(cell.get("outputs") for cell in code)


@pytest.mark.parametrize("page", PAGES[1:])
def test_numbers_and_references_are_filled_in(site_folder, page):
    source = (build_book.PAGES / f"{page}.md").read_text(encoding="utf8")
    notebook = read(site_folder, page)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    values = glued_values(build_book.executed_page(build_book.PAGES / f"{page}.md"))
    used = set(re.findall(r"\{glue:text\}`([\w-]+)`", source))
    assert used
    assert [name for name in used if values[name] not in text] == []
    assert text.rpartition("## References")[2].count("\n- ") >= 1


def test_the_notebook_of_the_neuron_runs_on_its_own(site_folder, tmp_path):
    notebook = read(site_folder, "foundations/artificial-neuron")
    before = [cell.get("outputs") for cell in notebook.cells]
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "".join(o.get("text", "") for c in notebook.cells for o in c.get("outputs", []))
    assert "0.9990889488055994" in printed
    assert len(before) == len(notebook.cells)
