"""Reactors that read a history for the first time, as after a move, start what waits and nothing else."""

import pytest

from kenpin.adapters.memory.checkpoints import MemoryCheckpoints
from kenpin.adapters.memory.doorbell import MemoryDoorbell
from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.adapters.memory.job_queue import MemoryJobQueue
from kenpin.application.execute import Commands
from kenpin.application.react import Reactions
from kenpin.domain.decider import Scope
from kenpin.domain.event import Context
from kenpin.domain.model.commands import FailInspection, ModelCommand, RegisterModel, RequestInspection
from kenpin.domain.model.decider import model
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


def sent_by(store: MemoryEventStore, commands: Commands, stream: str) -> list[str]:
    """Return the jobs that reactors send when they read the stream for the first time."""
    queue = MemoryJobQueue(pause_s=0)
    Reactions(store, MemoryCheckpoints(), commands, queue, commands.metrics).advance(stream)
    sent = []
    while delivery := queue.receive(visibility_s=60):
        sent.append(delivery.job.job_id)
    return sent


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
    store = MemoryEventStore()
    commands = Commands(store, MemoryDoorbell())
    for command in [REQUEST, *history]:
        commands.execute(run, "r1", command, by=BY)
    assert sent_by(store, commands, "run-r1") == jobs


REGISTER = RegisterModel(
    model_id="r1", project_id="p", dataset_id="d", run_id="r1", artifact="a" * 64, threshold=0.5
)
ASK = RequestInspection(inspection_id="i1", image_ids=("b" * 64,))
GIVE_UP = FailInspection(inspection_id="i1", reason="no memory")


@pytest.mark.parametrize(
    ("history", "jobs"), [([ASK], ["inspect-i1"]), ([ASK, GIVE_UP], [])], ids=["at work", "failed"]
)
def test_only_an_inspection_that_waits_gets_its_job(history: list[ModelCommand], jobs: list[str]) -> None:
    store = MemoryEventStore()
    commands = Commands(store, MemoryDoorbell())
    for command in [REGISTER, *history]:
        commands.execute(model, "r1", command, by=BY)
    assert sent_by(store, commands, "model-r1") == jobs


def test_an_inspection_whose_worker_vanished_fails() -> None:
    store, queue = MemoryEventStore(), MemoryJobQueue(pause_s=0)
    commands = Commands(store, MemoryDoorbell())
    for command in (REGISTER, ASK):
        commands.execute(model, "r1", command, by=BY)
    reactions = Reactions(store, MemoryCheckpoints(), commands, queue, commands.metrics)
    reactions.advance("model-r1")
    delivery = queue.receive(visibility_s=60)
    assert delivery is not None
    queue.failed(delivery, "the worker died", "", retry=False)
    for _ in range(2):
        reactions.settle_dead_jobs()
    assert commands.state(model, "r1", Scope()).inspections["i1"] == "failed"
    assert [dead.job.job_id for dead in queue.dead()] == ["inspect-i1"], "a person may start it again"
