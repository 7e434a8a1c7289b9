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

PATIENCE_S: Final = 30.0
LENGTH: Final = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class HttpRequest(Struct, frozen=True):
    """One request; a body makes it a POST."""

    path: str
    body: dict[str, object] | None = None


class Timing(Struct, frozen=True):
    latencies: list[float]
    """seconds, of every request of every client"""
    per_second: float


def timed(port: int, token: str, asks: Sequence[Sequence[HttpRequest]]) -> Timing:
    """One client per entry of `asks`, all at once. Raises AssertionError on an answer that is no success."""
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        clients = [stack.enter_context(_Client(port, token, of_client)) for of_client in asks]
        start = perf_counter()
        for client in clients:
            selector.register(client, selectors.EVENT_READ)
            client.ask()
        while selector.get_map():
            ready = selector.select(PATIENCE_S)
            assert ready, f"no answer for {PATIENCE_S} s"
            for key, _ in ready:
                asked = key.fileobj
                assert isinstance(asked, _Client)
                if asked.has_answer() and not asked.ask():
                    selector.unregister(asked)
        seconds = perf_counter() - start
    latencies = [latency for client in clients for latency in client.latencies]
    return Timing(latencies, len(latencies) / seconds)


class _Client:
    def __init__(self, port: int, token: str, asks: Sequence[HttpRequest]) -> None:
        self.latencies: list[float] = []
        self._requests: Iterator[bytes] = iter([_bytes(ask, token) for ask in asks])
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._asked = 0.0
        self._head = b""
        self._missing: int | None = None

    def __enter__(self) -> "_Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def fileno(self) -> int:
        return self._socket.fileno()

    def ask(self) -> bool:
        """Send the next request; False when there is none."""
        if (request := next(self._requests, None)) is None:
            return False
        self._head, self._missing = b"", None
        self._asked = perf_counter()
        self._socket.sendall(request)
        return True

    def has_answer(self) -> bool:
        """Take in what has come; True when the answer is whole."""
        come = self._socket.recv(1 << 20)
        assert come, f"the connection ended after {self._head!r}"
        if self._missing is None:
            self._head += come
            self._missing = _missing(self._head)
        else:
            self._missing -= len(come)
        if self._missing != 0:
            return False
        self.latencies.append(perf_counter() - self._asked)
        return True


def _missing(answer: bytes) -> int | None:
    """Bytes still to come; None while the head is not whole."""
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return None
    length = LENGTH.search(head)
    assert length and head.startswith(b"HTTP/1.1 2"), f"no success: {answer[:500]!r}"
    return int(length[1]) - len(body)


def _bytes(ask: HttpRequest, token: str) -> bytes:
    body = b"" if ask.body is None else json.dumps(ask.body).encode()
    lines = (
        f"{'GET' if ask.body is None else 'POST'} {ask.path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
