"""The card under a page's title says how long the page takes, unless one only looks things up."""

from bs4 import BeautifulSoup
from tests.small_book import HEADER, SmallBook

CARD = """
```{{page-header}}
:prerequisites: nothing
{option}
- do it
```
"""


def test_a_page_to_look_things_up_has_no_reading_time(tmp_path):
    book = SmallBook(
        tmp_path,
        lesson=HEADER + CARD.format(option=":data: none"),
        tables=HEADER + CARD.format(option=":look-up:"),
    )
    result = book.build()
    assert result.returncode == 0, result.stdout
    facts = {}
    for name in ("lesson", "tables"):
        text = (book.folder / f"_build/html/{name}.html").read_text(encoding="utf8")
        facts[name] = BeautifulSoup(text, "html.parser").select_one(".page-facts").get_text()
    assert "Reading time: about 5 min for the main line" in facts["lesson"]
    assert "Reading: a page to look things up" in facts["tables"]
    assert "min" not in facts["tables"]
