"""`kenpin login` and `kenpin logout`: sign in through the system's browser (RFC 8252), and sign out."""

from __future__ import annotations

import time
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Annotated, Final
from urllib.parse import parse_qs, urlsplit

import typer

from host.cli.connect import server_url
from host.cli.failures import Refused, Unreachable
from host.cli.grants import SignInRequest, endpoints_of, oidc_of, revoke
from host.cli.output import line, warn
from host.cli.password import password_from, submit_password
from host.cli.token_file import TokenFile

PORT: Final = 8711
"""Issuers know the callback by its whole address, so the port is always the same."""
SIGN_IN_TIMEOUT_S: Final = 300.0
PAGE: Final = """<!doctype html><html lang="ja"><meta charset="utf-8"><title>Kenpin</title>
<p>このページは閉じてかまいません。端末に戻ってください。
<p lang="en">You may close this page and go back to the terminal.
"""

Server = Annotated[str, typer.Option(help="Address of the platform; otherwise KENPIN_URL.")]
Port = Annotated[
    int, typer.Option(help="Port of http://localhost:PORT/callback, which the issuer must know.")
]
Browser = Annotated[bool, typer.Option(help="Open the browser, or only show the address.")]
Email = Annotated[str, typer.Option(help="Sign in without a browser, at Kenpin's own issuer.")]
Stdin = Annotated[bool, typer.Option("--password-stdin", help="With --email: read the password there.")]


def login(
    server: Server = "",
    port: Port = PORT,
    browser: Browser = True,
    email: Email = "",
    password_stdin: Stdin = False,
) -> None:
    """Sign in to a platform, through the browser or with --email. Only you can read the file of tokens."""

    url = server_url(server)
    oidc = oidc_of(url)
    request = SignInRequest(oidc, endpoints_of(oidc), f"http://localhost:{port}/callback")
    code = (
        _code_by_password(request, email, password_stdin)
        if email
        else _code_by_browser(request, port, browser)
    )
    tokens, name = request.exchange(code)
    token_file = TokenFile()
    with token_file.locked():
        token_file.put(url, tokens)
    line(f"signed in to {url} as {name}")


def logout(server: Server = "") -> None:
    """Sign out: delete the tokens of a platform here and at its issuer."""

    url, token_file = server_url(server), TokenFile()
    with token_file.locked():
        tokens = token_file.get(url)
        token_file.forget(url)
    if tokens is None:
        raise Refused(f"nobody is signed in to {url} here")
    try:
        revoke(tokens)
    except (Refused, Unreachable) as failure:
        warn(f"forgotten here, but not at the issuer: {failure}")
    line(f"signed out of {url}")


def _code_by_password(request: SignInRequest, email: str, stdin: bool) -> str:

    answer = submit_password(request, email, password_from(stdin))
    if answer.get("state") != request.state:
        raise Refused("the issuer answered another sign-in; run `kenpin login` again")
    return _code_in(answer)


def _code_by_browser(request: SignInRequest, port: int, browser: bool) -> str:
    """Return what the issuer sends back through the browser. Raises Refused when it refuses or nobody comes."""

    with _callback_server(port) as callback:
        warn(f"sign in at {request.url}")
        if browser:
            webbrowser.open(request.url)
        deadline = time.monotonic() + SIGN_IN_TIMEOUT_S
        while time.monotonic() < deadline:
            callback.timeout = deadline - time.monotonic()
            callback.handle_request()
            if (answer := callback.answer) and answer.get("state") == request.state:
                return _code_in(answer)
    raise Refused("nobody signed in within five minutes; run `kenpin login` again")


def _code_in(answer: dict[str, str]) -> str:
    if "code" in answer:
        return answer["code"]
    error = "".join(c for c in answer.get("error", "no code") if c.isprintable())
    hint = "ask an administrator for the right to use it" if error == "access_denied" else "try again"
    raise Refused(f"the issuer says no ({error}); {hint}")


class _Callback(HTTPServer):
    answer: dict[str, str] | None = None


class _Handler(BaseHTTPRequestHandler):
    server: _Callback

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path != "/callback":
            return self.send_error(404)
        self.server.answer = {name: values[0] for name, values in parse_qs(address.query).items()}
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *_: object) -> None:
        """Nothing: the address holds a code."""


def _callback_server(port: int) -> _Callback:
    try:
        return _Callback(("127.0.0.1", port), _Handler)
    except OSError as error:
        raise Refused(f"cannot listen on 127.0.0.1:{port} ({error.strerror}); stop what is there") from None
