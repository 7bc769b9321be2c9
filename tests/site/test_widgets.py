"""The dials on the pages: every number that they show is the one that Python computes."""

import math
import re

import pytest

NEURON, SOFTMAX = "foundations/artificial-neuron", "networks/outputs-and-losses"
CORNERS = [(0, 0), (0, 1), (1, 0), (1, 1)]
WANTED = {
    "A AND B": (0, 0, 0, 1),
    "A OR B": (0, 1, 1, 1),
    "A NAND B": (1, 1, 1, 0),
    "A AND NOT B": (0, 0, 1, 0),
    "A XOR B": (0, 1, 1, 0),
}
TASKS = [*WANTED, "my own"]


def press(control, key, times=1):
    control.focus()
    for _ in range(times):
        control.page.keyboard.press(key)


def turn(slider, value):
    """Turn a slider to a value (that keys turn it is tested in test_site)."""
    slider.fill(str(value))
    assert float(slider.input_value()) == pytest.approx(value)


def choose(dials, group, name):
    press(dials.get_by_role("group", name=group).get_by_role("radio", name=name), "Space")


def typeset(number, digits):
    return f"{number:.{digits}f}".replace("-", "−")


# ── neuron dials ──────────────────────────────────────────────

# w1, w2, b, activation, task; the first is how the page starts
NEURONS = [
    (1, 1, -0.5, "step", "A AND B"),
    (1, 1, -1.5, "step", "A AND B"),
    (-1, -1, 1.5, "sigmoid", "A NAND B"),
    (3.5, -2, -0.5, "sigmoid", "A AND NOT B"),
    (0, 0, 0, "step", "A OR B"),
    (-12, 12, -12, "sigmoid", "A XOR B"),
    (12, 12, 12, "sigmoid", "A OR B"),
]


def neuron(w1, w2, b, activation, task, wanted=None):
    """Return what the dials should show."""
    rows, right = [], 0
    for (x1, x2), target in zip(CORNERS, wanted or WANTED[task], strict=True):
        z = w1 * x1 + w2 * x2 + b
        y = int(z >= 0) if activation == "step" else 1 / (1 + math.exp(-z))
        is_right = (y >= 0.5) == target
        right += is_right
        shown = str(y) if activation == "step" else f"{y:.3f}"
        rows.append([str(x1), str(x2), str(target), typeset(z, 1), shown, "✗✓"[is_right]])
    message = f"{right} of 4 right." + " This neuron does it." * (right == 4)
    if w1 == w2 == 0:
        message += " Both weights are 0: no boundary, one answer for every input."
    terms = [f"{'−' if value < 0 else '+'} {abs(value):.1f}" for value in (w2, b)]
    labels = ["weight w₁ of A", "weight w₂ of B", "bias b"]
    return {
        "dials": [f"{name}{typeset(v, 1)}" for name, v in zip(labels, (w1, w2, b), strict=True)],
        "spoken": [f"{name}: {v:.1f}" for name, v in zip(labels, (w1, w2, b), strict=True)],
        "formula": f"z = {typeset(w1, 1)} A {terms[0]} B {terms[1]}",
        "head": ["A", "B", "wanted", "z", "output", "right?"],
        "table": rows,
        "verdicts": [{"✓": "right", "✗": "wrong"}[row[-1]] for row in rows],
        "buttons": [f"wanted for A {a}, B {b}: {c}; press to change" for a, b, c, *_ in rows],
        "marked": [row[-1] == "✗" for row in rows],
        "message": message,
        "picture": f"Task {task}: {right} of 4 corners right.",
        "task": task,
    }


def shown_by_neuron(dials):
    """Return what the dials do show."""
    return dials.evaluate("""dials => {
        const all = selector => [...dials.querySelectorAll(selector)];
        const texts = selector => all(selector).map(node => node.textContent);
        const said = selector => all(selector).map(node => node.getAttribute("aria-label"));
        return {
            dials: texts(".neuron-dials-sliders > div"),
            spoken: all("input[type=range]").map(input => input.getAttribute("aria-valuetext")),
            formula: texts(".neuron-dials-formula")[0],
            head: texts("th"),
            table: all("tbody tr").map(row => [...row.cells].map(cell => cell.textContent)),
            verdicts: said("td:last-child"),
            buttons: said("td button"),
            marked: all("tbody tr").map(row => row.classList.contains("is-wrong")),
            message: texts("[role=status]")[0],
            picture: said("canvas")[0].split("neuron. ")[1],
            task: dials.querySelector("select").value,
        };
    }""")


def set_neuron(dials, w1, w2, b, activation, task):
    turn(dials.get_by_label("weight w₁ of A"), w1)
    turn(dials.get_by_label("weight w₂ of B"), w2)
    turn(dials.get_by_label("bias b"), b)
    choose(dials, "Activation", activation)
    box = dials.get_by_label("Task", exact=True)
    move = TASKS.index(task) - TASKS.index(box.input_value())
    press(box, "ArrowDown" if move > 0 else "ArrowUp", abs(move))


def test_the_neuron_dials_show_what_python_computes(open_page):
    dials = open_page(NEURON).locator(".neuron-dials")
    assert shown_by_neuron(dials) == neuron(*NEURONS[0])
    for setting in NEURONS[1:]:
        set_neuron(dials, *setting)
        assert shown_by_neuron(dials) == neuron(*setting)


def test_what_is_wanted_of_the_neuron_can_be_changed(open_page):
    dials = open_page(NEURON).locator(".neuron-dials")
    wanted = [0, 0, 0, 1]
    for corner in (1, 3, 1):
        wanted[corner] = 1 - wanted[corner]
        press(dials.locator("td button").nth(corner), "Enter")
        assert shown_by_neuron(dials) == neuron(1, 1, -0.5, "step", "my own", wanted)


def test_the_neurons_picture_is_colored_by_its_output(open_page):
    dials = open_page(NEURON).locator(".neuron-dials")
    low, high = -0.75, 1.75  # of both axes; B grows upward
    for w1, w2, b in [(3, -2, -0.5), (-2, -3, 1), (1, 0.5, 1)]:
        set_neuron(dials, w1, w2, b, "step", "A AND B")
        for x1, x2 in [(-0.7, -0.7), (-0.7, 1.7), (1.7, -0.7), (1.7, 1.7)]:
            red, _green, blue, _alpha = dials.locator("canvas").evaluate(
                """(canvas, at) => [...canvas.getContext("2d").getImageData(
                    at[0] * canvas.width, at[1] * canvas.height, 1, 1).data]""",
                [(x1 - low) / (high - low), (high - x2) / (high - low)],
            )
            is_vermillion = red > blue
            assert is_vermillion == (w1 * x1 + w2 * x2 + b >= 0), (w1, w2, b, x1, x2)


# ── softmax dials ─────────────────────────────────────────────

# z1, z2, z3, logarithm of the temperature, true class; the first is how the page starts
SOFTMAXES = [
    (2, 1, 0.1, 0, 1),
    (2, 1, 0.1, -0.7, 3),
    (-1.3, 0, 1.4, 0.45, 2),
    (5, -5, 5, 1, 2),
    (5, -5, -5, -1, 2),
    (5, -5, -5, -0.15, 1),
    (-5, -5, -5, -1, 3),
]


def softmax(z1, z2, z3, log_temperature, truth):
    """Return what the dials should show, and apart from it the bars, in widths of their boxes."""
    temperature = 10**log_temperature
    z = [value / temperature for value in (z1, z2, z3)]
    e = [math.exp(value - max(z)) for value in z]
    loss = max(z) + math.log(sum(e)) - z[truth - 1]
    rows, bars = [], []
    for k, (logit, subscript) in enumerate(zip((z1, z2, z3), "₁₂₃", strict=True), 1):
        p = e[k - 1] / sum(e)
        gradient = (p - (k == truth)) / temperature
        slope = "↔ " * (abs(gradient) > 1) + typeset(gradient, 4)
        rows.append(
            f"logit z{subscript}{typeset(logit, 1)}|probability{p:.4f}|gradient{slope}"
            + "|true" * (k == truth)
        )
        length = min(abs(gradient), 1) / 2
        bars += [p, 0.5 - length if gradient < 0 else 0.5, length]
    small = re.sub("e-0", "e-", f"{loss:.1e}")
    return {
        "head": ["logit", "probability", "gradient of the loss in z"],
        "rows": rows,
        "temperature": "temperature T" + f"{temperature:#.2g}".rstrip("."),
        "verdict": f"True class {truth}: loss " + (small if loss < 1e-4 else f"{loss:.4f}"),
    }, bars


def shown_by_softmax(dials):
    """Return what the dials do show, and apart from it the bars, in widths of their boxes."""
    texts = dials.evaluate("""dials => {
        const texts = (node, selector) =>
            [...node.querySelectorAll(selector)].map(each => each.textContent);
        const rows = [...dials.querySelectorAll(".softmax-dials-row:not(.softmax-dials-head)")];
        return {
            head: texts(dials, ".softmax-dials-head > *"),
            rows: rows.map(row => texts(row, ":scope > div")
                .concat(row.classList.contains("is-true") ? ["true"] : []).join("|")),
            temperature: texts(dials, ".softmax-dials-choices > div")[0],
            verdict: texts(dials, "[role=status]")[0],
        };
    }""")
    bars = dials.evaluate("""dials => [...dials.querySelectorAll(".softmax-dials-bar")]
        .flatMap(box => {
            const outer = box.getBoundingClientRect();
            const inner = box.firstChild.getBoundingClientRect();
            const width = inner.width / outer.width;
            const isSlope = box.classList.contains("softmax-dials-slope");
            return isSlope ? [(inner.left - outer.left) / outer.width, width] : [width];
        })""")
    return texts, bars


def set_softmax(dials, z1, z2, z3, log_temperature, truth):
    for subscript, value in zip("₁₂₃", (z1, z2, z3), strict=True):
        turn(dials.get_by_label(f"logit z{subscript}"), value)
    turn(dials.get_by_label("temperature T"), log_temperature)
    choose(dials, "True class", str(truth))


def test_the_softmax_dials_show_what_python_computes(open_page):
    dials = open_page(SOFTMAX).locator(".softmax-dials")
    for number, setting in enumerate(SOFTMAXES):
        if number:
            set_softmax(dials, *setting)
        texts, bars = shown_by_softmax(dials)
        right_texts, right_bars = softmax(*setting)
        assert texts == right_texts
        assert bars == pytest.approx(right_bars, abs=0.01)  # of a width: a pixel or two
