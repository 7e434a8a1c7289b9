"""Renders the issuer's pages: plain HTML without scripts, in the requested language and theme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, Template

from host.gateway import Answer
from host.issuer.texts import TEXTS, Language

TEMPLATES: Final = Path(__file__).with_name("templates")
THEMES: Final = ("dark", "light")
SHOWN: Final = ("title", "what", "action", "button", "note", "fields", "roles")


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    autocomplete: str
    value: str = ""
    longest: int = 200

    def with_value(self, value: str) -> "Field":
        return replace(self, value=value)


EMAIL: Final = Field("email", "email", "username", longest=254)
NAME: Final = Field("name", "text", "name", longest=100)
PASSWORD: Final = Field("password", "password", "current-password")
OLD_PASSWORD: Final = Field("old_password", "password", "current-password")
NEW_PASSWORD: Final = Field("new_password", "password", "new-password")


@dataclass(frozen=True)
class IssuerPage:
    """One page: its words by name, and its form, if it has one."""

    title: str
    what: str = ""
    action: str = ""
    button: str = ""
    note: str = ""
    fields: Sequence[Field] = ()
    sends_to: str = ""
    """An origin that the form's answer may lead to, beside ours."""
    roles: Sequence[tuple[str, str]] = ()
    """The place and the role of each thing that the reader will be."""


@dataclass(frozen=True)
class PagePreferences:
    """The language and theme of a page: the address's, else the browser's language."""

    language: Language
    theme: str

    @classmethod
    def of(cls, accepted: str, asked: Mapping[str, str]) -> "PagePreferences":
        """Choose language and theme. `accepted` is the header Accept-Language."""
        wanted = asked.get("ui_locales") or accepted
        first = next((each for each in wanted.replace(",", " ").split() if each[:2] in TEXTS), "ja")
        theme = asked.get("theme", "")
        return cls("en" if first.startswith("en") else "ja", theme if theme in THEMES else "")


def render(
    page: IssuerPage,
    preferences: PagePreferences,
    *,
    form: str = "",
    hidden: Mapping[str, str] | None = None,
    problem: str = "",
    query: str | None = None,
    home: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> Answer:
    """Render a page. `query` is that of the page's own address, for the link to the other language."""
    words = TEXTS[preferences.language]
    body = _template().render(
        **{name: getattr(page, name) for name in SHOWN},
        **{
            "words": words,
            "language": preferences.language,
            "theme": preferences.theme,
            "form": form,
            "home": home,
        },
        **{"hidden": {**(hidden or {}), "ui_locales": preferences.language, "theme": preferences.theme}},
        **{"problem": problem, "other": _other_language_query(preferences, query)},
    )
    headers = {"content-type": "text/html; charset=utf-8", **security(page.sends_to)}
    return Answer(status, headers, body.encode())


def security(sends_to: str = "") -> dict[str, str]:
    """Return the security headers. Addresses hold links that are good once, so no other site is sent the referrer.

    `no-referrer` would be too strict: browsers then send forms with the Origin `null`.
    """
    policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    policy = f"{policy}; form-action 'self'"
    return {
        "content-security-policy": f"{policy} {sends_to}".rstrip(),
        "referrer-policy": "same-origin",
        "cache-control": "no-store",
    }


def style() -> Answer:
    headers = {"content-type": "text/css; charset=utf-8", "cache-control": "max-age=3600"}
    return Answer(HTTPStatus.OK, headers, (TEMPLATES / "style.css").read_bytes())


def _other_language_query(preferences: PagePreferences, query: str | None) -> str:
    if query is None:
        return ""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    return f"?{urlencode({**asked, 'ui_locales': 'en' if preferences.language == 'ja' else 'ja'})}"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html")
