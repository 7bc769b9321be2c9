"""The whole book as one PDF, printed by Chromium from the built site: ``make pdf``.

The pages' texts are put one after another into one file, in which every link between pages leads
within the book, every fold is open and the widgets are still pictures. Chromium sets the formulas,
numbers the pages and writes the outline.
"""

import posixpath
import re
import sys
from pathlib import Path

import yaml
from bs4 import BeautifulSoup

from bookbuilder.chromium import find_chromium
from bookbuilder.errors import BookError, blaming
from bookbuilder.pages import BUILD, ROOT, name_of, pages, read_text
from bookbuilder.site import SITE, address

FOLDER = BUILD / "pdf"
FILE = FOLDER / "annbook.pdf"
LEFT_OUT = "script, link, style, noscript, button, .headerlink, .player-controls, .play-later"
CODE_OF_FIGURES = "details.hide.above-input"
# Ids that mean one thing on each page, so that each needs the name of its page before it.
REFERENCES = ("aria-labelledby", "aria-describedby", "for")
PAGE = re.compile(rb"^(\d+) 0 obj\s*<</Type /Page\b", re.MULTILINE)
ANCHOR = re.compile(rb"(?:^|<<)/([\w.-]+) \[(\d+) 0 R /XYZ", re.MULTILINE)
STYLE = Path(__file__).parent / "templates" / "pdf.css"


def main() -> int:
    """Write the PDF; return 1, after a sentence that says why, where that can't be done."""
    try:
        chromium = find_chromium()
        if chromium is None:
            raise BookError(
                "make pdf needs Chromium: install it (Debian, Ubuntu: apt install chromium)"
            )
        if not SITE.exists():
            raise BookError("make pdf prints the built site, and there is none: run make book")
        with blaming(FOLDER, "write to"):
            FOLDER.mkdir(parents=True, exist_ok=True)
            source = FOLDER / "book.html"
            source.write_text(whole_book({}), encoding="utf8")
            print_pages(source, FILE, chromium)
            numbers = page_numbers(FILE.read_bytes())  # known only now
            source.write_text(whole_book(numbers), encoding="utf8")
            print_pages(source, FILE, chromium)
    except BookError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"The book as a PDF: {FILE.relative_to(ROOT)}")
    return 0


def print_pages(source: Path, target: Path, chromium: str) -> None:
    """Print an HTML file as PDF, with page numbers and an outline."""
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(java_script_enabled=False, color_scheme="light")
            page.goto(source.as_uri(), timeout=300_000)
            part = target.with_suffix(".part.pdf")
            page.pdf(path=part, prefer_css_page_size=True, outline=True, tagged=True)
            part.replace(target)
            browser.close()
    except Error as error:
        raise BookError(f"Chromium could not print the book: {error}") from error


def page_numbers(content: bytes) -> dict[str, int]:
    """Return on which page of a PDF that Chromium wrote each anchor is.

    Chromium has no CSS for this, and writes the names of anchors without compression.
    """
    page_of = {object_: n for n, object_ in enumerate(PAGE.findall(content), 1)}
    anchors = ANCHOR.findall(content)
    return {name.decode(): page_of[object_] for name, object_ in anchors if object_ in page_of}


def whole_book(numbers: dict[str, int]) -> str:
    """Return the HTML of all pages in their order, behind a title and a table of contents.

    Parameters
    ----------
    numbers
        The page of the PDF on which each anchor is, as far as that is known.
    """
    title = yaml.safe_load(read_text(ROOT / "_config.yml"))["title"]
    names = [name_of(page) for page in pages()]
    chapters = [chapter(name, names) for name in names]
    contents = "".join(table_of_contents(names, chapters, numbers))
    texts = "".join(map(str, chapters))
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="../html/_static/book.css">
<style>{STYLE.read_text(encoding="utf8")}</style>
</head>
<body>
<section class="title-page">
<img src="../html/_static/logo.svg" alt="" width="90">
<h1>{title}</h1>
<p>The pages of <a href="{address()}">{address()}</a>, where each can be run and changed.
Code that is folded there, mostly that of figures, is left out here.</p>
</section>
<nav class="contents"><h2>Contents</h2>{contents}</nav>
<main>{texts}</main>
</body>
</html>
"""


def table_of_contents(names: list[str], chapters: list, numbers: dict[str, int]):
    """Yield the lines of the table of contents: parts and pages, with their numbers."""
    parts = {
        entry["file"]: part["caption"]
        for part in yaml.safe_load(read_text(ROOT / "_toc.yml"))["parts"]
        for entry in part["chapters"][:1]
    }
    for name, text in zip(names, chapters, strict=True):
        if name in parts:
            yield f'<p class="part">{parts[name]}</p>'
        heading = text.find("h1").get_text(" ", strip=True)
        number = numbers.get(anchor(name), "")
        yield f'<p><a href="#{anchor(name)}">{heading}<span>{number}</span></a></p>'


def anchor(name: str, fragment: str = "") -> str:
    """Return the id in the PDF of a page, or of something on it."""
    return f"{name.replace('/', '-')}{'--' + fragment if fragment else ''}"


def chapter(name: str, names: list[str]):
    """Return the text of one page as a section of the book."""
    with blaming(SITE / f"{name}.html", "read"):
        html = (SITE / f"{name}.html").read_text(encoding="utf8")
    article = BeautifulSoup(html, "html.parser").find("article")
    for element in article.select(f"{LEFT_OUT}, {CODE_OF_FIGURES}"):
        element.decompose()
    for element in article.select("[id]"):
        element["id"] = anchor(name, element["id"])
    for attribute in REFERENCES:
        for element in article.select(f"[{attribute}]"):
            ids = element[attribute].split()
            element[attribute] = " ".join(anchor(name, one) for one in ids)
    for link in article.select("a[href]"):
        link["href"] = within_book(link["href"], name, names)
    for picture in article.select("[src]"):
        place = posixpath.normpath(posixpath.join(posixpath.dirname(name), picture["src"]))
        picture["src"] = f"../html/{place}"
        picture.attrs.pop("loading", None)
    for fold in article.select("details"):
        fold["open"] = ""
    article.name, article["id"], article["class"] = "article", anchor(name), "chapter"
    return article


def within_book(href: str, name: str, names: list[str]) -> str:
    """Return where a link of a page leads in the PDF; what isn't part of it is on the web."""
    if re.match(r"[a-z]+:", href):
        return href
    path, _, fragment = href.partition("#")
    if "?" in fragment:  # the state of a widget, which works on the web only
        page = posixpath.join(posixpath.dirname(name), path) if path else f"{name}.html"
        return f"{address()}{page}#{fragment}"
    if not path:
        return f"#{anchor(name, fragment)}"
    place = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    target = place.removesuffix(".html")
    if target in names:
        return f"#{anchor(target, fragment)}"
    return f"{address()}{place}"


if __name__ == "__main__":
    sys.exit(main())
