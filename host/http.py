"""The HTTP server of the single node: the API through the handlers, files by signed address, and the UI."""

import asyncio
import json
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import uvicorn

from host import files, ui
from host.gateway import Answer, Request, function_for, respond
from host.lifeline import end_with_parent

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_BODY: Final = 6 * 1024 * 1024
"""bytes a handler takes; Lambda allows about as much"""
SECURITY: Final = {
    "content-security-policy": "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Server:
    """An ASGI application. Handlers run one at a time, for their resolver keeps the request in a global."""

    def __init__(self, public_host: str) -> None:
        self._hosts = LOCAL | {public_host}
        self._handlers = ThreadPoolExecutor(1, "handlers")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = _head(scope)
        if (refused := self._refusal(request)) is not None:
            return await _send(send, refused)
        if request.path.startswith("/files/"):
            return await files.serve(request, receive, send)
        if (function := function_for(request.method, request.path)) is None:
            return await _send(send, ui.answer(request))
        body = await _body(receive)
        if body is None:
            return await _send(send, problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, request, "send at most 6 MB"))
        whole = Request(request.method, request.path, request.query, request.headers, body)
        loop = asyncio.get_running_loop()
        await _send(send, await loop.run_in_executor(self._handlers, respond, function, whole))

    def _refusal(self, request: Request) -> Answer | None:
        """Other sites' pages may not speak through a visitor's browser, whatever name they resolve to us."""
        if _name(f"//{request.headers.get('host', '')}") not in self._hosts:
            return problem(HTTPStatus.MISDIRECTED_REQUEST, request, "this address is not served here; see KENPIN_PUBLIC_URL")
        origin = request.headers.get("origin")
        if origin and _name(origin) not in self._hosts:
            return problem(HTTPStatus.FORBIDDEN, request, f"pages of {origin} may not use this platform")
        return None


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def problem(status: HTTPStatus, request: Request, detail: str) -> Answer:
    body = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail, "instance": request.path}
    return Answer(status, {"content-type": "application/problem+json"}, json.dumps(body).encode())


def _head(scope: Message) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers, b"")


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None when it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


async def _send(send: Send, answer: Answer) -> None:
    headers = {**SECURITY, "cache-control": "no-store", **answer.headers, "content-length": str(len(answer.body))}
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    await send({"type": "http.response.body", "body": answer.body})


def main() -> None:
    """`python -m host.http FD`: serve on a listening socket inherited from the node."""
    from kenpin.bootstrap import platform

    end_with_parent()
    listening = socket.socket(fileno=int(sys.argv[1]))
    app = Server(_name(platform().settings.public_url))
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", server_header=False)
    asyncio.run(uvicorn.Server(config).serve([listening]))


if __name__ == "__main__":
    main()
