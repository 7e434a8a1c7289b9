"""The build of the documentation site: pages, copied files, contents, search texts and compressed forms."""

import gzip
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from host.docs_site import asyncapi, openapi
from host.docs_site.links import Links
from host.docs_site.pages import DocsPage, Language, parse

THEME: Final = Path(__file__).with_name("theme")
TEMPLATE: Final = Environment(loader=FileSystemLoader(THEME), autoescape=True).get_template("page.html")
CONTENTS: Final[Mapping[Language, str]] = {"en": "README.md", "ja": "README.ja.md"}
LANGUAGES: Final[tuple[Language, ...]] = ("en", "ja")
TEXT_FILES: Final = {".css", ".html", ".js", ".json"}
MADE: Final = "reference/api/"
"""The folder of pages that are made from a document; the search knows only their headings."""


def build(root: Path, site: Path) -> list[str]:
    """Write the site anew. Return a message for each broken link and each page that is not in the contents."""
    pages = {page.name: page for page in _pages(root / "docs")}
    links = Links(root, pages)
    for page in pages.values():
        links.rewrite(page)
    contents = {language: _contents(pages[name]) for language, name in CONTENTS.items()}
    shutil.rmtree(site, ignore_errors=True)
    for page in pages.values():
        _write(site / page.file, _html(page, pages, contents[page.language]))
    for place, file in {**links.copied, **_theme_files()}.items():
        (site / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, site / place)
    for language in LANGUAGES:
        texts = json.dumps(list(_search_texts(pages, language)), ensure_ascii=False, separators=(",", ":"))
        _write(site / f"search.{language}.json", texts)
    _compress(site)
    return [*links.broken, *_left_out(pages, contents)]


def _pages(docs: Path) -> Iterator[DocsPage]:
    document = json.loads((docs / "reference" / "openapi.json").read_text("utf-8"))
    events = json.loads((docs / "reference" / "asyncapi.json").read_text("utf-8"))
    made = {
        "reference/api.md": openapi.index(document),
        "reference/events.md": "\n[The fields of each event with their types](api/events.md)\n",
    }
    for path in sorted(docs.rglob("*.md")):
        name = path.relative_to(docs).as_posix()
        yield parse(name, path.read_text("utf-8") + made.get(name, ""))
    for name, text in openapi.pages(document):
        yield parse(MADE + name, text)
    yield parse(f"{MADE}events.md", asyncapi.page(events))


def _contents(index: DocsPage) -> str:
    """Return the lists of the index page; their headings have no anchors beside other pages."""
    html = index.render()
    return re.sub(r' id="[^"]*"', "", html[html.index("<h2") :])


def _html(page: DocsPage, pages: Mapping[str, DocsPage], contents: str) -> str:
    here = f'href="{page.address}"'
    other: Language = "en" if page.language == "ja" else "ja"
    return TEMPLATE.render(
        page=page,
        body=Markup(page.render()),
        contents=Markup(contents.replace(here, f'{here} aria-current="page"')),
        other=pages.get(page.twin) or pages[CONTENTS[other]],
        home=pages[CONTENTS[page.language]],
    )


def _theme_files() -> dict[str, Path]:
    return {path.name: path for path in THEME.iterdir() if path.suffix != ".html"}


def _search_texts(pages: Mapping[str, DocsPage], language: Language) -> Iterator[tuple[str, str, str, str]]:
    """Yield address, page, heading and text of each section; of two languages, that of the reader."""
    for page in pages.values():
        if page.name in CONTENTS.values() or (page.language != language and page.twin in pages):
            continue
        for section in page.sections:
            text = "" if page.name.startswith(MADE) else " ".join(section.texts)
            yield f"{page.address}#{section.anchor}", page.title, section.heading, text


def _left_out(pages: Mapping[str, DocsPage], contents: Mapping[Language, str]) -> Iterator[str]:
    """Yield a message for each page that its language's contents do not lead to."""
    for page in pages.values():
        listed = f'href="{page.address}"' in contents[page.language]
        if (
            not listed
            and page.name not in CONTENTS.values()
            and not page.name.startswith(("decisions/", MADE))
        ):
            yield f"{page.name} is not in {CONTENTS[page.language]}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _compress(site: Path) -> None:
    for path in list(site.rglob("*")):
        if path.suffix in TEXT_FILES:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
