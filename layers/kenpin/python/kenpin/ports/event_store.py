"""Ports of history: read, verify, restore and append."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from kenpin.domain.commit import Commit, Head
from kenpin.domain.event import Context, Event


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
        """Yield commits in order that begin after version `after` and not after `upto`."""
        ...

    def head(self, stream: str) -> Head:
        """Return the head of a stream; an unknown stream is at version 0 with its genesis hash."""
        ...

    def heads(self, prefix: str = "", after: str = "") -> Iterator[Head]:
        """Yield the heads of the streams with this prefix, by name, after `after`."""
        ...

    def restore(self, stream: str, commits: Iterable[Commit]) -> Head:
        """Append commits as they were stored elsewhere: bytes, hashes and recorded times are kept.

        The chain is computed again and must continue from the head. Stored commits change nothing, so an
        interrupted restore can be repeated. Image revisions are restored, idempotency keys are not. Returns the head.
        Raises DivergedHistory, ConcurrencyConflict (somebody appended meanwhile), Unavailable.
        """
        ...


class EventStore(History, Protocol):
    """History that grows by appends."""

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

        `expected`: the version the stream must be at (0: must not exist); None: any.
        `entities`: image → the revision it must be at (0: never named before); the revision of each then becomes
        the version of this commit's last event. Checked in the same transaction; at most MAX_ENTITIES.
        `key`: the same key on the same stream again answers what the first append answered.
        Raises ConcurrencyConflict, EntityConflict, CommitTooLarge, KeyReused, Unavailable.
        """
        ...

    def appended(self, stream: str, key: IdempotencyKey) -> Appended | None:
        """Return the answer of the append with this key, if there was one. Raises KeyReused."""
        ...

    def revisions(self, stream: str, entities: Sequence[str]) -> Mapping[str, int]:
        """Return the revision of each entity; 0 for one that no append named in `entities`."""
        ...

    def holding(self, stream: str, versions: Sequence[int]) -> list[Commit]:
        """Return the commits that contain these versions, in order, each once; none beyond the head.

        The cost depends on the number of versions, not on the length of the stream.
        """
        ...
