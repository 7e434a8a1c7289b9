"""The unit of storage: events appended together, chained by SHA-256 to all that came before them."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

MAX_EVENTS: Final = 1_000
MAX_BYTES: Final = 256 * 1024
MAX_ENTITIES: Final = 90
"""DynamoDB takes 100 items a transaction; the other adapters keep the same limit."""


class CommitTooLarge(Exception):
    """The commit is over a limit that every adapter keeps; split it and give the parts one batch id."""


def check_entities(count: int) -> None:
    """Check the number of images whose revision a commit checks. Raises CommitTooLarge over MAX_ENTITIES."""
    if count > MAX_ENTITIES:
        raise CommitTooLarge(f"a commit guards at most {MAX_ENTITIES} images, not {count}; split it")


class Commit(Struct, frozen=True):
    """1..MAX_EVENTS events of one stream, as stored: versions first .. first + count - 1."""

    stream: str
    first: int
    count: int
    meta: bytes
    body: bytes
    hash: bytes

    @property
    def last(self) -> int:
        return self.first + self.count - 1


class Head(Struct, frozen=True):
    """The end of a stream: its version (0: empty) and the hash of its last commit."""

    stream: str
    version: int
    hash: bytes


class Finding(Struct, frozen=True):
    """A place where stored history is not what was appended."""

    stream: str
    version: int
    what: str


def genesis(tenant: str, stream: str) -> bytes:
    """Return the hash before the first commit, bound to tenant and stream so that chains cannot be swapped."""
    return hashlib.sha256(f"kenpin\0{tenant}\0{stream}".encode()).digest()


def chain(prev: bytes, first: int, count: int, meta: bytes, body: bytes) -> bytes:
    """Return sha256(prev ‖ first:int64 ‖ count:int32 ‖ sha256(meta) ‖ sha256(body)), integers big-endian."""
    numbers = first.to_bytes(8, "big") + count.to_bytes(4, "big")
    return hashlib.sha256(
        prev + numbers + hashlib.sha256(meta).digest() + hashlib.sha256(body).digest()
    ).digest()


def verify(start: Head, commits: Iterable[Commit]) -> Iterator[Finding | Head]:
    """Walk commits from `start`; yield a Finding where the chain breaks, and last the Head reached."""
    at = start
    for commit in commits:
        if commit.first != at.version + 1:
            yield Finding(
                at.stream, at.version + 1, f"expected version {at.version + 1}, found {commit.first}"
            )
        if commit.hash != chain(at.hash, commit.first, commit.count, commit.meta, commit.body):
            yield Finding(at.stream, commit.first, "the hash does not match the bytes stored")
        at = Head(at.stream, commit.last, commit.hash)
    yield at
