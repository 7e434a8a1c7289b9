"""The worker: takes jobs from the queue, runs each in a process of its own, and reports the outcome."""

import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Final

from kenpin.bootstrap import Platform
from kenpin.domain.decider import Refusal, Scope
from kenpin.domain.job import MAX_ATTEMPTS
from kenpin.domain.run.commands import FailRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.state import RunState
from kenpin.ports import Delivery, Job, Unavailable
from kenpin_training import checkpoint, child, run_seconds
from kenpin_training.agent import RENEW_S, Agent
from kenpin_training.child import Child
from kenpin_training.exit_status import DONE, NOT_AGAIN, OVER

ACTOR: Final = "trainer"
CARRY_OUT: Final = (sys.executable, "-m", "kenpin_training", "job")
LOOK_S: Final = 0.2
"""Seconds between two looks at the child and, when idle, at the queue."""
CANCEL_S: Final = 1.0
SAVE_S: Final = 30
"""Seconds for a child to save its work when the worker is stopped; ECS waits 120 s for the worker."""
INTERRUPTED: Final = "the worker was told to stop; the run goes on with the next one"
logger = logging.getLogger("kenpin.training")


class Interval:
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

    def __init__(
        self, platform: Platform, command: Sequence[str] = CARRY_OUT, agent: Agent | None = None
    ) -> None:
        self._platform, self._settings, self._command = platform, platform.settings, command
        self._agent = agent or Agent()
        self._name = self._agent.worker()
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
        if delivery is None:
            return False
        if self._is_over():
            self._platform.jobs.give_back(delivery)
        else:
            self._carry_out(delivery)
        return True

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _is_over(self) -> bool:
        return self._stopping or os.getppid() != self._parent

    def _carry_out(self, delivery: Delivery) -> None:
        log = self._settings.data_dir / "logs" / f"{delivery.job.job_id}.{delivery.attempt}.log"
        began = time.monotonic()
        working = child.start((*self._command, self._name), delivery.job, log)
        try:
            if self._watch(working, delivery):
                self._settle(delivery, working.returncode, child.tail(log))
        finally:
            child.end(working)
            self._agent.release()
            if self._settings.base == "aws":
                _account_for(delivery.job, child.tail(log), time.monotonic() - began, self._settings.stage)

    def _watch(self, working: Child, delivery: Delivery) -> bool:
        """Until the child ends; False when the job is not ours to answer for any more."""
        beat, look = Interval(self._settings.visibility_seconds / 3), Interval(CANCEL_S)
        guard = Interval(RENEW_S)
        while working.poll() is None:
            if self._is_over():
                return self._hand_over(working, delivery)
            if guard.is_due():
                self._agent.protect()
            try:
                if beat.is_due() and not self._platform.jobs.extend(
                    delivery, self._settings.visibility_seconds
                ):
                    return False
                if look.is_due() and self._is_cancelled(delivery.job):
                    self._end(delivery)
                    return False
            except Unavailable as error:
                logger.warning("the job goes on, but the platform does not answer: %s", error)
            time.sleep(LOOK_S)
        return True

    def _hand_over(self, working: Child, delivery: Delivery) -> bool:
        """The child saves what it has, and the job is for the next worker. True when it ended in that very moment."""
        if not self._platform.jobs.extend(delivery, SAVE_S + self._settings.visibility_seconds):
            return False
        child.stop(working, SAVE_S)
        if working.returncode in (DONE, OVER, NOT_AGAIN):
            return True
        if delivery.job.kind == "train" and self._state(delivery.job).status == "running":
            self._tell_failure(delivery.job, INTERRUPTED, "", final=False)
        self._platform.jobs.give_back(delivery)
        return False

    def _is_cancelled(self, job: Job) -> bool:
        return job.kind == "train" and self._state(job).status == "cancelled"

    def _state(self, job: Job) -> RunState:
        return self._platform.commands.state(run, job.subject, Scope())

    def _settle(self, delivery: Delivery, status: int, tail: str) -> None:
        if status in (DONE, OVER):
            return self._end(delivery)
        reason = tail.strip().rpartition("\n")[2] or "it ended without a word"
        if status < 0:
            reason = f"ended by signal {signal.Signals(-status).name}"
        again = status != NOT_AGAIN and delivery.attempt < MAX_ATTEMPTS
        self._tell_failure(delivery.job, reason, tail, final=not again)
        if status == NOT_AGAIN and delivery.job.kind == "train":
            return self._end(delivery)
        if not self._platform.jobs.failed(delivery, reason, tail, retry=status != NOT_AGAIN):
            self._forget(delivery.job)

    def _end(self, delivery: Delivery) -> None:
        self._platform.jobs.done(delivery)
        self._forget(delivery.job)

    def _forget(self, job: Job) -> None:
        """Nobody goes on from there any more."""
        if job.kind == "train":
            self._platform.objects.expire(checkpoint.of_run(job.subject))

    def _tell_failure(self, job: Job, reason: str, tail: str, *, final: bool) -> None:
        if job.kind != "train":
            return
        command = FailRun(attempt=self._state(job).attempt, reason=reason[:2000], log_tail=tail, final=final)
        try:
            self._platform.commands.execute(run, job.subject, command, by=job.by(ACTOR))
        except Refusal as refusal:
            logger.info("run %s: %s", job.subject, refusal)


def _account_for(job: Job, tail: str, seconds: float, stage: str) -> None:
    """To the log of the task, for its files go with it; its time is paid for."""
    print(tail, file=sys.stderr, flush=True)
    if job.kind == "train":
        print(run_seconds.line(job.subject, seconds, stage), flush=True)
