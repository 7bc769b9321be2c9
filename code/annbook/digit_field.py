"""A field to draw digits in, for the site: a page's own network answers in the browser."""

from __future__ import annotations

import base64
import html
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from annbook import datasets
from annbook.int8_file import Int8Network, load_int8
from annbook.style import COLORS
from annbook.validation import check_array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIDE, _CLASSES = 28, 10
_WIDTH, _HEIGHT, _SHOWN_DPI, _DPI = 6.6, 2.9, 110, 165
_STAND_IN = (
    "This copy of the book was made without MNIST. The network learned from other digits that "
    "stand in for it, so what it makes of your drawing says little about MNIST."
)
_WITHOUT_SCRIPT = (
    "The drawing field needs JavaScript and the book’s website. The picture shows the network’s "
    "answer to one of the test images."
)


@dataclass(frozen=True, repr=False)
class DigitField:
    """The result of `draw_a_digit`: an HTML fragment that holds the network and the test images.

    The site makes files of them and fetches them when the field comes into view. Elsewhere, as in
    Jupyter, the fragment shows a picture of the first test image and the network's answer.

    Attributes
    ----------
    html
        The fragment.
    description
        What the fragment holds, in words; it depends on no weight.
    """

    html: str
    description: str

    def __repr__(self) -> str:
        """Say what it holds; the regression of the pages compares it."""
        return self.description

    def _repr_html_(self) -> str:
        return self.html


def draw_a_digit(path: str | Path, images: Any, labels: Any, *, title: str) -> DigitField:
    """Return a field in which a reader draws digits that a network of a page reads.

    Parameters
    ----------
    path : str or Path
        A file of `annbook.int8_file.save_int8`: a network for inputs of shape (28, 28) with ten
        outputs.
    images : array of shape (n, 28, 28), uint8
        Images that a reader can load into the field.
    labels : array of shape (n,)
        Their labels, 0 to 9.
    title : str
        What these images are.

    Returns
    -------
    DigitField
        Displayed as HTML by Jupyter.

    Raises
    ------
    TypeError
        ``images`` holds no bytes.
    ValueError
        The file holds another kind of network, or an argument has another shape or range.
    OSError
        The file can't be read.
    """
    network = load_int8(path)
    units = [layer.bias.size for layer in network.layers]
    if network.input_shape != (_SIDE, _SIDE) or units[-1] != _CLASSES:
        raise ValueError(
            f"path: got a network from {network.input_shape} to {units[-1]} outputs, "
            f"want one from ({_SIDE}, {_SIDE}) to {_CLASSES}"
        )
    images = np.asarray(images)
    if images.dtype != np.uint8:
        raise TypeError(f"images: got an array of {images.dtype}, want one of uint8")
    images = check_array("images", images, ("n", _SIDE, _SIDE)).astype(np.uint8)
    labels = check_array("labels", labels, (len(images),))
    if not np.isin(labels, range(_CLASSES)).all():
        raise ValueError(f"labels: got {labels.tolist()}, want whole numbers from 0 to 9")
    text = Path(path).read_text(encoding="ascii")
    examples = {
        "images": base64.b64encode(images.tobytes()).decode("ascii"),
        "labels": [int(label) for label in labels],
    }
    figure, alt = _still(network, images[0], int(labels[0]))
    note = _STAND_IN if datasets.source("mnist") == "stand-in" else ""
    attributes = {
        "class": "digit",
        "id": "digit",
        "data-network": _as_address(text),
        "data-examples": _as_address(json.dumps(examples, separators=(",", ":"))),
        "data-title": title,
        "data-note": note,
    }
    stated = " ".join(f'{name}="{html.escape(said)}"' for name, said in attributes.items() if said)
    width, height = round(_WIDTH * _SHOWN_DPI), round(_HEIGHT * _SHOWN_DPI)
    fragment = (
        f'<div {stated}><img src="data:image/webp;base64,{_webp(figure)}" alt="{html.escape(alt)}" '
        f'width="{width}" height="{height}"><p>{_WITHOUT_SCRIPT}{" " * bool(note)}{note}</p></div>'
    )
    sizes = "-".join(map(str, [_SIDE * _SIDE, *units]))
    return DigitField(fragment, f"Drawing field: network {sizes}, {len(images)} test images")


def _as_address(text: str) -> str:
    return "data:application/json," + quote(text, safe="/+=,:")


def _still(network: Int8Network, image: np.ndarray, label: int) -> tuple[Figure, str]:
    """Draw an image and the network's answer; return the figure and what it shows."""
    from matplotlib.figure import Figure

    probabilities = network.predict(image[np.newaxis])[0]
    answer = int(probabilities.argmax())
    figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=_DPI, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.4])
    left.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    left.set(xticks=[], yticks=[], title=f"labeled {label}")
    colors = [COLORS[0] if digit == answer else "#8a8a8a" for digit in range(_CLASSES)]
    right.barh(range(_CLASSES), probabilities, color=colors)
    right.set(xlim=(0, 1), yticks=range(_CLASSES), xlabel="probability", title=f"read as {answer}")
    right.invert_yaxis()
    alt = (
        f"Left, a handwritten digit of 28 by 28 pixels, labeled {label}. Right, bars for the "
        f"network's ten probabilities; the longest belongs to {answer}."
    )
    return figure, alt


def _webp(figure: Figure) -> str:
    from PIL import Image

    raw, encoded = io.BytesIO(), io.BytesIO()
    figure.savefig(raw, format="rgba", dpi=_DPI)
    size = figure.canvas.get_width_height()
    picture = Image.frombytes("RGBA", size, raw.getvalue()).convert("RGB")
    picture.save(encoded, format="WEBP", lossless=True, method=4)
    return base64.b64encode(encoded.getvalue()).decode("ascii")
