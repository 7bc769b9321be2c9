"""What the frame of a page (``templates/layout.html``) shows besides the page's text."""

import platform
import re
from functools import cache
from html import unescape
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote, urlsplit

from sphinx.util import logging

from bookbuilder import artifacts, site
from bookbuilder.artifacts import digest
from bookbuilder.errors import BookError
from bookbuilder.html_body import mend_body
from bookbuilder.pages import PAGES, data_of, read_page
from bookbuilder.pictures import PicturesOfPage, kept
from bookbuilder.social_cards import draw_card

logger = logging.getLogger(__name__)

TEMPLATES = Path(__file__).parent / "templates"
# Published once it is known; else every page would have to be written again at each commit.
COMMIT, SHORT_COMMIT = "COMMIT-OF-THE-BUILD", "SHORT-COMMIT-OF-THE-BUILD"
SHOWN_VERSIONS = ("keras", "numpy", "scikit-learn", "matplotlib")
DATA_SETS = {
    "mnist": "MNIST",
    "fashion_mnist": "Fashion-MNIST",
    "imdb": "the IMDB reviews",
    "california_housing": "California housing",
}
PUBLISHED = "the published files, by their checksums"
STAND_IN = "a stand-in, drawn for the want of the published files"
SEARCH_SCRIPTS = (
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "searchtools.js",
    "language_data.js",
)
FONTS = {"serif-normal": "", "serif-italic": "<em", "math": "<math"}  # with a sign of their use
NOT_FOUND = "404"


def launch_links(branch: str, docname: str) -> list[dict]:
    """Return where a page can be run; Colab opens the notebook published with the site."""
    repo, notebook = site.repository(), f"_sources/{docname}.ipynb"
    binder = f"https://mybinder.org/v2/gh/{repo}/{branch}?urlpath=lab/tree/book/{docname}.md"
    colab = f"https://colab.research.google.com/github/{repo}/blob/gh-pages/{notebook}"
    return [
        {"name": "Binder", "url": binder, "note": "JupyterLab, nothing to install"},
        {"name": "Colab", "url": colab, "note": "Google’s notebooks"},
        {
            "name": "Download the notebook",
            "url": "../" * docname.count("/") + notebook,
            "note": "for any Jupyter",
            "download": True,
        },
        {
            "name": "On your own machine",
            "url": f"https://github.com/{repo}#readme",
            "note": "the whole book: two commands",
        },
    ]


def fill_frame(app, pagename, templatename, context, doctree):
    """Give the templates what they show, and mend the page's text."""
    body = context.get("body", "")
    card = "_static/social-card.png"
    if doctree is not None and body:
        is_first = pagename == app.config.root_doc
        pictures = pictures_of(app, pagename)
        body = mend_body(body, pictures, first_screen=is_first)
        context["body"] = body
        context.update(about_page(app, pagename))
        if not is_first:
            card = store_card(context, pictures)
    tags = re.sub(r'<meta [^>]*name="(viewport|generator)"[^>]*>', "", context.get("metatags", ""))
    description = re.search(r'content="([^"]*)" name="description"', tags)
    context.update(
        metatags=tags.strip(),  # docutils says some things that the template says, too
        repository=site.repository(),
        commit_mark=COMMIT,
        commit_mark_short=SHORT_COMMIT,
        static_version=site.sum_of_machinery()[:8],
        description=description[1] if description else "",
        social_card=app.config.html_baseurl + card,
        fonts=[f"book-{name}.woff2" for name, sign in FONTS.items() if sign in body],
        search_scripts=SEARCH_SCRIPTS,
    )
    if pagename == NOT_FOUND:
        begin_links_at_root(app, context)


def pictures_of(app, pagename: str) -> PicturesOfPage:
    """Return what takes the pictures of a page."""
    originals = {name: Path(app.srcdir, file) for file, name in app.builder.images.items()}
    address = "../" * pagename.count("/") + "_images"
    return PicturesOfPage(Path(app.outdir, "_images"), address, originals)


def store_card(context, pictures: PicturesOfPage) -> str:
    """Draw what links to a page show; return its place in the site."""
    title = unescape(re.sub("<[^>]*>", "", context["title"]))
    book, figure = context["docstitle"], pictures.first_figure
    name = f"{digest(title + book + digest(figure or ''))}.png"
    card = kept(name, lambda: draw_card(title, book, figure))
    return f"_images/{pictures.store(card, '.png').rpartition('/')[2]}"


def about_page(app, pagename: str) -> dict:
    """Return the links that run a page or report an error in it, and what it was made with."""
    branch = app.config.html_theme_options["repository_branch"]
    repository = f"https://github.com/{site.repository()}"
    return {
        "launch_links": launch_links(branch, pagename),
        "report_link": f"{repository}/issues/new?template=page.yml&page={quote(pagename)}",
        "source_link": f"{repository}/blob/{branch}/book/{pagename}.md",
        "made_with": made_with(),
        "data_used": data_used(PAGES / f"{pagename}.md"),
    }


@cache
def made_with() -> str:
    """Say with what the cells of the pages were executed."""
    packages = [f"{name} {version(name)}" for name in SHOWN_VERSIONS]
    return f"Executed with Python {platform.python_version()}, {', '.join(packages)}."


def data_used(page: Path) -> str:
    """Say which data sets a page uses, and whether they were the real ones."""
    try:
        names = data_of(read_page(page))
    except BookError:  # said when the page is read
        return ""
    said = [
        f"{DATA_SETS[name]} ({PUBLISHED if artifacts.is_real(name) else STAND_IN})"
        for name in names
    ]
    return "; ".join(said) + "." if said else ""


def begin_links_at_root(app, context) -> None:
    """Let the links of a page work at whatever address it is shown."""
    root = urlsplit(app.config.html_baseurl).path
    relative = context["pathto"]
    context["pathto"] = lambda *args, **options: root + relative(*args, **options)
    links = context["toctree"](maxdepth=1, includehidden=True, collapse=False, titles_only=True)
    context["book_map"] = re.sub(r'href="(?![a-z]+:|#)', f'href="{root}', links)
    for name in ("favicon_url", "logo_url"):
        context[name] = root + context[name]


def collect_not_found(app):
    """Name the page that is shown where nothing is."""
    yield NOT_FOUND, {"title": "No such page"}, f"{NOT_FOUND}.html"


def collect_moved(app):
    """Lead from the addresses that pages once had to where they are now."""
    for old, new in app.config.moved_pages.items():
        if new not in app.env.found_docs or old in app.env.found_docs:
            logger.warning(
                "moved_pages in _config.yml: %r is to lead to %r, a page of the book", old, new
            )
            continue
        yield old, {"title": "Moved", "moved_to": new}, "moved.html"


def use_current_repository(app, config):
    """Point all links at the repository that is built: forks link to themselves."""
    config.html_theme_options["repository_url"] = f"https://github.com/{site.repository()}"
    config.html_baseurl = site.address()
    config.templates_path = [*config.templates_path, str(TEMPLATES)]


def setup(app):
    """Register everything with Sphinx."""
    app.connect("config-inited", use_current_repository)
    app.add_config_value("moved_pages", {}, "html")
    app.connect("html-collect-pages", collect_not_found)
    app.connect("html-collect-pages", collect_moved)
    app.connect("html-page-context", fill_frame, priority=950)
