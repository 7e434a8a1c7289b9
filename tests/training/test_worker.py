"""The worker against children that end in every way a child can end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kenpin.bootstrap import Platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.decider import Scope
from kenpin.domain.job import MAX_ATTEMPTS
from kenpin.domain.run.commands import CancelRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.events import RunFailed
from kenpin.ports import Job, QueueDepth
from kenpin_training.exit_status import NOT_AGAIN, OVER
from kenpin_training.worker import Worker
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
    worker(queued, f"print('label more'); sys.exit({NOT_AGAIN})").work_once()
    assert [(f.reason, f.final) for f in failures(queued)] == [("label more", True)]
    assert queued.jobs.depth() == QueueDepth(0, 0, 0)


def test_a_suggestion_that_cannot_be_made_is_a_dead_letter_for_it_has_no_run(platform: Platform) -> None:
    platform.jobs.send(Job("suggest-1", "suggest", "photos", {}))
    worker(platform, f"print('unreadable'); sys.exit({NOT_AGAIN})").work_once()
    assert [dead.reason for dead in platform.jobs.dead()] == ["unreadable"]


def test_a_job_that_nobody_wants_is_no_failure(queued: Platform) -> None:
    worker(queued, f"sys.exit({OVER})").work_once()
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


def test_a_worker_that_is_told_to_stop_gives_the_job_back(queued: Platform) -> None:
    stopping = worker(queued, "os.kill(os.getppid(), 15); time.sleep(60)")
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    try:
        stopping.work()
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert queued.jobs.depth() == QueueDepth(1, 0, 0) and not failures(queued)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can bind a child's life to its parent's")
def test_no_child_outlives_a_worker_that_was_killed(tmp_path: Path) -> None:
    program = f"""
import time
from pathlib import Path
from kenpin.ports import Job
from kenpin_training.worker import _spawn
child = _spawn(("sleep", "60"), Job("j", "train", "r", {{}}), Path({str(tmp_path / "log")!r}))
print(child.pid, flush=True)
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


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
