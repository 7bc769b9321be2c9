"""Sphinx extension of the book: the devices of a page, and what is read and written again.

Directives: ``page-header``, ``claim``, ``misreadings``, ``remember``, ``quiz``, ``beyond``
(CONTRIBUTING.md shows how to write each). Everything they produce is plain HTML that works with
JavaScript off.
"""

import contextlib
from functools import cache
from pathlib import Path

import nbformat
import pybtex.plugin
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from bookbuilder import (
    artifacts,
    beyond,
    formulas,
    glossary,
    html_frame,
    indexes,
    pages,
    reading_time,
    site,
)
from bookbuilder.errors import BookError
from bookbuilder.executed import executed_page
from bookbuilder.shown_code import without_glue

logger = logging.getLogger(__name__)

_application = None  # Sphinx, for the reader of pages, which is told nothing but a text


def parse_text(directive, text: str) -> list[nodes.Node]:
    """Parse one line of MyST (roles, links) given as a directive's option or argument."""
    parsed, messages = directive.state.inline_text(text, directive.lineno)
    return parsed + messages


def box(directive, css_class: str, title: list[nodes.Node]) -> nodes.Element:
    """Return an admonition of class `css_class` holding the directive's body."""
    admonition = nodes.admonition(classes=[css_class])
    admonition += nodes.title("", "", *title)
    directive.state.nested_parse(directive.content, directive.content_offset, admonition)
    return admonition


class Claim(SphinxDirective):
    """A sentence people repeat, and what the page measured about it."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"source": directives.unchanged}  # noqa: RUF012

    def run(self):
        """Return the claim as title, its source, and the measurement as body."""
        self.assert_has_content()
        admonition = box(self, "claim", parse_text(self, self.arguments[0]))
        if "source" in self.options:
            source = nodes.paragraph("", "Source: ", *parse_text(self, self.options["source"]))
            source["classes"].append("claim-source")
            admonition.insert(1, source)
        return [admonition]


class TitledBox(SphinxDirective):
    """A box whose title is always the same: `title` and `css_class` of the subclass."""

    has_content = True
    title: str
    css_class: str

    def run(self):
        """Return the titled box."""
        self.assert_has_content()
        return [box(self, self.css_class, [nodes.Text(self.title)])]


class Misreadings(TitledBox):
    """What learners often believe, and what is true."""

    title, css_class = "Often believed, and what is true", "misreadings"


class Remember(TitledBox):
    """The three to five lines to take away."""

    title, css_class = "Keep these", "remember"


class Quiz(SphinxDirective):
    """A question whose answers unfold to say whether they are right, and why (native <details>)."""

    has_content = True

    def run(self):
        """Turn the last list of the body, ``- [x] answer`` + feedback, into unfolding answers."""
        self.assert_has_content()
        body = nodes.container(classes=["quiz"])
        self.state.nested_parse(self.content, self.content_offset, body)
        options = body[-1]
        marks = (
            [item.astext()[:3] for item in options]
            if isinstance(options, nodes.list_item | nodes.bullet_list)
            else []
        )
        if (
            marks.count("[x]") != 1
            or set(marks) != {"[x]", "[ ]"}
            or any(len(i) < 2 for i in options)
        ):
            raise self.error(
                "a quiz ends with a list of answers '- [ ] answer' or '- [x] answer' (one), "
                "each followed by a blank line and an indented paragraph that says why"
            )
        body.remove(options)
        for mark, item in zip(marks, options, strict=True):
            verdict = "right" if mark == "[x]" else "wrong"
            text = item[0].next_node(nodes.Text)
            text.parent.replace(text, nodes.Text(text.astext()[3:].lstrip()))
            answer, *feedback = item
            body += nodes.raw("", f'<details class="quiz-{verdict}"><summary>', format="html")
            body += nodes.inline("", "", *answer.children)
            body += nodes.raw("", "</summary>", format="html")
            feedback[0].insert(0, nodes.strong("", "Right. " if verdict == "right" else "No. "))
            body += feedback
            body += nodes.raw("", "</details>", format="html")
        return [body]


class PageHeader(SphinxDirective):
    """The card under a page's title: what the reader will be able to do, and what it takes."""

    has_content = True
    option_spec = {  # noqa: RUF012
        "prerequisites": directives.unchanged_required,
        "data": directives.unchanged,
        "look-up": directives.flag,  # a page that nobody reads from the first line to the last
    }

    def reading(self):
        """Say how long the page takes to read, or that it is there to look things up."""
        if "look-up" in self.options:
            return "Reading", [nodes.Text("a page to look things up")]
        text = reading_time.as_text(page_of(self.env.docname))
        return "Reading time", [nodes.Text(text)]

    def run(self):
        """Return the card."""
        self.assert_has_content()
        card = nodes.container(classes=["page-header"])
        card += nodes.paragraph("", "You will be able to", classes=["page-header-title"])
        self.state.nested_parse(self.content, self.content_offset, card)
        facts = nodes.bullet_list(classes=["page-facts"])
        rows = [
            ("Before this page", parse_text(self, self.options.get("prerequisites", "none"))),
            ("Data", parse_text(self, self.options.get("data", "none"))),
            self.reading(),
            ("Run time", [nodes.Text(run_time(self.env.docname))]),
        ]
        for label, value in rows:
            text = nodes.paragraph("", "", nodes.strong("", f"{label}: "), *value)
            facts += nodes.list_item("", text)
        card += facts
        return [card]


class ExactValues(SphinxTransform):
    """Leave the quotes in glued texts straight: readers search for the error messages they got."""

    default_priority = 700  # before the quotes are made round, at 750

    def apply(self):
        """Mark what glue has pasted."""
        for node in self.document.findall(nodes.inline):
            if "pasted-text" in node["classes"]:
                node["support_smartquotes"] = False


def run_time(docname: str) -> str:
    """Say how long the execution of a page took."""
    artifact = artifacts.find(page_of(docname))
    if artifact is None:
        return "not known"
    return f"about {max(round(artifact.seconds), 1)} s on two cores"


def page_of(docname: str) -> Path:
    """Return the file of a page."""
    return pages.PAGES / f"{docname}.md"


def read_executed_page(text: str):
    """Return the page that Sphinx reads as a notebook with its outputs (MyST-NB calls this)."""
    try:
        notebook = executed_page(page_of(_application.env.docname))
    except BookError as error:
        logger.warning(str(error))
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Not readable")])
    for cell in pages.code_cells(notebook):
        cell.source = without_glue(cell.source)
        if not cell.source:
            cell.metadata.setdefault("tags", []).append("remove-input")
    return notebook


def changed_pages(app, env, added, changed, removed):
    """Have the pages read again whose text or outputs are not those that were read last."""
    before, now = getattr(env, "sums_of_pages", {}), {}
    for docname in env.found_docs:
        page = page_of(docname)
        with contextlib.suppress(BookError):  # said when it is read
            now[docname] = site.sum_of_page(page, artifacts.find(page))
    env.sums_of_pages = now
    env.titles_before = titles(env)
    return [name for name in env.found_docs if before.get(name, 0) != now.get(name)]


def titles(env) -> dict:
    """Return all that a page may show of another one: the titles that its labels stand for."""
    return dict(env.get_domain("std").labels)


def pages_with_changed_references(app, env):
    """Have all pages written again when a title has changed that any of them may refer to."""
    return list(env.found_docs) if titles(env) != env.titles_before else []


def setup(app):
    """Register everything with Sphinx."""
    global _application
    _application = app
    if not pages.PAGES.samefile(app.srcdir):
        raise ExtensionError(f"the pages are in {pages.PAGES}, not in {app.srcdir}")
    # Else each citation looks anew through the entry points of all installed packages.
    pybtex.plugin._load_entry_point = cache(pybtex.plugin._load_entry_point)
    app.add_directive("page-header", PageHeader)
    app.add_directive("claim", Claim)
    app.add_directive("misreadings", Misreadings)
    app.add_directive("remember", Remember)
    app.add_directive("quiz", Quiz)
    app.add_transform(ExactValues)
    beyond.setup(app)
    glossary.setup(app)
    indexes.setup(app)
    formulas.setup(app)
    html_frame.setup(app)
    app.connect("env-get-outdated", changed_pages)
    app.connect("env-updated", pages_with_changed_references)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
