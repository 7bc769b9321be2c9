"""Figures that move without a server: one picture a frame, a slider and a play button."""

import base64
import hashlib
import html
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from PIL import Image

from annbook.figure_description import describe_figure
from annbook.validation import check_number, check_text

_DPI = 165  # 1.5 pixels for each CSS pixel that the figure is shown at
_SHOWN_DPI = 110
# :where() gives these rules no weight, so that a site's style sheet overrides any of them.
_STYLE = (
    "<style>"
    ":where(.player){margin:0;max-width:100%}"
    ":where(.player img){display:block;max-width:100%;height:auto;background:#fff}"
    ":where(.player-controls){display:flex;flex-wrap:wrap;align-items:center;gap:.4em .8em;"
    "padding:.4em 0;font-size:.9em}"
    ":where(.player-controls button){min-width:5em;min-height:2.2em;font:inherit;color:inherit;"
    "background:none;border:1px solid currentColor;border-radius:.3em;cursor:pointer}"
    ":where(.player-controls input){flex:1 1 10em;min-height:2.2em;margin:0;"
    "accent-color:#0072b2}"
    ":where(.player-controls output){font-variant-numeric:tabular-nums}"
    "@media (scripting:none){.player-controls{display:none!important}}"
    "@media print{.player-controls{display:none!important}}"
    "</style>"
)
# Moving the slider shows its frame; data-frames keeps the pictures after the first.
_SHOW = (
    "const p=this.closest('.player'),g=p.querySelector('img'),o=p.querySelector('output');"
    "p.frames??=[g.getAttribute('src'),...g.dataset.frames.split(' ')"
    ".map(b=>'data:image/webp;base64,'+b)];"
    "p.labels??=JSON.parse(o.dataset.labels);"
    "g.src=p.frames[this.value];"
    "o.value=p.labels[this.value];"
    "this.setAttribute('aria-valuetext',o.value)"
)
# Play moves the slider, from the start if it is at the end, and stops at the end or when pressed.
_PLAY = (
    "const b=this,p=b.closest('.player'),s=p.querySelector('input'),"
    "go=i=>{s.value=i;s.dispatchEvent(new Event('input'))},"
    "stop=()=>{clearInterval(p.timer);p.timer=null;b.textContent='Play'};"
    "if(p.timer){stop();return}"
    "if(+s.value>=+s.max)go(0);"
    "b.textContent='Pause';"
    "p.timer=setInterval(()=>{if(!b.isConnected||+s.value>=+s.max)return stop();"
    "go(+s.value+1);if(+s.value>=+s.max)stop()},+b.dataset.milliseconds)"
)


@dataclass(frozen=True, repr=False)
class Player:
    """The result of `player`: a self-contained HTML fragment with a text for other readers.

    Attributes
    ----------
    html
        The fragment. It depends on nothing but the frames, not even its id.
    alt
        What the pictures show, in words.
    frames
        Number of pictures.
    description
        What is drawn in the first frame, the one in the middle and the last, as
        `annbook.figure_description` puts it in words.
    """

    html: str
    alt: str
    frames: int
    description: str

    def __repr__(self) -> str:
        """Say what it shows, without the pictures; the regression of the pages compares it."""
        return f"Player: {self.frames} frames, {self.alt}\n{self.description}"

    def _repr_html_(self) -> str:
        return self.html


def player(
    draw: Callable[[Figure, Any], Any],
    frames: Iterable[Any],
    *,
    figsize: tuple[float, float] = (6, 4),
    alt: str,
    interval: float = 0.5,
    labels: Sequence[str] | None = None,
) -> Player:
    """Draw a figure for every frame and return a player with a slider and a play button.

    It works in Jupyter, in a static page and from a file, never starts by itself, and without
    JavaScript shows the first frame. Fix the limits of the axes in ``draw``, or they will jump.

    Parameters
    ----------
    draw
        ``draw(fig, frame)`` draws one frame on an empty Matplotlib figure.
    frames
        What to draw, one after another: numbers, dicts, whatever ``draw`` takes.
    figsize
        Width and height in inches.
    alt
        What the pictures show and how they change, for a reader who does not see them.
    interval
        Seconds from frame to frame while playing.
    labels
        One for each frame, shown with the frame's number, such as ``"epoch 10"``.

    Returns
    -------
    Player
        Displayed as HTML by Jupyter.

    Raises
    ------
    TypeError
        If ``draw`` is not callable, ``alt`` no text or ``interval`` no number.
    ValueError
        If there are no frames, ``draw`` draws nothing, or another argument is out of range.
    """
    if not callable(draw):
        raise TypeError(f"draw: got {type(draw).__name__}, want a function draw(fig, frame)")
    frames = list(frames)
    if not frames:
        raise ValueError("frames: got none, want at least one")
    check_text("alt", alt, "words that say what the pictures show")
    check_number("interval", interval, low_is_allowed=False)
    if labels is not None and len(labels) != len(frames):
        raise ValueError(f"labels: got {len(labels)}, want one for each of {len(frames)} frames")

    positions = [f"{i} / {len(frames)}" for i in range(1, len(frames) + 1)]
    if labels is not None:
        positions = [f"{i} · {label}" for i, label in zip(positions, labels, strict=True)]
    described = {0, (len(frames) - 1) // 2, len(frames) - 1}
    pictures, descriptions = [], []
    for i, frame in enumerate(frames):
        figure = _drawn(draw, frame, figsize)
        if i in described:
            descriptions.append(f"frame {positions[i]}: {describe_figure(figure)}")
        pictures.append(_webp(figure))
    fragment = _fragment(pictures, positions, figsize, alt, interval)
    return Player(fragment, alt, len(frames), "\n".join(descriptions))


def _drawn(draw: Callable[[Figure, Any], Any], frame: Any, figsize: tuple[float, float]) -> Figure:
    figure = Figure(figsize=figsize, dpi=_DPI, layout="constrained")
    draw(figure, frame)
    if not figure.axes and not figure.texts:
        raise ValueError(f"draw: got an empty figure for frame {frame!r}, want something on it")
    return figure


def _webp(figure: Figure) -> str:
    """Encode a picture of the figure without and with loss; return the smaller one in base64."""
    raw = io.BytesIO()
    figure.savefig(raw, format="rgba", dpi=_DPI)
    width, height = figure.canvas.get_width_height()
    picture = Image.frombytes("RGBA", (width, height), raw.getvalue()).convert("RGB")
    encoded = []
    for options in ({"lossless": True}, {"quality": 85}):
        buffer = io.BytesIO()
        picture.save(buffer, format="WEBP", method=4, **options)
        encoded.append(buffer.getvalue())
    return base64.b64encode(min(encoded, key=len)).decode("ascii")


def _fragment(
    pictures: list[str],
    positions: list[str],
    figsize: tuple[float, float],
    alt: str,
    interval: float,
) -> str:
    identity = hashlib.sha256("\n".join([*pictures, *positions, alt]).encode()).hexdigest()[:12]
    width, height = (round(inches * _SHOWN_DPI) for inches in figsize)

    def quoted(text: str) -> str:
        return f'"{html.escape(text)}"'

    controls = ""
    if len(pictures) > 1:
        controls = (
            '<div class="player-controls">'
            f'<button type="button" data-milliseconds="{round(1000 * interval)}" '
            f"onclick={quoted(_PLAY)}>Play</button>"
            f'<input type="range" min="0" max="{len(pictures) - 1}" value="0" autocomplete="off" '
            f'aria-label="Frame" aria-valuetext={quoted(positions[0])} oninput={quoted(_SHOW)}>'
            f"<output data-labels={quoted(json.dumps(positions))} "
            f'style="min-width:{max(map(len, positions))}ch">{html.escape(positions[0])}</output>'
            "</div>"
        )
    return (
        f'<div class="player" id="player-{identity}">{_STYLE}'
        f'<img src="data:image/webp;base64,{pictures[0]}" alt={quoted(alt)} '
        f'width="{width}" height="{height}" decoding="sync" '
        f'data-frames="{" ".join(pictures[1:])}">{controls}</div>'
    )
