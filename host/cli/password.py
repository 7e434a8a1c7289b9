"""Sign-in at Kenpin's own issuer from a terminal without a browser."""

from __future__ import annotations

import getpass
import sys
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

import httpx

from host.cli.failures import Refused, Unreachable
from host.cli.grants import SignInRequest

HEADERS: Final = {"Accept-Language": "en"}


def password_from(stdin: bool) -> str:
    """Return the password: a line of stdin, or typed without echo."""
    return sys.stdin.readline().rstrip("\r\n") if stdin else getpass.getpass("Password: ")


def submit_password(request: SignInRequest, email: str, password: str) -> dict[str, str]:
    """Return the issuer's answer to its filled-in form. Raises Refused in the issuer's words, and Unreachable."""
    try:
        with httpx.Client(headers=HEADERS, timeout=30) as browser:
            response = browser.get(request.url)
            page = _Page(response.text)
            if "form" not in page.hidden:
                raise Refused(
                    "only Kenpin's own issuer takes a password here; run `kenpin login --no-browser`"
                )
            filled = {**page.hidden, "email": email, "password": password}
            answer = browser.post(urljoin(str(response.url), page.action), data=filled)
    except httpx.TransportError as error:
        raise Unreachable(f"no answer from {request.endpoints.authorization_endpoint} ({error})") from None
    redirect = httpx.URL(answer.headers.get("location", ""))
    if not str(redirect).startswith(f"{request.redirect_uri}?"):
        raise Refused(
            _Page(answer.text).problem
            or f"{answer.request.url.copy_with(query=None)} answered {answer.status_code}; try again"
        )
    return dict(redirect.params)


class _Page(HTMLParser):
    """The form of a page: its target, its hidden fields, and the problem that the page names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action, self.problem = "", ""
        self.hidden: dict[str, str] = {}
        self._is_problem = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._is_problem = attributes.get("id") == "problem"
        if tag == "form":
            self.action = attributes.get("action", "")
        if tag == "input" and attributes.get("type") == "hidden":
            self.hidden[attributes.get("name", "")] = attributes.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._is_problem:
            self.problem += data

    def handle_endtag(self, tag: str) -> None:
        self._is_problem = False
