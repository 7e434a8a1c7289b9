"""The worker against children that end in every way a child can end."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.decider import Scope
from kenpin.domain.ids import checkpoint_prefix
from kenpin.domain.job import MAX_ATTEMPTS
from kenpin.domain.model.commands import RegisterModel, RequestInspection
from kenpin.domain.model.decider import model
from kenpin.domain.model.events import InspectionFailed
from kenpin.domain.run.commands import CancelRun, StartRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.events import RunFailed
from kenpin.ports import Delivery, Job, QueueDepth
from kenpin_training import child
from kenpin_training.agent import Agent
from kenpin_training.backbones.efficientnet_lite.variants import EFFICIENTNET_LITE0
from kenpin_training.exit_status import FAILED_FOR_GOOD, NO_LONGER_NEEDED, STOPPED
from kenpin_training.identity import identity
from kenpin_training.worker import INTERRUPTED, Worker
from tests.training.conftest import BY, Photos


def worker(platform: Platform, program: str) -> Worker:
    return Worker(platform, (sys.executable, "-c", f"import os, sys, time\n{program}"))


def failures(platform: Platform, run_id: str = "run1") -> list[RunFailed]:
    events = [event for commit in platform.events.read(f"run-{run_id}") for event in events_in(commit)]
    return [event for event in events if isinstance(event, RunFailed)]


@pytest.fixture
def queued(platform: Platform, photos: Photos) -> Platform:
    platform.jobs.send(photos.request())
    return platform


def test_the_child_gets_the_job_and_a_job_that_went_well_is_done(queued: Platform) -> None:
    assert worker(queued, "print(sys.stdin.read())").work_once()
    assert queued.jobs.depth() == QueueDepth(0, 0, 0) and not failures(queued)
    (log,) = (queued.settings.data_dir / "logs").iterdir()
    assert '"subject":"run1"' in log.read_text()


def test_without_a_job_there_is_nothing_to_do(platform: Platform) -> None:
    assert not worker(platform, "").work_once()


def test_a_crash_is_told_and_tried_again_until_it_is_dead(queued: Platform) -> None:
    crashing = worker(queued, "print('loading'); raise ValueError('no memory')")
    for _ in range(MAX_ATTEMPTS):
        assert crashing.work_once()
    assert [f.final for f in failures(queued)] == [False, True], (
        "no attempt was started: the same failure is told once"
    )
    assert failures(queued)[-1].reason == "ValueError: no memory"
    assert "loading" in failures(queued)[-1].log_tail
    (dead,) = queued.jobs.dead()
    assert (dead.reason, dead.attempts) == (
        "ValueError: no memory",
        MAX_ATTEMPTS,
    ) and "loading" in dead.log_tail


def test_what_would_fail_again_is_final_at_once(queued: Platform) -> None:
    worker(queued, f"print('label more'); sys.exit({FAILED_FOR_GOOD})").work_once()
    assert [(f.reason, f.final) for f in failures(queued)] == [("label more", True)]
    assert queued.jobs.depth() == QueueDepth(0, 0, 0)


def test_a_suggestion_that_cannot_be_made_is_a_dead_letter_for_it_has_no_run(platform: Platform) -> None:
    platform.jobs.send(Job("suggest-1", "suggest", "photos", {}))
    worker(platform, f"print('unreadable'); sys.exit({FAILED_FOR_GOOD})").work_once()
    assert [dead.reason for dead in platform.jobs.dead()] == ["unreadable"]


def asked_inspection(platform: Platform) -> Platform:
    register = RegisterModel(
        model_id="m1", project_id="p", dataset_id="photos", run_id="m1", artifact="a" * 64, threshold=0.5
    )
    for command in (register, RequestInspection(inspection_id="i1")):
        platform.commands.execute(model, "m1", command, by=BY)
    platform.jobs.send(Job("inspect-i1", "inspect", "m1", {"inspection_id": "i1"}))
    return platform


def inspection_failures(platform: Platform) -> list[str]:
    events = [event for commit in platform.events.read("model-m1") for event in events_in(commit)]
    return [event.reason for event in events if isinstance(event, InspectionFailed)]


def test_an_inspection_that_crashes_each_time_fails_with_its_reason(platform: Platform) -> None:
    crashing = worker(asked_inspection(platform), "raise ValueError('no memory')")
    for told in ([], [], ["ValueError: no memory"]):
        assert crashing.work_once()
        assert inspection_failures(platform) == told, "the worker tries again before it gives up"


def test_an_inspection_that_would_fail_again_is_over_at_once(platform: Platform) -> None:
    worker(asked_inspection(platform), f"print('train it anew'); sys.exit({FAILED_FOR_GOOD})").work_once()
    assert inspection_failures(platform) == ["train it anew"]
    assert platform.jobs.depth() == QueueDepth(0, 0, 0)


def test_a_job_that_nobody_wants_is_no_failure(queued: Platform) -> None:
    worker(queued, f"sys.exit({NO_LONGER_NEEDED})").work_once()
    assert queued.jobs.depth() == QueueDepth(0, 0, 0) and not failures(queued)


def test_a_child_that_was_killed_says_by_what(queued: Platform) -> None:
    worker(queued, "print('epoch 3', flush=True); os.kill(os.getpid(), 9)").work_once()
    assert failures(queued)[0].reason == "ended by signal SIGKILL"
    assert failures(queued)[0].log_tail == "epoch 3\n"


def test_a_cancelled_run_is_stopped(queued: Platform) -> None:
    queued.commands.execute(run, "run1", CancelRun(reason="mistake"), by=BY)
    began = time.monotonic()
    worker(queued, "time.sleep(60)").work_once()
    assert time.monotonic() - began < 10
    assert queued.jobs.depth() == QueueDepth(0, 0, 0)
    assert queued.commands.state(run, "run1", Scope()).status == "cancelled"


@pytest.fixture
def handlers() -> Iterator[None]:
    """Leaves signals as they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


STOP_ME = "os.kill(os.getppid(), 15)"


@pytest.mark.usefixtures("handlers")
def test_a_worker_that_is_told_to_stop_gives_the_job_back_as_if_it_had_never_taken_it(
    queued: Platform,
) -> None:
    worker(queued, f"{STOP_ME}; time.sleep(60)").work()
    assert queued.jobs.depth() == QueueDepth(1, 0, 0) and not failures(queued)
    again = queued.jobs.receive(60)
    assert again is not None and again.attempt == 1


@pytest.mark.usefixtures("handlers")
def test_a_child_may_save_what_it_has_before_the_job_is_given_back(queued: Platform, tmp_path: Path) -> None:
    saving = f"""
import signal, pathlib
def save(*_):
    time.sleep(0.5)
    pathlib.Path({str(tmp_path / "saved")!r}).touch()
    sys.exit({STOPPED})
signal.signal(15, save)
{STOP_ME}
time.sleep(60)"""
    worker(queued, saving).work()
    assert (tmp_path / "saved").exists()
    assert queued.jobs.depth() == QueueDepth(1, 0, 0)


@pytest.mark.usefixtures("handlers")
def test_a_child_that_does_not_end_is_ended(queued: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kenpin_training.worker.SAVE_S", 1)
    began = time.monotonic()
    worker(queued, f"import signal; signal.signal(15, signal.SIG_IGN); {STOP_ME}; time.sleep(60)").work()
    assert time.monotonic() - began < 20
    assert queued.jobs.depth() == QueueDepth(1, 0, 0)


@pytest.mark.usefixtures("handlers")
def test_a_child_that_is_done_in_that_very_moment_is_done(queued: Platform) -> None:
    worker(
        queued, f"import signal; signal.signal(15, lambda *_: sys.exit(0)); {STOP_ME}; time.sleep(60)"
    ).work()
    assert queued.jobs.depth() == QueueDepth(0, 0, 0) and not failures(queued)


@pytest.mark.usefixtures("handlers")
def test_a_run_that_was_in_work_says_that_it_waits_for_the_next_worker(queued: Platform) -> None:
    start = StartRun(attempt=1, identity=identity(EFFICIENTNET_LITE0), worker="line-pc:7")
    queued.commands.execute(run, "run1", start, by=BY)
    worker(queued, f"{STOP_ME}; time.sleep(60)").work()
    assert [(f.attempt, f.reason, f.final) for f in failures(queued)] == [(1, INTERRUPTED, False)]
    assert queued.commands.state(run, "run1", Scope()).status == "queued"


@pytest.mark.usefixtures("handlers")
def test_a_job_that_comes_while_the_worker_stops_is_given_back_unseen(
    queued: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As at the end of a long poll: the answer is heard out."""
    receive = queued.jobs.receive

    def told_meanwhile(visibility_s: int) -> Delivery | None:
        os.kill(os.getpid(), signal.SIGTERM)
        return receive(visibility_s)

    monkeypatch.setattr(queued.jobs, "receive", told_meanwhile)
    worker(queued, "").work()
    assert queued.jobs.depth() == QueueDepth(1, 0, 0)
    assert not (queued.settings.data_dir / "logs").exists()


def test_a_job_that_another_has_is_left_alone(queued: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queued.jobs, "extend", lambda *_: False)
    began = time.monotonic()
    worker(queued, "time.sleep(60)").work_once()
    assert time.monotonic() - began < 10
    assert queued.jobs.depth() == QueueDepth(0, 1, 0) and not failures(queued)


@pytest.mark.parametrize(("ending", "kept"), [("sys.exit(0)", False), ("sys.exit(1)", True)])
def test_checkpoints_go_when_nobody_will_go_on_from_them(queued: Platform, ending: str, kept: bool) -> None:
    name = f"{checkpoint_prefix('run1')}ab.001.safetensors"
    queued.objects.put(name, BytesIO(b"weights"))
    worker(queued, ending).work_once()
    assert (queued.objects.has([name]) == {name}) == kept
    for _ in range(MAX_ATTEMPTS):
        worker(queued, ending).work_once()
    assert queued.objects.has([name]) == set()


class Listening(Agent):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__({})
        self.asked: list[str] = []
        self.unprotected_s = 0.0

    def protect(self, epoch_s: float) -> None:
        self.asked.append("protect")

    def release(self) -> float:
        self.asked.append("release")
        return self.unprotected_s


def test_the_task_is_protected_while_a_job_is_in_work(
    queued: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kenpin_training.worker.RENEW_S", 0.5)
    agent = Listening()
    command = (sys.executable, "-c", "import time; time.sleep(1.5)")
    Worker(queued, command, agent).work_once()
    assert agent.asked[:2] == ["protect", "protect"] and agent.asked[-1] == "release"
    assert agent.asked.count("release") == 1
    Worker(queued, command, idle := Listening()).work_once()
    assert idle.asked == []


def test_after_a_job_a_deployment_has_time_to_stop_the_task(queued: Platform) -> None:
    """Or a worker with jobs to take would go from protection to protection, and the deployment would never end."""
    queued.jobs.send(Job("run1@2", "train", "run1", {}))
    agent = Listening()
    agent.unprotected_s = 60.0
    deployed = Worker(queued, (sys.executable, "-c", ""), agent)
    stop = threading.Timer(2.0, os.kill, (os.getpid(), signal.SIGTERM))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    stop.start()
    try:
        deployed.work()
    finally:
        stop.cancel()
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert agent.asked == ["protect", "release"], "the second job waits for a task that stays"


def test_on_aws_the_log_leaves_the_task_and_the_time_of_a_run_is_a_metric(
    queued: Platform, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    worker(queued, "").work_once()
    assert capsys.readouterr().out == ""
    queued.jobs.send(Job("run1@2", "train", "run1", {}))
    on_aws = worker(queued, "time.sleep(0.3); print('epoch 1')")
    monkeypatch.setattr(
        on_aws, "_settings", queued.settings.model_copy(update={"base": "aws", "stage": "prod"})
    )
    on_aws.work_once()
    printed = capsys.readouterr()
    assert "epoch 1" in printed.err, "the file of the log goes with the task"
    told = json.loads(printed.out)
    (metric,) = told["_aws"]["CloudWatchMetrics"]
    assert metric == {
        "Namespace": "Kenpin",
        "Dimensions": [["service", "stage", "kind"]],
        "Metrics": [{"Name": "RunSeconds", "Unit": "Seconds"}],
    }
    assert (told["service"], told["stage"], told["run_id"]) == ("training", "prod", "run1")
    assert told["kind"] in ("cpu", "gpu")
    assert 0.3 <= told["RunSeconds"] < 30


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can bind a child's life to its parent's")
def test_no_child_outlives_a_worker_that_was_killed(tmp_path: Path) -> None:
    program = f"""
import time
from pathlib import Path
from kenpin.ports import Job
from kenpin_training import child
working = child.start(("sleep", "60"), Job("j", "train", "r", {{}}), Path({str(tmp_path / "log")!r}))
print(working.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 5
    while _is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_alive(child)


def test_a_worker_whose_node_dies_before_it_is_imported_ends(tmp_path: Path) -> None:
    program = f"""
import os, subprocess, sys, time
from kenpin.settings import PARENT_PID
environment = {{**os.environ, PARENT_PID: str(os.getpid()), "KENPIN_DATA_DIR": {str(tmp_path)!r},
    "KENPIN_DATABASE_URL": "postgresql://127.0.0.1:1/none"}}
worker = subprocess.Popen([sys.executable, "-m", "kenpin_training"], env=environment, stdin=subprocess.PIPE)
print(worker.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as node:
        assert node.stdout is not None
        worker = int(node.stdout.readline())
        node.kill()
    assert _is_alive(worker), "it is still importing"
    deadline = time.monotonic() + 20
    while _is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        assert not _is_alive(worker)
    finally:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can bind a child's life to its parent's")
def test_a_child_of_a_worker_that_is_dead_already_ends_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kenpin_training.child.os.getpid", lambda: 0)
    started = child.start(("sleep", "60"), Job("j", "train", "r", {}), tmp_path / "log")
    assert started.wait(10) == 1


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
