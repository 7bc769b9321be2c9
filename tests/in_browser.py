"""What tests ask of a page in the browser."""

import os
import time
from importlib.resources import files
from urllib.parse import urlsplit

import pytest


def wait_for(page, expression, seconds=60):
    """Wait until JavaScript is true; Playwright's own way is an eval, which the site forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(50)


def axe(page, context="document", options=""):
    """Return what axe-core finds wrong with a page, a line each."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf8"))
    run = f"axe.run({context}, {{resultTypes: ['violations'], {options}}})"
    found = page.evaluate(run)["violations"]
    return [f"{v['id']}: {node['html'][:200]}" for v in found for node in v["nodes"][:5]]


# The contrast of thousands of letters takes axe most of its time, and depends on few looks.
TWO_OF_EACH_LOOK = """() => {
    const behind = new Map([[null, ""]]), looks = new Map();
    const backgroundOf = (node) => {
        if (!behind.has(node)) {
            const style = getComputedStyle(node);
            const own = ["backgroundColor", "backgroundImage", "opacity", "filter", "position"]
                .map((name) => style[name]).join();
            const same = own === "rgba(0, 0, 0, 0),none,1,none,static";
            behind.set(node, backgroundOf(node.parentElement) + (same ? "" : `/${own}`));
        }
        return behind.get(node);
    };
    const hasText = (node) => node.matches("input, select, textarea")
        || [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    for (const node of document.body.querySelectorAll("*")) {
        if (!hasText(node) || !node.checkVisibility({ visibilityProperty: true })) continue;
        const { color, fontSize, fontWeight, textShadow } = getComputedStyle(node);
        const look = [color, fontSize, fontWeight, textShadow, backgroundOf(node)].join();
        looks.set(look, [...(looks.get(look) ?? []), node].slice(0, 2));
    }
    return [...looks.values()].flat();
}"""
UNFOLD = """() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    for (const section of document.querySelectorAll("section"))
        section.style.setProperty("content-visibility", "visible", "important");
}"""


def axe_in_both_themes(page):
    """Return what axe-core finds wrong with all of a page, in the light and in the dark."""
    page.evaluate(UNFOLD)
    faults = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        wait_for(page, f"document.documentElement.dataset.theme == '{theme}'")
        page.wait_for_timeout(500)  # widgets draw anew, what scrolls gets reachable
        found = axe(page, options="rules: {'color-contrast': {enabled: false}}")
        found += axe(page, f"({TWO_OF_EACH_LOOK})()", "runOnly: ['color-contrast']")
        faults += [f"{urlsplit(page.url).path} {theme}: {fault}" for fault in found]
    return faults


def picture_stands_for(page, widget):
    """Check that where a widget would be stand a picture and a text that says why."""
    page.evaluate(UNFOLD)  # what is far away has no text yet
    picture = page.locator(widget).locator("> img, > picture > img")
    assert picture.bounding_box()["height"] > 100
    assert "JavaScript" in page.locator(f"{widget} > p").inner_text()
    assert page.locator(widget).bounding_box()["height"] < 700


def needed(path, reason):
    """Return the path of a browser; where there is none skip the tests, in CI fail."""
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return path


WIDGETS = ".playground, .widget, .digit, .neuron-dials, .softmax-dials, .player"
CONTROLS = "button:enabled:not(.descent-handle), input[type=range]:enabled"


def use_widgets(page):
    """Start each widget and player of a page and use one control: twice, so that Run is over."""
    page.evaluate(UNFOLD)
    for widget in page.locator(WIDGETS).all():
        widget.scroll_into_view_if_needed()
        control = widget.locator(CONTROLS).filter(visible=True).first
        control.wait_for()  # until then a picture stands there
        is_slider = control.evaluate("control => control.type == 'range'")
        for _ in range(2):
            control.press("ArrowRight" if is_slider else "Enter")
            page.wait_for_timeout(100)
