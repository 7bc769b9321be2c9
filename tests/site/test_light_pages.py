"""What a page weighs, what it may do, and who can read it: the promises of the site's frame."""

import functools
import gzip
import http.server
import re
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from PIL import Image
from tests.in_browser import axe_in_both_themes, use_widgets

from bookbuilder.pages import ROOT, name_of, pages
from bookbuilder.site import address, commit

PAGES = [name_of(page) for page in pages()]
NEURON, FORMULAS = "foundations/artificial-neuron", "networks/activations"
PHONE = {"width": 390, "height": 844}
KB = 1000
LANDING, ANY = 120 * KB, 200 * KB  # bytes as a server sends them, before anything is touched
POLICY = "default-src 'self'; base-uri 'self'; form-action 'self'"


# ── read off the files ────────────────────────────────────────


def test_no_page_has_inline_code_or_asks_another_host(html):
    faults = []
    for name, soup in html.items():
        assert soup.select_one("meta[http-equiv='Content-Security-Policy']")["content"] == POLICY
        assert len(soup.select("meta[name=viewport]")) == 1
        for tag in soup.select("[style], style, script:not([src])"):
            faults.append(f"{name}: {tag.name} {tag.get('style', '')}")
        for tag in soup.find_all(lambda tag: any(key.startswith("on") for key in tag.attrs)):
            faults.append(f"{name}: a handler in {tag.name}")
        loaded = soup.select("link[rel=stylesheet], link[rel=preload], link[rel=icon], [src]")
        for tag in loaded:
            asked = tag.get("src") or tag.get("href")
            if asked.startswith(("http", "//", "data:")):
                faults.append(f"{name}: {asked[:80]}")
    assert faults == []


@pytest.mark.parametrize("page", PAGES)
def test_pictures_state_their_size_and_wait(html, page):
    pictures = html[f"{page}.html"].select("article img")
    for picture in pictures:
        assert int(picture["width"]) > 0
        assert int(picture["height"]) > 0
        assert picture["alt"]
    waiting = [picture for picture in pictures if picture.get("loading") == "lazy"]
    assert len(waiting) >= len(pictures) - (page == "index")


@pytest.mark.parametrize("page", PAGES)
def test_formulas_are_mathml_and_none_is_left_as_tex(html, page):
    article = html[f"{page}.html"].select_one("article")
    assert not article.select("math merror, mjx-container")
    text = "".join(t for t in article.find_all(string=True) if not t.find_parent(["pre", "code"]))
    assert not re.search(r"\\[(\[]|\\(frac|mathbf|begin)\b|\$\$", text)


def test_the_site_holds_only_what_its_pages_use(site_folder):
    texts = [path.read_text("utf8") for path in site_folder.rglob("*.html")]
    used = set(re.findall(r"_images/([\w.-]+)", "".join(texts)))
    assert {path.name for path in (site_folder / "_images").iterdir()} == used
    names = {path.name for path in (site_folder / "_static").iterdir()}
    assert not {name for name in names if "theme" in name and name != "theme.js"}
    assert not list(site_folder.rglob("*awesome*")) + list(site_folder.rglob("*athjax*"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_to_engines_what_it_is_and_to_readers_what_it_was_made_with(html, page):
    soup = html[f"{page}.html"]
    said = {tag["property"]: tag["content"] for tag in soup.select("meta[property]")}
    assert soup.select_one("link[rel=canonical]")["href"] == f"{address()}{page}.html"
    assert said["og:url"] == f"{address()}{page}.html"
    assert said["og:description"] == soup.select_one("meta[name=description]")["content"]
    assert said["og:title"] in soup.title.get_text()
    assert said["og:image"].startswith(address())
    footer = soup.select_one("footer")
    assert re.search(r"Python 3\.\d+\.\d+, keras \d", footer.get_text())
    assert footer.select_one("a[href*='/commit/']")["href"].endswith(f"/commit/{commit()}")
    report = urlsplit(soup.select_one("a.report")["href"])
    assert parse_qs(report.query)["page"] == [page]


def test_each_page_has_a_social_card_of_its_own(html, site_folder):
    soups = [html[f"{page}.html"] for page in PAGES]
    cards = [soup.select_one("meta[property='og:image']")["content"] for soup in soups]
    assert len(set(cards)) == len(PAGES)
    for card in cards:
        with Image.open(site_folder / card.removeprefix(address())) as picture:
            assert picture.size == (1200, 630)


def test_old_addresses_lead_to_the_pages_of_today(html, site_folder):
    moved = yaml.safe_load((ROOT / "_config.yml").read_text())["sphinx"]["config"]["moved_pages"]
    for old, new in moved.items():
        soup = html[f"{old}.html"]
        leads = [
            soup.a["href"],
            soup.select_one("[http-equiv=refresh]")["content"][len("0; url=") :],
        ]
        for href in leads:
            target = (site_folder / old).parent / href
            assert target.resolve() == (site_folder / f"{new}.html").resolve()
            assert target.exists()


def test_the_social_card_and_the_map_for_search_engines_are_published(html, site_folder):
    card = html["index.html"].select_one("meta[property='og:image']")
    assert (site_folder / card["content"].removeprefix(address())).stat().st_size < 300 * KB
    listed = re.findall(r"<loc>(.*?)</loc>", (site_folder / "sitemap.xml").read_text())
    assert listed == sorted(f"{address()}{page}.html" for page in PAGES)


# ── in a browser ──────────────────────────────────────────────


def weights(page, site, site_folder):
    """Return the bytes that a server sends for each file that a page asked for."""
    sizes = {}
    for url in page.requests:
        content = (site_folder / urlsplit(url).path.lstrip("/")).read_bytes()
        is_text = urlsplit(url).path.endswith((".html", ".css", ".js", ".mjs", ".svg"))
        sizes[url.removeprefix(site)] = len(gzip.compress(content) if is_text else content)
    return sizes


@pytest.mark.parametrize("page_name", PAGES)
def test_a_page_asks_no_other_host_is_light_fits_a_phone_and_axe_finds_nothing(
    open_page, site, site_folder, page_name
):
    page = open_page(page_name, wait_until="networkidle", viewport=PHONE)
    assert [url for url in page.requests if not url.startswith((site, "data:", "blob:"))] == []
    sizes = weights(page, site, site_folder)
    assert sum(sizes.values()) <= (LANDING if page_name == "index" else ANY), sizes
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert page.locator("article h1").filter(visible=True).count() == 1
    use_widgets(page)
    assert axe_in_both_themes(page) == []
    assert [url for url in page.requests if not url.startswith((site, "data:", "blob:"))] == []
    assert page.problems == []


@pytest.mark.parametrize("page_name", ["index", NEURON, "search"])
def test_axe_finds_nothing_on_a_wide_screen(open_page, page_name):
    assert axe_in_both_themes(open_page(page_name)) == []


def test_formulas_need_neither_javascript_nor_a_font_of_the_system(open_page):
    page = open_page(FORMULAS, java_script_enabled=False)
    formulas = page.locator("article p > math").filter(visible=True)
    assert formulas.count() > 50
    assert formulas.first.bounding_box()["width"] > 4
    page = open_page(FORMULAS)
    page.wait_for_function(
        "[...document.fonts].some(f => f.family.includes('Math') && f.status == 'loaded')"
    )
    root = page.locator("msqrt").filter(visible=True).first.bounding_box()
    assert root["height"] > 12


def test_a_page_can_be_walked_through_with_the_keyboard(open_page):
    page = open_page(NEURON, viewport={"width": 1000, "height": 800})
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("""() => {
            const at = document.activeElement, outline = getComputedStyle(at).outlineStyle;
            return [at.className || at.tagName, outline != 'none'];
        }""")
        )
    assert all(visible for _, visible in reached), reached
    names = [name for name, _ in reached]
    assert names[0] == "skip"
    page.locator(".for-run").focus()
    page.keyboard.press("Enter")
    menu = page.locator("#run")
    assert menu.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Binder"
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    page.locator(".for-book-nav").focus()
    page.keyboard.press("Enter")
    assert page.locator("#book-nav").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#book-nav").is_visible()


def test_menus_open_without_javascript(open_page):
    page = open_page(NEURON, java_script_enabled=False, viewport=PHONE)
    for button, menu in ((".for-book-nav", "#book-nav"), (".for-run", "#run")):
        page.locator(button).click()
        assert page.locator(menu).is_visible()
        page.keyboard.press("Escape")


def test_the_reader_chooses_the_theme_and_it_stays(open_page, site):
    page = open_page(NEURON, color_scheme="light")
    page.locator("button.theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto(f"{site}/index.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert "dark" in page.locator("button.theme").get_attribute("aria-label")


def test_this_page_and_the_report_of_an_error_know_where_the_reader_is(open_page):
    page = open_page(NEURON)
    section = page.locator("article section section").nth(2)
    section.evaluate("section => section.scrollIntoView()")
    page.wait_for_selector(".page-nav a[aria-current]")
    heading = section.locator("h2, h3").first.evaluate("h => h.firstChild.nextSibling.textContent")
    report = parse_qs(urlsplit(page.locator("a.report").get_attribute("href")).query)
    assert report["page"] == [NEURON]
    assert heading.strip() in report["section"][0]


def test_a_term_and_a_source_say_what_they_are_when_pointed_at(open_page):
    page = open_page(NEURON)
    for link in (".term", "a.footnote-reference"):
        first = page.locator(f"article {link}").filter(visible=True).first
        first.hover()
        shown = first.evaluate("link => getComputedStyle(link, '::after').content")
        assert len(shown) > 30
        assert first.get_attribute("data-definition") in shown.replace("\\", "")


def test_sections_out_of_sight_wait_and_links_lead_to_them_all_the_same(open_page, site):
    page = open_page(FORMULAS, viewport=PHONE, bypass_csp=True)
    sections = page.locator("article > section > section")
    assert sections.last.evaluate("s => getComputedStyle(s).contentVisibility") == "auto"
    last = f"document.querySelectorAll('article > section > section')[{sections.count() - 1}]"
    page.wait_for_function(f"{last}.style.containIntrinsicBlockSize != ''")
    seen = sections.evaluate_all("all => all.map(s => s.getBoundingClientRect().height)")
    page.add_style_tag(content="section { content-visibility: visible !important }")
    real = sections.evaluate_all("all => all.map(s => s.getBoundingClientRect().height)")
    assert seen == pytest.approx(real, abs=60)  # margins
    for number in (3, sections.count() - 2):
        name = sections.nth(number).get_attribute("id")
        page.goto("about:blank")
        page.goto(f"{site}/{FORMULAS}.html#{name}")
        at = f"document.getElementById('{name}').querySelector('h2').getBoundingClientRect().top"
        page.wait_for_function(f"Math.abs({at} - 72) < 60")
        page.wait_for_timeout(1000)  # meanwhile sections above are measured
        assert abs(page.evaluate(at) - 72) < 60


def test_players_fetch_their_frames_when_someone_plays(open_page):
    page = open_page(NEURON, wait_until="networkidle")
    frames = page.locator(".player img").first.get_attribute("data-frames").split()
    names = {frame.rpartition("/")[2] for frame in frames}

    def fetched():
        return names & {url.rpartition("/")[2] for url in page.requests}

    assert fetched() == set()
    page.locator(".player input").first.focus()
    page.wait_for_load_state("networkidle")
    assert fetched() == names


def test_print_opens_what_is_folded_and_leaves_out_the_frame(open_page):
    page = open_page(NEURON, java_script_enabled=False)
    page.emulate_media(media="print")
    solution = page.locator("details.solution").first
    assert solution.locator("p").last.is_visible()
    for part in (".top", ".book-nav", ".prev-next", ".player-controls"):
        assert not page.locator(part).first.is_visible()
    code = page.locator("div.cell_input pre").first
    assert code.evaluate("pre => getComputedStyle(pre).whiteSpace") == "pre-wrap"


def test_an_address_where_nothing_is_leads_back_into_the_book(browser, site_folder):
    root = urlsplit(address()).path

    class Pages(http.server.SimpleHTTPRequestHandler):
        """Serves as GitHub Pages does: below the repository's name, and 404.html for the rest."""

        def do_GET(self):
            inside = self.path.removeprefix(root)
            if self.path.startswith(root) and (site_folder / urlsplit(inside).path).is_file():
                self.path = f"/{inside}"
                return super().do_GET()
            content = (site_folder / "404.html").read_bytes()
            self.send_response(404)
            self.end_headers()
            self.wfile.write(content)
            return None

        def log_message(self, *args):
            pass

    handler = functools.partial(Pages, directory=site_folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}{root}deep/down/nothing.html")
        assert page.locator("h1").inner_text() == "No such page"
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.top')).position") == "sticky"
        )
        page.locator(".book-nav a", has_text="The artificial neuron").click()
        page.wait_for_url(f"**{root}{NEURON}.html")
        page.close()
        server.shutdown()
