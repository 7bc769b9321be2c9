"""Find a Chromium, for the tests of the site and for the PDF; print its path, or exit with 1."""

import shutil
import sys
from pathlib import Path


def find_chromium() -> str | None:
    """Return the path of a Chromium: one that is installed, or one that playwright downloaded."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Exception:  # not installed, or no driver for this system
        return None
    return path if Path(path).exists() else None


if __name__ == "__main__":
    found = find_chromium()
    print(found or "no Chromium found")
    sys.exit(found is None)
