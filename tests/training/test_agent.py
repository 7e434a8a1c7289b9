"""The worker's agent against a server that answers as the agent of ECS does, and against none."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import pytest

from kenpin_training.agent import Agent

TASK = "arn:aws:ecs:eu-central-1:123456789012:task/Kenpin-dev/0f9de17a6465404e"


class Ecs(ThreadingHTTPServer):
    """Knows one task, and does with its protection as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: list[dict[str, Any]] = []
        self.says: tuple[int, dict[str, Any]] = (200, {"protection": {"ProtectionEnabled": True}})

    @property
    def environment(self) -> dict[str, str]:
        root = f"http://127.0.0.1:{self.server_port}"
        return {"ECS_AGENT_URI": f"{root}/api/0f9d", "ECS_CONTAINER_METADATA_URI_V4": f"{root}/v4/0f9d"}


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert self.path == "/v4/0f9d/task"
        self._say(200, {"Cluster": "Kenpin-dev", "TaskARN": TASK})

    def do_PUT(self) -> None:
        assert self.path == "/api/0f9d/task-protection/v1/state"
        ecs = cast(Ecs, self.server)
        ecs.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._say(*ecs.says)

    def _say(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def ecs() -> Iterator[Ecs]:
    with Ecs() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_task_is_protected_for_a_while_and_then_let_go(ecs: Ecs) -> None:
    agent = Agent(ecs.environment)
    agent.protect()
    agent.release()
    assert ecs.asked == [{"ProtectionEnabled": True, "ExpiresInMinutes": 15}, {"ProtectionEnabled": False}]


def test_a_worker_is_called_as_its_task(ecs: Ecs) -> None:
    assert Agent(ecs.environment).worker() == TASK


@pytest.mark.parametrize(
    "says",
    [
        (200, {"failure": {"Arn": TASK, "Reason": "DEPLOYMENT_BLOCKED"}}),
        (400, {"error": {"Code": "AccessDeniedException"}}),
        (200, {"protection": 7, "failure": None, "error": "ClientException"}),
    ],
)
def test_a_refusal_is_logged_and_stops_nothing(
    ecs: Ecs, says: tuple[int, dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    ecs.says = says
    with caplog.at_level(logging.WARNING):
        Agent(ecs.environment).protect()
    assert "ECS did not set" in caplog.text and len(ecs.asked) == 1


def test_an_agent_that_is_gone_stops_nothing(ecs: Ecs, caplog: pytest.LogCaptureFixture) -> None:
    gone = {name: "http://127.0.0.1:9/none" for name in ecs.environment}
    with caplog.at_level(logging.WARNING):
        Agent(gone).protect()
        assert Agent(gone).worker().rpartition(":")[2].isdigit()
    assert len(caplog.records) == 2


def test_on_one_machine_nobody_is_asked(caplog: pytest.LogCaptureFixture) -> None:
    agent = Agent({})
    agent.protect()
    agent.release()
    assert agent.worker() == agent.worker() and ":" in agent.worker()
    assert not caplog.records
