"""Directives that list what the pages hold: ``topic-index`` and ``exercise-index``."""

import re

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from bookbuilder.pages import PAGES, pages, read_page, read_text

EXERCISE = re.compile(r"^`{3,}\{exercise\} (★+) (.+)\n:label: (\S+)", re.MULTILINE)
LABEL = re.compile(r"^\((page-[\w-]+)\)=", re.MULTILINE)
LEVELS = {"★": "on paper", "★★": "in code", "★★★": "a project"}


class Index(SphinxDirective):
    """A list made of the pages' own text; `lines` of the subclass writes it in MyST."""

    def run(self):
        """Return the parsed list."""
        for page in pages():
            self.env.note_dependency(str(page))
        container = nodes.container(classes=["index-of-pages"])
        lines = StringList(list(self.lines()), self.get_source_info()[0])
        self.state.nested_parse(lines, self.content_offset, container)
        return container.children


class TopicIndex(Index):
    """Each topic of ``topics.yml``, and the pages that teach it."""

    def lines(self):
        """Yield a list of topics under the name of each group."""
        self.env.note_dependency(str(PAGES / "topics.yml"))
        taught = {}
        for page in pages():
            label = LABEL.search(read_text(page))
            for topic in read_page(page).metadata.get("covers", []):
                taught.setdefault(topic, []).append(f"{{ref}}`{label[1]}`")
        groups = yaml.safe_load(read_text(PAGES / "topics.yml"))["topics"]
        for group, topics in groups.items():
            yield from (f"**{group.capitalize().replace('-', ' ')}**", "")
            for topic, sentence in topics.items():
                where = ", ".join(taught.get(topic, ["not taught yet"]))
                yield f"- {sentence.rstrip('.')}: {where}."
            yield ""


class ExerciseIndex(Index):
    """Each exercise of each page: its level, and whether its answer can be checked."""

    def lines(self):
        """Yield a list of exercises for each page that has some."""
        for page in pages():
            text = read_text(page)
            exercises = EXERCISE.findall(text)
            if exercises:
                yield from (f"{{ref}}`{LABEL.search(text)[1]}`", "")
                for stars, title, label in exercises:
                    checked = f'check("{label}"' in text
                    notes = LEVELS[stars] + (", with a check" if checked else "")
                    yield f"- {stars} {{ref}}`{title} <{label}>` ({notes})"
                yield ""


def setup(app):
    """Register the directives with Sphinx."""
    app.add_directive("topic-index", TopicIndex)
    app.add_directive("exercise-index", ExerciseIndex)
