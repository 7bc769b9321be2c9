"""The glossary's terms, linked where a page first uses them; the definition shows on hover.

Pages mention terms in plain words: nothing is marked in their text.
"""

import re

from docutils import nodes
from sphinx import addnodes

GLOSSARY = "appendix/notation-and-glossary"
# Nothing is linked in these, nor outside of a paragraph.
LEFT_ALONE = (
    nodes.reference,
    nodes.title,
    nodes.literal,
    nodes.caption,
    nodes.emphasis,
    nodes.figure,
    nodes.footnote,
    nodes.table,
    addnodes.pending_xref,
)
LEFT_ALONE_CLASSES = {"page-header", "quiz", "pasted-text", "index-of-pages"}
# Words that also mean something else are in the glossary, but no page's words lead to them.
AMBIGUOUS = {
    *("bias", "feature", "inference", "kernel", "label", "margin", "metric", "precision"),
    *("recall", "sample", "schedule", "tensor", "unit", "weight", "activations"),
    *("momentum", "training set"),  # batch normalization has one, and "training sets aside"
    *("accuracy", "architecture", "class", "classification", "clipping", "confidence"),
    *("convergence", "cost", "delta", "density", "depth", "diverge", "embedding", "example"),
    *("fold", "identity", "interaction", "iteration", "linear model", "node", "noise"),
    *("objective", "odds", "parameter", "patience", "pipeline", "scaling", "seed", "sensitivity"),
    *("shape", "squared error", "standard deviation", "step", "target", "temperature", "threshold"),
    *("training", "trial", "update", "variance", "velocity", "width"),
    # These are too common, or come before the page that explains them.
    *("Keras", "layer", "MNIST", "neural network", "TensorFlow", "TensorFlow Playground"),
    *("test loss", "training loss", "validation loss"),
}
SEE = re.compile(r"See (.+)\.")  # the whole definition of a term that is another one's synonym


class TermLink(nodes.reference):
    """A term that leads to the glossary and carries its definition."""


def definitions(doctree) -> list[dict]:
    """Return the entries of the glossary: their terms, the anchor, the definition's first lines.

    An entry that only says "See batch." isn't one: its terms are further terms of that entry, so
    that they lead to the definition. What sends to several entries has no definition, and no link.
    """
    found, synonyms = [], {}
    for item in doctree.findall(nodes.definition_list_item):
        if isinstance(item.parent.parent, addnodes.glossary):
            *terms, definition = item
            names = [term.astext() for term in terms]
            text = " ".join(definition[0].astext().split())
            if SEE.fullmatch(text):
                synonyms |= dict.fromkeys(names, SEE.fullmatch(text)[1])
            else:
                found.append({"terms": names, "anchor": terms[0]["ids"][0], "text": text})
    entries = {term: entry for entry in found for term in entry["terms"]}
    for synonym, term in synonyms.items():
        if term in entries:
            entries[term]["terms"].append(synonym)
    return found


def add_letters(doctree):
    """Put a row of letters above the glossary; each leads to the first term that begins with it."""
    for glossary in list(doctree.findall(addnodes.glossary)):
        first = {}
        for item in glossary.findall(nodes.definition_list_item):
            first.setdefault(item[0].astext()[0].upper(), item[0]["ids"][0])
        row = nodes.paragraph(classes=["letters"])
        for letter, anchor in first.items():
            row += [nodes.reference("", letter, refid=anchor, internal=True), nodes.Text(" ")]
        glossary.parent.insert(glossary.parent.index(glossary), row)


def remember_definitions(app, env):
    """Keep the glossary's entries; have all pages written again when one has changed."""
    before = getattr(env, "glossary", [])
    known = GLOSSARY in env.found_docs
    env.glossary = definitions(env.get_doctree(GLOSSARY)) if known else []
    return list(env.found_docs) if env.glossary != before else []


def link_terms(app, doctree, docname):
    """Link the first use of each term on a page; on the glossary's own, put letters above it."""
    if docname == GLOSSARY:
        add_letters(doctree)
    if docname == GLOSSARY or not app.env.glossary:
        return
    entries = {}
    for entry in app.env.glossary:
        for term in entry["terms"]:
            if term not in AMBIGUOUS:
                entries |= {term.lower() + ending: entry for ending in ("", "s", "es")}
    longest_first = sorted(entries, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})(?![\w-])", re.I)
    uri, linked = app.builder.get_relative_uri(docname, GLOSSARY), set()
    for text in list(doctree.findall(nodes.Text)):
        if in_prose(text):
            pieces = []
            for piece in pattern.split(text.astext()):
                entry = entries.get(piece.lower())
                if entry is None or entry["anchor"] in linked:
                    pieces.append(nodes.Text(piece))
                else:
                    linked.add(entry["anchor"])
                    link = TermLink("", piece, refuri=f"{uri}#{entry['anchor']}", internal=True)
                    link["definition"] = entry["text"]
                    pieces.append(link)
            if len(pieces) > 1:
                text.parent.replace(text, pieces)


def in_prose(text) -> bool:
    """Tell whether a text belongs to a paragraph that is read from the first word to the last."""
    node, paragraph = text.parent, False
    while node is not None:
        if isinstance(node, LEFT_ALONE) or LEFT_ALONE_CLASSES & set(node.get("classes", [])):
            return False
        paragraph = paragraph or isinstance(node, nodes.paragraph)
        node = node.parent
    return paragraph


def visit_term(translator, node):
    """Begin the link, with the definition where the stylesheet finds it."""
    attributes = {"href": node["refuri"], "data-definition": node["definition"]}
    translator.body.append(translator.starttag(node, "a", "", CLASS="term", **attributes))


def depart_term(translator, node):
    """End the link."""
    translator.body.append("</a>")


def setup(app):
    """Register everything with Sphinx."""
    app.add_node(TermLink, html=(visit_term, depart_term))
    app.connect("env-updated", remember_definitions)
    app.connect("doctree-resolved", link_terms)
