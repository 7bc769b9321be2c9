"""Folds beside the main line: what a reader sees, and what a writer is told."""

from bs4 import BeautifulSoup
from tests.small_book import HEADER, SmallBook

FOLD = """
Before it.

```{beyond} Why $x^2$ is even
```
Inside it.

```{code-cell} ipython3
print(6 * 7)
```

```{beyond-end}
```

After it.
"""


def test_a_fold_holds_its_text_and_its_cells(tmp_path):
    book = SmallBook(tmp_path, first=HEADER + FOLD)
    built = book.build()
    assert built.returncode == 0, built.stdout
    article = BeautifulSoup(book.html("first"), "html.parser").select_one("article")
    fold = article.select_one("details.beyond")
    assert fold.summary.get_text().startswith("Beyond: Why")
    assert "Inside it." in fold.get_text() and "42" in fold.get_text()
    outside = article.get_text().replace(fold.get_text(), "")
    assert "Before it." in outside and "After it." in outside
    notebook = (book.folder / "_build/html/_sources/first.ipynb").read_text()
    assert "**Beyond: Why $x^2$ is even**" in notebook and "{beyond" not in notebook


def test_a_fold_ends_in_its_section_and_begins_before_it_ends(tmp_path):
    book = SmallBook(tmp_path, first=HEADER + FOLD.replace("{beyond-end}", "{math}"))
    assert (
        "first.md:14: ERROR: the fold 'Why x^2 is even' has no {beyond-end}" in book.build().stdout
    )
    book.write("first", HEADER + FOLD.replace("Inside it.", "## Inside it."))
    assert (
        "first.md:14: ERROR: the fold 'Why x^2 is even' has no {beyond-end}" in book.build().stdout
    )
    book.write("first", HEADER + "\n```{beyond-end}\n```\n")
    assert "ERROR: a {beyond-end} without its {beyond}" in book.build().stdout
