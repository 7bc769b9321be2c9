"""Let Jupyter Book make the site of the executed pages, and keep the last good one.

Sphinx works in ``_build/sphinx``. What it makes there is trusted only after a build that succeeded
with the same configuration, code and static files: else it starts from nothing, so that it warns
again about all it has to warn about. The finished site takes its place in ``_build/html`` whole.
"""

import contextlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import yaml

from bookbuilder.artifacts import digest, write_whole
from bookbuilder.errors import blaming
from bookbuilder.executed import executed_page
from bookbuilder.notebooks import export_notebook
from bookbuilder.pages import BUILD, PAGES, ROOT, name_of, read_text

WORK = BUILD / "sphinx"
SITE = BUILD / "html"
GOOD_WORK = BUILD / "sphinx.json"  # there only while WORK can be gone on with
GOOD_SITE = BUILD / "html.json"  # there only while SITE is whole


def commit() -> str:
    """Return the commit that is built, as far as it is known; else the name of the main branch."""
    known = os.environ.get("GITHUB_SHA")
    if known:
        return known
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    with contextlib.suppress(OSError):
        answer = subprocess.run(command, capture_output=True, text=True)
        if answer.returncode == 0:
            return answer.stdout.strip()
    return "main"


def repository() -> str:
    """Return ``owner/name`` of the book's repository on GitHub; a fork's Actions name their own."""
    configured = yaml.safe_load(read_text(ROOT / "_config.yml"))["repository"]["url"]
    return os.environ.get("GITHUB_REPOSITORY") or configured.removeprefix("https://github.com/")


def address() -> str:
    """Return where GitHub publishes the site."""
    owner, _, name = repository().partition("/")
    return f"https://{owner}.github.io/{name}/"


@cache
def sum_of_machinery() -> str:
    """Return the sum of all that makes the site out of the pages."""
    files = [ROOT / "_config.yml", ROOT / "_toc.yml", ROOT / "constraints.txt"]
    machinery = (ROOT / "code" / "bookbuilder").rglob("*")
    files += sorted(file for file in machinery if file.is_file() and file.suffix != ".pyc")
    files += sorted(file for file in PAGES.rglob("*") if file.is_file() and file.suffix != ".md")
    sums = [f"{file.relative_to(ROOT)} {digest(file.read_bytes())}" for file in files]
    sums += [platform.python_version(), os.environ.get("GITHUB_REPOSITORY", "")]
    return digest("\n".join(sums))


def sum_of_page(page: Path, artifact) -> str:
    """Return the sum of a page's text and of what it was executed with."""
    return digest(page.read_bytes()) + (artifact.key if artifact else "")


def build(executed: dict, failed: list[Path]) -> tuple[bool, list[str]]:
    """Make the site if anything that it shows has changed.

    Parameters
    ----------
    executed
        Pages with their artifacts.
    failed
        Pages that could not be executed: they are read for further errors, and no site is made.

    Returns
    -------
    done : bool
        Whether ``_build/html`` shows the pages as they are.
    warnings : list of str
        What Sphinx complains about; each is an error.
    """
    machinery = sum_of_machinery()
    sums = {name_of(page): sum_of_page(page, artifact) for page, artifact in executed.items()}
    wanted = {"machinery": machinery, "pages": sums, "commit": commit()}
    if not failed and _read(GOOD_SITE) == wanted | {"files": _inventory(SITE)}:
        return True, []
    can_go_on = _read(GOOD_WORK) == machinery and not failed
    with blaming(BUILD, "write to"):
        GOOD_WORK.unlink(missing_ok=True)
        if not can_go_on:
            shutil.rmtree(WORK, ignore_errors=True)
        warnings = _run_sphinx(failed)
        if warnings or failed:
            return False, warnings
        for page in executed:
            notebook = WORK / "html" / "_sources" / f"{name_of(page)}.ipynb"
            export_notebook(
                executed_page(page), notebook, repository=repository(), commit=wanted["commit"]
            )
        write_whole(GOOD_WORK, json.dumps(machinery))
        _publish()
        write_whole(GOOD_SITE, json.dumps(wanted | {"files": _inventory(SITE)}))
    return True, []


def _run_sphinx(failed: list[Path]) -> list[str]:
    """Run Sphinx as Jupyter Book does, from its two files; return the warnings."""
    from jupyter_book.sphinx import build_sphinx
    from sphinx.util import console

    if not sys.stderr.isatty():
        console.nocolor()
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        result = build_sphinx(
            PAGES,
            WORK / "html",
            path_config=ROOT / "_config.yml",
            noconfig=True,
            confoverrides={
                "external_toc_path": str(ROOT / "_toc.yml"),
                "latex_individualpages": False,  # wanted even where no LaTeX is made
                "nitpicky": True,
            },
            warningiserror=True,
            keep_going=True,
            quiet=True,
        )
    if isinstance(result, KeyboardInterrupt):
        raise result
    if isinstance(result, OSError):
        raise result
    lines = [line for line in said.getvalue().splitlines() if line.strip()]
    missing_glue = [f"{page.relative_to(ROOT)}:" for page in failed]
    lines = [
        line.replace(f"{ROOT}/", "")
        for line in lines
        if not ("[mystnb.glue]" in line and any(page in line for page in missing_glue))
    ]
    if result and not lines and not failed:
        lines = [f"Sphinx ended with {result!r}"]
    return lines


def _publish() -> None:
    """Put the new site in the place of the old one."""
    from bookbuilder.published_files import copy_site

    new, old = SITE.with_suffix(".new"), SITE.with_suffix(".old")
    shutil.rmtree(new, ignore_errors=True)
    copy_site(WORK / "html", new, address=address(), commit=commit())
    GOOD_SITE.unlink(missing_ok=True)
    shutil.rmtree(old, ignore_errors=True)
    if SITE.exists():
        SITE.replace(old)
    new.replace(SITE)
    shutil.rmtree(old, ignore_errors=True)


def _inventory(folder: Path) -> list[int]:
    """Return how many files a folder holds, and how many bytes."""
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    return [len(sizes), sum(sizes)]


def _read(path: Path):
    """Return the content of a JSON file; None if there is none that can be read."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None
