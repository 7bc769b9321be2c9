"""The widget "gradient descent": its steps are annbook's, and nothing that one does breaks it."""

import html
import re
from pathlib import Path

import numpy as np
import pytest
from tests.in_browser import axe, picture_stands_for, wait_for

from annbook.autodiff import Value
from annbook.network import SGD, Adagrad, Adam, RMSprop

NAME, LINK = "descent", "surface=bent&amp;rate=0.002"
MODULES = ["descent/path", "descent/surfaces", "widgets/drawing"]
PAGE = "training/gradient-descent"
ROOT = Path(__file__).resolve().parents[2]
OPTIMIZERS = {
    "sgd": lambda rate, beta: SGD(rate),
    "momentum": lambda rate, beta: SGD(rate, beta),
    "nesterov": lambda rate, beta: SGD(rate, beta, nesterov=True),
    "adagrad": lambda rate, beta: Adagrad(rate),
    "rmsprop": lambda rate, beta: RMSprop(rate),
    "adam": lambda rate, beta: Adam(rate),
}


def turned(w_1, w_2, condition, angle):
    c, s = float(np.cos(angle)), float(np.sin(angle))
    along, across = c * w_1 + s * w_2, c * w_2 - s * w_1
    return 0.5 * (along * along + condition * (across * across))


def network(w_1, w_2, _):
    x = np.linspace(-2, 2, 21)
    terms = [(w_2 * (w_1 * float(each)).tanh() - 1.5 * float(np.tanh(each))) ** 2 for each in x]
    return sum(terms) * (1 / 42)


SURFACES = {
    "valley": lambda w_1, w_2, condition: turned(w_1, w_2, condition, 0),
    "turned": lambda w_1, w_2, condition: turned(w_1, w_2, condition, np.pi / 4),
    "minima": lambda w_1, w_2, _: w_1**4 - 2 * w_1**2 + 0.5 * w_1 + w_2 * w_2,
    "network": network,
    "bent": lambda w_1, w_2, _: (1 - w_1) ** 2 + 100 * (w_2 - w_1 * w_1) ** 2,
}
STEPS = """({ text, steps }) => {
    const { settings, problems } = js.readSettings(text);
    const path = new js.Path(settings);
    while (path.steps < steps && !path.end) path.step();
    const { points, losses, end, low } = path;
    return { points, losses, end, low, settings, problems };
}"""


def loss_and_gradient(surface, w, condition):
    """Return a surface's loss and its gradient, by the book's automatic differentiation."""
    values = [Value(each) for each in w]
    loss = SURFACES[surface](*values, condition)
    loss.backward()
    return loss.data, np.array([value.grad for value in values])


def state(page):
    return page.evaluate("""() => {
        const { settings, path, isRunning, before } = document.querySelector("#descent").widget;
        return { settings, steps: path.steps, end: path.end, w: [...path.w],
            isRunning: Boolean(isRunning), before: before?.steps ?? null };
    }""")


def message(page):
    return page.locator(".widget-status").inner_text()


def dial(page, label):
    return page.locator(".descent").get_by_role("spinbutton", name=label)


# ── the numbers ───────────────────────────────────────────────


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_steps_are_those_of_annbooks_optimizers(modules, surface, optimizer):
    rate, condition = (0.002, 37) if surface == "bent" else (0.02, 37)
    if optimizer in ("momentum", "nesterov") and surface == "bent":
        rate = 0.0002
    text = f"surface={surface}&optimizer={optimizer}&rate={rate}&condition={condition}&momentum=0.8"
    run = modules(STEPS, {"text": text, "steps": 60})
    assert run["end"] is None
    w = np.array(run["points"][0], dtype=float)
    ours = OPTIMIZERS[optimizer](rate, 0.8)
    for point, loss in zip(run["points"], run["losses"], strict=True):
        right, gradient = loss_and_gradient(surface, w, condition)
        np.testing.assert_allclose(point, w, rtol=0, atol=1e-9)
        assert loss == pytest.approx(right, abs=1e-9, rel=1e-9)
        ours.step(w, gradient)
    assert len(run["points"]) == 61


@pytest.mark.parametrize("surface", SURFACES)
def test_marked_points_are_minima_and_saddles(modules, surface):
    shown = modules("name => js.SURFACES[name]", surface)
    box = shown["box"]
    assert (box[1] - box[0]) / (box[3] - box[2]) == pytest.approx(1.5)  # one scale for both axes
    lowest = min(loss_and_gradient(surface, w, 100)[0] for w in shown["minima"])
    assert shown["lowest"] == pytest.approx(lowest, abs=1e-12)
    for kind, signs in (("minima", {1}), ("saddles", {-1, 1})):
        for w in np.array(shown[kind]).reshape(-1, 2):
            assert np.abs(loss_and_gradient(surface, w, 100)[1]).max() < 1e-6
            hessian = [
                loss_and_gradient(surface, w + nudge, 100)[1]
                - loss_and_gradient(surface, w - nudge, 100)[1]
                for nudge in 1e-5 * np.eye(2)
            ]
            assert set(np.sign(np.linalg.eigvalsh(np.array(hessian)))) == signs


@pytest.mark.parametrize(
    ("optimizer", "edge"), [("sgd", 0.02), ("momentum", 0.038), ("nesterov", 0.038 / 2.8)]
)
def test_a_valley_diverges_just_above_the_edge(modules, optimizer, edge):
    for factor, end in ((0.98, "arrived"), (1.02, "diverged")):
        text = f"optimizer={optimizer}&momentum=0.9&rate={edge * factor}"
        assert modules(STEPS, {"text": text, "steps": 5000})["end"] == end
    of = "o => js.edgeOf(js.readSettings(`optimizer=${o}`).settings)"
    assert modules(of, optimizer) == pytest.approx(edge)


def glued(name):
    """Return a number that the page has computed."""
    recorded = (ROOT / f"tests/recorded/{PAGE}.json").read_text("utf8")
    return int(re.search(rf'"glue {name}": \[\s*"\'?([\d,]+)', recorded)[1].replace(",", ""))


def test_what_the_page_says_about_its_experiments(modules):
    def run(text, steps=5000):
        return modules(STEPS, {"text": text, "steps": steps})

    network = "surface=network&rate=0.1"
    assert run(network)["low"] == glued("plateau-steps")
    assert run(f"{network}&w1=1&w2=0.5")["low"] == glued("easy-steps")
    assert run(f"{network}&w1=0.01&w2=-0.01")["low"] == glued("saddle-steps")
    assert run(f"{network}&optimizer=adam")["low"] < 100
    straight = run("optimizer=adam&rate=0.5&w1=5&w2=5", 100)["points"][-1]
    turned = run("surface=turned&optimizer=adam&rate=0.5&w1=0&w2=7.07", 100)["points"][-1]
    assert np.hypot(*turned) > 10 * np.hypot(*straight)
    for steps in (1, 30, 100):  # SGD takes the same way in both
        straight = run("rate=0.015&w1=5&w2=5", steps)["losses"][-1]
        turned = run("surface=turned&rate=0.015&w1=0&w2=7.0710678", steps)["losses"][-1]
        assert turned == pytest.approx(straight, rel=1e-6)


def test_contour_lines_lie_where_the_loss_has_their_value(modules):
    pieces = modules("""() => {
        const side = 61, { value } = js.SURFACES.bent, level = 20, values = [];
        const x = column => -2.4 + 4.8 * column / (side - 1);
        const y = row => 2.5 - 3.2 * row / (side - 1);
        for (let row = 0; row < side; row++) {
            for (let column = 0; column < side; column++) {
                values.push(value(x(column), y(row)) - level);
            }
        }
        const found = [], pieces = js.contour(values, side);
        for (let i = 0; i < pieces.length; i += 2) {
            found.push(value(x(pieces[i]), y(pieces[i + 1])));
        }
        return found;
    }""")
    assert len(pieces) > 100
    np.testing.assert_allclose(pieces, 20, rtol=0.2)


# ── the address ───────────────────────────────────────────────

WANTED = {
    "surface": "turned", "condition": 30, "optimizer": "nesterov", "rate": 0.004, "momentum": 0.8,
    "w1": 3, "w2": -2.5, "steps": 12,
}  # fmt: skip
GARBAGE = [
    "rate=abc", "rate=NaN", "rate=Infinity", "rate=-1", "rate=0", "rate=1e9", "condition=0",
    "condition=1e9", "momentum=1", "optimizer=lion", "optimizer=__proto__", "surface=toString",
    "surface=", "w1=13", "w2=1e3", "w1=NaN", "steps=5001", "steps=-1", "steps=1.5", "nonsense=1",
    "<script>alert(1)</script>", "%E0%A4%A", "surface=minima&w1=9",
]  # fmt: skip


def test_settings_survive_the_address(modules):
    read = modules("settings => js.readSettings(js.writeSettings(settings))", WANTED)
    assert read == {"settings": WANTED, "problems": []}
    usual = modules("() => js.readSettings('').settings")
    assert modules("settings => js.writeSettings(settings)", usual) == ""


@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_in_the_address_is_named_and_not_used(modules, text):
    read = modules("text => js.readSettings(text)", text)
    surface = "surface=minima" if "minima" in text else ""
    assert read["settings"] == modules("text => js.readSettings(text).settings", surface)
    assert len(read["problems"]) == 1


def test_garbage_in_the_address_gives_a_message_and_a_working_widget(open_widget):
    page = open_widget("surface=minima&rate=abc&<b>x</b>=1&steps=2")
    assert "“rate=abc” should be a number from" in message(page)
    assert "There is no setting “<b>x</b>=1”" in message(page)
    assert state(page)["settings"]["surface"] == "minima"
    page.get_by_role("button", name="Step").click()
    assert state(page)["steps"] == 3


def test_the_address_follows_and_leads_back_to_the_same_experiment(open_widget):
    page = open_widget("surface=network&rate=0.1")
    page.get_by_label("Optimizer", exact=True).select_option("adam")
    dial(page, "Start w₁").fill("-3")
    page.keyboard.press("Enter")
    for _ in range(4):
        page.get_by_role("button", name="Step").click()
    page.wait_for_url("**steps=4*")
    there = open_widget(page.url.partition("?")[2])
    assert state(there)["w"] == state(page)["w"]
    assert state(there)["settings"]["w1"] == -3


def test_a_link_on_the_page_leads_into_an_experiment(open_widget):
    page = open_widget()
    page.locator("#link").click()
    wait_for(page, "document.querySelector('#descent').widget.settings.surface == 'bent'")
    assert page.get_by_label("Surface", exact=True).input_value() == "bent"
    assert dial(page, "Learning rate").input_value() == "0.002"


def experiments():
    found = set()
    for page in (ROOT / "book").rglob("*.md"):
        found |= set(re.findall(r'#descent\?([^"]*)"', page.read_text(encoding="utf8")))
    return sorted(map(html.unescape, found))


@pytest.mark.parametrize("text", experiments())
def test_the_books_own_experiments_can_be_read(modules, text):
    assert modules("text => js.readSettings(text)", text)["problems"] == []


# ── what a reader does ────────────────────────────────────────


def test_run_pause_step_and_reset_from_the_keyboard(open_widget):
    page = open_widget()
    page.get_by_role("button", name="Run").focus()
    page.keyboard.press("Enter")
    wait_for(page, "document.querySelector('#descent').widget.path.steps >= 8")
    page.keyboard.press("Enter")
    there = state(page)
    assert not there["isRunning"]
    assert re.search(r"Step \d+: the weights are \(", message(page))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert state(page)["steps"] == there["steps"] + 1
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert state(page)["steps"] == 0
    assert state(page)["w"] == [10, 1]


def test_the_start_is_moved_by_arrow_keys_dragging_tapping_and_typing(open_widget):
    page = open_widget()
    handle = page.get_by_role("button", name="start at (10, 1)")
    handle.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    assert state(page)["w"] == [9.9, 2]
    assert page.get_by_role("button", name="start at (9.9, 2)").is_visible()
    for _ in range(9):
        page.keyboard.press("Shift+ArrowUp")
    assert state(page)["w"] == [9.9, 8]  # not beyond the picture
    plane = page.locator(".descent-plane").bounding_box()
    at = page.locator(".descent-handle").bounding_box()
    page.mouse.move(at["x"] + 22, at["y"] + 22)
    page.mouse.down()
    page.mouse.move(plane["x"] + plane["width"] / 4, plane["y"] + plane["height"] / 2, steps=4)
    page.mouse.up()
    np.testing.assert_allclose(state(page)["w"], [-6, 0], atol=0.1)
    page.locator(".descent-plane").click(position={"x": plane["width"] * 0.75, "y": 40})
    np.testing.assert_allclose(state(page)["w"], [6, 8 - 640 / plane["height"]], atol=0.15)
    dial(page, "Start w₂").fill("-3")
    page.keyboard.press("Enter")
    assert state(page)["w"][1] == -3
    dial(page, "Start w₂").fill("99")
    page.keyboard.press("Enter")
    assert "The start w₂ must be a number from −8 to 8".replace("−", "-") in message(page)
    assert state(page)["w"][1] == -3


def test_sliders_change_the_rate_and_the_path_before_stays(open_widget):
    page = open_widget("steps=30")
    slider = page.get_by_role("slider", name="Learning rate")
    slider.focus()
    page.keyboard.press("ArrowRight")
    there = state(page)
    assert there["settings"]["rate"] == pytest.approx(0.016, abs=0.0005)
    assert (there["steps"], there["before"]) == (0, 30)
    assert "Gray: SGD, rate 0.015, 30 steps." in page.locator(".descent-last").inner_text()
    page.get_by_role("button", name="Reset").click()
    assert state(page)["before"] is None


def test_only_controls_that_matter_are_shown(open_widget):
    page = open_widget()
    assert dial(page, "Condition number").is_visible()
    assert not dial(page, "Momentum").is_visible()
    page.get_by_label("Surface", exact=True).select_option("bent")
    page.get_by_label("Optimizer", exact=True).select_option("nesterov")
    assert not dial(page, "Condition number").is_visible()
    assert dial(page, "Momentum").is_visible()
    assert state(page)["w"] == [-1.2, 1]
    page.get_by_label("Optimizer", exact=True).select_option("adam")
    assert state(page)["settings"]["rate"] == 0.05


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("rate=0.021", "SGD is stable for rates below 0.02, and the rate is 0.021"),
        ("optimizer=momentum&rate=0.05", "momentum is stable for rates below 0.038"),
        ("surface=bent&rate=50", "too long for the curvature"),
        ("surface=minima&rate=100&optimizer=nesterov", "too long for the curvature"),
    ],
)
def test_a_diverging_descent_ends_with_a_message(open_widget, text, why):
    page = open_widget(text)
    page.get_by_role("button", name="Run").click()
    wait_for(page, "Boolean(document.querySelector('#descent').widget.path.end)")
    assert "It diverged" in message(page)
    assert why in message(page)
    assert "Choose a smaller learning rate" in message(page)
    assert np.isfinite(state(page)["w"]).all()
    for word in ("NaN", "Infinity", "undefined"):
        assert word not in page.locator(".descent").inner_text()
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("slider", name="Learning rate").fill("-3")
    page.get_by_role("button", name="Step").click()
    assert state(page)["steps"] == 1
    assert "diverged" not in message(page)


def test_a_start_on_the_saddle_says_that_it_never_moves(open_widget):
    page = open_widget("surface=network&w1=0&w2=0")
    page.get_by_role("button", name="Run").click()
    wait_for(page, "Boolean(document.querySelector('#descent').widget.path.end)")
    assert "on the saddle (0, 0): the weights never move" in message(page)


def test_it_works_by_touch_on_a_phone(open_widget):
    page = open_widget(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".descent-plane").tap(position={"x": 40, "y": 40})
    assert state(page)["w"][0] < -8
    page.get_by_role("button", name="Run").tap()
    wait_for(page, "document.querySelector('#descent').widget.path.steps >= 6")
    page.get_by_role("button", name="Pause").tap()
    assert not state(page)["isRunning"]


def test_whoever_wants_less_motion_gets_it(open_widget):
    page = open_widget("rate=0.0001", reduced_motion="reduce")
    page.evaluate("""() => {
        const { widget } = document.querySelector("#descent"), draw = widget.draw.bind(widget);
        widget.drawn = 0;
        widget.draw = () => { widget.drawn += 1; draw(); };
    }""")
    page.get_by_role("button", name="Run").click()
    wait_for(page, "document.querySelector('#descent').widget.path.steps > 15")
    assert page.evaluate("document.querySelector('#descent').widget.drawn") <= 5


def test_pictures_follow_the_theme(open_widget):
    page = open_widget()
    corner = """() => {
        const copy = document.createElement("canvas"), context = copy.getContext("2d");
        context.drawImage(document.querySelector(".descent-plane"), 0, 0);
        return [...context.getImageData(200, 3, 1, 1).data].slice(0, 3).reduce((a, b) => a + b);
    }"""
    light = page.evaluate(corner)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    wait_for(page, f"({corner})() < {light / 2}")


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1000])
def test_axe_finds_nothing(open_widget, mode, width):
    page = open_widget(
        "optimizer=momentum&steps=9",
        color_scheme=mode,
        viewport={"width": width, "height": 900},
        bypass_csp=True,
    )
    dial(page, "Learning rate").fill("0")
    page.keyboard.press("Enter")
    assert "must be a number" in message(page)
    assert axe(page) == []


# ── on the book's page ────────────────────────────────────────


def test_the_page_loads_it_when_it_comes_into_view(open_page):
    page = open_page(PAGE, wait_until="networkidle", viewport={"width": 1280, "height": 700})
    assert not any("descent/widget.mjs" in url for url in page.requests)
    page.get_by_role("link", name="the plateau").click()
    wait_for(page, "Boolean(document.querySelector('#descent').widget)")
    assert state(page)["settings"]["surface"] == "network"
    assert page.problems == []


def test_without_javascript_there_is_a_picture_and_a_text(open_page):
    picture_stands_for(open_page(PAGE, java_script_enabled=False), ".descent")
