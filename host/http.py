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
from host.asgi import Message, Receive, Send, body_of, head_of, problem, secured, send_answer
from host.gateway import Answer, Request, function_for, respond
from host.identity import Admission, NotAdmitted
from host.issuer.app import Issuer
from host.issuer.browser import redirect
from host.parent_process import end_with_parent
from kenpin.settings import Settings

MAX_FORM: Final = 64 * 1024
"""bytes of a form of the issuer"""
MAX_BODY: Final = 6 * 1024 * 1024
"""bytes a handler takes; Lambda allows about as much"""
LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Server:
    """An ASGI application. Handlers run one at a time, for their resolver keeps the request in a global."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.public_url.rstrip("/")
        self._hosts = LOCAL | {_name(self._home)}
        self._admission = Admission(settings)
        self._issuer = None if settings.oidc_issuer else Issuer(settings)
        self._security = ui.security(settings)
        self._config = ui.config(settings)
        self._handlers = ThreadPoolExecutor(1, "handlers")
        self._doors = ThreadPoolExecutor(2, "issuer")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        request, send = head_of(scope), secured(send, self._security)
        if (refused := self._refusal(request)) is not None:
            await send_answer(send, refused)
        elif request.path.startswith("/files/"):
            await files.serve(request, receive, send)
        elif request.path.startswith("/v1/"):
            await send_answer(send, await self._api(request, receive))
        elif request.path.startswith("/issuer/"):
            await send_answer(send, await self._at_the_door(request, receive))
        elif request.path == "/config.json":
            await send_answer(send, self._config)
        elif self._is_elsewhere(request):
            await send_answer(send, redirect(f"{self._home}{request.target}"))
        else:
            await send_answer(send, ui.answer(request))

    async def _api(self, request: Request, receive: Receive) -> Answer:
        try:
            asked = replace(request, claims=await self._admission.claims(request))
        except NotAdmitted as no:
            return problem(no.status, request, str(no), no.headers)
        if function := function_for(request.method, request.path):
            return await self._handled(function, asked, receive)
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, request, f"no function takes {request.method} here")

    async def _handled(self, function: str, request: Request, receive: Receive) -> Answer:
        body = await body_of(receive, MAX_BODY)
        if body is None:
            return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, request, f"send at most {MAX_BODY:,} bytes")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._handlers, respond, function, replace(request, body=body))

    async def _at_the_door(self, request: Request, receive: Receive) -> Answer:
        if self._issuer is None:
            return problem(HTTPStatus.NOT_FOUND, request, "another issuer signs people in; see /config.json")
        body = await body_of(receive, MAX_FORM)
        if body is None:
            return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, request, f"send at most {MAX_FORM:,} bytes")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._doors, self._issuer.answer, replace(request, body=body))

    def _is_elsewhere(self, request: Request) -> bool:
        """Return True when a page is asked for at localhost and the node is 127.0.0.1, or the reverse.

        Browsers take them for two places, and people sign in at one of them.
        """
        name, home = _name(f"//{request.headers.get('host', '')}"), _name(self._home)
        return request.method == "GET" and name != home and {name, home} <= LOCAL

    def _refusal(self, request: Request) -> Answer | None:
        """Other sites' pages may not speak through a visitor's browser, whatever name they resolve to us."""
        if _name(f"//{request.headers.get('host', '')}") not in self._hosts:
            detail = "this name is not served here; set KENPIN_PUBLIC_URL to the address people use"
            return problem(HTTPStatus.MISDIRECTED_REQUEST, request, detail)
        origin = request.headers.get("origin")
        if origin and _name(origin) not in self._hosts:
            return problem(HTTPStatus.FORBIDDEN, request, f"pages of {origin} may not use this platform")
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
    app = Server(Settings())
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", server_header=False)
    asyncio.run(uvicorn.Server(config).serve([listening]))


if __name__ == "__main__":
    main()
