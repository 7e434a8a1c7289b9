"""The worker's agent against a server that answers as the agent of ECS does, and against none."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kenpin_training.agent import MARGIN_MIN, RENEW_S, UNPROTECTED_S, Agent
from kenpin_training.pace import Pace
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
    agent.protect(epoch_s=0)
    assert agent.release() == UNPROTECTED_S
    assert ecs.asked == [{"ProtectionEnabled": True, "ExpiresInMinutes": 15}, {"ProtectionEnabled": False}]


@pytest.mark.parametrize(("epoch_s", "minutes"), [(1.0, 16), (60.0, 16), (3_600.0, 75), (400_000.0, 2_880)])
def test_a_task_is_protected_for_an_epoch_and_a_margin(
    ecs: EcsAgentServer, epoch_s: float, minutes: int
) -> None:
    Agent(ecs.environment).protect(epoch_s)
    assert ecs.asked == [{"ProtectionEnabled": True, "ExpiresInMinutes": minutes}]


def test_it_is_renewed_well_before_it_ends() -> None:
    assert RENEW_S <= MARGIN_MIN * 60 / 3


def test_an_epoch_is_the_longest_time_between_two_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    pace = Pace()
    for at, version in ((10.0, 3), (100.0, 3), (100.0, 4), (130.0, 5)):
        now = at
        pace.see(version)
    assert pace.longest_s() == 90
    now = 330.0
    assert pace.longest_s() == 200, "the epoch that is at work counts"


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
        Agent(ecs.environment).protect(0)
    assert "ECS did not set" in caplog.text and len(ecs.asked) == 1


def test_an_agent_that_is_gone_stops_nothing(ecs: EcsAgentServer, caplog: pytest.LogCaptureFixture) -> None:
    gone = {name: "http://127.0.0.1:9/none" for name in ecs.environment}
    with caplog.at_level(logging.WARNING):
        Agent(gone).protect(0)
        assert Agent(gone).worker().rpartition(":")[2].isdigit()
    assert len(caplog.records) == 2


def test_on_one_machine_nobody_is_asked(caplog: pytest.LogCaptureFixture) -> None:
    agent = Agent({})
    agent.protect(0)
    assert agent.release() == 0
    assert agent.worker() == agent.worker() and ":" in agent.worker()
    assert not caplog.records
