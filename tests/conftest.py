"""What tests share: the built site on a local server, a browser, and Keras in 64 bits."""

import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.in_browser import needed, wait_for
from tests.serving import serve

from bookbuilder.chromium import find_chromium

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory):
    """Build the book once for all workers (nothing is executed that the cache holds)."""
    from filelock import FileLock

    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # then each worker has a folder of its own in it
        shared = shared.parent
    done = shared / "site-is-built"
    with FileLock(shared / "site.lock"):
        if not done.exists():
            result = subprocess.run(
                [sys.executable, "code/build_book.py"],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            if result.returncode:
                pytest.fail(f"the book does not build:\n{result.stdout}", pytrace=False)
            done.touch()
    return ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def site(site_folder):
    """Serve the built site; return its address."""
    with serve(site_folder) as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    """Return the path of a Chromium; without one the tests are skipped, in CI they fail."""
    return needed(
        find_chromium(),
        "no Chromium: apt install chromium, or python -m playwright install chromium",
    )


@pytest.fixture(scope="session")
def browser(chromium):
    """Start a headless Chromium."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
    flags += ["--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def keras_in_64_bits():
    """Let Keras compute in 64 bits during a test, its optimizers' numbers too; return Keras."""
    import keras

    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield keras
    keras.config.set_floatx(before[0])
    keras.config.set_dtype_policy(before[1])


@pytest.fixture
def open_page(browser, site):
    """Return a function that opens a page of the site; its page keeps what was asked and said."""
    contexts = []

    def open_page(name, script="", wait_until="load", **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.wait_for_function = functools.partial(wait_for, page)
        if script:
            page.add_init_script(script)
        page.requests, page.problems = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("response", lambda r: r.ok or page.problems.append(f"{r.status} {r.url}"))
        page.on(
            "console",
            lambda m: m.type in ("error", "warning") and page.problems.append(m.text),
        )
        page.goto(f"{site}/{name}.html", wait_until=wait_until)
        return page

    yield open_page
    for context in contexts:
        context.close()
