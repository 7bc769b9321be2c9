"""The site in a second engine: what Firefox shows, and that it has nothing to complain of."""

import pytest
from tests.firefox import find_firefox, firefox
from tests.in_browser import needed

NEURON, FORMULAS = "foundations/artificial-neuron", "networks/activations"


@pytest.fixture(scope="module")
def session():
    """Start a Firefox; without one the tests are skipped, in CI they fail."""
    with firefox(needed(find_firefox(), "no Firefox: apt install firefox-esr")) as session:
        yield session


@pytest.fixture
def open_page(session, site):
    """Return a function that opens a page; it may ask no other host and report no problem."""
    session.requests.clear()
    session.problems.clear()

    def open_page(name):
        session.open(f"{site}/{name}.html")
        return session

    yield open_page
    session.evaluate("new Promise(done => setTimeout(done, 300))")  # what comes late
    assert session.requests
    assert [url for url in session.requests if not url.startswith((site, "data:", "blob:"))] == []
    assert session.problems == []


def test_the_playground_runs(open_page):
    page = open_page("index")
    epoch = "document.querySelector('.playground').playground?.epoch"
    page.wait_for(f"{epoch} >= 50 && !document.querySelector('.playground').playground.isRunning")
    before = page.evaluate(epoch)
    page.click(".playground .pg-run")
    page.wait_for(f"{epoch} > {before} + 1")


def test_formulas_are_laid_out_in_their_font(open_page):
    page = open_page(FORMULAS)
    page.wait_for(
        "[...document.fonts].some(f => f.family.includes('Math') && f.status == 'loaded')"
    )
    page.evaluate("document.querySelector('msqrt').scrollIntoView()")
    height = "document.querySelector('{}').getBoundingClientRect().height"
    assert page.evaluate(height.format("article p > math")) > 8
    assert page.evaluate(height.format("msqrt")) > 12
    assert page.evaluate(height.format("mfrac")) > 20


def test_a_player_a_quiz_and_dials_answer_to_a_click(open_page):
    page = open_page(NEURON)
    page.click(".player button")
    page.wait_for("document.querySelector('.player input').value > 2")
    page.click("details.quiz-right summary")
    assert page.evaluate("document.querySelector('details.quiz-right').open")
    said = "document.querySelector('.neuron-dials').textContent"
    before = page.evaluate(said)
    page.click(".neuron-dials td button")
    assert page.evaluate(said) != before


def test_the_theme_is_the_systems_until_the_reader_chooses(open_page):
    page = open_page(FORMULAS)
    lightness = "Math.max(...getComputedStyle(document.body).backgroundColor.match(/\\d+/g))"
    assert page.evaluate(lightness) < 80
    page.click("button.theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.evaluate(lightness) > 200
    page.evaluate("localStorage.clear()")
