"""The outside world on one page: what Kenpin asks of storage and messaging, and the errors they raise."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO, Protocol

from msgspec import Struct

from kenpin.domain.commit import Commit, CommitTooLarge, Head
from kenpin.domain.event import Context, Event
from kenpin.domain.ids import Sha256

__all__ = [
    "Appended",
    "Checkpoints",
    "CommitTooLarge",
    "ConcurrencyConflict",
    "DeadJob",
    "DeadLetter",
    "DeadLetters",
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
    "QueueDepth",
    "Unavailable",
]


class Error(Exception):
    """The world did not do what was asked. Nothing was stored, unless the answer itself got lost: see Unavailable."""


class ConcurrencyConflict(Error):
    """Someone else appended first: load, decide and append again."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


class EntityConflict(Error):
    """Someone else changed the same images first: show both and let the person decide."""

    def __init__(self, stream: str, conflicts: Mapping[str, tuple[int, int]]) -> None:
        named = ", ".join(f"{entity[:12]}… is at {a}, not {e}" for entity, (e, a) in conflicts.items())
        super().__init__(f"{stream}: {named}")
        self.stream, self.conflicts = stream, dict(conflicts)
        """entity → (expected revision, actual revision)"""


class DivergedHistory(Error):
    """The commits are not how the stream goes on: they, or it, have another past. Nothing was stored from there."""

    def __init__(self, stream: str, version: int, what: str) -> None:
        super().__init__(f"{stream} at version {version}: {what}")
        self.stream, self.version, self.what = stream, version, what


class OtherTenant(Error):
    """What is there belongs to another tenant, and its hashes with it."""


class KeyReused(Error):
    """The idempotency key was used for another request; take a new key for a new request."""


class Unavailable(Error):
    """The store cannot answer now (throttled, restarting, unreachable); the same call may work later.

    When the connection died in the middle of an append, the commit may stand: send it again with its key.
    """


class NotFound(Error):
    """No object is stored under that name."""


class IdempotencyKey(Struct, frozen=True):
    """A caller's name for one request; `fingerprint` digests the request so that misuse is found."""

    value: str
    fingerprint: str = ""


class Appended(Struct, frozen=True):
    """The answer to an append: where the events stand. The same key again gets the same answer."""

    stream: str
    first: int
    version: int
    hash: bytes


class History(Protocol):
    """Immutable events in streams. Versions are dense; an empty stream is at 0, its first event is 1."""

    tenant: str

    def read(self, stream: str, after: int = 0, upto: int | None = None) -> Iterator[Commit]:
        """Commits in order that begin after version `after` and not after `upto`. Fetches by version range."""
        ...

    def head(self, stream: str) -> Head:
        """Where the stream ends; an unknown stream is at version 0 with its genesis hash."""
        ...

    def heads(self, prefix: str = "", after: str = "") -> Iterator[Head]:
        """Heads of all streams whose name has `prefix`, by name, those after `after`."""
        ...

    def restore(self, stream: str, commits: Iterable[Commit]) -> Head:
        """Append commits as they were stored elsewhere: bytes, hashes and recorded times are kept.

        The chain is computed anew and must go on from the head; commits that are stored already change nothing, so
        what was broken off goes on. An image's revision becomes what it was there. Idempotency keys do not come
        along: they are of no use once the requests they were for are over. Answers the head.
        Raises DivergedHistory, ConcurrencyConflict (somebody appended meanwhile), Unavailable.
        """
        ...


class EventStore(History, Protocol):
    """History that is being made."""

    def append(
        self,
        stream: str,
        events: Sequence[Event],
        context: Context,
        *,
        expected: int | None = None,
        entities: Mapping[str, int] | None = None,
        key: IdempotencyKey | None = None,
    ) -> Appended:
        """Append 1..MAX_EVENTS events as one commit, durably, or raise and store nothing.

        `expected`: the version the stream must be at (0: must not exist); None: wherever it is.
        `entities`: image → the revision it must be at (0: never named before); the revision of each then becomes
        the version of this commit's last event. Checked in the same transaction; at most MAX_ENTITIES.
        `key`: the same key on the same stream again answers what the first append answered.
        Raises ConcurrencyConflict, EntityConflict, CommitTooLarge, KeyReused, Unavailable.
        """
        ...

    def appended(self, stream: str, key: IdempotencyKey) -> Appended | None:
        """What the append with this key answered, if there was one. Raises KeyReused."""
        ...

    def revisions(self, stream: str, entities: Sequence[str]) -> Mapping[str, int]:
        """The revision of each of these entities; 0 for one never named in an append's `entities`."""
        ...


class ObjectStore(Protocol):
    """Bytes by name: images, thumbnails, models, predictions. Names are like `images/<sha256>`."""

    def put(self, name: str, body: BinaryIO) -> None:
        """Store once, durably and whole; a second put of the same name does nothing."""
        ...

    def open(self, name: str) -> BinaryIO:
        """The stored bytes. Raises NotFound."""
        ...

    def has(self, names: Sequence[str]) -> set[str]:
        """Those of the names that are stored."""
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """The names of all stored objects that begin so, such as `images/`, in order."""
        ...

    def notes(self, name: str) -> Mapping[str, str]:
        """What its sender wrote on the object: S3's metadata, elsewhere nothing. Raises NotFound."""
        ...

    def expire(self, prefix: str) -> None:
        """What has a name that begins so is needed no more: gone at once, or when the store's own rule comes to it.

        Only for what can be made again, such as checkpoints of a run.
        """
        ...

    def download_url(self, name: str) -> str:
        """A signed address that gives the bytes to whoever holds it, for a day or two, stable within the day."""
        ...

    def upload_url(self, digest: Sha256, size: int, media_type: str) -> str:
        """A signed address that takes a PUT of exactly these bytes into `images/<digest>`, for an hour."""
        ...


class Job(Struct, frozen=True):
    """Long work for the training container. `job_id` makes sending idempotent."""

    job_id: str
    kind: str
    """train | suggest"""
    subject: str
    """The run (train) or the dataset (suggest)."""
    arguments: dict[str, str | int | None]
    correlation_id: str | None = None
    project: str = ""
    """Whose share of the workers it takes; empty: nobody's."""
    traceparent: str | None = None

    def by(self, actor: str) -> Context:
        """Who works on it, in the correlation and the trace of whoever asked for it."""
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


class DeadLetter(Struct, frozen=True):
    """A message that was delivered too often, or to nobody, and waits for a person."""

    id: str
    body: str
    reason: str
    dead_at: str


class DeadLetters(Protocol):
    """What could not be delivered to a function."""

    def all(self) -> Iterator[DeadLetter]:
        """Oldest first."""
        ...

    def settle(self, id: str, carry_out: Callable[[str], object]) -> bool:
        """Hand its body to `carry_out`, and forget it when that returns; False when there is no such letter."""
        ...


class Checkpoints(Protocol):
    """Where a reader that keeps no rows has got to in each stream."""

    def at(self, reader: str, stream: str) -> int:
        """The version of the last event it is done with; 0 before the first."""
        ...

    def all(self, reader: str) -> Mapping[str, int]:
        """Stream → that version, for the sweeper."""
        ...

    def move(self, reader: str, stream: str, version: int) -> None:
        """Only ever forward."""
        ...


class Doorbell(Protocol):
    """A wake-up for projectors and reactors. It carries no data, may be lost, doubled or out of order."""

    def ring(self, stream: str) -> None: ...
