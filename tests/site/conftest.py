"""What tests of widgets share: a widget on a page of its own, without the rest of the book."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from tests.in_browser import wait_for
from tests.serving import serve

STATIC = Path(__file__).resolve().parents[2] / "book" / "_static"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A widget alone</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'">
<link rel="icon" href="_static/favicon.svg">
<link rel="stylesheet" href="_static/book.css">
<main><h1>A widget alone</h1><p><a id="link" href="#NAME?LINK">an experiment</a></p>
<div class="widget NAME" id="NAME"></div></main>
<script type="module" src="_static/NAME/NAME.mjs"></script></html>"""


@pytest.fixture(scope="session")
def html(site_folder):
    """Return the parsed HTML of each page of the site, by its address within the site."""
    texts = {
        path.relative_to(site_folder).as_posix(): path.read_text("utf8")
        for path in site_folder.rglob("*.html")
    }
    return {name: BeautifulSoup(text, "html.parser") for name, text in texts.items()}


@pytest.fixture(scope="module")
def widget_address(request, tmp_path_factory):
    """Serve the widget that the module names, NAME, on a page with a link to the settings LINK."""
    folder = tmp_path_factory.mktemp("widget")
    page = PAGE.replace("NAME", request.module.NAME).replace("LINK", request.module.LINK)
    (folder / "index.html").write_text(page, encoding="utf8")
    (folder / "_static").symlink_to(STATIC)
    with serve(folder) as address:
        yield f"{address}/index.html"


@pytest.fixture
def open_widget(request, browser, widget_address):
    """Return a function that opens the widget with settings; no error may be reported."""
    contexts, problems = [], []

    def open_widget(settings=None, **options):
        context = browser.new_context(**{"viewport": {"width": 1000, "height": 1000}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("response", lambda r: r.ok or problems.append(f"{r.status} {r.url}"))
        page.on("console", lambda m: m.type in ("error", "warning") and problems.append(m.text))
        name = request.module.NAME
        page.goto(widget_address + ("" if settings is None else f"#{name}?{settings}"))
        page.locator(f"#{name}").scroll_into_view_if_needed()
        wait_for(page, f"Boolean(document.querySelector('#{name}').widget)")
        return page

    yield open_widget
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture(scope="module")
def modules(request, browser, widget_address):
    """Return a function that runs JavaScript with what the module's MODULES export, in `js`."""
    page = browser.new_page()
    page.goto(widget_address)
    page.evaluate(
        """async names => {
            const all = await Promise.all(names.map(name => import(`/_static/${name}.mjs`)));
            window.js = Object.assign({}, ...all);
        }""",
        request.module.MODULES,
    )
    yield lambda code, argument=None: page.evaluate(code, argument)
    page.close()
