"""Binder: with the files in .binder, a page opens as a notebook in JupyterLab and runs."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = "book/foundations/artificial-neuron.md"


@pytest.fixture
def lab(tmp_path):
    """Start JupyterLab on a copy of the book, set up by .binder/postBuild; return its address."""
    shutil.copytree(ROOT / "book", tmp_path / "home" / "book")
    prefix = tmp_path / "prefix"
    environment = {**os.environ, "NB_PYTHON_PREFIX": str(prefix)}
    subprocess.run([ROOT / ".binder" / "postBuild"], cwd=ROOT, env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
        environment[f"JUPYTER_{name}"] = str(tmp_path / name)
    for name in ("SETTINGS_DIR", "WORKSPACES_DIR"):
        environment[f"JUPYTERLAB_{name}"] = str(tmp_path / name)
    options = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token="]
    options += [f"--LabApp.app_settings_dir={prefix / 'share/jupyter/lab/settings'}"]
    options += ["--LabApp.news_url=", f"--ServerApp.root_dir={tmp_path / 'home'}"]
    log = (tmp_path / "lab.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "lab", *options], env=environment, stdout=log, stderr=log
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).close()
            break
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    else:
        pytest.fail(f"JupyterLab did not start:\n{(tmp_path / 'lab.log').read_text()}")
    yield address
    process.terminate()
    process.wait(20)
    log.close()


def test_a_page_opens_as_a_notebook_and_runs_from_first_cell_to_last(lab, browser):
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.goto(f"{lab}/lab/tree/{PAGE}")
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell", timeout=60_000)
    page.wait_for_selector("text=Python 3 (ipykernel) | Idle", timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    finished = """() => {
        const prompts = [...document.querySelectorAll(
            '.jp-CodeCell .jp-InputArea .jp-InputPrompt')].map(p => p.textContent);
        return prompts.length > 20 && prompts.every(p => /^\\[\\d+\\]:$/.test(p));
    }"""
    page.wait_for_function(finished, timeout=90_000)
    errors = page.locator('[data-mime-type="application/vnd.jupyter.error"]').all_text_contents()
    assert errors == []
    outputs = "\n".join(page.locator(".jp-OutputArea-output").all_text_contents())
    assert "0.9990889488055994" in outputs
    assert "✓ neuron-by-hand: right." in outputs
    assert page.locator(".jp-OutputArea-output .player").count() == 1
    page.close()


def test_binder_names_a_python_that_the_packages_support():
    assert (ROOT / ".binder" / "runtime.txt").read_text().strip() == "python-3.12"


def test_binder_installs_the_pinned_packages_of_the_pages_and_neither_sphinx_nor_pytest():
    lines = (ROOT / ".binder" / "requirements.txt").read_text().splitlines()
    assert "-r ../requirements-pages.txt" in lines
    everything = (ROOT / "requirements.txt").read_text()
    own = [line for line in lines if "==" in line]
    assert own
    assert all(line in everything for line in own)
    pages = (ROOT / "requirements-pages.txt").read_text()
    assert not any(name in pages for name in ("sphinx", "jupyter-book", "pytest", "playwright"))
