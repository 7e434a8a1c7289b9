"""Clients of the API in one thread: each sends one request after another on a kept-alive connection.

They share the machine's cores with the node, so they do as little as possible: requests are made before the
clock starts, and only the status and the length of an answer are checked.
"""

import json
import re
import selectors
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from time import perf_counter
from typing import Final

from msgspec import Struct

ANSWER_TIMEOUT_S: Final = 30.0
CONTENT_LENGTH: Final = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class HttpRequest(Struct, frozen=True):
    """One request; a body makes it a POST."""

    path: str
    body: dict[str, object] | None = None


class Timing(Struct, frozen=True):
    latencies: list[float]
    """seconds, of every request of every client"""
    per_second: float


def timed(port: int, token: str, requests: Sequence[Sequence[HttpRequest]]) -> Timing:
    """Run one client per entry of `requests`, all at once. Raises AssertionError on an answer that is no success."""
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        clients = [stack.enter_context(_Client(port, token, client_requests)) for client_requests in requests]
        start = perf_counter()
        for client in clients:
            selector.register(client, selectors.EVENT_READ)
            client.send_next()
        while selector.get_map():
            ready = selector.select(ANSWER_TIMEOUT_S)
            assert ready, f"no answer for {ANSWER_TIMEOUT_S} s"
            for key, _ in ready:
                readable = key.fileobj
                assert isinstance(readable, _Client)
                if readable.has_answer() and not readable.send_next():
                    selector.unregister(readable)
        seconds = perf_counter() - start
    latencies = [latency for client in clients for latency in client.latencies]
    return Timing(latencies, len(latencies) / seconds)


class _Client:
    def __init__(self, port: int, token: str, requests: Sequence[HttpRequest]) -> None:
        self.latencies: list[float] = []
        self._requests: Iterator[bytes] = iter([_bytes(request, token) for request in requests])
        self._socket = socket.create_connection(("127.0.0.1", port), ANSWER_TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sent_at = 0.0
        self._head = b""
        self._missing_bytes: int | None = None

    def __enter__(self) -> "_Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def fileno(self) -> int:
        return self._socket.fileno()

    def send_next(self) -> bool:
        """Send the next request; False when there is none."""
        if (request := next(self._requests, None)) is None:
            return False
        self._head, self._missing_bytes = b"", None
        self._sent_at = perf_counter()
        self._socket.sendall(request)
        return True

    def has_answer(self) -> bool:
        """Take in what has come; True when the answer is whole."""
        received = self._socket.recv(1 << 20)
        assert received, f"the connection ended after {self._head!r}"
        if self._missing_bytes is None:
            self._head += received
            self._missing_bytes = _missing_bytes(self._head)
        else:
            self._missing_bytes -= len(received)
        if self._missing_bytes != 0:
            return False
        self.latencies.append(perf_counter() - self._sent_at)
        return True


def _missing_bytes(answer: bytes) -> int | None:
    """Bytes still to come; None while the head is not whole."""
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return None
    length = CONTENT_LENGTH.search(head)
    assert length and head.startswith(b"HTTP/1.1 2"), f"no success: {answer[:500]!r}"
    return int(length[1]) - len(body)


def _bytes(request: HttpRequest, token: str) -> bytes:
    body = b"" if request.body is None else json.dumps(request.body).encode()
    lines = (
        f"{'GET' if request.body is None else 'POST'} {request.path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
