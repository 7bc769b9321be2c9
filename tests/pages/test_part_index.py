"""The cards of the parts on the landing page."""

import re

import pytest
import yaml

from bookbuilder.indexes import as_hours
from bookbuilder.pages import PAGES, ROOT, read_text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(2, "¼ hour"), (50, "¾ hour"), (60, "1 hour"), (70, "1 ¼ hours"), (170, "2 ¾ hours")],
)
def test_times_are_said_to_a_quarter_of_an_hour(minutes, text):
    assert as_hours(minutes) == text


def test_each_part_has_a_sentence():
    body = re.search(r"```\{part-index\}\n(.*?)\n```", read_text(PAGES / "index.md"), re.DOTALL)[1]
    parts = yaml.safe_load(read_text(ROOT / "_toc.yml"))["parts"]
    assert len(re.split(r"\n{2,}", body)) == len(parts)
