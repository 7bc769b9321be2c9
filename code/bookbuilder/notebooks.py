"""Turn an executed page into a notebook that reads well where MyST is unknown (Colab, VS Code)."""

import re
from functools import cache
from pathlib import Path

import nbformat
from pybtex.database import parse_file

from bookbuilder import pages
from bookbuilder.shown_code import without_glue

BIBLIOGRAPHY = pages.PAGES / "references.bib"
FENCE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w-]+)\}[ ]*(?P<title>.*)\n"
    r"(?P<body>(?:.*\n)*?)(?P=fence)[ ]*$",
    re.MULTILINE,
)
CITATION = re.compile(r"\{footcite:[pt]\}`([^`]+)`")
REFERENCES = "(the references come here)"
LABELED_HEADING = re.compile(r"^\(([\w-]+)\)=\n+#+ (.+)$", re.MULTILINE)
OPTIONS = re.compile(r"\A(?:---\n(.*?)\n---\n|((?::[\w-]+:[^\n]*\n)+))", re.DOTALL)

INSTALL = """\
# Needed once outside the book's own environment: its helper package, as this page was made with.
# Colab brings the other libraries. Elsewhere install them as the book's README says.
import importlib.util

if importlib.util.find_spec("annbook") is None:
    %pip install --quiet "annbook @ git+https://github.com/{repository}@{commit}"{more}
"""
COLAB_LACKS = ("distributed", "optuna")


@cache
def citations() -> dict[str, tuple[str, str]]:
    """Return for each key of the bibliography 'Last & Last (year)' and the line of a reference."""
    texts = {}
    for key, entry in parse_file(str(BIBLIOGRAPHY)).entries.items():
        people = entry.persons.get("author") or entry.persons.get("editor") or []
        names = [" ".join(person.last_names).strip("{}") for person in people]
        if len(names) > 3:
            names = [f"{names[0]} et al."]
        short = f"{' & '.join(names)} ({entry.fields.get('year', 'n.d.')})"
        fields = [entry.fields.get(f) for f in ("title", "journal", "booktitle", "publisher")]
        doi = entry.fields.get("doi")
        fields.append(f"https://doi.org/{doi}" if doi else entry.fields.get("url"))
        details = ". ".join(re.sub(r"[{}]", "", field) for field in fields if field)
        texts[key] = (short, f"{short}. {details}")
    return texts


@cache
def headings() -> dict[str, tuple[str, str]]:
    """Return for each label before a heading the heading's text and its address in the site."""
    found = {}
    for page in pages.pages():
        address = f"{pages.name_of(page)}.html"
        for label, text in LABELED_HEADING.findall(page.read_text(encoding="utf8")):
            found[label] = (text, f"{address}#{label}")
    return found


def quoted(title: str, body: str) -> str:
    """Return a block quote with a bold title."""
    lines = [f"**{title}**" if title else "", "", *body.strip().splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def quiz(body: str) -> str:
    """Return the question with its answers, and the verdicts folded below."""
    question, *answers = re.split(r"^- (?=\[[ x]\])", body, flags=re.MULTILINE)
    shown, verdicts = [], []
    for number, answer in enumerate(answers, 1):
        text, _, why = answer[3:].strip().partition("\n\n")
        shown.append(f"{number}. {' '.join(text.split())}")
        verdict = "right" if answer.startswith("[x]") else "wrong"
        verdicts.append(f"{number}. {verdict}: {' '.join(why.split())}")
    folded = "<details><summary>Answers</summary>\n\n" + "\n".join(verdicts) + "\n\n</details>"
    return question.strip() + "\n\n" + "\n".join(shown) + "\n\n" + folded


def directive(match: re.Match, site: str) -> str:
    """Return plain Markdown for one MyST directive."""
    name, title, body = match["name"], match["title"].strip(), match["body"]
    options = OPTIONS.match(body)
    stated = dict(re.findall(r"^:?([\w-]+):[ ]*(.*)$", options[0], re.MULTILINE)) if options else {}
    body = body[options.end() :] if options else body
    if name == "math":
        return f"$$\n{body.strip()}\n$$"
    if name in {"figure", "image"}:
        alt = stated.get("alt", "")
        return f"![{alt}]({site}/_images/{Path(title).name})\n\n*{body.strip()}*"
    if name == "quiz":
        return plain(quiz(body), site)
    if name in {"raw", "solution-end", "only"}:
        return ""
    if name == "footbibliography":
        return REFERENCES
    if name == "solution-start":
        return "**Solution**\n"
    if name == "beyond":
        return f"**Beyond: {title}** *(the main line goes on below the next rule)*"
    if name == "beyond-end":
        return "---"
    if name == "glossary":
        return re.sub(r"^(?=\S)(.*)$", r"**\1**  ", body, flags=re.MULTILINE).replace("\n  ", "\n")
    if name.endswith("-index"):
        return f"The list is on [the book's site]({site})."
    body = plain(body, site)
    if name == "exercise":
        return f"**Exercise: {title}**\n\n{body.strip()}"
    heading = {
        "page-header": "You will be able to",
        "misreadings": "Often believed, and what is true",
        "remember": "Keep these",
        "claim": f"Claim: {title}",
    }.get(name, title or name.capitalize())
    return quoted(heading, body)


def plain(text: str, site: str) -> str:
    """Replace directives and roles in `text` by plain Markdown."""
    text = re.sub(r"^\([\w-]+\)=\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^%.*\n", "", text, flags=re.MULTILINE)
    return FENCE.sub(lambda match: directive(match, site), text)


def roles(text: str, glued: dict[str, str], site: str) -> str:
    """Replace roles: glued numbers, citations, references."""

    def role(match: re.Match) -> str:
        name, target = match[1], match[2]
        if name.startswith("glue"):
            return glued[target]
        if "cite" in name:
            return "; ".join(citations()[key.strip()][0] for key in target.split(","))
        if name == "numref":
            return "the figure"
        text, label = re.fullmatch(r"(?s)(?:(.*?)\s*<)?(.*?)>?", target).groups()
        if label in headings():
            title, address = headings()[label]
            return f"[{text or title}]({site}/{address})"
        return f"*{text or label}*"

    return re.sub(r"\{([\w:-]+)\}`([^`]+)`", role, text)


def with_caption(cell) -> list:
    """Return a cell, followed by the caption of its figure."""
    caption = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption")
    return [cell, nbformat.v4.new_markdown_cell(f"*{caption.strip()}*")] if caption else [cell]


def export_notebook(notebook, path: Path, *, repository: str, commit: str) -> None:
    """Write an executed page to `path`, with a first cell that installs annbook."""
    owner, _, name = repository.partition("/")
    site = f"https://{owner}.github.io/{name}"
    glued = pages.glued_values(notebook)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    cited = dict.fromkeys(key.strip() for keys in CITATION.findall(text) for key in keys.split(","))
    references = "\n".join(f"- {citations()[key][1]}" for key in cited)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = roles(plain(cell.source + "\n", site), glued, site).strip()
            cell.source = cell.source.replace(REFERENCES, references)
        elif "outputs" in cell:
            cell.source = without_glue(cell.source)
            cell.outputs = [o for o in cell.outputs if "scrapbook" not in o.get("metadata", {})]
    notebook.cells = [
        part for cell in notebook.cells if cell.source.strip() for part in with_caption(cell)
    ]
    code = "\n".join(cell.source for cell in pages.code_cells(notebook))
    imported = re.findall(r"(?:from|import) (?:annbook\.)?(\w+)", code)
    more = "".join(f" {name}" for name in COLAB_LACKS if any(i.startswith(name) for i in imported))
    install = INSTALL.format(repository=repository, commit=commit, more=more)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(install))
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    kept = ("kernelspec", "language_info")
    notebook.metadata = {key: notebook.metadata[key] for key in kept if key in notebook.metadata}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
