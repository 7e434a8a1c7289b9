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
        """Commits in order that begin after version `after` and not after `upto`. Fetches by version range."""
        ...

    def head(self, stream: str) -> Head:
        """Return the head of a stream; an unknown stream is at version 0 with its genesis hash."""
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
        """Return the answer of the append with this key, if there was one. Raises KeyReused."""
        ...

    def revisions(self, stream: str, entities: Sequence[str]) -> Mapping[str, int]:
        """The revision of each of these entities; 0 for one never named in an append's `entities`."""
        ...

    def holding(self, stream: str, versions: Sequence[int]) -> list[Commit]:
        """The commits that these versions are in, in order, each once; beyond the head there are none.

        It costs what is asked for, however long the stream is.
        """
        ...
