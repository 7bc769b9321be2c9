"""What the project's own files promise to those who build, publish and contribute."""

import re
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def workflow(name):
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())


def test_actions_are_pinned_by_commit():
    texts = [file.read_text() for file in (ROOT / ".github" / "workflows").glob("*.yml")]
    used = re.findall(r"uses: (\S+)", "\n".join(texts))
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)] == []


def test_what_is_published_has_passed_the_linter_and_all_tests_with_real_data():
    jobs = workflow("book.yml")["jobs"]
    assert {"lint", "build-and-test"} <= set(jobs["deploy"]["needs"])
    assert "needs" not in jobs["lint"], "the linter waits for nothing"
    tested = jobs["build-and-test"]
    assert "refs/heads/main' && '1'" in tested["env"]["ANNBOOK_REQUIRE_REAL"]
    assert ".ci/run" in [step.get("run") for step in tested["steps"]]


def test_the_newest_packages_are_tried_with_the_pinned_linter():
    loosening = next(
        step["run"]
        for step in workflow("weekly.yml")["jobs"]["newest"]["steps"]
        if "==" in step.get("run", "")
    )
    kept = re.search(r"'/(\S+)/! s/==", loosening)[1].replace(r"\|", "|")
    pins = re.findall(r"^([\w-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert "ruff" in [name for name in pins if re.search(kept, name)]


def test_to_clean_is_cheap():
    plan = ["make", "-n", "--no-print-directory", "clean"]  # the tests may run under make, too
    said = subprocess.run(plan, cwd=ROOT, capture_output=True, text=True).stdout
    assert said.split() == ["rm", "-rf", "_build"]


def test_the_environment_is_ignored_as_a_link_too():
    assert ".venv" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_messages_that_the_readme_explains_are_those_that_are_said():
    files = [*(ROOT / "code").rglob("*.py"), *(ROOT / "tests" / "build").glob("*.py")]
    code = "\n".join(file.read_text() for file in files)
    table = (ROOT / "README.md").read_text().partition("## When something goes wrong")[2]
    messages = re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)
    parts = [part.strip(" .:") for message in messages for part in message.split("…")]
    said = [part for part in parts if " " in part and not re.search(r"\d", part)]
    assert len(said) >= 5
    assert [part for part in said if part not in code] == []
