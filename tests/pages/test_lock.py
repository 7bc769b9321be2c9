"""The files that say what is installed agree with each other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def pins(name):
    """Return the versions that a file of requirements pins, by normalized names."""
    found = {}
    for line in (ROOT / name).read_text().splitlines():
        match = re.match(r"([\w.-]+)==(\S+)", line)
        if match:
            found.setdefault(re.sub(r"[-_.]+", "-", match[1].lower()), set()).add(match[2])
    return found


def test_the_lock_holds_what_the_requirements_pin():
    lock = pins("constraints.txt")
    assert len(lock) > 150
    for name in ("requirements.txt", "requirements-pages.txt"):
        assert {p: v for p, v in pins(name).items() if lock.get(p) != v} == {}


def test_the_pages_packages_are_what_annbook_needs_at_least():
    project = (ROOT / "pyproject.toml").read_text()
    needed = set(re.findall(r'"([a-z-]+)>=', project.partition("dependencies")[2]))
    needed -= {"ipython", "requests", "tqdm"}  # come with others
    assert needed <= set(pins("requirements-pages.txt"))
