"""The files of the site: of all that Sphinx left, those that a reader may ask for."""

import re
import shutil
from pathlib import Path

from bookbuilder.html_frame import COMMIT, SEARCH_SCRIPTS, SHORT_COMMIT
from bookbuilder.pages import PAGES

PICTURE = re.compile(r"_images/([\w.%-]+)")
# What Sphinx keeps for itself.
LEFT_OUT = (".buildinfo", ".doctrees")


def copy_site(made: Path, site: Path, *, address: str, commit: str) -> None:
    """Copy the site that Sphinx made, without what no page uses, and add its map for engines.

    Parameters
    ----------
    made
        The folder that Sphinx wrote.
    site
        The new folder.
    address
        Where the site is published.
    commit
        What it is built from.
    """
    shutil.copytree(made, site, ignore=shutil.ignore_patterns("_static", "_images", *LEFT_OUT))
    used = set()
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf8")
        used.update(PICTURE.findall(text))
        text = text.replace(SHORT_COMMIT, commit[:7]).replace(COMMIT, commit)
        page.write_text(text, encoding="utf8")
    copy_files(made / "_images", site / "_images", used)
    copy_files(made / "_static", site / "_static", SEARCH_SCRIPTS)
    shutil.copytree(PAGES / "_static", site / "_static", dirs_exist_ok=True)
    write_sitemap(site, address)


def copy_files(source: Path, target: Path, names) -> None:
    """Copy the files with these names."""
    target.mkdir()
    for name in sorted(names):
        shutil.copyfile(source / name, target / name)


def write_sitemap(site: Path, address: str) -> None:
    """Write the list of pages that search engines read: those that have an address of their own."""
    pages = [page for page in site.rglob("*.html") if 'rel="canonical"' in page.read_text("utf8")]
    addresses = sorted(page.relative_to(site).as_posix() for page in pages)
    lines = [f"<url><loc>{address}{name}</loc></url>" for name in addresses]
    site.joinpath("sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(lines)
        + "\n</urlset>\n",
        encoding="utf8",
    )
