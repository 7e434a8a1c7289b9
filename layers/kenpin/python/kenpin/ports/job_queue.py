"""Port of the queue that carries long work."""

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

from kenpin.domain.event import Context


class Job(Struct, frozen=True):
    """Long work for the training container. `job_id` makes sending idempotent."""

    job_id: str
    kind: str
    """train | suggest | readjudicate | export_model | inspect"""
    subject: str
    """The run (train), the dataset (suggest, readjudicate) or the model (export_model, inspect)."""
    arguments: dict[str, str | int | None]
    correlation_id: str | None = None
    project: str = ""
    """The project whose share of the workers it takes; empty: none."""
    traceparent: str | None = None

    @classmethod
    def requested(
        cls,
        job_id: str,
        kind: str,
        subject: str,
        arguments: dict[str, str | int | None],
        *,
        project: str,
        by: Context,
    ) -> "Job":
        """Return a job with the correlation and trace of the request `by` that it carries out."""
        return cls(job_id, kind, subject, arguments, by.correlation_id, project, by.traceparent)

    def by(self, actor: str) -> Context:
        """Return the context of the worker, with the correlation and trace of the request."""
        return Context(actor=actor, correlation_id=self.correlation_id, traceparent=self.traceparent)


class Delivery(Struct, frozen=True):
    """A job that a worker holds until the visibility timeout; `receipt` identifies this delivery."""

    job: Job
    receipt: str
    attempt: int
    """1 for the first delivery."""


class DeadJob(Struct, frozen=True):
    """A job that failed too often and waits for a person."""

    job: Job
    attempts: int
    reason: str
    log_tail: str
    dead_at: str


class QueueDepth(Struct, frozen=True):
    ready: int
    running: int
    dead: int


class JobQueue(Protocol):
    """At-least-once delivery with a visibility timeout, back-off and dead letters, as SQS has them.

    Jobs of one lane (`kenpin.domain.job.lane_of`) come one after another: while one runs, or waits
    for a retry, those behind it wait too. Other lanes do not.
    """

    def send(self, job: Job) -> None:
        """Queue the job once: a job_id sent before (within 5 minutes on SQS, ever elsewhere) does nothing."""
        ...

    def receive(self, visibility_s: int) -> Delivery | None:
        """Take the oldest ready job whose lane is free, unseen by others for `visibility_s` seconds, if any."""
        ...

    def extend(self, delivery: Delivery, visibility_s: int) -> bool:
        """Extend the visibility timeout; False when another worker has the job."""
        ...

    def done(self, delivery: Delivery) -> None:
        """Remove a finished job."""
        ...

    def failed(self, delivery: Delivery, reason: str, log_tail: str, retry: bool = True) -> bool:
        """Return the job to the queue with back-off; after MAX_ATTEMPTS, or with retry=False, to the dead letters.

        Returns True when the job will be delivered again.
        """
        ...

    def give_back(self, delivery: Delivery) -> None:
        """Make the job ready at once, without counting this attempt; nothing when another worker has it."""
        ...

    def depth(self) -> QueueDepth: ...

    def dead(self) -> Iterator[DeadJob]: ...

    def redrive(self, job_id: str) -> bool:
        """Make a dead job ready again, at attempt 0; False when there is no such job."""
        ...

    def dismiss(self, job_id: str) -> bool:
        """Remove a dead job; False when there is no such job."""
        ...
