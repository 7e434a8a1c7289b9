"""Links of the documentation: each leads to a page, a copied file or an anchor, or is reported as broken."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from os.path import normpath
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from markdown_it.token import Token

from host.docs_site.pages import ROOT_ADDRESS, DocsPage


class Links:
    """Rewrites the links of pages. `copied`: files to put into the site, by their place there."""

    def __init__(self, root: Path, pages: Mapping[str, DocsPage]) -> None:
        self.root = root
        self.pages = pages
        self.copied: dict[str, Path] = {}
        self.broken: list[str] = []

    def rewrite(self, page: DocsPage) -> None:
        for inline in page.tokens:
            for token in inline.children or ():
                if token.type == "image":
                    token.attrSet("src", self._address(page, str(token.attrGet("src"))))
                    token.attrSet("loading", "lazy")
            for opening, closing in _links_of(inline.children or []):
                self._rewrite(page, opening, closing)

    def _rewrite(self, page: DocsPage, opening: Token, closing: Token) -> None:
        target = str(opening.attrGet("href"))
        if re.match(r"[a-z]+:", target):
            opening.attrSet("rel", "noopener")
            return
        address = self._address(page, target)
        if address.startswith(ROOT_ADDRESS):
            opening.attrSet("href", address)
        else:
            _show_path(opening, closing, address)

    def _address(self, page: DocsPage, target: str) -> str:
        """Return the address in the site, or the path in the repository of what is not in the site."""
        path, _, anchor = unquote(target).partition("#")
        place = normpath(f"docs/{PurePosixPath(page.name).parent}/{path}") if path else f"docs/{page.name}"
        name = place.removeprefix("docs/")
        if (to := self.pages.get(name)) is not None and place.startswith("docs/"):
            if anchor and anchor not in to.anchors:
                self.broken.append(f"{page.name}: {target} has no such anchor")
            return f"{to.address}#{anchor}" if anchor else to.address
        file = self.root / place
        if place.startswith("../") or not file.exists():
            self.broken.append(f"{page.name}: {target} leads nowhere")
        if place.startswith(("docs/", "events/")) and file.is_file():
            self.copied[name] = file
            return ROOT_ADDRESS + name
        return place


def _links_of(children: list[Token]) -> Iterator[tuple[Token, Token]]:
    """Yield the opening and the closing token of each link; Markdown nests none."""
    opened = None
    for token in children:
        if token.type == "link_open":
            opened = token
        elif token.type == "link_close" and opened is not None:
            yield opened, token


def _show_path(opening: Token, closing: Token, path: str) -> None:
    """Show where in the repository the target is, in place of a link."""
    opening.type = closing.type = "html_inline"
    opening.content = '<span class="source">'
    closing.content = f"</span> (<code>{escape(path)}</code>)"
