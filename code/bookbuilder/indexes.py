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
PROJECT = "★★★"


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
    """Each exercise of each page: its number and level, and whether its answer can be checked.

    The projects follow once more. A row of links above leads to each page's exercises.
    """

    def lines(self):
        """Yield the links, a list of exercises for each page that has some, and all projects."""
        links, listed, projects = [], [], []
        # The first page of all, which welcomes the reader, is number 0.
        for page_number, page in enumerate(pages()):
            text = read_text(page)
            exercises = EXERCISE.findall(text)
            if exercises:
                page_label = LABEL.search(text)[1]
                where = f"{{ref}}`{page_label}`"
                group = page_label.replace("page-", "exercises-", 1)
                links.append(f"{{ref}}`{page_number} <{group}>`")
                listed += [f"({group})=", f"**{page_number}. {where}**", ""]
                for place, (stars, title, label) in enumerate(exercises, 1):
                    number = f"{page_number}.{place}"
                    checked = re.search(rf'check\(\s*"{label}"', text)
                    note = " (with a check)" if checked else ""
                    listed.append(f"- {number} {stars} {{ref}}`{title} <{label}>`{note}")
                    if stars == PROJECT:
                        name = title.removeprefix("Project: ")
                        name = name[0].upper() + name[1:]
                        projects.append(f"- {number} {{ref}}`{name} <{label}>`: {where}")
                listed.append("")
        if projects:
            links.append("{ref}`Projects <exercises-projects>`")
            listed += ["(exercises-projects)=", "**Projects**", "", *projects, ""]
        yield from ("```{rst-class} letters", " ".join(links), "```", "", *listed)


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
                yield from (f"About {time} for the main lines.", "")
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
