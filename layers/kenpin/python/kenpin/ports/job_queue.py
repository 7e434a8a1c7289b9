"""Port of the queue that carries long work."""

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

from kenpin.domain.event import Context


class Job(Struct, frozen=True):
    """Long work for the training container. `job_id` makes sending idempotent."""

    job_id: str
    kind: str
    """train | suggest | readjudicate"""
    subject: str
    """The run (train) or the dataset (suggest, readjudicate)."""
    arguments: dict[str, str | int | None]
    correlation_id: str | None = None
    project: str = ""
    """Whose share of the workers it takes; empty: nobody's."""
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
    """A job in somebody's hands until the visibility timeout; `receipt` is this hand's claim on it."""

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

    Jobs of one lane (`kenpin.domain.job.lane_of`) come one after another: while one is in somebody's hands, or
    waits to be tried again, those behind it wait too. Other lanes do not.
    """

    def send(self, job: Job) -> None:
        """Queue the job once: a job_id sent before (within 5 minutes on SQS, ever elsewhere) does nothing."""
        ...

    def receive(self, visibility_s: int) -> Delivery | None:
        """Take the oldest ready job whose lane is free, unseen by others for `visibility_s` seconds, if any."""
        ...

    def extend(self, delivery: Delivery, visibility_s: int) -> bool:
        """Heartbeat; False when the claim was lost to another hand."""
        ...

    def done(self, delivery: Delivery) -> None:
        """The job is finished; it will not come again."""
        ...

    def failed(self, delivery: Delivery, reason: str, log_tail: str, retry: bool = True) -> bool:
        """Give the job back with back-off; after MAX_ATTEMPTS, or with retry=False, to the dead letters.

        Answers True when the job will come again.
        """
        ...

    def give_back(self, delivery: Delivery) -> None:
        """The job is ready for others at once, as if it had never been taken; nothing when the claim was lost."""
        ...

    def depth(self) -> QueueDepth: ...

    def dead(self) -> Iterator[DeadJob]: ...

    def redrive(self, job_id: str) -> bool:
        """Put a dead job back to the ready ones with its attempts forgotten; False when there is no such job."""
        ...

    def dismiss(self, job_id: str) -> bool:
        """Nobody needs this dead job any more; False when there is no such job."""
        ...
