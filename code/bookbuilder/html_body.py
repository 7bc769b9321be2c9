"""What is changed in the HTML of a page's text before it is put into its frame.

The page works under a Content-Security-Policy that allows no inline style, script or handler;
folds work without a script; every picture is a file whose size is known before it is loaded.
"""

import re
import unicodedata

from bs4 import BeautifulSoup, NavigableString

from bookbuilder.pictures import PicturesOfPage

# Names, punctuation and spaces have the color of the code, and so has each word of inline code:
# they are half of a page's elements.
UNCOLORED = re.compile(r'<span class="(?:n|p|w|nn|x|o|pre)">([^<]*)</span>|<span></span>')
LETTERS = "ABCDEFGH"
PUBLISHED = ("src", "data-network", "data-examples")  # attributes that hold files


def mend_body(html: str, pictures: PicturesOfPage, *, first_screen: bool = False) -> str:
    """Return the HTML of a page's text as the site shows it.

    Parameters
    ----------
    html
        As Sphinx wrote it.
    pictures
        Takes the page's pictures.
    first_screen
        Whether the first picture is seen at once, so that it must not wait.
    """
    soup = BeautifulSoup(UNCOLORED.sub(r"\1", html), "html.parser")
    for player in soup.select("div.player"):
        pictures.unpack_player(player)
    publish_data(soup, pictures)
    state_sizes(soup)
    pictures.convert_figures(soup.select("img"))
    for image in soup.select("img")[1 if first_screen else 0 :]:
        image["loading"] = "lazy"
    fold(soup)
    forget_repeated_ids(soup)
    name_controls(soup)
    show_sources_on_hover(soup)
    keep_punctuation(soup)
    for paragraph in soup.select("td > p:only-child"):  # a long table gets lighter
        paragraph.unwrap()
    for table in soup.select("table"):
        table.wrap(soup.new_tag("div", attrs={"class": "scroll"}))
    remove_inline_code(soup)
    return str(soup)


def publish_data(soup, pictures: PicturesOfPage) -> None:
    """Turn what a cell put into the attributes of a widget into files, fetched when they are used.

    They are JSON and pictures, as ``data:`` addresses; in Jupyter the widget's HTML stands alone.
    """
    for element in soup.select(", ".join(f"[{name}^='data:']" for name in PUBLISHED)):
        for name in PUBLISHED:
            address = element.get(name, "")
            if address.startswith("data:"):
                element[name] = pictures.store_address(address)


def state_sizes(soup) -> None:
    """Turn the width that a style gives to a picture, in pixels, into an attribute."""
    for image in soup.select("img"):
        stated = re.search(r"\bwidth: (\d+)(?:\.\d+)?px", image.get("style", ""))
        if stated:
            image["width"] = stated[1]
        image["decoding"] = "async"
    for link in soup.select("a.image-reference"):  # to the picture itself
        link.unwrap()


def fold(soup) -> None:
    """Fold solutions with <details>, which needs no script."""
    for box in soup.select("div.admonition.dropdown"):
        box.name = "details"
        title = box.find(class_="admonition-title")
        title.name = "summary"
        for link in title.select("a"):  # it would take the click
            link.unwrap()


def forget_repeated_ids(soup) -> None:
    """Remove the ids that every exercise and solution shares."""
    for content in soup.select("#exercise-content, #solution-content"):
        del content["id"]


def name_controls(soup) -> None:
    """Give each control and each heading of a table a name that is read out."""
    for summary in soup.select("summary[aria-label]"):
        del summary["aria-label"]  # hides the text, which says more
    for cell in soup.select("th"):
        text = cell.get_text(strip=True)
        if not text and not cell.img:
            cell.name = "td"
        elif cell.math and text == cell.math.get_text(strip=True):  # not all programs read it
            words = soup.new_tag("span", attrs={"class": "read-out"})
            words.string = unicodedata.normalize("NFKC", text)
            cell.math["aria-hidden"] = "true"
            cell.math.insert_before(words)
    for quiz in soup.select("div.quiz"):
        for letter, summary in zip(LETTERS, quiz.select("summary"), strict=False):
            mark = soup.new_tag("b", attrs={"class": "letter"})
            mark.string = letter
            summary.insert(0, mark, " ")


def show_sources_on_hover(soup) -> None:
    """Write the text of a footnote, mostly a cited work, into the links to it."""
    for link in soup.select("a.footnote-reference"):
        note = soup.find(id=link["href"].removeprefix("#"))
        if note:
            words = " ".join(p.get_text() for p in note.select("p")).split()
            link["data-definition"] = " ".join(words)


def keep_punctuation(soup) -> None:
    """Keep a formula and the punctuation after it, or the bracket before, on one line."""
    for formula in soup.select("math:not(.tml-display)"):
        before, after = formula.previous_sibling, formula.next_sibling
        opened = re.search(r"[(“‘]+$", before) if isinstance(before, NavigableString) else None
        closed = re.match(r"[.,;:!?)”’]+", after) if isinstance(after, NavigableString) else None
        if opened or closed:
            together = formula.wrap(soup.new_tag("span", attrs={"class": "together"}))
            if opened:
                before.replace_with(before[: opened.start()])
                together.insert(0, opened[0])
            if closed:
                after.replace_with(after[closed.end() :])
                together.append(closed[0])


def remove_inline_code(soup) -> None:
    """Remove inline styles, scripts and handlers; what the widths of columns say is kept.

    The colors in tables that Keras prints can't be read in one of the two themes.
    """
    for element in soup.select("style, script:not([src])"):
        element.decompose()
    for element in soup.select("[style]"):
        style = element.attrs.pop("style")
        width = re.fullmatch(r"width: ([\d.]+%);?", style)
        if width and element.name == "col":
            element["width"] = width[1]
        elif style.startswith("font-weight: bold"):
            element["class"] = [*element.get("class", []), "strong"]
    for element in soup.select("[onclick], [oninput]"):
        for name in ("onclick", "oninput"):
            element.attrs.pop(name, None)
    for element in soup.select("table[border]"):
        del element["border"]
