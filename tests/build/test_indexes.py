"""What the lists of exercises say about them."""

from bookbuilder import indexes

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
    assert listed(monkeypatch, "(page-bare)=\n# No exercises\n", PAGE) == [
        "{ref}`page-neuron`",
        "- ★ {ref}`By hand <hand>` (short)",
        "- ★★ {ref}`As a class <class>` (longer, with a check)",
        "- ★★★ {ref}`Project: many neurons <many>` (a project)",
        "**Projects**",
        "- {ref}`Many neurons <many>`: {ref}`page-neuron`",
    ]


def test_without_projects_there_is_no_list_of_them(monkeypatch):
    without = PAGE.partition("````{exercise} ★★★")[0]
    assert "**Projects**" not in listed(monkeypatch, without)
