"""Formulas as MathML, made when the book is built: no script in the reader's browser.

Temml (in ``vendor/temml``) translates the TeX, in the JavaScript engine that the package
mini-racer brings. Browsers set the result in a font of the site; see `bookbuilder.fonts`.
"""

import atexit
import html
import json
import re
from functools import cache

from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from bookbuilder.fonts import MATH_CHARACTERS, VENDOR, characters_of

logger = logging.getLogger(__name__)

STYLED = re.compile(r'<(\w+)([^>]*?) style="([^"]*)"([^>]*)>')
# What stands in the place of Temml's inline styles, which the site's security policy forbids.
ATTRIBUTES = {
    "display:block math;": "",  # as its class says
    "padding-left:0em;padding-right:0em;": 'class="tight"',  # between columns that are aligned
    "padding-left:1em;padding-right:0em;": 'class="gap"',
    "padding-left:0em;padding-right:5.9776pt;": "",
    "padding-left:5.9776pt;padding-right:5.9776pt;": "",
    "padding-left:5.9776pt;padding-right:0em;": "",
    "padding:3pt;border:1px solid;": 'class="tml-fbox"',
    **{f"math-depth:{depth};": f'scriptlevel="{depth}"' for depth in range(4)},
}


class FormulaError(ValueError):
    """A formula that can't be set; the message says why."""


@cache
def temml():
    """Return a JavaScript engine that has read Temml."""
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    atexit.register(engine.close)  # or Python would wait for the engine's threads, in vain
    engine.eval((VENDOR / "temml" / "temml.min.js").read_text(encoding="utf8"))
    return engine


@cache
def mathml(tex: str, display: bool) -> str:
    """Return a formula in TeX as MathML.

    Raises
    ------
    FormulaError
        If Temml doesn't understand it.
    """
    from py_mini_racer import JSEvalException

    options = json.dumps({"displayMode": display, "throwOnError": True})
    try:
        made = temml().eval(f"temml.renderToString({json.dumps(tex)}, {options})")
    except JSEvalException as error:
        reason = next(line for line in str(error).splitlines() if "Error" in line)
        raise FormulaError(reason.partition("Error: ")[2]) from error
    made = STYLED.sub(_with_classes, made)
    # Firefox would put space around the invisible sign for the application of a function.
    return made.replace("<mo>\u2061</mo>", '<mo lspace="0" rspace="0">\u2061</mo>')


@cache
def known_characters() -> set[str]:
    """Return the characters that the font of formulas has."""
    return set(MATH_CHARACTERS.read_text(encoding="utf8"))


def _with_classes(tag: re.Match) -> str:
    """Return a tag without its inline style."""
    name, before, style, after = tag.groups()
    if style not in ATTRIBUTES:
        raise FormulaError(f"{style!r} has no place in the style sheet")
    more, others = ATTRIBUTES[style], before + after
    stated = re.search(r' class="([^"]*)"', others)
    if more.startswith("class") and stated:
        more = f'class="{stated[1]} {more[7:]}'
        others = others.replace(stated[0], "")
    return f"<{name}{others} {more}".rstrip() + ">"


def write_formula(translator, tex: str, display: bool, node) -> None:
    """Append a formula to a page; one that can't be set is a warning, and shown as TeX."""
    try:
        made = mathml(tex, display)
    except FormulaError as error:
        logger.warning("a formula can't be set: %s", error, location=node)
        made = f"<code>{html.escape(tex)}</code>"
    missing = characters_of(made) - known_characters()
    if missing:
        signs = " ".join(sorted(missing))
        logger.warning("%s isn't in the font of formulas: make fonts", signs, location=node)
    translator.body.append(made)


def visit_math(translator, node):
    """Write a formula in the line."""
    write_formula(translator, node.astext().strip(), False, node)
    raise nodes.SkipNode


def visit_display(translator, node):
    """Write a formula in a line of its own, with its number if it has one."""
    translator.body.append(translator.starttag(node, "div", CLASS="math-block"))
    for part in re.split(r"\n\s*\n", node.astext()):
        tex = part.strip()
        if r"\\" in tex and not tex.startswith(r"\begin"):
            tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
        if tex:
            write_formula(translator, tex, True, node)
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    """Register the renderer with Sphinx; the configuration chooses it."""
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_display, None))
