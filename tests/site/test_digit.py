"""The drawing field: it prepares drawings as MNIST's makers did, and answers as Keras does."""

import base64
import gzip
import itertools
import json
import math
import os
import re
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from tests.in_browser import picture_stands_for, wait_for
from tests.serving import serve

from annbook import datasets
from annbook.digit_field import draw_a_digit
from annbook.int8_file import FORMAT, load_int8, quantize
from bookbuilder.html_body import mend_body
from bookbuilder.pictures import PicturesOfPage

STATIC = Path(__file__).resolve().parents[2] / "book" / "_static"
FINE, SIDE, MIDDLE = 280, 28, 14
POLICY = "default-src 'self'; base-uri 'self'; form-action 'self'"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>The field alone</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<link rel="icon" href="_static/favicon.svg">
<link rel="stylesheet" href="_static/book.css">
<link rel="stylesheet" href="_static/book.css">
<body><main>{spacer}<h1>The field</h1>{field}</main>
<script type="module" src="_static/digit/digit.mjs"></script></body></html>"""
SPACER = "<pre>" + "\n" * 200 + "</pre>"


# ── a page with nothing but the field ─────────────────────────


@pytest.fixture(scope="module")
def images():
    """Return a few pictures with much paper, as digits have."""
    rng = np.random.default_rng(1)
    grays = rng.integers(0, 256, (40, SIDE, SIDE), dtype=np.uint8)
    return np.where(rng.random(grays.shape) < 0.3, grays, 0).astype(np.uint8)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Return a file with a network of random weights, as `save_int8` writes it."""
    rng, layers = np.random.default_rng(0), []
    for inputs, units in itertools.pairwise((SIDE * SIDE, 200, 100, 10)):
        limit = np.sqrt(6 / (inputs + units))
        whole, scale = quantize(rng.uniform(-1.2 * limit, 1.2 * limit, (inputs, units)))
        layer = {"units": units, "activation": "softmax" if units == 10 else "relu"}
        layer["weights"] = base64.b64encode(whole.tobytes()).decode()
        layer["scale"], layer["bias"] = scale.tolist(), rng.normal(0, 0.05, units).tolist()
        layers.append(layer)
    content = {"format": FORMAT, "input_shape": [SIDE, SIDE], "input_scale": 1 / 255}
    path = tmp_path_factory.mktemp("network") / "digits.json"
    path.write_text(json.dumps(content | {"layers": layers}))
    return path


@pytest.fixture(scope="module")
def network(path):
    """Return the network of the file."""
    return load_int8(path)


@pytest.fixture(scope="module")
def address(tmp_path_factory, path, images):
    """Serve the field as the site shows it, on pages of its own."""
    folder = tmp_path_factory.mktemp("field")
    (folder / "_static").symlink_to(STATIC)
    with pytest.MonkeyPatch.context() as patch:  # whatever data are at hand
        patch.setattr(datasets, "source", lambda name: "official")
        made = draw_a_digit(path, images[:12], np.arange(12) % 10, title="Twelve images")
    mended = mend_body(made.html, PicturesOfPage(folder / "_images", "_images", {}))
    with_note = mended.replace("data-title", 'data-note="Stand-in digits." data-title')
    (folder / "damaged.json").write_text('{"format": "something else"}')
    pages = {
        "index": mended,
        "low": mended,
        "note": with_note,
        "missing": re.sub(r'data-network="[^"]+"', 'data-network="nothing.json"', mended),
        "damaged": re.sub(r'data-network="[^"]+"', 'data-network="damaged.json"', mended),
    }
    for name, field in pages.items():
        spacer = SPACER if name == "low" else ""
        text = PAGE.format(policy=POLICY, spacer=spacer, field=field)
        (folder / f"{name}.html").write_text(text, encoding="utf8")
    with serve(folder) as address:
        yield address


@pytest.fixture
def open_field(browser, address):
    """Return a function that opens a page with the field; no error may be reported."""
    contexts, problems = [], []

    def open_field(name="index", wait="!field.isDue && field.network && field.examples", **options):
        context = browser.new_context(**{"viewport": {"width": 1000, "height": 1000}, **options})
        contexts.append(context)
        page = context.new_page()
        page.requests = []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        if name not in ("missing", "damaged"):
            page.on("response", lambda r: r.ok or problems.append(f"{r.status} {r.url}"))
            said = ("error", "warning")
            page.on("console", lambda m: m.type in said and problems.append(m.text))
        page.goto(f"{address}/{name}.html")
        if options.get("java_script_enabled", True) and wait:
            wait_for(page, f"(field => Boolean(field && ({wait})))({FIELD})")
        return page

    yield open_field
    for context in contexts:
        context.close()
    assert problems == []


FIELD = "document.querySelector('.digit').field"


@pytest.fixture(scope="module")
def modules(browser, address):
    """Return a function that runs JavaScript with all of the field's functions in `js`."""
    page = browser.new_page()
    page.goto(f"{address}/low.html")
    page.evaluate("""async () => {
        const names = ["int8", "preparation"];
        const all = await Promise.all(names.map(name => import(`/_static/digit/${name}.mjs`)));
        window.js = Object.assign({}, ...all);
        const { network } = document.querySelector(".digit").dataset;
        js.network = new js.Int8Network(await (await fetch(network)).json());
    }""")
    yield lambda code, argument=None: page.evaluate(code, argument)
    page.close()


def draw(page, points):
    """Draw a stroke with the mouse; points are in shares of the field's side."""
    box = page.locator(".dg-paper").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()
    settle(page)


def settle(page):
    page.wait_for_timeout(60)  # a frame
    wait_for(page, f"!{FIELD}.isDue")


def state(page):
    return page.evaluate(f"""() => {{
        const {{ result, strokes, loaded }} = {FIELD};
        return {{
            strokes, label: loaded?.label,
            result: result && {{
                pixels: [...result.pixels], probabilities: [...result.probabilities],
                order: result.order,
            }},
        }};
    }}""")


def message(page, expected):
    """Wait until the field says something; return all it says."""
    page.locator(".dg-status", has_text=re.compile(expected)).wait_for(timeout=10_000)
    return page.locator(".dg-status").inner_text()


ONE = [(0.52, 0.15 + 0.05 * i) for i in range(15)]
SEVEN = [(0.3 + 0.04 * i, 0.25) for i in range(11)] + [
    (0.7 - 0.02 * i, 0.25 + 0.05 * i) for i in range(1, 12)
]


# ── the network ───────────────────────────────────────────────


def test_outputs_are_those_of_keras(modules, network, images):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras
    from keras import layers

    stack = [keras.Input((SIDE, SIDE)), layers.Rescaling(1 / 255), layers.Flatten()]
    stack += [layers.Dense(units, activation="relu") for units in (200, 100)]
    model = keras.Sequential([*stack, layers.Dense(10, activation="softmax")])
    model.set_weights(network.keras_weights())
    found = modules(
        "all => all.map(pixels => [...js.network.predict(pixels)])",
        images.reshape(len(images), -1).tolist(),
    )
    expected = model.predict(images, verbose=0)
    assert expected.max(axis=1).min() < 0.9, "they are no matter of course"
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    np.testing.assert_allclose(np.sum(found, axis=1), 1, rtol=0, atol=1e-12)


def test_evidence_is_ink_times_the_gradient(modules, network, images):
    def difference(x, a=3, b=5):
        for layer in network.layers:
            x = x @ layer.weights.astype(float) + layer.bias
            x = np.maximum(x, 0) if layer.activation == "relu" else x
        return x[a] - x[b]

    x = images[0].ravel() / 255
    found = modules("pixels => [...js.network.evidence(pixels, 3, 5)]", images[0].ravel().tolist())
    expected = []
    for i, step in enumerate(1e-6 * np.eye(len(x))):
        expected.append(x[i] * (difference(x + step) - difference(x - step)) / 2e-6)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    assert np.count_nonzero(found) == np.count_nonzero(images[0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "other"}, "the format is other"),
        ({"layers": []}, None),
        ({"input_scale": None}, "factor"),
        ({"input_shape": [27, 28]}, "layer 1 is damaged"),
    ],
)
def test_a_damaged_file_is_refused(modules, path, change, said):
    content = json.loads(path.read_text()) | change
    found = modules(
        """content => {
            try { return `fine: ${new js.Int8Network(content).outputs}`; }
            catch (error) { return error.message; }
        }""",
        content,
    )
    assert (said or "fine: 784") in found  # without layers it is the identity: no reader of digits


# ── the preparation ───────────────────────────────────────────


def in_numpy(fine):
    """Prepare a drawing in black and white as MNIST describes it."""
    rows, columns = np.flatnonzero(fine.any(axis=1)), np.flatnonzero(fine.any(axis=0))
    part = fine[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(float)
    scale = 20 / max(part.shape)

    def shares(length):  # of each fine pixel in each of 20 pixels
        new, old = np.arange(20)[:, None] / scale, np.arange(length)
        return scale * np.clip(np.minimum(new + 1 / scale, old + 1) - np.maximum(new, old), 0, 1)

    box = np.round(255 * shares(part.shape[0]) @ part @ shares(part.shape[1]).T)
    row, column = (np.sum(np.indices(box.shape) * box, axis=(1, 2)) / box.sum()).tolist()
    down, right = (math.floor(MIDDLE - center + 0.5) for center in (row, column))
    wide = np.pad(box, 20)  # cut off what lies outside
    return wide[20 - down : 48 - down, 20 - right : 48 - right]


def random_strokes(seed):
    rng = np.random.default_rng(seed)
    start, size = rng.uniform(0.1, 0.6, 2), rng.uniform(0.1, 0.5, 2)
    return [(start + size * rng.random((n, 2))).ravel().tolist() for n in rng.integers(1, 8, 3)]


DRAWINGS = {
    "a dot": [[0.9, 0.1]],
    "a one": [[0.5, 0.1, 0.5, 0.9]],
    "a small one": [[0.1, 0.8, 0.1, 0.9]],
    "a line across": [[0.05, 0.5, 0.95, 0.5]],
    "beyond the edge": [[0.5, 0.5, 1.4, 0.2]],
    "a heavy corner": [[0.2, 0.2, 0.2, 0.3, 0.25, 0.2, 0.3, 0.25], [0.2, 0.2, 0.8, 0.8]],
    **{f"random {seed}": random_strokes(seed) for seed in range(4)},
}
RASTERIZE = """([strokes, pen]) => {
    const fine = js.rasterize(strokes, pen);
    const picture = js.prepare(fine), center = js.centerOfMass(picture);
    return { fine: [...fine], picture: [...picture], center };
}"""


@pytest.mark.parametrize("pen", [0.03, 0.075, 0.14])
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_prepared_as_mnist_describes_it(modules, name, pen):
    found = modules(RASTERIZE, [DRAWINGS[name], pen])
    fine = np.reshape(found["fine"], (FINE, FINE))
    picture = np.reshape(found["picture"], (SIDE, SIDE))
    np.testing.assert_allclose(picture, in_numpy(fine), rtol=0, atol=1)
    # Its center of mass is in the middle, as far as whole pixels allow.
    rows, columns = np.indices(picture.shape)
    center = np.array([(rows * picture).sum(), (columns * picture).sum()]) / picture.sum()
    assert np.abs(center - MIDDLE).max() <= 0.5 + 1e-9
    assert [found["center"]["row"], found["center"]["column"]] == pytest.approx(center.tolist())
    # Its longer side measures 20 pixels, the other one is in proportion.
    heights = [np.ptp(np.flatnonzero(a.any(axis=1))) + 1 for a in (fine, picture)]
    widths = [np.ptp(np.flatnonzero(a.any(axis=0))) + 1 for a in (fine, picture)]
    assert max(heights[1], widths[1]) == 20
    scale = 20 / max(heights[0], widths[0])
    assert abs(heights[1] - scale * heights[0]) <= 1
    assert abs(widths[1] - scale * widths[0]) <= 1


@pytest.mark.parametrize("name", DRAWINGS)
def test_strokes_are_what_lies_within_half_a_pen(modules, name):
    pen, strokes = 0.075, DRAWINGS[name]
    y, x = (np.indices((FINE, FINE)) + 0.5) / FINE
    nearest = np.full((FINE, FINE), np.inf)
    for stroke in strokes:
        points = np.reshape(stroke, (-1, 2))
        for a, b in zip(points, [*points[1:], points[-1]], strict=True):
            along = b - a
            share = ((x - a[0]) * along[0] + (y - a[1]) * along[1]) / max(along @ along, 1e-12)
            share = np.clip(share, 0, 1)
            distance = np.hypot(x - a[0] - share * along[0], y - a[1] - share * along[1])
            nearest = np.minimum(nearest, distance)
    found = np.reshape(modules(RASTERIZE, [strokes, pen])["fine"], (FINE, FINE)).astype(bool)
    clear = np.abs(nearest - pen / 2) > 1e-9  # a pixel on the very edge may go either way
    assert np.array_equal(found[clear], nearest[clear] < pen / 2)


def test_size_and_place_of_a_drawing_do_not_matter(modules):
    shape = np.array([[0.0, 0.0], [0.6, 0.0], [0.2, 1.0]])
    pictures = [
        modules(RASTERIZE, [[(np.array(corner) + size * shape).ravel().tolist()], 0.15 * size])
        for corner, size in (((0.1, 0.1), 0.8), ((0.6, 0.5), 0.3))
    ]
    large, small = (np.array(found["picture"]) for found in pictures)
    assert np.abs(large - small).mean() < 4


def test_nothing_drawn_is_an_empty_picture(modules):
    found = modules(RASTERIZE, [[], 0.075])
    assert set(found["picture"]) == {0}
    assert found["center"] is None
    outside = modules(RASTERIZE, [[[1.5, 1.5, 1.6, 1.6]], 0.075])
    assert set(outside["picture"]) == {0}


def test_sliders_move_the_picture(modules, images):
    pixels = images[0].ravel().tolist()

    def moved(**moves):
        found = modules("([p, moves]) => [...js.moved(p, moves)]", [pixels, moves])
        return np.reshape(found, (SIDE, SIDE))

    assert np.array_equal(moved(), images[0])
    expected = np.zeros_like(images[0])
    expected[:-3, 2:] = images[0][3:, :-2]
    assert np.array_equal(moved(down=-3, right=2), expected)
    quarter = moved(turn=90)  # clockwise about row and column 14
    for row, column in ((1, 1), (5, 20), (14, 14), (27, 9)):
        assert abs(int(quarter[column, SIDE - row]) - int(images[0][row, column])) <= 1
    assert np.abs(moved(turn=20).sum() / images[0].sum() - 1) < 0.15


# ── on the page ───────────────────────────────────────────────


def test_a_stroke_is_read_at_once(open_field, network):
    page = open_field()
    draw(page, SEVEN)
    result = state(page)["result"]
    assert sum(result["probabilities"]) == pytest.approx(1, abs=1e-12)
    picture = np.reshape(result["pixels"], (1, SIDE, SIDE)).astype(np.uint8)
    expected = network.predict(picture)[0]
    np.testing.assert_allclose(result["probabilities"], expected, rtol=0, atol=1e-5)
    first, second = np.argsort(-expected)[:2]
    assert result["order"][:2] == [first, second]
    assert page.locator(".dg-digit").inner_text() == str(first)
    assert f"runner-up: {second}" in page.locator(".dg-second").inner_text()
    shown = page.locator(".dg-number").all_inner_texts()
    numbers = [float(text.strip(">% \u00a0")) for text in shown]
    np.testing.assert_allclose(numbers, 100 * expected, rtol=0, atol=0.1)
    assert page.locator(".dg-bars .is-first b").inner_text() == str(first)
    said = message(page, rf"reads {first} \(")  # while it was drawn it may have read another
    assert f"runner-up is {second} (" in said
    assert page.locator(".dg-status").get_attribute("role") == "status"


def test_an_empty_drawing_gets_a_message_and_no_answer(open_field):
    page = open_field()

    def is_empty():
        assert "nothing to read" in message(page, "nothing")
        assert state(page)["result"] is None
        assert page.locator(".dg-digit").inner_text() == "?"
        assert set(page.locator(".dg-number").all_inner_texts()) == {"–"}
        assert page.get_by_role("button", name="Clear").is_disabled()
        assert "NaN" not in page.locator(".digit").inner_text()

    is_empty()
    for name in ("Move right", "Turn"):
        page.get_by_label(name).focus()
        page.keyboard.press("End")
    is_empty()
    assert page.get_by_role("button", name="Undo").is_disabled()
    draw(page, ONE)
    assert state(page)["result"]
    page.get_by_role("button", name="Clear").click()
    is_empty()
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert len(state(page)["strokes"]) == 1
    page.get_by_role("button", name="Undo").click()
    is_empty()


def test_a_stroke_out_of_the_field_leaves_no_ink_and_no_answer(open_field):
    page = open_field()
    page.evaluate(f"{FIELD}.beginStroke(1.5, 1.5)")
    settle(page)
    assert "no ink" in message(page, "no ink")
    assert state(page)["result"] is None


def test_one_can_draw_with_the_keyboard(open_field):
    page = open_field()
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "dg-paper":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("ArrowUp")
    assert state(page)["strokes"] == []
    page.keyboard.press("Space")
    for _ in range(10):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    settle(page)
    (stroke,) = state(page)["strokes"]
    assert len(stroke) == 22
    assert stroke[:2] == pytest.approx([0.5, 0.475])
    assert stroke[-2:] == pytest.approx([0.5, 0.725])
    assert state(page)["result"]
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.down("ArrowLeft")
    page.keyboard.down("ArrowUp")  # both: diagonally
    page.keyboard.up("ArrowUp")
    page.keyboard.up("ArrowLeft")
    settle(page)
    corner, left, both = np.reshape(state(page)["strokes"][1], (-1, 2))
    assert left - corner == pytest.approx([-0.025, 0])
    assert both - left == pytest.approx([-0.025, -0.025])
    page.keyboard.press("Backspace")
    settle(page)
    assert len(state(page)["strokes"]) == 1
    page.keyboard.press("Delete")
    settle(page)
    assert state(page)["strokes"] == []
    for _ in range(100):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Space")
    settle(page)
    assert state(page)["strokes"][0] == pytest.approx([0, 0.5 + 9 * 0.025], abs=0.2)
    page.keyboard.press("Tab")  # leaving lifts the pen
    assert page.evaluate(f"{FIELD}.cursor.stroke") is None


def test_one_can_draw_with_a_finger_and_the_page_stays(open_field):
    phone = {"width": 390, "height": 844}
    page = open_field(viewport=phone, has_touch=True, is_mobile=True)
    paper = page.locator(".dg-paper")
    assert paper.evaluate("node => getComputedStyle(node).touchAction") == "none"
    paper.scroll_into_view_if_needed()
    before, box = page.evaluate("scrollY"), paper.bounding_box()
    session = page.context.new_cdp_session(page)
    for i in range(12):
        point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] * (0.8 - 0.05 * i)}
        kind = "touchMove" if i else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settle(page)
    assert page.evaluate("scrollY") == before
    assert len(state(page)["strokes"]) == 1
    assert len(state(page)["strokes"][0]) >= 10
    assert state(page)["result"]


def test_test_images_go_in_as_they_are_and_can_be_drawn_on(open_field, network, images):
    page = open_field()
    page.get_by_role("button", name="Test image 4, labeled 3").click()
    settle(page)
    shown = state(page)
    assert shown["label"] == 3
    assert np.array_equal(shown["result"]["pixels"], images[3].ravel())
    expected = network.predict(images[3:4])[0]
    np.testing.assert_allclose(shown["result"]["probabilities"], expected, rtol=0, atol=1e-5)
    assert "test image labeled 3" in message(page, "labeled 3")
    second = page.locator(".dg-second").inner_text()
    assert ("runner-up" if expected.argmax() == 3 else "labeled 3, ") in second
    pressed = page.locator(".dg-thumbnails [aria-pressed=true]")
    assert pressed.get_attribute("aria-label") == "Test image 4, labeled 3"
    draw(page, ONE)
    assert "with your strokes on it" in message(page, "strokes")
    changed = np.array(state(page)["result"]["pixels"])
    assert (changed >= images[3].ravel()).all()
    assert (changed > images[3].ravel()).any()
    for name in ("Undo", "Undo"):
        page.get_by_role("button", name=name).click()
    settle(page)
    assert state(page)["result"] is None
    assert pressed.count() == 0


def test_sliders_and_switches_show_what_they_change(open_field):
    page = open_field()
    draw(page, SEVEN)
    before = state(page)["result"]
    picture = np.reshape(before["pixels"], (SIDE, SIDE))
    page.get_by_label("Move right").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    settle(page)
    moved = np.reshape(state(page)["result"]["pixels"], (SIDE, SIDE))
    assert np.array_equal(moved[:, 2:], picture[:, :-2])
    assert state(page)["result"]["probabilities"] != before["probabilities"]
    assert page.get_by_label("Move right").get_attribute("aria-valuetext") == "+2 pixels"
    curve = page.locator(".dg-curve").first
    wait_for(
        page,
        "/Probability of \\d from −6 to \\+6/.test("
        "document.querySelector('.dg-curve').getAttribute('aria-label'))",
    )
    assert re.search(r"reads? \d", curve.get_attribute("aria-label"))
    page.get_by_role("button", name="Back to the middle").click()
    settle(page)
    assert state(page)["result"] == before
    page.get_by_label("Scale and center").uncheck()
    settle(page)
    as_drawn = np.reshape(state(page)["result"]["pixels"], (SIDE, SIDE))
    rows = np.flatnonzero(as_drawn.any(axis=1))
    assert (rows[0], rows[-1]) == (5, 23)  # 0.25 and 0.8 of the side, and half a pen
    page.get_by_label("Pen").focus()
    page.keyboard.press("End")
    settle(page)
    assert np.sum(state(page)["result"]["pixels"]) > 1.4 * as_drawn.sum()

    def colors():
        return page.evaluate("""() => {
            const { width, height } = document.querySelector(".dg-picture");
            const copy = new OffscreenCanvas(width, height).getContext("2d");
            copy.drawImage(document.querySelector(".dg-picture"), 0, 0);
            const { data } = copy.getImageData(0, 0, width, height);
            const isColored = (i) => i % 4 === 0 && Math.abs(data[i] - data[i + 2]) > 90;
            return data.filter((_, i) => isColored(i)).length;
        }""")

    gray = colors()
    page.get_by_label("Color the ink").check()
    settle(page)
    assert colors() > gray + 100


# ── loading, themes, readers ──────────────────────────────────


def test_everything_waits_until_it_comes_into_view(open_field):
    page = open_field("low", wait="")
    page.wait_for_timeout(500)
    assert not [url for url in page.requests if "widget.mjs" in url or url.endswith(".json")]
    page.locator(".digit").scroll_into_view_if_needed()
    wait_for(page, f"Boolean({FIELD}?.network && {FIELD}.examples)")
    assert len([url for url in page.requests if url.endswith(".json")]) == 2


@pytest.mark.parametrize(
    ("name", "reason"), [("missing", "the server answers 404"), ("damaged", "the format is")]
)
def test_a_network_that_does_not_come_is_named(open_field, name, reason):
    page = open_field(name, wait="field.problem")
    assert reason in message(page, "could not be loaded")
    draw(page, ONE)
    assert state(page)["result"] is None
    assert page.locator(".dg-digit").inner_text() == "?"
    page.get_by_role("button", name="Try again").click()
    assert reason in message(page, "could not be loaded")


def test_a_network_of_other_digits_says_so(open_field, path, images, monkeypatch):
    page = open_field("note")
    assert page.locator(".dg-note").inner_text() == "Stand-in digits."
    monkeypatch.setattr(datasets, "source", lambda name: "stand-in")
    made = draw_a_digit(path, images[:1], [3], title="One")
    assert made.html.count("made without MNIST") == 2  # for the widget, and where there is none
    monkeypatch.setattr(datasets, "source", lambda name: "official")
    assert "made without" not in draw_a_digit(path, images[:1], [3], title="One").html


def test_without_javascript_there_is_a_picture_and_a_text(open_field):
    page = open_field(java_script_enabled=False)
    picture_stands_for(page, ".digit")
    assert "labeled 0" in page.locator(".digit > img").get_attribute("alt")


def test_pictures_follow_the_theme(open_field):
    page = open_field(color_scheme="light")
    draw(page, ONE)
    ink = """() => {
        const paper = document.querySelector(".dg-paper"), copy = document.createElement("canvas");
        [copy.width, copy.height] = [paper.width, paper.height];
        const context = copy.getContext("2d");
        context.drawImage(paper, 0, 0);
        return context.getImageData(paper.width * 0.52, paper.height * 0.5, 1, 1).data[0];
    }"""
    assert page.evaluate(ink) < 80
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    wait_for(page, f"({ink})() > 180")
    page.evaluate("delete document.documentElement.dataset.theme")
    wait_for(page, f"({ink})() < 80")
    page.emulate_media(color_scheme="dark")
    wait_for(page, f"({ink})() > 180")


def test_whoever_wants_less_motion_gets_it(open_field):
    duration = "getComputedStyle(document.querySelector('.dg-track i')).transitionProperty"
    assert open_field().evaluate(duration) == "width"
    assert open_field(reduced_motion="reduce").evaluate(duration) == "none"


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1000])
def test_it_fits_and_axe_finds_nothing(open_field, width, mode):
    size = {"width": width, "height": 900}
    page = open_field(viewport=size, color_scheme=mode, bypass_csp=True)
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf8")
    for step in range(2):
        if step:
            page.locator(".dg-thumbnails button").first.click()
            page.get_by_label("Color the ink").check()
            message(page, "labeled")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(axe)
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        faults = [f"{v['id']}: {node['html'][:150]}" for v in found for node in v["nodes"]]
        assert faults == []
    for button in page.locator(".digit button").all():
        assert button.bounding_box()["height"] >= 24


def test_nothing_moves_when_it_comes(open_field):
    for width in (390, 1000):
        page = open_field(viewport={"width": width, "height": 900})
        message(page, "nothing")
        live = page.locator(".digit").bounding_box()["height"]
        style = "getComputedStyle(document.querySelector('.digit'))"
        reserved = page.evaluate(f"parseFloat({style}.minHeight)")
        assert 0 <= live - reserved <= 90, (width, live, reserved)


def test_it_is_small_and_fast(open_field):
    sizes = {
        path.name: len(gzip.compress(path.read_bytes())) for path in (STATIC / "digit").glob("*.*s")
    }
    assert {"digit.mjs", "widget.mjs", "int8.mjs", "preparation.mjs", "digit.css"} == set(sizes)
    assert sum(sizes.values()) <= 16_000, sizes
    page = open_field()
    for start in (0.2, 0.4, 0.6):
        draw(page, [(start + 0.3 * (i % 2), 0.1 + 0.02 * i) for i in range(40)])
    milliseconds = page.evaluate(f"""() => {{
        const times = [];
        for (let i = 0; i < 11; i++) {{
            const start = performance.now();
            {FIELD}.ask();
            {FIELD}.draw();
            times.push(performance.now() - start);
        }}
        return times.sort((a, b) => a - b)[5];
    }}""")
    assert milliseconds < 100  # an idle machine needs about a twentieth


# ── on the book's page ────────────────────────────────────────


def test_the_page_publishes_the_network_that_it_trained(open_page, site, site_folder):
    page = open_page("practice/mnist-capstone", wait_until="networkidle")
    name = page.locator(".digit").get_attribute("data-network").rpartition("/")[2]
    file = site_folder / "_images" / name
    assert file.stat().st_size <= 300_000
    assert not any(name in url or "widget.mjs" in url for url in page.requests)
    page.locator(".digit").scroll_into_view_if_needed()
    wait_for(page, f"Boolean({FIELD}?.network && {FIELD}.examples)")
    page.locator(".dg-paper").scroll_into_view_if_needed()
    draw(page, SEVEN)
    result = state(page)["result"]
    network = load_int8(file)
    picture = np.reshape(result["pixels"], (1, SIDE, SIDE))
    np.testing.assert_allclose(
        result["probabilities"], network.predict(picture)[0], rtol=0, atol=1e-5
    )
    assert result["order"][0] == 7 or page.locator(".dg-note").count() == 1
    names = [layer.bias.size for layer in network.layers]
    assert names == [200, 100, 10] or page.locator(".dg-note").count() == 1
    assert [url for url in page.requests if urlsplit(url).netloc != urlsplit(site).netloc] == []
    assert page.problems == []
