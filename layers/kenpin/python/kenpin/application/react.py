"""Reactions: carry out the orders of reactors at least once for each event; a repeat does no harm."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from msgspec import Struct

from kenpin.application.execute import SYSTEM, Commands
from kenpin.application.metrics import Metrics
from kenpin.application.reactors import inspections, standard, training
from kenpin.application.reactors.orders import Order, ReadjudicateProject
from kenpin.domain.catalogue import recorded
from kenpin.domain.command import MAX_REASON_CHARACTERS
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.decider import Refusal, Scope
from kenpin.domain.event import Context, Recorded
from kenpin.domain.ids import DatasetId, ProjectId, RunId, category_of, id_of, stream_of
from kenpin.domain.model.commands import FailInspection
from kenpin.domain.model.decider import model
from kenpin.domain.run.commands import FailRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.events import RunFailed
from kenpin.domain.run.state import RunState
from kenpin.ports import Checkpoints, DeadJob, EventStore, IdempotencyKey, Job, JobQueue
from kenpin.projections.database import Database
from kenpin.read_models.datasets.queries import newest_scored

READER: Final = "reactors"
REACTORS: Final = {
    "run": (training.react,),
    "model": (inspections.react,),
    "project": (standard.react,),
}
"""Category of stream → its reactors; the manifest's `of_streams` names the same categories."""


class Reactions(Struct, frozen=True):
    """Carries out what reactors answer, and settles dead jobs."""

    store: EventStore
    checkpoints: Checkpoints
    commands: Commands
    jobs: JobQueue
    metrics: Metrics
    database: Database | None = None
    """Without rows, no dataset is known to any project."""

    def advance(self, stream: str) -> int:
        """React to the events of the stream that were not reacted to; return how many."""
        reactors = REACTORS.get(category_of(stream), ())
        start = self.checkpoints.at(READER, stream) if reactors else 0
        done = start
        for commit in self.store.read(stream, after=start) if reactors else ():
            for fact in recorded(commit):
                for react in reactors:
                    self._carry_out(react(fact, id_of(stream)), fact)
                if isinstance(fact.event, RunFailed) and fact.event.final:
                    self.metrics.add("RunsFailed")
            done = commit.last
            self.checkpoints.move(READER, stream, done)
        return done - start

    def late(self) -> list[str]:
        """Return the streams with events that the reactors have not processed."""
        reached = self.checkpoints.all(READER)
        return [
            head.stream
            for category in REACTORS
            for head in self.store.heads(prefix=f"{category}-")
            if reached.get(head.stream, 0) < head.version
        ]

    def settle_dead_jobs(self) -> None:
        """Fail the runs and inspections of workers that died without reporting it.

        A dead job is dismissed when its run or inspection is over or was requested again.
        """
        for letter in self.jobs.dead():
            if letter.job.kind == "train":
                self._settle_run(letter)
            elif letter.job.kind == "inspect":
                self._settle_inspection(letter)

    def _settle_run(self, letter: DeadJob) -> None:
        state = self.commands.state(run, letter.job.subject, Scope())
        if _waits_for(letter.job, state):
            self._fail_run(letter, state.attempt)
        elif state.status != "failed" or not _is_current(letter.job, state):
            self.jobs.dismiss(letter.job.job_id)

    def _settle_inspection(self, letter: DeadJob) -> None:
        state = self.commands.state(model, letter.job.subject, Scope())
        inspection_id = str(letter.job.arguments["inspection_id"])
        if state.inspections.get(inspection_id) == "working":
            failed = FailInspection(inspection_id=inspection_id, reason=letter.reason[:MAX_REASON_CHARACTERS])
            self.commands.execute(model, letter.job.subject, failed, by=letter.job.by(SYSTEM))
        elif state.inspections.get(inspection_id) == "done":
            self.jobs.dismiss(letter.job.job_id)

    def _fail_run(self, letter: DeadJob, attempt: int) -> None:
        failed = FailRun(attempt=attempt, reason=letter.reason, log_tail=letter.log_tail, final=True)
        with suppress(Refusal):  # the run ended or was retried in the meantime
            self.commands.execute(run, letter.job.subject, failed, by=letter.job.by(SYSTEM))

    def _carry_out(self, orders: list[Order], fact: Recorded) -> None:
        for order in orders:
            if isinstance(order, ReadjudicateProject):
                self._readjudicate(order.project_id, fact)
                continue
            if isinstance(order, Job):
                if self._is_awaited(order):
                    self.jobs.send(order)
                continue
            key = IdempotencyKey(f"{fact.event_id} {type(order.command).__name__}")
            by = Context(
                actor=SYSTEM,
                correlation_id=fact.context.correlation_id,
                causation_id=fact.event_id,
                traceparent=fact.context.traceparent,
            )
            self.commands.execute(order.decider, order.id, order.command, by=by, key=key)

    def _is_awaited(self, job: Job) -> bool:
        if job.kind == "inspect":
            state = self.commands.state(model, job.subject, Scope())
            return state.inspections.get(str(job.arguments["inspection_id"])) == "working"
        return _waits_for(job, self.commands.state(run, job.subject, Scope()))

    def datasets_of(self, project_id: ProjectId) -> Mapping[DatasetId, RunId | None]:
        """Return the project's datasets, each with the newest run whose model has scored it."""
        if self.database is None:
            return {}
        with self.database.reading() as sql:
            return newest_scored(sql, project_id)

    def _readjudicate(self, project_id: str, fact: Recorded) -> None:
        """Send a job for each dataset without a request for this fact; moved history may already have one."""
        for dataset_id, run_id in self.datasets_of(project_id).items():
            job = standard.job(fact, project_id, dataset_id, run_id)
            asked = self.commands.state(dataset, dataset_id, Scope(whole=False)).readjudications
            if job.arguments["readjudication_id"] not in asked:
                self.jobs.send(job)


def _waits_for(job: Job, state: RunState) -> bool:
    """Return True when the run is not over and this job is for its newest request."""
    return state.status in ("queued", "running") and _is_current(job, state)


def _is_current(job: Job, state: RunState) -> bool:
    return job.job_id == f"{stream_of('run', job.subject)}@{state.asked_at}"
