"""The playground: its numbers are those of the book's network, and nothing that one does breaks it.

Most tests serve the widget alone, on a page without the rest of the book.
"""

import gzip
import html
import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ive, log_ndtr, logsumexp
from tests.in_browser import picture_stands_for, wait_for
from tests.serving import serve

from annbook.network import SGD, Activation, Adam, Dense, Network
from annbook.network.layers import Layer

STATIC = Path(__file__).resolve().parents[2] / "book" / "_static"
CODE = STATIC / "playground"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>The playground alone</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'">
<link rel="icon" href="_static/favicon.svg">
<link rel="stylesheet" href="_static/book.css">
<p><a id="link" href="#playground?data=xor&amp;seed=4">an experiment</a></p>
<div class="playground" id="playground" data-at-once data-settings="data=moons&amp;epoch=3"></div>
<script type="module" src="_static/playground/playground.mjs"></script></html>"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Serve the widget on a page of its own."""
    folder = tmp_path_factory.mktemp("playground")
    (folder / "index.html").write_text(PAGE)
    (folder / "_static").symlink_to(STATIC)

    with serve(folder) as address:
        yield f"{address}/index.html"


@pytest.fixture
def open_playground(browser, address):
    """Return a function that opens the widget with settings; no error may be reported."""
    contexts, problems = [], []

    def open_playground(settings=None, **options):
        context = browser.new_context(**{"viewport": {"width": 1000, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("response", lambda r: r.ok or problems.append(f"{r.status} {r.url}"))
        page.on("console", lambda m: m.type in ("error", "warning") and problems.append(m.text))
        page.goto(address + ("" if settings is None else f"#playground?{settings}"))
        if options.get("java_script_enabled", True):
            wait_for(page, "Boolean(document.querySelector('.playground').playground)")
            wanted = re.search(r"\bepoch=(\d+)", settings or "epoch=3")
            if wanted and 0 < int(wanted[1]) <= 2000:
                wait_for_epoch(page, int(wanted[1]))
        return page

    yield open_playground
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture(scope="module")
def modules(browser, address):
    """Return a function that runs JavaScript with all of the playground's numbers in `js`."""
    page = browser.new_page()
    page.goto(address)
    page.evaluate("""async () => {
        const names = ["network", "data", "settings", "many"];
        const all = await Promise.all(names.map(name => import(`/_static/playground/${name}.mjs`)));
        window.js = Object.assign({}, ...all);
    }""")
    yield lambda code, argument=None: page.evaluate(code, argument)
    page.close()


def state(page):
    return page.evaluate("""() => {
        const { settings, epoch, network, isRunning, start } =
            document.querySelector(".playground").playground;
        return { settings, epoch, isRunning, weights: [...network.weights], start: [...start] };
    }""")


def wait_for_epoch(page, epoch):
    wait_for(page, f"document.querySelector('.playground').playground.epoch >= {epoch}")


def message(page):
    return page.locator(".pg-status").inner_text()


def control(page, label):
    return page.locator(".pg-options").get_by_label(label, exact=True)


# ── the numbers ───────────────────────────────────────────────

TRAIN = """({ text, steps }) => {
    const { settings } = js.readSettings(text);
    const { train } = js.trainAndTest(settings);
    const X = js.featuresOf(train.X, settings.features);
    const sizes = [settings.features.length, ...settings.hidden, 1];
    const network = new js.Network(sizes, settings.activation);
    network.initialize(settings.seed);
    const weights = [[...network.weights]], gradients = [], masks = [];
    const training = new js.Training(network, X, train.y, settings, settings.seed);
    for (let i = 0; i < steps; i++) {
        training.step();
        weights.push([...network.weights]);
        gradients.push([...network.gradient]);
        const n = Math.min(settings.batch, train.n);
        if (i === 0) for (const mask of network.workspace(n).masks) masks.push([...mask]);
    }
    return { weights, gradients, masks, settings, X: [...X], y: [...train.y],
             result: network.evaluate(X, train.y, train.n) };
}"""


class FixedDropout(Layer):
    """Dropout whose mask is given."""

    def __init__(self, mask):
        self.mask = mask

    def forward(self, A, training=False):
        return A * self.mask

    def backward(self, delta, inputs_too=True):
        return delta * self.mask


def in_python(run, masks=()):
    """Return the book's network with the same points and first weights, and its optimizer."""
    settings = run["settings"]
    layers, sizes = [], [len(settings["features"]), *settings["hidden"], 1]
    for i, (inputs, units) in enumerate(itertools.pairwise(sizes)):
        layers.append(Dense(inputs, units, l1=settings["l1"], l2=settings["l2"]))
        if i < len(sizes) - 2:
            if settings["activation"] != "linear":
                layers.append(Activation(settings["activation"]))
            if masks:
                layers.append(FixedDropout(np.reshape(masks[i], (-1, units))))
    network = Network(layers, "sigmoid_crossentropy")
    network.weights[:] = run["weights"][0]
    X = np.reshape(run["X"], (-1, sizes[0]))
    rate = settings["rate"]
    optimizers = {"sgd": SGD(rate), "momentum": SGD(rate, momentum=0.9), "adam": Adam(rate)}
    return network, optimizers[settings["optimizer"]], X, np.array(run["y"])


EXPERIMENTS = [
    f"data=moons&activation={activation}&optimizer={optimizer}&{more}"
    for activation in ("tanh", "sigmoid", "relu", "linear")
    for optimizer, more in [
        ("sgd", "hidden=4,2&rate=0.3"),
        ("momentum", "hidden=8,8&rate=0.03&l1=0.003"),
        ("adam", "hidden=3,5,2&rate=0.03&l2=0.003&l1=0.001&batch=7"),
    ]
]
EXPERIMENTS += ["hidden=&features=x1x1,x2x2&rate=0.1", "hidden=8,8,8,8&batch=200&seed=77"]
EXPERIMENTS += ["features=x1,x2,x1x1,x2x2,x1x2,sin1,sin2&train=20&batch=50"]


@pytest.mark.parametrize("text", EXPERIMENTS)
def test_gradients_and_steps_are_those_of_the_books_network(modules, text):
    run = modules(TRAIN, {"text": text, "steps": 60})
    network, optimizer, X, y = in_python(run)
    batch = run["settings"]["batch"]
    starts = itertools.cycle(range(0, len(y), batch))
    for gradient, weights in zip(run["gradients"], run["weights"][1:], strict=True):
        chosen = slice(start := next(starts), start + batch)
        network.train_on_batch(X[chosen], y[chosen, None], optimizer)
        np.testing.assert_allclose(gradient, network.gradient, rtol=0, atol=1e-9)
        np.testing.assert_allclose(weights, network.weights, rtol=0, atol=1e-9)
    for layer in network.layers:
        if isinstance(layer, Dense):
            layer.l1 = layer.l2 = 0.0  # the playground shows the loss without penalties
    evaluated = network.evaluate(X, y)
    assert run["result"]["loss"] == pytest.approx(evaluated["loss"], abs=1e-9)
    assert run["result"]["accuracy"] == pytest.approx(evaluated["accuracy"])


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "linear"])
def test_dropout_lets_gradients_pass_where_outputs_passed(modules, activation):
    text = f"hidden=8,8&dropout=0.3&batch=200&activation={activation}"
    run = modules(TRAIN, {"text": text, "steps": 1})
    masks = run["masks"][:2]
    for mask in masks:
        assert set(np.round(mask, 9)) == {0, round(1 / 0.7, 9)}
        assert np.mean(np.equal(mask, 0)) == pytest.approx(0.3, abs=0.05)
    network, optimizer, X, y = in_python(run, masks)
    network.train_on_batch(X, y[:, None], optimizer)
    np.testing.assert_allclose(run["gradients"][0], network.gradient, rtol=0, atol=1e-9)


def test_first_weights_are_glorots(modules):
    run = modules(TRAIN, {"text": "hidden=8,8,8,8&seed=5", "steps": 0})
    network, *_ = in_python(run)
    for W, b in zip(network.parameters[::2], network.parameters[1::2], strict=True):
        limit = math.sqrt(6 / sum(W.shape))
        assert np.abs(W).max() <= limit + 1e-4
        assert (b == 0).all()
    W = network.parameters[2] / math.sqrt(6 / 16)
    assert W.std() == pytest.approx(1 / math.sqrt(3), rel=0.2)


# ── the data ──────────────────────────────────────────────────


def test_seeds_give_the_same_points_and_weights_always(modules):
    """A link to an experiment must lead to the same experiment in later versions, too."""
    run = modules(TRAIN, {"text": "data=spirals&points=3&seed=9", "steps": 0})
    again = modules(TRAIN, {"text": "data=spirals&points=3&seed=9", "steps": 0})
    other = modules(TRAIN, {"text": "data=spirals&points=4&seed=10", "steps": 0})
    assert run == again
    assert np.not_equal(run["X"], other["X"]).mean() > 0.99
    assert np.not_equal(run["weights"], other["weights"]).sum() == 18  # all but the biases
    assert run["X"][:4] == FIRST_POINTS
    assert run["weights"][0][:4] == FIRST_WEIGHTS


FIRST_POINTS = [-0.797, -0.109, -0.451, 1.374]
FIRST_WEIGHTS = [-0.4373, -0.4792, -0.9511, -0.8316]


def log_density(name, noise, label, X):
    """Return the logarithm of a class's density at points X, up to a term for both classes."""
    if name == "blobs":
        center = np.array([-1.1, -0.7]) * (-1 if label else 1)
        return -((X - center) ** 2).sum(axis=1) / (2 * noise**2)
    if name == "circles":  # the Gaussian's mean over a circle is a Bessel function
        radius, rho = (1 if label else 2.2), np.hypot(*X.T)
        return np.log(ive(0, rho * radius / noise**2)) - (rho - radius) ** 2 / (2 * noise**2)
    if name == "xor":  # of a uniform distribution blurred by a Gaussian, the same for both axes

        def log_side(x):
            upper, lower = log_ndtr((2.35 - x) / noise), log_ndtr((0.25 - x) / noise)
            return upper + np.log1p(-np.exp(np.minimum(lower - upper, -1e-12)))

        sides = [[log_side(side * X[:, axis]) for axis in (0, 1)] for side in (-1, 1)]
        pairs = [(0, 1), (1, 0)] if label else [(0, 0), (1, 1)]
        return logsumexp([sides[a][0] + sides[b][1] for a, b in pairs], axis=0)
    s = (np.arange(3000) + 0.5) / 3000
    if name == "moons":
        curve = np.stack([1.5 * np.cos(np.pi * s) - 0.75, 1.5 * np.sin(np.pi * s) - 0.375], axis=1)
    else:
        radius, angle = 0.1 + 2.5 * s, 0.2 + 3 * np.pi * s
        curve = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    curve *= -1 if label else 1
    squares = ((X[:, None] - curve) ** 2).sum(axis=2)
    return logsumexp(-squares / (2 * noise**2), axis=1)


DATA = {"moons": 0.3, "circles": 0.4, "xor": 0.3, "blobs": 0.7, "spirals": 0.25}


@pytest.mark.parametrize("name", DATA)
def test_the_bayes_boundary_is_where_the_densities_are_equal(modules, name):
    X = np.random.default_rng(0).uniform(-3, 3, (400, 2))
    odds = modules(
        """({ name, noise, X }) => {
            const logOdds = js.bayesLogOdds(name, noise);
            return X.map(([x1, x2]) => logOdds(x1, x2));
        }""",
        {"name": name, "noise": DATA[name], "X": X.tolist()},
    )
    right = log_density(name, DATA[name], 1, X) - log_density(name, DATA[name], 0, X)
    assert np.abs(right).max() > 3
    near = np.abs(right) < 20
    np.testing.assert_allclose(np.array(odds)[near], right[near], rtol=0.03, atol=0.06)
    assert (np.sign(odds) == np.sign(right))[np.abs(right) > 0.1].all()


@pytest.mark.parametrize("name", DATA)
def test_points_come_from_the_distribution_whose_boundary_is_shown(modules, name):
    """Where the densities say 80 %, 80 of 100 points are of that class."""
    sampled = modules(
        """({ name, noise }) => {
            const { X, y } = js.samplePoints(name, noise, 20000, 1, 2);
            return { X: [...X], y: [...y] };
        }""",
        {"name": name, "noise": 2 * DATA[name]},
    )
    X, y = np.reshape(sampled["X"], (-1, 2)), np.array(sampled["y"])
    odds = np.concatenate(
        [
            log_density(name, 2 * DATA[name], 1, part) - log_density(name, 2 * DATA[name], 0, part)
            for part in np.array_split(X, 40)
        ]
    )
    p = 1 / (1 + np.exp(-np.clip(odds, -500, 500)))
    for low in np.arange(0, 1, 0.2):
        chosen = (p >= low) & (p < low + 0.2)
        error = math.sqrt(0.25 / max(chosen.sum(), 1))
        assert y[chosen].mean() == pytest.approx(p[chosen].mean(), abs=4 * error)


# ── the address ───────────────────────────────────────────────

WANTED = {
    "data": "xor", "noise": 0.25, "train": 50, "points": 7, "features": ["x1", "x1x2", "sin2"],
    "hidden": [8, 1, 3], "activation": "relu", "optimizer": "adam", "rate": 0.004, "batch": 3,
    "l1": 0.0001, "l2": 0.02, "dropout": 0.15, "seed": 12, "epoch": 9, "each": 70, "bayes": 1,
    "test": 1,
}  # fmt: skip


def test_settings_survive_the_address(modules):
    round_trip = "settings => js.readSettings(js.writeSettings(settings))"
    assert modules(round_trip, WANTED) == {"settings": WANTED, "problems": []}
    no_layers = WANTED | {"hidden": []}
    assert modules(round_trip, no_layers)["settings"] == no_layers
    usual = modules("() => js.readSettings('').settings")
    assert modules("settings => js.writeSettings(settings)", usual) == ""


GARBAGE = [
    "rate=abc", "rate=", "rate=NaN", "rate=Infinity", "rate=-1", "rate=0", "rate=1e9", "rate=0x10",
    "hidden=9", "hidden=0", "hidden=4,,2", "hidden=2,2,2,2,2", "hidden=-1", "hidden=1e3",
    "hidden=NaN", "features=", "features=x1,x1", "features=x3", "data=__proto__", "data=toString",
    "data=", "activation=constructor", "optimizer=sgd,adam", "noise=0", "noise=-0.2", "noise=5",
    "train=0", "train=1e9", "train=10.5", "batch=0", "batch=9999", "dropout=1", "l1=-1", "l2=2",
    "seed=0", "seed=-5", "seed=99999999999999999999", "epoch=1e9", "epoch=-1", "each=0",
    "bayes=yes", "nonsense=1", "=", "&&&==", "<script>alert(1)</script>", "%", "%E0%A4%A", "☃=1",
    "rate=" + "9" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("text", GARBAGE, ids=lambda text: text[:30])
def test_garbage_in_the_address_is_named_and_not_used(modules, text):
    read = modules("text => js.readSettings(text)", text)
    assert read["settings"] == modules("() => js.readSettings('').settings")
    if text != "&&&==":
        assert len(read["problems"]) == 1


def test_garbage_in_the_address_gives_a_message_and_a_working_widget(open_playground):
    page = open_playground("data=xor&rate=abc&hidden=99&<b>x</b>=1&epoch=2")
    assert "“rate=abc” should be a number from" in message(page)
    assert "There is no setting “<b>x</b>=1”" in message(page)
    assert state(page)["settings"]["data"] == "xor"
    page.get_by_role("button", name="Step").click()
    assert state(page)["epoch"] == 3


def test_the_address_follows_and_leads_back_to_the_same_experiment(open_playground):
    page = open_playground("data=circles&hidden=3&seed=5")
    control(page, "Learning rate").select_option("0.3")
    for _ in range(4):
        page.get_by_role("button", name="Step").click()
    page.wait_for_url("**epoch=4*")
    there = open_playground(page.url.partition("?")[2])
    assert state(there)["weights"] == state(page)["weights"]
    assert state(there)["settings"]["rate"] == 0.3


def test_a_link_on_the_page_leads_into_an_experiment(open_playground):
    page = open_playground()
    page.locator("#link").click()
    wait_for(page, "document.querySelector('.playground').playground.settings.seed == 4")
    assert state(page)["settings"]["data"] == "xor"
    assert page.locator(".pg-data input:checked").get_attribute("value") == "xor"


def experiments():
    """Return the settings of all experiments that pages start with or link to."""
    found = set()
    for page in (STATIC.parent).rglob("*.md"):
        text = page.read_text(encoding="utf8")
        begun = r'id="playground"[^>]*data-settings="'
        found |= set(re.findall(rf'(?:#playground\?|{begun})([^"]*)"', text))
    return sorted(map(html.unescape, found))


@pytest.mark.parametrize("text", experiments())
def test_the_books_own_experiments_can_be_read(modules, text):
    read = modules("text => js.readSettings(text)", text)
    assert read["problems"] == []


# ── what a reader does ────────────────────────────────────────


def test_run_pause_step_and_reset_from_the_keyboard(open_playground):
    page = open_playground()
    before = state(page)["weights"]
    run = page.get_by_role("button", name="Run")
    run.focus()
    page.keyboard.press("Enter")
    wait_for_epoch(page, 8)
    page.keyboard.press("Enter")
    there = state(page)
    assert not there["isRunning"]
    assert there["weights"] != before
    assert re.search(r"Epoch \d+: \d+ % of the training points are right", message(page))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert state(page)["epoch"] == there["epoch"] + 1
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    reset = state(page)
    assert reset["epoch"] == 0
    assert reset["weights"] == reset["start"]


def test_every_control_is_reached_and_named(open_playground):
    page = open_playground()
    for folded in page.locator(".playground summary").all()[1:]:
        folded.click()
    names = set()
    page.locator("#link").focus()
    for _ in range(120):
        page.keyboard.press("Tab")
        names.add(
            page.evaluate("""() => {
            const node = document.activeElement;
            return node.getAttribute("aria-label") || [...node.labels ?? []][0]?.textContent
                || node.textContent.slice(0, 40);
        }""")
        )
    for name in (
        "Run", "Step", "Reset", "moons", "one hidden layer more", "one unit fewer in layer 2",
        "input x₁²", "layer 1, unit 4", "output", "Bayes boundary", "test points (hollow)",
        "Activation", "Optimizer", "Learning rate", "Batch size", "L1 penalty", "L2 penalty",
        "Dropout", "Noise of the data", "Training points", "Speed", "New weights", "New points",
        "Train 100 networks", "Copy the code", "Copy a link to this experiment",
    ):  # fmt: skip
        assert name in names, name


def test_data_are_chosen_with_the_arrow_keys(open_playground):
    page = open_playground()
    page.locator(".pg-data input:checked").focus()
    page.keyboard.press("ArrowRight")
    assert state(page)["settings"]["data"] == "circles"
    assert state(page)["settings"]["noise"] == 0.2
    assert state(page)["epoch"] == 0


def test_layers_units_and_inputs_can_be_changed(open_playground):
    page = open_playground("hidden=4,2")
    page.get_by_label("one hidden layer more").click()
    page.get_by_label("one unit more in layer 3").click()
    page.get_by_label("one unit fewer in layer 1").click()
    page.get_by_label("input sin 2x₂").click()
    page.get_by_label("input x₁", exact=True).click()
    settings = state(page)["settings"]
    assert settings["hidden"] == [3, 2, 3]
    assert settings["features"] == ["x2", "sin2"]
    assert len(state(page)["weights"]) == 9 + 8 + 9 + 4
    page.get_by_label("input sin 2x₂").click()
    page.get_by_label("input x₂", exact=True).click()
    assert "at least one input" in message(page)
    assert state(page)["settings"]["features"] == ["x2"]
    for _ in range(3):
        page.get_by_label("one hidden layer fewer").click()
    assert page.get_by_label("one hidden layer fewer").is_disabled()
    page.get_by_role("button", name="Step").click()
    assert len(state(page)["weights"]) == 2


def test_a_units_weights_can_be_changed(open_playground):
    page = open_playground("hidden=4,2&epoch=2")
    page.get_by_label("layer 2, unit 2").focus()
    page.keyboard.press("Enter")
    assert page.locator(".pg-title").inner_text() == "Layer 2, unit 2"
    fields = page.locator(".pg-inspector input")
    assert fields.count() == 5
    picture = page.locator(".pg-plane").evaluate("canvas => canvas.toDataURL()")
    fields.nth(2).fill("-7.5")
    weights = state(page)["weights"]
    assert weights[12 + 2 * 2 + 1] == -7.5  # after 2·4 + 4 of layer 1: row 3, column 2
    assert page.locator(".pg-plane").evaluate("canvas => canvas.toDataURL()") != picture
    fields.nth(2).fill("1e99")
    assert "must be a number from" in message(page)
    assert state(page)["weights"] == weights
    page.keyboard.press("Tab")  # the focus stays in the fields
    assert fields.nth(3).evaluate("field => field === document.activeElement")


def test_it_works_by_touch_on_a_phone(open_playground):
    page = open_playground(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_label("layer 1, unit 1").tap()
    assert page.locator(".pg-inspector input").count() == 3
    page.get_by_role("button", name="Run").tap()
    wait_for_epoch(page, 6)
    page.get_by_role("button", name="Pause").tap()
    assert not state(page)["isRunning"]


def test_whoever_wants_less_motion_gets_it(open_playground):
    page = open_playground(reduced_motion="reduce")
    page.evaluate("""() => {
        const { playground } = document.querySelector(".playground");
        const draw = playground.draw.bind(playground);
        playground.drawn = 0;
        playground.draw = (...all) => { playground.drawn += 1; draw(...all); };
    }""")
    page.get_by_role("button", name="Run").click()
    wait_for(page, "document.querySelector('.playground').playground.frames > 40")
    drawn = page.evaluate("document.querySelector('.playground').playground.drawn")
    frames = page.evaluate("document.querySelector('.playground').playground.frames")
    assert 1 <= drawn < frames / 2


def test_pictures_follow_the_theme(open_playground):
    page = open_playground()
    colors = """() => {
        const plane = document.querySelector(".pg-plane"), copy = document.createElement("canvas");
        const context = copy.getContext("2d", { willReadFrequently: true });
        context.drawImage(plane, 0, 0);
        return [...context.getImageData(200, 2, 1, 1).data];
    }"""
    light = page.evaluate(colors)
    page.evaluate("""() => {
        document.documentElement.style.setProperty("--pst-color-background", "#101418");
        document.documentElement.dataset.theme = "dark";
    }""")
    wait_for(page, f"(({colors})().join() !== '{','.join(map(str, light))}')")
    assert sum(page.evaluate(colors)[:3]) < sum(light[:3])


@pytest.mark.parametrize("activation", ["relu", "linear", "tanh"])
def test_a_diverging_training_ends_with_a_message(open_playground, activation):
    page = open_playground(
        f"data=blobs&hidden=8,8,8,8&activation={activation}&rate=1000&optimizer=momentum&l2=1"
        "&features=x1x1,x2x2"
    )
    page.get_by_role("button", name="Run").click()
    wait_for(page, "!document.querySelector('.playground').playground.isRunning")
    assert "diverged" in message(page)
    assert "smaller learning rate" in message(page)
    assert np.isfinite(state(page)["weights"]).all()
    assert "NaN" not in page.locator(".playground").inner_text()
    assert "Infinity" not in page.locator(".playground").inner_text()
    control(page, "Learning rate").select_option("0.01")
    control(page, "L2 penalty").select_option("0")
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="Step").click()
    assert state(page)["epoch"] == 1
    assert "diverged" not in message(page)


# ── a hundred networks ────────────────────────────────────────


def wilson(successes, n, z=1.96):
    p = successes / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return middle - half, middle + half


@pytest.mark.parametrize("successes", [0, 1, 37, 99, 100])
def test_the_interval_is_wilsons(modules, successes):
    assert modules("k => js.wilson(k, 100)", successes) == pytest.approx(wilson(successes, 100))


def test_a_hundred_networks_are_trained_beside_the_page(open_playground, modules):
    text = "data=circles&hidden=3&rate=1&each=20"
    page = open_playground(text)
    page.get_by_text("100 networks", exact=True).click()
    page.get_by_role("button", name="Train 100 networks").click()
    wait_for(page, "document.querySelectorAll('.pg-dots button').length == 100")
    accuracies = modules(
        """text => {
            const { settings } = js.readSettings(text);
            return Array.from({ length: 100 }, (_, i) => js.accuracyOfOne(settings, i + 1));
        }""",
        text,
    )
    bayes = page.evaluate("document.querySelector('.playground').playground.bayesAccuracy")
    good = [accuracy >= bayes - 0.05 - 1e-9 for accuracy in accuracies]
    assert 5 < sum(good) < 95
    shown = page.locator(".pg-dots button").evaluate_all(
        "dots => dots.map(dot => dot.className === 'is-good')"
    )
    assert shown == good
    low, high = wilson(sum(good), 100)
    said = page.locator(".pg-many p[role=status]").inner_text()
    assert f"{sum(good)} of 100 succeeded after 20 epochs" in said
    assert f"{100 * low:.0f} % and {100 * high:.0f} %" in said
    # Each can be looked at, with the keyboard, too
    page.locator(".pg-dots button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    wait_for_epoch(page, 20)
    there = state(page)
    assert (there["epoch"], there["settings"]["seed"]) == (20, 2)
    right = page.evaluate("document.querySelector('.playground').playground.now.test.accuracy")
    assert right == accuracies[1]
    assert page.locator(".pg-dots button").count() == 100


def test_a_hundred_networks_can_be_stopped(open_playground):
    page = open_playground("data=spirals&hidden=8,8,8,8&each=2000")
    page.get_by_text("100 networks", exact=True).click()
    page.get_by_role("button", name="Train 100 networks").click()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Step").click()
    assert state(page)["epoch"] == 1
    assert page.get_by_role("button", name="Train 100 networks").is_visible()


# ── copy as Python ────────────────────────────────────────────

COPIED = [
    "data=moons&epoch=5",
    "data=xor&hidden=8,8&activation=relu&optimizer=adam&rate=0.01&epoch=6&train=50&batch=7",
    "data=circles&hidden=3&activation=sigmoid&optimizer=momentum&l1=0.001&epoch=4&features=x1,x2x2",
    "data=spirals&hidden=&activation=linear&l2=0.003&epoch=3&features=x1,x2,x1x2,sin1,sin2",
    "data=blobs&hidden=5,1,2&activation=linear&l1=0.001&l2=0.01&epoch=2",
]


def code_for(page, kind):
    box = page.locator(".pg-code")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    box.get_by_label({"annbook": "the book's package", "keras": "Keras"}[kind]).check()
    return box.locator("code").inner_text()


def run_copied(code, kind):
    """Run the code; return all weights in one vector."""
    assert max(len(line) for line in code.splitlines() if "# http" not in line) <= 100
    names = {}
    exec(compile(code, "<copied>", "exec"), names)
    if kind == "annbook":
        return names["network"].weights
    return np.concatenate([array.ravel() for array in names["model"].get_weights()])


@pytest.mark.parametrize("text", COPIED)
def test_the_copied_code_reaches_the_same_weights(open_playground, keras_in_64_bits, text, capsys):
    page = open_playground(text)
    weights = state(page)["weights"]
    assert weights != state(page)["start"]
    for kind in ("annbook", "keras"):
        code = code_for(page, kind)
        assert f"#playground?{text.split('&')[0]}" in code or "data=circles" in text
        difference = np.abs(run_copied(code, kind) - weights).max()
        assert difference <= (1e-9 if kind == "annbook" else 1e-6)  # Keras has penalties in 32 bits
        loss = float(page.locator(".pg-measures tbody tr").first.locator("td").first.inner_text())
        if "l1" not in text and "l2" not in text:  # Python adds the penalties to the loss
            printed = re.search(r"'loss': ([\d.e-]+)", capsys.readouterr().out)
            assert float(printed[1]) == pytest.approx(loss, abs=6e-4)


def test_the_copied_code_goes_on_from_what_was_changed_by_hand(open_playground):
    page = open_playground("data=moons&epoch=3")
    page.get_by_label("layer 1, unit 1").click()
    page.locator(".pg-inspector input").first.fill("2.5")
    control(page, "Learning rate").select_option("0.3")
    for _ in range(2):
        page.get_by_role("button", name="Step").click()
    code = code_for(page, "annbook")
    assert "epochs=2," in code
    assert "http" not in code  # an address would not lead to it
    np.testing.assert_allclose(run_copied(code, "annbook"), state(page)["weights"], atol=1e-8)


def test_copied_code_with_dropout_runs_and_says_that_it_differs(open_playground, keras_in_64_bits):
    page = open_playground("hidden=8,8&dropout=0.3&epoch=2")
    for kind in ("annbook", "keras"):
        code = code_for(page, kind)
        assert "Dropout draws its own random numbers" in code
        assert np.isfinite(run_copied(code, kind)).all()


def test_code_and_link_are_copied(open_playground):
    page = open_playground("data=xor&epoch=2", permissions=["clipboard-read", "clipboard-write"])
    code = code_for(page, "keras")
    page.get_by_role("button", name="Copy the code").click()
    page.get_by_text("Code copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == code
    page.get_by_role("button", name="Copy a link").click()
    page.get_by_text("Link copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith("#playground?data=xor&epoch=2")


# ── size and speed ────────────────────────────────────────────


def test_it_is_small():
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in CODE.glob("*.*s")}
    assert {"network.mjs", "data.mjs", "playground.mjs", "playground.css"} < set(sizes)
    assert sum(sizes.values()) <= 30_000, sizes


def test_a_frame_is_fast(open_playground):
    """The bounds are generous, for busy machines: an idle one needs about a tenth."""
    page = open_playground("data=spirals&hidden=8,8,8&optimizer=adam&rate=0.01")
    milliseconds = page.evaluate("""() => {
        const { playground } = document.querySelector(".playground");
        const times = [];
        for (let i = 0; i < 20; i++) {
            const start = performance.now();
            playground.advance(start + 10);
            playground.draw();
            times.push(performance.now() - start);
        }
        return times.sort((a, b) => a - b)[10];
    }""")
    assert milliseconds < 200


# ── on the book's pages ───────────────────────────────────────


def test_the_landing_page_shows_it_in_the_first_screen(open_page):
    page = open_page("index")
    wait_for(page, "Boolean(document.querySelector('.playground').playground)")
    wait_for_epoch(page, 50)
    picture = page.locator(".pg-plane").bounding_box()
    assert picture["y"] + picture["height"] <= 900
    assert picture["width"] > 250
    assert state(page)["settings"]["data"] == "spirals"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_still_picture_lies_where_the_living_one_will_be(open_page, width):
    wait = "window.requestIdleCallback = then => { window.start = then; }"
    page = open_page("index", script=wait, viewport={"width": width, "height": 900})
    still = page.locator(".playground img").bounding_box()
    assert not any("widget.mjs" in url for url in page.requests)
    wait_for(page, "Boolean(window.start)")
    page.evaluate("delete window.requestIdleCallback; window.start()")
    wait_for(page, "Boolean(document.querySelector('.playground').playground)")
    wait_for(page, "!document.querySelector('.playground img')")
    living = page.locator(".pg-main" if width > 600 else ".pg-plane").bounding_box()
    assert living == pytest.approx(still, abs=2)


def test_it_starts_when_the_page_is_there(open_page):
    page = open_page("index")
    wait_for(page, "Boolean(document.querySelector('.playground').playground)")
    times = page.evaluate("""() => {
        const all = performance.getEntriesByType("resource");
        const widget = all.find(each => each.name.includes("widget.mjs"));
        return [performance.getEntriesByType("navigation")[0].loadEventStart, widget.startTime];
    }""")
    assert times[0] <= times[1]


def test_in_a_file_there_is_a_picture_and_a_text(browser, site_folder):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((site_folder / "index.html").as_uri())
    picture_stands_for(page, ".playground")
    page.close()


def test_a_page_loads_it_when_it_comes_into_view(open_page):
    low = {"width": 1280, "height": 200}
    page = open_page("generalization/playground", wait_until="networkidle", viewport=low)
    assert not any("widget.mjs" in url for url in page.requests)
    page.locator("#playground").scroll_into_view_if_needed()
    wait_for(page, "Boolean(document.querySelector('.playground').playground)")
    assert state(page)["settings"]["data"] == "circles"
    page.get_by_role("link", name="two units in one layer").click()
    wait_for(page, "document.querySelector('.playground').playground.settings.hidden.join() == '2'")


@pytest.mark.parametrize("name", ["index", "generalization/playground"])
def test_without_javascript_there_is_a_picture_and_a_text(open_page, name):
    picture_stands_for(open_page(name, java_script_enabled=False), ".playground")
