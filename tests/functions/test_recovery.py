"""Runs whose container died: what people see, and that nothing else changes."""

import pytest

from functions.runtime.event import Json
from host.gateway import call
from kenpin.bootstrap import platform
from kenpin.domain.event import Context
from kenpin.domain.run.commands import CompleteEpoch, FailRun, RunCommand, StartRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.values import Identity
from tests.functions.conftest import Api

TASK = "arn:aws:ecs:eu-central-1:123456789012:task/Kenpin-dev/0f9de17a6465404e"
OOM = "OutOfMemoryError: Container killed due to memory usage"
IDENTITY = Identity(code_digest="1f", weights_digest="3d", libraries={}, threads=2, hardware="2 cores")
START = StartRun(attempt=1, identity=IDENTITY, worker=TASK)


def stopped(task: str = TASK, **container: int | str) -> Json:
    """As EventBridge delivers it, shortened to what AWS documents and anybody could read."""
    return {
        "source": "aws.ecs",
        "detail-type": "ECS Task State Change",
        "detail": {
            "taskArn": task,
            "lastStatus": "STOPPED",
            "desiredStatus": "STOPPED",
            "stopCode": "EssentialContainerExited",
            "stoppedReason": "Essential container in task exited",
            "containers": [{"name": "worker", "lastStatus": "STOPPED", **container}],
        },
    }


def tell(run_id: str, *commands: RunCommand) -> None:
    for command in commands:
        platform().commands.execute(run, run_id, command, by=Context(actor="trainer"))


@pytest.fixture
def lost(api: Api, run_id: str) -> str:
    """A run that is in work on the task."""
    tell(run_id, START)
    api.catch_up()
    return run_id


def test_people_see_at_once_why_a_run_waits_and_its_job_comes_back(api: Api, lost: str) -> None:
    assert platform().jobs.receive(0) is not None
    assert call("recovery", stopped(exitCode=137, reason=OOM)) == {"failed": [lost]}
    api.catch_up()
    found = api.get(f"/v1/runs/{lost}").json
    assert found["status"] == "queued"
    assert found["failure"]["reason"] == f"the container stopped: {OOM} (exit status 137)"
    again = platform().jobs.receive(60)
    assert again is not None and again.job.subject == lost and again.job.project == "cookies"


def test_a_machine_that_vanished_left_no_exit_status(api: Api, lost: str) -> None:
    call("recovery", stopped())
    api.catch_up()
    reason = api.get(f"/v1/runs/{lost}").json["failure"]["reason"]
    assert reason == "the container stopped: Essential container in task exited"


@pytest.mark.parametrize(
    "event",
    [
        stopped(exitCode=0),
        stopped(task=f"{TASK}f", exitCode=137),
        {"detail": {**stopped(exitCode=137)["detail"], "lastStatus": "DEPROVISIONING"}},
    ],
    ids=["a clean end", "another task", "not yet stopped"],
)
def test_an_event_without_a_failure_changes_nothing(lost: str, event: Json) -> None:
    before = platform().events.head(f"run-{lost}")
    assert call("recovery", event) == {"failed": []}
    assert platform().events.head(f"run-{lost}") == before


def test_an_event_that_comes_twice_or_late_changes_nothing(api: Api, lost: str) -> None:
    call("recovery", stopped(exitCode=137))
    head = platform().events.head(f"run-{lost}")
    call("recovery", stopped(exitCode=137))
    assert platform().events.head(f"run-{lost}") == head
    tell(lost, StartRun(attempt=2, identity=IDENTITY, worker=f"{TASK}2"))
    call("recovery", stopped(exitCode=137))
    api.catch_up()
    assert call("recovery", stopped(exitCode=137)) == {"failed": []}
    assert api.get(f"/v1/runs/{lost}").json["status"] == "running"


def test_the_next_attempt_shows_the_epochs_it_builds_on_and_no_others(api: Api, lost: str) -> None:
    for epoch in (1, 2, 3):
        tell(lost, CompleteEpoch(attempt=1, epoch=epoch, epochs=4, metrics={"loss": 1.0 / epoch}))
    tell(lost, FailRun(attempt=1, reason="out of memory"))
    tell(lost, StartRun(attempt=2, identity=IDENTITY, resumes_after=2))
    tell(lost, CompleteEpoch(attempt=2, epoch=3, epochs=4, metrics={"loss": 0.3}))
    api.catch_up()
    shown = api.get(f"/v1/runs/{lost}").json["epochs"]
    assert [(e["epoch"], e["metrics"]["loss"]) for e in shown] == [(1, 1.0), (2, 0.5), (3, 0.3)]
