"""A small OpenID Connect issuer on 127.0.0.1 in Cognito's form: people, clients, codes with PKCE, tokens, logout."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

AYA: Final = "3f1c0a52-6f7e-4a3c-9a53-0d6f5d2b7c11"
"""The `sub` of the one person that signs in here unless a test says otherwise."""
CLIENT: Final = "kenpin-ui"
MACHINE: Final = ("line-3", "machine secret")
SESSION: Final = "issuer_session"
Form = dict[str, str]


@dataclass
class Issuer:
    """The state of the issuer and the requests to it. Tests change it while it runs."""

    url: str
    person: str = AYA
    name: str = "田中 綾"
    lifetime_s: int = 3600
    asks: bool = True
    """True: a person must press the button of its page; else they count as signed in there."""
    rotates: bool = True
    """True: a refresh token is good once; Cognito's are good for long unless that is chosen."""
    denies: str = ""
    """An error to send people back with."""
    redirects: list[str] = field(default_factory=list)
    """The exact addresses that codes may be sent to; empty: anywhere."""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    codes: dict[str, Form] = field(default_factory=dict)
    refresh_tokens: dict[str, Form] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Paths, oldest first."""

    def token(self, **claims: object) -> str:
        """A signed access token of the person; claims that are None are left out."""
        return self.signed(self.key, claims)

    def signed(self, key: RSAKey, claims: Mapping[str, object]) -> str:
        now = int(time.time())
        whole = {
            **{"iss": self.url, "sub": self.person, "client_id": CLIENT, "token_use": "access"},
            **{"iat": now, "exp": now + self.lifetime_s, "scope": "openid", "jti": secrets.token_hex(8)},
            **claims,
        }
        stated = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": key.kid}, stated, key)

    def configuration(self) -> Mapping[str, object]:
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/.well-known/jwks.json",
            "authorization_endpoint": f"{self.url}/oauth2/authorize",
            "token_endpoint": f"{self.url}/oauth2/token",
            "revocation_endpoint": f"{self.url}/oauth2/revoke",
            "end_session_endpoint": f"{self.url}/logout",
        }

    def keys(self) -> Mapping[str, object]:
        return dict(KeySet([self.key]).as_dict(private=False))

    def code(self, asked: Form) -> str:
        """Return the next address of the browser, with a code that is good once."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def tokens(self, form: Form, authorization: str) -> Mapping[str, object] | None:
        """The answer of the token endpoint; None: the grant does not hold."""
        match form.get("grant_type"):
            case "authorization_code":
                asked = self.codes.pop(form.get("code", ""), None)
                return self._signed(asked) if asked and _is_proven(asked, form) else None
            case "refresh_token":
                return self._renewed(form.get("refresh_token", ""))
            case "client_credentials":
                expected = base64.b64encode(":".join(MACHINE).encode()).decode()
                machine = {"sub": MACHINE[0], "client_id": MACHINE[0]}
                return self._answer(**machine) if authorization == f"Basic {expected}" else None
        return None

    def _renewed(self, refresh: str) -> Mapping[str, object] | None:
        asked = self.refresh_tokens.get(refresh)
        if asked is None or not self.rotates:
            return self._answer() if asked else None
        del self.refresh_tokens[refresh]
        return self._signed({**asked, "nonce": ""})

    def _signed(self, asked: Form) -> Mapping[str, object]:
        refresh = secrets.token_urlsafe(16)
        self.refresh_tokens[refresh] = asked
        about = {"token_use": "id", "aud": asked["client_id"], "client_id": None, "name": self.name}
        id_token = self.signed(self.key, {**about, "nonce": asked.get("nonce") or None})
        return {**self._answer(), "id_token": id_token, "refresh_token": refresh}

    def _answer(self, **claims: object) -> Mapping[str, object]:
        access = self.token(**claims)
        return {"access_token": access, "token_type": "Bearer", "expires_in": self.lifetime_s}


def _is_proven(asked: Form, form: Form) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    same = all(asked[name] == form.get(name) for name in ("redirect_uri", "client_id"))
    return same and asked.get("code_challenge_method") == "S256" and asked["code_challenge"] == challenge


class _Handler(BaseHTTPRequestHandler):
    issuer: Issuer

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = dict(parse_qsl(address.query))
        self.issuer.asked.append(address.path)
        match address.path:
            case "/.well-known/openid-configuration":
                self._json(self.issuer.configuration())
            case "/.well-known/jwks.json":
                self._json(self.issuer.keys())
            case "/oauth2/authorize":
                self._authorize(asked, address.query)
            case "/login":
                self._redirect(self.issuer.code(asked), {"Set-Cookie": f"{SESSION}=1; HttpOnly; Path=/"})
            case "/logout":
                back = asked.get("logout_uri") or asked.get("post_logout_redirect_uri", "")
                self._redirect(back, {"Set-Cookie": f"{SESSION}=; Max-Age=0; Path=/"})
            case "/favicon.ico":
                self._send(HTTPStatus.NO_CONTENT, "image/png", b"")
            case _:
                self._send(HTTPStatus.NOT_FOUND, "text/plain", b"")

    def do_POST(self) -> None:
        self.issuer.asked.append(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        form = dict(parse_qsl(self.rfile.read(length).decode()))
        if self.path == "/oauth2/revoke":
            self.issuer.refresh_tokens.pop(form.get("token", ""), None)
            return self._json({})
        answer = self.issuer.tokens(form, self.headers.get("Authorization", ""))
        if answer is None:
            return self._json({"error": "invalid_grant"}, HTTPStatus.BAD_REQUEST)
        self._json(answer)

    def do_OPTIONS(self) -> None:
        self._send(HTTPStatus.NO_CONTENT, "text/plain", b"")

    def _authorize(self, asked: Form, query: str) -> None:
        if self.issuer.redirects and asked["redirect_uri"] not in self.issuer.redirects:
            return self._send(HTTPStatus.BAD_REQUEST, "text/plain", b"redirect_mismatch")
        if self.issuer.denies:
            said = urlencode({"error": self.issuer.denies, "state": asked["state"]})
            return self._redirect(f"{asked['redirect_uri']}?{said}")
        if not self.issuer.asks or f"{SESSION}=1" in self.headers.get("Cookie", ""):
            return self._redirect(self.issuer.code(asked))
        link = f"/login?{query}".replace("&", "&amp;")
        page = f"<!doctype html><title>Issuer</title><a href='{link}'>Sign in here</a>"
        self._send(HTTPStatus.OK, "text/html", page.encode())

    def _json(self, body: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _redirect(self, to: str, headers: Mapping[str, str] | None = None) -> None:
        self._send(HTTPStatus.FOUND, "text/plain", b"", {"Location": to, **(headers or {})})

    def _send(
        self, status: HTTPStatus, media_type: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        shared = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
        self.send_response(status)
        for name, value in {"Content-Type": media_type, **shared, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: tests look at `asked`."""


@contextmanager
def issuing() -> Iterator[Issuer]:
    """An issuer on a free port."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
        handler.issuer = issuer  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
