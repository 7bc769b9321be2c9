"""What tests ask of a page in the browser."""

import time
from importlib.resources import files


def wait_for(page, expression, seconds=30):
    """Wait until JavaScript is true; Playwright's own way is an eval, which the site forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(50)


def axe(page):
    """Return what axe-core finds wrong with a page, a line each."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [f"{v['id']}: {node['html'][:200]}" for v in found for node in v["nodes"][:5]]
