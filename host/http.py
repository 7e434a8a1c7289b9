"""The HTTP server of the single node: the API through the handlers, files by signed address, and the UI."""

import asyncio
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import uvicorn

from host import files, ui
from host.asgi import Message, Receive, Send, body_of, head_of, problem, send_answer
from host.gateway import Answer, Request, actor_of, function_for, respond
from host.lifeline import end_with_parent
from kenpin.settings import Settings

MAX_BODY: Final = 6 * 1024 * 1024
"""bytes a handler takes; Lambda allows about as much"""
LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Server:
    """An ASGI application. Handlers run one at a time, for their resolver keeps the request in a global."""

    def __init__(self, public_url: str) -> None:
        self._hosts = LOCAL | {_name(public_url)}
        self._handlers = ThreadPoolExecutor(1, "handlers")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        request = head_of(scope)
        if (refused := self._refusal(request)) is not None:
            await send_answer(send, refused)
        elif request.path.startswith("/files/"):
            await files.serve(request, receive, send)
        elif function := function_for(request.method, request.path):
            await send_answer(send, await self._handled(function, request, receive))
        elif request.path.startswith("/v1/"):
            detail = f"no function takes {request.method} here"
            await send_answer(send, problem(HTTPStatus.METHOD_NOT_ALLOWED, request, detail))
        else:
            await send_answer(send, ui.answer(request))

    async def _handled(self, function: str, request: Request, receive: Receive) -> Answer:
        body = await body_of(receive, MAX_BODY)
        if body is None:
            return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, request, f"send at most {MAX_BODY:,} bytes")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._handlers, respond, function, replace(request, body=body))

    def _refusal(self, request: Request) -> Answer | None:
        """Other sites' pages may not speak through a visitor's browser, whatever name they resolve to us."""
        if _name(f"//{request.headers.get('host', '')}") not in self._hosts:
            detail = "this name is not served here; set KENPIN_PUBLIC_URL to the address people use"
            return problem(HTTPStatus.MISDIRECTED_REQUEST, request, detail)
        origin = request.headers.get("origin")
        if origin and _name(origin) not in self._hosts:
            return problem(HTTPStatus.FORBIDDEN, request, f"pages of {origin} may not use this platform")
        if request.path.startswith("/v1/") and request.method != "GET" and actor_of(request.headers) is None:
            detail = "say who you are: send the header Kenpin-Actor (lower-case letters, digits, . _ -)"
            return problem(HTTPStatus.UNAUTHORIZED, request, detail)
        return None


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def main() -> None:
    """`python -m host.http FD`: serve on a listening socket inherited from the node."""
    end_with_parent()
    listening = socket.socket(fileno=int(sys.argv[1]))
    app = Server(Settings().public_url)
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", server_header=False)
    asyncio.run(uvicorn.Server(config).serve([listening]))


if __name__ == "__main__":
    main()
