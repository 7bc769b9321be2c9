"""Folds beside the main line: ``{beyond} Title`` … ``{beyond-end}``, with text and cells between.

A fold is a native ``<details>``. Its cells are executed and compared like all others.
"""

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)


class FoldStart(nodes.TextElement):
    """Where a fold begins; its children are the title."""


class FoldEnd(nodes.Element):
    """Where a fold ends."""


class Fold(nodes.General, nodes.Element):
    """A fold: its title, then what is in it."""


class FoldTitle(nodes.TextElement):
    """The line that a reader sees, and opens."""


class Beyond(SphinxDirective):
    """Begin a fold; the argument says what one finds there."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        """Return the mark at which `GatherFolds` begins."""
        title, messages = self.state.inline_text(self.arguments[0], self.lineno)
        start = FoldStart("", "", *title)
        self.set_source_info(start)
        return [start, *messages]


class BeyondEnd(SphinxDirective):
    """End a fold."""

    def run(self):
        """Return the mark at which `GatherFolds` ends."""
        end = FoldEnd()
        self.set_source_info(end)
        return [end]


class GatherFolds(SphinxTransform):
    """Put what stands between two marks into a fold."""

    default_priority = 5  # before targets are given to the node that follows them

    def apply(self):
        """Replace each pair of marks by a fold; complain about a mark without its partner."""
        for start in list(self.document.findall(FoldStart)):
            followers = start.parent[start.parent.index(start) + 1 :]
            marks = (n for n in followers if isinstance(n, FoldStart | FoldEnd | nodes.section))
            end = next(marks, None)
            if not isinstance(end, FoldEnd):
                message = f"the fold {start.astext()!r} has no {{beyond-end}} before what follows"
                logger.error(message, location=start)
                start.parent.remove(start)
                continue
            inside = followers[: followers.index(end)]
            for moved in [*inside, end]:
                start.parent.remove(moved)
            start.parent.replace(start, Fold("", FoldTitle("", "", *start.children), *inside))
        for end in list(self.document.findall(FoldEnd)):
            logger.error("a {beyond-end} without its {beyond}", location=end)
            end.parent.remove(end)


def visit_fold(translator, node):
    """Begin the fold."""
    translator.body.append(translator.starttag(node, "details", CLASS="beyond"))


def depart_fold(translator, node):
    """End the fold."""
    translator.body.append("</details>\n")


def visit_title(translator, node):
    """Begin the line that is seen."""
    translator.body.append('<summary><span class="beyond-mark">Beyond:</span> ')


def depart_title(translator, node):
    """End it."""
    translator.body.append("</summary>\n")


def setup(app):
    """Register everything with Sphinx."""
    app.add_node(Fold, html=(visit_fold, depart_fold))
    app.add_node(FoldTitle, html=(visit_title, depart_title))
    app.add_directive("beyond", Beyond)
    app.add_directive("beyond-end", BeyondEnd)
    app.add_transform(GatherFolds)
