"""The site remembers, in the reader's browser, what was answered and done."""

import json

import pytest

PAGE = "foundations/artificial-neuron"
LOAD = "localStorage.getItem('progress')"


def quiz(page, number=0):
    return page.locator("article .quiz").nth(number)


def answer(page, verdict, number=0):
    """Open an answer of a quiz, right or wrong; return its letter."""
    option = quiz(page, number).locator(f"details.quiz-{verdict}").first
    option.locator("summary").click()
    return option.locator(".letter").text_content()


def test_the_first_answer_is_remembered_and_not_the_second(open_page):
    page = open_page(PAGE)
    wrong = answer(page, "wrong")
    remembered = quiz(page).locator(".remembered")
    assert remembered.text_content() == f"Your first answer: {wrong}, not right."
    answer(page, "right")
    answer(page, "right", number=1)
    page.reload()
    assert remembered.text_content() == f"Your first answer: {wrong}, not right."
    assert quiz(page, 1).locator(".remembered").text_content().endswith(", right.")
    count = page.locator("article .quiz").count()
    said = page.locator(".progress").text_content()
    assert f"2 of {count} questions answered, 1 right at the first try" in said
    assert not page.locator("article .quiz details[open]").count()  # nobody sees the answer again
    assert page.problems == []


def test_an_exercise_is_marked_as_done_and_shows_in_the_map(open_page, site):
    page = open_page(PAGE)
    mark = page.locator(".book-nav a[href='artificial-neuron.html'], .book-nav .current > a").first
    assert not page.locator(".book-nav .mark").count()
    page.locator("label.done input").first.check()
    assert mark.locator(".mark").get_attribute("aria-label") == "begun"
    page.reload()
    assert page.locator("label.done input").first.is_checked()
    for box in page.locator("label.done input").all():
        box.check()
    for number in range(page.locator("article .quiz").count()):
        answer(page, "right", number)
    assert page.locator(".book-nav .mark").get_attribute("aria-label") == "finished"
    page.goto(f"{site}/index.html")
    row = page.locator("#your-progress tbody tr")
    assert row.count() == 1
    assert row.locator("a").get_attribute("href").endswith(f"{PAGE}.html")
    page.locator("#your-progress button").click()
    assert page.locator("#your-progress").is_hidden()
    assert page.evaluate(LOAD) == "{}"


def test_one_page_can_be_forgotten(open_page):
    page = open_page(PAGE, script="localStorage.progress ??= JSON.stringify({'a.html': {}})")
    assert not page.locator(".progress button").count()
    answer(page, "right")
    page.locator(".progress button").click()
    assert not page.locator(".remembered").count()
    assert json.loads(page.evaluate(LOAD)) == {"a.html": {}}


def test_printing_answers_nothing(open_page):
    page = open_page(PAGE)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(100)
    assert page.locator("article .quiz details[open]").count()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_timeout(100)
    assert page.evaluate(LOAD) is None


@pytest.mark.parametrize("kept", ["no JSON", "[1]", '{"foundations/artificial-neuron.html": 3}'])
def test_whatever_the_browser_has_kept_the_page_works(open_page, kept):
    page = open_page(PAGE, script=f"localStorage.progress ??= {json.dumps(kept)}")
    answer(page, "right")
    assert quiz(page).locator(".remembered").count() == 1
    assert page.problems == []
