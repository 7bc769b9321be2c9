"""Directives that list what the pages hold: ``topic-index``, ``exercise-index``, ``part-index``."""

import re

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from bookbuilder import reading_time
from bookbuilder.pages import PAGES, ROOT, pages, read_page, read_text

EXERCISE = re.compile(r"^`{3,}\{exercise\} (★+) (.+)\n:label: (\S+)", re.MULTILINE)
LABEL = re.compile(r"^\((page-[\w-]+)\)=", re.MULTILINE)
LEVELS = {"★": "short", "★★": "longer", "★★★": "a project"}


class Index(SphinxDirective):
    """A list made of the pages' own text; `lines` of the subclass writes it in MyST."""

    css_class = "index-of-pages"

    def run(self):
        """Return the parsed list."""
        for page in pages():
            self.env.note_dependency(str(page))
        container = nodes.container(classes=[self.css_class])
        lines = StringList(list(self.lines()), self.get_source_info()[0])
        self.state.nested_parse(lines, self.content_offset, container)
        return [container]


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
                yield f"- {sentence.rstrip('.')}: {where}"
            yield ""


class ExerciseIndex(Index):
    """Each exercise of each page: its level, and whether its answer can be checked.

    The projects follow once more.
    """

    def lines(self):
        """Yield a list of exercises for each page that has some, then one of all projects."""
        projects = []
        for page in pages():
            text = read_text(page)
            exercises = EXERCISE.findall(text)
            if exercises:
                where = f"{{ref}}`{LABEL.search(text)[1]}`"
                yield from (where, "")
                for stars, title, label in exercises:
                    checked = re.search(rf'check\(\s*"{label}"', text)
                    notes = LEVELS[stars] + (", with a check" if checked else "")
                    yield f"- {stars} {{ref}}`{title} <{label}>` ({notes})"
                    if LEVELS[stars] == "a project":
                        name = title.removeprefix("Project: ")
                        name = name[0].upper() + name[1:]
                        projects.append(f"- {{ref}}`{name} <{label}>`: {where}")
                yield ""
        if projects:
            yield from ("**Projects**", "", *projects, "")


class PartIndex(Index):
    """A card for each part: its pages, how long they take, and what one can do afterwards.

    The body says that last thing in a paragraph for each part, in their order.
    """

    has_content = True
    css_class = "part-cards"

    def lines(self):
        """Yield a container for each part."""
        self.env.note_dependency(str(ROOT / "_toc.yml"))
        parts = yaml.safe_load(read_text(ROOT / "_toc.yml"))["parts"]
        outcomes = re.split(r"\n{2,}", "\n".join(self.content).strip())
        if len(outcomes) != len(parts):
            raise self.error(f"{len(outcomes)} paragraphs, want one for each of {len(parts)} parts")
        for part, outcome in zip(parts, outcomes, strict=True):
            files = [PAGES / f"{chapter['file']}.md" for chapter in part["chapters"]]
            yield from ("```{container} part-card", f"**{part['caption']}**", "")
            yield from outcome.splitlines()
            yield ""
            for file in files:
                yield f"- {{ref}}`{LABEL.search(read_text(file))[1]}`"
            yield ""
            if part.get("numbered", True):
                time = as_hours(sum(reading_time.minutes(file)[0] for file in files))
                yield from (f"About {time} to read.", "")
            yield from ("```", "")


def as_hours(minutes: float) -> str:
    """Say a time to a quarter of an hour, such as "2 ¼ hours"."""
    hours, quarters = divmod(max(round(minutes / 15), 1), 4)
    amount = f"{hours or ''} {('', '¼', '½', '¾')[quarters]}".strip()
    return f"{amount} {'hour' if (hours, quarters) <= (1, 0) else 'hours'}"


def setup(app):
    """Register the directives with Sphinx."""
    app.add_directive("part-index", PartIndex)
    app.add_directive("topic-index", TopicIndex)
    app.add_directive("exercise-index", ExerciseIndex)
