"""Markdown pages of the documentation site: headings with anchors, links and texts for the search."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

Language = Literal["en", "ja"]
MARKDOWN: Final = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ROOT_ADDRESS: Final = "/docs/"


@dataclass(frozen=True)
class DocsSection:
    """The text below one heading."""

    anchor: str
    heading: str
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class DocsPage:
    """One page. `name`: its path below docs/, such as `guides/gallery.ja.md`."""

    name: str
    tokens: list[Token]
    sections: list[DocsSection]

    @property
    def title(self) -> str:
        return self.sections[0].heading if self.sections else self.name

    @property
    def anchors(self) -> set[str]:
        return {section.anchor for section in self.sections}

    @property
    def language(self) -> Language:
        return "ja" if self.name.endswith(".ja.md") else "en"

    @property
    def file(self) -> str:
        return file_of(self.name)

    @property
    def address(self) -> str:
        return ROOT_ADDRESS + self.file

    @property
    def twin(self) -> str:
        """The name of the same page in the other language."""
        return (
            f"{self.name.removesuffix('.ja.md')}.md"
            if self.language == "ja"
            else f"{self.name.removesuffix('.md')}.ja.md"
        )

    def render(self) -> str:
        return str(MARKDOWN.renderer.render(self.tokens, MARKDOWN.options, {}))


def file_of(name: str) -> str:
    """Return the file of a page: a README is the index of its folder."""
    folder, slash, last = name.rpartition("/")
    return folder + slash + re.sub(r"^README\b", "index", last).removesuffix(".md") + ".html"


def parse(name: str, text: str) -> DocsPage:
    tokens = MARKDOWN.parse(text)
    for token in tokens:
        _align_by_class(token)
    return DocsPage(name, tokens, list(_sections(tokens)))


def _align_by_class(token: Token) -> None:
    """The policy of the host forbids style attributes, by which Markdown aligns the cells of tables."""
    if style := token.attrs.pop("style", None):
        token.attrSet("class", str(style).replace("text-align:", "align-"))


def _sections(tokens: list[Token]) -> Iterator[DocsSection]:
    """Yield each section, after its heading was given an anchor."""
    used: Counter[str] = Counter()
    section = None
    for before, token in pairwise(tokens):
        if token.type != "inline":
            continue
        if before.type == "heading_open":
            if section:
                yield section
            heading = text_of(token)
            section = DocsSection(_unused(slug(heading), used), heading)
            before.attrSet("id", section.anchor)
        elif section:
            section.texts.append(text_of(token))
    if section:
        yield section


def text_of(inline: Token) -> str:
    parts = (" " if token.type == "softbreak" else token.content for token in inline.children or ())
    return "".join(part for part in parts if not part.startswith("<"))


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _unused(anchor: str, used: Counter[str]) -> str:
    used[anchor] += 1
    return anchor if used[anchor] == 1 else f"{anchor}-{used[anchor] - 1}"
