"""Reports the progress of an attempt to the run's stream."""

import time
from typing import Final

from kenpin.application.execute import Commands
from kenpin.domain.decider import Scope
from kenpin.domain.event import Context
from kenpin.domain.run.commands import CompleteEpoch, ReportEvaluation, ReportProgress, RunReport, StartRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.events import RunRequested
from kenpin.domain.run.values import Evaluation, Identity
from kenpin_training.retry import retry_unavailable

STEPS: Final = 18
PAUSE_S: Final = 0.5
"""Limits of progress events: STEPS in a stage besides its first and last, and PAUSE_S between two."""


class Reporter:
    """Reports of one attempt. Raises Refusal when the run is over or another worker has it."""

    def __init__(self, commands: Commands, run_id: str, by: Context) -> None:
        self._commands, self._run_id, self._by = commands, run_id, by
        state = retry_unavailable(lambda: commands.state(run, run_id, Scope()))
        self.attempt = state.attempt + 1
        self._requested = state.requested
        self._stage, self._stage_began, self._done_before, self._sent_step = "", 0.0, 0, 0
        self._sent_at = 0.0

    @property
    def requested(self) -> RunRequested:
        assert self._requested is not None, f"run {self._run_id} was never requested"
        return self._requested

    def start(self, identity: Identity, worker: str, resumes_after: int) -> None:
        command = StartRun(
            attempt=self.attempt, identity=identity, worker=worker, resumes_after=resumes_after
        )
        self._commands.execute(run, self._run_id, command, by=self._by)

    def send(self, report: RunReport) -> None:
        """Send a report, with retries; the same report again adds nothing."""
        retry_unavailable(lambda: self._commands.execute(run, self._run_id, report, by=self._by))

    def epoch(self, epoch: int, epochs: int, metrics: dict[str, float], eta_seconds: float) -> None:
        self.send(
            CompleteEpoch(
                attempt=self.attempt, epoch=epoch, epochs=epochs, metrics=metrics, eta_seconds=eta_seconds
            )
        )

    def evaluated(self, evaluation: Evaluation) -> None:
        self.send(ReportEvaluation(attempt=self.attempt, evaluation=evaluation))

    def progress(self, stage: str, done: int, total: int) -> None:
        """Report progress; of many calls only the first, the last and a few between are sent."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._stage_began, self._done_before, self._sent_step = stage, now, done, -1
            self._sent_at = now - PAUSE_S
        step = done * STEPS // max(total, 1)
        if done < total and (step == self._sent_step or now < self._sent_at + PAUSE_S):
            return
        self._sent_step, self._sent_at = step, now
        fresh = done - self._done_before
        left = (now - self._stage_began) / fresh * (total - done) if fresh else None
        self.send(ReportProgress(attempt=self.attempt, stage=stage, done=done, total=total, eta_seconds=left))
