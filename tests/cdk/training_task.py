"""The training task at work in this process: what its worker does, and what its jobs do."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Final

import msgspec
import numpy as np
import pytest

from kenpin.bootstrap import platform
from kenpin.ports import Job
from tests.cdk.functions_by_role import FunctionsByRole
from tests.training.conftest import Means
from tests.training.ecs_double import EcsAgentServer

TASK: Final = "arn:aws:ecs:eu-central-1:123456789012:task/kenpin-dev/0f9de17a6465404e"
STOP_PARENT: Final = "import os, time; os.kill(os.getppid(), 15); time.sleep(60)"
EXIT_AFTER_DELAY: Final = "import sys, time; time.sleep(0.5); sys.exit"


@contextmanager
def ecs_agent() -> Iterator[EcsAgentServer]:
    with EcsAgentServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def training(deployed: FunctionsByRole, run_id: str, patch: pytest.MonkeyPatch) -> None:
    """The queue holds a job of suggestions, which is hopeless, and the run's, which is given back and then done."""
    from kenpin_training.backbones.efficientnet_lite.variants import EFFICIENTNET_LITE0
    from kenpin_training.checkpoint import Checkpoint, CheckpointStore
    from kenpin_training.exit_status import DONE, FAILED_FOR_GOOD
    from kenpin_training.identity import identity
    from kenpin_training.pipeline.network import Network

    patch.setattr(Network, "compiled", lambda network: Means().run)
    patch.setattr("kenpin_training.data.SNAPSHOT_EVENTS", 1)  # a snapshot is worth its while
    with deployed.as_role("training"), ecs_agent() as ecs:
        for program in (f"{EXIT_AFTER_DELAY}({FAILED_FOR_GOOD})", STOP_PARENT, f"{EXIT_AFTER_DELAY}({DONE})"):
            run_worker(ecs, program)
        for _ in ecs.asked:
            deployed.recorder.note("ecs:UpdateTaskProtection", TASK)
        carry_out(Job(f"run-{run_id}@1", "train", run_id, {}))
        for _ in range(2):
            with (
                pytest.raises(KeyboardInterrupt),
                CheckpointStore(platform().objects, run_id, identity(EFFICIENTNET_LITE0), 2) as keeper,
            ):
                keeper.keep(Checkpoint(keeper.last.epoch + 1, [np.zeros(2, np.float32)]))
                raise KeyboardInterrupt


def training_on_registered(deployed: FunctionsByRole, run_id: str, patch: pytest.MonkeyPatch) -> None:
    """Carry out a run on a network of the project, whose file it reads."""
    from kenpin_training.pipeline.network import Network

    patch.setattr(Network, "compiled", lambda network: Means().run)
    with deployed.as_role("training"):
        carry_out(Job(f"run-{run_id}@1", "train", run_id, {}))


def suggestions(deployed: FunctionsByRole, run_id: str) -> None:
    """Carry out a job of suggestions with the model of a run."""
    suggest: dict[str, str | int | None] = {"size": 2, "seed": 1, "run_id": run_id, "suggestion_id": "s2"}
    with deployed.as_role("training"):
        carry_out(Job("suggest-s2", "suggest", "cookies", suggest))


def unlike_export(deployed: FunctionsByRole, model_id: str, patch: pytest.MonkeyPatch) -> None:
    """Carry out an export whose file answers otherwise than the model: the reason is noted for whoever waits."""
    from kenpin_training import export_model
    from kenpin_training import job as jobs
    from kenpin_training.exit_status import FAILED_FOR_GOOD
    from kenpin_training.exporting.self_check import UnlikeAnswers

    def unlike(*_: object) -> None:
        raise UnlikeAnswers("the file answers otherwise")

    patch.setattr(export_model, "_write", unlike)
    job = Job("export-e2", "export_model", model_id, {"export_id": "e2", "format": "onnx"})
    with deployed.as_role("training"):
        assert jobs.carry_out(msgspec.json.encode(job), TASK) == FAILED_FOR_GOOD


def inspection(deployed: FunctionsByRole, model_id: str) -> None:
    """Carry out an inspection: it reads which images have a score, and stores those of the others."""
    asked: dict[str, str | int | None] = {"inspection_id": "i1", "image_ids": ""}
    with deployed.as_role("training"):
        carry_out(Job("inspect-i1", "inspect", model_id, asked))


def run_worker(ecs: EcsAgentServer, program: str) -> None:
    """Take one job with the program as its child process."""
    from kenpin_training.agent import Agent
    from kenpin_training.worker import Worker

    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    worker = Worker(platform(), (sys.executable, "-c", program), Agent(ecs.environment))
    try:
        (worker.work if program == STOP_PARENT else worker.work_once)()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def carry_out(job: Job) -> None:
    from kenpin_training import job as jobs
    from kenpin_training.exit_status import DONE

    assert jobs.carry_out(msgspec.json.encode(job), TASK) == DONE
