import base64
import itertools
import json
from urllib.parse import unquote

import numpy as np
import pytest
from bs4 import BeautifulSoup

from annbook.digit_field import draw_a_digit
from annbook.int8_file import FORMAT, quantize

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (3, 28, 28), dtype=np.uint8)


def write_network(path, sizes=(784, 20, 10)):
    """Write a file as save_int8 does, without Keras."""
    layers = []
    for inputs, units in itertools.pairwise(sizes):
        whole, scale = quantize(RNG.normal(0, 0.1, (inputs, units)))
        layers.append(
            {
                "units": units,
                "activation": "softmax" if units == sizes[-1] else "relu",
                "weights": base64.b64encode(whole.tobytes()).decode(),
                "scale": [float(number) for number in scale],
                "bias": [0.0] * units,
            }
        )
    side = int(np.sqrt(sizes[0]))
    content = {"format": FORMAT, "input_shape": [side, side], "input_scale": 1 / 255}
    path.write_text(json.dumps(content | {"layers": layers}))
    return path


@pytest.fixture
def path(tmp_path):
    return write_network(tmp_path / "digits.json")


def test_the_fragment_holds_the_file_and_the_images(path):
    field = draw_a_digit(path, IMAGES, [3, 0, 9], title='The "worst" & others')
    assert field._repr_html_() == field.html
    box = BeautifulSoup(field.html, "html.parser").div
    kind, _, network = box["data-network"].partition(",")
    assert kind == "data:application/json"
    assert unquote(network) == path.read_text()
    examples = json.loads(unquote(box["data-examples"].partition(",")[2]))
    assert examples["labels"] == [3, 0, 9]
    assert base64.b64decode(examples["images"]) == IMAGES.tobytes()
    assert box["data-title"] == 'The "worst" & others'
    assert "labeled 3" in box.img["alt"]
    assert (box.img["width"], box.img["height"]) == ("726", "319")
    assert len(field.html) < 1.1 * (len(path.read_text()) + 1.4 * IMAGES.nbytes) + 30_000


def test_its_words_depend_on_no_weight(path):
    field = draw_a_digit(path, IMAGES, [3, 0, 9], title="Three")
    assert repr(field) == "Drawing field: network 784-20-10, 3 test images"


@pytest.mark.parametrize(
    ("images", "labels", "error", "said"),
    [
        (IMAGES / 255, [3, 0, 9], TypeError, "images: got an array of float64, want one of uint8"),
        (IMAGES[0], [3], ValueError, r"images: got shape \(28, 28\), want \(n, 28, 28\)"),
        (IMAGES, [3, 0], ValueError, r"labels: got shape \(2,\), want \(3,\)"),
        (IMAGES, [3, 0, 10], ValueError, "labels: got .*10.*, want whole numbers from 0 to 9"),
        (IMAGES, [3, 0, 0.5], ValueError, "labels: got .*0.5.*, want whole numbers from 0 to 9"),
    ],
)
def test_wrong_images_and_labels_are_named(path, images, labels, error, said):
    with pytest.raises(error, match=f"^{said}"):
        draw_a_digit(path, images, labels, title="Three")


@pytest.mark.parametrize("sizes", [(784, 20, 3), (400, 10)])
def test_a_network_for_something_else_is_refused(tmp_path, sizes):
    path = write_network(tmp_path / "other.json", sizes)
    with pytest.raises(ValueError, match=r"^path: got a network from \(\d+, \d+\) to \d+ outputs"):
        draw_a_digit(path, IMAGES, [3, 0, 9], title="Three")
