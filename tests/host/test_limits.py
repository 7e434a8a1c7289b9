"""Limits of connections: heads and bodies have a length and a time, and an address has a number of connections."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import httpx
import pytest

from host import files
from host.asgi import BodyLimit, Message
from host.connections import MAX_HEAD_BYTES
from host.gateway import Request
from host.http import Server
from kenpin.settings import Settings
from tests.asynchronous import run
from tests.host.conftest import Worker, serving

HEAD: Final = b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\n"
CONNECTIONS: Final = 4


@contextmanager
def connected(worker: Worker) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", worker.port), timeout=30) as connection:
        yield connection


def seconds_until_closed(connection: socket.socket, sent_every_s: float, data: bytes) -> float:
    """Send a little again and again; return the seconds until the server closes."""
    began = time.monotonic()
    connection.settimeout(sent_every_s)
    while time.monotonic() - began < 20:
        try:
            connection.sendall(data)
            if not connection.recv(4096):
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    return time.monotonic() - began


@pytest.mark.parametrize("part", ["first", "after an answer"])
def test_a_head_that_drips_is_closed_after_ten_seconds(worker: Worker, part: str) -> None:
    with connected(worker) as connection:
        if part != "first":
            connection.sendall(HEAD + b"\r\n")
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        connection.sendall(HEAD)
        assert 8 < seconds_until_closed(connection, 0.5, b"X-More: 1\r\n") < 15


def test_a_connection_that_sends_nothing_is_closed(worker: Worker) -> None:
    with connected(worker) as connection:
        assert connection.recv(1) == b""


def test_the_rest_of_a_body_that_was_not_waited_for_has_an_end(worker: Worker) -> None:
    with connected(worker) as connection:
        connection.sendall(
            b"POST /v1/projects HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n{"
        )
        assert connection.recv(65_536).startswith(b"HTTP/1.1 401")
        assert seconds_until_closed(connection, 0.5, b" ") < 15


def test_a_head_of_many_bytes_is_cut_off(worker: Worker) -> None:
    with connected(worker) as connection:
        sent = 0
        with pytest.raises(ConnectionError):
            connection.sendall(HEAD)
            while sent < 60_000_000:
                sent += connection.send(b"X-More: " + b"x" * 8_000 + b"\r\n")
    assert sent < 5_000_000


def test_a_whole_head_above_the_limit_is_refused(client: httpx.Client) -> None:
    answer = client.get("/v1/health", headers={"X-More": "x" * MAX_HEAD_BYTES})
    assert answer.status_code in (400, 431)
    assert client.get("/v1/health", headers={"X-More": "x" * (MAX_HEAD_BYTES - 1000)}).is_success


def test_a_body_that_drips_is_answered_with_408(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("host.http.FORM_BODY", BodyLimit(1000, seconds=0.2))
    monkeypatch.setattr("host.files.UPLOAD_TIMEOUT_S", 0.2)
    monkeypatch.setattr("host.files._store", lambda: worker.objects)
    url = worker.objects.upload_url("p", "0" * 64, 9, "image/png")
    name, _, query = url.removeprefix("/files/").partition("?")
    request = Request("PUT", f"/files/{name}", query, {}, b"")
    for answer in run(answers_to_dripping(worker.settings, request)):
        assert (answer["status"], dict(answer["headers"])[b"connection"]) == (408, b"close")


async def answers_to_dripping(settings: Settings, upload: Request) -> list[Message]:
    """Return the heads of the answers to a form and to an upload whose bodies do not end."""
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"", "more_body": True}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            sent.append(message)

    form = {"type": "http", "method": "POST", "path": "/issuer/token", "query_string": b""}
    await Server(settings)({**form, "headers": [(b"host", b"localhost")]}, receive, send)
    await files.serve(upload, receive, send)
    assert len(sent) == 2
    return sent


def test_an_address_has_a_number_of_connections(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("connections")
    with (
        serving(postgres_url, folder, connections_per_address=str(CONNECTIONS)) as worker,
        ExitStack() as stack,
    ):
        clients = [stack.enter_context(worker.client(anonymous=True)) for _ in range(CONNECTIONS + 1)]
        for each in clients[:-1]:
            assert each.get("/v1/health").is_success
        with pytest.raises(httpx.TransportError):
            clients[-1].get("/v1/health")
        clients[0].close()
        time.sleep(0.2)
        assert clients[-1].get("/v1/health").is_success
