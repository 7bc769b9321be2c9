"""Make the pictures that the first page shows until its playground is alive: ``make stills``.

They are taken of the living one, exactly where it will be, in each of the two themes: of network
and plane side by side, and for a phone of the plane alone. They need Chromium.
"""

import functools
import http.server
import io
import re
import sys
import tempfile
import threading
from pathlib import Path

from PIL import Image

from bookbuilder.chromium import find_chromium
from bookbuilder.pages import PAGES, read_text

FOLDER = PAGES / "_static" / "playground"
# name, width of the window, what is taken; the sizes are those of the page's own column.
PARTS = (("still", 800, ".pg-main"), ("still-phone", 390, ".pg-result > canvas"))
# What one would press is left out, and the line above.
HIDDEN = ".pg-size button, .pg-layers, .pg-checks { visibility: hidden }"
HIDDEN += ".playground .pg-bar { border-color: transparent }"
QUALITY, SCALE = 60, 1.5
PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="_static/book.css">
<main><article>
<div class="playground" id="playground" data-at-once data-settings="{settings}"></div>
</article></main>
<script type="module" src="_static/playground/playground.mjs"></script></html>"""


def take(browser, address: str, width: int, selector: str, theme: str) -> bytes:
    """Return a picture of a part of the playground, as PNG."""
    page = browser.new_page(
        viewport={"width": width, "height": 1000}, device_scale_factor=SCALE, color_scheme=theme
    )
    page.goto(address)
    epoch = page.locator(".playground").get_attribute("data-settings").rpartition("epoch=")[2]
    page.locator(".pg-epoch b", has_text=epoch).wait_for()
    page.add_style_tag(content=HIDDEN)
    page.wait_for_timeout(500)
    picture = page.locator(selector).screenshot(type="png")
    page.close()
    return picture


def main() -> int:
    """Write all pictures; return the exit status."""
    from playwright.sync_api import sync_playwright

    if not find_chromium():
        print("make stills needs Chromium", file=sys.stderr)
        return 1
    settings = re.search(r'data-settings="([^"]*)"', read_text(PAGES / "index.md"))[1]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "index.html").write_text(PAGE.format(settings=settings), encoding="utf8")
        Path(folder, "_static").symlink_to(PAGES / "_static")
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(), args=["--no-sandbox"]
            )
            address = f"http://127.0.0.1:{server.server_port}/index.html"
            for name, width, selector in PARTS:
                for theme in ("light", "dark"):
                    png = take(browser, address, width, selector, theme)
                    picture = Image.open(io.BytesIO(png)).convert("RGB")
                    file = FOLDER / f"{name}{'-dark' if theme == 'dark' else ''}.webp"
                    picture.save(file, "WEBP", quality=QUALITY, method=6)
                    print(file.name, *(side / SCALE for side in picture.size), file.stat().st_size)
            browser.close()
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
