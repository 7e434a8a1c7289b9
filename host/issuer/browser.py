"""State between two requests of a browser: the session, and the proof that a form is ours."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlsplit

from host.gateway import Answer, Request
from host.issuer.accounts import SESSION, Session
from host.issuer.pages import PagePreferences
from host.issuer.secret import random_secret
from host.issuer.services import Services


@dataclass(frozen=True)
class PageRequest:
    """A request to one of the pages, with what it says read once."""

    services: Services
    request: Request
    asked: Mapping[str, str]
    sent: Mapping[str, str]
    cookies: Mapping[str, str]

    @classmethod
    def of(cls, services: Services, request: Request) -> "PageRequest":
        sent = request.body.decode("utf-8", "replace") if request.method == "POST" else ""
        return cls(services, request, read(request.query), read(sent), _cookies(request))

    @property
    def preferences(self) -> PagePreferences:
        return PagePreferences.of(
            self.request.headers.get("accept-language", ""), {**self.asked, **self.sent}
        )

    @property
    def session_secret(self) -> str:
        return self.cookies.get(self._cookie_name("session"), "")

    def session(self) -> Session | None:
        return self.services.accounts.session(self.session_secret) if self.session_secret else None

    def form_of(self) -> tuple[str, str]:
        """Return a proof that only our own form can send back, and the browser's secret behind it."""
        secret = self.cookies.get(self._cookie_name("form")) or random_secret()
        return self._proof(secret), secret

    def is_ours(self) -> bool:
        """Return True when a form comes from a page of ours that this browser was shown, not from another site."""
        secret = self.cookies.get(self._cookie_name("form"), "")
        origin = self.request.headers.get("origin")
        if not secret or (origin is not None and origin != _origin(self.services.home)):
            return False
        return hmac.compare_digest(self.sent.get("form", "").encode(), self._proof(secret).encode())

    def keeping_form(self, answer: Answer, secret: str) -> Answer:
        return self._with_cookie(answer, "form", secret, 86_400)

    def keeping_session(self, answer: Answer, secret: str) -> Answer:
        return self._with_cookie(answer, "session", secret, int(SESSION.total_seconds()))

    def forgetting_session(self, answer: Answer) -> Answer:
        return self._with_cookie(answer, "session", "", 0)

    def _proof(self, secret: str) -> str:
        return hmac.new(self.services.form_key, f"issuer form {secret}".encode(), hashlib.sha256).hexdigest()

    def _cookie_name(self, name: str) -> str:
        """`__Host-`: set by this very host over TLS, so no neighbour in the domain can plant one."""
        return f"__Host-kenpin-{name}" if self.services.is_https else f"kenpin-{name}"

    def _with_cookie(self, answer: Answer, name: str, value: str, seconds: int) -> Answer:
        secure = "; Secure" if self.services.is_https else ""
        cookie = (
            f"{self._cookie_name(name)}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
        )
        return replace(answer, headers={**answer.headers, "set-cookie": cookie})


def read(form: str) -> dict[str, str]:
    """Parse a query or a form, without NUL, which the database does not take."""
    return {name: value.replace("\0", "") for name, value in parse_qsl(form, keep_blank_values=True)}


def redirect(to: str) -> Answer:
    headers = {"location": to, "cache-control": "no-store"}
    return Answer(HTTPStatus.SEE_OTHER, headers, b"")


def _cookies(request: Request) -> dict[str, str]:
    jar = SimpleCookie()
    try:
        jar.load(request.headers.get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
