"""What is changed in the HTML of a page's text, and formulas as MathML."""

import base64
import io
import json
import re

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from annbook.player import player
from bookbuilder import pictures
from bookbuilder.errors import BookError
from bookbuilder.formulas import FormulaError, characters_of, known_characters, mathml
from bookbuilder.html_body import mend_body
from bookbuilder.pictures import PicturesOfPage, encode


@pytest.fixture
def mend(tmp_path, monkeypatch):
    """Return a function that mends HTML and parses what comes out."""
    monkeypatch.setattr(pictures, "ENCODED", tmp_path / "encoded")
    figure = tmp_path / "jupyter_execute" / "figure.png"
    figure.parent.mkdir()
    Image.new("RGB", (1400, 800), "#fff").save(figure)
    drawing = tmp_path / "drawing.svg"
    drawing.write_text('<svg viewBox="0 0 640.5 320"></svg>')
    originals = {file.name: file for file in (figure, drawing)}

    def mend(html, **options):
        taken = PicturesOfPage(tmp_path / "_images", "../_images", originals)
        return BeautifulSoup(mend_body(html, taken, **options), "html.parser")

    return mend


def test_a_figure_becomes_a_webp_with_its_size_and_waits(mend, tmp_path):
    html = '<a class="image-reference" href="#"><img src="../_images/figure.png" alt="A"></a>'
    image = mend(html).img
    assert image.parent.name == "[document]"
    assert (image["width"], image["height"], image["loading"]) == ("700", "400", "lazy")
    file = tmp_path / "_images" / image["src"].removeprefix("../_images/")
    assert Image.open(file).format == "WEBP"
    assert "loading" not in mend(html, first_screen=True).img.attrs


def test_a_width_that_the_page_states_is_kept(mend):
    style = "width: 500px; height: 300px;"
    image = mend(f'<img src="../_images/figure.png" style="{style}">').img
    assert (image["width"], image["height"]) == ("500", "286")
    drawing = mend('<img src="../_images/drawing.svg">').img
    assert (drawing["width"], drawing["height"]) == ("640", "320")
    assert drawing["src"].endswith("drawing.svg")


def test_a_picture_is_encoded_once_and_lossy_only_where_that_is_smaller(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "ENCODED", tmp_path)
    buffer = io.BytesIO()
    Image.effect_noise((400, 300), 90).save(buffer, "PNG")
    content, size = encode(buffer.getvalue())
    assert size == (400, 300)
    assert len(content) < 0.75 * len(buffer.getvalue())
    monkeypatch.delattr(Image.Image, "save")
    assert encode(buffer.getvalue()) == (content, size)


def test_the_frames_of_a_player_become_files_and_its_handlers_go(mend, tmp_path):
    def draw(figure, frame):
        figure.add_subplot().plot([0, frame])

    made = player(draw, [1, 2, 3], alt="A line that rises over the frames.", figsize=(2, 1))
    soup = mend(made.html)
    image = soup.select_one(".player img")
    files = [image["src"], *image["data-frames"].split()]
    assert len(set(files)) == 3
    assert all((tmp_path / "_images" / f.removeprefix("../_images/")).is_file() for f in files)
    assert not re.search(r"on(click|input)=|style|base64", str(soup))
    assert soup.output["data-labels"]
    assert "onclick" in made.html, "in Jupyter it stands alone"


def test_what_a_widget_holds_becomes_files(mend, tmp_path):
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "#fff").save(picture, "WEBP")
    src = f"data:image/webp;base64,{base64.b64encode(picture.getvalue()).decode()}"
    soup = mend(
        '<div class="digit" data-network="data:application/json,%7B%22a%22:%20%22+/=%22%7D">'
        f'<img src="{src}" alt="A" width="60" height="40"></div>'
    )
    kept = {"data-network": soup.div["data-network"], "src": soup.img["src"]}
    files = {
        name: tmp_path / "_images" / address.removeprefix("../_images/")
        for name, address in kept.items()
    }
    assert json.loads(files["data-network"].read_text()) == {"a": "+/="}
    assert files["data-network"].suffix == ".json"
    assert files["src"].read_bytes() == picture.getvalue()
    assert (soup.img["width"], soup.img["height"], soup.img["loading"]) == ("60", "40", "lazy")
    with pytest.raises(BookError, match=r"^data:text/html: got this kind of data, want JSON"):
        mend('<div data-examples="data:text/html,<p>"></div>')


def test_a_solution_folds_without_a_script(mend):
    soup = mend(
        '<div class="solution dropdown admonition"><p class="admonition-title">'
        '<a href="#ex">Solution</a></p><p>42</p></div>'
    )
    assert soup.details["class"] == ["solution", "dropdown", "admonition"]
    assert soup.summary.get_text() == "Solution"
    assert not soup.summary.a


def test_controls_and_headings_have_names(mend):
    soup = mend(
        '<div class="quiz"><details><summary aria-label="Toggle">1</summary></details>'
        "<details><summary>2</summary></details></div>"
        "<table border='1'><tr><th></th><th>a</th>"
        "<th><math><mi>𝐳</mi></math></th></tr></table>"
    )
    assert [summary.get_text() for summary in soup.select("summary")] == ["A 1", "B 2"]
    assert not soup.select("[aria-label], [border]")
    assert [cell.name for cell in soup.select("td, th")] == ["td", "th", "th"]
    assert soup.select_one("th > .read-out").get_text() == "z"
    assert soup.table.parent["class"] == ["scroll"]


def test_a_cell_of_a_table_holds_its_text_itself(mend):
    cells = mend("<table><tr><td><p>One</p></td><td><p>Two</p><p>lines</p></td></tr></table>")
    assert [len(cell.select("p")) for cell in cells.select("td")] == [0, 2]


def test_a_citation_carries_its_source(mend):
    soup = mend(
        '<p>So <a class="footnote-reference" href="#id3">1</a>.</p>'
        '<aside id="id3"><span>1</span><p>Someone.  A <em>title</em>.</p></aside>'
    )
    assert soup.a["data-definition"] == "Someone. A title."


def test_inline_styles_and_scripts_go_and_names_in_code_lose_their_spans(mend):
    soup = mend(
        '<script>let x;</script><script src="w.js"></script><style>p{}</style>'
        '<col style="width: 33.3%"><span style="font-weight: bold">b</span>'
        '<span style="color: #00af00">c</span><pre><span class="n">x</span> '
        '<span class="o">=</span> <span class="mi">1</span></pre>'
    )
    assert [script["src"] for script in soup.select("script")] == ["w.js"]
    assert not soup.select("style, [style]")
    assert soup.col["width"] == "33.3%"
    assert soup.select_one(".strong").get_text() == "b"
    assert str(soup.pre) == '<pre>x = <span class="mi">1</span></pre>'
    words = '<span class="pre">fit</span> <span class="pre">x</span>'
    inline = mend(f'<code class="literal">{words}</code>')
    assert str(inline.code) == '<code class="literal">fit x</code>'


# ── formulas ──────────────────────────────────────────────────


def test_a_formula_becomes_mathml_without_inline_styles():
    made = mathml(r"\begin{aligned}\hat y &= \tfrac12\\ \boxed{z} &= \sqrt{2}\end{aligned}", True)
    assert made.startswith('<math display="block"')
    assert made.count("<mtr>") == 2
    assert {"tml-right", "tight", "tml-fbox"} <= set(re.findall(r"[\w-]+", made))
    assert " style=" not in made
    assert characters_of(made) <= known_characters()


def test_a_formula_that_cannot_be_set_says_why():
    with pytest.raises(FormulaError, match="frca"):
        mathml(r"\frca{1}{2}", False)
    assert characters_of(mathml("∮", False)) - known_characters() == {"∮"}


def test_punctuation_stays_with_its_formula(mend):
    text = mend("<p>A weight (<math><mi>w</mi></math>), or a <math><mi>b</mi></math> alone.</p>")
    assert text.select_one(".together").get_text() == "(w),"
    assert len(text.select(".together")) == 1
    assert text.get_text() == "A weight (w), or a b alone."
