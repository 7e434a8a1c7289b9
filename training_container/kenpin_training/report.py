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
"""At most so many progress events a stage beside its first and last, and so far apart: a history is no log."""


class Reporter:
    """Reports of one attempt. Raises Refusal when the run is over or in other hands."""

    def __init__(self, commands: Commands, run_id: str, by: Context) -> None:
        self._commands, self._run_id, self._by = commands, run_id, by
        state = retry_unavailable(lambda: commands.state(run, run_id, Scope()))
        self.attempt = state.attempt + 1
        self._requested = state.requested
        self._stage, self._began, self._already, self._told = "", 0.0, 0, 0
        self._spoke = 0.0

    @property
    def requested(self) -> RunRequested:
        assert self._requested is not None, f"run {self._run_id} was never requested"
        return self._requested

    def start(self, identity: Identity, worker: str, resumes_after: int) -> None:
        command = StartRun(
            attempt=self.attempt, identity=identity, worker=worker, resumes_after=resumes_after
        )
        self._commands.execute(run, self._run_id, command, by=self._by)

    def tell(self, report: RunReport) -> None:
        """A report that is told twice adds nothing."""
        retry_unavailable(lambda: self._commands.execute(run, self._run_id, report, by=self._by))

    def epoch(self, epoch: int, epochs: int, metrics: dict[str, float], eta_seconds: float) -> None:
        self.tell(
            CompleteEpoch(
                attempt=self.attempt, epoch=epoch, epochs=epochs, metrics=metrics, eta_seconds=eta_seconds
            )
        )

    def evaluated(self, evaluation: Evaluation) -> None:
        self.tell(ReportEvaluation(attempt=self.attempt, evaluation=evaluation))

    def progress(self, stage: str, done: int, total: int) -> None:
        """Call as often as you like; the first, the last and a few between are told."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._already, self._told = stage, now, done, -1
            self._spoke = now - PAUSE_S
        step = done * STEPS // max(total, 1)
        if done < total and (step == self._told or now < self._spoke + PAUSE_S):
            return
        self._told, self._spoke = step, now
        fresh = done - self._already
        left = (now - self._began) / fresh * (total - done) if fresh else None
        self.tell(ReportProgress(attempt=self.attempt, stage=stage, done=done, total=total, eta_seconds=left))
