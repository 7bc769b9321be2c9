"""The picture that a link to a page shows elsewhere: its title beside its first figure."""

import io
import textwrap
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bookbuilder.pages import PAGES

BOOK_CARD = PAGES / "_static" / "social-card.png"  # of the landing page; the logo comes from it
FONT = Path(__file__).parent / "vendor" / "fonts" / "SourceSerif4-normal.woff2"
SIZE = (1200, 630)
LOGO = (70, 60, 150, 144)  # left, top, right, bottom
LEFT, TITLE_TOP, TITLE_BOTTOM = 74, 175, 470
FIGURE_BOX = (660, 60, 1150, 570)
INK, MUTED = "#1d2127", "#5a6270"


def draw_card(title: str, book: str, figure: bytes | None) -> bytes:
    """Return a page's card as PNG, 1,200 by 630 pixels.

    Parameters
    ----------
    title, book
        Of the page and of the book.
    figure
        The file of the page's first figure; None for a page that has none.
    """
    card = Image.new("RGB", SIZE, "white")
    with Image.open(BOOK_CARD) as book_card:
        card.paste(book_card.crop(LOGO), LOGO[:2])
    draw = ImageDraw.Draw(card)
    lines, font = title_lines(title, columns=17 if figure else 32)
    draw.multiline_text((LEFT, TITLE_TOP), "\n".join(lines), INK, font, spacing=14)
    draw.text((LEFT, 520), book, MUTED, serif(31, weight=400))
    if figure:
        paste_figure(card, figure)
    buffer = io.BytesIO()
    card.quantize(128).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def title_lines(title: str, columns: int) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """Return the title's lines, and the largest font in which they have room."""
    for size in range(68, 30, -4):
        lines = textwrap.wrap(title, columns * 68 // size, break_long_words=False)
        if len(lines) * (size * 1.2 + 14) <= TITLE_BOTTOM - TITLE_TOP:
            break
    return lines, serif(size, weight=700)


@cache
def serif(size: int, *, weight: int) -> ImageFont.FreeTypeFont:
    """Return the book's own font."""
    font = ImageFont.truetype(FONT, size)
    axes = [axis["default"] for axis in font.get_variation_axes()]
    names = [axis["name"] for axis in font.get_variation_axes()]
    axes[names.index(b"Weight")] = weight
    font.set_variation_by_axes(axes)
    return font


def paste_figure(card: Image.Image, figure: bytes) -> None:
    """Put the figure into its place on the card, as large as that allows."""
    left, top, right, bottom = FIGURE_BOX
    with Image.open(io.BytesIO(figure)) as picture:
        picture = picture.convert("RGB")
    scale = min((right - left) / picture.width, (bottom - top) / picture.height)
    width, height = round(picture.width * scale), round(picture.height * scale)
    place = (left + (right - left - width) // 2, top + (bottom - top - height) // 2)
    card.paste(picture.resize((width, height), Image.Resampling.LANCZOS), place)
