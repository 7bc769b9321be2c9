"""The fonts of the site, each with the characters that the book uses: ``make fonts``.

``vendor/fonts`` holds what they are made of. What is made is part of the repository, in
``book/_static/fonts``, so that a build needs neither time nor tools for it; a formula with a
character that is missing there fails the build.
"""

import html
import re
import sys
from pathlib import Path

from bookbuilder.pages import PAGES

VENDOR = Path(__file__).parent / "vendor"
MADE = PAGES / "_static" / "fonts"
MATH_CHARACTERS = Path(__file__).parent / "characters_of_formulas.txt"  # that the font has

# The text; other letters come from a font of the reader's system.
LATIN = [*range(0x20, 0x7F), *map(ord, "áàâäåæçéèêëíîïñóôöøúûüßÄÅÉÖØÜ\u00a0·×±°µ²³½§©–—‘’“”…′−")]
# Formulas may use these before a site was built with them; others are found in the site.
LETTERS = [
    *range(0x1D434, 0x1D468),  # italic
    *range(0x1D400, 0x1D434),  # bold
    *range(0x3B1, 0x3CA),
    *range(0x1D6FC, 0x1D71C),  # Greek, italic
    *map(ord, "ΓΔΘΛΞΠΣΦΨΩℎℝ𝔼ℓ∂∇∞"),
]
SIGNS = (
    "+−±×÷·⋅∘⊙=≠≈≡∼<>≤≥≪≫∈⊂∪∩∀∃¬∣∥"
    "→←↔⇒⇔↦∑∏∫√…⋯⋮′″‴()[]{}|‖⟨⟩⌊⌋⌈⌉/"
    "‾¯ˆ˜˙→⏞⏟⎴⎵^~_"  # stretched over or under others
)


def make_math_font() -> int:
    """Make the font of formulas, with its table of how to build them; return its bytes."""
    found = {ord(character) for character in characters_of_formulas()}
    wanted = found | {*range(0x20, 0x7F), *map(ord, SIGNS), *LETTERS}
    font, has = _subset("STIXTwoMath.woff2", wanted, ["ss04"])
    missing = sorted(found - has)
    if missing:
        print("not in STIX Two Math:", *map(chr, missing), file=sys.stderr)
    MATH_CHARACTERS.write_text("".join(map(chr, sorted(has))) + "\n", encoding="utf8")
    return _save(font, "Book Math", "book-math.woff2")


def make_text_font(style: str, weights) -> int:
    """Make a font of the text, with `weights` of the variable one; return its bytes."""
    from fontTools.varLib import instancer

    features = ["kern", "liga", "mark", "ccmp", "tnum"]
    font, _ = _subset(f"SourceSerif4-{style}.woff2", set(LATIN), features)
    font = instancer.instantiateVariableFont(font, {"wght": weights})
    return _save(font, "Book Serif", f"book-serif-{style}.woff2")


def characters_of_formulas() -> set[str]:
    """Return the characters of all formulas of the site that was built last."""
    from bookbuilder.site import WORK

    found = set()
    for page in (WORK / "html").rglob("*.html"):
        for formula in re.findall(r"<math.*?</math>", page.read_text(encoding="utf8"), re.S):
            found |= characters_of(formula)
    return found


def characters_of(formula: str) -> set[str]:
    """Return the characters of a formula in MathML that a font shows."""
    text = html.unescape(re.sub(r"<[^>]*>", "", formula))
    return {character for character in text if character.isprintable()}


def _subset(name: str, characters: set[int], features: list[str]):
    """Return a font with some of its characters, and which of them it has."""
    from fontTools import subset

    options = subset.Options(hinting=False, layout_features=features, notdef_outline=True)
    font = subset.load_font(str(VENDOR / "fonts" / name), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    return font, set(font.getBestCmap())


def _save(font, family: str, name: str) -> int:
    """Write a font under a name of its own, as its license asks; return its bytes."""
    kept = [record for record in font["name"].names if record.nameID in (0, 13, 14)]
    font["name"].names = kept
    for number, text in {1: family, 2: "Regular", 4: family, 6: family.replace(" ", "")}.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    if "STAT" in font:
        del font["STAT"]  # only for menus of fonts; it names what isn't kept, and Firefox says so
    font.flavor = "woff2"
    MADE.mkdir(parents=True, exist_ok=True)
    font.save(MADE / name)
    return (MADE / name).stat().st_size


if __name__ == "__main__":
    print("formulas", make_math_font(), "bytes")
    print("text, upright", make_text_font("normal", (400, 700)), "bytes")
    print("text, italic", make_text_font("italic", 400), "bytes")
