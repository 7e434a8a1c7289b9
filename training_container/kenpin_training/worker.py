"""The worker: takes jobs from the queue, runs each in a process of its own, and reports the outcome."""

import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Final

from kenpin.bootstrap import Platform
from kenpin.domain.command import MAX_REASON_CHARACTERS
from kenpin.domain.decider import Refusal, Scope
from kenpin.domain.ids import checkpoint_prefix
from kenpin.domain.job import MAX_ATTEMPTS
from kenpin.domain.model.commands import FailInspection
from kenpin.domain.model.decider import model
from kenpin.domain.run.commands import FailRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.state import RunState
from kenpin.ports import Delivery, Job, Unavailable
from kenpin.settings import PARENT_PID
from kenpin_training import child, run_seconds
from kenpin_training.agent import RENEW_S, Agent
from kenpin_training.child import Child
from kenpin_training.exit_status import DONE, FAILED_FOR_GOOD, NO_LONGER_NEEDED
from kenpin_training.pace import Pace

ACTOR: Final = "trainer"
CARRY_OUT: Final = (sys.executable, "-m", "kenpin_training", "job")
POLL_S: Final = 0.2
"""Seconds between two polls of the child and, when idle, of the queue."""
CANCEL_CHECK_S: Final = 1.0
SAVE_S: Final = 30
"""Seconds for a child to save its work when the worker is stopped; ECS waits 120 s for the worker."""
INTERRUPTED: Final = "the worker was told to stop; the run goes on with the next one"
logger = logging.getLogger("kenpin.training")


class Interval:
    """Due at once, and again after each interval."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._next = seconds, 0.0

    def is_due(self) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True


class Worker:
    """Carries out one job at a time, until it is stopped or its parent process ends."""

    def __init__(
        self, platform: Platform, command: Sequence[str] = CARRY_OUT, agent: Agent | None = None
    ) -> None:
        self._platform, self._settings, self._command = platform, platform.settings, command
        self._agent = agent or Agent()
        self._name = self._agent.worker()
        self._stopping, self._free_at = False, 0.0
        self._parent = int(os.environ.get(PARENT_PID) or os.getppid())

    def work(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self._is_over():
            try:
                if time.monotonic() >= self._free_at and self.work_once():
                    continue
            except Unavailable as error:
                logger.warning("waiting for the platform: %s", error)
            time.sleep(POLL_S)

    def work_once(self) -> bool:
        """Take a job and carry it out; False when there is none. Raises Unavailable."""
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
            self._free_at = time.monotonic() + self._agent.release()
            if self._settings.base == "aws":
                _log_machine_time(
                    delivery.job, child.tail(log), time.monotonic() - began, self._settings.stage
                )

    def _watch(self, working: Child, delivery: Delivery) -> bool:
        """Wait for the child; False when the job no longer belongs to this worker."""
        heartbeat, cancel_check = Interval(self._settings.visibility_seconds / 3), Interval(CANCEL_CHECK_S)
        protection, pace = Interval(RENEW_S), Pace()
        while working.poll() is None:
            if self._is_over():
                return self._hand_over(working, delivery)
            if protection.is_due():
                self._agent.protect(pace.longest_s())
            try:
                if heartbeat.is_due() and not self._platform.jobs.extend(
                    delivery, self._settings.visibility_seconds
                ):
                    return False
                if cancel_check.is_due() and self._is_cancelled(delivery.job, pace):
                    self._end(delivery)
                    return False
            except Unavailable as error:
                logger.warning("the job goes on, but the platform does not answer: %s", error)
            time.sleep(POLL_S)
        return True

    def _hand_over(self, working: Child, delivery: Delivery) -> bool:
        """Stop the child and give the job back; True when the child had ended by itself."""
        if not self._platform.jobs.extend(delivery, SAVE_S + self._settings.visibility_seconds):
            return False
        child.stop(working, SAVE_S)
        if working.returncode in (DONE, NO_LONGER_NEEDED, FAILED_FOR_GOOD):
            return True
        if delivery.job.kind == "train" and self._state(delivery.job).status == "running":
            self._report_failure(delivery.job, INTERRUPTED, "", final=False)
        self._platform.jobs.give_back(delivery)
        return False

    def _is_cancelled(self, job: Job, pace: Pace) -> bool:
        if job.kind != "train":
            return False
        state = self._state(job)
        pace.see(state.version)
        return state.status == "cancelled"

    def _state(self, job: Job) -> RunState:
        return self._platform.commands.state(run, job.subject, Scope())

    def _settle(self, delivery: Delivery, status: int, tail: str) -> None:
        if status in (DONE, NO_LONGER_NEEDED):
            return self._end(delivery)
        reason = tail.strip().rpartition("\n")[2] or "it ended without a word"
        if status < 0:
            reason = f"ended by signal {signal.Signals(-status).name}"
        again = status != FAILED_FOR_GOOD and delivery.attempt < MAX_ATTEMPTS
        self._report_failure(delivery.job, reason, tail, final=not again)
        if status == FAILED_FOR_GOOD and delivery.job.kind in ("train", "inspect"):
            return self._end(delivery)
        if not self._platform.jobs.failed(delivery, reason, tail, retry=status != FAILED_FOR_GOOD):
            self._expire_checkpoints(delivery.job)

    def _end(self, delivery: Delivery) -> None:
        self._platform.jobs.done(delivery)
        self._expire_checkpoints(delivery.job)

    def _expire_checkpoints(self, job: Job) -> None:
        """Expire the checkpoints of a run that is over."""
        if job.kind == "train":
            self._platform.objects.expire(checkpoint_prefix(job.subject))

    def _report_failure(self, job: Job, reason: str, tail: str, *, final: bool) -> None:
        if job.kind == "inspect" and final:
            self._fail_inspection(job, reason)
        if job.kind != "train":
            return
        command = FailRun(
            attempt=self._state(job).attempt,
            reason=reason[:MAX_REASON_CHARACTERS],
            log_tail=tail,
            final=final,
        )
        try:
            self._platform.commands.execute(run, job.subject, command, by=job.by(ACTOR))
        except Refusal as refusal:
            logger.info("run %s: %s", job.subject, refusal)

    def _fail_inspection(self, job: Job, reason: str) -> None:
        """Say why the inspection has no result, so that nobody waits for it."""
        command = FailInspection(
            inspection_id=str(job.arguments["inspection_id"]), reason=reason[:MAX_REASON_CHARACTERS]
        )
        try:
            self._platform.commands.execute(model, job.subject, command, by=job.by(ACTOR))
        except Refusal as refusal:
            logger.info("model %s: %s", job.subject, refusal)


def _log_machine_time(job: Job, tail: str, seconds: float, stage: str) -> None:
    """Print the log and the machine time of a job to the log of the task, whose files are lost with it."""
    print(tail, file=sys.stderr, flush=True)
    if job.kind == "train":
        print(run_seconds.line(job.subject, seconds, stage), flush=True)
