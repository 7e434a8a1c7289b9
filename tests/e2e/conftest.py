"""A running node and a browser: what every test of the UI needs."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from host import frontend_build
from host.docs_site import __main__ as docs_site
from tests.e2e.account import Account
from tests.e2e.chromium import ARGUMENTS, executable
from tests.e2e.node import Node, running

PATIENCE_MS = 15_000
"""A busy machine is slow; what comes at once is not waited for."""
NAMES = {"sato.k": "佐藤 健一"}
TOLD = ("/v1/", "/oauth2/", "/.well-known/", "/issuer/")
OpenPage = Callable[..., Page]
BLANK = "/favicon.svg"
"""A picture of the node: there a test prepares its page before it opens a screen."""
LISTEN = """addEventListener("securitypolicyviolation", (broken) =>
    console.error(`CSP ${broken.violatedDirective} ${broken.sourceFile}`));"""


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    frontend_build.build()
    if not docs_site.SITE.is_dir():
        docs_site.main()
    with running(tmp_path_factory.mktemp("e2e") / "data") as node:
        node.open_project()
        yield node


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = executable()
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, node: Node) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=node.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    # Requests pass the test from the first on: where that began with a later route, the next might slip through.
    context.route("**/nobody-asks-for-this", lambda route: route.continue_())
    yield context
    context.close()


@pytest.fixture(scope="session")
def accounts() -> Iterator[dict[str, Account]]:
    """The accounts that were made, by node and actor."""
    made: dict[str, Account] = {}
    yield made
    for account in made.values():
        account.http.close()


@pytest.fixture
def open_page(context: BrowserContext, node: Node, accounts: dict[str, Account]) -> Iterator[OpenPage]:
    """Open an address as `sato.k`; afterwards nobody has logged an error or broken the security policy.

    With `actor=""` nobody is signed in.
    """
    said: list[str] = []

    def account(actor: str) -> Account:
        place = f"{node.url} {actor}"
        if place not in accounts:
            accounts[place] = node.account(actor, NAMES[actor])
        return accounts[place]

    def open_page(
        path: str = BLANK, *, theme: str = "dark", locale: str = "ja", actor: str = "sato.k"
    ) -> Page:
        kept = {"theme": theme, "locale": locale}
        script = "".join(
            f"localStorage.getItem('kenpin.{k}') ?? localStorage.setItem('kenpin.{k}', '{v}');"
            for k, v in kept.items()
        )
        if actor:
            person = account(actor)
            place, tab = map(json.dumps, person.signed_in())
            context.add_cookies([{"name": "kenpin-session", "value": person.session, "url": node.url}])
            script += f"sessionStorage.getItem({place}) ?? sessionStorage.setItem({place}, {tab});"
        page = context.new_page()
        page.add_init_script(LISTEN + script)
        page.on("console", lambda message: said.append(message.text) if is_trouble(message) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    assert said == []


def is_trouble(message: ConsoleMessage) -> bool:
    """An error or a warning; but that the API or the issuer refused, or was not reached, is for the page to tell."""
    if message.type not in ("error", "warning"):
        return False
    asked = message.location["url"]
    return "Failed to load resource" not in message.text or not any(told in asked for told in TOLD)


@pytest.fixture(scope="session")
def axe() -> str:
    frontend_build.install()
    return (Path(frontend_build.FRONTEND) / "node_modules/axe-core/axe.min.js").read_text("utf-8")
