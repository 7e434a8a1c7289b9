"""The built browser UI, or a page that says how to build it."""

import json
import mimetypes
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from functions.http.compression import takes
from host.gateway import Answer, Request
from host.issuer.clients import CLI, SCOPE, UI, issuer_of
from kenpin.settings import Settings

STATIC: Final = Path(__file__).resolve().with_name("static")
COMPRESSED: Final = {"br": ".br", "gzip": ".gz"}
"""Encodings of files that the build wrote, the smaller one first, and the ends of their names."""
DOCS: Final = "docs/index.html"
"""The first page of the documentation."""
UI_NOT_BUILT: Final = (
    b"<!doctype html><title>Kenpin</title><p>The UI is not built. Run <code>make run</code>."
)

DOCS_NOT_BUILT: Final = (
    b"<!doctype html><title>Kenpin</title><p>The documentation is not built. "
    b"Run <code>make run</code> or <code>python -m host.docs_site</code>."
)


def config_answer(settings: Settings) -> Answer:
    """Return `/config.json`: the settings that UI and command line need before sign-in."""
    body = json.dumps(
        {
            "oidc": _external_issuer(settings) if settings.oidc_issuer else _builtin_issuer(settings),
        }
    ).encode()
    return Answer(HTTPStatus.OK, {"content-type": "application/json", "cache-control": "no-cache"}, body)


def _external_issuer(settings: Settings) -> dict[str, str]:
    return {
        "issuer": settings.oidc_issuer,
        "client_id": settings.oidc_client_id,
        "cli_client_id": settings.oidc_cli_client_id or settings.oidc_client_id,
        "domain": settings.oidc_domain,
        "scope": settings.oidc_scope,
    }


def _builtin_issuer(settings: Settings) -> dict[str, str]:
    """The built-in issuer, which has a page where people change their password."""
    issuer = issuer_of(settings)
    return {
        "issuer": issuer,
        "client_id": UI,
        "cli_client_id": CLI,
        "domain": "",
        "scope": SCOPE,
        "account_url": f"{issuer}/password",
    }


def security_headers(settings: Settings) -> dict[str, str]:
    """Return the policy of pages: they may talk to us and to the issuer."""
    issuers = dict.fromkeys(map(_origin, filter(None, (settings.oidc_issuer, settings.oidc_domain))))
    policy = {
        "default-src": "'self'",
        "connect-src": " ".join(("'self'", *issuers)),
        "img-src": "'self' data: blob:",
        "style-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
    }
    https = settings.public_url.startswith("https://")
    return {
        "content-security-policy": "; ".join(
            f"{directive} {sources}" for directive, sources in policy.items()
        ),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        **({"strict-transport-security": "max-age=31536000"} if https else {}),
    }


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def answer(request: Request) -> Answer:
    """Return a built file, or the page itself for every address of the UI."""
    if request.method not in ("GET", "HEAD"):
        return _html_answer(HTTPStatus.METHOD_NOT_ALLOWED, b"only GET here")
    if request.path == "/openapi.json":
        return Answer(HTTPStatus.OK, {"content-type": "application/json"}, _openapi())
    name = request.path.lstrip("/")
    if name in ("docs", "docs/"):
        name = DOCS
    accepted = request.headers.get("accept-encoding", "")
    if (file := _built_file(name)) is not None:
        return _file_answer(file, name, accepted)
    if name.startswith("docs/"):
        return _html_answer(HTTPStatus.NOT_FOUND, b"not found" if _built_file(DOCS) else DOCS_NOT_BUILT)
    if (page := _built_file("index.html")) is None or Path(name).suffix:
        return _html_answer(HTTPStatus.NOT_FOUND, UI_NOT_BUILT if page is None else b"not found")
    return _file_answer(page, "index.html", accepted)


@cache
def _openapi() -> bytes:
    from functions.contract.openapi import text

    return text().encode()


def _built_file(name: str) -> Path | None:
    """Return a file of the folder, read afresh as the UI may be rebuilt; no path leads out of it."""
    try:
        path = (STATIC / name).resolve()
        return path if path.is_relative_to(STATIC) and path.is_file() else None
    except (OSError, ValueError):  # a name too long for a file, or with a NUL
        return None


def _file_answer(file: Path, name: str, accepted: str) -> Answer:
    headers = {
        "content-type": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "cache-control": "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache",
    }
    forms = {encoding: _built_file(name + end) for encoding, end in COMPRESSED.items()}
    if any(forms.values()):
        headers["vary"] = "accept-encoding"
    for encoding, form in forms.items():
        if form is not None and takes(accepted, encoding):
            return Answer(HTTPStatus.OK, {**headers, "content-encoding": encoding}, form.read_bytes())
    return Answer(HTTPStatus.OK, headers, file.read_bytes())


def _html_answer(status: HTTPStatus, body: bytes) -> Answer:
    return Answer(status, {"content-type": "text/html; charset=utf-8"}, body)
