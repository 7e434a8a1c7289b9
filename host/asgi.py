"""The part of ASGI that the HTTP server uses: types, request bodies and answers."""

import json
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from host.gateway import Answer, Request

Message = MutableMapping[str, Any]  # type: ignore[explicit-any]  # the server's own types
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class AnswerOnce:
    """Sends the messages of one answer, and knows whether it has begun."""

    def __init__(self, send: Send) -> None:
        self._send, self.begun = send, False

    async def __call__(self, message: Message) -> None:
        self.begun = True
        await self._send(message)


@dataclass(frozen=True)
class BodyLimit:
    """The largest body of a request and the time to send it."""

    max_bytes: int
    seconds: float


def with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    """Return `send` with these headers added to every answer that does not set them itself."""
    encoded = _encoded(headers)

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            names = {name for name, _ in message["headers"]}
            added = [header for header in encoded if header[0] not in names]
            message = {**message, "headers": [*added, *message["headers"]]}
        await send(message)

    return send_with_headers


def request_head(scope: Message) -> Request:
    """Return the request without its body."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query, (address, _) = scope["query_string"].decode("latin-1"), scope.get("client") or ("", 0)
    return Request(scope["method"], scope["path"], query, headers, b"", address=address)


async def read_body(receive: Receive, max_bytes: int) -> bytes | None:
    """Return the whole body; None when it exceeds `max_bytes` or the client disconnects."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > max_bytes or message["type"] == "http.disconnect":
            return None
        if not message.get("more_body"):
            return bytes(body)


def problem(
    status: HTTPStatus,
    request: Request,
    detail: str,
    headers: Mapping[str, str] = MappingProxyType({}),
    *,
    code: str = "",
    **more: object,
) -> Answer:
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status,
        "code": code or f"Http{status}",
        "detail": detail,
        "instance": request.path,
        "correlation_id": request.headers.get("x-correlation-id") or str(uuid.uuid4()),
        **more,
    }
    return Answer(status, {**headers, "content-type": "application/problem+json"}, json.dumps(body).encode())


def too_slow(request: Request, seconds: float) -> Answer:
    """Refuse a body that did not come in time; the rest of it is not read."""
    detail = f"the whole body did not come within {seconds:,.0f} seconds; send it again"
    return problem(HTTPStatus.REQUEST_TIMEOUT, request, detail, {"connection": "close"})


async def send_head(send: Send, status: int, headers: Mapping[str, str]) -> None:
    all_headers = {"cache-control": "no-store", **headers}
    await send({"type": "http.response.start", "status": status, "headers": _encoded(all_headers)})


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


async def send_answer(send: Send, answer: Answer) -> None:
    await send_head(send, answer.status, {**answer.headers, "content-length": str(len(answer.body))})
    await send({"type": "http.response.body", "body": answer.body})
