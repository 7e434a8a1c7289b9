"""The worker's agent against a server that answers as the agent of ECS does, and against none."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kenpin_training.agent import Agent
from tests.training.ecs_double import TASK, EcsAgentServer


@pytest.fixture
def ecs() -> Iterator[EcsAgentServer]:
    with EcsAgentServer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_task_is_protected_for_a_while_and_then_let_go(ecs: EcsAgentServer) -> None:
    agent = Agent(ecs.environment)
    agent.protect()
    agent.release()
    assert ecs.asked == [{"ProtectionEnabled": True, "ExpiresInMinutes": 15}, {"ProtectionEnabled": False}]


def test_a_worker_is_called_as_its_task(ecs: EcsAgentServer) -> None:
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
    ecs: EcsAgentServer, says: tuple[int, dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    ecs.says = says
    with caplog.at_level(logging.WARNING):
        Agent(ecs.environment).protect()
    assert "ECS did not set" in caplog.text and len(ecs.asked) == 1


def test_an_agent_that_is_gone_stops_nothing(ecs: EcsAgentServer, caplog: pytest.LogCaptureFixture) -> None:
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
