"""The HTTP server of the single node: the API through the handlers, files by signed address, and the UI."""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import uvicorn

from host import files, ui
from host.asgi import (
    AnswerOnce,
    BodyLimit,
    Message,
    Receive,
    Send,
    problem,
    read_body,
    request_head,
    send_answer,
    too_slow,
    with_headers,
)
from host.connections import MAX_HEAD_BYTES, HttpWorker, LimitedProtocol
from host.gateway import Answer, Request, function_for, import_handlers, respond
from host.identity import Authentication, AuthenticationFailed
from host.intake_limit import INTAKE, IntakeLimit
from host.issuer.app import Issuer
from host.issuer.browser import redirect
from host.parent_process import end_with_parent
from kenpin.settings import Settings

logger = logging.getLogger(__name__)
SHOWN: Final = 200
"""Characters of a path in the log."""
MAX_BODY_BYTES: Final = 6 * 1024 * 1024
"""The largest body that a handler takes; Lambda allows about as much."""
HANDLER_BODY: Final = BodyLimit(MAX_BODY_BYTES, seconds=30)
FORM_BODY: Final = BodyLimit(64 * 1024, seconds=10)
"""A form of the issuer."""
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
LOOPBACK_NAMES: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Server:
    """The ASGI application. Handlers run one at a time: their resolver keeps the request in a global."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._public_url = settings.public_url.rstrip("/")
        self._hosts = LOOPBACK_NAMES | {_host_name(self._public_url)}
        self._authentication = Authentication(settings)
        self._issuer = None if settings.oidc_issuer else Issuer(settings)
        self._security_headers = ui.security_headers(settings)
        self._config_answer = ui.config_answer(settings)
        self._handler_thread = ThreadPoolExecutor(1, "handlers")
        self._intake = IntakeLimit(settings.intake_requests)
        self._issuer_threads = ThreadPoolExecutor(2, "issuer")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        request, answer = request_head(scope), AnswerOnce(with_headers(send, self._security_headers))
        try:
            await self._serve(request, receive, answer)
        except Exception:
            logger.exception("unexpected error at %r", request.path[:SHOWN])
            if answer.begun:
                raise
            detail = "something broke here; look into the log of the node"
            await send_answer(answer, problem(HTTPStatus.INTERNAL_SERVER_ERROR, request, detail))

    async def _serve(self, request: Request, receive: Receive, send: Send) -> None:
        if (refusal := self._refusal(request)) is not None:
            await send_answer(send, refusal)
        elif request.path.startswith("/files/"):
            await files.serve(request, receive, send)
        elif request.path.startswith("/v1/"):
            await send_answer(send, await self._api_answer(request, receive))
        elif request.path.startswith("/issuer/"):
            await send_answer(send, await self._issuer_answer(request, receive))
        elif request.path == "/config.json":
            await send_answer(send, self._config_answer)
        elif self._is_other_loopback_name(request):
            await send_answer(send, redirect(f"{self._public_url}{request.target}"))
        else:
            await send_answer(send, ui.answer(request))

    async def _api_answer(self, request: Request, receive: Receive) -> Answer:
        try:
            authenticated = replace(request, claims=await self._authentication.claims(request))
        except AuthenticationFailed as failure:
            return problem(failure.status, request, str(failure), failure.headers)
        if function := function_for(request.method, request.path):
            return await self._handler_answer(function, authenticated, receive)
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, request, f"no function takes {request.method} here")

    async def _handler_answer(self, function: str, request: Request, receive: Receive) -> Answer:
        run = partial(_run_with_body, self._handler_thread, partial(respond, function), request, receive)
        if function != INTAKE:
            return await run(HANDLER_BODY)
        if self._intake.is_reached:
            return self._intake.refusal(request)
        with self._intake.counted():
            return await run(HANDLER_BODY, self._intake.turn)

    async def _issuer_answer(self, request: Request, receive: Receive) -> Answer:
        if self._issuer is None:
            return problem(HTTPStatus.NOT_FOUND, request, "another issuer signs people in; see /config.json")
        answer = self._issuer.answer
        return await _run_with_body(self._issuer_threads, answer, request, receive, FORM_BODY)

    def _is_other_loopback_name(self, request: Request) -> bool:
        """Return True when a page is requested at localhost and the public URL has 127.0.0.1, or the reverse.

        To a browser these are two origins, and a sign-in holds for one of them.
        """
        name, home = _host_name(f"//{request.headers.get('host', '')}"), _host_name(self._public_url)
        return request.method == "GET" and name != home and {name, home} <= LOOPBACK_NAMES

    def _refusal(self, request: Request) -> Answer | None:
        """Refuse unknown host names and other origins: against DNS rebinding and cross-site requests."""
        if request.head_bytes > MAX_HEAD_BYTES:
            detail = f"send at most {MAX_HEAD_BYTES:,} bytes of address and headers"
            return problem(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, request, detail)
        if _host_name(f"//{request.headers.get('host', '')}") not in self._hosts:
            detail = "this name is not served here; set KENPIN_PUBLIC_URL to the address people use"
            return problem(HTTPStatus.MISDIRECTED_REQUEST, request, detail)
        origin = request.headers.get("origin")
        if origin and not self._is_own_page(origin, request.headers.get("host", "")):
            return problem(HTTPStatus.FORBIDDEN, request, f"pages of {origin} may not use this platform")
        return None

    def _is_own_page(self, origin: str, host: str) -> bool:
        """Return True for the public address and for the one that is asked: host and port alike.

        A proxy may end TLS, so the scheme of the request says nothing; that of the page gives its default port.
        """
        scheme = origin.partition("://")[0]
        own = {_host_and_port(self._public_url), _host_and_port(f"{scheme}://{host}")} - {None}
        return _host_and_port(origin) in own


async def _run_with_body(
    executor: Executor,
    answer: Callable[[Request], Answer],
    request: Request,
    receive: Receive,
    limit: BodyLimit,
    turn: AbstractAsyncContextManager[object] = nullcontext(),  # noqa: B008  # it has no state
) -> Answer:
    """Read the body, wait for the turn, then answer in a thread of the executor."""
    try:
        async with asyncio.timeout(limit.seconds):
            body = await read_body(receive, limit.max_bytes)
    except TimeoutError:
        return too_slow(request, limit.seconds)
    if body is None:
        return problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            request,
            f"send at most {limit.max_bytes:,} bytes; upload larger pictures first "
            "(POST /v1/datasets/{dataset_id}/uploads)",
        )
    loop = asyncio.get_running_loop()
    async with turn:
        return await loop.run_in_executor(executor, answer, replace(request, body=body))


def _host_name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _host_and_port(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except (KeyError, ValueError):
        return None
    return (parts.hostname, port) if parts.hostname else None


def main() -> None:
    """`python -m host.http SOCKET HEARTBEATS`: serve on a socket inherited from the node (file descriptors)."""
    end_with_parent()
    listening, heartbeats, settings = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), Settings()
    config = uvicorn.Config(
        Server(settings),
        http=LimitedProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
    )
    import_handlers()
    asyncio.run(HttpWorker(config, listening, heartbeats, settings.connections_per_address).serve())


if __name__ == "__main__":
    main()
