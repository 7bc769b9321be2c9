"""Sphinx extension of the book: the devices of a page, its links, a site that asks no other host.

Directives: ``page-header``, ``claim``, ``misreadings``, ``remember``, ``quiz`` (CONTRIBUTING.md
shows how to write each). Everything they produce is plain HTML that works with JavaScript off.
"""

import os
import shutil
from importlib.metadata import files
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

import build_book
from notebook_export import export_notebook


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
    """What sources get wrong, and why."""

    title, css_class = "What sources get wrong, and what is true", "misreadings"


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


class run_time(nodes.Inline, nodes.TextElement):
    """Stands for the measured run time of the page until that is known."""


class PageHeader(SphinxDirective):
    """The card under a page's title: what the reader will be able to do, and what it takes."""

    has_content = True
    option_spec = {  # noqa: RUF012
        "prerequisites": directives.unchanged_required,
        "data": directives.unchanged,
    }

    def run(self):
        """Return the card; the run time is filled in when the page has been executed."""
        self.assert_has_content()
        card = nodes.container(classes=["page-header"])
        card += nodes.paragraph("", "You will be able to", classes=["page-header-title"])
        self.state.nested_parse(self.content, self.content_offset, card)
        facts = nodes.bullet_list(classes=["page-facts"])
        rows = [
            ("Before this page", parse_text(self, self.options.get("prerequisites", "none"))),
            ("Data", parse_text(self, self.options.get("data", "none"))),
            ("Run time", [run_time()]),
        ]
        for label, value in rows:
            text = nodes.paragraph("", "", nodes.strong("", f"{label}: "), *value)
            facts += nodes.list_item("", text)
        links = [nodes.strong("", "Run it yourself: ")]
        for name, url in launch_links(self.config, self.env.docname).items():
            links += [nodes.reference("", name, refuri=url, internal=False), nodes.Text(" · ")]
        facts += nodes.list_item("", nodes.paragraph("", "", *links[:-1]))
        card += facts
        return [card]


def repository(config) -> str:
    """Return ``owner/name`` of the book's repository on GitHub."""
    url = config.html_theme_options["repository_url"]
    return url.removeprefix("https://github.com/").strip("/")


def launch_links(config, docname: str) -> dict[str, str]:
    """Return where a page can be run; Colab opens the notebook published with the site."""
    repo, branch = repository(config), config.html_theme_options["repository_branch"]
    notebook = f"_sources/{docname}.ipynb"
    return {
        "Binder": f"https://mybinder.org/v2/gh/{repo}/{branch}?urlpath=lab/tree/book/{docname}.md",
        "Colab": f"https://colab.research.google.com/github/{repo}/blob/gh-pages/{notebook}",
        "download as notebook": "../" * docname.count("/") + notebook,
    }


def use_current_repository(app, config):
    """Point all links at the repository that GitHub Actions builds: forks link to themselves."""
    if "GITHUB_REPOSITORY" in os.environ:
        config.html_theme_options["repository_url"] = (
            f"https://github.com/{os.environ['GITHUB_REPOSITORY']}"
        )


def use_keyed_cache(app, config):
    """Name the execution cache after all that outputs depend on; a new name re-reads every page."""
    config.nb_execution_cache_path = str(build_book.cache_folder())


def fill_run_times(app, doctree, docname):
    """Write the measured run time into the page's header card."""
    for node in list(doctree.findall(run_time)):
        seconds = (NbMetadataCollector.get_exec_data(app.env, docname) or {}).get("runtime")
        text = (
            "nothing to run"
            if seconds is None
            else f"about {max(round(seconds), 1)} s on two cores"
        )
        node.replace_self(nodes.Text(text))


def mend_links(app, pagename, templatename, context, doctree):
    """Correct the theme's Colab link (it can't open .md) and its issue link (an empty issue)."""
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if button.get("text") == "Colab":
                button["url"] = launch_links(app.config, pagename)["Colab"]
            elif "/issues/new" in button.get("url", ""):
                button["url"] = (
                    f"https://github.com/{repository(app.config)}/issues/new?template=page.yml"
                    f"&page={quote(pagename)}"
                )


def finish_site(app, exception):
    """Serve MathJax from the book, drop an unused icon script, publish readable notebooks."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for file in files("sphinx-mathjax-offline"):
        inside = file.as_posix().partition("static/mathjax/")[2]
        if inside == "tex-mml-chtml.js" or "chtml/fonts/woff-v2/" in inside:
            target = static / "mathjax" / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.locate(), target)
    # The icons come from the web font; the script only replaces them by the same icons as SVG.
    static.joinpath("scripts/fontawesome.js").write_text("")
    for page in build_book.pages():
        notebook = build_book.executed_page(page)
        if notebook:
            target = Path(app.outdir, "_sources", page.relative_to(build_book.PAGES))
            target = target.with_suffix(".ipynb")
            export_notebook(notebook, target, repository=repository(app.config))


def setup(app):
    """Register everything with Sphinx."""
    if not build_book.PAGES.samefile(app.srcdir):
        raise ExtensionError(f"the pages are in {build_book.PAGES}, not in {app.srcdir}")
    app.add_node(run_time)
    app.add_directive("page-header", PageHeader)
    app.add_directive("claim", Claim)
    app.add_directive("misreadings", Misreadings)
    app.add_directive("remember", Remember)
    app.add_directive("quiz", Quiz)
    app.connect("config-inited", use_current_repository)
    app.connect("config-inited", use_keyed_cache)
    app.connect("doctree-resolved", fill_run_times)
    app.connect("html-page-context", mend_links, priority=900)
    app.connect("build-finished", finish_site)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
