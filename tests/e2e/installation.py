"""An installation that begins empty, and its people, each with a browser of their own."""

from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.account import PASSWORD
from tests.e2e.conftest import LISTEN, is_trouble
from tests.e2e.node import Node
from tests.e2e.words import Words
from tests.host.running import wait_until

LINK: Final = "/issuer/first-admin?link="
ADMINISTRATOR: Final = "田中 綾"


@dataclass
class Installation:
    """A node, and the pages of the people who work with it in one language."""

    node: Node
    browser: Browser
    words: Words
    axe: str
    """The rules of accessibility"""
    pages: dict[str, Page] = field(default_factory=dict)
    """By role"""
    trouble: list[str] = field(default_factory=list)
    """Errors on the consoles, and breaches of the security policy"""

    def sign_in_first(self) -> Page:
        """Follow the link that the start printed, and become the administrator."""
        wait_until(lambda: LINK in self.node.log(), "the link is printed")
        (link,) = [word for word in self.node.log().split() if LINK in word]
        return self.arrive("admin", link, name=ADMINISTRATOR, email="aya@factory.example")

    def arrive(self, role: str, link: str, **fields: str) -> Page:
        """Open a link of the issuer in a new browser, fill in its form, and come to the first screen."""
        page = self.open_browser(role)
        page.goto(f"{link}&ui_locales={self.words.locale}")
        for name, value in {**fields, "new_password": PASSWORD}.items():
            page.locator(f"input[name={name}]").fill(value)
        page.locator("button[type=submit]").click()
        expect(page.get_by_role("button", name=self.words("sign_in.out"))).to_be_visible()
        return page

    def open_browser(self, role: str) -> Page:
        context = self.browser.new_context(base_url=self.node.url, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(30_000)
        page = context.new_page()
        theme = "dark" if self.words.locale == "ja" else "light"
        kept = {"theme": theme, "locale": self.words.locale}
        script = "".join(f"localStorage.setItem('kenpin.{name}', '{value}');" for name, value in kept.items())
        page.add_init_script(LISTEN + script)
        page.on("console", lambda said: self.trouble.append(said.text) if is_trouble(said) else None)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.pages[role] = page
        return page

    def go(self, page: Page, screen: str) -> None:
        """Choose a screen in the bar at the top."""
        bar = page.get_by_role("navigation", name=self.words("nav.label"))
        bar.get_by_role("link", name=self.words(f"nav.{screen}"), exact=True).click()

    def button(self, within: Page | Locator, key: str) -> Locator:
        return within.get_by_role("button", name=self.words(key), exact=True)
