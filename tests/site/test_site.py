"""The built site: its links and texts read off the HTML, and what it does in a real browser."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest

from bookbuilder.pages import name_of, pages
from bookbuilder.site import address

PAGES = [name_of(page) for page in pages()]
NEURON = "foundations/artificial-neuron"


# ── read off the files ────────────────────────────────────────


def test_every_page_is_published(html):
    assert {f"{page}.html" for page in PAGES} <= set(html)


def test_internal_links_lead_to_files_and_anchors_that_exist(html, site_folder):
    broken, base = [], urlsplit(address()).path
    anchors = {page: {tag["id"] for tag in soup.select("[id]")} for page, soup in html.items()}
    for page, soup in html.items():
        for tag in soup.select("[href], [src]"):
            link = urlsplit(tag.get("href") or tag.get("src"))
            if link.scheme or link.netloc or (not link.path and not link.fragment):
                continue
            path = unquote(link.path).removeprefix(base)  # of the page 404
            target = (site_folder / page).parent / path if path else None
            if target and not target.is_file():
                broken.append(f"{page}: {link.geturl()}")
            elif link.fragment and (not target or target.suffix == ".html"):
                name = target.resolve().relative_to(site_folder).as_posix() if target else page
                if unquote(link.fragment).partition("?")[0] not in anchors[name]:  # #playground?…
                    broken.append(f"{page}: {link.geturl()}")
    assert broken == []


def test_launch_links_name_files_that_exist(html, site_folder):
    for page in PAGES:
        links = {a.get_text(strip=True): a["href"] for a in html[f"{page}.html"].select("#run a")}
        root = site_folder.parents[1]
        notebook = (site_folder / page).parent / links["Download the notebook"]
        assert notebook.resolve() == site_folder / "_sources" / f"{page}.ipynb"
        assert notebook.is_file()
        assert (root / links["Binder"].partition("lab/tree/")[2]).is_file()
        assert (site_folder / links["Colab"].partition("/blob/gh-pages/")[2]).is_file()
        assert links["Colab"].endswith(f"{page}.ipynb")


@pytest.mark.parametrize("page", PAGES)
def test_what_a_reader_or_a_search_engine_is_told(html, page):
    soup = html[f"{page}.html"]
    assert soup.html["lang"] == "en"
    assert len(soup.select_one("meta[name=description]")["content"]) > 40
    assert len(soup.select("article h1")) == 1
    article = soup.select_one("article")
    for picture in article.select("img"):
        assert len(picture.get("alt", "").split()) >= 5, f"a picture without words: {picture}"[:300]
    for figure in article.select("figure"):
        assert len(figure.select_one("figcaption").get_text().split()) >= 5
    assert not [a for a in article.select("a[href]") if "\\" in a["href"]], "TeX in an address"
    # What Sphinx or a kernel would leave behind where something went wrong:
    assert not article.select(".system-message, .problematic, .output.stderr, .output.traceback")
    assert not re.search(r"\{[a-z:]+\}`|</?[a-z]+:[a-z]+>", article.get_text())


@pytest.mark.parametrize("page", PAGES)
def test_computed_texts_are_shown_as_they_are(html, page):
    shown = [span.get_text() for span in html[f"{page}.html"].select(".pasted-text")]
    assert [text for text in shown if re.search("[‘’“”]", text)] == [], "round quotes"


def test_run_times_are_measured(html):
    for page in PAGES[1:]:
        facts = html[f"{page}.html"].select_one(".page-facts").get_text()
        assert re.search(r"Run time: about \d+ s on two cores", facts)


def test_exercises_are_listed_with_the_numbers_that_their_pages_show(html):
    listed = html["appendix/solutions-and-topics.html"].select(".index-of-pages li")
    exercises = [item for item in listed if re.match(r"\d+\.\d+ ", item.get_text())]
    assert len(exercises) > 200  # the projects twice
    for item in exercises:
        page, _, anchor = item.a["href"].removeprefix("../").partition("#")
        shown = html[page].find(id=anchor).select_one(".caption-number").get_text(strip=True)
        assert shown == f"Exercise {item.get_text().split()[0]}"


# ── in a browser ──────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("neuron", "The artificial neuron"),
        ("sigmoid", "Activations"),
        ("EarlyStopping", "Callbacks"),
    ],
)
def test_there_is_one_search_bar_and_it_finds_words_and_names_in_code(open_page, words, title):
    page = open_page("index")
    page.keyboard.press("Control+K")
    fields = page.locator("input[type=search]").filter(visible=True)
    assert fields.count() == 1
    fields.first.fill(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?*")
    first = page.locator("#search-results li a").first
    first.wait_for()
    assert PurePosixPath(urlsplit(first.get_attribute("href")).path).suffix == ".html"
    page.locator("#search-results li a", has_text=title).first.wait_for()
    assert page.problems == []


def luminance(color):
    red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", color)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("mode", "is_dark"), [("light", False), ("dark", True)])
def test_the_theme_follows_the_reader_and_figures_with_it(open_page, mode, is_dark):
    page = open_page(NEURON, color_scheme=mode)
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    text = page.evaluate("getComputedStyle(document.querySelector('article p')).color")
    assert (luminance(color) < 0.2) is is_dark
    assert abs(luminance(color) - luminance(text)) > 0.5
    boxes = page.evaluate(
        "[...document.querySelectorAll('article .text_html')]"
        ".map(box => getComputedStyle(box)).map(box => [box.backgroundColor, box.color])"
    )
    assert boxes
    for background, ink in boxes:
        assert background == "rgba(0, 0, 0, 0)"
        assert abs(luminance(ink) - luminance(color)) > 0.5
    filters = page.evaluate(
        "[...document.querySelectorAll('article .cell_output img, article .player img')]"
        ".map(image => getComputedStyle(image).filter)"
    )
    assert filters
    assert all(("invert" in each) is is_dark for each in filters)


def test_without_javascript_text_figures_solutions_and_quiz_can_be_read(open_page):
    page = open_page(NEURON, java_script_enabled=False)
    assert page.locator("article h1").first.is_visible()
    pictures = page.locator("article img")
    for i in range(pictures.count()):
        box = pictures.nth(i).bounding_box()
        assert box is None or box["height"] > 40  # None: in a folded solution
    assert page.locator(".player img").is_visible()
    assert not page.locator(".player-controls").is_visible()
    solutions = page.locator("details.solution")
    assert solutions.count() >= 5
    for i in range(solutions.count()):
        solutions.nth(i).locator("summary").click()
        assert solutions.nth(i).locator("> :not(summary)").last.is_visible()
    answer = page.locator("details.quiz-wrong").first
    assert not answer.locator("p").first.is_visible()
    answer.locator("summary").click()
    assert answer.get_by_text("No.", exact=True).is_visible()


def test_solutions_are_folded_until_asked_for(open_page):
    page = open_page(NEURON)
    solution = page.locator("details.solution").first
    assert not solution.locator("p").last.is_visible()
    solution.locator("summary").focus()
    page.keyboard.press("Enter")
    assert solution.locator("p").last.is_visible()


def test_a_player_is_driven_from_the_keyboard(open_page):
    page = open_page(NEURON)
    slider, picture = page.locator(".player input"), page.locator(".player img")
    first = picture.get_attribute("src")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        f"document.querySelector('.player img').getAttribute('src') != '{first}'"
    )
    assert page.locator(".player output").inner_text().startswith("2")
    assert slider.get_attribute("aria-valuetext").startswith("2")
    page.keyboard.press("Shift+Tab")
    assert page.locator(".player button").evaluate("button => button === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.player input').value > 2")


def test_a_quiz_is_answered_from_the_keyboard(open_page):
    page = open_page(NEURON)
    answer = page.locator("details.quiz-right").first
    answer.locator("summary").focus()
    page.keyboard.press("Enter")
    assert answer.get_by_text("Right.", exact=True).is_visible()


def test_the_neuron_dials_answer_and_say_so(open_page):
    page = open_page(NEURON)
    dials = page.locator(".neuron-dials")
    before = dials.inner_text()
    picture = dials.locator("canvas").evaluate("canvas => canvas.toDataURL()")
    dials.locator("input[type=range]").last.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert dials.inner_text() != before
    assert dials.locator("canvas").evaluate("canvas => canvas.toDataURL()") != picture


def test_code_can_be_copied_and_unfolded(open_page):
    page = open_page(NEURON)
    folded = page.locator("details.hide").first
    assert not folded.locator("pre").is_visible()
    folded.locator("summary").click()
    assert folded.locator("pre").is_visible()
    assert page.locator(".copy").count() == 0
    page.locator("div.cell_input pre").filter(visible=True).first.hover()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".copy").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == page.locator("div.cell_input:has(.copy) pre").inner_text().strip()
