"""A platform for the command line to talk to: canned answers, and what was asked of it."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from host.cli.app import main
from host.cli.client import Client
from kenpin_client import BearerToken

Answer = httpx.Response | Callable[[httpx.Request], httpx.Response]
ACCEPTED = {"stream": "dataset-d", "version": 3, "hash": "ab", "id": "d"}

MADE = {"version": 3, "created_at": "2026-01-01T00:00:00Z"}
DATASET = MADE | {
    "dataset_id": "d", "project_id": "p", "name": "D", "hash": "ab", "images": 1, "excluded": 0, "counts": {},
    "tags": [], "suggested": 0, "updated_at": "2026-01-01T00:00:00Z",
}  # fmt: skip
PROJECT = MADE | {
    "project_id": "p", "name": "P", "datasets": 1, "label_book_revision": 1, "products": [], "policy": None,
    "time_zone": "Asia/Tokyo",
}  # fmt: skip


class Platform:
    """Answers by method and path; remembers every request."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[httpx.Request] = []

    def answer(self, route: str, body: object, status: int = 200) -> None:
        """`answer("GET /v1/runs", {...})`."""
        self.answers[route] = httpx.Response(status, json=body)

    def answer_label_book(self, **names: str) -> None:
        """Let the dataset d be of a project with classes of these names by id."""
        nothing = {"name_ja": "", "key": None, "description": "", "retired": None}
        classes = [{"class_id": class_id, "name": name, **nothing} for class_id, name in names.items()]
        self.answer("GET /v1/datasets/d", DATASET)
        self.answer("GET /v1/projects/p", {**PROJECT, "defect_classes": classes})

    def bodies(self, route: str) -> list[dict[str, object]]:
        """Return the bodies sent to this route, oldest first."""
        return [json.loads(each.content) for each in self.asked if self._route(each) == route]

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.get(self._route(request))
        if answer is None:
            return httpx.Response(404, json={"detail": f"there is nothing at {request.url.path}"})
        return answer(request) if callable(answer) else answer

    def client(self) -> Client:
        return Client("http://kenpin.test", BearerToken("tester"), httpx.MockTransport(self.handle))

    @staticmethod
    def _route(request: httpx.Request) -> str:
        return f"{request.method} {request.url.path}"


def kenpin(*arguments: str) -> int:
    """Run a command; its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    return int(ended.value.code or 0)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """The platform that `connect()` finds."""
    platform = Platform()
    transport = httpx.MockTransport(platform.handle)
    monkeypatch.setattr("httpx.HTTPTransport", lambda **_: transport)
    monkeypatch.setattr("kenpin_client._sync.connection.sleep", lambda pause_s: None)
    monkeypatch.setenv("KENPIN_URL", "http://kenpin.test")
    monkeypatch.setenv("KENPIN_TOKEN", "tester")
    yield platform
