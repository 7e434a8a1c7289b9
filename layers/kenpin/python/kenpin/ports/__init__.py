"""Ports: what Kenpin needs from storage and messaging, and the errors they raise."""

from kenpin.domain.commit import CommitTooLarge
from kenpin.ports.anchors import Records, Signer
from kenpin.ports.checkpoints import Checkpoints
from kenpin.ports.errors import (
    CannotSign,
    ConcurrencyConflict,
    DatabaseWakes,
    DivergedHistory,
    EntityConflict,
    Error,
    KeyReused,
    NotFound,
    OtherTenant,
    OutOfSpace,
    RowsAhead,
    Unavailable,
    full_disk_as_out_of_space,
)
from kenpin.ports.event_store import Appended, EventStore, History, IdempotencyKey
from kenpin.ports.job_queue import DeadJob, Delivery, Job, JobQueue, QueueDepth
from kenpin.ports.messages import DeadLetters, DeadMessage, DeadMessageSource, Doorbell
from kenpin.ports.object_store import ObjectStore

__all__ = [
    "Appended",
    "CannotSign",
    "Checkpoints",
    "CommitTooLarge",
    "ConcurrencyConflict",
    "DatabaseWakes",
    "DeadJob",
    "DeadLetters",
    "DeadMessage",
    "DeadMessageSource",
    "Delivery",
    "DivergedHistory",
    "Doorbell",
    "EntityConflict",
    "Error",
    "EventStore",
    "History",
    "IdempotencyKey",
    "Job",
    "JobQueue",
    "KeyReused",
    "NotFound",
    "ObjectStore",
    "OtherTenant",
    "OutOfSpace",
    "QueueDepth",
    "Records",
    "RowsAhead",
    "Signer",
    "Unavailable",
    "full_disk_as_out_of_space",
]
