"""The worker: takes jobs from the queue, gives each a process of its own, and answers for what became of it."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from kenpin.bootstrap import Platform
from kenpin.domain.decider import Refusal, Scope
from kenpin.domain.job import MAX_ATTEMPTS
from kenpin.domain.run.commands import FailRun
from kenpin.domain.run.decider import run
from kenpin.ports import Delivery, Job, Unavailable
from kenpin_training.exit_status import NOT_AGAIN, OVER

ACTOR: Final = "trainer"
CARRY_OUT: Final = (sys.executable, "-m", "kenpin_training", "job")
LOOK_S: Final = 0.2
"""How often the worker looks at its child and, when idle, at the queue."""
CANCEL_S: Final = 1.0
TAIL: Final = 8_000
"""characters of a log that are kept with a failure"""
logger = logging.getLogger("kenpin.training")


class Every:
    """Due at once, and then again after each so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._next = seconds, 0.0

    def is_due(self) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True


class Worker:
    """Works until it is told to stop or its parent is gone. One job at a time."""

    def __init__(self, platform: Platform, command: Sequence[str] = CARRY_OUT) -> None:
        self._platform, self._settings, self._command = platform, platform.settings, command
        self._stopping = False
        self._parent = os.getppid()

    def work(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self._is_over():
            try:
                if self.work_once():
                    continue
            except Unavailable as error:
                logger.warning("waiting for the platform: %s", error)
            time.sleep(LOOK_S)

    def work_once(self) -> bool:
        """Take a job and see it through; False when there is none. Raises Unavailable."""
        delivery = self._platform.jobs.receive(self._settings.visibility_seconds)
        if delivery is not None:
            self._carry_out(delivery)
        return delivery is not None

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _is_over(self) -> bool:
        return self._stopping or os.getppid() != self._parent

    def _carry_out(self, delivery: Delivery) -> None:
        log = self._settings.data_dir / "logs" / f"{delivery.job.job_id}.{delivery.attempt}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        child = _spawn(self._command, delivery.job, log)
        try:
            if self._watch(child, delivery):
                self._settle(delivery, child.returncode, _tail(log))
        finally:
            child.kill()
            child.wait()

    def _watch(self, child: "subprocess.Popen[bytes]", delivery: Delivery) -> bool:
        """Until the child ends; False when the job is not ours to answer for any more."""
        beat, look = Every(self._settings.visibility_seconds / 3), Every(CANCEL_S)
        while child.poll() is None:
            if self._is_over():
                self._platform.jobs.extend(delivery, 0)
                return False
            try:
                if beat.is_due() and not self._platform.jobs.extend(
                    delivery, self._settings.visibility_seconds
                ):
                    return False
                if look.is_due() and self._is_cancelled(delivery.job):
                    self._platform.jobs.done(delivery)
                    return False
            except Unavailable as error:
                logger.warning("the job goes on, but the platform does not answer: %s", error)
            time.sleep(LOOK_S)
        return True

    def _is_cancelled(self, job: Job) -> bool:
        if job.kind != "train":
            return False
        return self._platform.commands.state(run, job.subject, Scope()).status == "cancelled"

    def _settle(self, delivery: Delivery, status: int, tail: str) -> None:
        if status in (0, OVER):
            return self._platform.jobs.done(delivery)
        reason = tail.strip().rpartition("\n")[2] or "it ended without a word"
        if status < 0:
            reason = f"ended by signal {signal.Signals(-status).name}"
        again = status != NOT_AGAIN and delivery.attempt < MAX_ATTEMPTS
        self._tell_failure(delivery.job, reason, tail, final=not again)
        if status == NOT_AGAIN and delivery.job.kind == "train":
            return self._platform.jobs.done(delivery)
        self._platform.jobs.failed(delivery, reason, tail, retry=status != NOT_AGAIN)

    def _tell_failure(self, job: Job, reason: str, tail: str, *, final: bool) -> None:
        if job.kind != "train":
            return
        attempt = self._platform.commands.state(run, job.subject, Scope()).attempt
        command = FailRun(attempt=attempt, reason=reason[:2000], log_tail=tail, final=final)
        try:
            self._platform.commands.execute(run, job.subject, command, by=job.by(ACTOR))
        except Refusal as refusal:
            logger.info("run %s: %s", job.subject, refusal)


def _spawn(command: Sequence[str], job: Job, log: Path) -> "subprocess.Popen[bytes]":
    """A process that reads the job from its standard input and dies with us."""
    with log.open("wb") as out:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
    assert child.stdin is not None
    with suppress(BrokenPipeError), child.stdin:
        child.stdin.write(msgspec.json.encode(job))
    return child


def _die_with_parent() -> None:
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def _tail(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-TAIL:]
