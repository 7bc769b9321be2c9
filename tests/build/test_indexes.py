"""What the lists of exercises say about them."""

import pytest
import yaml

from bookbuilder import indexes
from bookbuilder.pages import ROOT, name_of, pages, read_text

WELCOME = "(page-index)=\n# Welcome\n"
BARE = "(page-bare)=\n# No exercises\n"

PAGE = """(page-neuron)=
# The neuron

```{exercise} ★ By hand
:label: hand
What comes out?
```

````{exercise} ★★ As a class
:label: class
check("class", 1)
````

````{exercise} ★★★ Project: many neurons
:label: many
````
"""


def listed(monkeypatch, *texts):
    """Return the lines of the list of exercises for pages with these texts."""
    monkeypatch.setattr(indexes, "pages", lambda: texts)
    monkeypatch.setattr(indexes, "read_text", str)
    return [line for line in indexes.ExerciseIndex.lines(None) if line]


def test_exercises_are_listed_by_page_and_the_projects_once_more(monkeypatch):
    assert listed(monkeypatch, WELCOME, BARE, PAGE) == [
        "```{rst-class} letters",
        "{ref}`2 <exercises-neuron>` {ref}`Projects <exercises-projects>`",
        "```",
        "(exercises-neuron)=",
        "**2. {ref}`page-neuron`**",
        "- 2.1 ★ {ref}`By hand <hand>`",
        "- 2.2 ★★ {ref}`As a class <class>` (with a check)",
        "- 2.3 ★★★ {ref}`Project: many neurons <many>`",
        "(exercises-projects)=",
        "**Projects**",
        "- 2.3 {ref}`Many neurons <many>`: {ref}`page-neuron`",
    ]


def test_without_projects_there_is_no_list_of_them(monkeypatch):
    without = PAGE.partition("````{exercise} ★★★")[0]
    assert not [line for line in listed(monkeypatch, without) if "rojects" in line]


def test_a_page_has_the_number_that_the_table_of_contents_gives_it():
    parts = yaml.safe_load(read_text(ROOT / "_toc.yml"))["parts"]
    numbered = [c["file"] for p in parts if p.get("numbered", True) for c in p["chapters"]]
    assert [name_of(page) for page in pages()][1 : len(numbered) + 1] == numbered
    others = pages()[len(numbered) + 1 :]
    assert [page for page in others if "{exercise}" in read_text(page)] == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_no_exercise_is_overlooked(page):
    text = read_text(page)
    assert len(indexes.EXERCISE.findall(text)) == text.count("{exercise}")
