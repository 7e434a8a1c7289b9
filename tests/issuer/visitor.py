"""A browser, as far as the issuer can tell: it keeps cookies, sends forms with what they hide, and follows nothing."""

import json
import re
import secrets
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from functions.runtime.event import Json
from host.gateway import Answer, Request
from host.issuer.app import Issuer
from host.issuer.clients import UI
from host.issuer.secret import challenge
from host.issuer.secret import payload as payload_of

__all__ = ["payload_of"]
PASSWORD = "a long enough password"


@dataclass
class Visitor:
    issuer: Issuer
    url: str
    address: str = "192.0.2.1"
    cookies: dict[str, str] = field(default_factory=dict)
    set_cookie: str = ""
    page: str = ""

    def get(self, path: str, **query: str) -> Answer:
        return self._sent("GET", path, urlencode(query), b"", {})

    def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        return self._sent("POST", path, "", urlencode(form).encode(), {"origin": self.url, **headers})

    def fill(self, path: str, **fields: str) -> Answer:
        """Send the form of the page that is open."""
        return self.post(path, {**self.hidden, **fields})

    @property
    def hidden(self) -> dict[str, str]:
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.page)
        return {name: unescape(value) for name, value in found}

    def sign_in(self, email: str, password: str = PASSWORD, **asked: str) -> Answer:
        self.get("/issuer/authorize", **asked)
        return self.fill("/issuer/sign-in", email=email, password=password)

    def _sent(self, method: str, path: str, query: str, body: bytes, headers: dict[str, str]) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = Request(method, path, query, {"cookie": cookie, **headers}, body, address=self.address)
        answer = self.issuer.answer(request)
        self.set_cookie = answer.headers.get("set-cookie", "")
        for name, morsel in SimpleCookie(self.set_cookie).items():
            self.cookies[name] = morsel.value
        self.page = answer.body.decode()
        return answer


@dataclass
class App:
    """The UI's part of the code flow: an authorization request and its answer."""

    visitor: Visitor
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def callback(self) -> str:
        return f"{self.visitor.url}/signed-in"

    def asked(self, **more: str) -> dict[str, str]:
        return {
            **{"client_id": UI, "redirect_uri": self.callback, "response_type": "code", "scope": "openid"},
            **{"code_challenge": challenge(self.verifier), "code_challenge_method": "S256"},
            **{"state": "s-1", "nonce": "n-1"},
            **more,
        }

    def exchange(self, code: str, **more: str) -> Answer:
        form = {
            **{"grant_type": "authorization_code", "client_id": UI, "code": code},
            **{"redirect_uri": self.callback, "code_verifier": self.verifier},
            **more,
        }
        return self.visitor.post("/issuer/token", form)

    def renew(self, refresh_token: str, **more: str) -> Answer:
        form = {"grant_type": "refresh_token", "client_id": UI, "refresh_token": refresh_token, **more}
        return self.visitor.post("/issuer/token", form)

    def tokens(self) -> Json:
        """Of a visitor who is signed in."""
        return read(self.exchange(code_of(self.visitor.get("/issuer/authorize", **self.asked()))))


def query_of(answer: Answer) -> dict[str, str]:
    """Return the parameters of the answer's redirect."""
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


def code_of(answer: Answer) -> str:
    return query_of(answer)["code"]


def read(answer: Answer) -> Json:
    body: Json = json.loads(answer.body)
    return body
