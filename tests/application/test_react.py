"""Reactors that read a history for the first time, as after a move, start what waits and nothing else."""

import pytest

from kenpin.adapters.memory.checkpoints import MemoryCheckpoints
from kenpin.adapters.memory.doorbell import MemoryDoorbell
from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.adapters.memory.job_queue import MemoryJobQueue
from kenpin.application.execute import Commands
from kenpin.application.react import Reactions
from kenpin.domain.event import Context
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.commands import (
    CancelRun,
    FailRun,
    RequestRun,
    RetryRun,
    RunCommand,
    StartRun,
    SucceedRun,
)
from kenpin.domain.run.decider import run
from kenpin.domain.run.values import Identity

BY = Context(actor="engineer")
REQUEST = RequestRun(
    run_id="r1", project_id="p", dataset_id="d", dataset_version=1, dataset_hash="a" * 64, recipe=Recipe()
)
IDENTITY = Identity(code_digest="c", weights_digest="w", libraries={}, threads=1, hardware="")
START = StartRun(attempt=1, identity=IDENTITY)
FAIL = FailRun(attempt=1, reason="x", log_tail="", final=True)
SUCCEED = SucceedRun(attempt=1, artifact="a" * 64, threshold=0.5, seconds=1.0)


@pytest.mark.parametrize(
    ("history", "jobs"),
    [
        ([], ["run-r1@1"]),
        ([START], ["run-r1@1"]),
        ([START, FAIL], []),
        ([START, FAIL, RetryRun()], ["run-r1@4"]),
        ([START, SUCCEED], []),
        ([CancelRun()], []),
    ],
    ids=["queued", "running", "failed", "retried", "succeeded", "cancelled"],
)
def test_only_a_run_that_waits_gets_its_job(history: list[RunCommand], jobs: list[str]) -> None:
    store, queue = MemoryEventStore(), MemoryJobQueue(pause_s=0)
    commands = Commands(store, MemoryDoorbell())
    for command in [REQUEST, *history]:
        commands.execute(run, "r1", command, by=BY)
    Reactions(store, MemoryCheckpoints(), commands, queue, commands.metrics).advance("run-r1")
    sent = []
    while delivery := queue.receive(visibility_s=60):
        sent.append(delivery.job.job_id)
    assert sent == jobs
