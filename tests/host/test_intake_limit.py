"""The bound on requests of the intake: others go first, and those above it are answered 429."""

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Final

import pytest

from functions.runtime.event import Json
from host import http
from host.asgi import Message
from host.gateway import Answer, Request
from host.http import Server
from tests.asynchronous import run
from tests.host.conftest import Worker

AT_MOST: Final = 3
INTAKE: Final = "/v1/intake"
PROJECTS: Final = "/v1/projects"


class Handlers:
    """Handlers that note what they answer, and wait until they may."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.begun, self.may_end = threading.Event(), threading.Event()

    def respond(self, _: str, request: Request) -> Answer:
        self.asked.append(request.path)
        self.begun.set()
        assert self.may_end.wait(20)
        return Answer(202, {}, b"[]")


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Handlers]:
    handlers = Handlers()
    monkeypatch.setattr(http, "respond", handlers.respond)
    yield handlers
    handlers.may_end.set()


async def answer(server: Server, worker: Worker, path: str) -> tuple[int, dict[str, str], Json]:
    sent: list[Message] = []
    headers = {"host": "localhost", **{name.lower(): text for name, text in worker.token.items()}}
    encoded = [(name.encode(), text.encode()) for name, text in headers.items()]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": encoded}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"[]"}

    async def send(message: Message) -> None:
        sent.append(message)

    await server(scope, receive, send)
    head, body = sent
    return head["status"], {n.decode(): v.decode() for n, v in head["headers"]}, json.loads(body["body"])


def test_people_go_before_waiting_events_and_those_above_the_bound_come_again(
    worker: Worker, handlers: Handlers
) -> None:
    async def ask() -> None:
        server = Server(worker.settings.model_copy(update={"intake_requests": AT_MOST}))
        events = [asyncio.create_task(answer(server, worker, INTAKE)) for _ in range(AT_MOST)]
        await asyncio.to_thread(handlers.begun.wait, 20)
        while not server._intake.is_reached:
            await asyncio.sleep(0.01)
        status, headers, problem = await answer(server, worker, INTAKE)
        assert (status, headers["retry-after"], headers["content-type"]) == (
            429,
            "2",
            "application/problem+json",
        )
        assert problem["code"] == "IntakeBusy"
        assert problem["parameters"] == {"setting": "KENPIN_INTAKE_REQUESTS", "limit": AT_MOST}
        person = asyncio.create_task(answer(server, worker, PROJECTS))
        while not server._handler_thread._work_queue.qsize():
            await asyncio.sleep(0.01)
        handlers.may_end.set()
        assert {status for status, _, _ in await asyncio.gather(person, *events)} == {202}
        assert handlers.asked == [INTAKE, PROJECTS, *[INTAKE] * (AT_MOST - 1)]
        assert (await answer(server, worker, INTAKE))[0] == 202

    run(ask())
