"""The backpropagation stepper: its numbers are those of the book's engine, whatever one does."""

import html
import re
from pathlib import Path

import numpy as np
import pytest
from tests.in_browser import axe, picture_stands_for, wait_for

from annbook.autodiff import Value
from annbook.network import SGD, Activation, Dense, Network

NAME, LINK = "backprop", "graph=neuron&amp;at=7"
MODULES = ["backprop/run", "backprop/graphs", "backprop/settings"]
PAGE = "training/backpropagation"
ROOT = Path(__file__).resolve().parents[2]
RUN = """({ graph, values, y, rate }) => {
    const chosen = js.GRAPHS[graph], inputs = {};
    for (const { name, value } of chosen.inputs) inputs[name] = values?.[name] ?? value;
    const run = new js.Run(chosen, inputs, y ?? chosen.y), after = run.descend(rate ?? chosen.rate);
    return {
        inputs, y: run.y ?? null, values: run.values, isGood: run.isGood,
        weights: chosen.inputs.filter(each => each.isWeight).map(each => each.name),
        gradients: run.steps.map((_, at) => run.gradients(at + 1)),
        written: run.steps.map((_, at) => run.written(at)), after: after.values,
    };
}"""


def sigmoid(z):
    return 1 / (1 + (-z).exp())


def loss(p, y):
    return -(p.log() if y else (1 - p).log())


def paths(v, y):
    v["u"], v["v"] = v["x"] ** 2, v["a"] * v["x"]
    v["L"] = v["u"] * v["v"]


def exam(v, y):
    for j in "₁₂":
        v[f"z{j}"] = v[f"w₁{j}"] * v["x₁"] + v[f"w₂{j}"] * v["x₂"]
        v[f"h{j}"] = sigmoid(v[f"z{j}"])
    v["zₒ"] = v["w₁"] * v["h₁"] + v["w₂"] * v["h₂"]
    v["p"] = sigmoid(v["zₒ"])
    v["L"] = loss(v["p"], y)


def neuron(v, y):
    v["m"] = v["w"] * v["x"]
    v["z"] = v["m"] + v["b"]
    v["p"] = sigmoid(v["z"])
    v["L"] = loss(v["p"], y)


GRAPHS = {"paths": paths, "exam": exam, "neuron": neuron}


def by_the_engine(graph, inputs, y):
    """Return all values and all gradients of a graph, by annbook's automatic differentiation."""
    nodes = {name: Value(value) for name, value in inputs.items()}
    GRAPHS[graph](nodes, y)
    nodes["L"].backward()
    data = {name: node.data for name, node in nodes.items()}
    return data, {name: node.grad for name, node in nodes.items()}


def state(page):
    return page.evaluate("""() => {
        const { graphName, at, rate, run } = document.querySelector("#backprop").widget;
        return { graph: graphName, at, rate, y: run.y ?? null, values: run.values };
    }""")


def message(page):
    return page.locator(".backprop-status").inner_text()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def fill(page, name, value):
    page.locator(".backprop").get_by_role("spinbutton", name=name, exact=True).fill(str(value))
    page.keyboard.press("Enter")


def texts(page, selector):
    return page.locator(f".backprop-diagram {selector}").all_text_contents()


# ── the numbers ───────────────────────────────────────────────


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("seed", range(6))
def test_values_and_gradients_are_the_engines(modules, graph, seed):
    rng, first = np.random.default_rng(seed), modules(RUN, {"graph": graph})
    values = {name: float(rng.normal()) for name in first["inputs"]} if seed else None
    y = None if first["y"] is None else seed % 2
    run = modules(RUN, {"graph": graph, "values": values, "y": y, "rate": 0.3})
    data, gradients = by_the_engine(graph, run["inputs"], y)
    assert run["values"] == pytest.approx(data, abs=1e-12)
    assert run["gradients"][-1] == pytest.approx(gradients, abs=1e-12)
    after = {
        name: value - (0.3 * gradients[name] if name in run["weights"] else 0)
        for name, value in run["inputs"].items()
    }
    assert run["after"] == pytest.approx(by_the_engine(graph, after, y)[0], abs=1e-12)


def test_the_exam_network_is_the_one_of_annbook_network(modules):
    run = modules(RUN, {"graph": "exam"})
    layers = [Dense(2, 2), Activation("sigmoid"), Dense(2, 1)]
    network = Network(layers, "sigmoid_crossentropy")
    w = run["inputs"]
    names = ["w₁₁", "w₁₂", "w₂₁", "w₂₂", None, None, "w₁", "w₂", None]
    network.weights[:] = [w.get(name, 0) for name in names]
    X, y = np.array([[10.0, 9.0]]), np.array([[0.0]])
    before = network.evaluate(X, y)["loss"]
    network.train_on_batch(X, y, SGD(0.05))
    for name, gradient in zip(names, network.gradient, strict=True):
        if name:
            assert run["gradients"][-1][name] == pytest.approx(gradient, abs=1e-9)
    assert run["values"]["L"] == pytest.approx(before, abs=1e-9)
    network.weights[[name is None for name in names]] = 0  # the page's network has no biases
    assert run["after"]["L"] == pytest.approx(network.evaluate(X, y)["loss"], abs=1e-9)


@pytest.mark.parametrize("graph", GRAPHS)
def test_each_written_line_is_true_and_each_step_adds_one_product(modules, graph):
    run = modules(RUN, {"graph": graph, "values": None})
    known = {}
    for line, gradients in zip(run["written"], run["gradients"], strict=True):
        changed = {name: g for name, g in gradients.items() if known.get(name) != g}
        assert len(changed) <= 1
        known = gradients
        number = float(re.sub("−", "-", line.split(" = ")[-1]))
        if "∂" in line:
            name = re.search(r"∂L/∂(\S+) = \S+$", line) or re.match(r"∂L/∂(\S+)", line)
            assert number == pytest.approx(gradients[name[1]], rel=1e-3, abs=1e-4)
        else:
            assert number == pytest.approx(run["values"][line.split()[0]], rel=1e-3)
        product = re.search(r" = (\(?−?[\d.]+\)?) · (\(?−?[\d.]+\)?) = (−?[\d.]+)", line)
        if product and "+" not in line:
            a, b, result = (float(each.strip("()").replace("−", "-")) for each in product.groups())
            assert a * b == pytest.approx(result, rel=2e-3, abs=1e-4)


# ── the address ───────────────────────────────────────────────

GARBAGE = [
    "graph=abc", "graph=__proto__", "graph=toString", "rate=abc", "rate=0", "rate=1e9", "x=NaN",
    "x=11", "at=-1", "at=1.5", "at=1e3", "y=1", "w=1", "nonsense=1", "%E0%A4%A",
    "<script>alert(1)</script>",
]  # fmt: skip


def test_settings_survive_the_address(modules):
    text = "graph=exam&at=9&rate=0.5&y=1&w11=-0.5&x2=7&w2=3"
    read = modules("text => js.readSettings(text)", text)
    assert read["problems"] == []
    assert read["settings"]["values"]["w₁₁"] == -0.5
    assert read["settings"]["values"]["x₁"] == 10
    assert modules("text => js.writeSettings(js.readSettings(text).settings)", text) == text


@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_in_the_address_is_named_and_not_used(modules, text):
    read = modules("text => js.readSettings(text)", text)
    assert read["settings"] == modules("() => js.readSettings('').settings")
    assert len(read["problems"]) == 1


def test_garbage_in_the_address_gives_a_message_and_a_working_widget(open_widget):
    page = open_widget("graph=neuron&w=abc&<b>x</b>=1")
    assert "“w=abc” should be a number from -10 to 10" in message(page)
    assert "There is no setting “<b>x</b>=1”" in message(page)
    press(page, "Step")
    assert message(page).startswith("Backward, 1 of 7: ∂L/∂L = 1.")


def test_the_address_follows_and_leads_back_to_the_same_place(open_widget):
    page = open_widget("graph=exam")
    for _ in range(3):
        press(page, "Step")
    fill(page, "w₁₂", -1.5)
    page.wait_for_url("**w12=-1.5*")
    there = open_widget(page.url.partition("?")[2])
    assert state(there) == state(page)
    assert message(there) == message(page)


def experiments():
    found = set()
    for page in (ROOT / "book").rglob("*.md"):
        found |= set(re.findall(r'#backprop\?([^"]*)"', page.read_text(encoding="utf8")))
    return sorted(map(html.unescape, found))


@pytest.mark.parametrize("text", experiments())
def test_the_books_own_experiments_can_be_read(modules, text):
    assert modules("text => js.readSettings(text)", text)["problems"] == []


# ── what a reader does ────────────────────────────────────────


def test_the_keyboard_leads_through_both_passes_and_back(open_widget):
    page = open_widget("graph=paths&at=0")
    assert message(page).startswith("Forward, 0 of 3: only the inputs are known.")
    assert texts(page, ".backprop-value") == ["4", "2", "?", "?", "?"]
    page.get_by_role("button", name="Step", exact=True).focus()
    for number, (line, values) in enumerate(
        [("u = x² = 4² = 16", "16??"), ("v = ax = 2 · 4 = 8", "168?")], 1
    ):
        page.keyboard.press("Enter")
        assert message(page) == f"Forward, {number} of 3: {line}."
        assert "".join(texts(page, ".backprop-value")[2:]) == values
    page.keyboard.press("Enter")
    assert "L = uv = 16 · 8 = 128. The forward pass is done" in message(page)
    assert "".join(texts(page, ".backprop-gradient")) == ""
    for _ in range(5):
        page.keyboard.press("Space")
    assert texts(page, ".backprop-slope") == ["×4", "×2", "×8", "×16"]
    assert texts(page, ".backprop-gradient") == ["32", "64", "8", "16", "1"]
    page.keyboard.press("Enter")
    assert "x has a second path: ∂L/∂u · 2x = 8 · 8 = 64 is added to 32" in message(page)
    assert "so ∂L/∂x = 96. All gradients are complete." in message(page)
    assert page.get_by_role("button", name="Step", exact=True).is_disabled()
    assert "Gradients of L: L 1, u 8, v 16, a 64, x 96." in page.locator(
        ".backprop-diagram"
    ).get_attribute("aria-label")
    page.get_by_text("All lines so far").click()
    assert page.locator("ol.backprop-lines li").count() == 9
    page.get_by_role("button", name="Back").focus()
    for _ in range(9):
        page.keyboard.press("Enter")
    assert state(page)["at"] == 0
    press(page, "Finish the pass")
    assert state(page)["at"] == 3
    press(page, "Finish the pass")
    assert state(page)["at"] == 9


def test_inputs_can_be_changed_on_the_way_and_all_that_is_shown_follows(open_widget):
    page = open_widget("graph=paths&at=9")
    fill(page, "x", 3)
    assert texts(page, ".backprop-gradient") == ["54", "27", "6", "9", "1"]
    slider = page.get_by_role("slider", name="x")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert state(page)["values"]["x"] == pytest.approx(3.1)
    assert state(page)["at"] == 9
    fill(page, "x", "1e9")
    assert "The x must be a number from -1000 to 1000" in message(page)
    assert state(page)["values"]["x"] == pytest.approx(3.1)


def test_a_step_changes_the_weights_and_says_what_it_did_to_the_loss(open_widget):
    page = open_widget("graph=exam")
    press(page, "Take a step")
    said = page.locator(".backprop-descent").inner_text()
    assert "L before the step 1.501, after it 0.7456." in said  # as on the page
    lines = page.locator("ul.backprop-lines li").all_text_contents()
    assert lines[-2] == "w₁ ← 2 − 0.05 · 0.4854 = 1.976"
    assert len(lines) == 6
    values = state(page)["values"]
    assert (values["x₁"], values["x₂"]) == (10, 9)
    press(page, "Finish the pass")
    gradients = dict(zip(values, texts(page, ".backprop-gradient"), strict=True))
    assert float(gradients["w₁₂"].replace("−", "-")) != 0  # the page promises this
    fill(page, "Learning rate", 100)
    press(page, "Take a step")
    press(page, "Reset")
    assert state(page)["values"]["L"] == pytest.approx(1.5012638, abs=1e-6)
    assert state(page)["rate"] == 0.05
    assert page.locator("ul.backprop-lines li").count() == 0


def test_the_gradient_at_z_is_predicted_minus_observed(open_widget):
    page = open_widget("graph=neuron&at=7")
    for y in ("0", "1"):
        page.get_by_label("observed y").select_option(y)
        gradients = dict(zip(state(page)["values"], texts(page, ".backprop-gradient"), strict=True))
        delta = float(gradients["z"].replace("−", "-"))
        assert delta == pytest.approx(state(page)["values"]["p"] - int(y), abs=1e-4)


@pytest.mark.parametrize("settings", ["graph=neuron&w=10&x=10&y=0", "graph=neuron&x=10"])
def test_numbers_beyond_all_bounds_are_refused_with_a_message(open_widget, settings):
    page = open_widget(settings)
    if "w=10" not in settings:
        fill(page, "w", 900)
        fill(page, "x", 900)
        page.get_by_label("observed y").select_option("0")
    assert "p may round to 1" in message(page)
    assert "is-problem" in page.locator(".backprop-status").get_attribute("class")
    assert np.isfinite(list(state(page)["values"].values())).all()
    for word in ("NaN", "Infinity", "undefined"):
        assert word not in page.locator(".backprop").inner_text()
    press(page, "Step")
    assert "p may round" not in message(page)


def test_graphs_are_chosen_with_the_arrow_keys_and_a_link(open_widget):
    page = open_widget()
    page.get_by_role("radio", name="two paths").focus()
    page.keyboard.press("ArrowRight")
    assert state(page)["graph"] == "exam"
    assert state(page)["at"] == 7
    assert page.get_by_role("slider").count() == 8
    page.locator("#link").click()
    wait_for(page, "document.querySelector('#backprop').widget.graphName == 'neuron'")
    assert state(page)["at"] == 7
    assert page.get_by_role("radio", name="a neuron").is_checked()


def test_it_works_by_touch_on_a_phone(open_widget):
    page = open_widget(
        "graph=exam", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Step", exact=True).tap()
    assert state(page)["at"] == 8
    boxes = page.locator(".backprop-node rect").evaluate_all(
        "all => all.map(box => { const { left, right, top, bottom } ="
        " box.getBoundingClientRect(); return [left, right, top, bottom]; })"
    )
    assert all(left >= 0 and right <= 360 for left, right, *_ in boxes)
    for i, a in enumerate(boxes):  # no box lies on another
        for b in boxes[:i]:
            assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]
    widest = page.locator(".backprop-value").evaluate_all(
        "all => Math.max(...all.map(text => text.getBoundingClientRect().width))"
    )
    assert widest < 60


def test_whoever_wants_less_motion_gets_it(open_widget):
    for motion, name in (("no-preference", "backprop-flow"), ("reduce", "none")):
        page = open_widget("graph=paths&at=4", reduced_motion=motion)
        press(page, "Step")
        edge = page.locator(".backprop-edge.is-new line")
        assert edge.evaluate("edge => getComputedStyle(edge).animationName") == name


OVERLAPS = """() => {
    const all = style => [...document.querySelectorAll(`.backprop-diagram ${style}`)];
    const meet = (a, b) => a.left < b.right && b.left < a.right
        && a.top + 2 < b.bottom - 2 && b.top + 2 < a.bottom - 2;
    const others = [...all(".backprop-node rect"), ...all("polygon"), ...all(".backprop-slope")];
    return all(".backprop-slope").filter(label => others.some(other => other !== label
        && meet(label.getBoundingClientRect(), other.getBoundingClientRect())))
        .map(label => label.textContent);
}"""


@pytest.mark.parametrize("width", [360, 560, 1000])
@pytest.mark.parametrize("graph", GRAPHS)
def test_no_slope_lies_on_a_box_an_arrowhead_or_another_slope(open_widget, graph, width):
    page = open_widget(f"graph={graph}", viewport={"width": width, "height": 900})
    press(page, "Finish the pass")
    assert page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1000])
@pytest.mark.parametrize("graph", GRAPHS)
def test_axe_finds_nothing(open_widget, mode, width, graph):
    viewport = {"width": width, "height": 900}
    page = open_widget(f"graph={graph}&at=8", color_scheme=mode, viewport=viewport, bypass_csp=True)
    press(page, "Take a step")
    press(page, "Finish the pass")
    page.get_by_text("All lines so far").click()
    assert axe(page) == []


# ── on the book's page ────────────────────────────────────────


def test_the_page_loads_it_when_it_comes_into_view(open_page):
    page = open_page(PAGE, wait_until="networkidle", viewport={"width": 1280, "height": 700})
    assert not any("backprop/widget.mjs" in url for url in page.requests)
    page.locator("#backprop").scroll_into_view_if_needed()
    wait_for(page, "Boolean(document.querySelector('#backprop').widget)")
    assert state(page)["graph"] == "exam"
    page.get_by_role("link", name="two paths").click()
    wait_for(page, "document.querySelector('#backprop').widget.graphName == 'paths'")
    assert page.problems == []


def test_without_javascript_there_is_a_picture_and_a_text(open_page):
    picture_stands_for(open_page(PAGE, java_script_enabled=False), ".backprop")
