"""A running node and a browser: what every test of the UI needs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from host import frontend_build
from tests.e2e.chromium import ARGUMENTS, executable
from tests.e2e.node import Node, running

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    frontend_build.build()
    with running(tmp_path_factory.mktemp("e2e") / "data") as node:
        node.open_project()
        yield node


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, node: Node) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=node.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def open_page(context: BrowserContext) -> Iterator[OpenPage]:
    """Open an address as `sato.k`; afterwards the console must have stayed clean."""
    said: list[str] = []

    def open_page(path: str, *, theme: str = "dark", locale: str = "ja", actor: str = "sato.k") -> Page:
        kept = {"actor": actor, "theme": theme, "locale": locale}
        script = "".join(
            f"localStorage.getItem('kenpin.{k}') ?? localStorage.setItem('kenpin.{k}', '{v}');"
            for k, v in kept.items()
        )
        page = context.new_page()
        page.add_init_script(script)
        page.on(
            "console",
            lambda message: said.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    assert [text for text in said if "Failed to load resource" not in text] == []


@pytest.fixture(scope="session")
def axe() -> str:
    frontend_build.install()
    return (Path(frontend_build.FRONTEND) / "node_modules/axe-core/axe.min.js").read_text("utf-8")
